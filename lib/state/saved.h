/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What a saved machine consists of, section by section: the members that have
 * a place of their own in the format, in one list for both directions.
 */
#ifndef SI_STATE_SAVED_H
#define SI_STATE_SAVED_H

#include "cpu/machine.h"
#include "state/format.h"

/* Sections in their order; there is one SI_SAVED_CPU for each CPU. */
#define SI_SAVED_MACHINE     1
#define SI_SAVED_SUBCHANNELS 2 /* a list */
#define SI_SAVED_IO          3 /* struct si_saved_isc for each ISC */
#define SI_SAVED_ADAPTERS    4
#define SI_SAVED_CPU         5

/* The machine, its clock, and what floats but is no I/O. */
struct si_saved_machine {
    uint32_t cpus;
    uint32_t epoch_index;
    uint64_t tod;     /* the guest's clock when it was saved */
    uint32_t pending; /* bits of kinds */
    uint32_t service; /* parameter of the service signal */
    struct si_list checks;
    struct si_list pfault_done;
    struct si_list virtio;
};

/* si_saved_isc.flags */
#define SI_SAVED_ADAPTER 0x1u /* its adapters pend */
#define SI_SAVED_TURN    0x2u /* its adapters go first */

struct si_saved_isc {
    uint8_t flags;
    struct si_list subchannels; /* that pend, in the order of their places */
};

struct si_saved_adapters {
    struct si_ais ais;
    struct si_list adapters; /* by number */
};

struct si_saved_adapter {
    uint16_t id;
    uint8_t isc;
    uint8_t flags; /* as in pending/adapter.h, without SI_ADAPTER_THERE */
};

/* si_saved_cpu.flags */
#define SI_SAVED_TIMER_RUNS    0x001u
#define SI_SAVED_TIMER_FROZEN  0x002u /* runs when the CPU is started */
#define SI_SAVED_CHECK_STOP    0x004u /* to be entered at the next deliver */
#define SI_SAVED_RESTART_FIRST 0x008u
#define SI_SAVED_STORE_STATUS  0x010u /* the stop does */
#define SI_SAVED_CLEARED       0x020u /* by a reset that the owner has to see */
#define SI_SAVED_DISPATCHED    0x040u
#define SI_SAVED_REGISTERS     0x080u /* the others follow, with these: */
#define SI_SAVED_VECTOR        0x100u /* vector registers */
#define SI_SAVED_GUARDED       0x200u /* guarded-storage registers */
#define SI_SAVED_PSW_VALID     0x400u /* with the facilities that there are */
#define SI_SAVED_FLAGS         0x7ffu

struct si_saved_cpu {
    uint32_t address;
    uint32_t state; /* S390IRQ_STATE_* */
    uint32_t flags;
    uint32_t reset;         /* S390IRQ_RESET_* that is posted, or 0 */
    uint32_t pending;       /* bits of kinds that have a place below, or none */
    struct s390irq_cpu cpu; /* the timer as it was when saved */
    struct si_pfault pfault; /* zero but for the token if there is none */
    uint16_t call;           /* who sent the external call */
    uint16_t iucv;
    uint32_t measurement;
    uint16_t svc_code;
    uint16_t svc_ilc;
    struct s390irq_program program;
    struct si_list malfunction; /* ascending, as the next */
    struct si_list emergency;
    struct si_list tokens; /* of pfault init */
    struct si_list checks;
    struct s390irq_registers registers;
};

/* The kinds that si_saved_machine.pending and si_saved_cpu.pending have. */
#define SI_SAVED_KIND(kind) (1u << S390IRQ_KIND_##kind)
#define SI_SAVED_FLOATING   SI_SAVED_KIND(TIMING_ALERT)
#define SI_SAVED_LOCAL                                                  \
    (SI_SAVED_KIND(SUPERVISOR_CALL) | SI_SAVED_KIND(PROGRAM) |          \
     SI_SAVED_KIND(INTERRUPT_KEY) | SI_SAVED_KIND(EXTERNAL_CALL) |      \
     SI_SAVED_KIND(TOD_SYNC_CHECK) | SI_SAVED_KIND(MEASUREMENT_ALERT) | \
     SI_SAVED_KIND(WARNING_TRACK) | SI_SAVED_KIND(IUCV) |               \
     SI_SAVED_KIND(RESTART) | SI_SAVED_KIND(STOP))

/* Lists have entries of these many bytes. */
#define SI_SAVED_CHECK      40
#define SI_SAVED_RECORD     12 /* parameter, parameter64 */
#define SI_SAVED_TOKEN      8
#define SI_SAVED_SOURCE     2
#define SI_SAVED_SUBCHANNEL 4
#define SI_SAVED_PENDING    8 /* subchannel, parameter */
#define SI_SAVED_REGISTERED 4 /* struct si_saved_adapter */

/* These put what is no list; those get everything. */
void si_saved_put_machine(struct si_writer *writer,
                          const struct si_saved_machine *machine);
void si_saved_put_cpu(struct si_writer *writer, const struct si_saved_cpu *cpu);
void si_saved_get_machine(struct si_reader *reader,
                          struct si_saved_machine *machine);
void si_saved_get_cpu(struct si_reader *reader, struct si_saved_cpu *cpu);

void si_saved_get_isc(struct si_reader *reader, struct si_saved_isc *isc);
void si_saved_put_ais(struct si_writer *writer, const struct si_ais *ais);
void si_saved_get_adapters(struct si_reader *reader,
                           struct si_saved_adapters *adapters);
void si_saved_put_adapter(struct si_writer *writer,
                          const struct si_saved_adapter *adapter);
void si_saved_get_adapter(struct si_reader *reader,
                          struct si_saved_adapter *adapter);

/* The other registers, as far as flags say that they are there. */
void si_saved_put_registers(struct si_writer *writer, uint32_t flags,
                            const struct s390irq_registers *registers);

/* One group of machine checks. */
void si_saved_put_check(struct si_writer *writer,
                        const struct s390irq_machine_check *check);
void si_saved_get_check(struct si_reader *reader,
                        struct s390irq_machine_check *check);

#endif
