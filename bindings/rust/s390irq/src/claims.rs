// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Who owns a CPU: one `Vcpu` for each address at a time.

use super::sync::{AtomicBool, Ordering};

/// A flag for each CPU address.
#[derive(Debug)]
pub(crate) struct Claims {
    owned: Box<[AtomicBool]>,
}

impl Claims {
    pub(crate) fn new(cpus: u32) -> Self {
        Self { owned: (0..cpus).map(|_| AtomicBool::new(false)).collect() }
    }

    /// Whether the caller is the owner from now on. What the owner before did
    /// happens before this (acquire, and release in [`Claims::release`]).
    pub(crate) fn claim(&self, address: u32) -> bool {
        self.owned.get(address as usize).is_some_and(|owned| {
            owned
                .compare_exchange(
                    false,
                    true,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                )
                .is_ok()
        })
    }

    /// Only the owner calls this.
    pub(crate) fn release(&self, address: u32) {
        self.owned[address as usize].store(false, Ordering::Release);
    }

    /// Whether there is such an address.
    pub(crate) fn has(&self, address: u32) -> bool {
        (address as usize) < self.owned.len()
    }
}
