// SPDX-License-Identifier: BSD-3-Clause
//! How is the machine put together?

use std::rc::Rc;
use std::sync::Arc;

use s390irq::{Cpu, Kind, Machine, Next, Outcome, Vcpu};

use crate::board::Board;
use crate::channel::{Channel, Event};
use crate::counts::Tally;
use crate::engine::Engine;
use crate::instructions::{facilities, Raised, ADDRESSING, SPECIFICATION};
use crate::psw::{self, wrap};
use crate::ram::{prefixed, Ram};
use crate::turn::{Turn, NEVER};
use crate::Options;

/// A CPU as the VMM has it.
pub struct VmmCpu {
    pub vcpu: Vcpu,
    /// The library's part of the registers.
    pub registers: Cpu,
    /// Of the last deliver.
    pub answer: Next,
    /// Answers LOOP in a row.
    pub loops: u32,
    /// The instruction changed the PSW.
    pub must_deliver: bool,
    /// By the VMM, since the last deliver.
    pub program_raised: bool,
    /// Its next stopped state is a reset's.
    pub reset_ordered: bool,
    /// Its turn is over.
    pub yields: bool,
}

/// The order matters when it is dropped: CPUs and machine before the engine,
/// whose registers a hook reads.
pub struct Vmm {
    pub options: Options,
    pub cpus: Vec<VmmCpu>,
    pub machine: Machine,
    pub turn: Rc<Turn>,
    pub board: Arc<Board>,
    pub engine: Box<Engine>,
    pub ram: Arc<Ram>,
    pub channel: Channel,
    /// What devices will do, by the virtual clock; the first to come is first.
    pub events: Vec<(u64, Event)>,
    pub counts: [Tally; 32],
    /// The console stands within a line.
    pub line_open: bool,
    /// The CPU whose turn it is.
    pub running: Option<usize>,
    /// The machine cannot go on.
    pub failed: bool,
}

fn words(error: s390irq::Error) -> String {
    error.to_string()
}

impl Vmm {
    pub fn open(options: Options) -> Result<Self, String> {
        let ram = Arc::new(Ram::new(options.ram_size).ok_or("no memory")?);
        let board = Arc::new(Board::new(options.cpus, options.host_clock));
        let turn = Turn::new(board.clone(), ram.clone());
        let engine = Engine::open(ram.clone(), turn.clone(), options.cpus)?;
        // The engine's registers are known to be there from now on.
        let _ = board.engine.set(engine.place());
        let entry = crate::loader::load(&options.guest, &ram)?;
        let builder = Machine::builder(options.cpus)
            .facilities(&facilities())
            .host(board.clone());
        let keeper = Box::new(ram.clone());
        // SAFETY: the storage lives as long as its keeper, and nobody has a
        // reference to its bytes.
        let machine = unsafe {
            builder.ram_at(ram.start(), options.ram_size, keeper).build()
        }
        .map_err(words)?;
        *turn.machine.borrow_mut() = Some(machine.clone());
        let mut vmm = Self {
            options,
            cpus: Vec::new(),
            machine,
            turn,
            board,
            engine,
            ram,
            channel: Channel::default(),
            events: Vec::new(),
            counts: [Tally::default(); 32],
            line_open: false,
            running: None,
            failed: false,
        };
        vmm.open_channel().map_err(words)?;
        for address in 0..vmm.options.cpus {
            vmm.add_cpu(address).map_err(words)?;
        }
        // CPU 0 begins at the guest's entry point, the others are stopped.
        let boot = &mut vmm.cpus[0];
        boot.registers.psw_mask = psw::MODE_64;
        boot.registers.psw_address = entry;
        boot.vcpu.start(Some(&boot.registers)).map_err(words)?;
        Ok(vmm)
    }

    fn add_cpu(&mut self, address: u32) -> s390irq::Result<()> {
        let vcpu = self.machine.vcpu(address)?;
        self.board.set_deadline(address as usize, NEVER);
        self.cpus.push(VmmCpu {
            vcpu,
            registers: Cpu::default(),
            answer: Next::Stopped,
            loops: 0,
            must_deliver: false,
            program_raised: false,
            reset_ordered: false,
            yields: false,
        });
        Ok(())
    }

    /// Says why on standard error and ends the run.
    pub fn fail(&mut self, why: &str) {
        eprint!("s390irq-example-vmm: {why}");
        if let Some(at) = self.running {
            let registers = &self.cpus[at].registers;
            eprint!(
                " (CPU {at}, PSW {:016x} {:016x})",
                registers.psw_mask, registers.psw_address
            );
        }
        eprintln!();
        self.failed = true;
    }

    /// What cannot go wrong unless the VMM does.
    pub fn expect<T>(&mut self, answer: s390irq::Result<T>) -> Option<T> {
        answer.map_err(|error| self.fail(&error.to_string())).ok()
    }

    /// A call of the VMM injected something.
    pub fn count(&mut self, kind: Kind, answer: s390irq::Result<Outcome>) {
        if let Some(outcome) = self.expect(answer) {
            self.counts[usize::from(kind.raw())].injected(outcome);
        }
    }

    /// Tells the library that PSW or control registers are others now.
    pub fn masks_changed(&mut self, at: usize) {
        let cpu = &mut self.cpus[at];
        let told = cpu.vcpu.masks_changed(&cpu.registers);
        self.expect(told);
    }

    pub fn timers_changed(&mut self, at: usize) {
        let cpu = &mut self.cpus[at];
        let told = cpu.vcpu.timers_changed(&cpu.registers);
        self.expect(told);
    }

    pub fn condition(&mut self, at: usize, code: u64) {
        let mask = &mut self.cpus[at].registers.psw_mask;
        *mask = (*mask & !psw::CONDITION_CODE)
            | (code << psw::CONDITION_CODE_SHIFT);
    }

    /// A general register of the CPU whose turn it is.
    pub fn general(&self, number: u32) -> u64 {
        self.engine.general(number)
    }

    pub fn set_general(&self, number: u32, value: u64) {
        self.engine.set_general(number, value);
    }

    /// Logical to absolute, of a guest that runs with DAT off.
    fn locate(&self, at: usize, address: u64) -> Result<u64, u16> {
        let registers = &self.cpus[at].registers;
        let address = wrap(registers.psw_mask, address);
        let absolute = prefixed(address, registers.prefix.into());
        if !self.ram.has(absolute, 1) {
            return Err(ADDRESSING);
        }
        Ok(absolute)
    }

    pub fn fetch_bytes(
        &self,
        at: usize,
        address: u64,
        length: u64,
    ) -> Result<Vec<u8>, u16> {
        (0..length)
            .map(|i| {
                let place = self.locate(at, address.wrapping_add(i))?;
                Ok(self.ram.byte(place))
            })
            .collect()
    }

    pub fn fetch<const N: usize>(
        &self,
        at: usize,
        address: u64,
    ) -> Result<[u8; N], u16> {
        let bytes = self.fetch_bytes(at, address, N as u64)?;
        Ok(std::array::from_fn(|i| bytes[i]))
    }

    /// Of an operand that must be at a multiple of `alignment`.
    pub fn fetch_aligned<const N: usize>(
        &self,
        at: usize,
        address: u64,
        alignment: u64,
    ) -> Result<[u8; N], u16> {
        if address % alignment != 0 {
            return Err(SPECIFICATION);
        }
        self.fetch(at, address)
    }

    /// All or nothing.
    pub fn store(&self, at: usize, address: u64, bytes: &[u8]) -> Raised {
        let places = (0..bytes.len() as u64)
            .map(|i| self.locate(at, address.wrapping_add(i)))
            .collect::<Result<Vec<_>, _>>()?;
        for (place, byte) in places.into_iter().zip(bytes) {
            self.ram.set_byte(place, *byte);
        }
        Ok(())
    }
}
