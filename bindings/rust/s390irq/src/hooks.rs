// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! From the C library's hooks to a [`Host`]: the border that no panic passes.

use std::ffi::{c_char, c_int, c_void, CStr};
use std::ptr;

use s390irq_sys as sys;

use crate::claims::Claims;
use crate::cpu::Registers;
use crate::host::{Hooks, Host, Level};
use crate::interruption::Kind;
use crate::panics::Panics;
use crate::ram::Ram;
use crate::trace::Trace;

/// What a machine has besides the C library's part, whatever its host is.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) panics: Panics,
    pub(crate) claims: Claims,
    pub(crate) ram: Option<Ram>,
}

/// What the opaque pointer of a VM points to: made before it, freed by the
/// `released` hook, which is the very last.
#[repr(C)]
pub(crate) struct Shared<H> {
    /// First, so that a pointer to it is one to the whole.
    pub(crate) common: Common,
    pub(crate) host: H,
}

/// The opaque pointer of a CPU is its address plus one: nothing to free.
pub(crate) fn opaque_of(address: u32) -> *mut c_void {
    ptr::without_provenance_mut(address as usize + 1)
}

fn address_of(opaque: *mut c_void) -> Option<u32> {
    u32::try_from(opaque.addr().checked_sub(1)?).ok()
}

/// The host of a hook's call.
///
/// # Safety
///
/// `vm` is the opaque pointer of a VM that was made with hooks for `H` and
/// whose `released` hook has not been called.
unsafe fn shared<'a, H>(vm: *mut c_void) -> &'a Shared<H> {
    // SAFETY: the caller's promise; nobody has a mutable reference.
    unsafe { &*vm.cast::<Shared<H>>() }
}

/// The hooks of `H`.
pub(crate) fn table<H: Host>() -> sys::s390irq_host_ops {
    let has = |hooks: Hooks| H::HOOKS.contains(hooks);
    sys::s390irq_host_ops {
        size: size_of::<sys::s390irq_host_ops>() as u32,
        reserved: 0,
        read: has(Hooks::STORAGE).then_some(read::<H>),
        write: has(Hooks::STORAGE).then_some(write::<H>),
        lowcore: has(Hooks::LOWCORE).then_some(lowcore::<H>),
        tod: has(Hooks::TOD).then_some(tod::<H>),
        deadline: has(Hooks::DEADLINE).then_some(deadline::<H>),
        wake: has(Hooks::WAKE).then_some(wake::<H>),
        kick: has(Hooks::KICK).then_some(kick::<H>),
        choose: has(Hooks::CHOOSE).then_some(choose::<H>),
        trace: has(Hooks::TRACE).then_some(trace::<H>),
        log: has(Hooks::LOG).then_some(log::<H>),
        allocate: None,
        deallocate: None,
        released: Some(released::<H>),
        registers: has(Hooks::REGISTERS).then_some(registers::<H>),
        transaction: has(Hooks::TRANSACTION).then_some(transaction::<H>),
        set_bit: has(Hooks::SET_BIT).then_some(set_bit::<H>),
        dirty: has(Hooks::DIRTY).then_some(dirty::<H>),
    }
}

// All functions below are called by the C library alone, with the pointers
// that its header promises; `vm` is what Builder::build gave it.

unsafe extern "C" fn read<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    absolute: u64,
    data: *mut c_void,
    length: usize,
) -> c_int {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    // SAFETY: `length` bytes at `data` are the library's, for this call. They
    // may be uninitialized, so they are made something first.
    let data = unsafe {
        ptr::write_bytes(data.cast::<u8>(), 0, length);
        std::slice::from_raw_parts_mut(data.cast::<u8>(), length)
    };
    let done = shared
        .common
        .panics
        .guard("read", || shared.host.read(address_of(cpu), absolute, data));
    c_int::from(!matches!(done, Some(Ok(()))))
}

unsafe extern "C" fn write<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    absolute: u64,
    data: *const c_void,
    length: usize,
) -> c_int {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    // SAFETY: `length` bytes at `data` are there for this call.
    let data = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length) };
    let done = shared
        .common
        .panics
        .guard("write", || shared.host.write(address_of(cpu), absolute, data));
    c_int::from(!matches!(done, Some(Ok(()))))
}

unsafe extern "C" fn lowcore<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    absolute: u64,
) -> *mut c_void {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    shared
        .common
        .panics
        .guard("lowcore", || shared.host.lowcore(address_of(cpu), absolute))
        .flatten()
        .map_or(ptr::null_mut(), |lowcore| lowcore.0.as_ptr().cast())
}

unsafe extern "C" fn tod<H: Host>(vm: *mut c_void, _: *mut c_void) -> u64 {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    // No clock, no timer: zero is before every date.
    shared.common.panics.guard("tod", || shared.host.tod()).unwrap_or(0)
}

unsafe extern "C" fn deadline<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    deadline_tod: u64,
) {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    let deadline = (deadline_tod != sys::S390IRQ_NEVER).then_some(deadline_tod);
    if let Some(cpu) = address_of(cpu) {
        shared
            .common
            .panics
            .guard("deadline", || shared.host.deadline(cpu, deadline));
    }
}

unsafe extern "C" fn wake<H: Host>(vm: *mut c_void, cpu: *mut c_void) {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    if let Some(cpu) = address_of(cpu) {
        shared.common.panics.guard("wake", || shared.host.wake(cpu));
    }
}

unsafe extern "C" fn kick<H: Host>(vm: *mut c_void, cpu: *mut c_void) {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    if let Some(cpu) = address_of(cpu) {
        shared.common.panics.guard("kick", || shared.host.kick(cpu));
    }
}

unsafe extern "C" fn choose<H: Host>(
    vm: *mut c_void,
    _: *mut c_void,
    kind: u32,
    address: u32,
) -> u32 {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    let kind = u16::try_from(kind).ok().and_then(Kind::from_raw);
    shared
        .common
        .panics
        .guard("choose", || shared.host.choose(kind, address))
        .unwrap_or(address)
}

unsafe extern "C" fn trace<H: Host>(
    vm: *mut c_void,
    _: *mut c_void,
    event: *const sys::s390irq_trace,
) {
    // SAFETY: as said above; the event is valid for this call.
    let (shared, event) = unsafe { (shared::<H>(vm), event_of(event)) };
    if let Some(event) = Trace::from_raw(&event) {
        shared.common.panics.guard("trace", || shared.host.trace(&event));
    }
}

/// What is known of an event here: it has the size of the library in use,
/// which may be an earlier or a later one.
///
/// # Safety
///
/// `event` points to a structure with as many bytes as it says.
unsafe fn event_of(event: *const sys::s390irq_trace) -> sys::s390irq_trace {
    let mut known = sys::s390irq_trace::default();
    // SAFETY: the caller's promise; every size has room for itself, and more
    // than there is here is not copied.
    unsafe {
        let size = ptr::addr_of!((*event).size).read() as usize;
        ptr::copy_nonoverlapping(
            event.cast::<u8>(),
            ptr::from_mut(&mut known).cast(),
            size.min(size_of_val(&known)),
        );
    }
    known
}

unsafe extern "C" fn log<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    level: c_int,
    text: *const c_char,
) {
    // SAFETY: as said above; the text ends with NUL.
    let (shared, text) =
        unsafe { (shared::<H>(vm), CStr::from_ptr(text).to_string_lossy()) };
    let level = u32::try_from(level).ok().and_then(Level::from_raw);
    shared.common.panics.guard("log", || {
        shared.host.log(address_of(cpu), level.unwrap_or(Level::Inject), &text)
    });
}

unsafe extern "C" fn registers<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    registers: *mut sys::s390irq_registers,
) -> c_int {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    let mut filled = Registers::default();
    let done = address_of(cpu).and_then(|cpu| {
        shared
            .common
            .panics
            .guard("registers", || shared.host.registers(cpu, &mut filled))
    });
    if !matches!(done, Some(Ok(()))) {
        return 1;
    }
    // SAFETY: the library's structure, whose size it has set. A later library
    // may have more members, which stay as they are.
    unsafe {
        let size = ptr::addr_of!((*registers).size).read();
        if (size as usize) < size_of::<Registers>() {
            return 1;
        }
        registers.cast::<Registers>().write(filled);
        ptr::addr_of_mut!((*registers).size).write(size);
    }
    0
}

unsafe extern "C" fn transaction<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    block: *mut u8,
) {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    let mut filled = [0; 256];
    if let Some(cpu) = address_of(cpu) {
        shared
            .common
            .panics
            .guard("transaction", || shared.host.transaction(cpu, &mut filled));
    }
    // SAFETY: 256 bytes are the library's, for this call.
    unsafe { block.cast::<[u8; 256]>().write(filled) };
}

unsafe extern "C" fn set_bit<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    absolute: u64,
    bits: u8,
) -> c_int {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    let before = shared.common.panics.guard("set_bit", || {
        shared.host.set_bit(address_of(cpu), absolute, bits)
    });
    match before {
        Some(Ok(byte)) => byte.into(),
        _ => -1,
    }
}

unsafe extern "C" fn dirty<H: Host>(
    vm: *mut c_void,
    cpu: *mut c_void,
    absolute: u64,
) {
    // SAFETY: as said above.
    let shared = unsafe { shared::<H>(vm) };
    shared
        .common
        .panics
        .guard("dirty", || shared.host.dirty(address_of(cpu), absolute));
}

unsafe extern "C" fn released<H: Host>(vm: *mut c_void, _: *mut c_void) {
    // SAFETY: the last call for this VM, and Builder::build leaked the box.
    let shared = unsafe { Box::from_raw(vm.cast::<Shared<H>>()) };
    // A panic of the host's Drop has been printed and ends here: there is no
    // machine left to ask.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        drop(shared);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Lost;

    struct Board;

    impl Host for Board {
        const HOOKS: Hooks = Hooks::REGISTERS;

        fn registers(
            &self,
            _: u32,
            registers: &mut Registers,
        ) -> Result<(), Lost> {
            registers.general[15] = 15;
            Ok(())
        }
    }

    /// A structure of a later library.
    #[repr(C)]
    struct Later<T> {
        known: T,
        more: u64,
    }

    #[test]
    fn registers_of_a_later_library_are_filled_as_far_as_known() {
        let common =
            Common { panics: Panics::new(), claims: Claims::new(1), ram: None };
        let mut board = Shared { common, host: Board };
        let mut later =
            Later { known: sys::s390irq_registers::default(), more: 0x5a };
        let mut ask = |size: usize| {
            later.known.size = size as u32;
            // SAFETY: the opaque pointer is that of such a host, and the
            // structure has at least this size.
            let answer = unsafe {
                registers::<Board>(
                    ptr::from_mut(&mut board).cast(),
                    opaque_of(0),
                    ptr::from_mut(&mut later).cast(),
                )
            };
            (answer, later.known.size as usize, later.known.general[15])
        };
        let known = size_of::<sys::s390irq_registers>();
        assert_eq!(ask(known - 8), (1, known - 8, 0));
        assert_eq!(ask(known + 8), (0, known + 8, 15));
        assert_eq!(ask(known), (0, known, 15));
        assert_eq!(later.more, 0x5a);
    }

    #[test]
    fn events_of_other_libraries_are_read_as_far_as_known() {
        let known = size_of::<sys::s390irq_trace>();
        let mut later = Later {
            known: sys::s390irq_trace {
                size: known as u32 + 8,
                status: 1,
                ..Default::default()
            },
            more: 0x5a,
        };
        // SAFETY: it has as many bytes as it says, here and below.
        let read = unsafe { event_of(ptr::from_ref(&later).cast()) };
        assert_eq!((read.size as usize, read.status), (known + 8, 1));
        later.known.size = known as u32 - 8;
        // SAFETY: as above.
        let read = unsafe { event_of(ptr::from_ref(&later).cast()) };
        assert_eq!((read.size as usize, read.status), (known - 8, 0));
    }
}
