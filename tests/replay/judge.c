/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "steps.h"

/*
 * Each scenario runs twice: with the guest's storage given to the library,
 * where stores show as changed bytes, and through hooks, which see every
 * store. The patterns are complementary, so that no stored byte hides.
 */
#define PATTERN 0x00
#define OTHER   0xff

static bool compare_byte(struct replay *replay, const struct area *area,
                         uint32_t offset)
{
    const struct known_byte *wanted = area->bytes + offset;
    uint64_t absolute = area->absolute + offset;
    uint8_t found = replay->storage.ram[absolute];
    const char *name = area->name;

    if (!wanted->stored && storage_is_stored(&replay->storage, absolute))
        return problem_set(&replay->problem, "memory %.40s: %llx was stored",
                           name, (unsigned long long)absolute);
    if (((wanted->value ^ found) & wanted->care) == 0)
        return true;
    return problem_set(&replay->problem,
                       "memory %.40s: %llx holds %02x, not %02x", name,
                       (unsigned long long)absolute, found, wanted->value);
}

static bool compare_memory(struct replay *replay)
{
    const struct scenario *scenario = replay->scenario;

    for (size_t i = 0; i < scenario->area_count; i++) {
        const struct area *area = scenario->areas + i;

        if (!storage_has(area->absolute, area->length))
            return problem_set(&replay->problem,
                               "memory %.40s: no such storage", area->name);
        for (uint32_t k = 0; k < area->length; k++)
            if (!compare_byte(replay, area, k))
                return false;
    }
    return true;
}

static void append(char *text, const char *more)
{
    size_t length = strlen(text);

    snprintf(text + length, MAX_REASON - length, "%s%s", length ? "; " : "",
             more);
}

/* What the library decided where nobody judges. */
static void list(const struct replay *replay, char reason[MAX_REASON])
{
    char text[80];

    reason[0] = '\0';
    for (size_t i = 0; i < replay->log.count; i++) {
        delivery_describe(replay->log.array + i, text, sizeof text);
        append(reason, text);
    }
    if (!replay->log.count)
        append(reason, "no interruption");
    if (replay->told[0])
        append(reason, replay->told);
}

static bool run(const struct scenario *scenario, bool recording,
                uint8_t pattern, char reason[MAX_REASON])
{
    struct replay *replay = calloc(1, sizeof *replay);
    bool good;

    if (!replay) {
        snprintf(reason, MAX_REASON, "out of memory");
        return false;
    }
    replay->scenario = scenario;
    replay->lenient = scenario->unchecked;
    good = machine_create(replay, recording, pattern) && steps_run(replay);
    if (good && scenario->unchecked)
        list(replay, reason);
    else if (good)
        good = compare_deliveries(scenario, &replay->log, &replay->problem) &&
               compare_memory(replay);
    if (!good)
        snprintf(reason, MAX_REASON, "%s", replay->problem.text);
    machine_free(replay);
    free(replay);
    return good;
}

enum outcome judge(const struct scenario *scenario, char reason[MAX_REASON])
{
    reason[0] = '\0';
    if (scenario->cpu_only) {
        snprintf(reason, MAX_REASON, "the CPU's alone: %s",
                 scenario->note ? scenario->note : "(no note)");
        return SKIPPED;
    }
    if (!run(scenario, false, PATTERN, reason) ||
        !run(scenario, true, OTHER, reason))
        return FAILED;
    return scenario->unchecked ? LISTED : PASSED;
}
