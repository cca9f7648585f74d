// SPDX-License-Identifier: BSD-3-Clause
//! Which instructions does the host execute, and how does it find them?

use s390irq::Program;

use crate::engine::{length_of, Exit, Reason};
use crate::psw::{wrap, PROBLEM};
use crate::ram::number;
use crate::vmm::Vmm;
use crate::{control, diagnose, psw, sclp, signal, subchannel};

/// Program interruption codes (PoP ch. 6).
const OPERATION: u16 = 0x01;
const PRIVILEGED: u16 = 0x02;
pub const ADDRESSING: u16 = 0x05;
pub const SPECIFICATION: u16 = 0x06;
pub const OPERAND: u16 = 0x15;
pub const MONITOR: u16 = 0x40;

pub const FACILITY_BYTES: usize = 24;

/// Or the code of the program interruption that it ends with.
pub type Raised = Result<(), u16>;

/// An instruction, taken apart.
pub struct Instruction {
    pub bytes: [u8; 6],
    /// First and last four bits of the second byte.
    pub r1: u32,
    pub r3: u32,
    /// The same of the fourth byte: R1 and R2 of RRE.
    pub rre1: u32,
    pub rre2: u32,
    /// Of the operand in storage.
    pub address: u64,
}

/// Carries an instruction out; the PSW names the next one already.
type Execute = fn(&mut Vmm, usize, &Instruction) -> Raised;

/// What the host does with an instruction that came to it.
struct Known {
    /// The bytes that tell it: two; the first; or first and last.
    code: [u8; 2],
    /// `None`: the engine does it right, given the supervisor state.
    execute: Option<Execute>,
    /// The engine does not know it, and it is not privileged.
    unknown_to_engine: bool,
    /// The operand address has 20 bits of displacement.
    long_displacement: bool,
}

const fn host(first: u8, second: u8, execute: Execute) -> Known {
    Known {
        code: [first, second],
        execute: Some(execute),
        unknown_to_engine: false,
        long_displacement: false,
    }
}

const fn long(last: u8, execute: Execute) -> Known {
    Known { long_displacement: true, ..host(0xeb, last, execute) }
}

const fn engine(second: u8) -> Known {
    Known {
        code: [0xb2, second],
        execute: None,
        unknown_to_engine: false,
        long_displacement: false,
    }
}

static KNOWN: [Known; 40] = [
    host(0x80, 0, psw::set_system_mask),
    host(0x82, 0, psw::load_psw),
    host(0x83, 0, diagnose::diagnose),
    host(0xac, 0, psw::store_then_and),
    host(0xad, 0, psw::store_then_or),
    host(0xae, 0, signal::signal_processor),
    Known { unknown_to_engine: true, ..host(0xaf, 0, signal::monitor_call) },
    host(0xb6, 0, control::store_control),
    host(0xb7, 0, control::load_control),
    host(0xb2, 0x02, control::store_cpu_id),
    host(0xb2, 0x04, control::set_clock),
    host(0xb2, 0x06, control::set_clock_comparator),
    host(0xb2, 0x07, control::store_clock_comparator),
    host(0xb2, 0x08, control::set_cpu_timer),
    host(0xb2, 0x09, control::store_cpu_timer),
    host(0xb2, 0x0a, psw::set_psw_key),
    engine(0x0d),
    host(0xb2, 0x10, control::set_prefix),
    host(0xb2, 0x11, control::store_prefix),
    host(0xb2, 0x12, control::store_cpu_address),
    host(0xb2, 0x20, sclp::service_call),
    engine(0x29),
    engine(0x2a),
    engine(0x2b),
    engine(0x2c),
    host(0xb2, 0x30, subchannel::clear),
    host(0xb2, 0x31, subchannel::halt),
    host(0xb2, 0x32, subchannel::modify),
    host(0xb2, 0x33, subchannel::start),
    host(0xb2, 0x34, subchannel::store),
    host(0xb2, 0x35, subchannel::test),
    host(0xb2, 0x36, subchannel::test_pending_interruption),
    host(0xb2, 0x39, subchannel::store_channel_report_word),
    host(0xb2, 0x3b, subchannel::reset_channel_path),
    host(0xb2, 0x7d, control::store_system_information),
    host(0xb2, 0xb1, control::store_facility_list),
    host(0xb2, 0xb2, psw::load_psw_extended),
    long(0x25, control::store_control_long),
    long(0x2f, control::load_control_long),
    long(0xd1, diagnose::set_interruption_controls),
];

fn find(bytes: &[u8; 6]) -> Option<&'static Known> {
    let second = match bytes[0] {
        0xb2 => bytes[1],
        0xeb => bytes[5],
        _ => 0,
    };
    KNOWN.iter().find(|known| known.code == [bytes[0], second])
}

/// 0 1 2 7 9 16 18 19 21 22 25 32 33 34 35 45; 72 adapter-interruption
/// suppression; 129 vector. Nothing of DAT, since guests run without.
pub fn facilities() -> [u8; FACILITY_BYTES] {
    const LIST: [u64; FACILITY_BYTES / 8] =
        [0xe140_b640_f004_0000, 0x0080_0000_0000_0000, 0x4000_0000_0000_0000];
    let mut bytes = [0; FACILITY_BYTES];
    for (to, from) in bytes.chunks_mut(8).zip(LIST) {
        to.copy_from_slice(&from.to_be_bytes());
    }
    bytes
}

/// The operand address with a displacement of 12 or 20 bits.
pub fn operand(
    general: impl Fn(u32) -> u64,
    psw_mask: u64,
    bytes: &[u8; 6],
    long_displacement: bool,
) -> u64 {
    let base = match bytes[2] >> 4 {
        0 => 0,
        base => general(base.into()),
    };
    let mut displacement =
        (u64::from(bytes[2] & 15) << 8) | u64::from(bytes[3]);
    if long_displacement {
        let high = i64::from(bytes[4] as i8) << 12;
        displacement = displacement.wrapping_add(high as u64);
    }
    wrap(psw_mask, base.wrapping_add(displacement))
}

impl Vmm {
    /// Fetches the instruction at the PSW, or the target of an EXECUTE there.
    fn fetch_instruction(&self, at: usize) -> [u8; 6] {
        let place = self.cpus[at].registers.psw_address;
        let bytes = self.instruction_at(at, place);
        let mask = self.cpus[at].registers.psw_mask;
        let target = match (bytes[0], bytes[1] & 15) {
            (0x44, index) => {
                let general = |number| self.general(number);
                let index = if index == 0 { 0 } else { general(index.into()) };
                let address = operand(general, mask, &bytes, false);
                wrap(mask, address.wrapping_add(index))
            }
            (0xc6, 0) => {
                let halfwords = i64::from(number(&bytes[2..]) as u32 as i32);
                wrap(mask, place.wrapping_add((2 * halfwords) as u64))
            }
            _ => return bytes,
        };
        let modifier = u32::from(bytes[1] >> 4);
        let mut bytes = self.instruction_at(at, target);
        if modifier != 0 {
            bytes[1] |= self.general(modifier) as u8;
        }
        bytes
    }

    fn instruction_at(&self, at: usize, address: u64) -> [u8; 6] {
        let mut bytes = [0; 6];
        let first = self.fetch_bytes(at, address, 1).unwrap_or(vec![0]);
        let length = length_of(first[0]);
        if let Ok(found) = self.fetch_bytes(at, address, length) {
            bytes[..found.len()].copy_from_slice(&found);
        }
        bytes
    }

    /// Makes a program interruption pending at the running CPU.
    pub fn program(&mut self, at: usize, program: Program) {
        let outcome = self.cpus[at].vcpu.program(&program);
        self.count(s390irq::Kind::Program, outcome);
        self.cpus[at].program_raised = true;
        self.cpus[at].must_deliver = true;
    }

    pub fn advance(&mut self, at: usize, length: u32) {
        let registers = &mut self.cpus[at].registers;
        registers.psw_address = wrap(
            registers.psw_mask,
            registers.psw_address.wrapping_add(length.into()),
        );
    }

    /// The exception is the guest's own.
    fn raise(&mut self, at: usize, code: u16, length: u32, dxc: u32) {
        self.program(
            at,
            Program {
                code,
                ilc: length as u8,
                data_exception_code: dxc,
                ..Default::default()
            },
        );
    }

    /// An instruction that the engine does right, given the supervisor state.
    fn step(&mut self, at: usize, length: u32) {
        let registers = &mut self.cpus[at].registers;
        let exit = self.engine.step(registers, length);
        match exit.reason {
            Reason::Program => {
                self.advance(at, exit.length);
                self.raise(at, exit.code as u16, exit.length, 0);
            }
            Reason::Failed => self.fail(exit.error),
            _ => {}
        }
    }

    fn execute(
        &mut self,
        at: usize,
        known: &Known,
        execute: Execute,
        bytes: [u8; 6],
        length: u32,
    ) {
        let mask = self.cpus[at].registers.psw_mask;
        let general = |number| self.general(number);
        let instruction = Instruction {
            bytes,
            r1: (bytes[1] >> 4).into(),
            r3: (bytes[1] & 15).into(),
            rre1: (bytes[3] >> 4).into(),
            rre2: (bytes[3] & 15).into(),
            address: operand(general, mask, &bytes, known.long_displacement),
        };
        self.advance(at, length);
        if let Err(code) = execute(self, at, &instruction) {
            self.raise(at, code, length, 0);
        }
    }

    /// The guest stopped with a program exception: an instruction for the
    /// host, or the guest's own?
    pub fn exception(&mut self, at: usize, exit: &Exit) {
        let supervisor = self.cpus[at].registers.psw_mask & PROBLEM == 0;
        let mut code = exit.code as u16;
        let bytes = self.fetch_instruction(at);
        let known = find(&bytes).filter(|known| {
            if known.unknown_to_engine {
                code == OPERATION
            } else {
                code == PRIVILEGED && supervisor
            }
        });
        match known.map(|known| (known, known.execute)) {
            Some((known, Some(execute))) => {
                self.execute(at, known, execute, bytes, exit.length);
            }
            Some((_, None)) => self.step(at, exit.length),
            None => {
                if code == PRIVILEGED && supervisor {
                    code = OPERATION;
                }
                self.advance(at, exit.length);
                self.raise(at, code, exit.length, exit.data_exception_code);
            }
        }
    }
}
