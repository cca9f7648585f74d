// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What goes wrong.

use std::ffi::CStr;
use std::fmt;

use s390irq_sys as sys;

/// The answer of a call that can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call did nothing. What a guest may see (a busy CPU, a full queue) is
/// an [`Outcome`](crate::Outcome) or a condition code, never an error.
///
/// After an error nothing is changed, [`HookPanicked`](Self::HookPanicked)
/// excepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// An argument is out of range, or a record does not check.
    Invalid,
    /// The library is older than a structure of this crate.
    StructTooSmall,
    /// The library is older than a member that is set.
    StructTooNew,
    /// There is no memory left.
    NoMemory,
    /// An access to guest storage failed;
    /// [`Report::fault_address`](crate::Report::fault_address) says where.
    GuestMemory,
    /// Not in this state: see the function.
    State,
    /// The CPU (or one of the CPUs) is not parked.
    NotParked,
    /// It is there already. Of [`Machine::vcpu`](crate::Machine::vcpu):
    /// somebody else has the CPU.
    Exists,
    /// No CPU has this address.
    NoCpu,
    /// The hook or the facility that this needs is not there.
    Unsupported,
    /// There is no room.
    Buffer,
    /// Bytes from outside are not what their format says.
    Format,
    /// PSW, control registers or prefix changed between prepare and commit.
    Stale,
    /// No subchannel has this identification.
    NoSubchannel,
    /// No adapter has this number.
    NoAdapter,
    /// The other format has nothing for something that pends.
    NotRepresentable,
    /// A hook panicked during this call, on this thread.
    /// [`Machine::take_panic`](crate::Machine::take_panic) has what it
    /// panicked with, and what the call would have answered: a hook that only
    /// tells (wake, kick, deadline, trace, log, dirty) does not undo what the
    /// call has done, any other makes it fail as if the hook had refused.
    HookPanicked,
    /// A later library answered this, which this crate has no name for.
    Unknown(i32),
}

const CODES: [(i32, Error); 16] = [
    (sys::S390IRQ_E_INVALID, Error::Invalid),
    (sys::S390IRQ_E_STRUCT_TOO_SMALL, Error::StructTooSmall),
    (sys::S390IRQ_E_STRUCT_TOO_NEW, Error::StructTooNew),
    (sys::S390IRQ_E_NO_MEMORY, Error::NoMemory),
    (sys::S390IRQ_E_GUEST_MEMORY, Error::GuestMemory),
    (sys::S390IRQ_E_STATE, Error::State),
    (sys::S390IRQ_E_NOT_PARKED, Error::NotParked),
    (sys::S390IRQ_E_EXISTS, Error::Exists),
    (sys::S390IRQ_E_NO_CPU, Error::NoCpu),
    (sys::S390IRQ_E_UNSUPPORTED, Error::Unsupported),
    (sys::S390IRQ_E_BUFFER, Error::Buffer),
    (sys::S390IRQ_E_FORMAT, Error::Format),
    (sys::S390IRQ_E_STALE, Error::Stale),
    (sys::S390IRQ_E_NO_SUBCHANNEL, Error::NoSubchannel),
    (sys::S390IRQ_E_NO_ADAPTER, Error::NoAdapter),
    (sys::S390IRQ_E_NOT_REPRESENTABLE, Error::NotRepresentable),
];

impl Error {
    /// The C library's number; 0 for an error of this crate's own.
    pub fn raw(self) -> i32 {
        if let Self::Unknown(code) = self {
            return code;
        }
        CODES.iter().find(|row| row.1 == self).map_or(0, |row| row.0)
    }

    /// The error with this (negative) number.
    #[cold]
    pub fn from_raw(code: i32) -> Self {
        CODES
            .iter()
            .find(|row| row.0 == code)
            .map_or(Self::Unknown(code), |row| row.1)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::HookPanicked {
            return to.write_str(
                "a hook of the host panicked; Machine::take_panic() has it",
            );
        }
        if let Self::Unknown(code) = self {
            return write!(to, "error {code} of the C library");
        }
        // SAFETY: any number may be asked for, and the text is static.
        let text = unsafe { CStr::from_ptr(sys::s390irq_strerror(self.raw())) };
        to.write_str(&text.to_string_lossy())
    }
}

impl std::error::Error for Error {}

/// An answer of the C library that is negative for an error.
#[inline]
pub(crate) fn plain(answer: i32) -> Result<i32> {
    if answer >= 0 {
        Ok(answer)
    } else {
        Err(Error::from_raw(answer))
    }
}
