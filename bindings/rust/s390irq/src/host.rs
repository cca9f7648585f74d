// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the embedder brings.

use std::ptr::NonNull;
use std::sync::Arc;

use s390irq_sys as sys;

use crate::cpu::Registers;
use crate::interruption::Kind;
use crate::numbers::numbers;
use crate::trace::Trace;

bitflags::bitflags! {
    /// Which methods of a [`Host`] the library may call. What is not listed is
    /// not provided, which for some means something of its own.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Hooks: u32 {
        /// [`Host::read`] and [`Host::write`]: guest storage. Not needed with
        /// [`Builder::ram`](crate::Builder::ram).
        const STORAGE = 1 << 0;
        /// [`Host::lowcore`].
        const LOWCORE = 1 << 1;
        /// [`Host::tod`]. Without it the library reads the system's monotonic
        /// clock.
        const TOD = 1 << 2;
        /// [`Host::deadline`].
        const DEADLINE = 1 << 3;
        /// [`Host::wake`]. Without it CPUs sleep in
        /// [`Vcpu::wait`](crate::Vcpu::wait).
        const WAKE = 1 << 4;
        /// [`Host::kick`]. Hosts that poll
        /// [`Attention`](crate::Attention) have none.
        const KICK = 1 << 5;
        /// [`Host::choose`].
        const CHOOSE = 1 << 6;
        /// [`Host::trace`].
        const TRACE = 1 << 7;
        /// [`Host::log`].
        const LOG = 1 << 8;
        /// [`Host::registers`]. Without it no status can be stored.
        const REGISTERS = 1 << 9;
        /// [`Host::transaction`].
        const TRANSACTION = 1 << 10;
        /// [`Host::set_bit`]. Adapter routes need it without
        /// [`Builder::ram`](crate::Builder::ram).
        const SET_BIT = 1 << 11;
        /// [`Host::dirty`].
        const DIRTY = 1 << 12;
    }
}

/// There is no such storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoStorage;

impl std::fmt::Display for NoStorage {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("there is no such guest storage")
    }
}

impl std::error::Error for NoStorage {}

/// The registers cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("the registers are lost")
    }
}

impl std::error::Error for Lost {}

/// A host pointer to the 8 KiB of a prefix area, for [`Host::lowcore`].
#[derive(Clone, Copy, Debug)]
pub struct Lowcore(pub(crate) NonNull<u8>);

impl Lowcore {
    /// The bytes at `pointer`.
    ///
    /// # Safety
    ///
    /// 8 KiB at `pointer`, aligned to 8 bytes, may be read and written, by
    /// other threads at the same time, until the machine is dropped,
    /// [`Vcpu::lowcore_changed`](crate::Vcpu::lowcore_changed) has been called
    /// or the CPU's prefix has changed.
    pub const unsafe fn new(pointer: NonNull<u8>) -> Self {
        Self(pointer)
    }
}

numbers! {
    /// Levels of the log; one includes all that are lower.
    pub enum Level: u32 {
        /// A hook failed, guest storage is missing.
        Error = sys::S390IRQ_LOG_ERROR,
        /// States, disabled waits, rare injections.
        State = sys::S390IRQ_LOG_STATE,
        /// Every delivery.
        Delivery = sys::S390IRQ_LOG_DELIVERY,
        /// Every injection, every wait.
        Inject = sys::S390IRQ_LOG_INJECT,
    }
}

/// What the embedder brings: its storage, its clock, its wake-ups.
///
/// The library calls the methods that [`HOOKS`](Self::HOOKS) lists and no
/// others, from any thread that is in a call, with no lock of its own held:
/// they may call everything that a [`Machine`](crate::Machine) and a
/// [`Target`](crate::Target) offer. `cpu` is the address of the CPU concerned.
/// Memory the library takes from the system's allocator.
///
/// A panic does not pass through the C library. It is caught, kept for
/// [`Machine::take_panic`](crate::Machine::take_panic), and the call in which
/// it happened answers [`Error::HookPanicked`](crate::Error::HookPanicked).
///
/// A method that is listed and not written panics that way.
///
/// ```
/// use s390irq::{Hooks, Host, NoStorage};
///
/// struct Board;
///
/// impl Host for Board {
///     const HOOKS: Hooks = Hooks::STORAGE.union(Hooks::WAKE);
///
///     fn read(
///         &self,
///         _cpu: Option<u32>,
///         _absolute: u64,
///         _data: &mut [u8],
///     ) -> Result<(), NoStorage> {
///         Err(NoStorage)
///     }
///
///     fn write(
///         &self,
///         _cpu: Option<u32>,
///         _absolute: u64,
///         _data: &[u8],
///     ) -> Result<(), NoStorage> {
///         Err(NoStorage)
///     }
///
///     fn wake(&self, cpu: u32) {
///         println!("CPU {cpu} has something to do");
///     }
/// }
/// ```
pub trait Host: Send + Sync + 'static {
    /// What is provided.
    const HOOKS: Hooks;

    /// Copies at most 512 bytes from guest absolute storage.
    #[allow(unused_variables)]
    fn read(
        &self,
        cpu: Option<u32>,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        missing("read")
    }

    /// Copies at most 512 bytes to guest absolute storage.
    #[allow(unused_variables)]
    fn write(
        &self,
        cpu: Option<u32>,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        missing("write")
    }

    /// Where the 8 KiB at `absolute` (a prefix area) are on the host; `None`:
    /// stores there go through [`write`](Self::write). Asked when a CPU's
    /// prefix changes and after
    /// [`Vcpu::lowcore_changed`](crate::Vcpu::lowcore_changed).
    #[allow(unused_variables)]
    fn lowcore(&self, cpu: Option<u32>, absolute: u64) -> Option<Lowcore> {
        missing("lowcore")
    }

    /// The host's TOD clock in TOD units (2^-12 microseconds), which never
    /// runs backwards.
    fn tod(&self) -> u64 {
        missing("tod")
    }

    /// The CPU's next deadline is another one (host TOD; `None`: there is
    /// none).
    #[allow(unused_variables)]
    fn deadline(&self, cpu: u32, deadline_tod: Option<u64>) {
        missing("deadline")
    }

    /// The CPU sleeps and should call deliver again. At most once a sleep. It
    /// may come before the CPU really sleeps:
    /// [`Attention::is_raised`](crate::Attention::is_raised) is the predicate
    /// to sleep on.
    #[allow(unused_variables)]
    fn wake(&self, cpu: u32) {
        missing("wake")
    }

    /// The CPU is in guest mode and should leave it and call deliver. At most
    /// once an entry. It must stick if it comes before the entry.
    #[allow(unused_variables)]
    fn kick(&self, cpu: u32) {
        missing("kick")
    }

    /// Which sleeping CPU takes a floating interruption; `address` is what the
    /// library would choose, and what it does if the answer cannot take it.
    #[allow(unused_variables)]
    fn choose(&self, kind: Option<Kind>, address: u32) -> u32 {
        missing("choose")
    }

    /// One event. Nothing is spent on events without it and
    /// [`log`](Self::log). Two threads may be here at a time.
    #[allow(unused_variables)]
    fn trace(&self, event: &Trace) {
        missing("trace")
    }

    /// One line, for levels up to
    /// [`Builder::log_level`](crate::Builder::log_level).
    #[allow(unused_variables)]
    fn log(&self, cpu: Option<u32>, level: Level, text: &str) {
        missing("log")
    }

    /// What the CPU has in the registers that the library does not keep.
    /// Called on the owner's thread, when the CPU stops and when it takes a
    /// machine check.
    #[allow(unused_variables)]
    fn registers(
        &self,
        cpu: u32,
        registers: &mut Registers,
    ) -> Result<(), Lost> {
        missing("registers")
    }

    /// The transaction-diagnostic block of a program interruption in a
    /// transaction.
    #[allow(unused_variables)]
    fn transaction(&self, cpu: u32, block: &mut [u8; 256]) {
        missing("transaction")
    }

    /// ORs into the byte at `absolute`, atomically, and answers the byte as it
    /// was.
    #[allow(unused_variables)]
    fn set_bit(
        &self,
        cpu: Option<u32>,
        absolute: u64,
        bits: u8,
    ) -> Result<u8, NoStorage> {
        missing("set_bit")
    }

    /// The 4 KiB at `absolute` were stored into through
    /// [`Builder::ram`](crate::Builder::ram), by routes, stored status and
    /// save areas.
    #[allow(unused_variables)]
    fn dirty(&self, cpu: Option<u32>, absolute: u64) {
        missing("dirty")
    }
}

fn missing(hook: &str) -> ! {
    panic!("HOOKS lists {hook}, but the host has no such method")
}

/// No hooks at all.
impl Host for () {
    const HOOKS: Hooks = Hooks::empty();
}

/// The host's hooks, shared with whoever holds another reference.
impl<H: Host> Host for Arc<H> {
    const HOOKS: Hooks = H::HOOKS;

    fn read(
        &self,
        cpu: Option<u32>,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        (**self).read(cpu, absolute, data)
    }

    fn write(
        &self,
        cpu: Option<u32>,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        (**self).write(cpu, absolute, data)
    }

    fn lowcore(&self, cpu: Option<u32>, absolute: u64) -> Option<Lowcore> {
        (**self).lowcore(cpu, absolute)
    }

    fn tod(&self) -> u64 {
        (**self).tod()
    }

    fn deadline(&self, cpu: u32, deadline_tod: Option<u64>) {
        (**self).deadline(cpu, deadline_tod)
    }

    fn wake(&self, cpu: u32) {
        (**self).wake(cpu)
    }

    fn kick(&self, cpu: u32) {
        (**self).kick(cpu)
    }

    fn choose(&self, kind: Option<Kind>, address: u32) -> u32 {
        (**self).choose(kind, address)
    }

    fn trace(&self, event: &Trace) {
        (**self).trace(event)
    }

    fn log(&self, cpu: Option<u32>, level: Level, text: &str) {
        (**self).log(cpu, level, text)
    }

    fn registers(
        &self,
        cpu: u32,
        registers: &mut Registers,
    ) -> Result<(), Lost> {
        (**self).registers(cpu, registers)
    }

    fn transaction(&self, cpu: u32, block: &mut [u8; 256]) {
        (**self).transaction(cpu, block)
    }

    fn set_bit(
        &self,
        cpu: Option<u32>,
        absolute: u64,
        bits: u8,
    ) -> Result<u8, NoStorage> {
        (**self).set_bit(cpu, absolute, bits)
    }

    fn dirty(&self, cpu: Option<u32>, absolute: u64) {
        (**self).dirty(cpu, absolute)
    }
}
