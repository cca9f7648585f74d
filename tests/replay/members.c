/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "members.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool problem_set(struct problem *problem, const char *format, ...)
{
    va_list arguments;

    if (problem->text[0])
        return false;
    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    return false;
}

/* The value of a hex digit, or -1. */
static int digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)((found - digits) % 16) : -1;
}

static bool number_of_text(const char *text, struct number *out)
{
    size_t length;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        text += 2;
    length = strlen(text);
    if (length < 1 || length > 16)
        return false;
    out->value = 0;
    out->care = 0;
    for (; *text; text++) {
        int value = digit(*text);

        if (value < 0 && *text != '?')
            return false;
        out->value = out->value << 4 | (value < 0 ? 0 : (unsigned)value);
        out->care = out->care << 4 | (value < 0 ? 0 : 15);
    }
    /* What stands left of the first digit is zero. */
    if (length < 16)
        out->care |= ~UINT64_C(0) << length * 4;
    return true;
}

bool number_of(const json_t *value, struct number *out)
{
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        out->value = (uint64_t)json_integer_value(value);
        out->care = ~UINT64_C(0);
        return true;
    }
    return json_is_string(value) &&
           number_of_text(json_string_value(value), out);
}

bool number_equals(const struct number *number, uint64_t value)
{
    return ((number->value ^ value) & number->care) == 0;
}

static bool byte_of(const char pair[2], struct known_byte *out)
{
    int high = digit(pair[0]), low = digit(pair[1]);
    bool unstored = pair[0] == '.' && pair[1] == '.';

    if (!unstored &&
        ((high < 0 && pair[0] != '?') || (low < 0 && pair[1] != '?')))
        return false;
    out->value = (uint8_t)((high < 0 ? 0 : high) << 4 | (low < 0 ? 0 : low));
    out->care = (uint8_t)((high < 0 ? 0 : 0xf0) | (low < 0 ? 0 : 0x0f));
    out->stored = !unstored;
    return true;
}

int bytes_of(const char *text, struct known_byte *out, size_t room)
{
    size_t length = strlen(text);

    if (length % 2 || length / 2 > room)
        return -1;
    for (size_t i = 0; i < length / 2; i++)
        if (!byte_of(text + 2 * i, out + i))
            return -1;
    return (int)(length / 2);
}

bool has_member(const json_t *object, const char *name)
{
    return json_object_get(object, name) != NULL;
}

bool is_true(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

bool member_text(const json_t *object, const char *name, const char **out,
                 struct problem *problem)
{
    *out = json_string_value(json_object_get(object, name));
    return *out ||
           problem_set(problem, "member \"%s\" is missing or no string", name);
}

bool member_number(const json_t *object, const char *name, struct number *out,
                   struct problem *problem)
{
    return number_of(json_object_get(object, name), out) ||
           problem_set(problem, "member \"%s\" is missing or no number", name);
}

bool member_value(const json_t *object, const char *name, uint64_t limit,
                  uint64_t *out, struct problem *problem)
{
    struct number number;

    if (!member_number(object, name, &number, problem))
        return false;
    *out = number.value;
    return (number.care == ~UINT64_C(0) && number.value <= limit) ||
           problem_set(problem, "member \"%s\" is out of range", name);
}

bool member_array(const json_t *object, const char *name, const json_t **out,
                  struct problem *problem)
{
    *out = json_object_get(object, name);
    return json_is_array(*out) ||
           problem_set(problem, "member \"%s\" is missing or no list", name);
}
