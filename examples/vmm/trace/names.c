/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/names.h"

#include <s390irq/s390irq.h>
#include <stddef.h>

static const char *name_of(const char *const *names, size_t count,
                           int64_t number)
{
    return number >= 0 && (size_t)number < count && names[number]
               ? names[number]
               : "?";
}

#define NAME_OF(names, number) \
    name_of(names, sizeof(names) / sizeof(names)[0], number)

const char *name_of_outcome(int32_t outcome)
{
    static const char *const outcomes[] = {
        [S390IRQ_QUEUED] = "queued",
        [S390IRQ_COALESCED] = "coalesced",
        [S390IRQ_BUSY] = "busy",
        [S390IRQ_FULL] = "full",
        [S390IRQ_SUPPRESSED] = "suppressed",
        [S390IRQ_REMEMBERED] = "remembered",
        [S390IRQ_CLOSED] = "closed",
        [S390IRQ_CLEARED] = "cleared",
    };

    return NAME_OF(outcomes, outcome);
}

const char *name_of_answer(int32_t answer)
{
    static const char *const answers[] = {
        [S390IRQ_RUN] = "run",
        [S390IRQ_WAIT] = "wait",
        [S390IRQ_WAIT_DISABLED] = "disabled wait",
        [S390IRQ_STOPPED] = "stopped",
        [S390IRQ_CHECK_STOP] = "check-stop",
        [S390IRQ_LOOP] = "loop",
        [S390IRQ_PAUSED] = "paused",
    };

    return NAME_OF(answers, answer);
}

const char *name_of_state(int32_t state)
{
    static const char *const states[] = {
        [S390IRQ_STATE_OPERATING] = "operating",
        [S390IRQ_STATE_STOPPED] = "stopped",
        [S390IRQ_STATE_CHECK_STOP] = "check-stop",
    };

    return NAME_OF(states, state);
}

const char *name_of_published(int32_t how)
{
    static const char *const ways[] = {
        [S390IRQ_PUBLISHED_RUNNING] = "running",
        [S390IRQ_PUBLISHED_GUEST] = "in guest mode",
        [S390IRQ_PUBLISHED_ASLEEP] = "asleep",
    };

    return NAME_OF(ways, how);
}

const char *name_of_order(uint32_t order)
{
    static const char *const orders[] = {
        [S390IRQ_SIGP_SENSE] = "sense",
        [S390IRQ_SIGP_EXTERNAL_CALL] = "external call",
        [S390IRQ_SIGP_EMERGENCY_SIGNAL] = "emergency signal",
        [S390IRQ_SIGP_START] = "start",
        [S390IRQ_SIGP_STOP] = "stop",
        [S390IRQ_SIGP_RESTART] = "restart",
        [S390IRQ_SIGP_STOP_AND_STORE_STATUS] = "stop and store status",
        [S390IRQ_SIGP_INITIAL_CPU_RESET] = "initial CPU reset",
        [S390IRQ_SIGP_CPU_RESET] = "CPU reset",
        [S390IRQ_SIGP_SET_PREFIX] = "set prefix",
        [S390IRQ_SIGP_STORE_STATUS] = "store status at address",
        [S390IRQ_SIGP_SET_ARCHITECTURE] = "set architecture",
        [S390IRQ_SIGP_CONDITIONAL_EMERGENCY] = "conditional emergency signal",
        [S390IRQ_SIGP_SENSE_RUNNING_STATUS] = "sense running status",
        [S390IRQ_SIGP_STORE_ADDITIONAL] = "store additional status",
    };

    return NAME_OF(orders, order);
}
