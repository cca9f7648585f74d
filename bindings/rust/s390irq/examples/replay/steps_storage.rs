// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Steps of the guest's program on absolute storage and prefix areas.

use crate::delivery::{Class, CLASSES};
use crate::guest::{MCESA, SAVE_AREA, SAVE_AREA_SIZE};
use crate::json::{self, Number, Outcome};
use crate::machine::Replay;
use crate::steps::{operation, Operation};
use crate::storage::{self, STORAGE_SIZE};

pub static OPERATIONS: [Operation; 7] = [
    operation("fill", fill),
    operation("poke", poke),
    operation("peek", peek),
    operation("copy", copy),
    operation("fill-prefix-area", fill_prefix_area),
    operation("set-new-psw-mask", set_new_psw_mask),
    operation("reset-new-psws", reset_new_psws),
];

impl Replay<'_> {
    fn place(&self, name: &str, length: u64) -> Outcome<u64> {
        let absolute = self.value(name, u64::MAX)?;
        if !storage::has(absolute, length) {
            return Err(format!("no storage at {absolute:x}"));
        }
        Ok(absolute)
    }

    fn set_mask(&mut self, at: usize, class: Class, mask: u64) {
        let place = self.absolute(at, class.row().new_psw);
        self.storage.value_by_program(place, 8, mask);
    }
}

fn fill(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let length = replay.value("len", STORAGE_SIZE)?;
    let absolute = replay.place("addr", length)?;
    replay.storage.fill(absolute, length);
    Ok(())
}

fn poke(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let absolute = replay.place("addr", 8)?;
    let value = replay.value("value", u64::MAX)?;
    replay.storage.value_by_program(absolute, 8, value);
    Ok(())
}

/// The guest's own code and the pattern are not known: those are taken over.
fn peek(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let absolute = replay.place("addr", 8)?;
    let Some(member) = replay.object().get("value") else { return Ok(()) };
    let number =
        Number::of(Some(member)).ok_or("\"value\" is no number")?.value;
    let mut bytes = number.to_be_bytes();
    let found = replay.storage.load(absolute, 8);
    let known = replay.storage.known(absolute, 8);
    for (at, byte) in bytes.iter_mut().enumerate() {
        if known[at] {
            *byte = found[at];
        }
    }
    replay.result("value", u64::from_be_bytes(bytes))
}

fn copy(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let length = replay.value("len", STORAGE_SIZE)?;
    let from = replay.place("src", length)?;
    let to = replay.place("dst", length)?;
    replay.storage.copy(from, length, to);
    Ok(())
}

fn fill_prefix_area(replay: &mut Replay<'_>, at: usize) -> Outcome {
    let mut designation = 0;
    if replay.object().get("mcesa").is_some() {
        designation = replay.value("mcesa", u64::MAX)?;
    }
    replay.storage.fill(replay.absolute(at, 0), 0x1a0);
    replay.storage.fill(replay.absolute(at, SAVE_AREA), SAVE_AREA_SIZE);
    let place = replay.absolute(at, MCESA);
    replay.storage.value_by_program(place, 8, designation);
    Ok(())
}

fn set_new_psw_mask(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let target = replay.target()?;
    let mask = replay.value("mask", u64::MAX)?;
    let name = json::text(replay.object(), "cls")?;
    let class = Class::of(name).ok_or(format!("no class \"{name}\""))?;
    replay.set_mask(target, class, mask);
    Ok(())
}

fn reset_new_psws(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let target = replay.target()?;
    for row in &CLASSES {
        replay.set_mask(target, row.class, replay.scenario.new_psw_mask);
    }
    Ok(())
}
