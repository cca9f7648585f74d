// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! How a thread is told that it has something to do.

use std::sync::Arc;

use vmm_sys_util::eventfd::EventFd;

/// Tells whoever waits that something happened. What is behind it (an eventfd,
/// a condition, a channel, a signal to a vCPU thread) is the VMM's choice.
pub trait Trigger {
    /// What can go wrong.
    type E;

    /// Tells.
    fn trigger(&self) -> Result<(), Self::E>;
}

impl Trigger for EventFd {
    type E = std::io::Error;

    fn trigger(&self) -> Result<(), Self::E> {
        self.write(1)
    }
}

impl<T: Trigger + ?Sized> Trigger for Arc<T> {
    type E = T::E;

    fn trigger(&self) -> Result<(), Self::E> {
        (**self).trigger()
    }
}

/// Nothing to tell: CPUs poll.
impl Trigger for () {
    type E = std::convert::Infallible;

    fn trigger(&self) -> Result<(), Self::E> {
        Ok(())
    }
}
