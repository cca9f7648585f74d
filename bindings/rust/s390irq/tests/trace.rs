// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What a trace hook is told, and that it is enough to know what pends.

mod common;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use common::{open, CLOSED, RUN_OPEN, WAIT_OPEN};
use s390irq::{
    order, Cleared, Conditions, Cpu, Hooks, Host, Interruption, Io, Kind,
    KindSet, Machine, MachineCheck, Next, Outcome, Published, Reset, Sigp,
    State, Trace, TraceEvent, Vcpu,
};

/// What was told. `KICKS`: CPUs that run have to be kicked.
#[derive(Default)]
struct Tape<const KICKS: bool = false> {
    events: Mutex<Vec<Trace>>,
    tod: AtomicU64,
}

impl<const KICKS: bool> Host for Tape<KICKS> {
    const HOOKS: Hooks = Hooks::TRACE.union(Hooks::TOD).union(if KICKS {
        Hooks::KICK
    } else {
        Hooks::empty()
    });

    fn trace(&self, event: &Trace) {
        self.events.lock().unwrap().push(*event);
    }

    fn tod(&self) -> u64 {
        self.tod.load(Ordering::Relaxed)
    }

    fn kick(&self, _: u32) {}
}

impl<const KICKS: bool> Tape<KICKS> {
    /// What was told since the last look.
    fn cut(&self) -> Vec<Trace> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }

    /// The one event of what was told that the reader wants.
    fn only<T>(&self, reader: impl Fn(&Trace) -> Option<T>) -> T {
        let events = self.cut();
        let mut found = events.iter().filter_map(reader);
        let first = found.next().unwrap_or_else(|| panic!("not in {events:?}"));
        assert!(found.next().is_none(), "more than one in {events:?}");
        first
    }
}

const SUBCHANNEL: u32 = 0x0001_0007;

fn setup(psw_mask: u64) -> (Arc<Tape>, Machine, Vcpu, Cpu) {
    let tape = Arc::new(Tape::default());
    let machine = Machine::builder(2)
        .ram(common::RAM)
        .host(tape.clone())
        .build()
        .unwrap();
    common::fill(&machine);
    machine.add_subchannel(SUBCHANNEL).unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(psw_mask);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    tape.cut();
    (tape, machine, vcpu, cpu)
}

#[test]
fn a_signal_is_told_from_its_injection_to_its_delivery() {
    let (tape, _machine, mut vcpu, mut cpu) = setup(WAIT_OPEN);
    tape.tod.store(0x1000, Ordering::Relaxed);
    vcpu.emergency_signal(1).unwrap();
    let events = tape.cut();
    let TraceEvent::Inject { what, outcome } = events[0].event else {
        panic!("{events:?}");
    };
    assert_eq!((events[0].cpu, events[0].tod), (Some(0), 0x1000));
    assert_eq!((what.kind, what.code), (Kind::EmergencySignal, 0x1201));
    assert_eq!((what.source(), outcome), (Some(1), Ok(Outcome::Queued)));
    assert_eq!((what.isc(), what.subchannel()), (None, None));
    assert_eq!(events[1].event, TraceEvent::Wake { kind: None });

    tape.tod.store(0x3000, Ordering::Relaxed);
    vcpu.deliver(&mut cpu).unwrap();
    let (tod, taken, psws) = tape.only(|event| match event.event {
        TraceEvent::Deliver { what, old_psw, new_psw } => {
            Some((event.tod, what, (old_psw, new_psw)))
        }
        _ => None,
    });
    assert_eq!((tod, taken), (0x3000, what));
    let handler = (CLOSED, common::handler(0x1b0));
    assert_eq!(psws, ((WAIT_OPEN, 0x1000), handler));
}

#[test]
fn what_is_taken_off_the_queue_and_put_back_is_told() {
    let (tape, machine, ..) = setup(CLOSED);
    let io = Io { subchannel: SUBCHANNEL, parameter: 7, isc: 3 };
    machine.io(io).unwrap();
    let injected = tape.only(|event| match event.event {
        TraceEvent::Inject { what, .. } => Some(what),
        _ => None,
    });
    assert_eq!(injected.subchannel(), Some(SUBCHANNEL));
    assert_eq!((injected.isc(), injected.parameter), (Some(3), 7));

    let queue = machine.queue();
    for subchannel in [None, Some(SUBCHANNEL)] {
        let taken = queue.take_io(0xff, subchannel).unwrap().unwrap();
        let (what, by_subchannel) = tape.only(|event| match event.event {
            TraceEvent::Withdraw { what, by_subchannel } => {
                Some((what, by_subchannel))
            }
            _ => None,
        });
        assert_eq!((what, by_subchannel), (injected, subchannel.is_some()));
        queue.put_back_io(taken).unwrap();
        let back = tape.only(|event| match event.event {
            TraceEvent::PutBack { what, outcome } => {
                Some((event.cpu, what, outcome))
            }
            _ => None,
        });
        assert_eq!(back, (None, injected, Some(Outcome::Queued)));
    }
    assert_eq!(queue.clear_io(SUBCHANNEL), Ok(true));
    let cleared = tape.only(|event| match event.event {
        TraceEvent::Clear { what, count } => Some((event.cpu, what, count)),
        _ => None,
    });
    assert_eq!(cleared, (None, Cleared::Subchannel(SUBCHANNEL), 1));
}

#[test]
fn what_is_in_hand_and_put_back_is_told() {
    const MACHINE_CHECKS: u64 = 1 << 50;
    let (tape, _machine, mut vcpu, mut cpu) = setup(RUN_OPEN | MACHINE_CHECKS);
    let conditions = Conditions::PROCESSING_DAMAGE;
    let check = MachineCheck { conditions, ..Default::default() };
    vcpu.inject(&Interruption::MachineCheck(check)).unwrap();
    let injected = tape.only(|event| match event.event {
        TraceEvent::Inject { what, .. } => Some(what),
        _ => None,
    });
    assert_eq!(injected.conditions(), Some(conditions));
    let plan = vcpu.prepare(&mut cpu).unwrap().expect("one is open");
    plan.abort().unwrap();
    let told: Vec<_> = tape
        .cut()
        .into_iter()
        .filter_map(|event| match event.event {
            TraceEvent::Hold { what } => Some(("hold", what)),
            TraceEvent::PutBack { what, outcome: None } => Some(("back", what)),
            _ => None,
        })
        .collect();
    assert_eq!(told, [("hold", injected), ("back", injected)]);
}

#[test]
fn what_a_reset_clears_is_told_by_kinds() {
    let (tape, _machine, mut vcpu, mut cpu) = setup(CLOSED);
    vcpu.emergency_signal(0).unwrap();
    vcpu.emergency_signal(1).unwrap();
    vcpu.inject(&Interruption::InterruptKey).unwrap();
    tape.cut();
    vcpu.reset(Reset::Cpu).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    let (kinds, count) = tape.only(|event| match event.event {
        TraceEvent::Clear { what: Cleared::Kinds(kinds), count } => {
            Some((kinds, count))
        }
        _ => None,
    });
    assert!(kinds.contains(Kind::EmergencySignal));
    assert!(kinds.contains(Kind::InterruptKey));
    assert!(!kinds.contains(Kind::ClockComparator));
    assert_eq!(count, 3);
}

#[test]
fn states_and_orders_are_told() {
    let (tape, machine, mut vcpu, mut cpu) = setup(RUN_OPEN);
    let mut other = machine.vcpu(1).unwrap();
    other.sigp(0, order::STOP, 5).unwrap();
    let (target, sigp) = tape.only(|event| match event.event {
        TraceEvent::Sigp { sender, order, parameter, answer } => {
            Some((event.cpu, (sender, order, parameter, answer)))
        }
        _ => None,
    });
    assert_eq!(target, Some(0));
    assert_eq!(sigp, (1, order::STOP, 5, Ok(Sigp::Accepted)));
    other.sigp(1, order::SENSE, 0).unwrap();
    let sense = tape.only(|event| match event.event {
        TraceEvent::Sigp { answer: Ok(Sigp::Status(status)), .. } => {
            Some(status)
        }
        _ => None,
    });
    assert_eq!(sense, s390irq::Status::STOPPED);

    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Stopped));
    let events = tape.cut();
    let stopped =
        TraceEvent::State { state: Some(State::Stopped), stop_order: true };
    assert!(events.iter().any(|event| event.event == stopped), "{events:?}");
    let answer = TraceEvent::Answer(Ok(Next::Stopped));
    assert!(events.iter().any(|event| event.event == answer), "{events:?}");

    other.unplug().unwrap();
    let gone = tape.only(|event| match event.event {
        TraceEvent::State { state, .. } => Some((event.cpu, state)),
        _ => None,
    });
    assert_eq!(gone, (Some(1), None));
}

#[test]
fn what_others_see_of_a_cpu_is_told() {
    let (tape, _machine, mut vcpu, mut cpu) = setup(WAIT_OPEN);
    let published = |event: &Trace| match event.event {
        TraceEvent::Publish { how, open, iscs } => Some((how, open, iscs)),
        _ => None,
    };
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Wait));
    let (how, kinds, iscs) = tape.only(published);
    assert_eq!((how, iscs), (Published::Asleep, 0xff));
    assert!(kinds.contains(Kind::EmergencySignal));
    assert!(kinds.contains(Kind::Io));

    // The old PSW's masks are not those of the handler.
    vcpu.emergency_signal(1).unwrap();
    tape.cut();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    let (how, kinds, iscs) = tape.only(published);
    assert_eq!((how, iscs), (Published::Running, 0));
    assert!(!kinds.contains(Kind::EmergencySignal));
    assert_ne!(kinds, KindSet::default());
}

#[test]
fn a_cpu_in_guest_mode_is_told_to_be_kicked() {
    let tape = Arc::new(Tape::<true>::default());
    let machine = Machine::builder(1)
        .ram(common::RAM)
        .host(tape.clone())
        .masks_unknown()
        .build()
        .unwrap();
    common::fill(&machine);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(RUN_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    let how = |event: &Trace| match event.event {
        TraceEvent::Publish { how, .. } => Some(how),
        _ => None,
    };
    assert_eq!(tape.only(how), Published::Guest);
    machine.service_signal(0x2000).unwrap();
    let kick = TraceEvent::Kick { kind: Some(Kind::ServiceSignal) };
    let events = tape.cut();
    assert!(events.iter().any(|event| event.event == kick), "{events:?}");
}
