/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "state/saved.h"

#define COUNT(fields) (sizeof(fields) / sizeof(fields)[0])

#define MACHINE(member) SI_FIELD(struct si_saved_machine, member)

static const struct si_field machine_fields[] = {
    MACHINE(cpus),    MACHINE(epoch_index), MACHINE(tod),
    MACHINE(pending), MACHINE(service),
};

void si_saved_put_machine(struct si_writer *writer,
                          const struct si_saved_machine *machine)
{
    si_format_put_fields(writer, machine_fields, COUNT(machine_fields),
                         machine);
}

void si_saved_get_machine(struct si_reader *reader,
                          struct si_saved_machine *machine)
{
    memset(machine, 0, sizeof *machine);
    si_format_get_fields(reader, machine_fields, COUNT(machine_fields),
                         machine);
    si_format_get_list(reader, SI_SAVED_CHECK, &machine->checks);
    si_format_get_list(reader, SI_SAVED_RECORD, &machine->pfault_done);
    si_format_get_list(reader, SI_SAVED_RECORD, &machine->virtio);
}

#define CPU(member)       SI_FIELD(struct si_saved_cpu, member)
#define CPU_ARRAY(member) SI_FIELD_ARRAY(struct si_saved_cpu, member)

static const struct si_field cpu_fields[] = {
    CPU(address),
    CPU(state),
    CPU(flags),
    CPU(reset),
    CPU(pending),
    CPU(cpu.prefix),
    CPU(cpu.psw_mask),
    CPU(cpu.psw_address),
    CPU_ARRAY(cpu.cr),
    CPU(cpu.clock_comparator),
    CPU(cpu.cpu_timer),
    CPU(cpu.tod_programmable),
    CPU(cpu.floating_point_control),
    CPU(cpu.breaking_event_address),
    CPU(pfault.token),
    CPU(pfault.select),
    CPU(pfault.compare),
    CPU(call),
    CPU(iucv),
    CPU(measurement),
    CPU(svc_code),
    CPU(svc_ilc),
    CPU(program.code),
    CPU(program.ilc),
    CPU(program.flags),
    CPU(program.data_exception_code),
    CPU(program.translation_exception),
    CPU(program.monitor_code),
    CPU(program.per_address),
    CPU(program.monitor_class),
    CPU(program.per_code),
    CPU(program.per_atmid),
    CPU(program.exception_access),
    CPU(program.per_access),
    CPU(program.operand_access),
};

void si_saved_put_cpu(struct si_writer *writer, const struct si_saved_cpu *cpu)
{
    si_format_put_fields(writer, cpu_fields, COUNT(cpu_fields), cpu);
}

#define OTHERS(member) SI_FIELD_ARRAY(struct s390irq_registers, member)

static const struct si_field general_fields[] = { OTHERS(general),
                                                  OTHERS(access) };
static const struct si_field guarded_fields[] = { OTHERS(guarded_storage) };

#define FLOATING_POINT 16 /* the left halves of these are */
#define VECTOR         32

void si_saved_put_registers(struct si_writer *writer, uint32_t flags,
                            const struct s390irq_registers *registers)
{
    uint32_t at;

    if (!(flags & SI_SAVED_REGISTERS))
        return;
    si_format_put_fields(writer, general_fields, COUNT(general_fields),
                         registers);
    for (at = 0; at < (flags & SI_SAVED_VECTOR ? VECTOR : FLOATING_POINT);
         at++) {
        si_format_put(writer, registers->vector[at][0], 8);
        if (flags & SI_SAVED_VECTOR)
            si_format_put(writer, registers->vector[at][1], 8);
    }
    if (flags & SI_SAVED_GUARDED)
        si_format_put_fields(writer, guarded_fields, COUNT(guarded_fields),
                             registers);
}

static void get_registers(struct si_reader *reader, uint32_t flags,
                          struct s390irq_registers *registers)
{
    static const struct s390irq_registers none = S390IRQ_REGISTERS_INIT;
    uint32_t at;

    *registers = none;
    if (!(flags & SI_SAVED_REGISTERS))
        return;
    si_format_get_fields(reader, general_fields, COUNT(general_fields),
                         registers);
    for (at = 0; at < (flags & SI_SAVED_VECTOR ? VECTOR : FLOATING_POINT);
         at++) {
        registers->vector[at][0] = si_format_get(reader, 8);
        if (flags & SI_SAVED_VECTOR)
            registers->vector[at][1] = si_format_get(reader, 8);
    }
    if (flags & SI_SAVED_GUARDED)
        si_format_get_fields(reader, guarded_fields, COUNT(guarded_fields),
                             registers);
}

void si_saved_get_cpu(struct si_reader *reader, struct si_saved_cpu *cpu)
{
    memset(cpu, 0, sizeof *cpu);
    si_format_get_fields(reader, cpu_fields, COUNT(cpu_fields), cpu);
    si_format_get_list(reader, SI_SAVED_SOURCE, &cpu->malfunction);
    si_format_get_list(reader, SI_SAVED_SOURCE, &cpu->emergency);
    si_format_get_list(reader, SI_SAVED_TOKEN, &cpu->tokens);
    si_format_get_list(reader, SI_SAVED_CHECK, &cpu->checks);
    get_registers(reader, cpu->flags, &cpu->registers);
}

#define CHECK(member) SI_FIELD(struct s390irq_machine_check, member)

static const struct si_field check_fields[] = {
    CHECK(conditions), CHECK(failing_address), CHECK(external_damage),
    CHECK(flags), SI_FIELD_ARRAY(struct s390irq_machine_check, logout)
};

void si_saved_put_check(struct si_writer *writer,
                        const struct s390irq_machine_check *check)
{
    si_format_put_fields(writer, check_fields, COUNT(check_fields), check);
}

void si_saved_get_check(struct si_reader *reader,
                        struct s390irq_machine_check *check)
{
    memset(check, 0, sizeof *check);
    si_format_get_fields(reader, check_fields, COUNT(check_fields), check);
}

void si_saved_get_isc(struct si_reader *reader, struct si_saved_isc *isc)
{
    isc->flags = (uint8_t)si_format_get(reader, 1);
    si_format_get_list(reader, SI_SAVED_PENDING, &isc->subchannels);
}

#define AIS(member) SI_FIELD(struct si_ais, member)

static const struct si_field ais_fields[] = { AIS(single), AIS(suppressed),
                                              AIS(dropped) };

void si_saved_put_ais(struct si_writer *writer, const struct si_ais *ais)
{
    si_format_put_fields(writer, ais_fields, COUNT(ais_fields), ais);
}

void si_saved_get_adapters(struct si_reader *reader,
                           struct si_saved_adapters *adapters)
{
    si_format_get_fields(reader, ais_fields, COUNT(ais_fields), &adapters->ais);
    si_format_get_list(reader, SI_SAVED_REGISTERED, &adapters->adapters);
}

#define ADAPTER(member) SI_FIELD(struct si_saved_adapter, member)

static const struct si_field adapter_fields[] = { ADAPTER(id), ADAPTER(isc),
                                                  ADAPTER(flags) };

void si_saved_put_adapter(struct si_writer *writer,
                          const struct si_saved_adapter *adapter)
{
    si_format_put_fields(writer, adapter_fields, COUNT(adapter_fields),
                         adapter);
}

void si_saved_get_adapter(struct si_reader *reader,
                          struct si_saved_adapter *adapter)
{
    si_format_get_fields(reader, adapter_fields, COUNT(adapter_fields),
                         adapter);
}
