// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! SIGNAL PROCESSOR (PoP ch. 4).

use s390irq_sys as sys;

/// Orders, as the guest gives them.
pub mod order {
    use s390irq_sys as sys;

    macro_rules! orders {
        ($($(#[$doc:meta])* $name:ident = $value:path;)*) => {$(
            $(#[$doc])*
            pub const $name: u32 = $value;
        )*};
    }

    orders! {
        /// Sense.
        SENSE = sys::S390IRQ_SIGP_SENSE;
        /// External call.
        EXTERNAL_CALL = sys::S390IRQ_SIGP_EXTERNAL_CALL;
        /// Emergency signal.
        EMERGENCY_SIGNAL = sys::S390IRQ_SIGP_EMERGENCY_SIGNAL;
        /// Start.
        START = sys::S390IRQ_SIGP_START;
        /// Stop.
        STOP = sys::S390IRQ_SIGP_STOP;
        /// Restart.
        RESTART = sys::S390IRQ_SIGP_RESTART;
        /// Stop and store status.
        STOP_AND_STORE_STATUS = sys::S390IRQ_SIGP_STOP_AND_STORE_STATUS;
        /// Initial CPU reset.
        INITIAL_CPU_RESET = sys::S390IRQ_SIGP_INITIAL_CPU_RESET;
        /// CPU reset.
        CPU_RESET = sys::S390IRQ_SIGP_CPU_RESET;
        /// Set prefix.
        SET_PREFIX = sys::S390IRQ_SIGP_SET_PREFIX;
        /// Store status at address.
        STORE_STATUS = sys::S390IRQ_SIGP_STORE_STATUS;
        /// Set architecture.
        SET_ARCHITECTURE = sys::S390IRQ_SIGP_SET_ARCHITECTURE;
        /// Conditional emergency signal.
        CONDITIONAL_EMERGENCY = sys::S390IRQ_SIGP_CONDITIONAL_EMERGENCY;
        /// Sense running status.
        SENSE_RUNNING_STATUS = sys::S390IRQ_SIGP_SENSE_RUNNING_STATUS;
        /// Store additional status at address.
        STORE_ADDITIONAL = sys::S390IRQ_SIGP_STORE_ADDITIONAL;
    }
}

bitflags::bitflags! {
    /// The status with condition code 1.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Status: u32 {
        /// Not running.
        const NOT_RUNNING = sys::S390IRQ_STATUS_NOT_RUNNING;
        /// Incorrect state.
        const INCORRECT_STATE = sys::S390IRQ_STATUS_INCORRECT_STATE;
        /// Invalid parameter.
        const INVALID_PARAMETER = sys::S390IRQ_STATUS_INVALID_PARAMETER;
        /// External call pending.
        const EXTERNAL_CALL_PENDING = sys::S390IRQ_STATUS_EXTERNAL_CALL_PENDING;
        /// Stopped.
        const STOPPED = sys::S390IRQ_STATUS_STOPPED;
        /// Check-stop.
        const CHECK_STOP = sys::S390IRQ_STATUS_CHECK_STOP;
        /// Invalid order.
        const INVALID_ORDER = sys::S390IRQ_STATUS_INVALID_ORDER;
        const _ = !0;
    }
}

/// What SIGP answers its guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sigp {
    /// Condition code 0: accepted.
    Accepted,
    /// Condition code 1, with the status for the register.
    Status(Status),
    /// Condition code 2: the guest tries again. Never loop on it in host code;
    /// the target may be waiting for this very thread.
    Busy,
    /// Condition code 3: there is no such CPU.
    NotOperational,
}

impl Sigp {
    pub(crate) fn of(cc: i32, status: u32) -> Option<Self> {
        Some(match cc {
            0 => Self::Accepted,
            1 => Self::Status(Status::from_bits_retain(status)),
            2 => Self::Busy,
            3 => Self::NotOperational,
            _ => return None,
        })
    }

    /// The condition code.
    pub const fn condition_code(self) -> u8 {
        match self {
            Self::Accepted => 0,
            Self::Status(_) => 1,
            Self::Busy => 2,
            Self::NotOperational => 3,
        }
    }

    /// The status bits; 0 without any.
    pub const fn status(self) -> u32 {
        match self {
            Self::Status(status) => status.bits(),
            _ => 0,
        }
    }
}
