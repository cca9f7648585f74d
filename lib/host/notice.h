/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* One line to say that something happened: to the trace and to the log. */
#ifndef SI_HOST_NOTICE_H
#define SI_HOST_NOTICE_H

#include <stdbool.h>

#include "host/hooks.h"

/* The cost of everything here while neither trace nor log is asked for. */
static inline bool si_notice_wanted(const struct si_host *host)
{
    return __builtin_expect(host->watched, 0);
}

/* Sends an event whose members but size are filled; cpu: opaque or NULL. */
void si_notice_send(const struct si_host *host, void *cpu,
                    struct s390irq_trace *event);

/* The short form: event, kind, outcome, CPU address and code. */
void si_notice(const struct si_host *host, void *cpu, uint32_t address,
               uint16_t event, uint32_t kind, int outcome, uint32_t code);

/* A line of LOG_ERROR about a status that could not be stored, and why. */
void si_notice_status(const struct si_host *host, void *cpu, uint32_t address,
                      const char *why);

/* A line of LOG_ERROR about guest storage that could not be accessed. */
void si_notice_fault(const struct si_host *host, void *cpu, uint32_t address,
                     uint32_t kind, uint64_t absolute);

#endif
