// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What pends, looked at and cleared by hand.

use std::ptr::NonNull;

use s390irq_sys as sys;

use crate::error::{Error, Result};
use crate::interruption::{Interruption, KindSet, Outcome};
use crate::machine::Machine;

/// What pends at a machine, or at a CPU. It holds its machine.
#[derive(Clone, Debug)]
pub struct Queue {
    queue: NonNull<sys::s390irq_queue>,
    machine: Machine,
}

// SAFETY: every function that is called through a Queue is one for any thread,
// at any time ([A]).
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

/// An I/O interruption that was taken off the queue. It does not pend any
/// more; give it to [`Queue::put_back_io`] if the guest cannot have it.
#[derive(Clone, Copy)]
pub struct Taken(sys::s390irq_interruption);

impl std::fmt::Debug for Taken {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_tuple("Taken").field(&self.interruption()).finish()
    }
}

impl Taken {
    /// What it is.
    pub fn interruption(&self) -> Option<Interruption> {
        Interruption::from_raw(&self.0)
    }

    /// The twelve bytes of the I/O interruption code as guest storage has them
    /// at real 0xb8; an operand of TEST PENDING INTERRUPTION gets the first
    /// eight.
    pub fn io_code(&self) -> [u8; 12] {
        let mut code = [0; 12];
        // SAFETY: the record is one that the library made; it cannot fail.
        unsafe {
            sys::s390irq_interruption_io_code(&self.0, code.as_mut_ptr())
        };
        code
    }
}

impl Queue {
    pub(crate) fn new(
        queue: *mut sys::s390irq_queue,
        machine: Machine,
    ) -> Self {
        let queue = NonNull::new(queue).expect("NULL only for NULL");
        Self { queue, machine }
    }

    fn as_raw(&self) -> *mut sys::s390irq_queue {
        self.queue.as_ptr()
    }

    /// The kinds that pend.
    pub fn pending(&self) -> KindSet {
        // SAFETY: any thread may.
        KindSet::from_bits(unsafe { sys::s390irq_queue_pending(self.as_raw()) })
    }

    /// How many interruptions pend.
    pub fn len(&self) -> usize {
        // SAFETY: any thread may.
        unsafe { sys::s390irq_queue_count(self.as_raw()) }
    }

    /// Whether nothing pends.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What pends, highest priority first; kinds that this crate does not know
    /// are left out. While others inject it is a list that could have been
    /// seen.
    pub fn list(&self) -> Result<Vec<Interruption>> {
        let mut array = Vec::new();
        loop {
            let mut count = array.len();
            // SAFETY: any thread may; the array has `count` elements.
            let answer = unsafe {
                sys::s390irq_queue_list(
                    self.as_raw(),
                    array.as_mut_ptr(),
                    &mut count,
                )
            };
            match self.machine.check(answer) {
                Err(Error::Buffer) => array.resize(count, Default::default()),
                Err(error) => return Err(error),
                Ok(_) => {
                    array.truncate(count);
                    break;
                }
            }
        }
        Ok(array.iter().filter_map(Interruption::from_raw).collect())
    }

    /// Clears everything that pends here, what is in hand excepted. Answers
    /// how many.
    pub fn clear(&self) -> Result<usize> {
        // SAFETY: any thread may.
        let answer = unsafe { sys::s390irq_queue_clear(self.as_raw()) };
        Ok(self.machine.check(answer)? as usize)
    }

    /// Takes one I/O interruption off the machine's queue, as TEST PENDING
    /// INTERRUPTION (`isc_mask`: control register 6 bits 32 to 39, ISC 0 is
    /// 0x80; any subchannel) and TEST SUBCHANNEL (0xff, the one) do.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: a CPU's queue. [`Error::NoSubchannel`].
    pub fn take_io(
        &self,
        isc_mask: u8,
        subchannel: Option<u32>,
    ) -> Result<Option<Taken>> {
        let mut taken = sys::s390irq_interruption::default();
        // SAFETY: any thread may; the record is there.
        let answer = unsafe {
            sys::s390irq_queue_take_io(
                self.as_raw(),
                isc_mask.into(),
                subchannel.unwrap_or(0),
                &mut taken,
            )
        };
        Ok((self.machine.check(answer)? == 1).then_some(Taken(taken)))
    }

    /// Undoes [`take_io`](Self::take_io): it pends again where it did.
    /// [`Outcome::Cleared`]: it was cleared meanwhile and is gone;
    /// [`Outcome::Coalesced`]: the subchannel was injected again.
    ///
    /// # Errors
    ///
    /// [`Error::NoSubchannel`]: removed meanwhile.
    pub fn put_back_io(&self, taken: Taken) -> Result<Outcome> {
        // SAFETY: any thread may; the record is there.
        let answer =
            unsafe { sys::s390irq_queue_put_back_io(self.as_raw(), &taken.0) };
        Outcome::of(self.machine.check(answer))
    }

    /// Removes what pends for a subchannel, as CLEAR SUBCHANNEL does. Answers
    /// whether something did.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: a CPU's queue. [`Error::NoSubchannel`].
    pub fn clear_io(&self, subchannel: u32) -> Result<bool> {
        // SAFETY: any thread may.
        let answer =
            unsafe { sys::s390irq_queue_clear_io(self.as_raw(), subchannel) };
        Ok(self.machine.check(answer)? != 0)
    }
}
