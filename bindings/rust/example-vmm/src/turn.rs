// SPDX-License-Identifier: BSD-3-Clause
//! What happens while guest code runs: the clock advances, and a block of
//! instructions that begins asks whether to stop. Some unprivileged
//! instructions are executed wrongly by the engine: those that read the clock
//! (it has none), the facility list and the PSW (it shows the problem state).
//! Its result is put right after each.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use s390irq::{Attention, Machine};

use crate::board::Board;
use crate::engine::Engine;
use crate::instructions::{facilities, operand, FACILITY_BYTES};
use crate::psw::{wrap, PROBLEM};
use crate::ram::{prefixed, Ram};

/// What a block of instructions takes, in TOD units.
const BLOCK: u64 = 64;
/// "Never".
pub const NEVER: u64 = u64::MAX;

/// The turn of a CPU.
pub struct Turn {
    pub board: Arc<Board>,
    pub ram: Arc<Ram>,
    /// Blocks left.
    pub slice: Cell<u64>,
    pub attention: RefCell<Option<Attention>>,
    pub machine: RefCell<Option<Machine>>,
    /// A timer of the running CPU.
    pub next_stop: Cell<u64>,
    /// The first event of a device, by the virtual clock.
    pub next_event: Cell<u64>,
    /// Of the running CPU.
    pub psw_mask: Cell<u64>,
    pub prefix: Cell<u64>,
    pub tod_programmable: Cell<u32>,
    /// The instruction being replaced, its operand, general register 0 before.
    replaced: Cell<([u8; 6], u64, u64)>,
}

type Correct = fn(&Turn, &Engine);

const REPLACEMENTS: [([u8; 2], Correct); 5] = [
    ([0xb2, 0x05], store_clock),
    ([0xb2, 0x7c], store_clock),
    ([0xb2, 0x78], store_clock_extended),
    ([0xb2, 0xb0], store_facility_list_extended),
    ([0xb9, 0x8d], extract_psw),
];

impl Turn {
    pub fn new(board: Arc<Board>, ram: Arc<Ram>) -> Rc<Self> {
        Rc::new(Self {
            board,
            ram,
            slice: Cell::new(0),
            attention: RefCell::new(None),
            machine: RefCell::new(None),
            next_stop: Cell::new(NEVER),
            next_event: Cell::new(NEVER),
            psw_mask: Cell::new(0),
            prefix: Cell::new(0),
            tod_programmable: Cell::new(0),
            replaced: Cell::new(([0; 6], 0, 0)),
        })
    }

    /// A block begins. True: stop.
    pub fn block(&self) -> bool {
        self.board.advance(BLOCK);
        let left = self.slice.get();
        if left == 0 {
            return true;
        }
        self.slice.set(left - 1);
        self.attention.borrow().as_ref().is_some_and(Attention::is_raised)
            || self.next_event.get() <= self.board.virtual_tod()
            || (self.next_stop.get() != NEVER
                && self.board.now() >= self.next_stop.get())
    }

    /// Whether the engine executes it wrongly.
    pub fn is_wrong(instruction: &[u8; 6]) -> bool {
        REPLACEMENTS.iter().any(|(code, _)| instruction.starts_with(code))
    }

    pub fn before(&self, engine: &Engine, instruction: &[u8; 6]) {
        let general = |number| engine.general(number);
        let address = operand(general, self.psw_mask.get(), instruction, false);
        self.replaced.set((*instruction, address, engine.general(0)));
    }

    pub fn after(&self, engine: &Engine) {
        let (instruction, ..) = self.replaced.get();
        let found =
            REPLACEMENTS.iter().find(|(code, _)| instruction.starts_with(code));
        if let Some((_, correct)) = found {
            correct(self, engine);
        }
    }

    /// Two readings are never the same (PoP ch. 4, TOD clock).
    fn read_clock(&self) -> u64 {
        let machine = self.machine.borrow();
        let tod = machine.as_ref().map_or(0, |m| m.tod().unwrap_or(0));
        self.board.advance(1);
        tod
    }

    fn store(&self, bytes: &[u8]) {
        let (_, operand, _) = self.replaced.get();
        for (at, byte) in bytes.iter().enumerate() {
            let address = wrap(self.psw_mask.get(), operand + at as u64);
            let absolute = prefixed(address, self.prefix.get());
            if self.ram.has(absolute, 1) {
                self.ram.set_byte(absolute, *byte);
            }
        }
    }
}

fn store_clock(turn: &Turn, _: &Engine) {
    turn.store(&turn.read_clock().to_be_bytes());
}

fn store_clock_extended(turn: &Turn, _: &Engine) {
    let mut bytes = [0; 16];
    bytes[1..9].copy_from_slice(&turn.read_clock().to_be_bytes());
    let programmable = turn.tod_programmable.get() as u16;
    bytes[14..].copy_from_slice(&programmable.to_be_bytes());
    turn.store(&bytes);
}

/// General register 0 says how many doublewords there is room for, and is told
/// how many there are, both less one.
fn store_facility_list_extended(turn: &Turn, engine: &Engine) {
    const LENGTH: u64 = 0xff;
    let (_, _, general0) = turn.replaced.get();
    let last = FACILITY_BYTES as u64 / 8 - 1;
    let length = (general0 & LENGTH).min(last);
    turn.store(&facilities()[..8 * (length as usize + 1)]);
    engine.set_general(0, (general0 & !LENGTH) | last);
    engine.set_condition(if length == last { 0 } else { 3 });
}

fn extract_psw(turn: &Turn, engine: &Engine) {
    let (instruction, ..) = turn.replaced.get();
    let problem = PROBLEM >> 32;
    let to = u32::from(instruction[3] >> 4);
    let guest = (turn.psw_mask.get() >> 32) & problem;
    engine.set_general(to, (engine.general(to) & !problem) | guest);
}
