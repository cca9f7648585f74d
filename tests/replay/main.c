/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Replays recordings through the library and says which of them it meets. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"

static const char usage[] =
    "usage: replay [OPTION...] FILE...\n"
    "\n"
    "Replays recorded scenarios (one JSON object a line) through the library\n"
    "and compares what it delivers and stores. Prints a line for each "
    "scenario\n"
    "that fails, is skipped or is judged by nobody, counts for each verdict,\n"
    "and `N passed, N failed, N skipped`.\n"
    "\n"
    "  --verdict VERDICT  only scenarios of this verdict: agree, deviation,\n"
    "                     choice or unchecked\n"
    "  --id TEXT          only scenarios whose id contains this\n"
    "  --help             this text\n"
    "\n"
    "Exit status: 0 nothing failed; 1 a scenario failed, or a line is none;\n"
    "2 a file cannot be read, or an option is wrong.\n";

struct options {
    const char *verdict, *id;
};

struct totals {
    uint32_t count[VERDICTS][OUTCOMES];
    uint32_t malformed;
    bool unreadable;
};

static const char *const outcome_names[OUTCOMES] = {
    [PASSED] = "passed",
    [FAILED] = "FAILED",
    [SKIPPED] = "skipped",
    [LISTED] = "unchecked",
};

/* No control characters from a file reach the terminal. */
static void print_clean(const char *text)
{
    for (; *text; text++)
        putchar((unsigned char)*text < ' ' ? ' ' : *text);
}

static void report(const struct scenario *scenario, enum outcome outcome,
                   const char *reason)
{
    if (outcome == PASSED)
        return;
    printf("%s ", outcome_names[outcome]);
    print_clean(scenario->id);
    printf(": ");
    print_clean(reason);
    putchar('\n');
}

static bool is_wanted(const struct scenario *scenario,
                      const struct options *options)
{
    return (!options->verdict ||
            strcmp(options->verdict, verdict_names[scenario->verdict]) == 0) &&
           (!options->id || strstr(scenario->id, options->id));
}

static void replay_line(const char *file, size_t number, const char *line,
                        size_t length, const struct options *options,
                        struct totals *totals)
{
    struct problem problem = { "" };
    struct scenario *scenario = malloc(sizeof *scenario);
    char reason[MAX_REASON];
    enum outcome outcome;

    if (!scenario) {
        fputs("replay: out of memory\n", stderr);
        exit(2);
    }
    if (!scenario_read(line, length, scenario, &problem)) {
        printf("FAILED %s:%zu: ", file, number);
        print_clean(problem.text);
        putchar('\n');
        totals->malformed++;
    } else if (is_wanted(scenario, options)) {
        outcome = judge(scenario, reason);
        totals->count[scenario->verdict][outcome]++;
        report(scenario, outcome, reason);
    }
    scenario_free(scenario);
    free(scenario);
}

static bool is_blank(const char *line, size_t length)
{
    while (length && strchr(" \t\r\n", line[length - 1]) && line[length - 1])
        length--;
    return length == 0;
}

static void replay_file(const char *file, const struct options *options,
                        struct totals *totals)
{
    FILE *stream = fopen(file, "r");
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t length;

    if (!stream) {
        fprintf(stderr, "replay: %s: %s\n", file, strerror(errno));
        totals->unreadable = true;
        return;
    }
    errno = 0;
    while ((length = getline(&line, &room, stream)) >= 0) {
        number++;
        if (!is_blank(line, (size_t)length))
            replay_line(file, number, line, (size_t)length, options, totals);
        errno = 0;
    }
    if (errno) {
        fprintf(stderr, "replay: %s: %s\n", file, strerror(errno));
        totals->unreadable = true;
    }
    free(line);
    fclose(stream);
}

/* Answers the exit status. */
static int summarize(const struct totals *totals)
{
    uint32_t sum[OUTCOMES] = { 0 };

    for (uint32_t i = 0; i < VERDICTS; i++) {
        const uint32_t *count = totals->count[i];

        printf("%s: %u passed, %u failed, %u skipped", verdict_names[i],
               count[PASSED], count[FAILED], count[SKIPPED]);
        if (count[LISTED])
            printf(", %u judged by nobody", count[LISTED]);
        putchar('\n');
        for (uint32_t k = 0; k < OUTCOMES; k++)
            sum[k] += count[k];
    }
    sum[FAILED] += totals->malformed;
    if (totals->malformed)
        printf("malformed: %u lines\n", totals->malformed);
    printf("%u passed, %u failed, %u skipped\n", sum[PASSED], sum[FAILED],
           sum[SKIPPED]);
    if (totals->unreadable)
        return 2;
    return sum[FAILED] ? 1 : 0;
}

static int wrong_usage(void)
{
    fputs(usage, stderr);
    return 2;
}

static bool is_verdict(const char *name)
{
    for (uint32_t i = 0; i < VERDICTS; i++)
        if (strcmp(verdict_names[i], name) == 0)
            return true;
    return false;
}

int main(int count, char **arguments)
{
    static struct totals totals;
    struct options options = { NULL, NULL };
    int i = 1;

    for (; i < count && strncmp(arguments[i], "--", 2) == 0; i++) {
        if (strcmp(arguments[i], "--help") == 0) {
            fputs(usage, stdout);
            return 0;
        }
        if (i + 1 == count)
            return wrong_usage();
        if (strcmp(arguments[i], "--verdict") == 0)
            options.verdict = arguments[++i];
        else if (strcmp(arguments[i], "--id") == 0)
            options.id = arguments[++i];
        else
            return wrong_usage();
    }
    if (i == count || (options.verdict && !is_verdict(options.verdict)))
        return wrong_usage();
    for (; i < count; i++)
        replay_file(arguments[i], &options, &totals);
    return summarize(&totals);
}
