// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Adapters, their indicators, and adapter-interruption suppression.

use s390irq_sys as sys;

use crate::error::Result;
use crate::interruption::Outcome;
use crate::machine::Machine;

bitflags::bitflags! {
    /// What an adapter can.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct AdapterFlags: u32 {
        /// It may be masked.
        const MASKABLE = sys::S390IRQ_ADAPTER_MASKABLE;
        /// It obeys the AIS mode of its ISC.
        const SUPPRESSIBLE = sys::S390IRQ_ADAPTER_SUPPRESSIBLE;
        /// Bit 0 of an indicator is leftmost.
        const SWAP = sys::S390IRQ_ADAPTER_SWAP;
    }
}

/// An adapter that is registered, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adapter {
    /// Its number.
    pub id: u32,
    /// Its interruption subclass.
    pub isc: u8,
    /// What it can.
    pub flags: AdapterFlags,
    /// Whether it is masked.
    pub masked: bool,
    /// Whether it signalled while it was masked.
    pub remembered: bool,
}

/// Where an adapter's source has its indicator and its summary indicator. The
/// bit number of each is offset + 8 * (address modulo 4096), and must stay in
/// the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The adapter's number.
    pub adapter: u32,
    /// Address of the indicator.
    pub indicator_absolute: u64,
    /// Its offset in bits.
    pub indicator_offset: u64,
    /// Address of the summary indicator.
    pub summary_absolute: u64,
    /// Its offset in bits.
    pub summary_offset: u64,
}

impl Route {
    fn to_raw(self) -> sys::s390irq_route {
        sys::s390irq_route {
            size: size_of::<sys::s390irq_route>() as u32,
            adapter: self.adapter,
            indicator_absolute: self.indicator_absolute,
            indicator_offset: self.indicator_offset,
            summary_absolute: self.summary_absolute,
            summary_offset: self.summary_offset,
        }
    }
}

crate::numbers::numbers! {
    /// Modes of adapter-interruption suppression.
    pub enum AisMode: u32 {
        /// Every interruption is presented.
        All = sys::S390IRQ_AIS_ALL,
        /// One is, then none until the mode is set anew.
        Single = sys::S390IRQ_AIS_SINGLE,
    }
}

/// Suppression of all ISCs, ISC 0 in bit 0x80.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AisModes {
    /// The mode is [`AisMode::Single`].
    pub single: u8,
    /// The one interruption has been.
    pub suppressed: u8,
}

impl Machine {
    /// Registers an adapter, neither masked nor suppressed.
    ///
    /// # Errors
    ///
    /// [`Exists`](crate::Error::Exists); [`Invalid`](crate::Error::Invalid):
    /// number, ISC or flags.
    pub fn add_adapter(
        &self,
        id: u32,
        isc: u8,
        flags: AdapterFlags,
    ) -> Result<()> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vm_add_adapter(
                self.as_raw(),
                id,
                isc.into(),
                flags.bits(),
            )
        };
        self.check(answer).map(drop)
    }

    /// Takes an adapter out; what pends for its ISC stays.
    ///
    /// # Errors
    ///
    /// [`NoAdapter`](crate::Error::NoAdapter).
    pub fn remove_adapter(&self, id: u32) -> Result<()> {
        // SAFETY: any thread may.
        let answer =
            unsafe { sys::s390irq_vm_remove_adapter(self.as_raw(), id) };
        self.check(answer).map(drop)
    }

    /// What is registered under this number.
    ///
    /// # Errors
    ///
    /// [`NoAdapter`](crate::Error::NoAdapter).
    pub fn adapter(&self, id: u32) -> Result<Adapter> {
        let mut raw = sys::s390irq_adapter {
            size: size_of::<sys::s390irq_adapter>() as u32,
            ..Default::default()
        };
        // SAFETY: any thread may; the structure is there.
        let answer =
            unsafe { sys::s390irq_vm_get_adapter(self.as_raw(), id, &mut raw) };
        self.check(answer)?;
        Ok(Adapter {
            id: raw.id,
            isc: raw.isc as u8,
            flags: AdapterFlags::from_bits_retain(raw.flags),
            masked: raw.masked != 0,
            remembered: raw.remembered != 0,
        })
    }

    /// Masks or unmasks an adapter; answers whether it was masked. What it
    /// signalled meanwhile is presented when it is unmasked.
    ///
    /// # Errors
    ///
    /// [`NoAdapter`](crate::Error::NoAdapter);
    /// [`Unsupported`](crate::Error::Unsupported): not maskable.
    pub fn mask_adapter(&self, id: u32, masked: bool) -> Result<bool> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vm_mask_adapter(self.as_raw(), id, masked.into())
        };
        Ok(self.check(answer)? != 0)
    }

    /// An adapter signals. [`Outcome::Suppressed`]: by the AIS mode of its
    /// ISC; [`Outcome::Remembered`]: it is masked.
    ///
    /// # Errors
    ///
    /// [`NoAdapter`](crate::Error::NoAdapter).
    pub fn signal_adapter(&self, id: u32) -> Result<Outcome> {
        // SAFETY: any thread may.
        let answer =
            unsafe { sys::s390irq_vm_signal_adapter(self.as_raw(), id) };
        Outcome::of(self.check(answer))
    }

    /// Whether both bits of a route are within their pages and its adapter is
    /// there.
    ///
    /// # Errors
    ///
    /// [`NoAdapter`](crate::Error::NoAdapter);
    /// [`Invalid`](crate::Error::Invalid): a bit is beyond its page.
    pub fn check_route(&self, route: &Route) -> Result<()> {
        let raw = route.to_raw();
        // SAFETY: any thread may; the structure is there.
        let answer =
            unsafe { sys::s390irq_vm_check_route(self.as_raw(), &raw) };
        self.check(answer).map(drop)
    }

    /// Sets the indicator, then the summary indicator; signals the adapter
    /// unless the summary was set already.
    ///
    /// # Errors
    ///
    /// As [`check_route`](Self::check_route);
    /// [`GuestMemory`](crate::Error::GuestMemory): no storage there;
    /// [`Unsupported`](crate::Error::Unsupported): neither storage nor
    /// [`Hooks::SET_BIT`](crate::Hooks::SET_BIT).
    pub fn fire_route(&self, route: &Route) -> Result<Outcome> {
        let raw = route.to_raw();
        // SAFETY: any thread may; the structure is there.
        let answer = unsafe { sys::s390irq_vm_fire_route(self.as_raw(), &raw) };
        Outcome::of(self.check(answer))
    }

    /// Sets the AIS mode of one ISC, as SET INTERRUPTION CONTROLS does.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::Error::Unsupported): no facility 72;
    /// [`Invalid`](crate::Error::Invalid): the ISC.
    pub fn set_ais(&self, isc: u8, mode: AisMode) -> Result<()> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vm_set_ais(self.as_raw(), isc.into(), mode.raw())
        };
        self.check(answer).map(drop)
    }

    /// The modes of all ISCs.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::Error::Unsupported): no facility 72.
    pub fn ais_modes(&self) -> Result<AisModes> {
        let mut modes = AisModes::default();
        // SAFETY: any thread may; both bytes are there.
        let answer = unsafe {
            sys::s390irq_vm_get_ais_all(
                self.as_raw(),
                &mut modes.single,
                &mut modes.suppressed,
            )
        };
        self.check(answer)?;
        Ok(modes)
    }

    /// Sets the modes of all ISCs.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::Error::Unsupported): no facility 72;
    /// [`Invalid`](crate::Error::Invalid): suppressed where not single.
    pub fn set_ais_modes(&self, modes: AisModes) -> Result<()> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vm_set_ais_all(
                self.as_raw(),
                modes.single,
                modes.suppressed,
            )
        };
        self.check(answer).map(drop)
    }
}
