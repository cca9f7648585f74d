/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A CPU whose status is stored, and where: for the tests of these orders. */
#ifndef FAKE_STATUS_H
#define FAKE_STATUS_H

#include "fake.h"

#define STATUS_OPEN   (PSW_64 | PSW_EXTERNAL)
#define STATUS_SENDER 1

#define AT_ADDRESS     S390IRQ_SIGP_STORE_STATUS
#define STOP_AND_STORE S390IRQ_SIGP_STOP_AND_STORE_STATUS
#define ADDITIONAL     S390IRQ_SIGP_STORE_ADDITIONAL

/* CPU 0 with registers of its own; all storage has a pattern. */
struct fake *status_machine(unsigned hooks, int running);
/* The usual one, stopped. */
struct fake *status_stopped(void);

uint8_t *status_storage(const struct fake *fake);
/* The whole storage is as `expected`, which is freed. */
void status_assert_storage(const struct fake *fake, uint8_t *expected);
/* Lays the status of CPU 0 over 512 bytes. */
void status_lay(const struct fake *fake, uint8_t *area);

/* An order to CPU 0; *status is 0x5a before. */
int status_order(struct fake *fake, uint32_t code, uint64_t parameter,
                 uint32_t *status);

#endif
