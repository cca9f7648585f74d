/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The facilities that interruptions depend on (PoP ch. 4, facility list). */
#ifndef SI_ARCH_FACILITIES_H
#define SI_ARCH_FACILITIES_H

#include <stddef.h>
#include <stdint.h>

#define SI_FACILITY_SENSE_RUNNING           0x01
#define SI_FACILITY_RUNTIME_INSTRUMENTATION 0x02
#define SI_FACILITY_SUPPRESSION             0x04
#define SI_FACILITY_VECTOR                  0x08
#define SI_FACILITY_GUARDED_STORAGE         0x10
#define SI_FACILITY_MULTIPLE_EPOCH          0x20

/* What is there when the embedder gives no list. */
#define SI_FACILITIES_DEFAULT                              \
    (SI_FACILITY_SENSE_RUNNING | SI_FACILITY_SUPPRESSION | \
     SI_FACILITY_VECTOR | SI_FACILITY_GUARDED_STORAGE |    \
     SI_FACILITY_MULTIPLE_EPOCH)

/* SI_FACILITY_* of a list as STORE FACILITY LIST EXTENDED stores it. */
uint32_t si_facilities_read(const uint8_t *list, size_t bytes);

#endif
