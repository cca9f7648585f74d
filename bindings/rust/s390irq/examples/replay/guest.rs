// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The recorded guest's handlers, and what its programs do between them.

use s390irq::{Next, Report};

use crate::delivery::{Class, Delivery, Row, CLASSES, IMAGE_SIZE};
use crate::json::{KnownByte, Number, Outcome};
use crate::machine::{
    Activity, Replay, PSW_CLOSED, PSW_PER, PSW_WAIT, RESUME_ADDRESS, TOD_PER_US,
};

const ROUNDS: u32 = 2000;

const CODE_CLOCK_COMPARATOR: u64 = 0x1004;
const CODE_CPU_TIMER: u64 = 0x1005;
const CODE_PER: u64 = 0x0080;

const TIMER_FAR: u64 = 0x7fff_ffff_ffff_f000;

/// Register save areas of a machine check, real addresses.
pub const SAVE_AREA: u64 = 0x1200;
pub const SAVE_AREA_SIZE: u64 = 0x200;

/// The designation of the machine-check extended save area, and what it says.
pub const MCESA: u64 = 0x11b0;
const MCESA_ORIGIN: u64 = !0x3ff;
const MCESA_SIZE: u64 = 0x400;

fn exactly(value: u64) -> Number {
    Number { value, care: u64::MAX }
}

impl Replay<'_> {
    fn handler_at(&self, address: u64) -> Option<&'static Row> {
        let at = self.scenario.handlers.iter().position(|h| *h == address);
        Some(&CLASSES[at?])
    }

    /// The handlers that were about to start, this one and those behind it, do
    /// not run: what was stored for them stays, and no delivery shows it.
    fn abandon(&mut self, at: usize, mut address: u64) {
        for _ in 0..CLASSES.len() {
            let Some(row) = self.handler_at(address) else { return };
            for range in row.ranges {
                let place = self.absolute(at, range.start);
                self.storage.expect(place, range.end - range.start);
            }
            let old = self.absolute(at, row.old_psw + 8);
            address = self.storage.value(old, 8);
        }
    }

    /// What the machine stored in the fields of the class, and then wipes it.
    fn log_and_wipe(
        &mut self,
        at: usize,
        row: &Row,
    ) -> [KnownByte; IMAGE_SIZE] {
        let mut image = [KnownByte::default(); IMAGE_SIZE];
        let care = if self.storage.recording { 0xff } else { 0 };
        for range in row.ranges {
            let length = range.end - range.start;
            let place = self.absolute(at, range.start);
            let bytes = self.storage.load(place, length as usize);
            let stored = self.storage.stored(place, length as usize);
            let image = &mut image[range.start as usize..];
            for ((to, value), stored) in image.iter_mut().zip(bytes).zip(stored)
            {
                *to = KnownByte { value, care, stored };
            }
            self.storage.fill(place, length);
        }
        image
    }

    /// Answers the number of the delivery.
    fn log_delivery(&mut self, at: usize, row: &'static Row) -> usize {
        let image = self.log_and_wipe(at, row);
        let worker = &self.workers[at];
        let mut delivery = Delivery {
            number: self.log.len() as u64,
            step: self.step.map_or(0, |step| step.number),
            cpu: at,
            class: row.class,
            prefix: exactly(worker.cpu.prefix.into()),
            cr0: exactly(worker.cpu.cr[0]),
            old_mask: exactly(0),
            old_address: exactly(0),
            new_mask: exactly(worker.cpu.psw_mask),
            new_address: exactly(worker.cpu.psw_address),
            somewhere: false,
            asynchronous: worker.activity != Activity::Step
                || row.class == Class::Restart,
            members: serde_json::Value::Null,
            image,
        };
        delivery.old_mask = exactly(delivery.field(row.old_psw, 8));
        delivery.old_address = exactly(delivery.field(row.old_psw + 8, 8));
        self.log.push(delivery);
        self.log.len() - 1
    }

    /// The condition is removed after some deliveries, or moved ahead.
    fn remove_level(&mut self, at: usize, code: u64) {
        let now = self.now();
        let script = &mut self.script;
        let worker = &mut self.workers[at];
        let timer = code == CODE_CPU_TIMER;
        let ahead = script.rearm_us * TOD_PER_US;
        let rearm = script.rearm_count != 0;

        let level = &mut worker.levels[usize::from(timer)];
        *level += 1;
        if *level < script.level {
            return;
        }
        *level = 0;
        script.rearm_count -= u64::from(rearm);
        if timer {
            worker.cpu.cpu_timer = if rearm { ahead } else { TIMER_FAR };
            worker.cpu.cpu_timer_since_tod = now;
        } else {
            worker.cpu.clock_comparator =
                if rearm { now + ahead } else { u64::MAX };
        }
    }

    fn return_to_old_psw(&mut self, at: usize, logged: usize) {
        let delivery = &self.log[logged];
        let worker = &mut self.workers[at];
        worker.cpu.psw_mask = delivery.old_mask.value;
        worker.cpu.psw_address = delivery.old_address.value;
        if worker.cpu.psw_mask & PSW_WAIT != 0 {
            worker.waits += 1;
            if worker.waits >= self.script.wait {
                worker.cpu.psw_mask &= !PSW_WAIT;
            }
        }
    }

    fn restart_handler(&mut self, at: usize, logged: usize) -> Outcome {
        self.abandon(at, self.log[logged].old_address.value);
        self.workers[at].restarts += 1;
        self.workers[at].started = true;
        self.go_idle(at)
    }

    fn external_handler(&mut self, at: usize, logged: usize) {
        let code = self.log[logged].field(0x86, 2);
        if code == CODE_CLOCK_COMPARATOR || code == CODE_CPU_TIMER {
            self.remove_level(at, code);
        }
        self.return_to_old_psw(at, logged);
    }

    /// A lone PER event has not ended the instruction: it goes on, without
    /// PER.
    fn program_handler(&mut self, at: usize, logged: usize) {
        if self.log[logged].field(0x8e, 2) == CODE_PER {
            self.return_to_old_psw(at, logged);
            self.workers[at].cpu.psw_mask &= !PSW_PER;
            return;
        }
        self.abandon(at, self.log[logged].old_address.value);
        self.workers[at].cpu.psw_mask = PSW_CLOSED;
        self.workers[at].cpu.psw_address = RESUME_ADDRESS;
    }

    /// PoP ch. 11: the save areas, which the handler leaves alone.
    fn machine_check_handler(&mut self, at: usize, logged: usize) {
        let designation = self.storage.value(self.absolute(at, MCESA), 8);
        let save_area = self.absolute(at, SAVE_AREA);
        self.storage.expect(save_area, SAVE_AREA_SIZE);
        if designation & MCESA_ORIGIN != 0 {
            self.storage.expect(designation & MCESA_ORIGIN, MCESA_SIZE);
        }
        self.return_to_old_psw(at, logged);
    }

    fn run_handler(&mut self, at: usize, row: &'static Row) -> Outcome {
        let logged = self.log_delivery(at, row);
        let delivery = &self.log[logged];
        if !(row.old_psw..row.old_psw + 16).any(|real| delivery.stored(real)) {
            return Err(format!(
                "the handler of {} runs on CPU {at} without an interruption",
                row.name
            ));
        }
        match row.class {
            Class::Restart => self.restart_handler(at, logged)?,
            Class::External => self.external_handler(at, logged),
            Class::Program => self.program_handler(at, logged),
            Class::MachineCheck => self.machine_check_handler(at, logged),
            Class::Svc | Class::Io => self.return_to_old_psw(at, logged),
        }
        self.registers_changed(at)
    }

    /// Back at the program: does its step end here?
    fn end_of_step(&mut self, at: usize) -> Outcome {
        let worker = &self.workers[at];
        let resumes = worker.cpu.psw_address == RESUME_ADDRESS;
        let ends = match worker.activity {
            Activity::Spin => worker.released || resumes,
            Activity::Wait => worker.cpu.psw_mask & PSW_WAIT == 0,
            Activity::Forever => resumes,
            Activity::Idle | Activity::Step => false,
        };
        if ends {
            self.go_idle(at)
        } else {
            Ok(())
        }
    }

    fn deliver(&mut self, at: usize) -> Outcome {
        let mut report = Report::default();
        self.board.seats[at]
            .woken
            .store(false, std::sync::atomic::Ordering::Relaxed);
        let worker = &mut self.workers[at];
        worker.answer = worker
            .vcpu
            .deliver_report(&mut worker.cpu, &mut report)
            .map_err(|error| format!("deliver on CPU {at}: {error}"))?;
        Ok(())
    }

    /// Delivers and runs handlers, until the CPU is back at its program or
    /// does not run any more. Handlers run where the PSW is: the one of the
    /// last swap first, then the one that its old PSW names.
    pub fn run(&mut self, at: usize) -> Outcome {
        for _ in 0..ROUNDS {
            self.deliver(at)?;
            match self.workers[at].answer {
                Next::Loop => continue,
                Next::Run => {}
                _ => {
                    self.abandon(at, self.workers[at].cpu.psw_address);
                    return Ok(());
                }
            }
            if self.has_attention(at) {
                continue;
            }
            match self.handler_at(self.workers[at].cpu.psw_address) {
                None => return self.end_of_step(at),
                Some(row) => self.run_handler(at, row)?,
            }
        }
        Err(format!("interruptions on CPU {at} repeat without end"))
    }
}
