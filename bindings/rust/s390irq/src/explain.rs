// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! "Why is this not delivered?"

use s390irq_sys as sys;

use crate::error::{Error, Result};
use crate::interruption::{Interruption, Kind};
use crate::target::Target;

bitflags::bitflags! {
    /// What holds an interruption back; nothing: the next deliver takes it.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Held: u32 {
        /// PSW bit 7 is zero.
        const PSW_EXTERNAL = sys::S390IRQ_HELD_PSW_EXTERNAL;
        /// PSW bit 6 is zero.
        const PSW_IO = sys::S390IRQ_HELD_PSW_IO;
        /// PSW bit 13 is zero.
        const PSW_MACHINE_CHECK = sys::S390IRQ_HELD_PSW_MACHINE_CHECK;
        /// See [`Explanation::submask`].
        const SUBMASK = sys::S390IRQ_HELD_SUBMASK;
        /// The CPU is stopped.
        const STOPPED = sys::S390IRQ_HELD_STOPPED;
        /// The CPU is check-stopped.
        const CHECK_STOP = sys::S390IRQ_HELD_CHECK_STOP;
        /// The machine is paused.
        const PAUSED = sys::S390IRQ_HELD_PAUSED;
        /// [`Explanation::outranked_by`] is taken first.
        const OUTRANKED = sys::S390IRQ_HELD_OUTRANKED;
        /// Prepared, at some CPU.
        const IN_HAND = sys::S390IRQ_HELD_IN_HAND;
        /// The AIS mode of the ISC.
        const SUPPRESSED = sys::S390IRQ_HELD_SUPPRESSED;
        /// Remembered until its adapter is unmasked.
        const ADAPTER_MASKED = sys::S390IRQ_HELD_ADAPTER_MASKED;
        const _ = !0;
    }
}

/// One pending interruption and what holds it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The interruption.
    pub interruption: Interruption,
    /// What holds it back.
    pub held: Held,
    /// What is taken first.
    pub outranked_by: Option<Kind>,
    /// Whether it pends at the machine.
    pub floating: bool,
    /// The control register and the bit in it that is zero.
    pub submask: Option<(u8, u64)>,
    /// The number of the masked adapter.
    pub adapter: Option<u32>,
}

impl Explanation {
    pub(crate) fn list(target: &Target) -> Result<Vec<Self>> {
        let mut array = Vec::new();
        loop {
            let mut count = array.len();
            // SAFETY: any thread may; the array has `count` elements.
            let answer = unsafe {
                sys::s390irq_vcpu_explain(
                    target.as_raw(),
                    array.as_mut_ptr(),
                    &mut count,
                )
            };
            match target.check(answer) {
                Err(Error::Buffer) => array.resize(count, Default::default()),
                Err(error) => return Err(error),
                Ok(_) => {
                    array.truncate(count);
                    break;
                }
            }
        }
        Ok(array.iter().filter_map(Self::from_raw).collect())
    }

    fn from_raw(raw: &sys::s390irq_explanation) -> Option<Self> {
        let held = Held::from_bits_retain(raw.held);
        Some(Self {
            interruption: Interruption::from_raw(&raw.interruption)?,
            held,
            outranked_by: Kind::from_raw(raw.outranked_by),
            floating: raw.floating != 0,
            submask: held
                .contains(Held::SUBMASK)
                .then_some((raw.control, raw.submask)),
            adapter: (raw.adapter != sys::S390IRQ_NO_CPU)
                .then_some(raw.adapter),
        })
    }
}
