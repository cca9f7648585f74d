/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/writer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* How many bytes of a UTF-8 character begin here; 0: it is none. */
static unsigned character(const unsigned char *text)
{
    unsigned length = text[0] < 0x80                      ? 1
                      : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                      : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
                      : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                          : 0;

    for (unsigned i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    /* Longer than need be, surrogates, beyond the last. */
    if ((text[0] == 0xe0 && text[1] < 0xa0) ||
        (text[0] == 0xed && text[1] > 0x9f) ||
        (text[0] == 0xf0 && text[1] < 0x90) ||
        (text[0] == 0xf4 && text[1] > 0x8f))
        return 0;
    return length;
}

static void put_text(FILE *file, const char *from)
{
    const unsigned char *text = (const unsigned char *)from;
    unsigned length;

    fputc('"', file);
    for (; *text; text += length ? length : 1) {
        length = character(text);
        if (*text == '"' || *text == '\\')
            fprintf(file, "\\%c", *text);
        else if (*text < 0x20)
            fprintf(file, "\\u%04x", *text);
        else if (!length)
            fputs("\\ufffd", file);
        else
            fwrite(text, 1, length, file);
    }
    fputc('"', file);
}

bool writer_open(struct writer *writer, const char *path, const char *title)
{
    memset(writer, 0, sizeof *writer);
    writer->file = fopen(path, "w");
    if (!writer->file)
        return false;
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{\"ph\":\"M\","
          "\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":",
          writer->file);
    put_text(writer->file, title);
    fputs("}}", writer->file);
    return true;
}

void writer_end_events(struct writer *writer)
{
    fputs("\n]", writer->file);
}

bool writer_close(struct writer *writer)
{
    bool good = !ferror(writer->file);

    return fclose(writer->file) == 0 && good;
}

void writer_name_track(struct writer *writer, uint32_t track, const char *name)
{
    fprintf(writer->file,
            ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%" PRIu32
            ",\"name\":\"thread_name\",\"args\":{\"name\":\"%s\"}},\n"
            "{\"ph\":\"M\",\"pid\":1,\"tid\":%" PRIu32
            ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%" PRIu32
            "}}",
            track, name, track, track);
}

/* A TOD unit is 125/512 ns. */
static uint64_t ns_of(uint64_t tod_units)
{
    return tod_units / 512 * 125 + tod_units % 512 * 125 / 512;
}

void writer_time(struct writer *writer, uint64_t tod)
{
    if (!writer->first_tod)
        writer->first_tod = tod;
    writer->now_ns = ns_of(tod - writer->first_tod);
}

/* The slice before has ended. */
static void next_moment(struct writer *writer)
{
    writer->ns++;
    if (writer->ns < writer->now_ns)
        writer->ns = writer->now_ns;
}

/* The viewer's times are microseconds, with decimals. */
static void put_head(struct writer *writer, const char *phase, uint32_t track)
{
    fprintf(writer->file,
            ",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":%" PRIu32 ",\"ts\":%" PRIu64
            ".%03" PRIu64,
            phase, track, writer->ns / 1000, writer->ns % 1000);
}

void writer_slice(struct writer *writer, uint32_t track, const char *category,
                  const char *verb, const char *object)
{
    next_moment(writer);
    put_head(writer, "X", track);
    fprintf(writer->file,
            ",\"dur\":0.001,\"cat\":\"%s\",\"name\":\"%s%s%s\",\"args\":{",
            category, verb, object[0] ? " " : "", object);
    writer->in_arguments = false;
}

void writer_argument(struct writer *writer, const char *name,
                     const char *format, ...)
{
    va_list arguments;

    fprintf(writer->file, "%s\"%s\":", writer->in_arguments ? "," : "", name);
    writer->in_arguments = true;
    va_start(arguments, format);
    vfprintf(writer->file, format, arguments);
    va_end(arguments);
}

void writer_end_slice(struct writer *writer)
{
    fputs("}}", writer->file);
}

void writer_enter(struct writer *writer, uint32_t track, const char *category,
                  const char *name)
{
    next_moment(writer);
    put_head(writer, "B", track);
    fprintf(writer->file, ",\"cat\":\"%s\",\"name\":\"%s\"}", category, name);
}

void writer_leave(struct writer *writer, uint32_t track)
{
    next_moment(writer);
    put_head(writer, "E", track);
    fputc('}', writer->file);
}

void writer_arrow(struct writer *writer, uint32_t track, const char *phase,
                  uint64_t number, const char *name)
{
    put_head(writer, phase, track);
    fprintf(writer->file,
            ",\"id\":%" PRIu64 ",\"cat\":\"interruption\",\"name\":\"%s\"%s}",
            number, name, phase[0] == 'f' ? ",\"bp\":\"e\"" : "");
}
