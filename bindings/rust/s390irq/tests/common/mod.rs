// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! A machine whose new PSWs are at known places.
#![allow(dead_code)]

use s390irq::{Cpu, Machine};

/// Enabled for external and I/O interruptions, waiting.
pub const WAIT_OPEN: u64 = 0x0302_0001_8000_0000;
/// Enabled, running.
pub const RUN_OPEN: u64 = 0x0300_0001_8000_0000;
pub const CLOSED: u64 = 0x0000_0001_8000_0000;

pub const RAM: usize = 1 << 16;

/// Real addresses of the new PSWs: external, SVC, program, machine check, I/O.
pub const NEW_PSWS: [u64; 5] = [0x1b0, 0x1c0, 0x1d0, 0x1e0, 0x1f0];

/// Where the handler of each class is.
pub fn handler(new_psw: u64) -> u64 {
    0x4000 + new_psw
}

pub fn new_psw(address: u64) -> [u8; 16] {
    ((u128::from(CLOSED) << 64) | u128::from(address)).to_be_bytes()
}

pub fn fill(machine: &Machine) {
    for place in NEW_PSWS.into_iter().chain([0x1a0]) {
        machine.write_ram(place, &new_psw(handler(place))).unwrap();
    }
}

pub fn machine(cpus: u32) -> Machine {
    let machine = Machine::new(cpus, RAM).unwrap();
    fill(&machine);
    machine
}

/// Registers that are open for everything.
pub fn open(psw_mask: u64) -> Cpu {
    let mut cpu = Cpu { psw_mask, psw_address: 0x1000, ..Cpu::default() };
    cpu.clock_comparator = u64::MAX;
    cpu.cpu_timer = i64::MAX as u64;
    cpu.cr[0] |= 0xffff;
    cpu.cr[6] = 0xff00_0000;
    cpu.cr[14] |= 0x1f00_0000;
    cpu
}

pub fn half(machine: &Machine, absolute: u64) -> u16 {
    let mut bytes = [0; 2];
    machine.read_ram(absolute, &mut bytes).unwrap();
    u16::from_be_bytes(bytes)
}
