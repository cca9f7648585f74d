// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What becomes of a scenario.

use crate::compare;
use crate::json::Outcome;
use crate::machine::Replay;
use crate::scenario::Scenario;
use crate::storage;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    /// It is the CPU's or a device's alone.
    Skipped,
    /// Nobody judges it.
    Listed,
}

fn compare_memory(replay: &Replay<'_>) -> Outcome {
    for area in &replay.scenario.areas {
        let (name, length) = (&area.name, area.bytes.len());
        if !storage::has(area.absolute, length as u64) {
            return Err(format!("memory {name}: no such storage"));
        }
        let found = replay.storage.load(area.absolute, length);
        let stored = replay.storage.stored(area.absolute, length);
        for (at, wanted) in area.bytes.iter().enumerate() {
            let (absolute, byte) = (area.absolute + at as u64, found[at]);
            if !wanted.stored && stored[at] {
                return Err(format!("memory {name}: {absolute:x} was stored"));
            }
            if (wanted.value ^ byte) & wanted.care != 0 {
                return Err(format!(
                    "memory {name}: {absolute:x} holds {byte:02x}, not {:02x}",
                    wanted.value
                ));
            }
        }
    }
    Ok(())
}

/// What the library decided where nobody judges.
fn decided(replay: &Replay<'_>) -> String {
    let mut said: Vec<String> =
        replay.log.iter().map(|delivery| delivery.describe()).collect();
    if said.is_empty() {
        said.push("no interruption".into());
    }
    said.extend(replay.told.iter().cloned());
    said.join("; ")
}

fn run(scenario: &Scenario, recording: bool, pattern: u8) -> Outcome<String> {
    let mut replay = Replay::new(scenario, recording, pattern)?;
    replay.run_steps()?;
    if scenario.unchecked {
        return Ok(decided(&replay));
    }
    compare::deliveries(scenario, &replay.log)?;
    compare_memory(&replay)?;
    Ok(String::new())
}

/// Replays it twice: with the guest's storage given to the library, where
/// stores show as changed bytes, and through hooks, which see every store. The
/// patterns are complementary, so that no stored byte hides. Answers why it
/// has not passed, or what was decided.
pub fn judge(scenario: &Scenario) -> (Verdict, String) {
    if scenario.cpu_only {
        let note = scenario.note.as_deref().unwrap_or("(no note)");
        return (Verdict::Skipped, format!("the CPU's alone: {note}"));
    }
    let both =
        run(scenario, false, 0x00).and_then(|_| run(scenario, true, 0xff));
    match both {
        Err(why) => (Verdict::Failed, why),
        Ok(said) if scenario.unchecked => (Verdict::Listed, said),
        Ok(_) => (Verdict::Passed, String::new()),
    }
}
