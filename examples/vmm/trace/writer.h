/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does a file in the Trace Event Format look like? Slices and arrows on
 * tracks, one after the other. Names and categories are ours and need no
 * escaping; a text from outside is escaped.
 */
#ifndef VMM_TRACE_WRITER_H
#define VMM_TRACE_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Threads of one process, to the viewer. */
#define TRACK_VM       1
#define TRACK_CPU(cpu) (2 + (cpu))

struct writer {
    FILE *file;
    uint64_t first_tod; /* where the file's time begins, 0: not yet */
    uint64_t now_ns;
    uint64_t ns; /* of the slice before: no two are at the same time */
    bool in_arguments;
};

/* False: the file cannot be written, errno says why. */
bool writer_open(struct writer *writer, const char *path, const char *title);
/* The events are over and their list is ended; false: not all was written. */
void writer_end_events(struct writer *writer);
bool writer_close(struct writer *writer);

void writer_name_track(struct writer *writer, uint32_t track, const char *name);

/*
 * The TOD of all that follows. What comes at the same time is shown in its
 * order, a little later each.
 */
void writer_time(struct writer *writer, uint64_t tod);

/* A slice of a nanosecond, to which arguments can be added. */
void writer_slice(struct writer *writer, uint32_t track, const char *category,
                  const char *verb, const char *object);
/* A value that is JSON: a number, or a text of ours in quotes. */
void writer_argument(struct writer *writer, const char *name,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void writer_end_slice(struct writer *writer);

/* A slice of any length, around those that come until it ends. */
void writer_enter(struct writer *writer, uint32_t track, const char *category,
                  const char *name);
void writer_leave(struct writer *writer, uint32_t track);

/* An arrow begins (s), goes on (t) or ends (f) in the slice before. */
void writer_arrow(struct writer *writer, uint32_t track, const char *phase,
                  uint64_t number, const char *name);

#endif
