// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Declarations of libs390irq, the interruption system of a z/Architecture
//! machine as a C library. They say what `include/s390irq/*.h` says and add
//! nothing; the headers are the reference. Rust programs use the crate
//! `s390irq`, which is safe.
//!
//! Names and types are made by bindgen (`regen.sh`); macros that it does not
//! evaluate are written below.
#![no_std]
#![allow(non_camel_case_types)]

#[allow(clippy::undocumented_unsafe_blocks)]
mod bindings;
pub use bindings::*;

/// "Never", as a deadline in TOD units.
pub const S390IRQ_NEVER: u64 = u64::MAX;

macro_rules! mcic {
    ($($name:ident = $value:literal;)*) => {$(
        #[doc = "A condition of a machine check, by its bit in the code."]
        pub const $name: u64 = $value;
    )*};
}

mcic! {
    S390IRQ_MCIC_SYSTEM_DAMAGE = 0x8000_0000_0000_0000;
    S390IRQ_MCIC_PROCESSING_DAMAGE = 0x4000_0000_0000_0000;
    S390IRQ_MCIC_SYSTEM_RECOVERY = 0x2000_0000_0000_0000;
    S390IRQ_MCIC_TIMING_DAMAGE = 0x0800_0000_0000_0000;
    S390IRQ_MCIC_EXTERNAL_DAMAGE = 0x0400_0000_0000_0000;
    S390IRQ_MCIC_DEGRADATION = 0x0100_0000_0000_0000;
    S390IRQ_MCIC_WARNING = 0x0080_0000_0000_0000;
    S390IRQ_MCIC_CHANNEL_REPORT = 0x0040_0000_0000_0000;
    S390IRQ_MCIC_SERVICE_PROCESSOR = 0x0020_0000_0000_0000;
    S390IRQ_MCIC_CHANNEL_SUBSYSTEM = 0x0010_0000_0000_0000;
    S390IRQ_MCIC_BACKED_UP = 0x0002_0000_0000_0000;
    S390IRQ_MCIC_STORAGE_ERROR = 0x0000_8000_0000_0000;
    S390IRQ_MCIC_STORAGE_CORRECTED = 0x0000_4000_0000_0000;
    S390IRQ_MCIC_KEY_ERROR = 0x0000_2000_0000_0000;
    S390IRQ_MCIC_STORAGE_DEGRADED = 0x0000_1000_0000_0000;
    S390IRQ_MCIC_FAILING_ADDRESS = 0x0000_0080_0000_0000;
    S390IRQ_MCIC_EXTERNAL_CODE = 0x0000_0020_0000_0000;
    S390IRQ_MCIC_INDIRECT_STORAGE = 0x0000_0000_8000_0000;
    S390IRQ_MCIC_DELAYED_ACCESS = 0x0000_0000_2000_0000;
    S390IRQ_MCIC_ANCILLARY_REPORT = 0x0000_0000_0008_0000;
}
