// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The s390 records of KVM's user interface, and moving interruptions between
//! a kernel and a [`Machine`].
//!
//! kvm-bindings 0.14 has no structures for s390; these have the names and the
//! layout of the kernel's. [`VcpuFd`] and [`FlicFd`] make the calls, which
//! kernels of s390x hosts answer; elsewhere the formats serve for states that
//! come from such a host.

use std::io;

use s390irq::{Error, Interruption, Machine, Outcome, Scope, Target};

/// Bytes of one record.
pub const RECORD: usize = 72;

/// `struct kvm_s390_irq`: type, and a payload that depends on it. Members are
/// in the byte order of an s390x kernel, which is big-endian, on every host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
#[allow(missing_docs, non_camel_case_types)]
pub struct kvm_s390_irq {
    pub type_: [u8; 8],
    pub u: [u8; 64],
}

impl Default for kvm_s390_irq {
    fn default() -> Self {
        Self { type_: [0; 8], u: [0; 64] }
    }
}

/// `struct kvm_s390_interrupt`, of the older call, in host byte order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
#[allow(missing_docs, non_camel_case_types)]
pub struct kvm_s390_interrupt {
    pub type_: u32,
    pub parm: u32,
    pub parm64: u64,
}

/// `struct kvm_s390_irq_state`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
#[allow(missing_docs, non_camel_case_types)]
pub struct kvm_s390_irq_state {
    pub buf: u64,
    pub flags: u32,
    pub len: u32,
    pub reserved: [u32; 4],
}

impl kvm_s390_irq {
    /// From its 72 bytes.
    pub fn from_bytes(bytes: &[u8; RECORD]) -> Self {
        let mut record = Self::default();
        record.type_.copy_from_slice(&bytes[..8]);
        record.u.copy_from_slice(&bytes[8..]);
        record
    }

    /// Its 72 bytes.
    pub fn to_bytes(&self) -> [u8; RECORD] {
        let mut bytes = [0; RECORD];
        bytes[..8].copy_from_slice(&self.type_);
        bytes[8..].copy_from_slice(&self.u);
        bytes
    }

    /// An interruption as such a record.
    ///
    /// # Errors
    ///
    /// [`Error::NotRepresentable`]: KVM has no such record there.
    pub fn from_interruption(
        interruption: &Interruption,
        scope: Scope,
    ) -> Result<Self, Error> {
        interruption.to_kvm(scope).map(|bytes| Self::from_bytes(&bytes))
    }

    /// The interruption that the record is.
    ///
    /// # Errors
    ///
    /// [`Error::Format`].
    pub fn to_interruption(&self, scope: Scope) -> Result<Interruption, Error> {
        Interruption::from_kvm(&self.to_bytes(), scope, true)
    }
}

impl kvm_s390_interrupt {
    /// The interruption that the record is.
    ///
    /// # Errors
    ///
    /// [`Error::Format`].
    pub fn to_interruption(&self, scope: Scope) -> Result<Interruption, Error> {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&self.type_.to_ne_bytes());
        bytes[4..8].copy_from_slice(&self.parm.to_ne_bytes());
        bytes[8..].copy_from_slice(&self.parm64.to_ne_bytes());
        let big = cfg!(target_endian = "big");
        Interruption::from_kvm(&bytes, scope, big)
    }
}

/// What a kernel's vCPU has pending: KVM_S390_GET_IRQ_STATE and
/// KVM_S390_SET_IRQ_STATE.
pub trait VcpuIrqState {
    /// All records that pend there.
    fn irq_state(&self) -> io::Result<Vec<u8>>;
    /// Makes these pend, at a vCPU where nothing does. Never called with
    /// nothing.
    fn set_irq_state(&self, records: &[u8]) -> io::Result<()>;
}

/// What a kernel's FLIC device has pending: GET_ALL_IRQS and ENQUEUE.
pub trait Flic {
    /// All records that pend there.
    fn all_irqs(&self) -> io::Result<Vec<u8>>;
    /// Injects these. Never called with nothing.
    fn enqueue(&self, records: &[u8]) -> io::Result<()>;
}

/// Why interruptions could not be moved.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandoverError {
    /// The kernel refused.
    Kernel(io::Error),
    /// The library refused.
    Library(Error),
    /// The library took a part, up to a record with this outcome.
    Partly(Outcome),
}

impl std::fmt::Display for HandoverError {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kernel(error) => write!(to, "KVM: {error}"),
            Self::Library(error) => write!(to, "libs390irq: {error}"),
            Self::Partly(outcome) => {
                write!(to, "libs390irq took a part, then: {outcome:?}")
            }
        }
    }
}

impl std::error::Error for HandoverError {}

impl From<io::Error> for HandoverError {
    fn from(error: io::Error) -> Self {
        Self::Kernel(error)
    }
}

impl From<Error> for HandoverError {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

fn whole(outcome: Outcome) -> Result<(), HandoverError> {
    match outcome {
        Outcome::Queued => Ok(()),
        other => Err(HandoverError::Partly(other)),
    }
}

/// From the kernel to the machine: floating interruptions, then those of each
/// CPU. No vCPU runs, and the machine's CPUs are parked. The kernel keeps what
/// it has; a VMM that goes on without it closes its file descriptors.
///
/// # Errors
///
/// As it says; the machine may have a part.
pub fn take_over<V: VcpuIrqState>(
    machine: &Machine,
    flic: &impl Flic,
    vcpus: &[(Target, V)],
) -> Result<(), HandoverError> {
    whole(machine.import_flic(&flic.all_irqs()?)?.0)?;
    for (target, vcpu) in vcpus {
        whole(target.import_kvm(&vcpu.irq_state()?)?.0)?;
    }
    Ok(())
}

/// From the machine to the kernel. No CPU runs, and nothing pends in the
/// kernel.
///
/// # Errors
///
/// [`Error::NotRepresentable`]: KVM has no record of something that pends, and
/// nothing was given to the kernel yet. Otherwise the kernel may have a part.
pub fn hand_over<V: VcpuIrqState>(
    machine: &Machine,
    flic: &impl Flic,
    vcpus: &[(Target, V)],
) -> Result<(), HandoverError> {
    let (floating, _) = machine.export_flic(false)?;
    let local = vcpus
        .iter()
        .map(|(target, _)| Ok(target.export_kvm(false)?.0))
        .collect::<Result<Vec<_>, Error>>()?;
    if !floating.is_empty() {
        flic.enqueue(&floating)?;
    }
    for ((_, vcpu), records) in vcpus.iter().zip(local) {
        if !records.is_empty() {
            vcpu.set_irq_state(&records)?;
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
pub use calls::{FlicFd, VcpuFd};

#[cfg(target_os = "linux")]
mod calls;
