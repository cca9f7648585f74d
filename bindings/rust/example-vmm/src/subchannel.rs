// SPDX-License-Identifier: BSD-3-Clause
//! The instructions for subchannels (PoP ch. 14), and TEST PENDING
//! INTERRUPTION. What pends is the library's; what the status of a subchannel
//! is, and when it interrupts, is the VMM's.

use crate::channel::*;
use crate::instructions::{
    Instruction, Raised, ADDRESSING, OPERAND, SPECIFICATION,
};
use crate::ram::number;
use crate::vmm::Vmm;

const SCHIB: usize = 52;
const IRB: usize = 96;
/// In a SCHIB.
const SCSW: usize = 28;

/// ORB: format-1 CCWs, flags that the SCSW has in the same place, and the
/// logical path.
const ORB_FORMAT_1: u16 = 0x0080;
const ORB_STARTED: u16 = 0xf8f8;
const ONLY_PATH: u8 = 0x80;

/// PMCW: bits that have to be zero.
const PATH_RESERVED: u16 = 0xc700;

/// General register 1 designates a subchannel; `None`: there is none.
fn designate(vmm: &Vmm) -> Result<Option<usize>, u16> {
    let word = vmm.general(1) as u32;
    let number = (word & 0xffff) as usize;
    if word != identification(number) {
        return Err(OPERAND);
    }
    Ok((number < SUBCHANNELS).then_some(number))
}

fn operational(vmm: &Vmm, target: Option<usize>) -> Option<usize> {
    target.filter(|number| {
        vmm.channel.subchannel[*number].path & PATH_ENABLED != 0
    })
}

/// 1: status pending; 2: a function is in progress; 0: neither.
fn occupied(subchannel: &Subchannel) -> u64 {
    if subchannel.control & STATUS_PENDING != 0 {
        1
    } else if subchannel.control & FUNCTIONS != 0 {
        2
    } else {
        0
    }
}

fn scsw_of(subchannel: &Subchannel) -> [u8; 12] {
    let mut scsw = [0; 12];
    scsw[..2].copy_from_slice(&subchannel.started.to_be_bytes());
    scsw[2..4].copy_from_slice(&subchannel.control.to_be_bytes());
    scsw[4..8].copy_from_slice(&subchannel.program.to_be_bytes());
    scsw[8] = subchannel.device_status;
    scsw[9] = subchannel.subchannel_status;
    scsw[10..].copy_from_slice(&subchannel.residual.to_be_bytes());
    scsw
}

pub fn store(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    if i.address % 4 != 0 {
        return Err(SPECIFICATION);
    }
    let target = designate(vmm)?;
    if let Some(number) = target {
        let subchannel = &vmm.channel.subchannel[number];
        let mut schib = [0; SCHIB];
        schib[..4].copy_from_slice(&subchannel.parameter.to_be_bytes());
        schib[4..6].copy_from_slice(&subchannel.path.to_be_bytes());
        schib[6..8].copy_from_slice(&(number as u16).to_be_bytes());
        // Logical, installed, operational, available.
        for path in [8, 11, 14, 15] {
            schib[path] = ONLY_PATH;
        }
        schib[SCSW..SCSW + 12].copy_from_slice(&scsw_of(subchannel));
        vmm.store(at, i.address, &schib)?;
    }
    vmm.condition(at, if target.is_some() { 0 } else { 3 });
    Ok(())
}

pub fn modify(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let schib: [u8; SCHIB] = vmm.fetch_aligned(at, i.address, 4)?;
    let target = designate(vmm)?;
    let path = number(&schib[4..6]) as u16;
    if path & PATH_RESERVED != 0 {
        return Err(OPERAND);
    }
    let mut code = 3;
    if let Some(number_of) = target {
        let subchannel = &mut vmm.channel.subchannel[number_of];
        code = occupied(subchannel);
        if code == 0 {
            subchannel.parameter = number(&schib[..4]) as u32;
            subchannel.path =
                PATH_VALID | (path & (PATH_ISC_BITS | PATH_ENABLED));
        }
    }
    vmm.condition(at, code);
    Ok(())
}

pub fn start(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    const ADDRESS: u32 = 0x7fff_ffff;
    let orb: [u8; 12] = vmm.fetch_aligned(at, i.address, 4)?;
    let target = designate(vmm)?;
    let flags = number(&orb[4..6]) as u16;
    let program = number(&orb[8..12]) as u32;
    if flags & ORB_FORMAT_1 == 0 || program & !ADDRESS != 0 {
        return Err(OPERAND);
    }
    let target = operational(vmm, target).filter(|_| orb[6] & ONLY_PATH != 0);
    let code = target.map_or(3, |n| occupied(&vmm.channel.subchannel[n]));
    vmm.condition(at, code);
    if let (Some(number_of), 0) = (target, code) {
        let subchannel = &mut vmm.channel.subchannel[number_of];
        subchannel.parameter = number(&orb[..4]) as u32;
        subchannel.started = flags & ORB_STARTED;
        subchannel.program = program;
        vmm.start_program(number_of);
    }
    Ok(())
}

/// Status is pending, and it is of a function that goes on.
fn only_intermediate(subchannel: &Subchannel) -> bool {
    subchannel.control & STATUS == STATUS_INTERMEDIATE | STATUS_PENDING
}

/// What TEST SUBCHANNEL leaves of it (PoP ch. 14).
fn clear_status(subchannel: &mut Subchannel) {
    if only_intermediate(subchannel) {
        subchannel.control &= !STATUS;
    } else if subchannel.control & STATUS_PENDING != 0 {
        subchannel.control = 0;
    }
}

/// The status goes to storage, and with it what pends for the subchannel.
pub fn test(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    if i.address % 4 != 0 {
        return Err(SPECIFICATION);
    }
    let target = designate(vmm)?;
    let Some(number) = operational(vmm, target) else {
        vmm.condition(at, 3);
        return Ok(());
    };
    let mut irb = [0; IRB];
    irb[..12].copy_from_slice(&scsw_of(&vmm.channel.subchannel[number]));
    let queue = vmm.machine.queue();
    let taken = queue.take_io(0xff, Some(identification(number)));
    let taken = vmm.expect(taken).flatten();
    if vmm.store(at, i.address, &irb).is_err() {
        if let Some(taken) = taken {
            let back = queue.put_back_io(taken);
            vmm.expect(back);
        }
        return Err(ADDRESSING);
    }
    vmm.count_withdrawn(taken.is_some());
    let subchannel = &mut vmm.channel.subchannel[number];
    let pended = subchannel.control & STATUS_PENDING != 0;
    clear_status(subchannel);
    vmm.condition(at, if pended { 0 } else { 1 });
    Ok(())
}

/// Ends what goes on at a subchannel and withdraws what pends for it.
fn quiet(vmm: &mut Vmm, number: usize) {
    vmm.cancel_program(number);
    let cleared = vmm.machine.queue().clear_io(identification(number));
    vmm.expect(cleared);
    vmm.channel.subchannel[number].device_status = 0;
    vmm.channel.subchannel[number].subchannel_status = 0;
}

pub fn clear(vmm: &mut Vmm, at: usize, _: &Instruction) -> Raised {
    let target = designate(vmm)?;
    let target = operational(vmm, target);
    vmm.condition(at, if target.is_some() { 0 } else { 3 });
    if let Some(number) = target {
        quiet(vmm, number);
        vmm.channel.subchannel[number].control = FUNCTION_CLEAR;
        vmm.channel_interrupt(number, 0);
    }
    Ok(())
}

pub fn halt(vmm: &mut Vmm, at: usize, _: &Instruction) -> Raised {
    let target = designate(vmm)?;
    let Some(number) = operational(vmm, target) else {
        vmm.condition(at, 3);
        return Ok(());
    };
    let subchannel = &vmm.channel.subchannel[number];
    let pends = subchannel.control & STATUS_PENDING != 0
        && !only_intermediate(subchannel);
    let start = subchannel.control & FUNCTION_START;
    vmm.condition(at, pends.into());
    if !pends {
        quiet(vmm, number);
        vmm.channel.subchannel[number].control = start | FUNCTION_HALT;
        let ended = STATUS_PRIMARY | STATUS_SECONDARY;
        vmm.channel_interrupt(number, if start != 0 { ended } else { 0 });
    }
    Ok(())
}

/// Operand address 0 stands for the place where interruptions store.
pub fn test_pending_interruption(
    vmm: &mut Vmm,
    at: usize,
    i: &Instruction,
) -> Raised {
    const LOWCORE: u64 = 0xb8;
    if i.address % 4 != 0 {
        return Err(SPECIFICATION);
    }
    let queue = vmm.machine.queue();
    let isc_mask = (vmm.cpus[at].registers.cr[6] >> 24) as u8;
    let taken = vmm.machine.queue().take_io(isc_mask, None);
    let taken = vmm.expect(taken).flatten();
    if let Some(taken) = taken {
        let code = taken.io_code();
        let stored = match i.address {
            0 => vmm.store(at, LOWCORE, &code),
            address => vmm.store(at, address, &code[..8]),
        };
        if stored.is_err() {
            let back = queue.put_back_io(taken);
            vmm.expect(back);
            return stored;
        }
    }
    vmm.condition(at, taken.is_some().into());
    Ok(())
}

/// There is one path, 0, and nothing to be reset at it.
pub fn reset_channel_path(vmm: &mut Vmm, at: usize, _: &Instruction) -> Raised {
    let path = vmm.general(1) as u32;
    if path & !0xff != 0 {
        return Err(OPERAND);
    }
    if path == 0 {
        vmm.report_path();
    }
    vmm.condition(at, if path == 0 { 0 } else { 3 });
    Ok(())
}

pub fn store_channel_report_word(
    vmm: &mut Vmm,
    at: usize,
    i: &Instruction,
) -> Raised {
    if i.address % 4 != 0 {
        return Err(SPECIFICATION);
    }
    let word = vmm.channel.reports.first().copied();
    vmm.store(at, i.address, &word.unwrap_or(0).to_be_bytes())?;
    if word.is_some() {
        vmm.channel.reports.remove(0);
    }
    vmm.condition(at, if word.is_some() { 0 } else { 1 });
    Ok(())
}
