// SPDX-License-Identifier: BSD-3-Clause
//! How does the host reach what Unicorn has no call for? It has the engine
//! execute an instruction of its own, in the supervisor state, from a page
//! that guests do not have.

use s390irq::Registers;

use crate::engine::{Engine, Exit, Reason};
use crate::psw;
use crate::unicorn::*;

/// Where the host page appears to the engine.
pub const PAGE: u64 = 0x7fff_0000;
pub const PAGE_SIZE: usize = 4096;

const SLOT: u64 = 16;
const OPERAND: u64 = 0x800;

/// Operands are at OPERAND beyond general register 15.
const INSTRUCTIONS: [&[u8]; 8] = [
    &[0xb2, 0x10, 0xf8, 0x00],
    &[0xeb, 0x00, 0xf8, 0x00, 0x00, 0x2f],
    &[0xb2, 0x9d, 0xf8, 0x00],
    &[0xb3, 0xc1, 0x00, 0x2f],
    &[0xb2, 0x4e, 0x00, 0x5f],
    &[0xb2, 0x0d, 0x00, 0x00],
    &[0x0a, 0x2a],
    &[0x00, 0x00],
];

const SET_PREFIX: usize = 0;
const LOAD_CONTROL_0: usize = 1;
const LOAD_FLOATING_POINT_CONTROL: usize = 2;
const SET_FLOATING_POINT_2: usize = 3;
const SET_ACCESS_5: usize = 4;
const PURGE_TLB: usize = 5;
const SUPERVISOR_CALL: usize = 6;
const ILLEGAL: usize = 7;

impl Engine {
    pub(crate) fn prepare_host_page(&self) {
        for (at, instruction) in INSTRUCTIONS.iter().enumerate() {
            self.host_page.set_bytes(SLOT * at as u64, instruction);
        }
    }

    fn start(&self, which: usize, psw_mask: u64) {
        let address = PAGE + SLOT * which as u64;
        let end = address + INSTRUCTIONS[which].len() as u64;
        self.stepping.set(true);
        self.set(UC_REG_PSWM, psw_mask);
        // SAFETY: the engine is open; hooks reach self by shared reference.
        unsafe { uc_emu_start(self.uc, address, end, 0, 0) };
        self.stepping.set(false);
    }

    /// The caller writes the PSW before it goes on: it is not kept.
    fn host_execute(&self, which: usize, operand: &[u8]) {
        let general15 = self.general(15);
        self.host_page.set_bytes(OPERAND, operand);
        self.set_general(15, PAGE);
        self.start(which, psw::MODE_64);
        self.set_general(15, general15);
    }

    pub(crate) fn load_host_control0(&self, value: u64) {
        self.host_execute(LOAD_CONTROL_0, &value.to_be_bytes());
    }

    pub(crate) fn load_host_prefix(&self, prefix: u32) {
        self.host_execute(SET_PREFIX, &prefix.to_be_bytes());
    }

    pub(crate) fn load_host_floating_point_control(&self, value: u32) {
        let operand = value.to_be_bytes();
        self.host_execute(LOAD_FLOATING_POINT_CONTROL, &operand);
    }

    pub(crate) fn purge_host_tlb(&self) {
        self.host_execute(PURGE_TLB, &[]);
    }

    fn raises(&self, which: usize, reason: Reason, code: u32) -> bool {
        self.exit.set(Exit::default());
        self.start(which, psw::MODE_64 | psw::PROBLEM);
        let exit = self.exit.get();
        exit.reason == reason
            && exit.code == code
            && exit.length as usize == INSTRUCTIONS[which].len()
    }

    /// Each kind of register, set to what tells its place.
    fn finds_registers(&self) -> bool {
        self.load_host_control0(0x400e0);
        self.load_host_floating_point_control(0x0030_0002);
        self.host_execute(SET_FLOATING_POINT_2, &[]);
        self.host_execute(SET_ACCESS_5, &[]);
        self.set_general(9, PAGE + 9);
        self.save(self.scratch);
        let mut registers = Registers::default();
        self.registers_of(self.scratch, &mut registers);
        registers.general[9] == PAGE + 9
            && registers.vector[2][0] == PAGE
            && u64::from(registers.access[5]) == PAGE
            && self.floating_point_control() == 0x0030_0002
    }

    /// Is the engine's CPU state laid out as expected?
    pub(crate) fn check_host_page(&self) -> bool {
        let right = self.raises(SUPERVISOR_CALL, Reason::SupervisorCall, 42)
            && self.raises(ILLEGAL, Reason::Program, 1)
            && self.raises(PURGE_TLB, Reason::Program, 2)
            && self.finds_registers();
        self.restore(self.initial);
        right
    }
}
