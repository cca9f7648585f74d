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

/* What an interruption is made of, beside its kind, as events show it. */
struct si_notice_payload {
    uint32_t code; /* 0: the class's */
    uint32_t parameter;
    uint64_t parameter64;
};

/* What goes to the payload from a record. */
struct si_notice_payload si_notice_payload(
    const struct s390irq_interruption *what);

/* Sends an event whose members but size and time are filled; cpu: opaque or
   NULL. */
void si_notice_send(const struct si_host *host, void *cpu,
                    struct s390irq_trace *event) __attribute__((cold));

/* What the two below do if it is wanted. */
void si_notice_plain(const struct si_host *host, void *cpu, uint32_t address,
                     uint16_t event, uint32_t kind, int outcome, uint32_t code)
    __attribute__((cold));
void si_notice_about(const struct si_host *host, void *cpu, uint32_t address,
                     uint16_t event, uint32_t kind, int outcome,
                     struct si_notice_payload payload) __attribute__((cold));

/* The short form: event, kind, outcome, CPU address and code. */
static inline void si_notice(const struct si_host *host, void *cpu,
                             uint32_t address, uint16_t event, uint32_t kind,
                             int outcome, uint32_t code)
{
    if (si_notice_wanted(host))
        si_notice_plain(host, cpu, address, event, kind, outcome, code);
}

/* About an interruption. */
static inline void si_notice_interruption(
    const struct si_host *host, void *cpu, uint32_t address, uint16_t event,
    int outcome, const struct s390irq_interruption *what)
{
    if (si_notice_wanted(host))
        si_notice_about(host, cpu, address, event, what->kind, outcome,
                        si_notice_payload(what));
}

/* A line of LOG_ERROR about a status that could not be stored, and why. */
void si_notice_status(const struct si_host *host, void *cpu, uint32_t address,
                      const char *why);

/* A line of LOG_ERROR about guest storage that could not be accessed. */
void si_notice_fault(const struct si_host *host, void *cpu, uint32_t address,
                     uint32_t kind, uint64_t absolute);

#endif
