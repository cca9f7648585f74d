// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod adapter;
mod attention;
mod claims;
mod counters;
mod cpu;
mod error;
mod explain;
mod hooks;
mod host;
mod interruption;
mod kvm;
mod machine;
mod numbers;
mod panics;
mod plan;
mod queue;
mod ram;
mod report;
mod sigp;
mod target;
mod trace;
mod vcpu;

/// What the wrapper's own concurrency is made of; its test puts loom here.
mod sync {
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    pub(crate) use std::sync::Mutex;
}

pub use adapter::{Adapter, AdapterFlags, AisMode, AisModes, Route};
pub use attention::Attention;
pub use counters::{Counter, Counters};
pub use cpu::{Cpu, Registers, Reset, State};
pub use error::{Error, Result};
pub use explain::{Explanation, Held};
pub use host::{Hooks, Host, Level, Lost, Lowcore, NoStorage};
pub use interruption::{
    AccessFlags, Conditions, Interruption, Io, Kind, KindSet, MachineCheck,
    Outcome, Program,
};
pub use kvm::{KvmRecord, Scope, Transfer};
pub use machine::{Builder, Machine};
pub use panics::HookPanic;
pub use plan::{Plan, Store};
pub use queue::{Queue, Taken};
pub use report::{Changed, Intercepts, Next, Report};
pub use sigp::{order, Sigp, Status};
pub use target::Target;
pub use trace::{Cleared, Published, Trace, TraceEvent, Traced};
pub use vcpu::Vcpu;

numbers::numbers! {
    /// What the C library may have been built with.
    pub enum Feature: u32 {
        /// [`Vcpu::wait`].
        BlockingWait = s390irq_sys::S390IRQ_FEATURE_BLOCKING_WAIT,
        /// Checks of owners and locks, which end the process that breaks a
        /// rule.
        DebugChecks = s390irq_sys::S390IRQ_FEATURE_DEBUG_CHECKS,
    }
}

/// Whether the C library in use has it.
pub fn library_has(feature: Feature) -> bool {
    // SAFETY: has no preconditions.
    unsafe { s390irq_sys::s390irq_feature(feature.raw()) != 0 }
}

/// The version of the C library in use: major, minor, micro.
pub fn library_version() -> (u8, u8, u8) {
    // SAFETY: has no preconditions.
    let version = unsafe { s390irq_sys::s390irq_version() };
    let [_, major, minor, micro] = version.to_be_bytes();
    (major, minor, micro)
}
