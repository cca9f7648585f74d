/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The snapshot: everything that the library knows of a VM, as bytes. */
#include "state/save.h"
#include "cpu/hold.h"
#include "cpu/park.h"

struct save {
    struct si_writer writer;
    uint64_t host_tod; /* the moment that the state is of */
};

/* An index that nobody can read is none. */
static void read_clock(struct s390irq_vm *vm, uint64_t host_tod,
                       struct si_saved_machine *machine)
{
    si_lock_take(&vm->tod_lock);
    machine->tod = host_tod + atomic_load(&vm->epoch);
    if (vm->host.facilities & SI_FACILITY_MULTIPLE_EPOCH)
        machine->epoch_index =
            (uint32_t)(vm->epoch_index + (machine->tod < host_tod)) & 0xff;
    si_lock_release(&vm->tod_lock);
}

static void put_machine(struct save *save, struct s390irq_vm *vm)
{
    struct si_floating *floating = &vm->floating;
    struct si_saved_machine machine = { .cpus = vm->cpus };

    read_clock(vm, save->host_tod, &machine);
    if (si_floating_count(floating, SI_CLASS_TIMING_ALERT))
        machine.pending = SI_SAVED_KIND(TIMING_ALERT);
    machine.service = si_floating_service_parameter(floating, false);
    si_saved_put_machine(&save->writer, &machine);
}

static void put_checks(struct si_writer *writer,
                       struct si_machine_checks *checks)
{
    size_t list = si_format_open_list(writer);
    uint32_t count = 0, at;

    si_lock_take(&checks->lock);
    for (at = 0; at < SI_MACHINE_CHECK_GROUPS; at++) {
        if (!checks->slot[at].conditions)
            continue;
        si_saved_put_check(writer, &checks->slot[at]);
        count++;
    }
    si_lock_release(&checks->lock);
    si_format_close_list(writer, list, count);
}

/* wide: with the parameter, which pfault tokens have not. */
static void put_records(struct si_writer *writer, struct si_records *records,
                        bool wide)
{
    size_t list = si_format_open_list(writer);
    uint32_t count = 0, at;

    si_lock_take(&records->lock);
    for (at = records->first; at != SI_RECORDS_NONE;
         at = records->record[at].next) {
        if (wide)
            si_format_put(writer, records->record[at].parameter, 4);
        si_format_put(writer, records->record[at].parameter64, 8);
        count++;
    }
    si_lock_release(&records->lock);
    si_format_close_list(writer, list, count);
}

static void put_sources(struct si_writer *writer, const struct si_local *local,
                        uint32_t class_number)
{
    size_t list = si_format_open_list(writer);
    uint32_t count = 0;
    uint32_t source = si_local_next_source(local, class_number, 0);

    while (source != S390IRQ_MAX_CPUS) {
        si_format_put(writer, source, 2);
        count++;
        source = si_local_next_source(local, class_number, source + 1);
    }
    si_format_close_list(writer, list, count);
}

static uint32_t pending(struct si_local *local)
{
    uint32_t number, kinds = 0;

    for (number = 0; number < SI_CLASS_COUNT; number++) {
        uint32_t kind = 1u << si_classes[number].kind;

        if (si_classes_is_local(number) && (kind & SI_SAVED_LOCAL) &&
            si_local_count(local, number))
            kinds |= kind;
    }
    return kinds;
}

/*
 * The CPU timer goes on when the state is loaded, from where it is now: what
 * it is counted from is a clock of this host.
 */
static uint32_t save_timer(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                           uint64_t host_tod)
{
    bool goes_on = si_park_freeze(cpu, host_tod) || vcpu->timer_frozen;

    if (!goes_on)
        return 0;
    return si_machine_state(vcpu) == S390IRQ_STATE_OPERATING
               ? SI_SAVED_TIMER_RUNS
               : SI_SAVED_TIMER_FROZEN;
}

static uint32_t register_flags(const struct s390irq_vcpu *vcpu)
{
    uint32_t facilities = vcpu->vm->host.facilities;
    uint32_t flags = SI_SAVED_REGISTERS;

    if (!vcpu->registers_known ||
        si_machine_state(vcpu) == S390IRQ_STATE_OPERATING)
        return 0;
    if (facilities & SI_FACILITY_VECTOR)
        flags |= SI_SAVED_VECTOR;
    if (facilities & SI_FACILITY_GUARDED_STORAGE)
        flags |= SI_SAVED_GUARDED;
    return flags;
}

static uint32_t flags_of(struct s390irq_vcpu *vcpu, uint64_t word)
{
    uint32_t flags = register_flags(vcpu);

    if (vcpu->check_stop)
        flags |= SI_SAVED_CHECK_STOP;
    if (word & SI_LOCAL_RESTART_FIRST)
        flags |= SI_SAVED_RESTART_FIRST;
    if (word & SI_LOCAL_STORE_STATUS)
        flags |= SI_SAVED_STORE_STATUS;
    if (vcpu->changed & S390IRQ_CHANGED_CLEAR)
        flags |= SI_SAVED_CLEARED;
    if (vcpu->dispatched)
        flags |= SI_SAVED_DISPATCHED;
    if (si_psw_valid(vcpu->copy.psw_mask, vcpu->copy.psw_address,
                     vcpu->vm->host.facilities))
        flags |= SI_SAVED_PSW_VALID;
    return flags;
}

/* What does not pend is written as zero: the same state is the same bytes. */
static void collect_payloads(const struct si_local *local, uint64_t word,
                             struct si_saved_cpu *saved)
{
    if (saved->pending & SI_SAVED_KIND(EXTERNAL_CALL))
        saved->call = (uint16_t)si_local_call_source(word);
    if (saved->pending & SI_SAVED_KIND(IUCV))
        saved->iucv = local->iucv;
    if (saved->pending & SI_SAVED_KIND(MEASUREMENT_ALERT))
        saved->measurement = local->measurement;
    if (saved->pending & SI_SAVED_KIND(PROGRAM))
        saved->program = local->own.program;
    if (saved->pending & SI_SAVED_KIND(SUPERVISOR_CALL)) {
        saved->svc_code = local->own.svc_code;
        saved->svc_ilc = local->own.svc_ilc;
    }
}

static void collect(struct s390irq_vcpu *vcpu, uint64_t host_tod,
                    struct si_saved_cpu *saved)
{
    uint64_t word = si_local_load(&vcpu->local);

    memset(saved, 0, sizeof *saved);
    saved->address = vcpu->address;
    saved->state = si_machine_state(vcpu);
    saved->flags = flags_of(vcpu, word);
    saved->reset = (uint32_t)((word & SI_LOCAL_RESET) >> SI_LOCAL_RESET_SHIFT);
    saved->pending = pending(&vcpu->local);
    si_park_thaw(vcpu);
    saved->cpu = vcpu->copy;
    saved->flags |= save_timer(vcpu, &saved->cpu, host_tod);
    saved->pfault.token = vcpu->pfault.token;
    if (vcpu->pfault.token != SI_PFAULT_NONE)
        saved->pfault = vcpu->pfault;
    collect_payloads(&vcpu->local, word, saved);
}

static void put_cpu(struct save *save, struct s390irq_vcpu *vcpu)
{
    struct si_writer *writer = &save->writer;
    struct si_saved_cpu saved;

    si_lock_take(&vcpu->local.lock);
    if (si_machine_state(vcpu) != SI_MACHINE_UNPLUGGED) {
        collect(vcpu, save->host_tod, &saved);
        si_format_open(writer, SI_SAVED_CPU);
        si_saved_put_cpu(writer, &saved);
        put_sources(writer, &vcpu->local, SI_CLASS_MALFUNCTION_ALERT);
        put_sources(writer, &vcpu->local, SI_CLASS_EMERGENCY_SIGNAL);
        put_records(writer, &vcpu->local.pfault.records, false);
        put_checks(writer, &vcpu->local.checks);
        si_saved_put_registers(writer, saved.flags, &vcpu->registers);
        si_format_close(writer);
    }
    si_lock_release(&vcpu->local.lock);
}

static void put_floating(struct save *save, struct s390irq_vm *vm)
{
    struct si_floating *floating = &vm->floating;
    struct si_writer *writer = &save->writer;

    si_format_open(writer, SI_SAVED_MACHINE);
    put_machine(save, vm);
    put_checks(writer, &floating->checks);
    put_records(writer, &floating->records[SI_CLASS_PFAULT_DONE]->records,
                true);
    put_records(writer, &floating->records[SI_CLASS_VIRTIO]->records, true);
    si_format_close(writer);
}

/* Answers how many bytes it takes, whether there was room or not. */
static size_t write_all(struct s390irq_vm *vm, void *buffer, size_t room,
                        uint64_t host_tod)
{
    struct save save = { .host_tod = host_tod };
    uint32_t address;

    si_format_begin(&save.writer, buffer, room);
    put_floating(&save, vm);
    si_save_io(&save.writer, vm);
    for (address = 0; address < vm->cpus; address++) {
        struct s390irq_vcpu *vcpu = si_machine_vcpu(vm, address);

        if (vcpu)
            put_cpu(&save, vcpu);
    }
    return si_format_end(&save.writer);
}

/* A route that began before the VM closed may still signal its adapter. */
static int write_closed(struct s390irq_vm *vm, void *buffer, size_t *length,
                        uint64_t host_tod)
{
    size_t room = *length;

    if (atomic_load(&vm->routes_in_flight))
        return S390IRQ_E_NOT_PARKED;
    *length = write_all(vm, buffer, room, host_tod);
    return *length > room ? S390IRQ_E_BUFFER : 0;
}

/* Closes last of all, and opens again if it came to nothing. */
static int save(struct s390irq_vm *vm, void *buffer, size_t *length)
{
    uint64_t host_tod = si_hooks_tod(&vm->host, NULL);
    size_t needed = write_all(vm, NULL, 0, host_tod);
    bool anew;
    int rc;

    if (needed > *length) {
        *length = needed;
        return S390IRQ_E_BUFFER;
    }
    anew = si_hold_close(vm, SI_CLOSED_SAVED);
    rc = write_closed(vm, buffer, length, host_tod);
    if (rc < 0 && anew)
        si_hold_reopen(vm, SI_CLOSED_SAVED);
    return rc;
}

int s390irq_vm_save(struct s390irq_vm *vm, void *buffer, size_t *length)
{
    int rc;

    if (!vm || !length || (!buffer && *length))
        return S390IRQ_E_INVALID;
    if (!si_hold_begin(vm, true))
        return S390IRQ_E_NOT_PARKED;
    rc = save(vm, buffer, length);
    si_hold_end(vm);
    return rc;
}
