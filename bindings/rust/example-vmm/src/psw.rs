// SPDX-License-Identifier: BSD-3-Clause
//! Which bits of the PSW mask does the VMM look at (PoP ch. 4), and which
//! instructions change them (PoP ch. 10)?

use crate::instructions::{Instruction, Raised, SPECIFICATION};
use crate::ram::number;
use crate::vmm::Vmm;

pub const DAT: u64 = 0x0400_0000_0000_0000;
const KEY: u64 = 0x00f0_0000_0000_0000;
/// Bit 12: one in a PSW of 8 bytes.
const SHORT: u64 = 0x0008_0000_0000_0000;
pub const WAIT: u64 = 0x0002_0000_0000_0000;
pub const PROBLEM: u64 = 0x0001_0000_0000_0000;
pub const CONDITION_CODE: u64 = 0x0000_3000_0000_0000;
pub const CONDITION_CODE_SHIFT: u32 = 44;
const EXTENDED_ADDRESSING: u64 = 0x0000_0001_0000_0000;
const BASIC_ADDRESSING: u64 = 0x0000_0000_8000_0000;
pub const MODE_64: u64 = EXTENDED_ADDRESSING | BASIC_ADDRESSING;

const SYSTEM_MASK_SHIFT: u32 = 56;

/// The address as the addressing mode shortens it (PoP ch. 5).
pub fn wrap(psw_mask: u64, address: u64) -> u64 {
    if psw_mask & EXTENDED_ADDRESSING != 0 {
        address
    } else if psw_mask & BASIC_ADDRESSING != 0 {
        address & 0x7fff_ffff
    } else {
        address & 0xff_ffff
    }
}

/// The library looks at the new PSW, whether it is valid and whether it waits,
/// in the deliver that follows.
fn load(vmm: &mut Vmm, at: usize, mask: u64, address: u64) {
    vmm.cpus[at].registers.psw_mask = mask;
    vmm.cpus[at].registers.psw_address = address;
    vmm.masks_changed(at);
    vmm.cpus[at].must_deliver = true;
}

pub fn load_psw_extended(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
) -> Raised {
    let bytes: [u8; 16] = vmm.fetch_aligned(at, instruction.address, 8)?;
    load(vmm, at, number(&bytes[..8]), number(&bytes[8..]));
    Ok(())
}

pub fn load_psw(vmm: &mut Vmm, at: usize, instruction: &Instruction) -> Raised {
    const ADDRESS: u64 = 0x7fff_ffff;
    let bytes: [u8; 8] = vmm.fetch_aligned(at, instruction.address, 8)?;
    let psw = number(&bytes);
    if psw & SHORT == 0 {
        return Err(SPECIFICATION);
    }
    load(vmm, at, psw & !SHORT & !ADDRESS, psw & ADDRESS);
    Ok(())
}

fn set_mask(vmm: &mut Vmm, at: usize, system_mask: u8) {
    let psw = &mut vmm.cpus[at].registers.psw_mask;
    *psw = (*psw & !(0xff << SYSTEM_MASK_SHIFT))
        | (u64::from(system_mask) << SYSTEM_MASK_SHIFT);
    vmm.masks_changed(at);
}

pub fn set_system_mask(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
) -> Raised {
    let [mask] = vmm.fetch(at, instruction.address)?;
    set_mask(vmm, at, mask);
    Ok(())
}

fn store_then(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
    combine: fn(u8, u8) -> u8,
) -> Raised {
    let mask = (vmm.cpus[at].registers.psw_mask >> SYSTEM_MASK_SHIFT) as u8;
    vmm.store(at, instruction.address, &[mask])?;
    set_mask(vmm, at, combine(mask, instruction.bytes[1]));
    Ok(())
}

pub fn store_then_or(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
) -> Raised {
    store_then(vmm, at, instruction, |mask, operand| mask | operand)
}

pub fn store_then_and(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
) -> Raised {
    store_then(vmm, at, instruction, |mask, operand| mask & operand)
}

/// The key is in bits 56-59 of the operand address.
pub fn set_psw_key(
    vmm: &mut Vmm,
    at: usize,
    instruction: &Instruction,
) -> Raised {
    let psw = &mut vmm.cpus[at].registers.psw_mask;
    *psw = (*psw & !KEY) | ((instruction.address & 0xf0) << 48);
    Ok(())
}
