// SPDX-License-Identifier: BSD-3-Clause
//! Instructions for control registers, prefix, identity, clock comparator, CPU
//! timer and TOD clock (PoP ch. 10).

use crate::instructions::{
    facilities, Instruction, Raised, ADDRESSING, SPECIFICATION,
};
use crate::ram::number;
use crate::vmm::Vmm;

/// Loads registers r1 to r3, round the corner if need be.
fn load(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
    length: u64,
) -> Raised {
    if instruction.address % length != 0 {
        return Err(SPECIFICATION);
    }
    let count = (instruction.r3.wrapping_sub(instruction.r1) & 15) + 1;
    let bytes =
        vmm.fetch_bytes(at, instruction.address, u64::from(count) * length)?;
    for (i, operand) in bytes.chunks(length as usize).enumerate() {
        let which = (instruction.r1 as usize + i) & 15;
        let register = &mut vmm.cpus[at].registers.cr[which];
        let keep = if length == 8 { 0 } else { !0xffff_ffff };
        *register = (*register & keep) | number(operand);
    }
    vmm.masks_changed(at);
    // Control register 0 has the clock-comparator sign control.
    vmm.timers_changed(at);
    Ok(())
}

fn store(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
    length: usize,
) -> Raised {
    if instruction.address % length as u64 != 0 {
        return Err(SPECIFICATION);
    }
    let count = (instruction.r3.wrapping_sub(instruction.r1) & 15) + 1;
    let bytes: Vec<u8> = (0..count)
        .flat_map(|i| {
            let which = (instruction.r1 + i) & 15;
            let register = vmm.cpus[at].registers.cr[which as usize];
            register.to_be_bytes()[8 - length..].to_vec()
        })
        .collect();
    vmm.store(at, instruction.address, &bytes)
}

pub fn load_control(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    load(vmm, at, i, 4)
}

pub fn load_control_long(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    load(vmm, at, i, 8)
}

pub fn store_control(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    store(vmm, at, i, 4)
}

pub fn store_control_long(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    store(vmm, at, i, 8)
}

pub fn set_prefix(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    const AREA: u64 = 8192;
    let bytes: [u8; 4] = vmm.fetch_aligned(at, i.address, 4)?;
    let prefix = number(&bytes) & 0x7fff_e000;
    if prefix + AREA > vmm.ram.size() {
        return Err(ADDRESSING);
    }
    vmm.cpus[at].registers.prefix = prefix as u32;
    vmm.cpus[at].must_deliver = true;
    Ok(())
}

/// Stores a number; its operand must be at a multiple of its length.
fn store_number(
    vmm: &mut Vmm,
    at: usize,
    address: u64,
    number: u64,
    length: usize,
) -> Raised {
    if address % length as u64 != 0 {
        return Err(SPECIFICATION);
    }
    vmm.store(at, address, &number.to_be_bytes()[8 - length..])
}

pub fn store_prefix(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let prefix = vmm.cpus[at].registers.prefix.into();
    store_number(vmm, at, i.address, prefix, 4)
}

pub fn store_cpu_address(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    store_number(vmm, at, i.address, at as u64, 2)
}

/// Version, CPU address as serial number, machine type, format.
pub fn store_cpu_id(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    const MACHINE_TYPE: u64 = 0x2817;
    const FORMAT: u64 = 0x8000;
    let id = ((at as u64) << 32) | (MACHINE_TYPE << 16) | FORMAT;
    store_number(vmm, at, i.address, id, 8)
}

/// The first word of the list.
pub fn store_facility_list(
    vmm: &mut Vmm,
    at: usize,
    _: &Instruction,
) -> Raised {
    const LOWCORE_FACILITIES: u64 = 0xc8;
    vmm.store(at, LOWCORE_FACILITIES, &facilities()[..4])
}

/// Function code 0 asks for the level: 1, a basic machine.
pub fn store_system_information(
    vmm: &mut Vmm,
    at: usize,
    _: &Instruction,
) -> Raised {
    const FUNCTION: u64 = 0xf000_0000;
    let general0 = vmm.general(0);
    if general0 & FUNCTION != 0 {
        vmm.condition(at, 3);
    } else {
        vmm.set_general(0, (general0 & !0xffff_ffff) | 0x1000_0000);
        vmm.condition(at, 0);
    }
    Ok(())
}

fn doubleword(vmm: &Vmm, at: usize, i: &Instruction) -> Result<u64, u16> {
    vmm.fetch_aligned(at, i.address, 8).map(u64::from_be_bytes)
}

pub fn set_clock(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let tod = doubleword(vmm, at, i)?;
    let set = vmm.machine.set_tod(tod);
    vmm.expect(set);
    vmm.condition(at, 0);
    Ok(())
}

pub fn set_clock_comparator(
    vmm: &mut Vmm,
    at: usize,
    i: &Instruction,
) -> Raised {
    vmm.cpus[at].registers.clock_comparator = doubleword(vmm, at, i)?;
    vmm.timers_changed(at);
    Ok(())
}

pub fn store_clock_comparator(
    vmm: &mut Vmm,
    at: usize,
    i: &Instruction,
) -> Raised {
    let comparator = vmm.cpus[at].registers.clock_comparator;
    store_number(vmm, at, i.address, comparator, 8)
}

/// The timer counts down from this value at this moment.
pub fn set_cpu_timer(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    vmm.cpus[at].registers.cpu_timer = doubleword(vmm, at, i)?;
    vmm.cpus[at].registers.cpu_timer_since_tod = vmm.board.now();
    vmm.timers_changed(at);
    Ok(())
}

pub fn store_cpu_timer(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let registers = &vmm.cpus[at].registers;
    let elapsed = match registers.cpu_timer_since_tod {
        0 => 0,
        since => vmm.board.now().wrapping_sub(since),
    };
    let timer = registers.cpu_timer.wrapping_sub(elapsed);
    store_number(vmm, at, i.address, timer, 8)
}
