// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Random calls through the safe crate, each beside the reference model: every
//! answer, the registers, what pends and guest storage are compared.

#[path = "../../s390irq/tests/common/mod.rs"]
mod common;
#[path = "../../s390irq/tests/common/calls.rs"]
mod random;

use std::cell::RefCell;

use common::{open, WAIT_OPEN};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use random::{calls, cases, Call, ADDRESSES, CPUS, SUBCHANNELS};
use s390irq::{
    Cpu, Error, Hooks, Host, Interruption, Io, Kind, Machine, Outcome, Program,
    Report, Reset, Sigp, Vcpu,
};
use s390irq_model_tests::Model;
use s390irq_sys as sys;

/// The clock of both: it stands still.
const TOD: u64 = 0x1000_0000;

struct Clock;

impl Host for Clock {
    const HOOKS: Hooks = Hooks::TOD;

    fn tod(&self) -> u64 {
        TOD
    }
}

struct Pair {
    machine: Machine,
    vcpus: Vec<Vcpu>,
    cpus: Vec<Cpu>,
    model: Model,
}

fn raw_of(cpu: &Cpu) -> sys::s390irq_cpu {
    sys::s390irq_cpu {
        size: size_of::<sys::s390irq_cpu>() as u32,
        prefix: cpu.prefix,
        psw_mask: cpu.psw_mask,
        psw_address: cpu.psw_address,
        cr: cpu.cr,
        clock_comparator: cpu.clock_comparator,
        cpu_timer: cpu.cpu_timer,
        cpu_timer_since_tod: cpu.cpu_timer_since_tod,
        tod_programmable: cpu.tod_programmable,
        floating_point_control: cpu.floating_point_control,
        breaking_event_address: cpu.breaking_event_address,
    }
}

fn code<T>(answer: Result<T, Error>, of: impl FnOnce(T) -> i32) -> i32 {
    answer.map_or_else(Error::raw, of)
}

fn outcome(answer: Result<Outcome, Error>) -> i32 {
    code(answer, Outcome::raw)
}

fn subchannel(number: u32) -> u32 {
    0x0001_0000 + number
}

fn record(kind: u32, source: u32, parameter: u32) -> sys::s390irq_interruption {
    sys::s390irq_interruption {
        kind: kind as u16,
        source: source as u16,
        parameter,
        ..Default::default()
    }
}

fn io_record(
    number: u32,
    parameter: u32,
    isc: u8,
) -> sys::s390irq_interruption {
    let mut io = record(sys::S390IRQ_KIND_IO, 0, parameter);
    io.u.io = sys::s390irq_io {
        subchannel: subchannel(number),
        word: u32::from(isc) << 27,
        ..Default::default()
    };
    io
}

impl Pair {
    fn new() -> Self {
        let mut model = Model::new(ADDRESSES, CPUS, TOD);
        let size = model.storage().len();
        let machine =
            Machine::builder(ADDRESSES).ram(size).host(Clock).build().unwrap();
        common::fill(&machine);
        machine.read_ram(0, model.storage()).unwrap();
        for number in 0..SUBCHANNELS {
            machine.add_subchannel(subchannel(number)).unwrap();
            assert_eq!(model.add_subchannel(subchannel(number)), 0);
        }
        let vcpus = (0..CPUS).map(|at| machine.vcpu(at).unwrap()).collect();
        let cpus = vec![open(WAIT_OPEN); CPUS as usize];
        Self { machine, vcpus, cpus, model }
    }

    fn deliver(&mut self, at: usize) -> (i32, i32) {
        let mut report = Report::default();
        let mut registers = raw_of(&self.cpus[at]);
        let mine =
            self.vcpus[at].deliver_report(&mut self.cpus[at], &mut report);
        let (theirs, taken, kinds) =
            self.model.deliver(at as u32, &mut registers);
        assert_eq!(report.taken(), taken);
        assert_eq!(report.taken_kinds().bits(), kinds);
        if theirs >= 0 {
            let found = format!("{:?}", raw_of(&self.cpus[at]));
            assert_eq!(found, format!("{registers:?}"));
        }
        (code(mine, s390irq::Next::raw), theirs)
    }

    /// The guest's masks are others; nothing of a CPU that is parked.
    fn masks(
        &mut self,
        at: usize,
        mask: u64,
        control: Option<u64>,
    ) -> (i32, i32) {
        if self.model.is_parked(at as u32) {
            return (0, 0);
        }
        let cpu = &mut self.cpus[at];
        cpu.psw_mask = mask;
        cpu.cr[0] = control.unwrap_or(cpu.cr[0]);
        self.model.masks(at as u32, &raw_of(cpu));
        (code(self.vcpus[at].masks_changed(cpu), |()| 0), 0)
    }

    fn local(
        &mut self,
        at: usize,
        mine: Interruption,
        theirs: sys::s390irq_interruption,
    ) -> (i32, i32) {
        let mine = match mine {
            Interruption::EmergencySignal { source } => {
                self.vcpus[at].emergency_signal(source.into())
            }
            Interruption::ExternalCall { source } => {
                self.vcpus[at].external_call(source.into())
            }
            other => self.vcpus[at].inject(&other),
        };
        (outcome(mine), self.model.inject(at as u32, &theirs))
    }

    fn sigp(
        &mut self,
        at: usize,
        target: u32,
        order: u32,
        parameter: u64,
    ) -> (i32, i32) {
        let mine = self.vcpus[at].sigp(target, order, parameter);
        let (theirs, status) =
            self.model.sigp(at as u32, target, order, parameter);
        if let Ok(Sigp::Status(mine)) = mine {
            assert_eq!(mine.bits(), status);
        }
        (code(mine, |sigp| sigp.condition_code().into()), theirs)
    }

    fn take_io(&mut self, mask: u8) -> (i32, i32) {
        let taken = self.machine.queue().take_io(mask, None);
        let (theirs, record) = self.model.take_io(mask.into());
        let mine = code(taken, |taken| {
            let taken = taken.and_then(|taken| taken.interruption());
            if let Some(Interruption::Io(io)) = taken {
                assert_eq!(io.parameter, record.parameter);
                // SAFETY: the model's record is of the kind IO, too.
                let there = unsafe { record.u.io.subchannel };
                assert_eq!(io.subchannel, there);
            }
            taken.is_some().into()
        });
        (mine, theirs)
    }

    /// Does it to both and answers both answers.
    fn call(&mut self, call: Call) -> (i32, i32) {
        match call {
            Call::Deliver(at) => self.deliver(at),
            Call::Emergency(at, source) => self.local(
                at,
                Interruption::EmergencySignal { source: source as u16 },
                record(sys::S390IRQ_KIND_EMERGENCY_SIGNAL, source, 0),
            ),
            Call::External(at, source) => self.local(
                at,
                Interruption::ExternalCall { source: source as u16 },
                record(sys::S390IRQ_KIND_EXTERNAL_CALL, source, 0),
            ),
            Call::Alert(at, source) => self.local(
                at,
                Interruption::MalfunctionAlert { source: source as u16 },
                record(sys::S390IRQ_KIND_MALFUNCTION_ALERT, source, 0),
            ),
            Call::Key(at) => self.local(
                at,
                Interruption::InterruptKey,
                record(sys::S390IRQ_KIND_INTERRUPT_KEY, 0, 0),
            ),
            Call::Service(parameter) => {
                let mine = self.machine.service_signal(parameter);
                let signal = Interruption::ServiceSignal { parameter };
                if signal.check().is_err() {
                    // The model takes what is a record only.
                    return (outcome(mine), Error::Invalid.raw());
                }
                let kind = sys::S390IRQ_KIND_SERVICE_SIGNAL;
                let theirs = record(kind, 0, parameter);
                (outcome(mine), self.model.inject_floating(&theirs))
            }
            Call::Io(number, parameter, isc) => {
                let io = Io { subchannel: subchannel(number), parameter, isc };
                let theirs = io_record(number, parameter, isc);
                (
                    outcome(self.machine.io(io)),
                    self.model.inject_floating(&theirs),
                )
            }
            Call::Sigp(at, target, order, parameter) => {
                self.sigp(at, target, order, parameter.into())
            }
            Call::Masks(at, psw, control) => {
                let mask = (u64::from(psw & 3) << 56)
                    | (u64::from((psw >> 2) & 1) << 49)
                    | 0x1_8000_0000;
                // Without the timers: they are not compared here.
                self.masks(at, mask, Some((control & !0xc00).into()))
            }
            Call::Return(at) => self.masks(at, WAIT_OPEN, None),
            // What the CPU finds itself; the model is not asked of others.
            Call::Svc(at, _) | Call::Program(at, _)
                if self.model.is_parked(at as u32) =>
            {
                (0, 0)
            }
            Call::Svc(at, number) => (
                outcome(self.vcpus[at].supervisor_call(number.into(), 2)),
                self.model.supervisor_call(at as u32, number.into(), 2),
            ),
            Call::Program(at, code) => {
                let program = Program { code, ilc: 4, ..Default::default() };
                let mine = self.vcpus[at].program(&program);
                if Interruption::Program(program).check().is_err() {
                    return (outcome(mine), Error::Invalid.raw());
                }
                let theirs =
                    sys::s390irq_program { code, ilc: 4, ..Default::default() };
                (outcome(mine), self.model.program(at as u32, &theirs))
            }
            Call::Start(at) => (
                code(self.vcpus[at].start(None), |done| i32::from(!done) * 2),
                self.model.start(at as u32),
            ),
            Call::Stop(at) => (
                code(self.vcpus[at].stop(), |done| i32::from(!done) * 2),
                self.model.stop(at as u32),
            ),
            Call::Reset(at) => (
                code(self.vcpus[at].reset(Reset::Cpu), |()| 0),
                self.model.reset(at as u32, sys::S390IRQ_RESET_CPU),
            ),
            Call::TakeIo(mask) => self.take_io(mask),
            Call::Pause => {
                (code(self.machine.pause(), i32::from), self.model.pause())
            }
            Call::Resume => {
                self.model.resume();
                (code(self.machine.resume(), |()| 0), 0)
            }
        }
    }

    fn compare(&mut self) {
        for (at, vcpu) in self.vcpus.iter().enumerate() {
            let found = vcpu.queue().pending().bits();
            assert_eq!(found, self.model.pending(Some(at as u32)), "CPU {at}");
            let parked = vcpu.cpu() != Err(Error::NotParked);
            assert_eq!(parked, self.model.is_parked(at as u32));
        }
        let found = self.machine.queue().pending().bits();
        assert_eq!(found, self.model.pending(None), "floating");
    }

    fn compare_storage(&mut self) {
        let mut ram = vec![0; self.model.storage().len()];
        self.machine.read_ram(0, &mut ram).unwrap();
        let differs =
            ram.iter().zip(self.model.storage()).position(|(a, b)| *a != *b);
        assert_eq!(differs, None, "guest storage");
    }
}

/// Carries out the calls; answers how many interruptions were taken.
fn carry_out(pair: &mut Pair, calls: &[Call]) -> Result<u64, TestCaseError> {
    for (number, call) in calls.iter().enumerate() {
        let (mine, theirs) = pair.call(*call);
        prop_assert_eq!(mine, theirs, "{:?}", call);
        pair.compare();
        if number % 16 == 15 || number + 1 == calls.len() {
            pair.compare_storage();
        }
    }
    let counters = pair.machine.counters().unwrap();
    let kinds = (0..32).filter_map(Kind::from_raw);
    Ok(kinds.map(|kind| counters.kind(kind).taken).sum())
}

#[test]
fn the_crate_does_what_the_model_does() {
    let mut taken = 0;
    let mut runner = TestRunner::new(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let calls = prop::collection::vec(calls(), 1..200);
    let totals = RefCell::new(&mut taken);
    let run = runner.run(&calls, |calls| {
        **totals.borrow_mut() += carry_out(&mut Pair::new(), &calls)?;
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
    // Not all of it was said to CPUs that were stopped.
    assert!(taken > u64::from(cases()), "only {taken} were taken");
}

/// A sender is known by its address: there need be no such CPU any more.
#[test]
fn a_sender_is_an_address_of_the_machine() {
    let answers = [(ADDRESSES - 1, 0), (ADDRESSES, Error::NoCpu.raw())];
    for (source, answer) in answers {
        for call in [Call::Emergency, Call::External, Call::Alert] {
            let mut pair = Pair::new();
            assert_eq!(pair.call(call(0, source)), (answer, answer));
        }
    }
}

/// Turned round, a rule of the model is seen to be another one.
#[test]
#[should_panic(expected = "left == right")]
fn a_model_that_takes_external_calls_first_differs() {
    let mut pair = Pair::new();
    pair.model.take_external_calls_first();
    let open_all = Call::Masks(0, 3, 0x6000);
    let calls = [
        Call::Start(0),
        Call::Deliver(0),
        open_all,
        Call::Emergency(0, 1),
        Call::External(0, 1),
        Call::Deliver(0),
    ];
    carry_out(&mut pair, &calls).unwrap();
}
