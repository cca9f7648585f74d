// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Hooks, and what becomes of those that panic.

mod common;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use common::{open, CLOSED, RUN_OPEN, WAIT_OPEN};
use s390irq::{
    order, AdapterFlags, Cpu, Error, Hooks, Host, Interruption, Kind, Level,
    Lost, Machine, Next, NoStorage, Outcome, Program, Registers, Route, Sigp,
    Trace, TraceEvent, Vcpu,
};

/// A host that counts its calls, and in which any hook may panic.
#[derive(Default)]
struct Board {
    ram: Mutex<Vec<u8>>,
    calls: Mutex<HashMap<&'static str, u32>>,
    panics: Mutex<Option<&'static str>>,
    tod: AtomicU64,
    released: Arc<AtomicU32>,
}

impl Board {
    fn new() -> Arc<Self> {
        let board = Self::default();
        *board.ram.lock().unwrap() = vec![0; common::RAM];
        for place in common::NEW_PSWS.into_iter().chain([0x1a0]) {
            let psw = common::new_psw(common::handler(place));
            board.ram.lock().unwrap()[place as usize..][..16]
                .copy_from_slice(&psw);
        }
        Arc::new(board)
    }

    fn called(&self, hook: &'static str) {
        *self.calls.lock().unwrap().entry(hook).or_default() += 1;
        if *self.panics.lock().unwrap() == Some(hook) {
            panic!("{hook} is broken");
        }
    }

    fn count(&self, hook: &str) -> u32 {
        self.calls.lock().unwrap().get(hook).copied().unwrap_or(0)
    }

    fn break_hook(&self, hook: Option<&'static str>) {
        *self.panics.lock().unwrap() = hook;
    }

    fn with<T>(
        &self,
        absolute: u64,
        length: usize,
        with: impl FnOnce(&mut [u8]) -> T,
    ) -> Result<T, NoStorage> {
        let mut ram = self.ram.lock().unwrap();
        let from = usize::try_from(absolute).map_err(|_| NoStorage)?;
        let end = from.checked_add(length).ok_or(NoStorage)?;
        ram.get_mut(from..end).map(with).ok_or(NoStorage)
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.released.fetch_add(1, Ordering::Relaxed);
    }
}

impl Host for Board {
    const HOOKS: Hooks = Hooks::all().difference(Hooks::LOWCORE);

    fn read(
        &self,
        _: Option<u32>,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        self.called("read");
        self.with(absolute, data.len(), |bytes| data.copy_from_slice(bytes))
    }

    fn write(
        &self,
        _: Option<u32>,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        self.called("write");
        self.with(absolute, data.len(), |bytes| bytes.copy_from_slice(data))
    }

    fn tod(&self) -> u64 {
        self.called("tod");
        self.tod.load(Ordering::Relaxed)
    }

    fn deadline(&self, _: u32, _: Option<u64>) {
        self.called("deadline");
    }

    fn wake(&self, _: u32) {
        self.called("wake");
    }

    fn kick(&self, _: u32) {
        self.called("kick");
    }

    fn choose(&self, kind: Option<Kind>, address: u32) -> u32 {
        assert_eq!(kind, Some(Kind::ServiceSignal));
        self.called("choose");
        address
    }

    fn trace(&self, event: &Trace) {
        if matches!(event.event, TraceEvent::Deliver { .. }) {
            self.called("trace");
        }
    }

    fn log(&self, _: Option<u32>, level: Level, text: &str) {
        assert!(!text.contains('\n') && level != Level::Inject);
        self.called("log");
    }

    fn registers(&self, _: u32, registers: &mut Registers) -> Result<(), Lost> {
        self.called("registers");
        registers.general[3] = 0x33;
        Ok(())
    }

    fn transaction(&self, _: u32, block: &mut [u8; 256]) {
        self.called("transaction");
        block.fill(0xab);
    }

    fn set_bit(
        &self,
        _: Option<u32>,
        absolute: u64,
        bits: u8,
    ) -> Result<u8, NoStorage> {
        self.called("set_bit");
        self.with(absolute, 1, |byte| {
            let before = byte[0];
            byte[0] |= bits;
            before
        })
    }

    fn dirty(&self, _: Option<u32>, _: u64) {
        self.called("dirty");
    }
}

/// The panics of hooks are wanted; their messages are not.
fn hush() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let text = panic.to_string();
            let wanted = ["is broken", "no such method", "page 0x", "way out"];
            if !wanted.iter().any(|words| text.contains(words)) {
                usual(panic);
            }
        }));
    });
}

fn setup(psw_mask: u64) -> (Arc<Board>, Machine, Vcpu, Cpu) {
    hush();
    let board = Board::new();
    let machine = Machine::builder(2)
        .host(board.clone())
        .log_level(Level::Delivery)
        .build()
        .unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(psw_mask);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    (board, machine, vcpu, cpu)
}

/// What the machine says of the panic, and that there is one.
fn taken(machine: &Machine, hook: &str) -> Option<i32> {
    let panic = machine.take_panic().expect("it is kept");
    assert_eq!(panic.hook(), hook);
    assert_eq!(panic.message(), format!("{hook} is broken"));
    assert_eq!(panic.thread(), std::thread::current().id());
    assert!(format!("{panic:?}").contains(hook));
    assert!(machine.take_panic().is_none());
    let answer = panic.answer();
    assert!(panic.into_payload().downcast_ref::<String>().is_some());
    answer
}

#[test]
fn a_panic_in_the_storage_hooks_changes_nothing() {
    for hook in ["read", "write"] {
        let (board, machine, mut vcpu, mut cpu) = setup(WAIT_OPEN);
        let before = cpu;
        vcpu.emergency_signal(0).unwrap();
        board.break_hook(Some(hook));
        assert_eq!(vcpu.deliver(&mut cpu), Err(Error::HookPanicked));
        assert_eq!(cpu, before);
        assert_eq!(taken(&machine, hook), Some(Error::GuestMemory.raw()));
        assert_eq!(vcpu.queue().len(), 1);
        board.break_hook(None);
        assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
        assert!(vcpu.queue().is_empty());
    }
}

#[test]
fn a_panic_in_the_wake_hook_leaves_the_injection() {
    let (board, machine, mut vcpu, mut cpu) = setup(WAIT_OPEN);
    board.break_hook(Some("wake"));
    assert_eq!(vcpu.emergency_signal(0), Err(Error::HookPanicked));
    assert_eq!(taken(&machine, "wake"), Some(Outcome::Queued.raw()));
    board.break_hook(None);
    assert!(vcpu.has_attention());
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
}

#[test]
fn a_panic_in_the_kick_hook_leaves_the_injection() {
    hush();
    let board = Board::new();
    let machine = Machine::builder(1)
        .host(board.clone())
        .masks_unknown()
        .build()
        .unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(RUN_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    board.break_hook(Some("kick"));
    assert_eq!(vcpu.external_call(0), Err(Error::HookPanicked));
    assert_eq!(taken(&machine, "kick"), Some(Outcome::Queued.raw()));
    board.break_hook(None);
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    assert_eq!(cpu.psw_address, common::handler(0x1b0));
}

#[test]
fn a_panic_in_the_choose_hook_is_as_if_it_had_agreed() {
    let (board, machine, mut vcpu, mut cpu) = setup(WAIT_OPEN);
    let wakes = board.count("wake");
    board.break_hook(Some("choose"));
    let answer = machine.service_signal(0x2000);
    assert_eq!(answer, Err(Error::HookPanicked));
    assert_eq!(taken(&machine, "choose"), Some(Outcome::Queued.raw()));
    assert_eq!(board.count("wake"), wakes + 1);
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
}

#[test]
fn a_panic_in_trace_or_log_leaves_the_delivery() {
    for hook in ["trace", "log"] {
        let (board, machine, mut vcpu, mut cpu) = setup(WAIT_OPEN);
        vcpu.emergency_signal(0).unwrap();
        board.break_hook(Some(hook));
        assert_eq!(vcpu.deliver(&mut cpu), Err(Error::HookPanicked));
        assert_eq!(taken(&machine, hook), Some(Next::Run.raw()));
        assert_eq!(cpu.psw_address, common::handler(0x1b0));
        board.break_hook(None);
        assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    }
}

#[test]
fn a_panic_in_the_clock_stops_the_timers_only() {
    let (board, machine, mut vcpu, mut cpu) = setup(RUN_OPEN);
    cpu.clock_comparator = 1 << 50;
    board.break_hook(Some("tod"));
    assert_eq!(vcpu.timers_changed(&cpu), Err(Error::HookPanicked));
    taken(&machine, "tod");
    board.break_hook(None);
    board.tod.store(1 << 51, Ordering::Relaxed);
    vcpu.timers_changed(&cpu).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    assert_eq!(cpu.psw_address, common::handler(0x1b0));
}

#[test]
fn a_panic_in_the_deadline_hook_is_told() {
    let (board, machine, mut vcpu, mut cpu) = setup(RUN_OPEN);
    board.break_hook(Some("deadline"));
    cpu.clock_comparator = 1 << 50;
    assert_eq!(vcpu.timers_changed(&cpu), Err(Error::HookPanicked));
    assert_eq!(taken(&machine, "deadline"), Some(0));
}

#[test]
fn a_panic_in_the_registers_hook_loses_the_registers_only() {
    let (board, machine, mut vcpu, mut cpu) = setup(RUN_OPEN);
    vcpu.stop().unwrap();
    board.break_hook(Some("registers"));
    assert_eq!(vcpu.deliver(&mut cpu), Err(Error::HookPanicked));
    assert_eq!(taken(&machine, "registers"), Some(Next::Stopped.raw()));
    let other = machine.vcpu(1).unwrap();
    assert_eq!(other.sigp(0, order::STORE_STATUS, 0x2000), Ok(Sigp::Busy));
    board.break_hook(None);
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Stopped));
    assert_eq!(vcpu.registers().unwrap().general[3], 0x33);
    assert_eq!(other.sigp(0, order::STORE_STATUS, 0x2000), Ok(Sigp::Accepted));
}

#[test]
fn a_panic_in_the_transaction_hook_is_told() {
    let (board, machine, mut vcpu, mut cpu) = setup(RUN_OPEN);
    let program = Program { code: 0x0201, ilc: 2, ..Default::default() };
    vcpu.program(&program).unwrap();
    board.break_hook(Some("transaction"));
    assert_eq!(vcpu.deliver(&mut cpu), Err(Error::HookPanicked));
    assert_eq!(taken(&machine, "transaction"), Some(Next::Run.raw()));
    assert_eq!(cpu.psw_address, common::handler(0x1d0));
}

#[test]
fn a_panic_in_the_indicators_hook_signals_nothing() {
    let (board, machine, _vcpu, _cpu) = setup(CLOSED);
    machine.add_adapter(1, 1, AdapterFlags::empty()).unwrap();
    let route = Route {
        adapter: 1,
        indicator_absolute: 0x3000,
        summary_absolute: 0x4000,
        ..Default::default()
    };
    board.break_hook(Some("set_bit"));
    assert_eq!(machine.fire_route(&route), Err(Error::HookPanicked));
    assert_eq!(taken(&machine, "set_bit"), Some(Error::GuestMemory.raw()));
    assert!(machine.queue().is_empty());
    board.break_hook(None);
    assert_eq!(machine.fire_route(&route), Ok(Outcome::Queued));
}

#[test]
fn a_panic_in_the_dirty_hook_is_told() {
    hush();
    struct Pages;
    impl Host for Pages {
        const HOOKS: Hooks = Hooks::DIRTY;
        fn dirty(&self, _: Option<u32>, absolute: u64) {
            panic!("page {absolute:#x}");
        }
    }
    let machine = Machine::builder(1).ram(1 << 16).host(Pages).build().unwrap();
    machine.add_adapter(1, 1, AdapterFlags::empty()).unwrap();
    let route = Route {
        adapter: 1,
        indicator_absolute: 0x3000,
        summary_absolute: 0x3008,
        ..Default::default()
    };
    assert_eq!(machine.fire_route(&route), Err(Error::HookPanicked));
    assert_eq!(machine.take_panic().unwrap().message(), "page 0x3000");
    assert_eq!(machine.queue().len(), 1);
}

#[test]
fn a_hook_that_is_listed_and_missing_says_so() {
    hush();
    struct Forgetful;
    impl Host for Forgetful {
        const HOOKS: Hooks = Hooks::STORAGE;
    }
    let machine = Machine::builder(1).host(Forgetful).build().unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(WAIT_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.emergency_signal(0).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Err(Error::HookPanicked));
    let panic = machine.take_panic().unwrap();
    assert!(panic.message().contains("the host has no such method"));
}

#[test]
fn a_panic_is_told_to_the_thread_in_which_it_happened() {
    let (board, machine, vcpu, _cpu) = setup(WAIT_OPEN);
    let target = vcpu.target();
    board.break_hook(Some("wake"));
    let there = std::thread::spawn(move || target.emergency_signal(0));
    assert_eq!(there.join().unwrap(), Err(Error::HookPanicked));
    // It is not this thread's, and has been told.
    assert_eq!(machine.tod().map(drop), Ok(()));
    let panic = machine.take_panic().unwrap();
    assert_ne!(panic.thread(), std::thread::current().id());
}

#[test]
fn so_many_panics_are_kept_and_every_call_is_told() {
    let (board, machine, mut vcpu, mut cpu) = setup(WAIT_OPEN);
    vcpu.emergency_signal(0).unwrap();
    board.break_hook(Some("read"));
    for _ in 0..40 {
        assert_eq!(vcpu.deliver(&mut cpu), Err(Error::HookPanicked));
    }
    let kept = std::iter::from_fn(|| machine.take_panic()).count();
    assert_eq!(kept, 16);
    board.break_hook(None);
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
}

#[test]
fn the_host_goes_with_the_last_reference() {
    let (board, machine, vcpu, _cpu) = setup(CLOSED);
    let (released, target) = (board.released.clone(), vcpu.target());
    let (queue, attention) = (machine.queue(), vcpu.attention());
    drop((board, vcpu, machine, target, queue));
    assert_eq!(released.load(Ordering::Relaxed), 0);
    assert!(!attention.is_raised());
    drop(attention);
    assert_eq!(released.load(Ordering::Relaxed), 1);
}

#[test]
fn a_host_whose_drop_panics_is_dropped() {
    hush();
    struct Bad(Arc<AtomicU32>);
    impl Host for Bad {
        const HOOKS: Hooks = Hooks::empty();
    }
    impl Drop for Bad {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
            panic!("on the way out");
        }
    }
    let dropped = Arc::new(AtomicU32::new(0));
    let machine =
        Machine::builder(1).host(Bad(dropped.clone())).build().unwrap();
    drop(machine);
    assert_eq!(dropped.load(Ordering::Relaxed), 1);
}

#[test]
fn a_machine_that_is_not_made_drops_its_host() {
    let board = Board::new();
    let released = board.released.clone();
    let none = Machine::builder(1).host(board).facilities(&[]).build();
    drop(none);
    let board = Board::new();
    let refused = Machine::builder(1).host(board).cp_service_limit(0).build();
    assert_eq!(refused.err(), Some(Error::Invalid));
    assert_eq!(released.load(Ordering::Relaxed), 1);
}

#[test]
fn a_hook_may_call_what_everybody_may() {
    struct Relay(Mutex<Option<Machine>>);
    impl Host for Relay {
        const HOOKS: Hooks = Hooks::WAKE;
        fn wake(&self, cpu: u32) {
            let machine = self.0.lock().unwrap().clone();
            if cpu == 0 {
                let other = machine.unwrap().target(1).unwrap();
                other.inject(&Interruption::InterruptKey).unwrap();
            }
        }
    }
    let relay = Arc::new(Relay(Mutex::new(None)));
    let machine = Machine::builder(2)
        .ram(common::RAM)
        .host(relay.clone())
        .build()
        .unwrap();
    *relay.0.lock().unwrap() = Some(machine.clone());
    let mut vcpu = machine.vcpu(0).unwrap();
    let other = machine.vcpu(1).unwrap();
    let mut cpu = open(WAIT_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Wait));
    assert_eq!(vcpu.emergency_signal(0), Ok(Outcome::Queued));
    assert!(other.queue().pending().contains(Kind::InterruptKey));
    assert_eq!(vcpu.wait(), Err(Error::State));
    // The host has its own machine: break the ring.
    *relay.0.lock().unwrap() = None;
}
