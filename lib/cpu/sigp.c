/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* SIGNAL PROCESSOR (PoP ch. 4), from any thread. */
#include <s390irq/sigp.h>

#include "cpu/orders.h"
#include "host/notice.h"

enum {
    CC_ACCEPTED,
    CC_STATUS,
    CC_BUSY,
    CC_NOT_OPERATIONAL
};

struct signal {
    struct s390irq_vcpu *sender;
    struct s390irq_vcpu *target;
    uint32_t parameter;
    uint32_t status;
};

static int with_status(struct signal *signal, uint32_t status)
{
    signal->status = status;
    return status ? CC_STATUS : CC_ACCEPTED;
}

/* What an order of cpu/orders.h answered, as a condition code. */
static int as_cc(struct signal *signal, int outcome)
{
    switch (outcome) {
    case SI_ORDER_BUSY:
        return CC_BUSY;
    case SI_ORDER_CHECK_STOP:
        return with_status(signal, S390IRQ_STATUS_CHECK_STOP);
    case SI_ORDER_GONE:
        return CC_NOT_OPERATIONAL;
    case SI_ORDER_STATE:
        return with_status(signal, S390IRQ_STATUS_INCORRECT_STATE);
    default:
        return CC_ACCEPTED;
    }
}

static int sense(struct signal *signal)
{
    uint32_t state = si_machine_state(signal->target), status = 0;

    if (si_local_load(&signal->target->local) & SI_BIT(SI_CLASS_EXTERNAL_CALL))
        status |= S390IRQ_STATUS_EXTERNAL_CALL_PENDING;
    if (state == S390IRQ_STATE_STOPPED)
        status |= S390IRQ_STATUS_STOPPED;
    if (state == S390IRQ_STATE_CHECK_STOP)
        status |= S390IRQ_STATUS_CHECK_STOP;
    return with_status(signal, status);
}

/* A VM that is being saved or torn down is busy to its guest. */
static int external_call(struct signal *signal)
{
    int outcome = s390irq_vcpu_inject_external_call(signal->target,
                                                    signal->sender->address);

    if (outcome == S390IRQ_E_NO_CPU)
        return CC_NOT_OPERATIONAL;
    if (outcome == S390IRQ_BUSY)
        return with_status(signal, S390IRQ_STATUS_EXTERNAL_CALL_PENDING);
    return outcome == S390IRQ_CLOSED ? CC_BUSY : CC_ACCEPTED;
}

static int emergency_signal(struct signal *signal)
{
    int outcome =
        s390irq_vcpu_inject_emergency(signal->target, signal->sender->address);

    if (outcome == S390IRQ_E_NO_CPU)
        return CC_NOT_OPERATIONAL;
    return outcome == S390IRQ_CLOSED ? CC_BUSY : CC_ACCEPTED;
}

static int start(struct signal *signal)
{
    return as_cc(signal, si_orders_start(signal->target, NULL));
}

static int stop(struct signal *signal)
{
    return as_cc(signal, si_orders_stop(signal->target));
}

/* To whom an answer is due: nobody waits for the one in cpu/store_status.c. */
static int stop_and_store_status(struct signal *signal)
{
    const struct s390irq_vcpu *sender = signal->sender;
    struct si_status status;
    int outcome;

    if (!si_store_status_possible(sender->vm))
        return S390IRQ_E_UNSUPPORTED;
    outcome = si_orders_stop_and_store(signal->target, &status);
    if (outcome == SI_ORDER_STOPPED &&
        !si_store_status_in_place(&status, &sender->vm->host, sender->opaque))
        return with_status(signal, S390IRQ_STATUS_INVALID_PARAMETER);
    return as_cc(signal, outcome);
}

#define STATUS_ADDRESS      0x7ffffe00u
#define LENGTH_CODE         0xfu
#define USUAL_LENGTH        10 /* what length code 0 stands for */
#define GUARDED_STORAGE_FIT 11 /* from this length code on it has room */

/* The state is looked at before the address. */
static int store_status_at_address(struct signal *signal)
{
    const struct s390irq_vcpu *sender = signal->sender;
    struct si_status status;
    int outcome;

    if (si_machine_state(signal->target) != S390IRQ_STATE_STOPPED)
        return with_status(signal, S390IRQ_STATUS_INCORRECT_STATE);
    if (!si_store_status_possible(sender->vm))
        return S390IRQ_E_UNSUPPORTED;
    outcome = si_orders_copy_status(signal->target, &status);
    if (outcome == 0 &&
        !si_store_status_at(&status, &sender->vm->host, sender->opaque,
                            signal->parameter & STATUS_ADDRESS))
        return with_status(signal, S390IRQ_STATUS_INVALID_PARAMETER);
    return as_cc(signal, outcome);
}

/* Aligned to its size, which is a power of two by the length code. */
static bool additional_valid(const struct signal *signal)
{
    uint32_t code = signal->parameter & LENGTH_CODE;
    uint32_t address = signal->parameter & ~LENGTH_CODE;

    if (code &&
        (!(signal->sender->vm->host.facilities & SI_FACILITY_GUARDED_STORAGE) ||
         code < 10 || code > 12))
        return false;
    return address % (1u << (code ? code : USUAL_LENGTH)) == 0;
}

static int store_additional_status(struct signal *signal)
{
    const struct s390irq_vcpu *sender = signal->sender;
    uint32_t code = signal->parameter & LENGTH_CODE;
    struct si_status status;
    int outcome;

    if (si_machine_state(signal->target) != S390IRQ_STATE_STOPPED)
        return with_status(signal, S390IRQ_STATUS_INCORRECT_STATE);
    if (!additional_valid(signal))
        return with_status(signal, S390IRQ_STATUS_INVALID_PARAMETER);
    if (!si_store_status_possible(sender->vm))
        return S390IRQ_E_UNSUPPORTED;
    outcome = si_orders_copy_status(signal->target, &status);
    if (outcome == 0 &&
        !si_store_status_additional(&status, &sender->vm->host, sender->opaque,
                                    signal->parameter & ~LENGTH_CODE,
                                    code >= GUARDED_STORAGE_FIT))
        return with_status(signal, S390IRQ_STATUS_INVALID_PARAMETER);
    return as_cc(signal, outcome);
}

static int restart(struct signal *signal)
{
    return as_cc(signal, si_orders_restart(signal->target));
}

static int initial_cpu_reset(struct signal *signal)
{
    si_orders_reset(signal->target, S390IRQ_RESET_INITIAL);
    return CC_ACCEPTED;
}

static int cpu_reset(struct signal *signal)
{
    si_orders_reset(signal->target, S390IRQ_RESET_CPU);
    return CC_ACCEPTED;
}

/* Both pages of the prefix area are looked at, before the state. */
static int set_prefix(struct signal *signal)
{
    const struct s390irq_vcpu *sender = signal->sender;
    uint32_t prefix = signal->parameter & SI_PREFIX_BITS;

    if (!si_memory_has_lowcore(&sender->vm->host, sender->opaque, prefix))
        return with_status(signal, S390IRQ_STATUS_INVALID_PARAMETER);
    return as_cc(signal, si_orders_set_prefix(signal->target, prefix));
}

static int set_architecture(struct signal *signal)
{
    return with_status(signal, S390IRQ_STATUS_INVALID_PARAMETER);
}

/* V-7: decided by what the TARGET published; unknown masks accept. */
static bool accepts_conditionally(const struct signal *signal)
{
    const struct s390irq_vcpu *target = signal->target;
    uint64_t facts = atomic_load(&target->facts);
    uint32_t asn = signal->parameter & 0xffff;
    const uint64_t both = SI_PSW_IO | SI_PSW_EXTERNAL;

    if (si_machine_state(target) == S390IRQ_STATE_STOPPED ||
        (target->vm->flags & S390IRQ_VM_MASKS_UNKNOWN) ||
        (facts & both) != both)
        return true;
    if (si_psw_waits(facts))
        return (facts & SI_FACTS_ADDRESS) != 0;
    return asn == (facts >> SI_FACTS_PRIMARY_SHIFT & 0xffff) ||
           asn == (facts >> SI_FACTS_SECONDARY_SHIFT & 0xffff);
}

static int conditional_emergency(struct signal *signal)
{
    if (!accepts_conditionally(signal))
        return with_status(signal, S390IRQ_STATUS_INCORRECT_STATE);
    return emergency_signal(signal);
}

/* A waiting CPU counts as running, unless its host says otherwise. */
static int sense_running_status(struct signal *signal)
{
    if (si_machine_state(signal->target) == S390IRQ_STATE_OPERATING &&
        atomic_load(&signal->target->dispatched))
        return CC_ACCEPTED;
    return with_status(signal, S390IRQ_STATUS_NOT_RUNNING);
}

#define NEVER_BUSY    0x1
#define IN_CHECK_STOP 0x2 /* carried out in the check-stop state too */

#define EXTENDED_STATUS (SI_FACILITY_VECTOR | SI_FACILITY_GUARDED_STORAGE)

static const struct {
    int (*carry_out)(struct signal *signal);
    uint8_t traits;
    uint8_t facilities; /* one of these is needed, 0: none */
} orders[] = {
    [S390IRQ_SIGP_SENSE] = { sense, IN_CHECK_STOP, 0 },
    [S390IRQ_SIGP_EXTERNAL_CALL] = { external_call, 0, 0 },
    [S390IRQ_SIGP_EMERGENCY_SIGNAL] = { emergency_signal, 0, 0 },
    [S390IRQ_SIGP_START] = { start, 0, 0 },
    [S390IRQ_SIGP_STOP] = { stop, 0, 0 },
    [S390IRQ_SIGP_RESTART] = { restart, 0, 0 },
    [S390IRQ_SIGP_STOP_AND_STORE_STATUS] = { stop_and_store_status, 0, 0 },
    [S390IRQ_SIGP_INITIAL_CPU_RESET] = { initial_cpu_reset,
                                         NEVER_BUSY | IN_CHECK_STOP, 0 },
    [S390IRQ_SIGP_CPU_RESET] = { cpu_reset, NEVER_BUSY | IN_CHECK_STOP, 0 },
    [S390IRQ_SIGP_SET_PREFIX] = { set_prefix, 0, 0 },
    [S390IRQ_SIGP_STORE_STATUS] = { store_status_at_address, 0, 0 },
    [S390IRQ_SIGP_CONDITIONAL_EMERGENCY] = { conditional_emergency, 0, 0 },
    [S390IRQ_SIGP_SENSE_RUNNING_STATUS] = { sense_running_status, IN_CHECK_STOP,
                                            SI_FACILITY_SENSE_RUNNING },
    [S390IRQ_SIGP_STORE_ADDITIONAL] = { store_additional_status, 0,
                                        EXTENDED_STATUS },
};

static bool is_order(const struct s390irq_vm *vm, uint32_t order)
{
    if (order >= sizeof orders / sizeof orders[0] || !orders[order].carry_out)
        return false;
    return !orders[order].facilities ||
           (orders[order].facilities & vm->host.facilities) != 0;
}

/*
 * The order of the checks: set architecture looks at no CPU address; then the
 * address; then the order; then whether the target is busy, then check-stop.
 */
static int signal_processor(struct signal *signal, uint32_t address,
                            uint32_t order)
{
    if (order == S390IRQ_SIGP_SET_ARCHITECTURE)
        return set_architecture(signal);
    signal->target = si_machine_vcpu(signal->sender->vm, address);
    if (!signal->target)
        return CC_NOT_OPERATIONAL;
    if (!is_order(signal->sender->vm, order))
        return with_status(signal, S390IRQ_STATUS_INVALID_ORDER);
    if (!(orders[order].traits & NEVER_BUSY) &&
        si_orders_outstanding(signal->target))
        return CC_BUSY;
    if (!(orders[order].traits & IN_CHECK_STOP) &&
        si_machine_state(signal->target) == S390IRQ_STATE_CHECK_STOP)
        return with_status(signal, S390IRQ_STATUS_CHECK_STOP);
    return orders[order].carry_out(signal);
}

static __attribute__((cold)) void notice(const struct signal *signal,
                                         uint32_t target, uint32_t order,
                                         uint64_t parameter, int cc)
{
    struct s390irq_trace event = {
        .event = S390IRQ_TRACE_SIGP,
        .outcome = cc,
        .cpu = target,
        .code = order,
        .parameter = signal->sender->address,
        .parameter64 = parameter,
        .status = cc == CC_STATUS ? signal->status : 0,
    };

    si_notice_send(&signal->sender->vm->host,
                   signal->target ? signal->target->opaque : NULL, &event);
}

int s390irq_vcpu_sigp(struct s390irq_vcpu *sender, uint32_t target,
                      uint32_t order, uint64_t parameter, uint32_t *status)
{
    struct signal signal = { sender, NULL, (uint32_t)parameter, 0 };
    int cc;

    if (!sender || !status)
        return S390IRQ_E_INVALID;
    if (si_machine_check(sender) < 0)
        return S390IRQ_E_NO_CPU;
    cc = signal_processor(&signal, target, order & 0xff);
    if (cc == CC_STATUS)
        *status = signal.status;
    if (si_notice_wanted(&sender->vm->host))
        notice(&signal, target, order & 0xff, parameter, cc);
    return cc;
}
