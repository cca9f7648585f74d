/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A state comes from outside: each value is one that a VM could have had, or
 * the whole is refused. What does not pend is zero, so that a state that was
 * loaded is saved as the same bytes.
 */
#include "arch/mcic.h"
#include "cpu/park.h"
#include "state/load.h"

#include <s390irq/errors.h>

static bool record_valid(const struct s390irq_interruption *what)
{
    return s390irq_interruption_check(what) == 0;
}

/* Groups in their order, each with conditions of its own only. */
static bool checks_valid(const struct si_list *checks, bool floating)
{
    struct si_reader entries = checks->entries;
    uint64_t before = 0;
    uint32_t at;

    for (at = 0; at < checks->count; at++) {
        struct s390irq_interruption what = { .kind =
                                                 S390IRQ_KIND_MACHINE_CHECK };
        uint64_t classes;

        si_saved_get_check(&entries, &what.u.machine_check);
        classes = si_mcic_classes(what.u.machine_check.conditions);
        if (!record_valid(&what) || classes <= before ||
            (classes & (classes - 1)) ||
            (floating && (classes & SI_BIT(SI_CLASS_EXIGENT))))
            return false;
        before = classes;
    }
    return true;
}

static bool fits(const struct si_list *list, const struct si_recorded *recorded)
{
    return list->count <= recorded->records.limit;
}

static bool service_valid(uint32_t parameter)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_SERVICE_SIGNAL,
                                         .parameter = parameter };

    return parameter == 0 || record_valid(&what);
}

bool si_check_machine(struct si_load *load,
                      const struct si_saved_machine *machine)
{
    struct s390irq_vm *vm = load->vm;
    uint32_t indices =
        vm->host.facilities & SI_FACILITY_MULTIPLE_EPOCH ? 0x100 : 1;

    load->cpus = machine->cpus;
    return machine->cpus >= 1 && machine->cpus <= vm->cpus &&
           machine->epoch_index < indices &&
           !(machine->pending & ~SI_SAVED_FLOATING) &&
           service_valid(machine->service) &&
           checks_valid(&machine->checks, true) &&
           fits(&machine->pfault_done,
                vm->floating.records[SI_CLASS_PFAULT_DONE]) &&
           fits(&machine->virtio, vm->floating.records[SI_CLASS_VIRTIO]);
}

static bool sources_valid(const struct si_load *load,
                          const struct si_list *sources)
{
    struct si_reader entries = sources->entries;
    uint32_t next = 0, at;

    for (at = 0; at < sources->count; at++) {
        uint32_t source = (uint32_t)si_format_get(&entries, SI_SAVED_SOURCE);

        if (source < next || source >= load->cpus)
            return false;
        next = source + 1;
    }
    return true;
}

static bool pends(const struct si_saved_cpu *saved, uint32_t kind)
{
    return (saved->pending & kind) != 0;
}

static bool only_if(bool condition, bool what)
{
    return condition || !what;
}

static bool program_valid(const struct si_saved_cpu *saved)
{
    static const struct s390irq_program none;
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_PROGRAM };

    if (!pends(saved, SI_SAVED_KIND(PROGRAM)))
        return memcmp(&saved->program, &none, sizeof none) == 0;
    what.u.program = saved->program;
    return record_valid(&what);
}

static bool supervisor_call_valid(const struct si_saved_cpu *saved)
{
    struct s390irq_interruption what = {
        .kind = S390IRQ_KIND_SUPERVISOR_CALL,
        .source = saved->svc_code,
        .parameter = saved->svc_ilc,
    };

    if (!pends(saved, SI_SAVED_KIND(SUPERVISOR_CALL)))
        return !saved->svc_code && !saved->svc_ilc;
    return record_valid(&what);
}

static bool payloads_valid(const struct si_load *load,
                           const struct si_saved_cpu *saved)
{
    return saved->call < load->cpus &&
           only_if(pends(saved, SI_SAVED_KIND(EXTERNAL_CALL)), saved->call) &&
           only_if(pends(saved, SI_SAVED_KIND(IUCV)), saved->iucv) &&
           only_if(pends(saved, SI_SAVED_KIND(MEASUREMENT_ALERT)),
                   saved->measurement) &&
           program_valid(saved) && supervisor_call_valid(saved) &&
           sources_valid(load, &saved->malfunction) &&
           sources_valid(load, &saved->emergency) &&
           saved->tokens.count <= SI_LOCAL_RECORDS &&
           checks_valid(&saved->checks, false);
}

/* What was saved with a facility is not loaded without it. */
static bool facilities_valid(const struct si_load *load,
                             const struct si_saved_cpu *saved)
{
    uint32_t facilities = load->vm->host.facilities;
    bool psw_valid =
        si_psw_valid(saved->cpu.psw_mask, saved->cpu.psw_address, facilities);

    return only_if(facilities & SI_FACILITY_VECTOR,
                   saved->flags & SI_SAVED_VECTOR) &&
           only_if(facilities & SI_FACILITY_GUARDED_STORAGE,
                   saved->flags & SI_SAVED_GUARDED) &&
           psw_valid == ((saved->flags & SI_SAVED_PSW_VALID) != 0);
}

static bool flags_valid(const struct si_saved_cpu *saved)
{
    uint32_t flags = saved->flags;
    bool operating = saved->state == S390IRQ_STATE_OPERATING;

    return !(flags & ~SI_SAVED_FLAGS) &&
           only_if(operating && !(flags & SI_SAVED_TIMER_FROZEN),
                   flags & SI_SAVED_TIMER_RUNS) &&
           only_if(!operating, flags & SI_SAVED_TIMER_FROZEN) &&
           only_if(operating && pends(saved, SI_SAVED_KIND(RESTART)),
                   flags & SI_SAVED_RESTART_FIRST) &&
           only_if(pends(saved, SI_SAVED_KIND(STOP)),
                   flags & SI_SAVED_STORE_STATUS) &&
           only_if(!operating, flags & SI_SAVED_REGISTERS) &&
           only_if(flags & SI_SAVED_REGISTERS,
                   flags & (SI_SAVED_VECTOR | SI_SAVED_GUARDED));
}

static bool pfault_valid(const struct si_pfault *pfault)
{
    if (pfault->token == SI_PFAULT_NONE)
        return !pfault->select && !pfault->compare;
    return pfault->token % 8 == 0 && !(pfault->compare & ~pfault->select);
}

bool si_check_cpu(struct si_load *load, const struct si_saved_cpu *saved)
{
    if (saved->address < load->next_address || saved->address >= load->cpus)
        return false;
    load->next_address = saved->address + 1;
    load->missing |= !si_machine_vcpu(load->vm, saved->address);
    return saved->state >= S390IRQ_STATE_OPERATING &&
           saved->state <= S390IRQ_STATE_CHECK_STOP &&
           saved->reset <= S390IRQ_RESET_CLEAR &&
           !(saved->pending & ~SI_SAVED_LOCAL) &&
           only_if(saved->state != S390IRQ_STATE_STOPPED,
                   pends(saved, SI_SAVED_KIND(STOP))) &&
           si_park_valid(&saved->cpu) && pfault_valid(&saved->pfault) &&
           flags_valid(saved) && payloads_valid(load, saved) &&
           facilities_valid(load, saved);
}
