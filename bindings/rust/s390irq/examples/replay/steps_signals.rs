// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Steps that signal CPUs and reset them.

use serde_json::Value;

use s390irq::{order, Reset, Sigp};

use crate::json::Outcome;
use crate::machine::{Activity, Replay};
use crate::steps::{operation, Operation};

pub static OPERATIONS: [Operation; 2] = [
    Operation { name: "sigp", run: sigp, in_a_row: true, exceptions: false },
    operation("diag308", diag308),
];

const LOW_HALF: u64 = 0xffff_ffff;

/// Adapters have numbers below this.
pub const MAX_ADAPTERS: u32 = 256;

const ORDER_NAMES: [(&str, u32); 14] = [
    ("sense", order::SENSE),
    ("extcall", order::EXTERNAL_CALL),
    ("emerg", order::EMERGENCY_SIGNAL),
    ("start", order::START),
    ("stop", order::STOP),
    ("restart", order::RESTART),
    ("stopstore", order::STOP_AND_STORE_STATUS),
    ("inireset", order::INITIAL_CPU_RESET),
    ("reset", order::CPU_RESET),
    ("setprefix", order::SET_PREFIX),
    ("storestatus", order::STORE_STATUS),
    ("setarch", order::SET_ARCHITECTURE),
    ("condemerg", order::CONDITIONAL_EMERGENCY),
    ("sensrun", order::SENSE_RUNNING_STATUS),
];

impl Replay<'_> {
    fn order_of_step(&self) -> Outcome<u32> {
        let name = self.object().get("order").and_then(Value::as_str);
        match ORDER_NAMES.iter().find(|(known, _)| Some(*known) == name) {
            Some((_, order)) => Ok(*order),
            None => Ok(self.value("order", u32::MAX.into())? as u32),
        }
    }

    /// Status goes to absolute locations, or to where the parameter says.
    fn expect_status(&mut self, order: u32, parameter: u64) {
        match order {
            order::STOP_AND_STORE_STATUS => {
                self.storage.expect(0x1200, 0x200);
                self.storage.expect(0xa3, 1);
            }
            order::STORE_STATUS => {
                self.storage.expect(parameter & 0x7fff_fe00, 0x200);
            }
            order::STORE_ADDITIONAL => {
                self.storage.expect(parameter & 0x7fff_fc00, 0x1000);
            }
            _ => {}
        }
    }

    /// A stop of another CPU is not carried out before the end of the row; a
    /// reset is, and with it goes the stop. After an initial CPU reset the PSW
    /// is zero: its program is gone.
    fn note_order(&mut self, sender: usize, target: u64, order: u32) {
        let other = target != sender as u64;
        let Some(worker) = self.workers.get_mut(target as usize) else {
            return;
        };
        match order {
            order::STOP | order::STOP_AND_STORE_STATUS => worker.held |= other,
            order::CPU_RESET => worker.held &= !other,
            order::INITIAL_CPU_RESET => {
                worker.held &= !other;
                worker.activity = Activity::Forever;
            }
            _ => {}
        }
    }

    /// The driver stops too, and goes on with what it had in its registers.
    fn reset_driver(&mut self) -> Outcome {
        let driver = self.workers[0].vcpu.target();
        let in_words = |error| format!("CPU 0: {error}");
        driver.reset(Reset::Cpu).map_err(in_words)?;
        self.pump()?;
        driver.start(None).map_err(in_words)?;
        self.pump()
    }
}

fn sigp(replay: &mut Replay<'_>, at: usize) -> Outcome {
    let order = replay.order_of_step()?;
    let target = replay.value("to", u32::MAX.into())?;
    let parameter = replay.value("parm", u64::MAX)?;
    let answer = replay.workers[at]
        .vcpu
        .sigp(target as u32, order, parameter)
        .map_err(|error| error.to_string())?;
    let mut register = parameter;
    if answer == Sigp::Accepted {
        replay.expect_status(order & 0xff, parameter);
        replay.note_order(at, target, order & 0xff);
    }
    replay.result("cc", answer.condition_code().into())?;
    if let Sigp::Status(status) = answer {
        register = (parameter & !LOW_HALF) | u64::from(status.bits());
        replay.result("status", status.bits().into())?;
    }
    replay.result("r1", register)
}

/// What devices and channel subsystem forget, and all CPUs.
fn diag308(replay: &mut Replay<'_>, at: usize) -> Outcome {
    if replay.value("subcode", u32::MAX.into())? != 1 || at != 0 {
        return Err("only subcode 1 and CPU 0 are known".into());
    }
    for adapter in 0..MAX_ADAPTERS {
        // Most of them are not there.
        let _ = replay.machine.remove_adapter(adapter);
    }
    replay.report_told = false;
    replay.machine.reset().map_err(|error| error.to_string())?;
    for worker in &replay.workers[1..] {
        worker.vcpu.reset(Reset::Cpu).map_err(|error| error.to_string())?;
    }
    replay.reset_driver()
}
