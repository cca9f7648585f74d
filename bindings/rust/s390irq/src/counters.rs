// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What was injected, and what became of it.

use s390irq_sys as sys;

use crate::error::Result;
use crate::interruption::Kind;

/// Counters of one kind. At rest `injected` is the sum of all the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counter {
    /// Valid injections, whatever became of them.
    pub injected: u64,
    /// Delivered.
    pub taken: u64,
    /// Merged with one that was pending.
    pub coalesced: u64,
    /// Busy, full, suppressed, remembered or closed.
    pub refused: u64,
    /// Removed by resets and clears.
    pub cleared: u64,
    /// Pending or in hand now.
    pub pending: u64,
}

/// Counters by kind.
#[derive(Clone, Copy, Debug)]
pub struct Counters(sys::s390irq_counters);

impl Counters {
    pub(crate) fn fill(
        fill: impl FnOnce(*mut sys::s390irq_counters) -> Result<i32>,
    ) -> Result<Self> {
        let mut raw = sys::s390irq_counters {
            size: size_of::<sys::s390irq_counters>() as u32,
            ..Default::default()
        };
        fill(&mut raw)?;
        Ok(Self(raw))
    }

    /// Claims of a sleeping CPU.
    pub fn wakes(&self) -> u64 {
        self.0.wakes
    }

    /// Claims of a CPU in guest mode.
    pub fn kicks(&self) -> u64 {
        self.0.kicks
    }

    /// The counters of a kind.
    pub fn kind(&self, kind: Kind) -> Counter {
        let raw = &self.0.kind[usize::from(kind.raw())];
        Counter {
            injected: raw.injected,
            taken: raw.taken,
            coalesced: raw.coalesced,
            refused: raw.refused,
            cleared: raw.cleared,
            pending: raw.pending,
        }
    }
}
