// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod host;
pub mod kvm;
pub mod state;
mod trigger;

pub use host::{Kicked, VmmHost};
pub use trigger::Trigger;
