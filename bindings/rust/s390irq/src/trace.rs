// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the library tells of what it does.

use s390irq_sys as sys;

use crate::cpu::State;
use crate::error::{plain, Result};
use crate::interruption::{Conditions, Kind, KindSet, Outcome};
use crate::numbers::numbers;
use crate::report::Next;
use crate::sigp::Sigp;

/// One event of the trace, for [`Host::trace`](crate::Host::trace).
///
/// It comes after the deed, on the thread that did it: with several threads a
/// delivery may be told before its injection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Trace {
    /// Address of the CPU; `None`: the machine, where what floats pends.
    pub cpu: Option<u32>,
    /// The host's TOD clock, as [`Host::tod`](crate::Host::tod) said when the
    /// event was sent.
    pub tod: u64,
    /// What happened.
    pub event: TraceEvent,
}

/// What happened. Who keeps a book of what pends needs the events that have a
/// [`Traced`], [`Clear`](Self::Clear) and [`State`](Self::State).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TraceEvent {
    /// Something was injected, ordered, or found by the CPU itself.
    Inject {
        /// What.
        what: Traced,
        /// What became of it.
        outcome: Result<Outcome>,
    },
    /// It is in the CPU's hand: it still pends, and others cannot have it. A
    /// [`Deliver`](Self::Deliver) or [`PutBack`](Self::PutBack) follows. What
    /// is taken in a single step is not told this way.
    Hold {
        /// What.
        what: Traced,
    },
    /// The CPU has taken it.
    Deliver {
        /// What. A floating one has the CPU that took it in [`Trace::cpu`].
        what: Traced,
        /// Mask and address of the old PSW.
        old_psw: (u64, u64),
        /// Mask and address of the new PSW.
        new_psw: (u64, u64),
    },
    /// It pends again in its place, unless it was cleared meanwhile: a CPU did
    /// not take what it had in hand, or [`Queue::put_back_io`] was called.
    ///
    /// [`Queue::put_back_io`]: crate::Queue::put_back_io
    PutBack {
        /// What.
        what: Traced,
        /// What [`Queue::put_back_io`](crate::Queue::put_back_io) answered;
        /// `None`: it was in a CPU's hand.
        outcome: Option<Outcome>,
    },
    /// [`Queue::take_io`](crate::Queue::take_io) took it off the queue.
    Withdraw {
        /// What.
        what: Traced,
        /// It named the subchannel, as TEST SUBCHANNEL does.
        by_subchannel: bool,
    },
    /// What pended was cleared, by a reset or a call.
    Clear {
        /// What does not pend any more at this CPU or the machine.
        what: Cleared,
        /// How many did pend. What a CPU has in hand is not counted, and will
        /// not come back.
        count: u32,
    },
    /// What others see of the CPU from now on.
    Publish {
        /// How it waits for interruptions.
        how: Published,
        /// It is open for these kinds,
        open: KindSet,
        /// and these ISCs; 0x80 is ISC 0.
        iscs: u8,
    },
    /// The CPU is claimed and [`Host::wake`](crate::Host::wake) follows.
    Wake {
        /// For which floating kind; `None`: for something of its own.
        kind: Option<Kind>,
    },
    /// The CPU is claimed and [`Host::kick`](crate::Host::kick) follows.
    Kick {
        /// As of [`Wake`](Self::Wake).
        kind: Option<Kind>,
    },
    /// The CPU is in another state.
    State {
        /// Which; `None`: it was taken out.
        state: Option<State>,
        /// An order to stop has done it and pends no more.
        stop_order: bool,
    },
    /// An order of SIGNAL PROCESSOR to the CPU.
    Sigp {
        /// Who sent it.
        sender: u32,
        /// Which; see [`order`](crate::order).
        order: u32,
        /// The order's parameter.
        parameter: u64,
        /// The condition code, with its status.
        answer: Result<Sigp>,
    },
    /// [`Vcpu::deliver`](crate::Vcpu::deliver) answered.
    Answer(Result<Next>),
    /// A library with debug checks saw the CPU's masks changed without
    /// [`Vcpu::masks_changed`](crate::Vcpu::masks_changed).
    Masks,
}

/// An interruption, as all events describe it alike.
///
/// One of a kind pends at a place, except: emergency signals and malfunction
/// alerts, one for each [`source`](Self::source); I/O, one for each
/// [`subchannel`](Self::subchannel); adapters, one for each
/// [`isc`](Self::isc); machine checks, one for each submask group of their
/// [`conditions`](Self::conditions); pfault and virtio, which queue up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Traced {
    /// Its kind.
    pub kind: Kind,
    /// Code of an external or program interruption or of SUPERVISOR CALL; the
    /// subchannel.
    pub code: u32,
    /// The CPU that sent it; of SUPERVISOR CALL the instruction length; else
    /// the parameter or subcode.
    pub parameter: u32,
    /// Of virtio its parameter, of pfault its token; the I/O word; the machine
    /// check's conditions.
    pub parameter64: u64,
}

impl Traced {
    /// The CPU that sent it, of those that have a sender.
    pub fn source(&self) -> Option<u32> {
        matches!(
            self.kind,
            Kind::EmergencySignal | Kind::ExternalCall | Kind::MalfunctionAlert
        )
        .then_some(self.parameter)
    }

    /// Subsystem-identification word of an I/O interruption.
    pub fn subchannel(&self) -> Option<u32> {
        (self.kind == Kind::Io).then_some(self.code)
    }

    /// Interruption subclass of an I/O or adapter interruption.
    pub fn isc(&self) -> Option<u8> {
        matches!(self.kind, Kind::Io | Kind::Adapter)
            .then_some(((self.parameter64 >> 27) & 7) as u8)
    }

    /// Conditions of a machine check, which may be those of several injections.
    pub fn conditions(&self) -> Option<Conditions> {
        (self.kind == Kind::MachineCheck)
            .then_some(Conditions::from_bits_retain(self.parameter64))
    }

    fn from_raw(raw: &sys::s390irq_trace) -> Option<Self> {
        Some(Self {
            kind: Kind::from_raw(raw.kind)?,
            code: raw.code,
            parameter: raw.parameter,
            parameter64: raw.parameter64,
        })
    }
}

/// What was cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cleared {
    /// All of these kinds.
    Kinds(KindSet),
    /// The I/O interruption of this subchannel.
    Subchannel(u32),
}

numbers! {
    /// How a CPU waits for interruptions.
    pub enum Published: u32 {
        /// It runs and looks at [`Attention`](crate::Attention).
        Running = sys::S390IRQ_PUBLISHED_RUNNING,
        /// It runs and has to be kicked.
        Guest = sys::S390IRQ_PUBLISHED_GUEST,
        /// It sleeps and has to be woken.
        Asleep = sys::S390IRQ_PUBLISHED_ASLEEP,
    }
}

/// From the structure to the event; `None`: this crate does not know it.
type Reader = fn(&sys::s390irq_trace) -> Option<TraceEvent>;

const READERS: [(u32, Reader); 13] = [
    (sys::S390IRQ_TRACE_INJECT, inject),
    (sys::S390IRQ_TRACE_DELIVER, deliver),
    (sys::S390IRQ_TRACE_ANSWER, answer),
    (sys::S390IRQ_TRACE_WAKE, wake),
    (sys::S390IRQ_TRACE_KICK, kick),
    (sys::S390IRQ_TRACE_STATE, state),
    (sys::S390IRQ_TRACE_SIGP, sigp),
    (sys::S390IRQ_TRACE_MASKS, |_| Some(TraceEvent::Masks)),
    (sys::S390IRQ_TRACE_PUBLISH, publish),
    (sys::S390IRQ_TRACE_HOLD, hold),
    (sys::S390IRQ_TRACE_WITHDRAW, withdraw),
    (sys::S390IRQ_TRACE_PUT_BACK, put_back),
    (sys::S390IRQ_TRACE_CLEAR, clear),
];

impl Trace {
    /// `None`: an event that this crate does not know.
    pub(crate) fn from_raw(raw: &sys::s390irq_trace) -> Option<Self> {
        let (_, reader) =
            READERS.iter().find(|row| row.0 == raw.event.into())?;
        Some(Self {
            cpu: (raw.cpu != sys::S390IRQ_NO_CPU).then_some(raw.cpu),
            tod: raw.tod,
            event: reader(raw)?,
        })
    }
}

fn inject(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Inject {
        what: Traced::from_raw(raw)?,
        outcome: Outcome::of(plain(raw.outcome)),
    })
}

fn hold(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Hold { what: Traced::from_raw(raw)? })
}

fn deliver(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Deliver {
        what: Traced::from_raw(raw)?,
        old_psw: (raw.old_psw_mask, raw.old_psw_address),
        new_psw: (raw.new_psw_mask, raw.new_psw_address),
    })
}

fn put_back(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    let by_call = raw.cpu == sys::S390IRQ_NO_CPU;
    Some(TraceEvent::PutBack {
        what: Traced::from_raw(raw)?,
        outcome: if by_call {
            Some(Outcome::from_raw(raw.outcome)?)
        } else {
            None
        },
    })
}

fn withdraw(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Withdraw {
        what: Traced::from_raw(raw)?,
        by_subchannel: raw.outcome != 0,
    })
}

fn clear(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    let what = match Kind::from_raw(raw.kind) {
        Some(Kind::Io) => Cleared::Subchannel(raw.code),
        _ => Cleared::Kinds(KindSet::from_bits(raw.parameter)),
    };
    let count = u32::try_from(raw.outcome).ok()?;
    Some(TraceEvent::Clear { what, count })
}

fn publish(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Publish {
        how: Published::from_raw(u32::try_from(raw.outcome).ok()?)?,
        open: KindSet::from_bits(raw.parameter),
        iscs: u8::try_from(raw.code).ok()?,
    })
}

fn wake(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Wake { kind: Kind::from_raw(raw.kind) })
}

fn kick(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Kick { kind: Kind::from_raw(raw.kind) })
}

fn state(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::State {
        state: match raw.outcome {
            0 => None,
            number => Some(State::from_raw(number)?),
        },
        stop_order: Kind::from_raw(raw.kind) == Some(Kind::Stop),
    })
}

fn sigp(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Sigp {
        sender: raw.parameter,
        order: raw.code,
        parameter: raw.parameter64,
        answer: match plain(raw.outcome) {
            Ok(cc) => Ok(Sigp::of(cc, raw.status)?),
            Err(error) => Err(error),
        },
    })
}

fn answer(raw: &sys::s390irq_trace) -> Option<TraceEvent> {
    Some(TraceEvent::Answer(match plain(raw.outcome) {
        Ok(number) => Ok(Next::from_raw(number)?),
        Err(error) => Err(error),
    }))
}
