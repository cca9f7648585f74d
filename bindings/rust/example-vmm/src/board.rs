// SPDX-License-Identifier: BSD-3-Clause
//! What the library asks for and is told, on the VMM's one thread. By default
//! a virtual clock answers: it advances with the blocks that are executed and
//! jumps when all CPUs wait, so that two runs of a guest are the same.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use s390irq::{Hooks, Host, Lost, Registers};

use crate::engine::Place;

/// Where the virtual clock begins: some day in this century.
const EPOCH: u64 = 0xd000_0000_0000_0000;

pub struct Board {
    /// The system's clock instead.
    host_clock: Option<Instant>,
    /// The virtual one, in TOD units.
    tod: AtomicU64,
    /// Host TOD; the largest number: none.
    pub deadlines: Vec<AtomicU64>,
    pub engine: OnceLock<Place>,
}

/// A TOD unit is 125/512 ns.
fn tod_of(time: Duration) -> u64 {
    let ns = time.as_nanos() as u64;
    ns / 125 * 512 + ns % 125 * 512 / 125
}

fn time_of(tod: u64) -> Duration {
    Duration::from_nanos(tod / 512 * 125 + (tod % 512 * 125).div_ceil(512))
}

impl Board {
    pub fn new(cpus: u32, host_clock: bool) -> Self {
        Self {
            host_clock: host_clock.then(Instant::now),
            tod: AtomicU64::new(EPOCH),
            deadlines: (0..cpus).map(|_| AtomicU64::new(u64::MAX)).collect(),
            engine: OnceLock::new(),
        }
    }

    pub fn has_host_clock(&self) -> bool {
        self.host_clock.is_some()
    }

    pub fn virtual_tod(&self) -> u64 {
        self.tod.load(Ordering::Relaxed)
    }

    pub fn now(&self) -> u64 {
        match self.host_clock {
            Some(began) => EPOCH + tod_of(began.elapsed()),
            None => self.virtual_tod(),
        }
    }

    pub fn advance(&self, tod_units: u64) {
        self.tod.fetch_add(tod_units, Ordering::Relaxed);
    }

    /// All CPUs wait for a device: the virtual clock jumps.
    pub fn skip_to(&self, virtual_tod: u64) {
        self.tod.fetch_max(virtual_tod, Ordering::Relaxed);
    }

    /// All CPUs wait: lets the time pass up to a TOD.
    pub fn idle_until(&self, tod: u64) {
        let left = tod.saturating_sub(self.now());
        if left != 0 && self.has_host_clock() {
            std::thread::sleep(time_of(left));
        } else if left != 0 {
            self.skip_to(tod);
        }
    }

    pub fn deadline_of(&self, cpu: usize) -> u64 {
        self.deadlines[cpu].load(Ordering::Relaxed)
    }

    pub fn set_deadline(&self, cpu: usize, tod: u64) {
        self.deadlines[cpu].store(tod, Ordering::Relaxed);
    }
}

impl Host for Board {
    const HOOKS: Hooks =
        Hooks::TOD.union(Hooks::DEADLINE).union(Hooks::REGISTERS);

    fn tod(&self) -> u64 {
        self.now()
    }

    fn deadline(&self, cpu: u32, deadline_tod: Option<u64>) {
        self.set_deadline(cpu as usize, deadline_tod.unwrap_or(u64::MAX));
    }

    /// What the engine has of a CPU; vector registers need not be enabled.
    fn registers(
        &self,
        cpu: u32,
        registers: &mut Registers,
    ) -> Result<(), Lost> {
        self.engine.get().ok_or(Lost)?.registers(cpu as usize, registers);
        Ok(())
    }
}
