// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Steps with devices. What a device decides (the condition code of SSCH, the
//! word of TSCH) is its own and comes from the recording; that it interrupts
//! is the library's.

use std::collections::hash_map::Entry;

use s390irq::{
    AdapterFlags, Conditions as Check, Interruption, Io, MachineCheck,
    Outcome as Injected, Route, Taken,
};

use crate::json::{Number, Outcome};
use crate::machine::{Activity, Replay};
use crate::steps::{operation, Operation};
use crate::steps_signals::MAX_ADAPTERS;
use crate::storage;

pub static OPERATIONS: [Operation; 10] = [
    operation("servc", servc),
    operation("ssch-sense-id", ssch_sense_id),
    operation("tsch", tsch),
    operation("csch", csch),
    operation("hsch", hsch),
    Operation { name: "tpi", run: tpi, in_a_row: false, exceptions: true },
    operation("rchp", rchp),
    operation("stcrw", stcrw),
    operation("virtio-adapter-setup", virtio_adapter_setup),
    operation("virtio-kick", virtio_kick),
];

const SUBCHANNEL_ONE: u32 = 0x0001_0000;

/// PoP ch. 3: subchannel, parameter, word.
const IO_CODE: u64 = 0xb8;
const SCCB_CODE: u64 = 6;
const SCCB_ADDRESS: u64 = 0x7fff_fff8;

/// Where the recorded guest has the indicators of its devices.
fn summary(number: u32) -> u64 {
    0x1a3000 + u64::from(number) * 0x4000
}

fn in_words(error: s390irq::Error) -> String {
    error.to_string()
}

fn check(answer: s390irq::Result<Injected>) -> Outcome<Injected> {
    match answer.map_err(in_words)? {
        Injected::Closed => Err("the VM is closed".into()),
        outcome => Ok(outcome),
    }
}

impl Replay<'_> {
    /// Whether the device or the machine did what was asked for.
    fn accepted(&self, name: &str) -> bool {
        Number::of(self.object().get(name)).is_none_or(|n| n.value == 0)
    }

    /// The subchannel of the step; the library knows of it from now on.
    fn subchannel_of_step(&mut self) -> Outcome<u32> {
        let id = SUBCHANNEL_ONE | self.value("subchannel", 0xffff)? as u32;
        if let Entry::Vacant(new) = self.subchannels.entry(id) {
            new.insert(Default::default());
            self.machine.add_subchannel(id).map_err(in_words)?;
        }
        Ok(id)
    }

    fn interrupt(&self, subchannel: u32) -> Outcome {
        let device = &self.subchannels[&subchannel];
        let (parameter, isc) = (device.parameter, device.isc);
        check(self.machine.io(Io { subchannel, parameter, isc })).map(drop)
    }

    /// An operand that cannot be stored: what was taken pends again.
    fn tpi_fails(&mut self, at: usize, taken: Option<Taken>) -> Outcome {
        if let Some(taken) = taken {
            check(self.machine.queue().put_back_io(taken))?;
        }
        self.workers[at].activity = Activity::Step;
        self.raise(at, self.conditions(at), false)?;
        self.run(at)?;
        self.go_idle(at)
    }

    /// PoP ch. 14: at real b8 all of the code, at an operand the first part.
    fn tpi_stores(
        &mut self,
        at: usize,
        operand: u64,
        taken: &Taken,
    ) -> Outcome {
        let code = taken.io_code();
        let (address, code) = match operand {
            0 => (IO_CODE, &code[..]),
            _ => (operand, &code[..8]),
        };
        let absolute = self.absolute(at, address);
        if !storage::has(absolute, code.len() as u64) {
            return Err(format!("no storage at {absolute:x}"));
        }
        self.storage.expect(absolute, code.len() as u64);
        self.storage.by_machine(absolute, code);
        Ok(())
    }
}

fn ssch_sense_id(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let id = replay.subchannel_of_step()?;
    let isc = replay.value("isc", 7)? as u8;
    let parameter = replay.value("intparm", u32::MAX.into())? as u32;
    let accepted = replay.accepted("cc");
    let device = replay.subchannels.entry(id).or_default();
    device.isc = isc;
    if !accepted {
        return Ok(());
    }
    device.parameter = parameter;
    replay.interrupt(id)
}

/// PoP ch. 14, TEST SUBCHANNEL: the subchannel has nothing pending any more.
fn tsch(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let id = replay.subchannel_of_step()?;
    let queue = replay.machine.queue();
    queue.take_io(0xff, Some(id)).map(drop).map_err(in_words)
}

/// PoP ch. 14, CLEAR SUBCHANNEL: what pends goes, the end of it comes.
fn csch(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let id = replay.subchannel_of_step()?;
    if !replay.accepted("cc") {
        return Ok(());
    }
    replay.machine.queue().clear_io(id).map_err(in_words)?;
    replay.interrupt(id)
}

fn hsch(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let id = replay.subchannel_of_step()?;
    if !replay.accepted("cc") {
        return Ok(());
    }
    replay.interrupt(id)
}

fn tpi(replay: &mut Replay<'_>, at: usize) -> Outcome {
    let mask = (replay.workers[at].cpu.cr[6] >> 24) as u8;
    let operand = replay.value("addr", u64::MAX)?;
    let taken = replay.machine.queue().take_io(mask, None).map_err(in_words)?;
    if replay.conditions(at).found() {
        return replay.tpi_fails(at, taken);
    }
    if let Some(taken) = &taken {
        replay.tpi_stores(at, operand, taken)?;
    }
    replay.result("cc", taken.is_some().into())
}

/// The end of an SCLP command; one at a time may pend.
fn servc(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let sccb = replay.value("sccb", u32::MAX.into())? & SCCB_ADDRESS;
    let outcome = check(replay.machine.service_signal(sccb as u32))?;
    let response = Number::of(replay.object().get("response"));
    if outcome != Injected::Busy && storage::has(sccb, 8) {
        if let Some(response) = response {
            let place = sccb + SCCB_CODE;
            replay.storage.value_by_program(place, 2, response.value);
        }
    }
    replay.result("cc", if outcome == Injected::Busy { 2 } else { 0 })
}

/// PoP ch. 17: the machine check is made once, until the queue is found empty.
fn rchp(replay: &mut Replay<'_>, _: usize) -> Outcome {
    replay.value("chpid", 0xff)?;
    if !replay.accepted("cc") || replay.report_told {
        return Ok(());
    }
    replay.report_told = true;
    let report = Interruption::MachineCheck(MachineCheck {
        conditions: Check::CHANNEL_REPORT,
        ..Default::default()
    });
    check(replay.machine.inject(&report)).map(drop)
}

/// What it reads is the device's affair; cc 1: there was nothing left.
fn stcrw(replay: &mut Replay<'_>, _: usize) -> Outcome {
    if !replay.accepted("cc") {
        replay.report_told = false;
    }
    Ok(())
}

fn virtio_adapter_setup(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let id = replay.subchannel_of_step()?;
    let isc = replay.value("isc", 7)? as u8;
    let bit = replay.value("bit", 63)?;
    replay.subchannels.entry(id).or_default().bit = bit;
    if !replay.accepted("result") {
        return Ok(());
    }
    let number = id & 0xffff;
    if number >= MAX_ADAPTERS || !storage::has(summary(number), 16) {
        return Err("no room for the device's indicators".into());
    }
    replay.storage.by_program(summary(number), &[0; 16]);
    replay.storage.expect(summary(number), 16);
    // It may not be there yet.
    let _ = replay.machine.remove_adapter(number);
    replay
        .machine
        .add_adapter(number, isc, AdapterFlags::SWAP)
        .map_err(in_words)
}

/// The summary indicator is bit 7 of its byte, the value 1.
fn virtio_kick(replay: &mut Replay<'_>, _: usize) -> Outcome {
    let id = replay.subchannel_of_step()?;
    if !replay.accepted("result") {
        return Ok(());
    }
    let number = id & 0xffff;
    let route = Route {
        adapter: number,
        summary_absolute: summary(number),
        summary_offset: 7,
        indicator_absolute: summary(number) + 8,
        indicator_offset: replay.subchannels[&id].bit,
    };
    check(replay.machine.fire_route(&route))?;
    let indicator = replay.storage.value(summary(number), 8);
    replay.result("indicator", indicator)
}
