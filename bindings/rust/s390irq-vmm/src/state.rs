// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! State as plain structures; with the feature `serde` they implement its
//! traits, so that a VMM saves them with its own.

use s390irq::{Cpu, Error, Machine, Registers, Result};

/// The version of the structures here. What the library saves has its own.
pub const VERSION: u16 = 1;

/// The registers of a CPU that interruptions read and change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub struct CpuState {
    pub prefix: u32,
    pub psw_mask: u64,
    pub psw_address: u64,
    pub cr: [u64; 16],
    pub clock_comparator: u64,
    pub cpu_timer: u64,
    pub cpu_timer_since_tod: u64,
    pub tod_programmable: u32,
    pub floating_point_control: u32,
    pub breaking_event_address: u64,
}

impl From<&Cpu> for CpuState {
    fn from(cpu: &Cpu) -> Self {
        Self {
            prefix: cpu.prefix,
            psw_mask: cpu.psw_mask,
            psw_address: cpu.psw_address,
            cr: cpu.cr,
            clock_comparator: cpu.clock_comparator,
            cpu_timer: cpu.cpu_timer,
            cpu_timer_since_tod: cpu.cpu_timer_since_tod,
            tod_programmable: cpu.tod_programmable,
            floating_point_control: cpu.floating_point_control,
            breaking_event_address: cpu.breaking_event_address,
        }
    }
}

impl From<&CpuState> for Cpu {
    fn from(state: &CpuState) -> Self {
        Self {
            prefix: state.prefix,
            psw_mask: state.psw_mask,
            psw_address: state.psw_address,
            cr: state.cr,
            clock_comparator: state.clock_comparator,
            cpu_timer: state.cpu_timer,
            cpu_timer_since_tod: state.cpu_timer_since_tod,
            tod_programmable: state.tod_programmable,
            floating_point_control: state.floating_point_control,
            breaking_event_address: state.breaking_event_address,
            ..Self::default()
        }
    }
}

/// The registers that a VMM keeps of its CPUs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs)]
pub struct RegistersState {
    pub general: [u64; 16],
    pub access: [u32; 16],
    pub vector: [[u64; 2]; 32],
    pub guarded_storage: [u64; 4],
}

impl From<&Registers> for RegistersState {
    fn from(registers: &Registers) -> Self {
        Self {
            general: registers.general,
            access: registers.access,
            vector: registers.vector,
            guarded_storage: registers.guarded_storage,
        }
    }
}

impl From<&RegistersState> for Registers {
    fn from(state: &RegistersState) -> Self {
        Self {
            general: state.general,
            access: state.access,
            vector: state.vector,
            guarded_storage: state.guarded_storage,
            ..Self::default()
        }
    }
}

/// A machine that is paused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MachineState {
    /// [`VERSION`].
    pub version: u16,
    /// What the library has saved: everything that it knows, the registers of
    /// parked CPUs among it, in its own versioned format.
    pub interruptions: Vec<u8>,
    /// The registers that are the VMM's, by CPU address.
    pub registers: Vec<RegistersState>,
}

impl MachineState {
    /// Saves a machine whose CPUs are all parked
    /// ([`Machine::pause`]); `registers` are those of the VMM, by CPU address.
    ///
    /// # Errors
    ///
    /// As [`Machine::save`].
    pub fn save(machine: &Machine, registers: &[Registers]) -> Result<Self> {
        Ok(Self {
            version: VERSION,
            interruptions: machine.save()?,
            registers: registers.iter().map(Into::into).collect(),
        })
    }

    /// Loads it into a machine with the same CPUs, and answers the registers
    /// that are the VMM's.
    ///
    /// # Errors
    ///
    /// [`Error::Format`]: another version; else as [`Machine::load`].
    pub fn load(&self, machine: &Machine) -> Result<Vec<Registers>> {
        if self.version != VERSION {
            return Err(Error::Format);
        }
        machine.load(&self.interruptions)?;
        Ok(self.registers.iter().map(Into::into).collect())
    }
}
