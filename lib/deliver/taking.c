/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/taking.h"

static void psw_at(struct si_taking *taking, uint16_t old_psw, uint16_t new_psw)
{
    taking->old_psw = old_psw;
    taking->new_psw = new_psw;
}

void si_taking_build(struct si_taking *taking, uint32_t class_number,
                     const struct s390irq_interruption *what,
                     const struct s390irq_cpu *cpu)
{
    taking->class_number = class_number;
    taking->code = 0;
    taking->count = 0;
    taking->block_count = 0;
    taking->psw_mask = cpu->psw_mask;
    taking->psw_address = cpu->psw_address;
    switch (class_number) {
    case SI_CLASS_PROGRAM:
        psw_at(taking, SI_LOWCORE_PROGRAM_OLD_PSW, SI_LOWCORE_PROGRAM_NEW_PSW);
        si_program_build(taking, what, cpu);
        break;
    case SI_CLASS_SUPERVISOR_CALL:
        psw_at(taking, SI_LOWCORE_SVC_OLD_PSW, SI_LOWCORE_SVC_NEW_PSW);
        si_svc_build(taking, what);
        break;
    case SI_CLASS_EXIGENT: /* the rest is added by si_machine_check_build() */
    case SI_CLASS_CHANNEL_REPORT:
    case SI_CLASS_RECOVERY:
    case SI_CLASS_DEGRADATION:
    case SI_CLASS_DAMAGE:
    case SI_CLASS_WARNING:
        psw_at(taking, SI_LOWCORE_MACHINE_CHECK_OLD_PSW,
               SI_LOWCORE_MACHINE_CHECK_NEW_PSW);
        break;
    case SI_CLASS_RESTART: /* nothing but the PSWs */
        psw_at(taking, SI_LOWCORE_RESTART_OLD_PSW, SI_LOWCORE_RESTART_NEW_PSW);
        break;
    default:
        if (si_classes[class_number].nature == SI_IO) {
            psw_at(taking, SI_LOWCORE_IO_OLD_PSW, SI_LOWCORE_IO_NEW_PSW);
            si_io_build(taking, what);
            break;
        }
        psw_at(taking, SI_LOWCORE_EXTERNAL_OLD_PSW,
               SI_LOWCORE_EXTERNAL_NEW_PSW);
        si_external_build(taking, what);
        break;
    }
}
