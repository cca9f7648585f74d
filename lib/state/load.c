/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Loads a snapshot: the whole of it is looked at before anything changes, and
 * what needs memory is done before anything that cannot be undone.
 */
#include "state/load.h"

#include <s390irq/errors.h>

#include "cpu/hold.h"
#include "cpu/route.h"

/* Each reads a section and, if it is one, does its part; false: refused. */
static bool check_machine(struct si_load *load, struct si_reader *section)
{
    struct si_saved_machine machine;

    si_saved_get_machine(section, &machine);
    return !section->bad && si_check_machine(load, &machine);
}

static bool replace_machine(struct si_load *load, struct si_reader *section)
{
    struct si_saved_machine machine;

    si_saved_get_machine(section, &machine);
    si_apply_machine(load, &machine);
    return true;
}

static bool check_cpu(struct si_load *load, struct si_reader *section)
{
    struct si_saved_cpu saved;

    si_saved_get_cpu(section, &saved);
    return !section->bad && si_check_cpu(load, &saved);
}

static bool replace_cpu(struct si_load *load, struct si_reader *section)
{
    struct si_saved_cpu saved;

    si_saved_get_cpu(section, &saved);
    si_apply_cpu(load, &saved);
    return true;
}

typedef bool step(struct si_load *load, struct si_reader *section);

/* The sections in their order; the last of them may come often, or never. */
static const struct {
    uint32_t tag;
    step *check;
    step *replace;
} sections[] = {
    { SI_SAVED_MACHINE, check_machine, replace_machine },
    { SI_SAVED_SUBCHANNELS, si_load_io_check_subchannels,
      si_load_io_apply_subchannels },
    { SI_SAVED_IO, si_load_io_check_pending, si_load_io_apply_pending },
    { SI_SAVED_ADAPTERS, si_load_io_check_adapters, si_load_io_apply_adapters },
    { SI_SAVED_CPU, check_cpu, replace_cpu },
};

#define LAST (sizeof sections / sizeof sections[0] - 1)

/* Whether a section may be passed: it says so, and nobody here knows it. */
static bool passes(uint32_t tag)
{
    size_t at;

    for (at = 0; at <= LAST; at++)
        if ((tag & ~SI_FORMAT_OPTIONAL) == sections[at].tag)
            return false;
    return (tag & SI_FORMAT_OPTIONAL) != 0;
}

/* Takes each section in turn. */
static bool walk(struct si_load *load, struct si_reader reader, bool replace)
{
    struct si_reader section;
    uint32_t tag, at = 0;

    load->next_address = 0;
    while (si_format_section(&reader, &tag, &section)) {
        if (passes(tag))
            continue;
        if (tag != sections[at].tag)
            return false;
        if (!(replace ? sections[at].replace : sections[at].check)(load,
                                                                   &section) ||
            section.left)
            return false;
        if (at < LAST)
            at++;
    }
    return !reader.bad && at == LAST;
}

static void wake_all(struct s390irq_vm *vm)
{
    uint32_t address;

    for (address = 0; address < vm->cpus; address++) {
        struct s390irq_vcpu *vcpu = si_machine_vcpu(vm, address);

        if (vcpu)
            si_route_reason(vcpu, SI_LOCAL_LOOK);
    }
}

static void replace(struct si_load *load, struct si_reader reader)
{
    struct s390irq_vm *vm = load->vm;

    si_hold_close(vm, SI_CLOSED_LOADING);
    walk(load, reader, true);
    si_apply_gap(load, vm->cpus);
    si_hold_reopen(vm, SI_CLOSED_LOADING);
}

/* Everything that can go wrong does so here. */
static int check(struct si_load *load, struct si_reader reader)
{
    if (!walk(load, reader, false))
        return load->no_memory ? S390IRQ_E_NO_MEMORY : S390IRQ_E_FORMAT;
    if (load->missing)
        return S390IRQ_E_NO_CPU;
    return si_load_io_reserve(load) ? 0 : S390IRQ_E_NO_MEMORY;
}

int s390irq_vm_load(struct s390irq_vm *vm, const void *buffer, size_t length)
{
    struct si_load load = { .vm = vm };
    struct si_reader reader;
    int rc;

    if (!vm || !buffer)
        return S390IRQ_E_INVALID;
    if (!si_format_check(&reader, buffer, length))
        return S390IRQ_E_FORMAT;
    load.host_tod = si_hooks_tod(&vm->host, NULL);
    if (!si_hold_begin(vm, false))
        return S390IRQ_E_NOT_PARKED;
    rc = check(&load, reader);
    if (rc == 0)
        replace(&load, reader);
    si_hold_end(vm);
    if (rc == 0)
        wake_all(vm);
    return rc;
}
