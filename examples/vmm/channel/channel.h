/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is at the channel subsystem? A few subchannels with devices, behind
 * channel path 0. It has no storage keys, no paths to choose from, and CCWs of
 * format 1 only.
 */
#ifndef VMM_CHANNEL_H
#define VMM_CHANNEL_H

#include "channel/device.h"

#include <stdbool.h>
#include <stdint.h>

/* Their numbers are 0 and up. */
#define CHANNEL_SUBCHANNELS 8
#define CHANNEL_REPORTS     4

/* What STORE SUBCHANNEL shows (PoP ch. 15, SCHIB). */
struct subchannel {
    struct device *device; /* NULL: there is no such subchannel */
    uint32_t parameter;    /* the interruption parameter */
    uint16_t path;         /* PMCW: subclass, modes, whether it is enabled */
    bool concurrent_sense; /* PMCW: asked for, and never given */
    uint16_t started;      /* SCSW: key and flags of the start function */
    uint16_t control;      /* SCSW: functions, activities, status */
    uint32_t program;      /* SCSW: address of the next CCW */
    uint8_t device_status;
    uint8_t subchannel_status;
    uint16_t residual; /* count */
    uint8_t ccw[8];    /* in execution */
};

struct channel {
    struct subchannel subchannel[CHANNEL_SUBCHANNELS];
    uint32_t report[CHANNEL_REPORTS]; /* channel-report words, oldest first */
    unsigned reports;
};

/* PMCW. */
#define PATH_ISC(path) ((path) >> 11 & 7u)
#define PATH_ISC_BITS  0x3800
#define PATH_ENABLED   0x0080
#define PATH_MODES     0x007c /* limit, measurement, multipath */
#define PATH_VALID     0x0001

/* Functions, activities and status in the SCSW (PoP ch. 16). */
#define FUNCTION_START      0x4000
#define FUNCTION_HALT       0x2000
#define FUNCTION_CLEAR      0x1000
#define FUNCTIONS           0x7000
#define SUBCHANNEL_ACTIVE   0x0080
#define DEVICE_ACTIVE       0x0040
#define STATUS_ALERT        0x0010
#define STATUS_INTERMEDIATE 0x0008
#define STATUS_PRIMARY      0x0004
#define STATUS_SECONDARY    0x0002
#define STATUS_PENDING      0x0001
#define STATUS              0x001f

struct machine;

/* Makes a subchannel with a device for guests to try; 0 or an error. */
int channel_add_plain(struct machine *machine, unsigned number);

/*
 * Makes the next subchannel, with a disk. Answers NULL or what is wrong.
 * report: the guest runs already, a channel report tells it.
 */
const char *channel_add_disk(struct machine *machine, const char *path,
                             bool report);
void channel_close(struct machine *machine);

/* DIAGNOSE 0x500: the guest has put something into a queue of a device. */
bool channel_notify(struct machine *machine, uint32_t identification,
                    uint64_t queue);

/* The subsystem-identification word of a subchannel. */
static inline uint32_t channel_identification(unsigned number)
{
    return 0x00010000 | number;
}

/* The subchannel has a status for the guest: it interrupts. */
void channel_interrupt(struct machine *machine, unsigned number,
                       uint16_t status);

/* channel_program.c: begins a channel program at subchannel->program. */
void channel_program_start(struct machine *machine, unsigned number);
void channel_program_cancel(struct machine *machine, unsigned number);

#endif
