/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How does a trace viewer show it? The file is JSON in the Trace Event Format,
 * which Perfetto and chrome://tracing read: a track for each CPU and one for
 * the VM, on them a slice for each event, and arrows from injections to
 * deliveries. It is written as it comes and kept nowhere.
 */
#ifndef VMM_TRACE_JSON_H
#define VMM_TRACE_JSON_H

#include "trace/latency.h"

#include <s390irq/s390irq.h>
#include <stdbool.h>
#include <stdint.h>

struct json;

/* NULL: the file cannot be written, errno says why. guest: its name. */
struct json *json_open(const char *path, const char *guest, uint32_t cpus);

/* due_tod: of a timer that is delivered, since when it was due. */
void json_event(struct json *json, const struct s390irq_trace *event,
                uint64_t due_tod);

/* By kind, S390IRQ_KIND_LIMIT of them. */
const struct latency *json_latencies(const struct json *json);

/* Ends the file; false: not all could be written. NULL is no file: true. */
bool json_close(struct json *json);

#endif
