// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The words that say whether deliver has something to do.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use s390irq_sys as sys;

use crate::machine::Machine;
use crate::target::Target;

/// Whether a CPU should call deliver soon: three loads.
///
/// It may be raised in vain, it is never missing. Also the predicate of every
/// sleep. It holds its machine, so it may outlive everything else.
#[derive(Clone, Debug)]
pub struct Attention {
    local: NonNull<AtomicU64>,
    floating: NonNull<AtomicU64>,
    open: NonNull<AtomicU64>,
    _machine: Machine,
}

// SAFETY: the words are atomics, and the machine keeps them.
unsafe impl Send for Attention {}
// SAFETY: as above.
unsafe impl Sync for Attention {}

impl Attention {
    pub(crate) fn of(target: &Target) -> Self {
        let mut poll = sys::s390irq_poll::default();
        // SAFETY: both are there; the call cannot fail then.
        unsafe { sys::s390irq_vcpu_poll(target.as_raw(), &mut poll) };
        let word = |pointer: *const u64| {
            NonNull::new(pointer.cast_mut().cast::<AtomicU64>())
                .expect("the library fills all three")
        };
        Self {
            local: word(poll.local),
            floating: word(poll.floating),
            open: word(poll.open),
            _machine: target.machine().clone(),
        }
    }

    /// Whether deliver has something to do.
    #[inline]
    pub fn is_raised(&self) -> bool {
        // SAFETY: the addresses hold for the life of the VM, and the library
        // accesses them as 64-bit atomics.
        unsafe {
            (self.local.as_ref().load(Ordering::Acquire)
                | self.floating.as_ref().load(Ordering::Acquire))
                & self.open.as_ref().load(Ordering::Acquire)
                != 0
        }
    }

    /// Whether something that pends at the CPU itself raises it: for hosts
    /// that check that no wake-up was missed.
    #[inline]
    pub fn is_raised_locally(&self) -> bool {
        // SAFETY: as above.
        unsafe {
            self.local.as_ref().load(Ordering::Acquire)
                & self.open.as_ref().load(Ordering::Acquire)
                != 0
        }
    }

    /// The addresses of the three words (local, floating, open), for
    /// translated code that looks at them itself: attention is
    /// `(local | floating) & open`. They are valid while this value lives.
    pub fn words(&self) -> [*const u64; 3] {
        [self.local, self.floating, self.open]
            .map(|word| word.as_ptr().cast_const().cast())
    }
}
