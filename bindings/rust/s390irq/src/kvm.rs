// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The formats of Linux KVM: 72-byte records, FLIC buffers, the interruption
//! state of a CPU. Big-endian, as an s390x kernel writes them, on every host.

use std::ffi::c_void;

use s390irq_sys as sys;

use crate::error::{plain, Error, Result};
use crate::interruption::{Interruption, KindSet, Outcome};
use crate::machine::Machine;
use crate::target::Target;

/// For whom a record of KVM is: the same type means different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A CPU.
    Local,
    /// The machine.
    Floating,
}

impl Scope {
    fn flag(self) -> u32 {
        match self {
            Self::Local => sys::S390IRQ_KVM_LOCAL,
            Self::Floating => sys::S390IRQ_KVM_FLOATING,
        }
    }
}

/// One of KVM's full records (`struct kvm_s390_irq`).
pub type KvmRecord = [u8; sys::S390IRQ_KVM_RECORD as usize];

/// What an import or an export did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transfer {
    /// Records read or written.
    pub records: u32,
    /// Import: merged with one that was there.
    pub coalesced: u32,
    /// Import: without effect. Export: left out.
    pub dropped: u32,
    /// Export: the kinds that were left out.
    pub left_out: KindSet,
}

impl Transfer {
    fn from_raw(raw: &sys::s390irq_import_report) -> Self {
        Self {
            records: raw.records,
            coalesced: raw.coalesced,
            dropped: raw.dropped,
            left_out: KindSet::from_bits(raw.left_out_kinds),
        }
    }
}

fn empty_report() -> sys::s390irq_import_report {
    sys::s390irq_import_report {
        size: size_of::<sys::s390irq_import_report>() as u32,
        ..Default::default()
    }
}

/// Calls with more and more room until it is enough.
pub(crate) fn grow(
    mut call: impl FnMut(*mut c_void, *mut usize) -> Result<i32>,
) -> Result<Vec<u8>> {
    let mut buffer: Vec<u8> = Vec::new();
    loop {
        let mut length = buffer.len();
        let start = if length == 0 {
            std::ptr::null_mut()
        } else {
            buffer.as_mut_ptr().cast()
        };
        match call(start, &mut length) {
            Err(Error::Buffer) => buffer.resize(length, 0),
            Err(error) => return Err(error),
            Ok(_) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
        }
    }
}

fn partial(partial: bool) -> u32 {
    if partial {
        sys::S390IRQ_EXPORT_PARTIAL
    } else {
        0
    }
}

impl Interruption {
    /// Reads one of KVM's records: 72 bytes, or the older 16, which are in
    /// the byte order of `big_endian`.
    ///
    /// # Errors
    ///
    /// [`Error::Format`]: length, type, or a value that the type does not
    /// allow.
    pub fn from_kvm(
        record: &[u8],
        scope: Scope,
        big_endian: bool,
    ) -> Result<Self> {
        let order = if big_endian { sys::S390IRQ_KVM_BIG_ENDIAN } else { 0 };
        let mut raw = sys::s390irq_interruption::default();
        // SAFETY: bytes and record are there for the call.
        plain(unsafe {
            sys::s390irq_interruption_from_kvm(
                record.as_ptr().cast(),
                record.len(),
                scope.flag() | order,
                &mut raw,
            )
        })?;
        Self::from_raw(&raw).ok_or(Error::Format)
    }

    /// As one of KVM's 72-byte records.
    ///
    /// # Errors
    ///
    /// [`Error::NotRepresentable`]: KVM has no such record there.
    /// [`Error::Invalid`]: it does not check.
    pub fn to_kvm(&self, scope: Scope) -> Result<KvmRecord> {
        let raw = self.to_raw();
        let mut record = [0; sys::S390IRQ_KVM_RECORD as usize];
        // SAFETY: both are there for the call.
        plain(unsafe {
            sys::s390irq_interruption_to_kvm(
                &raw,
                scope.flag(),
                record.as_mut_ptr(),
            )
        })?;
        Ok(record)
    }
}

impl Machine {
    /// What floats, as the buffer of FLIC GET_ALL_IRQS. With
    /// `leave_out` what KVM has no record of is left out and told.
    ///
    /// # Errors
    ///
    /// [`Error::NotRepresentable`]: KVM has no record of something, and it is
    /// not to be left out. With `leave_out`, [`Transfer::left_out`] says what.
    pub fn export_flic(&self, leave_out: bool) -> Result<(Vec<u8>, Transfer)> {
        let mut report = empty_report();
        let buffer = grow(|buffer, length| {
            // SAFETY: any thread may; `*length` bytes are at `buffer`.
            self.check(unsafe {
                sys::s390irq_vm_export_flic(
                    self.as_raw(),
                    buffer,
                    length,
                    partial(leave_out),
                    &mut report,
                )
            })
        })?;
        Ok((buffer, Transfer::from_raw(&report)))
    }

    /// Injects what such a buffer holds, as FLIC ENQUEUE does.
    /// [`Outcome::Queued`]: all of it; any other: it ended early, at a record
    /// with this outcome.
    ///
    /// # Errors
    ///
    /// [`Error::Format`]; [`Error::NoMemory`].
    pub fn import_flic(&self, buffer: &[u8]) -> Result<(Outcome, Transfer)> {
        let mut report = empty_report();
        // SAFETY: any thread may; bytes and report are there for the call.
        let answer = unsafe {
            sys::s390irq_vm_import_flic(
                self.as_raw(),
                buffer.as_ptr().cast(),
                buffer.len(),
                &mut report,
            )
        };
        let outcome = Outcome::of(self.check(answer))?;
        Ok((outcome, Transfer::from_raw(&report)))
    }
}

impl Target {
    /// What pends at a parked CPU, as the buffer of KVM_S390_GET_IRQ_STATE;
    /// else as [`Machine::export_flic`].
    ///
    /// # Errors
    ///
    /// [`Error::NotParked`]; [`Error::NoCpu`].
    pub fn export_kvm(&self, leave_out: bool) -> Result<(Vec<u8>, Transfer)> {
        let mut report = empty_report();
        let buffer = grow(|buffer, length| {
            // SAFETY: any thread may; `*length` bytes are at `buffer`.
            self.check(unsafe {
                sys::s390irq_vcpu_export_kvm(
                    self.as_raw(),
                    buffer,
                    length,
                    partial(leave_out),
                    &mut report,
                )
            })
        })?;
        Ok((buffer, Transfer::from_raw(&report)))
    }

    /// Injects what such a buffer holds into a parked CPU, as
    /// KVM_S390_SET_IRQ_STATE does; else as [`Machine::import_flic`].
    ///
    /// # Errors
    ///
    /// [`Error::NotParked`]; [`Error::Format`]; [`Error::State`];
    /// [`Error::NoCpu`]; [`Error::Unsupported`]; [`Error::GuestMemory`].
    pub fn import_kvm(&self, buffer: &[u8]) -> Result<(Outcome, Transfer)> {
        let mut report = empty_report();
        // SAFETY: any thread may; bytes and report are there for the call.
        let answer = unsafe {
            sys::s390irq_vcpu_import_kvm(
                self.as_raw(),
                buffer.as_ptr().cast(),
                buffer.len(),
                &mut report,
            )
        };
        let outcome = Outcome::of(self.check(answer))?;
        Ok((outcome, Transfer::from_raw(&report)))
    }
}
