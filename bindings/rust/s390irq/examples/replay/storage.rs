// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The guest's absolute storage, and who stored what. What the guest's program
//! stores is known; every other byte that changes was stored by the machine:
//! by the library, or by the device or instruction that is played here.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use s390irq::{Machine, NoStorage};

use crate::json::Outcome;

pub const STORAGE_SIZE: u64 = 64 << 20;

pub fn has(absolute: u64, length: u64) -> bool {
    length <= STORAGE_SIZE && absolute <= STORAGE_SIZE - length
}

fn places(absolute: u64, length: usize) -> Range<usize> {
    absolute as usize..absolute as usize + length
}

fn zeros() -> Vec<u8> {
    vec![0; STORAGE_SIZE as usize]
}

/// What the hooks reach. Most of it is never touched.
pub struct Marks {
    /// As it is, unless the library has the storage.
    ram: Option<Vec<u8>>,
    /// Ones: stored by the machine since the program did.
    machine: Vec<u8>,
    /// Ones: not the fill pattern, not the guest's own.
    known: Vec<u8>,
    /// By the machine, since the last check.
    written: Vec<Range<u64>>,
}

impl Marks {
    fn by_machine(&mut self, absolute: u64, length: usize) {
        self.machine[places(absolute, length)].fill(1);
        self.known[places(absolute, length)].fill(1);
        self.written.push(absolute..absolute + length as u64);
    }

    fn by_program(&mut self, absolute: u64, length: usize, known: u8) {
        self.machine[places(absolute, length)].fill(0);
        self.known[places(absolute, length)].fill(known);
    }
}

/// The part of the storage that a host has.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Marks>>);

impl Shared {
    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.0.lock().expect("nobody panics with it")
    }

    pub fn read(
        &self,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        if !has(absolute, data.len() as u64) {
            return Err(NoStorage);
        }
        let marks = self.marks();
        let ram = marks.ram.as_ref().ok_or(NoStorage)?;
        data.copy_from_slice(&ram[places(absolute, data.len())]);
        Ok(())
    }

    pub fn write(&self, absolute: u64, data: &[u8]) -> Result<(), NoStorage> {
        if !has(absolute, data.len() as u64) {
            return Err(NoStorage);
        }
        let mut marks = self.marks();
        let ram = marks.ram.as_mut().ok_or(NoStorage)?;
        ram[places(absolute, data.len())].copy_from_slice(data);
        marks.by_machine(absolute, data.len());
        Ok(())
    }
}

pub struct Storage {
    shared: Shared,
    /// If the library has the storage.
    library: Option<Machine>,
    /// As the guest's program left it.
    program: Vec<u8>,
    /// The library stores through hooks, which see every store.
    pub recording: bool,
    /// Two runs have complementary ones.
    pattern: u8,
    /// Where the machine may store without a delivery that shows it.
    expected: Vec<Range<u64>>,
}

impl Storage {
    pub fn new(recording: bool, pattern: u8) -> Self {
        Self {
            shared: Shared(Arc::new(Mutex::new(Marks {
                ram: recording.then(zeros),
                machine: zeros(),
                known: zeros(),
                written: Vec::new(),
            }))),
            library: None,
            program: zeros(),
            recording,
            pattern,
            expected: Vec::new(),
        }
    }

    pub fn shared(&self) -> Shared {
        self.shared.clone()
    }

    /// The machine, which has the storage if it does not go through hooks.
    pub fn attach(&mut self, machine: &Machine) {
        self.library = (!self.recording).then(|| machine.clone());
    }

    pub fn load(&self, absolute: u64, length: usize) -> Vec<u8> {
        let mut data = vec![0; length];
        let done = match &self.library {
            Some(machine) => machine.read_ram(absolute, &mut data),
            None => self.shared.read(absolute, &mut data),
        };
        done.expect("callers look first");
        data
    }

    fn store(&self, absolute: u64, data: &[u8]) {
        match &self.library {
            Some(machine) => {
                machine.write_ram(absolute, data).expect("callers look first");
            }
            None => {
                let mut marks = self.shared.marks();
                let ram = marks.ram.as_mut().expect("it is here");
                ram[places(absolute, data.len())].copy_from_slice(data);
            }
        }
    }

    pub fn value(&self, absolute: u64, length: usize) -> u64 {
        self.load(absolute, length)
            .iter()
            .fold(0, |value, byte| (value << 8) | u64::from(*byte))
    }

    pub fn by_program(&mut self, absolute: u64, bytes: &[u8]) {
        self.store(absolute, bytes);
        self.program[places(absolute, bytes.len())].copy_from_slice(bytes);
        self.shared.marks().by_program(absolute, bytes.len(), 1);
    }

    /// The right bytes of a number.
    pub fn value_by_program(
        &mut self,
        absolute: u64,
        length: usize,
        value: u64,
    ) {
        self.by_program(absolute, &value.to_be_bytes()[8 - length..]);
    }

    /// A pattern that is different at neighbours.
    pub fn fill(&mut self, absolute: u64, length: u64) {
        let bytes: Vec<u8> = (absolute..absolute + length)
            .map(|at| {
                (at.wrapping_mul(37).wrapping_add(11) as u8) ^ self.pattern
            })
            .collect();
        self.store(absolute, &bytes);
        self.program[places(absolute, bytes.len())].copy_from_slice(&bytes);
        self.shared.marks().by_program(absolute, bytes.len(), 0);
    }

    pub fn copy(&mut self, from: u64, length: u64, to: u64) {
        let length = length as usize;
        let bytes = self.load(from, length);
        self.store(to, &bytes);
        self.program[places(to, length)].copy_from_slice(&bytes);
        let mut marks = self.shared.marks();
        marks.known.copy_within(places(from, length), to as usize);
        marks.machine[places(to, length)].fill(0);
    }

    pub fn by_machine(&mut self, absolute: u64, bytes: &[u8]) {
        self.store(absolute, bytes);
        self.shared.marks().by_machine(absolute, bytes.len());
    }

    /// For each byte whether the machine stored it since the program did.
    pub fn stored(&self, absolute: u64, length: usize) -> Vec<bool> {
        let ram = self.load(absolute, length);
        let range = places(absolute, length);
        let marks = self.shared.marks();
        let program = &self.program[range.clone()];
        ram.iter()
            .zip(program)
            .zip(&marks.machine[range])
            .map(|((now, program), machine)| *machine != 0 || now != program)
            .collect()
    }

    /// For each byte whether it is neither the pattern nor the guest's own.
    pub fn known(&self, absolute: u64, length: usize) -> Vec<bool> {
        let stored = self.stored(absolute, length);
        let marks = self.shared.marks();
        let known = &marks.known[places(absolute, length)];
        stored.iter().zip(known).map(|(s, k)| *s || *k != 0).collect()
    }

    /// The machine may store there.
    pub fn expect(&mut self, absolute: u64, length: u64) {
        let place = absolute..absolute + length;
        if !self
            .expected
            .iter()
            .any(|e| e.start <= place.start && e.end >= place.end)
        {
            self.expected.push(place);
        }
    }

    /// Says where between two addresses the machine stored unexpectedly.
    pub fn check(&self, range: Range<u64>) -> Outcome {
        let length = (range.end - range.start) as usize;
        for (at, stored) in range.clone().zip(self.stored(range.start, length))
        {
            if stored && !self.expected.iter().any(|e| e.contains(&at)) {
                return Err(format!(
                    "absolute {at:x} was stored, where nothing is to be"
                ));
            }
        }
        Ok(())
    }

    /// The same for all that was stored since the last time.
    pub fn check_written(&mut self) -> Outcome {
        let written = std::mem::take(&mut self.shared.marks().written);
        written.into_iter().try_for_each(|range| self.check(range))
    }
}
