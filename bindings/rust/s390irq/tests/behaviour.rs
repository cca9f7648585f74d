// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the wrapper makes of the library's calls.

mod common;

use common::{half, handler, machine, open, CLOSED, RUN_OPEN, WAIT_OPEN};
use s390irq::{
    order, AdapterFlags, AisMode, Changed, Conditions, Cpu, Error, Feature,
    Held, Intercepts, Interruption, Io, Kind, Machine, MachineCheck, Next,
    Outcome, Program, Report, Reset, Route, Scope, Sigp, State, Status,
};

const SUBCHANNEL: u32 = 0x0001_0001;

fn every_interruption() -> Vec<(Interruption, Scope)> {
    use Interruption as I;
    use Scope::{Floating, Local};
    let program = Program { code: 0x11, ilc: 4, ..Default::default() };
    let check = MachineCheck {
        conditions: Conditions::EXTERNAL_DAMAGE | Conditions::EXTERNAL_CODE,
        external_damage: 5,
        logout: Some([7; 16]),
        ..Default::default()
    };
    let io = Io { subchannel: SUBCHANNEL, parameter: 9, isc: 6 };
    vec![
        (I::SupervisorCall { code: 200, ilc: 2 }, Local),
        (I::Program(program), Local),
        (I::InterruptKey, Local),
        (I::MalfunctionAlert { source: 1 }, Local),
        (I::EmergencySignal { source: 1 }, Local),
        (I::ExternalCall { source: 1 }, Local),
        (I::TodSyncCheck, Local),
        (I::TimingAlert, Floating),
        (I::MeasurementAlert { parameter: 0x10 }, Local),
        (I::WarningTrack, Local),
        (I::ServiceSignal { parameter: 0x2001 }, Floating),
        (I::Iucv { subcode: 0x300 }, Local),
        (I::PfaultInit { token: 1 << 40 }, Local),
        (I::PfaultDone { token: 3 }, Floating),
        (I::Virtio { parameter: 4, parameter64: 5 }, Floating),
        (I::Restart, Local),
        (I::MachineCheck(check), Local),
        (I::Io(io), Floating),
        (I::Adapter { isc: 2, parameter: 0 }, Floating),
    ]
}

#[test]
fn every_interruption_pends_as_it_was_injected() {
    for (interruption, scope) in every_interruption() {
        let machine = machine(2);
        machine.add_subchannel(SUBCHANNEL).unwrap();
        let vcpu = machine.vcpu(0).unwrap();
        let _other = machine.vcpu(1).unwrap();
        vcpu.start(Some(&open(CLOSED))).unwrap();
        interruption.check().unwrap();
        let (outcome, queue) = match scope {
            Scope::Local => (vcpu.inject(&interruption), vcpu.queue()),
            Scope::Floating => (machine.inject(&interruption), machine.queue()),
        };
        assert_eq!(outcome, Ok(Outcome::Queued), "{interruption:?}");
        assert_eq!(queue.list().unwrap(), [interruption]);
        assert_eq!(queue.len(), 1);
        assert!(queue.pending().contains(interruption.kind()));
        assert_eq!(queue.pending().iter().count(), 1);
        let explained = vcpu.explain().unwrap();
        assert_eq!(explained[0].interruption, interruption);
        let floating = matches!(scope, Scope::Floating);
        assert_eq!(explained[0].floating, floating);
        assert_eq!(queue.clear(), Ok(1));
        assert!(queue.is_empty());
    }
}

#[test]
fn delivery_swaps_the_psw_and_tells() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(WAIT_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Wait));
    assert_eq!(vcpu.external_call(0), Ok(Outcome::Queued));
    assert_eq!(vcpu.external_call(0), Ok(Outcome::Busy));
    let mut report = Report::default();
    assert_eq!(vcpu.deliver_report(&mut cpu, &mut report), Ok(Next::Run));
    assert_eq!(cpu.psw_address, handler(0x1b0));
    assert_eq!(half(&machine, 0x86), 0x1202);
    assert_eq!(report.taken(), 1);
    assert!(report.taken_kinds().contains(Kind::ExternalCall));
    assert!(report.changed().contains(Changed::PSW));
    assert_eq!(report.fault_address(), 0);
    let counters = vcpu.counters().unwrap();
    assert_eq!(counters.kind(Kind::ExternalCall).taken, 1);
    assert_eq!(counters.kind(Kind::ExternalCall).refused, 1);
    assert!(counters.wakes() >= 1);
    assert_eq!(machine.counters().unwrap().kind(Kind::ExternalCall).taken, 1);
}

#[test]
fn masks_that_open_raise_attention() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    let attention = vcpu.attention();
    let mut cpu = open(CLOSED);
    vcpu.start(Some(&cpu)).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    vcpu.emergency_signal(0).unwrap();
    assert!(!attention.is_raised());
    assert_eq!(vcpu.has_interruption(&cpu), Ok(false));
    let mut report = Report::default();
    vcpu.deliver_report(&mut cpu, &mut report).unwrap();
    assert!(report.intercepts().contains(Intercepts::PSW_EXTERNAL));
    cpu.psw_mask = RUN_OPEN;
    vcpu.masks_changed(&cpu).unwrap();
    assert!(attention.is_raised() && vcpu.has_attention());
    assert!(attention.is_raised_locally());
    assert!(attention.words().iter().all(|word| !word.is_null()));
    assert_eq!(vcpu.has_interruption(&cpu), Ok(true));
}

#[test]
fn a_prepared_interruption_is_committed_or_given_back() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(RUN_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    assert!(vcpu.prepare(&mut cpu).unwrap().is_none());
    vcpu.emergency_signal(0).unwrap();

    let plan = vcpu.prepare(&mut cpu).unwrap().unwrap();
    assert_eq!(plan.kind(), Some(Kind::EmergencySignal));
    assert_eq!(plan.new_psw_absolute(), 0x1b0);
    let stores: Vec<_> =
        plan.stores().map(|s| (s.absolute, s.bytes.to_vec())).collect();
    assert!(stores.iter().any(|(at, b)| *at <= 0x86 && b.contains(&0x12)));
    drop(plan);
    assert_eq!(vcpu.queue().len(), 1);

    let plan = vcpu.prepare(&mut cpu).unwrap().unwrap();
    plan.abort().unwrap();
    assert_eq!(vcpu.abort(), Err(Error::State));

    std::mem::forget(vcpu.prepare(&mut cpu).unwrap());
    assert_eq!(vcpu.deliver(&mut cpu), Err(Error::State));
    assert_eq!(vcpu.unplug(), Err(Error::State));
    vcpu.abort().unwrap();

    let plan = vcpu.prepare(&mut cpu).unwrap().unwrap();
    plan.commit(common::new_psw(0x5000)).unwrap();
    assert_eq!(cpu.psw_address, 0x5000);
    assert!(vcpu.queue().is_empty());
}

#[test]
fn a_long_store_of_a_plan_can_be_read() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(RUN_OPEN | 0x0004_0000_0000_0000);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    let check = MachineCheck {
        conditions: Conditions::PROCESSING_DAMAGE,
        ..Default::default()
    };
    vcpu.inject(&Interruption::MachineCheck(check)).unwrap();
    let plan = vcpu.prepare(&mut cpu).unwrap().unwrap();
    assert_eq!(plan.kind(), Some(Kind::MachineCheck));
    assert!(plan.stores().any(|store| store.bytes.len() > 16));
}

#[test]
fn sigp_answers_condition_code_and_status() {
    let machine = machine(2);
    let vcpu = machine.vcpu(0).unwrap();
    let _other = machine.vcpu(1).unwrap();
    let sense = vcpu.sigp(1, order::SENSE, 0).unwrap();
    assert_eq!(sense, Sigp::Status(Status::STOPPED));
    assert_eq!((sense.condition_code(), sense.status()), (1, 0x40));
    assert_eq!(vcpu.sigp(1, order::EMERGENCY_SIGNAL, 0), Ok(Sigp::Accepted));
    assert_eq!(vcpu.sigp(7, order::SENSE, 0), Ok(Sigp::NotOperational));
    let nonsense = vcpu.sigp(1, 0x77, 0).unwrap();
    assert_eq!(nonsense, Sigp::Status(Status::INVALID_ORDER));
    assert_eq!(
        vcpu.sigp(1, order::STORE_STATUS, 0x2000),
        Err(Error::Unsupported)
    );
}

#[test]
fn states_orders_and_parked_registers() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    assert_eq!(vcpu.state(), Ok(State::Stopped));
    let mut cpu = open(RUN_OPEN);
    assert_eq!(vcpu.start(Some(&cpu)), Ok(true));
    assert_eq!(vcpu.state(), Ok(State::Operating));
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    assert_eq!(vcpu.cpu(), Err(Error::NotParked));
    assert_eq!(vcpu.set_cpu(&cpu), Err(Error::NotParked));
    assert_eq!(vcpu.stop(), Ok(true));
    assert_eq!(vcpu.stop(), Ok(false));
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Stopped));
    assert_eq!(vcpu.cpu(), Ok(cpu));
    let changed = Cpu { psw_address: 0x3000, ..cpu };
    vcpu.set_cpu(&changed).unwrap();
    assert_eq!(vcpu.cpu().unwrap().psw_address, 0x3000);
    assert_eq!(vcpu.masks_changed(&cpu), Err(Error::State));
    assert_eq!(vcpu.timers_changed(&cpu), Err(Error::State));
    assert_eq!(vcpu.registers(), Err(Error::State));
    vcpu.reset(Reset::Clear).unwrap();
    assert_eq!(vcpu.cpu(), Ok(Cpu::default()));
    assert_eq!(vcpu.restart(), Ok(true));
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    assert_eq!(cpu.psw_address, handler(0x1a0));
    vcpu.check_stop().unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::CheckStop));
    assert_eq!(vcpu.state(), Ok(State::CheckStop));
    vcpu.set_dispatched(false).unwrap();
    vcpu.kick().unwrap();
    vcpu.timer_fired().unwrap();
    vcpu.lowcore_changed().unwrap();
}

#[test]
fn what_the_cpu_finds_is_taken_next() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(RUN_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    assert_eq!(vcpu.supervisor_call(42, 2), Ok(Outcome::Queued));
    assert_eq!(vcpu.supervisor_call(42, 2), Ok(Outcome::Busy));
    assert_eq!(vcpu.supervisor_call(42, 3), Err(Error::Invalid));
    vcpu.deliver(&mut cpu).unwrap();
    assert_eq!(half(&machine, 0x8a), 42);
    let operation = Program { code: 1, ilc: 2, ..Default::default() };
    assert_eq!(vcpu.program(&operation), Ok(Outcome::Queued));
    vcpu.deliver(&mut cpu).unwrap();
    assert_eq!(half(&machine, 0x8e), 1);
    assert_eq!(cpu.psw_address, handler(0x1d0));
}

#[test]
fn tpi_and_tsch_take_and_put_back() {
    let machine = machine(1);
    machine.add_subchannel(SUBCHANNEL).unwrap();
    assert_eq!(machine.add_subchannel(SUBCHANNEL), Err(Error::Exists));
    let io = Io { subchannel: SUBCHANNEL, parameter: 0x5678, isc: 2 };
    assert_eq!(machine.io(io), Ok(Outcome::Queued));
    assert_eq!(machine.io(Io { isc: 8, ..io }), Err(Error::Invalid));
    let nobody = Io { subchannel: 0x0001_9999, ..io };
    assert_eq!(machine.io(nobody), Err(Error::NoSubchannel));
    let queue = machine.queue();
    assert!(queue.take_io(0x40, None).unwrap().is_none());
    let taken = queue.take_io(0x20, None).unwrap().unwrap();
    assert_eq!(taken.interruption(), Some(Interruption::Io(io)));
    assert_eq!(taken.io_code(), [0, 1, 0, 1, 0, 0, 0x56, 0x78, 0x10, 0, 0, 0]);
    assert!(format!("{taken:?}").contains("Io"));
    assert_eq!(queue.put_back_io(taken), Ok(Outcome::Queued));
    let taken = queue.take_io(0xff, Some(SUBCHANNEL)).unwrap().unwrap();
    assert_eq!(queue.clear_io(SUBCHANNEL), Ok(false));
    assert_eq!(queue.put_back_io(taken), Ok(Outcome::Cleared));
    machine.remove_subchannel(SUBCHANNEL).unwrap();
    let vcpu = machine.vcpu(0).unwrap();
    assert!(matches!(vcpu.queue().take_io(0xff, None), Err(Error::Invalid)));
}

#[test]
fn adapters_signal_mask_and_suppress() {
    let machine = machine(1);
    let flags = AdapterFlags::MASKABLE | AdapterFlags::SUPPRESSIBLE;
    machine.add_adapter(4, 3, flags).unwrap();
    assert_eq!(machine.mask_adapter(4, true), Ok(false));
    assert_eq!(machine.signal_adapter(4), Ok(Outcome::Remembered));
    let adapter = machine.adapter(4).unwrap();
    assert!(adapter.masked && adapter.remembered);
    assert_eq!((adapter.isc, adapter.flags), (3, flags));
    assert_eq!(machine.mask_adapter(4, false), Ok(true));
    assert_eq!(machine.signal_adapter(4), Ok(Outcome::Coalesced));
    machine.set_ais(3, AisMode::Single).unwrap();
    assert_eq!(machine.ais_modes().unwrap().single, 0x10);
    let modes = machine.ais_modes().unwrap();
    machine.set_ais_modes(modes).unwrap();
    machine.queue().clear().unwrap();
    assert_eq!(machine.signal_adapter(4), Ok(Outcome::Queued));
    assert_eq!(machine.signal_adapter(4), Ok(Outcome::Suppressed));
    let route = Route {
        adapter: 4,
        indicator_absolute: 0x2000,
        summary_absolute: 0x3000,
        ..Default::default()
    };
    machine.check_route(&route).unwrap();
    assert_eq!(machine.fire_route(&route), Ok(Outcome::Suppressed));
    let beyond = Route { indicator_offset: 1 << 20, ..route };
    assert_eq!(machine.check_route(&beyond), Err(Error::Invalid));
    machine.remove_adapter(4).unwrap();
    assert_eq!(machine.adapter(4), Err(Error::NoAdapter));
}

#[test]
fn explain_names_what_holds_back() {
    let machine = machine(1);
    let vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(WAIT_OPEN);
    cpu.cr[0] &= !0x4000;
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.emergency_signal(0).unwrap();
    let [why] = vcpu.explain().unwrap()[..] else { panic!("one pends") };
    assert_eq!(why.held, Held::SUBMASK);
    assert_eq!(why.submask, Some((0, 0x4000)));
    assert_eq!((why.outranked_by, why.adapter), (None, None));
    let text = vcpu.explain_text().unwrap();
    assert!(text.starts_with("emergency signal"), "{text}");
    assert!(text.ends_with('\n') && !text.contains('\0'));
}

#[test]
fn a_state_travels_and_a_closed_machine_says_so() {
    let machine = machine(2);
    let mut vcpu = machine.vcpu(0).unwrap();
    let _other = machine.vcpu(1).unwrap();
    let mut cpu = open(CLOSED);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    vcpu.emergency_signal(1).unwrap();
    machine.inject(&Interruption::TimingAlert).unwrap();
    assert_eq!(machine.save(), Err(Error::NotParked));
    assert_eq!(machine.pause(), Ok(false));
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Paused));
    assert_eq!(machine.pause(), Ok(true));
    let state = machine.save().unwrap();
    assert_eq!(vcpu.emergency_signal(0), Ok(Outcome::Closed));

    let there = common::machine(2);
    assert_eq!(there.load(&state), Err(Error::NoCpu));
    let mut moved = there.vcpu(0).unwrap();
    let _other = there.vcpu(1).unwrap();
    assert_eq!(there.load(&state[..20]), Err(Error::Format));
    there.load(&state).unwrap();
    let (mut registers, mut report) = (Cpu::default(), Report::default());
    moved.deliver_report(&mut registers, &mut report).unwrap();
    assert!(report.changed().contains(Changed::LOADED));
    assert_eq!(registers.psw_address, cpu.psw_address);
    assert_eq!(moved.queue().list(), vcpu.queue().list());
    assert_eq!(there.queue().list(), machine.queue().list());

    machine.resume().unwrap();
    assert_eq!(vcpu.emergency_signal(0), Ok(Outcome::Queued));
    machine.close().unwrap();
    assert_eq!(vcpu.external_call(0), Ok(Outcome::Closed));
}

#[test]
fn formats_of_kvm_go_both_ways() {
    let machine = machine(2);
    let vcpu = machine.vcpu(0).unwrap();
    let _other = machine.vcpu(1).unwrap();
    vcpu.inject(&Interruption::EmergencySignal { source: 1 }).unwrap();
    machine.service_signal(0x3000).unwrap();
    let (local, sent) = vcpu.export_kvm(false).unwrap();
    assert_eq!((local.len(), sent.records), (72, 1));
    let (floating, _) = machine.export_flic(false).unwrap();
    let there = common::machine(2);
    let first = there.vcpu(0).unwrap();
    let _second = there.vcpu(1).unwrap();
    assert_eq!(first.import_kvm(&local).unwrap().0, Outcome::Queued);
    assert_eq!(there.import_flic(&floating).unwrap().0, Outcome::Queued);
    assert_eq!(first.queue().list(), vcpu.queue().list());
    assert_eq!(there.queue().list(), machine.queue().list());
    assert_eq!(first.import_kvm(&[0; 71]), Err(Error::Format));

    machine.inject(&Interruption::TimingAlert).unwrap();
    assert_eq!(machine.export_flic(false), Err(Error::NotRepresentable));
    let (bytes, report) = machine.export_flic(true).unwrap();
    assert_eq!((bytes, report.dropped), (floating, 1));
    assert!(report.left_out.contains(Kind::TimingAlert));
}

#[test]
fn cpus_come_and_go() {
    let machine = machine(2);
    assert!(machine.target(1).is_none());
    assert!(matches!(machine.vcpu(2), Err(Error::NoCpu)));
    let mut vcpu = machine.vcpu(1).unwrap();
    let target = machine.target(1).unwrap();
    assert_eq!(target.address(), 1);
    assert!(matches!(machine.vcpu(1), Err(Error::Exists)));
    vcpu.unplug().unwrap();
    assert_eq!(vcpu.unplug(), Err(Error::NoCpu));
    assert_eq!(target.kick(), Err(Error::NoCpu));
    assert_eq!(target.emergency_signal(1), Err(Error::NoCpu));
    assert_eq!(target.state(), Err(Error::NoCpu));
    drop(vcpu);
    let vcpu = machine.vcpu(1).unwrap();
    assert_eq!(vcpu.state(), Ok(State::Stopped));
    assert_eq!(target.emergency_signal(1), Ok(Outcome::Queued));
}

#[test]
fn a_cpu_keeps_its_state_from_owner_to_owner() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(WAIT_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Wait));
    drop(vcpu);
    machine.target(0).unwrap().emergency_signal(0).unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    assert_eq!(vcpu.state(), Ok(State::Operating));
    let mut cpu = Cpu::default();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    assert_eq!(cpu.psw_address, handler(0x1b0));
}

#[test]
fn the_tod_clock_is_set_read_and_adjusted() {
    let machine = machine(1);
    machine.set_tod(1 << 60).unwrap();
    assert!(machine.tod().unwrap() >= 1 << 60);
    machine.set_tod_epoch(1, 7).unwrap();
    assert_eq!(machine.tod_epoch().unwrap().0, 1);
    machine.adjust_tod(-4096).unwrap();
    machine.reset().unwrap();
    let plain = Machine::builder(1).facilities(&[0; 8]).build().unwrap();
    assert_eq!(plain.set_tod_epoch(1, 0), Err(Error::Unsupported));
}

#[test]
fn pfault_handshakes() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(RUN_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    assert_eq!(vcpu.pfault_cancel(), Ok(Outcome::Cleared));
    assert_eq!(vcpu.pfault_begin(0x1000, 0, 0), Ok(Outcome::Queued));
    assert_eq!(vcpu.pfault_begin(0x1000, 0, 0), Ok(Outcome::Busy));
    assert_eq!(vcpu.pfault_begin(0x1001, 0, 0), Err(Error::Invalid));
    assert_eq!(vcpu.pfault_may_start(&cpu), Ok(Some(0x1000)));
    cpu.psw_mask = CLOSED;
    assert_eq!(vcpu.pfault_may_start(&cpu), Ok(None));
    assert_eq!(vcpu.pfault_cancel(), Ok(Outcome::Queued));
}

#[test]
fn what_is_out_of_range_is_refused() {
    assert_eq!(Machine::new(0, 4096).err(), Some(Error::Invalid));
    assert_eq!(Machine::new(4097, 4096).err(), Some(Error::Invalid));
    assert_eq!(Machine::new(1, 0).err(), Some(Error::NoMemory));
    assert_eq!(Machine::new(1, usize::MAX).err(), Some(Error::NoMemory));
    let unkicked = Machine::builder(1).masks_unknown().build();
    assert_eq!(unkicked.err(), Some(Error::Invalid));
    let machine = machine(1);
    let vcpu = machine.vcpu(0).unwrap();
    let bad = Cpu { prefix: 1, ..Cpu::default() };
    assert_eq!(vcpu.start(Some(&bad)), Err(Error::Invalid));
    assert_eq!(vcpu.emergency_signal(5), Err(Error::NoCpu));
    assert_eq!(vcpu.inject(&Interruption::TimingAlert), Err(Error::Invalid));
    assert_eq!(machine.inject(&Interruption::Restart), Err(Error::Invalid));
    assert_eq!(machine.service_signal(0), Err(Error::Invalid));
    assert!(machine.read_ram(common::RAM as u64 - 1, &mut [0; 2]).is_err());
    assert!(machine.write_ram(u64::MAX, &[0]).is_err());
    let bare = Machine::builder(1).build().unwrap();
    assert!(bare.read_ram(0, &mut [0]).is_err());
}

#[test]
fn errors_and_kinds_have_words() {
    assert!(Error::NoCpu.to_string().contains("CPU"));
    assert!(Error::HookPanicked.to_string().contains("take_panic"));
    assert_eq!(Error::from_raw(-9), Error::NoCpu);
    assert_eq!(Error::NoCpu.raw(), -9);
    assert_eq!(Error::from_raw(-999), Error::Unknown(-999));
    assert!(Error::Unknown(-999).to_string().contains("-999"));
    assert_eq!(Kind::EmergencySignal.to_string(), "emergency signal");
    for kind in (0..32).filter_map(Kind::from_raw) {
        assert_eq!(Kind::from_raw(kind.raw()), Some(kind));
        assert_ne!(kind.to_string(), "unknown");
    }
    assert_eq!(Kind::from_raw(0), None);
}

#[test]
fn the_library_says_what_it_has() {
    assert_eq!(s390irq::library_version().0, 0);
    let machine = Machine::new(1, 1 << 20).unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    vcpu.kick().unwrap();
    let waits = vcpu.wait() != Err(Error::Unsupported);
    assert_eq!(s390irq::library_has(Feature::BlockingWait), waits);
}

#[test]
fn other_programs_storage_is_used_in_place() {
    let words: Box<[u64]> = vec![0; 0x2000].into();
    let size = size_of_val(&*words);
    let start = Box::leak(words).as_mut_ptr();
    struct Keeper(*mut u64, usize);
    // SAFETY: nobody else has the block.
    unsafe impl Send for Keeper {}
    // SAFETY: as above.
    unsafe impl Sync for Keeper {}
    impl Drop for Keeper {
        fn drop(&mut self) {
            let words = std::ptr::slice_from_raw_parts_mut(self.0, self.1);
            // SAFETY: it came from a box of this size.
            drop(unsafe { Box::from_raw(words) });
        }
    }
    let keeper = Box::new(Keeper(start, size / 8));
    let place = std::ptr::NonNull::new(start.cast()).unwrap();
    // SAFETY: the block lives until its keeper is dropped.
    let builder = unsafe { Machine::builder(1).ram_at(place, size, keeper) };
    let machine = builder.build().unwrap();
    common::fill(&machine);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = open(WAIT_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.emergency_signal(0).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    assert_eq!(half(&machine, 0x86), 0x1201);
}
