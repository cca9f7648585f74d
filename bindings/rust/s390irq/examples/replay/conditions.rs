// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the CPU finds when it executes an instruction: supervisor call and
//! program interruption conditions. They and their payload are the CPU's, so
//! they come from the recording; what is made of them is the library's.

use s390irq::{AccessFlags, Outcome as Injected, Program};

use crate::delivery::{Class, Delivery};
use crate::json::Outcome;
use crate::machine::Replay;

const CODE_SPECIFICATION: u64 = 0x06;
const CODE_DATA: u16 = 0x07;
const CODE_PER: u64 = 0x80;

const CR0_AFP_REGISTER: u64 = 0x40000;

/// All but what decides on interruptions: PER, DAT, I/O, external, machine
/// check, wait.
const PSW_OF_PROGRAM: u64 = 0xb8f9_ffff_ffff_ffff;

#[derive(Clone, Copy, Default)]
pub struct Conditions<'a> {
    pub supervisor_call: Option<&'a Delivery>,
    pub program: Option<&'a Delivery>,
}

fn code_of(delivery: &Delivery) -> u64 {
    delivery.field(0x8e, 2)
}

/// Conditions of the PSW itself: deliver finds them, nobody raises them.
fn is_of_psw(delivery: &Delivery) -> bool {
    code_of(delivery) == CODE_SPECIFICATION
        && (delivery.field(0x8c, 2) == 0 || delivery.old_address.value & 1 != 0)
}

/// Only what was stored; a byte of an access identification by its own.
fn access_flags(delivery: &Delivery) -> AccessFlags {
    let mut flags = AccessFlags::empty();
    flags.set(AccessFlags::EXCEPTION, delivery.stored(0xa0));
    flags.set(AccessFlags::PER, delivery.stored(0xa1));
    flags.set(AccessFlags::OPERAND, delivery.stored(0xa2));
    flags
}

fn program_of(delivery: &Delivery) -> Program {
    Program {
        code: code_of(delivery) as u16,
        ilc: delivery.field(0x8c, 2) as u8,
        no_rewind: false,
        access: access_flags(delivery),
        data_exception_code: delivery.field(0x90, 4) as u32,
        translation_exception: delivery.field(0xa8, 8),
        monitor_code: delivery.field(0xb0, 8),
        per_address: delivery.field(0x98, 8),
        monitor_class: delivery.field(0x94, 2) as u16,
        per_code: delivery.field(0x96, 1) as u8,
        per_atmid: delivery.field(0x97, 1) as u8,
        exception_access: delivery.field(0xa0, 1) as u8,
        per_access: delivery.field(0xa1, 1) as u8,
        operand_access: delivery.field(0xa2, 1) as u8,
    }
}

fn raised(what: &str, answer: s390irq::Result<Injected>) -> Outcome {
    match answer {
        Ok(outcome) if outcome.pends() => Ok(()),
        Ok(outcome) => Err(format!("{what}: outcome {outcome:?}")),
        Err(error) => Err(format!("{what}: {error}")),
    }
}

impl Conditions<'_> {
    pub fn found(&self) -> bool {
        self.supervisor_call.is_some() || self.program.is_some()
    }

    /// Whether the instruction is completed: nothing, SVC, or PER alone.
    pub fn complete(&self) -> bool {
        self.program.is_none_or(|program| code_of(program) == CODE_PER)
    }
}

impl<'a> Replay<'a> {
    /// What the step that is under way has for this CPU.
    pub fn conditions(&self, at: usize) -> Conditions<'a> {
        let step = self.step.map_or(0, |step| step.number);
        let mut found = Conditions::default();
        let scenario = self.scenario;
        for delivery in scenario.choices.iter().flatten() {
            if delivery.cpu != at || delivery.step != step {
                continue;
            }
            if delivery.class == Class::Svc {
                found.supervisor_call.get_or_insert(delivery);
            }
            if delivery.class == Class::Program && !is_of_psw(delivery) {
                found.program.get_or_insert(delivery);
            }
        }
        found
    }

    fn adopt(&mut self, at: usize, delivery: &Delivery) {
        let care = delivery.old_mask.care & PSW_OF_PROGRAM;
        let mask = &mut self.workers[at].cpu.psw_mask;
        *mask = (*mask & !care) | (delivery.old_mask.value & care);
    }

    fn raise_supervisor_call(
        &mut self,
        at: usize,
        delivery: &Delivery,
    ) -> Outcome {
        let code = delivery.field(0x8a, 2) as u32;
        let ilc = delivery.field(0x88, 2) as u32;
        let vcpu = &mut self.workers[at].vcpu;
        raised("supervisor call", vcpu.supervisor_call(code, ilc))
    }

    /// PoP ch. 6, data exception: the code also goes to the FPC with AFP.
    fn raise_program(
        &mut self,
        at: usize,
        delivery: &Delivery,
        no_rewind: bool,
    ) -> Outcome {
        let program = Program { no_rewind, ..program_of(delivery) };
        let worker = &mut self.workers[at];
        worker.cpu.breaking_event_address = delivery.field(0x110, 8);
        if program.code == CODE_DATA && worker.cpu.cr[0] & CR0_AFP_REGISTER != 0
        {
            let fpc = &mut worker.cpu.floating_point_control;
            *fpc =
                (*fpc & !0xff00) | ((program.data_exception_code & 0xff) << 8);
        }
        raised("program interruption", worker.vcpu.program(&program))
    }

    /// Raises them. The PSW is the one after the instruction; without an
    /// instruction it is the recorded one.
    pub fn raise(
        &mut self,
        at: usize,
        conditions: Conditions<'_>,
        has_instruction: bool,
    ) -> Outcome {
        let Conditions { supervisor_call, program } = conditions;
        let Some(first) = supervisor_call.or(program) else { return Ok(()) };
        if has_instruction {
            self.adopt(at, first);
        } else {
            let (mask, address) = (first.old_mask, first.old_address);
            self.load_psw(at, mask.value, address.value)?;
        }
        if let Some(delivery) = supervisor_call {
            self.raise_supervisor_call(at, delivery)?;
        }
        if let Some(delivery) = program {
            self.raise_program(at, delivery, !has_instruction)?;
        }
        Ok(())
    }

    /// The parts of the PSW that belong to the program (condition code, key,
    /// ...) and were changed by an instruction show in the old PSWs behind it.
    pub fn adopt_psw(&mut self, at: usize) {
        let step = self.step.map_or(0, |step| step.number);
        let scenario = self.scenario;
        for delivery in &scenario.choices[0] {
            let address = self.workers[at].cpu.psw_address;
            if delivery.cpu == at
                && delivery.step == step
                && delivery.old_address.value == address
            {
                self.adopt(at, delivery);
            }
        }
    }
}
