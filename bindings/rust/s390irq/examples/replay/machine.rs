// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The recorded machine, played on one thread in virtual time: the library's
//! machine, its CPUs with what their programs are doing, clock and devices.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use s390irq::{Attention, Cpu, Machine, Next, Vcpu};

use crate::board::{Board, WithStorage};
use crate::delivery::{Class, Delivery, CLASSES};
use crate::json::Outcome;
use crate::scenario::{Scenario, SetupCpu, Step};
use crate::storage::{self, Storage, STORAGE_SIZE};

pub const TOD_PER_US: u64 = 4096;

pub const PSW_WAIT: u64 = 0x0002_0000_0000_0000;
pub const PSW_PER: u64 = 0x4000_0000_0000_0000;
pub const PSW_CLOSED: u64 = 0x0000_0001_8000_0000;
/// Condition code and program mask.
const PSW_RESULT: u64 = 0x0000_3f00_0000_0000;

/// Where a program interruption of the worker's goes on, in no file.
pub const RESUME_ADDRESS: u64 = 0x12ff0;
/// Where a worker waits for its next step, unless a recording knows better.
const IDLE_ADDRESS: u64 = 0x12f00;

/// A date of our days, so that as a signed number it is negative.
const START_TOD: u64 = 0xe200_0000_0000_0000;

pub const PREFIX_AREA: u64 = 0x2000;
const MAX_DEADLINES: u32 = 100_000;

/// What the recorded machine has: sense running status, adapter-interruption
/// suppression, vector.
const FACILITIES: [usize; 3] = [9, 72, 129];

/// What the program of a CPU is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Waits for its next step, closed.
    Idle,
    /// Runs a step to its end: nothing comes on its own.
    Step,
    /// Until it is released.
    Spin,
    /// Until the wait bit is gone.
    Wait,
    /// Does not come back.
    Forever,
}

pub struct Worker {
    pub vcpu: Vcpu,
    attention: Attention,
    pub cpu: Cpu,
    /// Of the last deliver.
    pub answer: Next,
    /// A stop is carried out after the row of orders.
    pub held: bool,
    pub activity: Activity,
    /// Of a spin: to end.
    pub released: bool,
    /// The flag of clear-worker-flag and wait-worker.
    pub started: bool,
    pub restarts: usize,
    /// Deliveries since the wait PSW was loaded.
    pub waits: u64,
    /// Comparator, CPU timer: since it was removed.
    pub levels: [u64; 2],
}

/// Handlers' script: what the steps limits and handler-rearm say.
pub struct Script {
    pub level: u64,
    pub wait: u64,
    pub rearm_count: u64,
    pub rearm_us: u64,
}

#[derive(Default)]
pub struct Subchannel {
    pub parameter: u32,
    pub isc: u8,
    /// Of its adapter's indicator.
    pub bit: u64,
}

/// One run of a scenario.
pub struct Replay<'a> {
    pub scenario: &'a Scenario,
    /// The one that is under way.
    pub step: Option<&'a Step>,
    pub storage: Storage,
    pub board: Arc<Board>,
    pub machine: Machine,
    pub workers: Vec<Worker>,
    pub script: Script,
    /// By subsystem-identification word.
    pub subchannels: HashMap<u32, Subchannel>,
    /// A machine check is made once, until read empty.
    pub report_told: bool,
    pub log: Vec<Delivery>,
    /// Results are told, not compared.
    pub lenient: bool,
    pub told: Vec<String>,
}

fn facilities() -> [u8; 32] {
    let mut list = [0; 32];
    for number in FACILITIES {
        list[number / 8] |= 0x80 >> (number % 8);
    }
    list
}

fn in_words(error: s390irq::Error) -> String {
    error.to_string()
}

impl<'a> Replay<'a> {
    /// The machine as the setup says. recording: storage through hooks.
    pub fn new(
        scenario: &'a Scenario,
        recording: bool,
        pattern: u8,
    ) -> Outcome<Self> {
        let mut storage = Storage::new(recording, pattern);
        let board = Board::new(scenario.cpus.len(), START_TOD);
        let builder = Machine::builder(scenario.cpus.len() as u32)
            .facilities(&facilities());
        let machine = if recording {
            builder.host(WithStorage(board.clone(), storage.shared())).build()
        } else {
            builder.ram(STORAGE_SIZE as usize).host(board.clone()).build()
        }
        .map_err(|error| format!("setup: the VM: {error}"))?;
        storage.attach(&machine);
        let mut replay = Self {
            scenario,
            step: None,
            storage,
            board,
            machine,
            workers: Vec::new(),
            script: Script { level: 1, wait: 1, rearm_count: 0, rearm_us: 0 },
            subchannels: HashMap::new(),
            report_told: false,
            log: Vec::new(),
            lenient: scenario.unchecked,
            told: Vec::new(),
        };
        for (address, setup) in scenario.cpus.iter().enumerate() {
            replay
                .make_worker(address, setup.as_ref())
                .map_err(|why| format!("setup: CPU {address}: {why}"))?;
        }
        Ok(replay)
    }

    fn make_worker(
        &mut self,
        address: usize,
        setup: Option<&SetupCpu>,
    ) -> Outcome {
        let vcpu = self.machine.vcpu(address as u32).map_err(in_words)?;
        self.workers.push(Worker {
            attention: vcpu.attention(),
            vcpu,
            cpu: Cpu::default(),
            answer: Next::Stopped,
            held: false,
            activity: Activity::Forever,
            released: false,
            started: true,
            restarts: 0,
            waits: 0,
            levels: [0; 2],
        });
        let Some(setup) = setup else { return Ok(()) };
        if !storage::has(setup.prefix.into(), PREFIX_AREA) {
            return Err("no storage for its prefix area".into());
        }
        self.make_prefix_area(setup.prefix.into());
        let now = self.now();
        let worker = &mut self.workers[address];
        worker.activity = Activity::Idle;
        worker.cpu.prefix = setup.prefix;
        worker.cpu.clock_comparator = setup.clock_comparator;
        worker.cpu.cpu_timer = setup.cpu_timer;
        worker.cpu.cpu_timer_since_tod = now;
        worker.cpu.cr = setup.control;
        self.idle_psw(address);
        let worker = &mut self.workers[address];
        worker.vcpu.start(Some(&worker.cpu)).map_err(in_words)?;
        self.run(address)
    }

    /// PoP ch. 3: the new PSWs of the recorded guest; all else has a pattern.
    fn make_prefix_area(&mut self, prefix: u64) {
        self.storage.fill(prefix, 0x1a0);
        self.storage.fill(prefix + 0x1200, 0x200);
        for row in &CLASSES {
            let (at, mask) = (prefix + row.new_psw, self.scenario.new_psw_mask);
            let handler = self.scenario.handlers[row.class as usize];
            self.storage.value_by_program(at, 8, mask);
            self.storage.value_by_program(at + 8, 8, handler);
        }
    }

    pub fn now(&self) -> u64 {
        self.board.now.load(Ordering::Relaxed)
    }

    /// A CPU of the machine.
    pub fn worker(&self, address: u64) -> Outcome<usize> {
        if address < self.workers.len() as u64 {
            return Ok(address as usize);
        }
        Err(format!("the machine has no CPU {address}"))
    }

    /// The prefix of a CPU, parked or not.
    pub fn prefix(&self, at: usize) -> u64 {
        let worker = &self.workers[at];
        worker.vcpu.cpu().map_or(worker.cpu.prefix, |cpu| cpu.prefix).into()
    }

    /// Real to absolute.
    pub fn absolute(&self, at: usize, real: u64) -> u64 {
        let prefix = self.prefix(at);
        if real < PREFIX_AREA {
            real + prefix
        } else if real.wrapping_sub(prefix) < PREFIX_AREA {
            real - prefix
        } else {
            real
        }
    }

    pub fn has_attention(&self, at: usize) -> bool {
        self.workers[at].attention.is_raised()
    }

    pub fn woken(&self, at: usize) -> bool {
        self.board.seats[at].woken.load(Ordering::Relaxed)
    }

    /// Registers changed: tells the library. A polling host must never miss
    /// what has become enabled.
    pub fn registers_changed(&mut self, at: usize) -> Outcome {
        let Worker { vcpu, cpu, .. } = &mut self.workers[at];
        vcpu.masks_changed(cpu)
            .and_then(|()| vcpu.timers_changed(cpu))
            .map_err(|error| format!("masks or timers of CPU {at}: {error}"))?;
        if vcpu.has_interruption(cpu) == Ok(true) && !self.has_attention(at) {
            return Err(format!(
                "CPU {at} has an interruption, but no attention"
            ));
        }
        Ok(())
    }

    /// Loads a PSW, as LOAD PSW EXTENDED does.
    pub fn load_psw(&mut self, at: usize, mask: u64, address: u64) -> Outcome {
        self.workers[at].cpu.psw_mask = mask;
        self.workers[at].cpu.psw_address = address;
        self.registers_changed(at)
    }

    /// Where the worker waits is not in the recording but for the old PSW of a
    /// restart: the next of those is believed.
    fn idle_psw(&mut self, at: usize) {
        let worker = &mut self.workers[at];
        worker.cpu.psw_mask = PSW_CLOSED;
        worker.cpu.psw_address = IDLE_ADDRESS;
        let restart = self.scenario.choices[0]
            .iter()
            .filter(|d| d.cpu == at && d.class == Class::Restart)
            .nth(worker.restarts);
        if let Some(delivery) = restart {
            if delivery.somewhere && delivery.old_address.value != 0 {
                worker.cpu.psw_address = delivery.old_address.value;
                worker.cpu.psw_mask |= delivery.old_mask.value & PSW_RESULT;
            }
        }
    }

    /// The worker has ended its step and waits for the next, closed.
    pub fn go_idle(&mut self, at: usize) -> Outcome {
        self.workers[at].activity = Activity::Idle;
        self.workers[at].released = false;
        self.idle_psw(at);
        self.registers_changed(at)
    }

    fn is_due(&self, at: usize) -> bool {
        let worker = &self.workers[at];
        if worker.held {
            return false;
        }
        if worker.answer == Next::Run {
            return self.has_attention(at)
                || (worker.activity == Activity::Spin && worker.released);
        }
        self.woken(at)
    }

    /// What floats may be another's; what is local must have woken this one.
    fn check_sleep(&self, at: usize) -> Outcome {
        let worker = &self.workers[at];
        if worker.answer == Next::Run
            || self.woken(at)
            || !worker.attention.is_raised_locally()
        {
            return Ok(());
        }
        Err(format!("CPU {at} sleeps with attention and was not woken"))
    }

    /// Everybody who has a reason delivers and goes on.
    pub fn pump(&mut self) -> Outcome {
        let mut again = true;
        while again {
            again = false;
            for at in 0..self.workers.len() {
                self.check_sleep(at)?;
                if self.is_due(at) {
                    again = true;
                    self.run(at)?;
                }
            }
        }
        Ok(())
    }

    /// The earliest deadline of all CPUs.
    fn next_deadline(&self) -> u64 {
        self.board
            .seats
            .iter()
            .map(|seat| seat.deadline.load(Ordering::Relaxed))
            .min()
            .unwrap_or(u64::MAX)
    }

    /// Each deadline is told once; the library says when there is another.
    fn reach(&mut self, tod: u64) -> Outcome {
        self.board.now.fetch_max(tod, Ordering::Relaxed);
        let now = self.now();
        for (seat, worker) in self.board.seats.iter().zip(&self.workers) {
            if seat.deadline.load(Ordering::Relaxed) <= now {
                seat.deadline.store(u64::MAX, Ordering::Relaxed);
                worker.vcpu.timer_fired().map_err(in_words)?;
            }
        }
        self.pump()
    }

    /// Time goes by, and timers with it, until it is so or `us` is over;
    /// answers which.
    pub fn wait_for(
        &mut self,
        us: u64,
        is_so: impl Fn(&Self) -> bool,
    ) -> Outcome<bool> {
        let end = self.now() + us * TOD_PER_US;
        self.pump()?;
        for _ in 0..MAX_DEADLINES {
            if is_so(self) {
                return Ok(true);
            }
            if self.now() >= end {
                return Ok(false);
            }
            self.reach(self.next_deadline().min(end))?;
        }
        Err("deadlines without end".into())
    }

    pub fn let_pass(&mut self, us: u64) -> Outcome {
        self.wait_for(us, |_| false).map(drop)
    }

    /// The machine stored nothing that nobody expects, in all prefix areas and
    /// the absolute one, which status uses.
    pub fn check_storage(&mut self) -> Outcome {
        self.storage.check(0..PREFIX_AREA)?;
        for at in 0..self.workers.len() {
            let prefix = self.prefix(at);
            self.storage.check(prefix..prefix + PREFIX_AREA)?;
        }
        self.storage.check_written()
    }
}
