/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/taking.h"

#include "arch/program.h"
#include "arch/psw.h"

static void store_per_event(struct si_taking *taking,
                            const struct s390irq_program *program)
{
    si_taking_store(taking, SI_LOWCORE_PER_CODE, 2,
                    (uint32_t)program->per_code << 8 | program->per_atmid);
    si_taking_store(taking, SI_LOWCORE_PER_ADDRESS, 8, program->per_address);
    if (program->flags & S390IRQ_PROGRAM_PER_ACCESS)
        si_taking_store(taking, SI_LOWCORE_PER_ACCESS, 1, program->per_access);
}

static void store_by_code(struct si_taking *taking,
                          const struct s390irq_program *program,
                          uint32_t traits)
{
    if (traits & SI_PROGRAM_TRANSLATION)
        si_taking_store(taking, SI_LOWCORE_TRANSLATION_EXCEPTION, 8,
                        program->translation_exception);
    if ((traits & SI_PROGRAM_EXCEPTION_ACCESS) &&
        (!(traits & SI_PROGRAM_TRANSLATION) ||
         (program->flags & S390IRQ_PROGRAM_EXCEPTION_ACCESS)))
        si_taking_store(taking, SI_LOWCORE_EXCEPTION_ACCESS, 1,
                        program->exception_access);
    if ((traits & SI_PROGRAM_OPERAND_ACCESS) &&
        (program->flags & S390IRQ_PROGRAM_OPERAND_ACCESS))
        si_taking_store(taking, SI_LOWCORE_OPERAND_ACCESS, 1,
                        program->operand_access);
    if (traits & SI_PROGRAM_DATA)
        si_taking_store(taking, SI_LOWCORE_DATA_EXCEPTION_CODE, 4,
                        program->data_exception_code);
    if (traits & SI_PROGRAM_MONITOR) {
        si_taking_store(taking, SI_LOWCORE_MONITOR_CLASS, 2,
                        program->monitor_class);
        si_taking_store(taking, SI_LOWCORE_MONITOR_CODE, 8,
                        program->monitor_code);
    }
}

/*
 * PoP ch. 6, program interruption. The PSW is the one after the instruction;
 * where the exception nullifies, the old PSW names the instruction itself.
 */
void si_program_build(struct si_taking *taking,
                      const struct s390irq_interruption *what,
                      const struct s390irq_cpu *cpu)
{
    const struct s390irq_program *program = &what->u.program;
    uint32_t traits = si_program_traits(program->code);

    taking->code = program->code;
    store_by_code(taking, program, traits);
    if (program->code & SI_PROGRAM_PER)
        store_per_event(taking, program);
    si_taking_store(taking, SI_LOWCORE_PROGRAM_ILC_AND_CODE, 4,
                    (uint32_t)program->ilc << 16 | program->code);
    si_taking_store(taking, SI_LOWCORE_BREAKING_EVENT, 8,
                    cpu->breaking_event_address);
    if ((traits & SI_PROGRAM_NULLIFIES) &&
        !(program->flags & S390IRQ_PROGRAM_NO_REWIND))
        taking->psw_address =
            si_psw_step_back(cpu->psw_mask, cpu->psw_address, program->ilc);
}

void si_program_transaction(struct si_taking *taking,
                            const struct si_host *host, void *opaque,
                            struct si_save_area *area)
{
    if (!(taking->code & SI_PROGRAM_TRANSACTION) || !host->ops.transaction)
        return;
    SI_LOCK_ASSERT_NONE();
    memset(area->transaction, 0, sizeof area->transaction);
    host->ops.transaction(host->opaque, opaque, area->transaction);
    si_taking_block(taking, SI_LOWCORE_TRANSACTION_BLOCK,
                    sizeof area->transaction, area->transaction);
}
