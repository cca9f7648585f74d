// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Steps in which a CPU runs a program: windows, loops, waits, instructions.

use serde_json::Value;

use s390irq::Next;

use crate::instruction::Instruction;
use crate::json::{self, is_true, Number, Outcome};
use crate::machine::{Activity, Replay, RESUME_ADDRESS};
use crate::steps::{operation, Operation, Run};
use crate::storage;

const fn program(name: &'static str, run: Run) -> Operation {
    Operation { name, run, in_a_row: false, exceptions: true }
}

pub static OPERATIONS: [Operation; 5] = [
    program("open-window", open_window),
    program("spin", spin),
    operation("release-spin", release_spin),
    program("wait", wait),
    program("run-instruction", run_instruction),
];

/// Addresses of the recorded guest, if a file has their names only.
const LABELS: [(&str, u64); 3] = [
    ("win_target", 0x11110),
    ("wait_target", 0x11154),
    ("spin_target", 0x13000),
];

impl Replay<'_> {
    fn address_of_step(&self, at: usize) -> Outcome<u64> {
        if self.object().get("psw_addr_hex").is_some() {
            return self.value("psw_addr_hex", u64::MAX);
        }
        let name = self.object().get("psw_addr").and_then(Value::as_str);
        if name == Some("code_buffer") {
            return Ok(0x180000 + at as u64 * 0x1000);
        }
        match LABELS.iter().find(|(label, _)| Some(*label) == name) {
            Some((_, address)) => Ok(*address),
            None => self.value("psw_addr", u64::MAX),
        }
    }

    fn start_program(&mut self, at: usize, activity: Activity) -> Outcome {
        let mask = self.value("psw_mask", u64::MAX)?;
        let address = self.address_of_step(at)?;
        self.workers[at].activity = activity;
        self.workers[at].waits = 0;
        self.load_psw(at, mask, address)?;
        self.run(at)
    }

    /// Whoever sleeps or stops in a step is back in it when that is over.
    fn finish(&mut self, at: usize) -> Outcome {
        let lost = is_true(self.object(), "did_not_complete");
        let worker = &mut self.workers[at];
        if worker.activity != Activity::Step {
            return Ok(());
        }
        let runs = worker.answer == Next::Run;
        if runs && !lost {
            return self.go_idle(at);
        }
        worker.activity = if runs { Activity::Forever } else { Activity::Wait };
        Ok(())
    }

    fn read_general(&mut self, at: usize) -> Outcome {
        let mut general = [0; 16];
        let given = self.object().get("gprs").and_then(Value::as_object);
        for (name, value) in given.into_iter().flatten() {
            let place = name.parse().ok().filter(|place: &usize| *place < 16);
            let number = Number::of(Some(value));
            let (Some(place), Some(number)) = (place, number) else {
                return Err(format!("register \"{name}\""));
            };
            general[place] = number.value;
        }
        let mut registers =
            self.board.seats[at].registers.lock().expect("one thread");
        registers.general = general;
        Ok(())
    }

    fn read_instruction(&mut self, at: usize) -> Outcome<Instruction> {
        let hex = json::text(self.object(), "bytes")?;
        let instruction =
            Instruction::read(hex).ok_or(format!("no instruction: {hex}"))?;
        self.value("psw_mask", u64::MAX)?;
        let address = self.address_of_step(at)?;
        if storage::has(address, instruction.length) {
            let bytes = &instruction.bytes[..instruction.length as usize];
            self.storage.by_program(address, bytes);
        }
        Ok(instruction)
    }

    /// The instruction itself; what is enabled was taken before it.
    fn execute_step(
        &mut self,
        at: usize,
        instruction: &Instruction,
    ) -> Outcome {
        let address = self.workers[at].cpu.psw_address;
        let conditions = self.conditions(at);
        if conditions.complete() {
            self.execute(at, instruction);
        } else {
            self.pass(at, instruction);
        }
        let moved = self.workers[at].cpu.psw_address != address;
        if !conditions.found() && moved {
            self.adopt_psw(at);
        }
        if !moved {
            self.workers[at].activity = Activity::Forever;
        }
        self.registers_changed(at)?;
        if conditions.found() {
            self.raise(at, conditions, true)?;
        }
        self.run(at)
    }
}

fn open_window(replay: &mut Replay<'_>, at: usize) -> Outcome {
    replay.start_program(at, Activity::Step)?;
    replay.finish(at)
}

fn spin(replay: &mut Replay<'_>, at: usize) -> Outcome {
    replay.start_program(at, Activity::Spin)
}

fn release_spin(replay: &mut Replay<'_>, _: usize) -> Outcome {
    for worker in &mut replay.workers {
        worker.released = worker.activity == Activity::Spin;
    }
    Ok(())
}

fn wait(replay: &mut Replay<'_>, at: usize) -> Outcome {
    replay.start_program(at, Activity::Wait)
}

fn run_instruction(replay: &mut Replay<'_>, at: usize) -> Outcome {
    replay.read_general(at)?;
    let instruction = replay.read_instruction(at)?;
    replay.start_program(at, Activity::Step)?;
    let worker = &replay.workers[at];
    if worker.answer == Next::Run && worker.cpu.psw_address != RESUME_ADDRESS {
        replay.execute_step(at, &instruction)?;
    }
    replay.finish(at)
}
