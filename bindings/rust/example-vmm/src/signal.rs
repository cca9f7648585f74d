// SPDX-License-Identifier: BSD-3-Clause
//! SIGNAL PROCESSOR and MONITOR CALL (PoP ch. 4 and 7).

use s390irq::{Program, Sigp, State};

use crate::counts::Order;
use crate::instructions::{Instruction, Raised, MONITOR, SPECIFICATION};
use crate::vmm::Vmm;

/// Condition code 2 goes to the guest, which will try again: a host that did
/// so itself would wait for a CPU whose turn cannot come.
pub fn signal_processor(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    const LOW: u64 = 0xffff_ffff;
    let target = u32::from(vmm.general(i.r3) as u16);
    let parameter = vmm.general(i.r1 | 1);
    let order = u32::from(i.address as u8);
    let was_stopped = vmm
        .cpus
        .get(target as usize)
        .is_some_and(|cpu| cpu.vcpu.state() == Ok(State::Stopped));
    let answer = match vmm.cpus[at].vcpu.sigp(target, order, parameter) {
        Ok(answer) => answer,
        Err(error) => {
            vmm.fail(&error.to_string());
            return Ok(());
        }
    };
    if let Sigp::Status(status) = answer {
        let register = vmm.general(i.r1) & !LOW;
        vmm.set_general(i.r1, register | u64::from(status.bits()));
    }
    vmm.count_order(&Order { order, target, parameter, answer, was_stopped });
    vmm.condition(at, answer.condition_code().into());
    vmm.cpus[at].yields |= answer == Sigp::Busy;
    Ok(())
}

/// Control register 8 has a mask bit for each of the 16 monitor classes.
pub fn monitor_call(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let class = i.bytes[1];
    if class > 15 {
        return Err(SPECIFICATION);
    }
    if vmm.cpus[at].registers.cr[8] & (0x8000 >> class) != 0 {
        vmm.program(
            at,
            Program {
                code: MONITOR,
                ilc: 4,
                monitor_class: class.into(),
                monitor_code: i.address,
                ..Default::default()
            },
        );
    }
    Ok(())
}
