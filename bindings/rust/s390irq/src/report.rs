// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What deliver answers.

use s390irq_sys as sys;

use crate::interruption::{Kind, KindSet};
use crate::numbers::numbers;

numbers! {
    /// What the CPU does next.
    pub enum Next: i32 {
        /// Executes at the PSW in the registers until attention is raised.
        Run = sys::S390IRQ_RUN,
        /// Enabled wait: sleeps until attention or the deadline.
        Wait = sys::S390IRQ_WAIT,
        /// The same, but no interruption ends it: an order of another CPU or
        /// the operator does.
        WaitDisabled = sys::S390IRQ_WAIT_DISABLED,
        /// Stopped: sleeps until attention.
        Stopped = sys::S390IRQ_STOPPED,
        /// Check-stop: sleeps until attention.
        CheckStop = sys::S390IRQ_CHECK_STOP,
        /// The guest's new PSWs take interruptions without end; attention is
        /// raised already, the next call goes on.
        Loop = sys::S390IRQ_LOOP,
        /// [`Machine::pause`](crate::Machine::pause): sleeps until attention.
        Paused = sys::S390IRQ_PAUSED,
    }
}

bitflags::bitflags! {
    /// What a deliver changed, compared with the registers it was given.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Changed: u32 {
        /// PSW.
        const PSW = sys::S390IRQ_CHANGED_PSW;
        /// Control registers.
        const CONTROL = sys::S390IRQ_CHANGED_CONTROL;
        /// Prefix.
        const PREFIX = sys::S390IRQ_CHANGED_PREFIX;
        /// Clock comparator, CPU timer.
        const TIMERS = sys::S390IRQ_CHANGED_TIMERS;
        /// The other members.
        const OTHER = sys::S390IRQ_CHANGED_OTHER;
        /// Clear reset: the registers that are the host's are zero, too.
        const CLEAR = sys::S390IRQ_CHANGED_CLEAR;
        /// Loaded: [`Target::registers`](crate::Target::registers) has the
        /// others, unless the CPU operates.
        const LOADED = sys::S390IRQ_CHANGED_LOADED;
        const _ = !0;
    }

    /// What pends but is masked: deliver again after the guest did this.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Intercepts: u32 {
        /// PSW bit 7 becomes one.
        const PSW_EXTERNAL = sys::S390IRQ_INTERCEPT_PSW_EXTERNAL;
        /// Control register 0 is loaded.
        const CR0 = sys::S390IRQ_INTERCEPT_CR0;
        /// PSW bit 6 becomes one.
        const PSW_IO = sys::S390IRQ_INTERCEPT_PSW_IO;
        /// Control register 6 is loaded.
        const CR6 = sys::S390IRQ_INTERCEPT_CR6;
        /// PSW bit 13 becomes one.
        const PSW_MACHINE_CHECK = sys::S390IRQ_INTERCEPT_PSW_MACHINE_CHECK;
        /// Control register 14 is loaded.
        const CR14 = sys::S390IRQ_INTERCEPT_CR14;
        const _ = !0;
    }
}

/// What one deliver did; filled on every answer and error.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Report(sys::s390irq_report);

impl Default for Report {
    fn default() -> Self {
        Self(sys::s390irq_report {
            size: size_of::<sys::s390irq_report>() as u32,
            ..Default::default()
        })
    }
}

impl Report {
    #[inline]
    pub(crate) fn as_raw_mut(&mut self) -> *mut sys::s390irq_report {
        &mut self.0
    }

    /// How many interruptions were taken.
    pub fn taken(&self) -> u32 {
        self.0.taken
    }

    /// Of which kinds these were.
    pub fn taken_kinds(&self) -> KindSet {
        KindSet::from_bits(self.0.taken_kinds)
    }

    /// What changed.
    pub fn changed(&self) -> Changed {
        Changed::from_bits_retain(self.0.changed)
    }

    /// What to intercept.
    pub fn intercepts(&self) -> Intercepts {
        Intercepts::from_bits_retain(self.0.intercepts)
    }

    /// With [`Next::Loop`] the kind that was taken last.
    pub fn loop_kind(&self) -> Option<Kind> {
        u16::try_from(self.0.loop_kind).ok().and_then(Kind::from_raw)
    }

    /// Host TOD of the next timer; `None`: there is none.
    pub fn deadline_tod(&self) -> Option<u64> {
        (self.0.deadline_tod != sys::S390IRQ_NEVER)
            .then_some(self.0.deadline_tod)
    }

    /// With [`Error::GuestMemory`](crate::Error::GuestMemory) the absolute
    /// address at which storage failed.
    pub fn fault_address(&self) -> u64 {
        self.0.fault_address
    }
}
