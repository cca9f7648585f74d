// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the library asks its host for, and is told, in virtual time.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use s390irq::{Hooks, Host, Lost, NoStorage, Registers};

use crate::storage::Shared;

/// A CPU as the hooks see it.
pub struct Seat {
    /// Host TOD; the largest number: none.
    pub deadline: AtomicU64,
    /// Parked, and the wake hook was called.
    pub woken: AtomicBool,
    pub registers: Mutex<Registers>,
}

pub struct Board {
    /// Host TOD.
    pub now: AtomicU64,
    pub seats: Vec<Seat>,
}

impl Board {
    pub fn new(cpus: usize, now: u64) -> Arc<Self> {
        let seat = || Seat {
            deadline: AtomicU64::new(u64::MAX),
            woken: AtomicBool::new(false),
            registers: Mutex::default(),
        };
        Arc::new(Self {
            now: AtomicU64::new(now),
            seats: (0..cpus).map(|_| seat()).collect(),
        })
    }
}

const COMMON: Hooks = Hooks::TOD
    .union(Hooks::DEADLINE)
    .union(Hooks::WAKE)
    .union(Hooks::REGISTERS);

impl Host for Board {
    const HOOKS: Hooks = COMMON;

    fn tod(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    fn deadline(&self, cpu: u32, deadline_tod: Option<u64>) {
        self.seats[cpu as usize]
            .deadline
            .store(deadline_tod.unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn wake(&self, cpu: u32) {
        self.seats[cpu as usize].woken.store(true, Ordering::Relaxed);
    }

    fn registers(
        &self,
        cpu: u32,
        registers: &mut Registers,
    ) -> Result<(), Lost> {
        *registers =
            *self.seats[cpu as usize].registers.lock().map_err(|_| Lost)?;
        Ok(())
    }
}

/// The same, with the guest's storage.
pub struct WithStorage(pub Arc<Board>, pub Shared);

impl Host for WithStorage {
    const HOOKS: Hooks = COMMON.union(Hooks::STORAGE).union(Hooks::SET_BIT);

    fn tod(&self) -> u64 {
        self.0.tod()
    }

    fn deadline(&self, cpu: u32, deadline_tod: Option<u64>) {
        self.0.deadline(cpu, deadline_tod);
    }

    fn wake(&self, cpu: u32) {
        self.0.wake(cpu);
    }

    fn registers(
        &self,
        cpu: u32,
        registers: &mut Registers,
    ) -> Result<(), Lost> {
        self.0.registers(cpu, registers)
    }

    fn read(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        self.1.read(absolute, data)
    }

    fn write(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        self.1.write(absolute, data)
    }

    fn set_bit(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        bits: u8,
    ) -> Result<u8, NoStorage> {
        let mut byte = [0];
        self.1.read(absolute, &mut byte)?;
        self.1.write(absolute, &[byte[0] | bits])?;
        Ok(byte[0])
    }
}
