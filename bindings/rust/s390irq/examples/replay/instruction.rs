// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The few instructions that recorded guests execute, without exceptions.

use std::sync::MutexGuard;

use s390irq::Registers;

use crate::json::bytes_of;
use crate::machine::Replay;
use crate::storage;

/// The one, and what stands behind it.
const MAX_BYTES: usize = 16;

#[derive(Clone, Copy)]
pub struct Instruction {
    pub bytes: [u8; MAX_BYTES],
    /// By its first byte: 2, 4 or 6.
    pub length: u64,
}

impl Instruction {
    pub fn read(hex: &str) -> Option<Self> {
        let found = bytes_of(hex, MAX_BYTES).filter(|b| b.len() >= 2)?;
        let mut bytes = [0; MAX_BYTES];
        for (to, from) in bytes.iter_mut().zip(&found) {
            *to = from.value;
        }
        // PoP ch. 5: the first two bits say how long it is.
        let length = match bytes[0] {
            0x00..=0x3f => 2,
            0x40..=0xbf => 4,
            _ => 6,
        };
        Some(Self { bytes, length })
    }

    fn r1(&self) -> usize {
        usize::from(self.bytes[1] >> 4)
    }

    fn r3(&self) -> usize {
        usize::from(self.bytes[1] & 15)
    }

    /// Vector registers: the last bytes have the left bit of the number.
    fn vector(&self) -> usize {
        self.r1() | (usize::from(self.bytes[4] & 8) << 1)
    }

    /// What a relative branch adds, in bytes.
    fn relative(&self) -> u64 {
        let b = &self.bytes;
        let halfwords = if self.length == 4 {
            i64::from(i16::from_be_bytes([b[2], b[3]]))
        } else {
            i64::from(i32::from_be_bytes([b[2], b[3], b[4], b[5]]))
        };
        (halfwords * 2) as u64
    }
}

/// An instruction on its CPU.
struct Decoded<'r, 's> {
    replay: &'r mut Replay<'s>,
    at: usize,
    instruction: Instruction,
    /// Where it is.
    address: u64,
}

type Execute = fn(&mut Decoded<'_, '_>);

/// The operation code: its first byte; mask, value and place of the second
/// part.
const OPERATIONS: [(u8, u8, u8, usize, Execute); 21] = [
    (0x07, 0, 0, 1, bcr),
    (0x47, 0, 0, 1, bc),
    (0x68, 0, 0, 1, ld),
    (0x80, 0, 0, 1, ssm),
    (0x82, 0, 0, 1, lpsw),
    (0xa7, 0x0f, 0x04, 1, branch_relative),
    (0xac, 0, 0, 1, stnsm),
    (0xad, 0, 0, 1, stosm),
    (0xb2, 0xff, 0x06, 1, sckc),
    (0xb2, 0xff, 0x07, 1, sckpf),
    (0xb2, 0xff, 0x08, 1, spt),
    (0xb2, 0xff, 0x4e, 1, sar),
    (0xb2, 0xff, 0x9d, 1, lfpc),
    (0xb2, 0xff, 0xb2, 1, lpswe),
    (0xb3, 0xff, 0x84, 1, sfpc),
    (0xb3, 0xff, 0xc1, 1, ldgr),
    (0xb7, 0, 0, 1, lctl),
    (0xc0, 0x0f, 0x04, 1, branch_relative),
    (0xe7, 0xff, 0x06, 5, vl),
    (0xe7, 0xff, 0x62, 5, vlvgp),
    (0xeb, 0xff, 0x2f, 5, lctlg),
];

impl Replay<'_> {
    /// Executes it; the PSW names the next one afterwards. One that is not
    /// known does nothing.
    pub fn execute(&mut self, at: usize, instruction: &Instruction) {
        let address = self.workers[at].cpu.psw_address;
        self.pass(at, instruction);
        let bytes = &instruction.bytes;
        let known = OPERATIONS.iter().find(|(first, mask, value, place, _)| {
            *first == bytes[0] && bytes[*place] & mask == *value
        });
        if let Some((.., execute)) = known {
            execute(&mut Decoded {
                replay: self,
                at,
                instruction: *instruction,
                address,
            });
        }
    }

    /// Only moves the PSW on, as a suppressed instruction does.
    pub fn pass(&mut self, at: usize, instruction: &Instruction) {
        let address = &mut self.workers[at].cpu.psw_address;
        *address = address.wrapping_add(instruction.length);
    }
}

impl Decoded<'_, '_> {
    fn registers(&self) -> MutexGuard<'_, Registers> {
        self.replay.board.seats[self.at].registers.lock().expect("one thread")
    }

    fn cpu(&mut self) -> &mut s390irq::Cpu {
        &mut self.replay.workers[self.at].cpu
    }

    fn general(&self, number: u8) -> u64 {
        self.registers().general[usize::from(number & 15)]
    }

    /// Base, and a displacement of 12 bits, in the third and fourth byte.
    fn operand(&self) -> u64 {
        let b = &self.instruction.bytes;
        let displacement = (u64::from(b[2] & 15) << 8) | u64::from(b[3]);
        match b[2] >> 4 {
            0 => displacement,
            base => self.general(base).wrapping_add(displacement),
        }
    }

    /// RX: an index register too.
    fn indexed(&self) -> u64 {
        match self.instruction.bytes[1] & 15 {
            0 => self.operand(),
            index => self.operand().wrapping_add(self.general(index)),
        }
    }

    /// RSY: the fifth byte is the left part of a signed displacement.
    fn long_operand(&self) -> u64 {
        let high = i64::from(self.instruction.bytes[4] as i8) * 4096;
        self.operand().wrapping_add(high as u64)
    }

    /// What stands in storage; zero where there is none.
    fn load(&self, address: u64, length: usize) -> u64 {
        let absolute = self.replay.absolute(self.at, address);
        if !storage::has(absolute, length as u64) {
            return 0;
        }
        self.replay.storage.value(absolute, length)
    }

    fn load_control(&mut self, mut address: u64, length: usize) {
        let keep = if length == 8 { 0 } else { !0xffff_ffff };
        let mut number = self.instruction.r1();
        loop {
            let value = self.load(address, length);
            let register = &mut self.cpu().cr[number];
            *register = (*register & keep) | value;
            address += length as u64;
            if number == self.instruction.r3() {
                return;
            }
            number = (number + 1) & 15;
        }
    }

    fn system_mask(&mut self) -> u64 {
        self.cpu().psw_mask >> 56
    }

    fn set_system_mask(&mut self, mask: u64) {
        let psw = &mut self.cpu().psw_mask;
        *psw = (*psw & !(0xff << 56)) | (mask << 56);
    }

    /// PoP ch. 7, branch on condition: a mask bit for each condition code.
    fn branches(&mut self) -> bool {
        let code = (self.cpu().psw_mask >> 44) & 3;
        self.instruction.r1() & (8 >> code) != 0
    }
}

fn lctl(d: &mut Decoded<'_, '_>) {
    d.load_control(d.operand(), 4);
}

fn lctlg(d: &mut Decoded<'_, '_>) {
    d.load_control(d.long_operand(), 8);
}

fn ssm(d: &mut Decoded<'_, '_>) {
    d.set_system_mask(d.load(d.operand(), 1));
}

fn stosm(d: &mut Decoded<'_, '_>) {
    let mask = d.system_mask() | u64::from(d.instruction.bytes[1]);
    d.set_system_mask(mask);
}

fn stnsm(d: &mut Decoded<'_, '_>) {
    let mask = d.system_mask() & u64::from(d.instruction.bytes[1]);
    d.set_system_mask(mask);
}

fn lpswe(d: &mut Decoded<'_, '_>) {
    let (mask, address) = (d.load(d.operand(), 8), d.load(d.operand() + 8, 8));
    d.cpu().psw_mask = mask;
    d.cpu().psw_address = address;
}

/// PoP ch. 4: the short PSW, bit 12 of which is inverted.
fn lpsw(d: &mut Decoded<'_, '_>) {
    let psw = d.load(d.operand(), 8);
    d.cpu().psw_mask = (psw & 0xffff_ffff_8000_0000) ^ 0x0008_0000_0000_0000;
    d.cpu().psw_address = psw & 0x7fff_ffff;
}

fn sckc(d: &mut Decoded<'_, '_>) {
    d.cpu().clock_comparator = d.load(d.operand(), 8);
}

fn spt(d: &mut Decoded<'_, '_>) {
    d.cpu().cpu_timer = d.load(d.operand(), 8);
    d.cpu().cpu_timer_since_tod = d.replay.now();
}

fn ldgr(d: &mut Decoded<'_, '_>) {
    let (to, from) = (d.instruction.bytes[3] >> 4, d.instruction.bytes[3]);
    let value = d.general(from);
    d.registers().vector[usize::from(to)][0] = value;
}

fn ld(d: &mut Decoded<'_, '_>) {
    let value = d.load(d.indexed(), 8);
    d.registers().vector[d.instruction.r1()][0] = value;
}

fn sfpc(d: &mut Decoded<'_, '_>) {
    let value = d.general(d.instruction.bytes[3] >> 4);
    d.cpu().floating_point_control = value as u32;
}

fn lfpc(d: &mut Decoded<'_, '_>) {
    d.cpu().floating_point_control = d.load(d.operand(), 4) as u32;
}

fn sar(d: &mut Decoded<'_, '_>) {
    let (to, from) = (d.instruction.bytes[3] >> 4, d.instruction.bytes[3]);
    let value = d.general(from) as u32;
    d.registers().access[usize::from(to)] = value;
}

fn sckpf(d: &mut Decoded<'_, '_>) {
    d.cpu().tod_programmable = d.general(0) as u32 & 0xffff;
}

fn vl(d: &mut Decoded<'_, '_>) {
    let value = [d.load(d.indexed(), 8), d.load(d.indexed() + 8, 8)];
    d.registers().vector[d.instruction.vector()] = value;
}

fn vlvgp(d: &mut Decoded<'_, '_>) {
    let b = d.instruction.bytes;
    let value = [d.general(b[1]), d.general(b[2] >> 4)];
    d.registers().vector[d.instruction.vector()] = value;
}

fn bcr(d: &mut Decoded<'_, '_>) {
    let target = d.instruction.bytes[1] & 15;
    if target != 0 && d.branches() {
        d.cpu().psw_address = d.general(target);
    }
}

fn bc(d: &mut Decoded<'_, '_>) {
    if d.branches() {
        d.cpu().psw_address = d.indexed();
    }
}

fn branch_relative(d: &mut Decoded<'_, '_>) {
    if d.branches() {
        d.cpu().psw_address = d.address.wrapping_add(d.instruction.relative());
    }
}
