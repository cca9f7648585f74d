/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/route.h"

#ifndef S390IRQ_WITHOUT_WAIT
void si_route_end_wait(struct s390irq_vcpu *vcpu)
{
    pthread_mutex_lock(&vcpu->wait_mutex);
    pthread_cond_broadcast(&vcpu->wait_condition);
    pthread_mutex_unlock(&vcpu->wait_mutex);
}
#endif

static uint32_t kind_of_token(uint32_t token)
{
    return token == SI_TOKEN_NONE ? 0 : si_classes[token].kind;
}

static void wake(struct s390irq_vcpu *vcpu, uint32_t token)
{
    const struct si_host *host = &vcpu->vm->host;

    si_tally_add(&vcpu->wakes, 1);
    si_machine_notice(vcpu, S390IRQ_TRACE_WAKE, kind_of_token(token), 0, 0);
    SI_LOCK_ASSERT_NONE();
    if (host->ops.wake)
        host->ops.wake(host->opaque, vcpu->opaque);
#ifndef S390IRQ_WITHOUT_WAIT
    else
        si_route_end_wait(vcpu);
#endif
}

static void kick(struct s390irq_vcpu *vcpu, uint32_t token)
{
    const struct si_host *host = &vcpu->vm->host;

    si_tally_add(&vcpu->kicks, 1);
    si_machine_notice(vcpu, S390IRQ_TRACE_KICK, kind_of_token(token), 0, 0);
    SI_LOCK_ASSERT_NONE();
    host->ops.kick(host->opaque, vcpu->opaque);
}

/*
 * Claim, THEN raise attention, THEN call the hook (T-1). The reason bit makes
 * attention stay even if what the claim was for is taken by somebody else:
 * the CPU is no sleeper for anybody until it has been through deliver.
 */
static bool call_out(struct s390irq_vcpu *vcpu, uint32_t wanted, uint64_t bits,
                     uint32_t token)
{
    enum si_published_state was =
        si_published_claim(&vcpu->published, wanted, bits, token);

    if (was == SI_RUNNING)
        return false;
    atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    if (was == SI_ASLEEP)
        wake(vcpu, token);
    else
        kick(vcpu, token);
    return true;
}

void si_route_local(struct s390irq_vcpu *vcpu, uint64_t bits)
{
    call_out(vcpu, SI_CLAIM_ASLEEP | SI_CLAIM_GUEST, bits, SI_TOKEN_NONE);
}

void si_route_reason(struct s390irq_vcpu *vcpu, uint64_t reasons)
{
    atomic_fetch_or(&vcpu->local.word, reasons);
    si_route_local(vcpu, reasons);
}

static bool call_out_at(struct s390irq_vm *vm, uint32_t address,
                        uint32_t wanted, uint32_t class_number)
{
    struct s390irq_vcpu *vcpu = si_machine_vcpu(vm, address);

    return vcpu && call_out(vcpu, wanted, SI_BIT(class_number), class_number);
}

/* The sets keep who was called out until it has been through deliver. */
static bool sleeps_at(struct s390irq_vm *vm, uint32_t address,
                      uint32_t class_number)
{
    struct s390irq_vcpu *vcpu = si_machine_vcpu(vm, address);

    return vcpu &&
           si_published_is(&vcpu->published, SI_ASLEEP, SI_BIT(class_number));
}

/* Whom wake_sleeper() would wake, or S390IRQ_MAX_CPUS. */
static uint32_t first_choice(struct s390irq_vm *vm, uint32_t class_number)
{
    const struct si_away *away = &vm->away;
    uint32_t last = atomic_load(&away->last_sleeper);
    uint32_t address = si_away_next(away, class_number, 0);

    if (si_away_has(away, class_number, last) &&
        sleeps_at(vm, last, class_number))
        return last;
    while (address != S390IRQ_MAX_CPUS && !sleeps_at(vm, address, class_number))
        address = si_away_next(away, class_number, address + 1);
    return address;
}

/* The embedder's policy; what it answers has to be asleep and open too. */
static bool chosen_by_host(struct s390irq_vm *vm, uint32_t class_number)
{
    const struct si_host *host = &vm->host;
    uint32_t address, choice;

    if (!host->ops.choose)
        return false;
    address = first_choice(vm, class_number);
    if (address == S390IRQ_MAX_CPUS)
        return false;
    SI_LOCK_ASSERT_NONE();
    choice = host->ops.choose(host->opaque, NULL, si_classes[class_number].kind,
                              address);
    return call_out_at(vm, choice, SI_CLAIM_ASLEEP, class_number);
}

/* The one that slept last if it is among them, else the lowest address. */
static bool wake_sleeper(struct s390irq_vm *vm, uint32_t class_number)
{
    const struct si_away *away = &vm->away;
    uint32_t last = atomic_load(&away->last_sleeper), address;

    if (!si_away_is_anybody(away, class_number))
        return false;
    if (chosen_by_host(vm, class_number))
        return true;
    if (si_away_has(away, class_number, last) &&
        call_out_at(vm, last, SI_CLAIM_ASLEEP, class_number))
        return true;
    for (address = si_away_next(away, class_number, 0);
         address != S390IRQ_MAX_CPUS;
         address = si_away_next(away, class_number, address + 1))
        if (call_out_at(vm, address, SI_CLAIM_ASLEEP, class_number))
            return true;
    return false;
}

/* Upwards only, so that passing on ends after one round. */
static void kick_guest(struct s390irq_vm *vm, uint32_t class_number,
                       uint32_t from)
{
    uint32_t address = si_away_next(&vm->away, SI_AWAY_GUESTS, from);

    for (; address != S390IRQ_MAX_CPUS;
         address = si_away_next(&vm->away, SI_AWAY_GUESTS, address + 1))
        if (call_out_at(vm, address, SI_CLAIM_GUEST, class_number))
            return;
}

void si_route_floating(struct s390irq_vm *vm, uint32_t class_number,
                       uint32_t from)
{
    if (!wake_sleeper(vm, class_number) && si_machine_kicks(vm))
        kick_guest(vm, class_number, from);
}

void si_route_all(struct s390irq_vm *vm, uint64_t classes)
{
    classes &= si_floating_load(&vm->floating);
    while (classes)
        si_route_floating(vm, si_bits_take_highest(&classes), 0);
}
