// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The steps of a scenario: what each does to the machine, and its results.
//! Here are those of registers and of the driver.

use serde_json::Value;

use s390irq::{Next, State};

use crate::json::{self, is_true, Number, Outcome};
use crate::machine::{Activity, Replay, TOD_PER_US};
use crate::{steps_io, steps_programs, steps_signals, steps_storage};

pub const MAX_US: u64 = 1_000_000_000;

/// One operation, and the CPU of the step.
pub type Run = for<'r, 's> fn(&'r mut Replay<'s>, usize) -> Outcome;

pub struct Operation {
    pub name: &'static str,
    pub run: Run,
    /// Stops of this row of orders are not carried out yet.
    pub in_a_row: bool,
    /// Raises program interruptions by itself.
    pub exceptions: bool,
}

pub const fn operation(name: &'static str, run: Run) -> Operation {
    Operation { name, run, in_a_row: false, exceptions: false }
}

static TABLES: [&[Operation]; 6] = [
    &OF_REGISTERS,
    &OF_DRIVER,
    &steps_storage::OPERATIONS,
    &steps_programs::OPERATIONS,
    &steps_signals::OPERATIONS,
    &steps_io::OPERATIONS,
];

static OF_REGISTERS: [Operation; 4] = [
    operation("load-control", load_control),
    operation("set-clock-comparator", set_clock_comparator),
    operation("set-cpu-timer", set_cpu_timer),
    operation("store-clock-comparator-and-cpu-timer", store_both),
];

static OF_DRIVER: [Operation; 7] = [
    operation("delay-us", delay_us),
    operation("sync", sync),
    operation("wait-until-stopped", wait_until_stopped),
    operation("wait-worker", wait_worker),
    operation("clear-worker-flag", clear_worker_flag),
    operation("limits", limits),
    operation("handler-rearm", handler_rearm),
];

impl Replay<'_> {
    pub fn object(&self) -> &Value {
        static NOTHING: Value = Value::Null;
        self.step.map_or(&NOTHING, |step| &step.object)
    }

    /// An argument of the step under way.
    pub fn value(&self, name: &str, limit: u64) -> Outcome<u64> {
        json::value(self.object(), name, limit)
    }

    pub fn target(&self) -> Outcome<usize> {
        self.worker(self.value("target", u32::MAX.into())?)
    }

    fn tell(&mut self, name: &str, value: u64) {
        let step = self.step.map_or(0, |step| step.number);
        self.told.push(format!("step {step} {name} {value:x}"));
    }

    /// A result is compared if the step has it.
    pub fn result(&mut self, name: &str, value: u64) -> Outcome {
        let Some(member) = self.object().get(name) else { return Ok(()) };
        let number = Number::of(Some(member))
            .ok_or(format!("result \"{name}\" is no number"))?;
        if number.equals(value) {
            return Ok(());
        }
        if self.lenient {
            self.tell(name, value);
            return Ok(());
        }
        Err(format!("{name} is {value:x}, not {:x}", number.value))
    }

    fn result_timed_out(&mut self, timed_out: bool) -> Outcome {
        let recorded = self.object().get("timed_out").and_then(Value::as_bool);
        if recorded.is_none_or(|recorded| recorded == timed_out) {
            return Ok(());
        }
        if self.lenient {
            self.tell("timed_out", timed_out.into());
            return Ok(());
        }
        Err(if timed_out {
            "timed out".into()
        } else {
            "did not time out, as recorded".into()
        })
    }

    /// Before a step that is no order, stops of the row before are carried
    /// out.
    fn begin(&mut self, in_a_row: bool) -> Outcome {
        for worker in &mut self.workers {
            worker.held &= in_a_row;
        }
        self.let_pass(1)
    }

    /// An instruction of the worker's own ends in a program interruption.
    fn interrupted(&mut self, at: usize) -> Outcome {
        self.workers[at].activity = Activity::Step;
        self.raise(at, self.conditions(at), false)?;
        self.run(at)?;
        self.go_idle(at)
    }

    fn run_step(&mut self, name: &str, cpu: u64) -> Outcome {
        let at = self.worker(cpu)?;
        let operation = TABLES
            .iter()
            .flat_map(|table| table.iter())
            .find(|operation| operation.name == name)
            .ok_or("unknown operation")?;
        self.begin(operation.in_a_row)?;
        // A worker that does not come back never sees its next step.
        let worker = &self.workers[at];
        if worker.activity != Activity::Idle || worker.answer != Next::Run {
            if is_true(self.object(), "did_not_complete") {
                return Ok(());
            }
            return Err(format!("CPU {at} does not wait for a step"));
        }
        if !operation.exceptions && self.conditions(at).found() {
            return self.interrupted(at);
        }
        (operation.run)(self, at)
    }

    /// Runs all steps.
    pub fn run_steps(&mut self) -> Outcome {
        let scenario = self.scenario;
        for step in &scenario.steps {
            self.step = Some(step);
            self.run_step(&step.operation, step.cpu)
                .and_then(|()| self.pump())
                .and_then(|()| self.check_storage())
                .map_err(|why| {
                    format!("step {} {}: {why}", step.number, step.operation)
                })?;
        }
        // The end of the last row.
        self.begin(false)?;
        self.check_storage()
    }

    /// "TOD+100us".
    fn ahead_of_tod(&self) -> Option<u64> {
        let text = self.object().get("value")?.as_str()?;
        let us: u64 =
            text.strip_prefix("TOD+")?.strip_suffix("us")?.parse().ok()?;
        Some(self.now() + us * TOD_PER_US)
    }
}

fn load_control(replay: &mut Replay<'_>, at: usize) -> Outcome {
    let number = replay.value("cr", 15)?;
    let value = replay.value("value", u64::MAX)?;
    replay.workers[at].cpu.cr[number as usize] = value;
    replay.registers_changed(at)
}

fn set_clock_comparator(replay: &mut Replay<'_>, at: usize) -> Outcome {
    let value = match replay.ahead_of_tod() {
        Some(value) => value,
        None => replay.value("value", u64::MAX)?,
    };
    replay.workers[at].cpu.clock_comparator = value;
    replay.registers_changed(at)
}

fn set_cpu_timer(replay: &mut Replay<'_>, at: usize) -> Outcome {
    let (now, value) = (replay.now(), replay.value("value", u64::MAX)?);
    replay.workers[at].cpu.cpu_timer = value;
    replay.workers[at].cpu.cpu_timer_since_tod = now;
    replay.registers_changed(at)
}

fn store_both(replay: &mut Replay<'_>, at: usize) -> Outcome {
    let cpu = replay.workers[at].cpu;
    let mut timer = cpu.cpu_timer;
    if cpu.cpu_timer_since_tod != 0 {
        let gone = replay.now().wrapping_sub(cpu.cpu_timer_since_tod);
        timer = timer.wrapping_sub(gone);
    }
    replay.result("ckc", cpu.clock_comparator)?;
    replay.result("cpu_timer", timer)
}

fn delay_us(replay: &mut Replay<'_>, _: usize) -> Outcome {
    replay.let_pass(replay.value("us", MAX_US)?)
}

/// Of several choices each has its own CPU that ends its step.
fn sync(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let (target, us) = (replay.target()?, replay.value("limit_us", MAX_US)?);
    let ended = replay
        .wait_for(us, |r| r.workers[target].activity == Activity::Idle)?;
    if replay.scenario.one_of {
        return Ok(());
    }
    replay.result_timed_out(!ended)
}

fn wait_until_stopped(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let (target, us) = (replay.target()?, replay.value("limit_us", MAX_US)?);
    let stopped = replay.wait_for(us, |r| {
        r.workers[target].vcpu.state() == Ok(State::Stopped)
    })?;
    replay.result_timed_out(!stopped)
}

fn wait_worker(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let (target, us) = (replay.target()?, replay.value("limit_us", MAX_US)?);
    let started = replay.wait_for(us, |r| r.workers[target].started)?;
    replay.result_timed_out(!started)
}

fn clear_worker_flag(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let target = replay.target()?;
    replay.workers[target].started = false;
    Ok(())
}

fn limits(replay: &mut Replay<'_>, _: usize) -> Outcome {
    if replay.object().get("level").is_some() {
        replay.script.level = replay.value("level", u32::MAX.into())?;
    }
    if replay.object().get("wait").is_some() {
        replay.script.wait = replay.value("wait", u32::MAX.into())?;
    }
    Ok(())
}

fn handler_rearm(replay: &mut Replay<'_>, _: usize) -> Outcome {
    replay.script.rearm_count = replay.value("count", u32::MAX.into())?;
    replay.script.rearm_us = replay.value("us", MAX_US)?;
    Ok(())
}
