// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Hooks on guest memory of vm-memory and on triggers.

use std::sync::atomic::{AtomicU64, AtomicU8, Ordering};

use s390irq::{Hooks, Host, NoStorage};
use vm_memory::bitmap::Bitmap;
use vm_memory::{
    Bytes, GuestAddress, GuestAddressSpace, GuestMemory, Permissions,
    VolatileMemory,
};

use crate::trigger::Trigger;

/// A host whose guest storage is a [`GuestAddressSpace`] (such as an `Arc` of
/// guest memory) and whose CPUs are woken (and kicked, if they run natively)
/// by a [`Trigger`] each.
///
/// Guest absolute addresses are guest physical addresses. Stores mark the
/// memory's dirty bitmap. A trigger that fails is counted; the CPU's attention
/// stays raised, so that the next look finds what it should have told.
///
/// It has no registers hook: nobody can store the status of its CPUs, and a
/// machine check tells its guest that registers are lost. A host with more
/// than storage and wake-ups has one of these and passes on to it:
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use s390irq::{order, Hooks, Host, Lost, Machine, NoStorage, Registers};
/// use s390irq_vmm::VmmHost;
/// use vm_memory::{GuestAddress, GuestMemoryMmap};
/// use vmm_sys_util::eventfd::EventFd;
///
/// type Memory = Arc<GuestMemoryMmap<()>>;
///
/// struct Board {
///     vmm: VmmHost<Memory, EventFd>,
///     registers: Vec<Mutex<Registers>>,
/// }
///
/// impl Host for Board {
///     const HOOKS: Hooks =
///         <VmmHost<Memory, EventFd> as Host>::HOOKS.union(Hooks::REGISTERS);
///
///     fn registers(&self, cpu: u32, to: &mut Registers) -> Result<(), Lost> {
///         let of = self.registers.get(cpu as usize).ok_or(Lost)?;
///         *to = *of.lock().map_err(|_| Lost)?;
///         Ok(())
///     }
///
///     fn read(
///         &self,
///         cpu: Option<u32>,
///         absolute: u64,
///         data: &mut [u8],
///     ) -> Result<(), NoStorage> {
///         self.vmm.read(cpu, absolute, data)
///     }
///
///     fn write(
///         &self,
///         cpu: Option<u32>,
///         absolute: u64,
///         data: &[u8],
///     ) -> Result<(), NoStorage> {
///         self.vmm.write(cpu, absolute, data)
///     }
///
///     fn set_bit(
///         &self,
///         cpu: Option<u32>,
///         absolute: u64,
///         bits: u8,
///     ) -> Result<u8, NoStorage> {
///         self.vmm.set_bit(cpu, absolute, bits)
///     }
///
///     fn wake(&self, cpu: u32) {
///         self.vmm.wake(cpu);
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let ranges = [(GuestAddress(0), 1 << 20)];
/// let memory: Memory = Arc::new(GuestMemoryMmap::from_ranges(&ranges)?);
/// let wake = vec![EventFd::new(0)?, EventFd::new(0)?];
/// let board = Board {
///     vmm: VmmHost::new(memory, wake),
///     registers: (0..2).map(|_| Mutex::default()).collect(),
/// };
/// let machine = Machine::builder(2).host(board).build()?;
/// let (mut vcpu, other) = (machine.vcpu(0)?, machine.vcpu(1)?);
/// vcpu.deliver(&mut s390irq::Cpu::default())?; // stopped: status is taken
/// let answer = other.sigp(0, order::STORE_STATUS, 0x3000)?;
/// assert_eq!(answer, s390irq::Sigp::Accepted);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct VmmHost<M, W, K = ()> {
    memory: M,
    wake: Vec<W>,
    kick: Vec<K>,
    failures: AtomicU64,
}

impl<M, W> VmmHost<M, W> {
    /// For CPUs that poll or do not run while others do. `wake` has a trigger
    /// for each CPU address.
    pub fn new(memory: M, wake: Vec<W>) -> Self {
        let kick = Vec::new();
        Self { memory, wake, kick, failures: AtomicU64::new(0) }
    }

    /// The same for CPUs that run natively: `kick` makes one leave guest mode,
    /// and must stick if it comes before the CPU enters it. Build the machine
    /// with [`Builder::masks_unknown`](s390irq::Builder::masks_unknown).
    pub fn with_kick<K>(self, kick: Vec<K>) -> Kicked<M, W, K> {
        Kicked(VmmHost {
            memory: self.memory,
            wake: self.wake,
            kick,
            failures: self.failures,
        })
    }
}

impl<M, W, K> VmmHost<M, W, K> {
    /// The guest's memory.
    pub fn memory(&self) -> &M {
        &self.memory
    }

    /// How often a trigger failed, or a CPU had none.
    pub fn trigger_failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    fn tell<T: Trigger>(&self, triggers: &[T], cpu: u32) {
        let trigger = triggers.get(cpu as usize);
        if trigger.is_none_or(|trigger| trigger.trigger().is_err()) {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<M: GuestAddressSpace, W, K> VmmHost<M, W, K> {
    fn read_storage(
        &self,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        self.memory
            .memory()
            .read_slice(data, GuestAddress(absolute))
            .map_err(|_| NoStorage)
    }

    fn write_storage(
        &self,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        self.memory
            .memory()
            .write_slice(data, GuestAddress(absolute))
            .map_err(|_| NoStorage)
    }

    fn or_storage(&self, absolute: u64, bits: u8) -> Result<u8, NoStorage> {
        let memory = self.memory.memory();
        let slice = memory
            .get_slices(GuestAddress(absolute), 1, Permissions::ReadWrite)
            .map_err(|_| NoStorage)?
            .next()
            .ok_or(NoStorage)?
            .map_err(|_| NoStorage)?;
        let before = slice
            .get_atomic_ref::<AtomicU8>(0)
            .map_err(|_| NoStorage)?
            .fetch_or(bits, Ordering::SeqCst);
        slice.bitmap().mark_dirty(0, 1);
        Ok(before)
    }
}

const COMMON: Hooks = Hooks::STORAGE.union(Hooks::SET_BIT).union(Hooks::WAKE);

impl<M, W> Host for VmmHost<M, W>
where
    M: GuestAddressSpace + Send + Sync + 'static,
    W: Trigger + Send + Sync + 'static,
{
    const HOOKS: Hooks = COMMON;

    fn read(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        self.read_storage(absolute, data)
    }

    fn write(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        self.write_storage(absolute, data)
    }

    fn set_bit(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        bits: u8,
    ) -> Result<u8, NoStorage> {
        self.or_storage(absolute, bits)
    }

    fn wake(&self, cpu: u32) {
        self.tell(&self.wake, cpu);
    }
}

/// A [`VmmHost`] whose CPUs run natively; see [`VmmHost::with_kick`].
#[derive(Debug)]
pub struct Kicked<M, W, K>(VmmHost<M, W, K>);

impl<M, W, K> std::ops::Deref for Kicked<M, W, K> {
    type Target = VmmHost<M, W, K>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<M, W, K> Host for Kicked<M, W, K>
where
    M: GuestAddressSpace + Send + Sync + 'static,
    W: Trigger + Send + Sync + 'static,
    K: Trigger + Send + Sync + 'static,
{
    const HOOKS: Hooks = COMMON.union(Hooks::KICK);

    fn read(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        self.0.read_storage(absolute, data)
    }

    fn write(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        self.0.write_storage(absolute, data)
    }

    fn set_bit(
        &self,
        _cpu: Option<u32>,
        absolute: u64,
        bits: u8,
    ) -> Result<u8, NoStorage> {
        self.0.or_storage(absolute, bits)
    }

    fn wake(&self, cpu: u32) {
        self.0.tell(&self.0.wake, cpu);
    }

    fn kick(&self, cpu: u32) {
        self.0.tell(&self.0.kick, cpu);
    }
}
