// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Delivery in two steps.

use s390irq_sys as sys;

use crate::cpu::Cpu;
use crate::error::{Error, Result};
use crate::interruption::Kind;
use crate::vcpu::Vcpu;

/// One store of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store<'a> {
    /// Where.
    pub absolute: u64,
    /// What, as it goes to guest storage; at most 512 bytes.
    pub bytes: &'a [u8],
}

/// An interruption in hand: what taking it means. Dropped, it is given back.
///
/// Make the [`stores`](Self::stores), load the new PSW from
/// [`new_psw_absolute`](Self::new_psw_absolute), and
/// [`commit`](Self::commit).
#[derive(Debug)]
pub struct Plan<'a> {
    vcpu: &'a mut Vcpu,
    cpu: &'a mut Cpu,
    raw: sys::s390irq_plan,
    in_hand: bool,
}

impl<'a> Plan<'a> {
    pub(crate) fn prepare(
        vcpu: &'a mut Vcpu,
        cpu: &'a mut Cpu,
    ) -> Result<Option<Self>> {
        let mut raw = sys::s390irq_plan {
            size: size_of::<sys::s390irq_plan>() as u32,
            ..Default::default()
        };
        // SAFETY: the owner's call; registers and plan are there.
        let answer = unsafe {
            sys::s390irq_vcpu_prepare(vcpu.as_raw(), cpu.as_raw_mut(), &mut raw)
        };
        let in_hand = answer == 1;
        let plan = Self { vcpu, cpu, raw, in_hand };
        // After a panic of a hook the plan is dropped, which gives back.
        plan.vcpu.check(answer)?;
        Ok(in_hand.then_some(plan))
    }

    /// The kind of the interruption.
    pub fn kind(&self) -> Option<Kind> {
        u16::try_from(self.raw.kind).ok().and_then(Kind::from_raw)
    }

    /// The absolute address of the 16 bytes of the new PSW.
    pub fn new_psw_absolute(&self) -> u64 {
        self.raw.new_psw_absolute
    }

    /// What is to be stored.
    pub fn stores(&self) -> impl Iterator<Item = Store<'_>> {
        let count = |count: u32, most: usize| (count as usize).min(most);
        let stores = count(self.raw.store_count, self.raw.store.len());
        let blocks = count(self.raw.block_count, self.raw.block.len());
        let short = self.raw.store[..stores].iter().map(move |store| Store {
            absolute: store.absolute,
            bytes: &store.bytes[..count(store.length, store.bytes.len())],
        });
        let long = self.raw.block[..blocks].iter().map(|block| Store {
            absolute: block.absolute,
            // SAFETY: the library's bytes, valid while it is in hand, which
            // is while self lives.
            bytes: unsafe {
                std::slice::from_raw_parts(block.bytes, block.length as usize)
            },
        });
        short.chain(long)
    }

    /// The stores are made, and these are the 16 bytes of the new PSW: the
    /// interruption is taken, and the registers have the new PSW.
    ///
    /// # Errors
    ///
    /// The interruption is given back. [`Error::Stale`]: PSW, control
    /// registers or prefix are not those of [`Vcpu::prepare`].
    pub fn commit(mut self, new_psw: [u8; 16]) -> Result<()> {
        self.raw.new_psw = new_psw;
        // SAFETY: the owner's call; registers and plan are there.
        let answer = unsafe {
            sys::s390irq_vcpu_commit(
                self.vcpu.as_raw(),
                self.cpu.as_raw_mut(),
                &self.raw,
            )
        };
        self.in_hand = answer < 0;
        self.vcpu.check(answer).map(drop)
    }

    /// Gives the interruption back, as dropping does, and says what went
    /// wrong.
    pub fn abort(mut self) -> Result<()> {
        self.in_hand = false;
        self.vcpu.abort()
    }
}

impl Drop for Plan<'_> {
    fn drop(&mut self) {
        if self.in_hand {
            // Nothing but a hook can go wrong, and its panic is kept.
            let _: std::result::Result<(), Error> = self.vcpu.abort();
        }
    }
}
