// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The registers of a CPU, and its states.

use std::mem::{offset_of, size_of};

use s390irq_sys as sys;

use crate::numbers::{numbers, Size};

/// The registers that interruptions read and change.
///
/// While the CPU runs they are the host's and are passed to each call.
/// Whenever [`Vcpu::deliver`](crate::Vcpu::deliver) answers anything but
/// [`Next::Run`](crate::Next::Run) the library has a copy (the CPU is parked),
/// and the next deliver replaces these by it.
///
/// The default is what an initial CPU reset leaves (PoP ch. 4):
///
/// ```
/// let cpu = s390irq::Cpu { psw_address: 0x2000, ..Default::default() };
/// assert_eq!(cpu.cr[0], 0xe0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Cpu {
    #[doc(hidden)]
    pub size: Size<{ size_of::<sys::s390irq_cpu>() }>,
    /// Prefix: a multiple of 8 KiB below 2 GiB.
    pub prefix: u32,
    /// Bits 0 to 63 of the PSW.
    pub psw_mask: u64,
    /// Bits 64 to 127 of the PSW: the instruction address.
    pub psw_address: u64,
    /// Control registers 0 to 15.
    pub cr: [u64; 16],
    /// Clock comparator, in TOD units, compared with the TOD clock.
    pub clock_comparator: u64,
    /// CPU timer in TOD units, as it was at `cpu_timer_since_tod`.
    pub cpu_timer: u64,
    /// Host TOD at which `cpu_timer` was true; 0: it stands still.
    pub cpu_timer_since_tod: u64,
    /// TOD programmable register.
    pub tod_programmable: u32,
    /// Floating-point-control register.
    pub floating_point_control: u32,
    /// Breaking-event address.
    pub breaking_event_address: u64,
}

const _: () = {
    assert!(size_of::<Cpu>() == size_of::<sys::s390irq_cpu>());
    assert!(
        offset_of!(Cpu, psw_mask) == offset_of!(sys::s390irq_cpu, psw_mask)
    );
    assert!(offset_of!(Cpu, cr) == offset_of!(sys::s390irq_cpu, cr));
    assert!(
        offset_of!(Cpu, cpu_timer) == offset_of!(sys::s390irq_cpu, cpu_timer)
    );
    assert!(
        offset_of!(Cpu, breaking_event_address)
            == offset_of!(sys::s390irq_cpu, breaking_event_address)
    );
};

impl Default for Cpu {
    fn default() -> Self {
        let mut cr = [0; 16];
        cr[0] = 0xe0;
        cr[14] = 0xc200_0000;
        Self {
            size: Size::THIS,
            prefix: 0,
            psw_mask: 0,
            psw_address: 0,
            cr,
            clock_comparator: 0,
            cpu_timer: 0,
            cpu_timer_since_tod: 0,
            tod_programmable: 0,
            floating_point_control: 0,
            breaking_event_address: 1,
        }
    }
}

impl Cpu {
    #[inline]
    pub(crate) fn as_raw(&self) -> *const sys::s390irq_cpu {
        std::ptr::from_ref(self).cast()
    }

    #[inline]
    pub(crate) fn as_raw_mut(&mut self) -> *mut sys::s390irq_cpu {
        std::ptr::from_mut(self).cast()
    }
}

/// The registers that the library does not keep: for machine checks, and for
/// the status that SIGP stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Registers {
    #[doc(hidden)]
    pub size: Size<{ size_of::<sys::s390irq_registers>() }>,
    #[doc(hidden)]
    pub reserved: Zero,
    /// General registers.
    pub general: [u64; 16],
    /// Access registers.
    pub access: [u32; 16],
    /// Vector registers, bits 0 to 63 and 64 to 127. Floating-point register
    /// `n` is `vector[n][0]`; without the vector facility only these 16
    /// doublewords are looked at.
    pub vector: [[u64; 2]; 32],
    /// The guarded-storage control block, as it is stored.
    pub guarded_storage: [u64; 4],
}

/// A reserved member, which is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Zero(u32);

const _: () = {
    assert!(size_of::<Registers>() == size_of::<sys::s390irq_registers>());
    assert!(
        offset_of!(Registers, vector)
            == offset_of!(sys::s390irq_registers, vector)
    );
    assert!(
        offset_of!(Registers, guarded_storage)
            == offset_of!(sys::s390irq_registers, guarded_storage)
    );
};

impl Default for Registers {
    fn default() -> Self {
        Self {
            size: Size::THIS,
            reserved: Zero(0),
            general: [0; 16],
            access: [0; 16],
            vector: [[0; 2]; 32],
            guarded_storage: [0; 4],
        }
    }
}

numbers! {
    /// The architected states of a CPU.
    pub enum State: i32 {
        /// It operates (and may wait).
        Operating = sys::S390IRQ_STATE_OPERATING,
        /// It is stopped.
        Stopped = sys::S390IRQ_STATE_STOPPED,
        /// It is in the check-stop state.
        CheckStop = sys::S390IRQ_STATE_CHECK_STOP,
    }
}

numbers! {
    /// Resets (PoP ch. 4).
    pub enum Reset: u32 {
        /// CPU reset.
        Cpu = sys::S390IRQ_RESET_CPU,
        /// Initial CPU reset.
        Initial = sys::S390IRQ_RESET_INITIAL,
        /// Clear reset.
        Clear = sys::S390IRQ_RESET_CLEAR,
    }
}
