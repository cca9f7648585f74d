/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The recorded machine, played on one thread in virtual time: the library's
 * VM, its CPUs with what their programs are doing, the clock and the devices.
 */
#ifndef REPLAY_MACHINE_H
#define REPLAY_MACHINE_H

#include <s390irq/s390irq.h>

#include "scenario.h"
#include "storage.h"

#define TOD_PER_US UINT64_C(4096)

#define PSW_WAIT   UINT64_C(0x0002000000000000)
#define PSW_PER    UINT64_C(0x4000000000000000)
#define PSW_CLOSED UINT64_C(0x0000000180000000)
/* Condition code and program mask. */
#define PSW_RESULT UINT64_C(0x00003f0000000000)

/* Where a program interruption of the worker's goes on, in no file. */
#define RESUME_ADDRESS UINT64_C(0x12ff0)
/* Where a worker waits for its next step, unless a recording knows better. */
#define IDLE_ADDRESS UINT64_C(0x12f00)

/* What the program of a CPU is doing. */
enum activity {
    IDLE,    /* waits for its next step, closed */
    STEP,    /* runs a step to its end: nothing comes on its own */
    SPIN,    /* until it is released */
    WAIT,    /* until the wait bit is gone */
    FOREVER, /* does not come back */
};

struct worker {
    struct replay *replay;
    struct s390irq_vcpu *vcpu;
    uint32_t address;
    struct s390irq_cpu cpu;
    struct s390irq_registers registers;
    uint64_t deadline; /* host TOD */
    int answer;        /* of the last deliver */
    bool woken;        /* parked, and the wake hook was called */
    bool held;         /* a stop is carried out after the row of orders */
    enum activity activity;
    bool released; /* SPIN: to end */
    bool started;  /* the flag of clear-worker-flag and wait-worker */
    uint32_t restarts;
    uint32_t waits;     /* deliveries since the wait PSW was loaded */
    uint32_t levels[2]; /* comparator, CPU timer: since it was removed */
};

/* Handlers' script: what the steps limits and handler-rearm say. */
struct script {
    uint64_t level, wait;
    uint64_t rearm_count, rearm_us;
};

struct subchannel {
    bool added;
    uint32_t parameter;
    uint32_t isc;
    uint64_t bit; /* of its adapter's indicator */
};

struct device_state {
    struct subchannel *subchannel; /* by number, 65536 of them */
    bool report_told; /* a machine check is made once, until read empty */
};

/* One run of a scenario. */
struct replay {
    const struct scenario *scenario;
    const struct step *step; /* the one that is under way */
    struct storage storage;
    struct s390irq_vm *vm;
    uint64_t now; /* host TOD */
    struct worker worker[MAX_CPUS];
    struct script script;
    struct device_state devices;
    struct delivery_list log;
    struct problem problem; /* why the scenario fails */
    bool lenient;           /* results are told, not compared */
    char told[200];
};

/* What is wrong, with the step in front of it. Answers false. */
bool replay_fails(struct replay *replay, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Makes the machine as the setup says. recording: storage through hooks. */
bool machine_create(struct replay *replay, bool recording, uint8_t pattern);
void machine_free(struct replay *replay);

/* A CPU of the machine, or NULL with a reason. */
struct worker *machine_worker(struct replay *replay, uint64_t address);

/* Loads a PSW, as LOAD PSW EXTENDED does. */
bool machine_load_psw(struct worker *worker, uint64_t mask, uint64_t address);

/* The worker has ended its step and waits for the next, closed. */
bool machine_go_idle(struct worker *worker);

/* Registers changed: tells the library and looks at what it makes of it. */
bool machine_registers_changed(struct worker *worker);

/* Everybody who has a reason delivers and goes on. */
bool machine_pump(struct replay *replay);

/* Time goes by, and timers with it. */
bool machine_let_pass(struct replay *replay, uint64_t us);
/* The same until it is so or `us` is over; *is_so tells which. */
bool machine_wait_for(struct worker *worker,
                      bool (*condition)(const struct worker *worker),
                      uint64_t us, bool *is_so);

/* The prefix of a CPU, parked or not. */
uint32_t machine_prefix(const struct worker *worker);
/* Real to absolute. */
uint64_t machine_absolute(const struct worker *worker, uint64_t real);

/* The machine stored nothing that nobody expects. */
bool machine_check_storage(struct replay *replay);

#endif
