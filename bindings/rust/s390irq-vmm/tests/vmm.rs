// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Guest memory of vm-memory, wake-ups through eventfds, dirty pages, and
//! records of KVM.

use std::sync::Arc;

use s390irq::{
    AdapterFlags, Cpu, Error, Interruption, Io, Machine, Next, Outcome, Report,
    Route, Scope,
};
use s390irq_vmm::kvm::{kvm_s390_interrupt, kvm_s390_irq};
use s390irq_vmm::{Trigger, VmmHost};
use vm_memory::bitmap::{AtomicBitmap, Bitmap};
use vm_memory::{
    Bytes, GuestAddress, GuestMemoryBackend, GuestMemoryMmap, GuestMemoryRegion,
};
use vmm_sys_util::eventfd::{EventFd, EFD_NONBLOCK};

type Memory = Arc<GuestMemoryMmap<AtomicBitmap>>;

const WAIT_OPEN: u64 = 0x0302_0001_8000_0000;

fn memory(bytes: usize) -> Memory {
    let ranges = [(GuestAddress(0), bytes)];
    Arc::new(GuestMemoryMmap::from_ranges(&ranges).unwrap())
}

fn dirty(memory: &Memory, absolute: u64) -> bool {
    let region = memory.find_region(GuestAddress(absolute)).unwrap();
    region.bitmap().dirty_at(absolute as usize)
}

fn machine(memory: &Memory) -> (Machine, EventFd) {
    let event = EventFd::new(EFD_NONBLOCK).unwrap();
    let wake = vec![event.try_clone().unwrap()];
    let host = VmmHost::new(memory.clone(), wake);
    (Machine::builder(1).host(host).build().unwrap(), event)
}

#[test]
fn an_interruption_goes_to_guest_memory_and_wakes_by_eventfd() {
    let memory = memory(1 << 20);
    let (machine, event) = machine(&memory);
    memory.write_obj(0x1_8000_0000_u64.to_be(), GuestAddress(0x1b0)).unwrap();
    memory.write_obj(0x2000_u64.to_be(), GuestAddress(0x1b8)).unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = Cpu { psw_mask: WAIT_OPEN, ..Cpu::default() };
    cpu.cr[0] |= 0x4000;
    vcpu.start(Some(&cpu)).unwrap();
    while event.read().is_ok() {}
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Wait));
    assert!(event.read().is_err());

    assert_eq!(vcpu.emergency_signal(0), Ok(Outcome::Queued));
    assert_eq!(event.read().unwrap(), 1);
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    assert_eq!(cpu.psw_address, 0x2000);
    let code: u16 = memory.read_obj(GuestAddress(0x86)).unwrap();
    assert_eq!(u16::from_be(code), 0x1201);
    assert!(dirty(&memory, 0));
}

#[test]
fn storage_that_is_not_there_is_an_error_with_its_address() {
    let memory = memory(0x4000);
    let (machine, _event) = machine(&memory);
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = Cpu { psw_mask: WAIT_OPEN, prefix: 0x8000, ..Cpu::default() };
    cpu.cr[0] |= 0x4000;
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.emergency_signal(0).unwrap();
    let mut report = Report::default();
    let answer = vcpu.deliver_report(&mut cpu, &mut report);
    assert_eq!(answer, Err(Error::GuestMemory));
    assert!((0x8000..0xa000).contains(&report.fault_address()));
    assert_eq!(vcpu.queue().len(), 1);
}

#[test]
fn routes_set_their_indicators_and_mark_pages() {
    let memory = memory(1 << 20);
    let (machine, _event) = machine(&memory);
    machine.add_adapter(1, 3, AdapterFlags::SWAP).unwrap();
    let route = Route {
        adapter: 1,
        indicator_absolute: 0x3000,
        indicator_offset: 9,
        summary_absolute: 0x5000,
        summary_offset: 7,
    };
    assert_eq!(machine.fire_route(&route), Ok(Outcome::Queued));
    assert_eq!(machine.fire_route(&route), Ok(Outcome::Coalesced));
    let indicator: u8 = memory.read_obj(GuestAddress(0x3001)).unwrap();
    let summary: u8 = memory.read_obj(GuestAddress(0x5000)).unwrap();
    assert_eq!((indicator, summary), (0x40, 1));
    assert!(dirty(&memory, 0x3000) && dirty(&memory, 0x5000));
    let nowhere = Route { indicator_absolute: 1 << 30, ..route };
    assert_eq!(machine.fire_route(&nowhere), Err(Error::GuestMemory));
}

#[test]
fn a_trigger_that_is_missing_is_counted_and_loses_nothing() {
    let memory = memory(1 << 20);
    let host = Arc::new(VmmHost::new(memory.clone(), Vec::<EventFd>::new()));
    let machine = Machine::builder(1).host(host.clone()).build().unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = Cpu { psw_mask: WAIT_OPEN, ..Cpu::default() };
    cpu.cr[0] |= 0x4000;
    vcpu.start(Some(&cpu)).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Wait));
    let before = host.trigger_failures();
    vcpu.emergency_signal(0).unwrap();
    assert_eq!(host.trigger_failures(), before + 1);
    assert!(vcpu.has_attention());
}

#[test]
fn a_native_cpu_is_kicked_once_an_entry() {
    let memory = memory(1 << 20);
    let [wake, kick] = [0; 2].map(|_| EventFd::new(EFD_NONBLOCK).unwrap());
    let host = VmmHost::new(memory.clone(), vec![wake.try_clone().unwrap()])
        .with_kick(vec![kick.try_clone().unwrap()]);
    let machine =
        Machine::builder(1).host(host).masks_unknown().build().unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = Cpu { psw_mask: 0x1_8000_0000, ..Cpu::default() };
    vcpu.start(Some(&cpu)).unwrap();
    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
    while kick.read().is_ok() {}
    vcpu.emergency_signal(0).unwrap();
    vcpu.external_call(0).unwrap();
    assert_eq!(kick.read().unwrap(), 1);
}

#[test]
fn triggers_are_told_through_pointers() {
    let event = Arc::new(EventFd::new(EFD_NONBLOCK).unwrap());
    event.trigger().unwrap();
    assert_eq!(event.read().unwrap(), 1);
    ().trigger().unwrap();
}

#[test]
fn records_of_kvm_convert_both_ways() {
    let io = Io { subchannel: 0x0001_0003, parameter: 0xcafe, isc: 5 };
    let all = [
        (Interruption::EmergencySignal { source: 3 }, Scope::Local),
        (Interruption::ServiceSignal { parameter: 0x1000 }, Scope::Floating),
        (Interruption::PfaultDone { token: 0x1234 }, Scope::Floating),
        (Interruption::Io(io), Scope::Floating),
        (Interruption::Restart, Scope::Local),
    ];
    for (interruption, scope) in all {
        let record =
            kvm_s390_irq::from_interruption(&interruption, scope).unwrap();
        assert_eq!(record.to_interruption(scope), Ok(interruption));
        let again = kvm_s390_irq::from_bytes(&record.to_bytes());
        assert_eq!(again, record);
    }
    let old = kvm_s390_interrupt { type_: 0xffff_1201, parm: 2, parm64: 0 };
    assert_eq!(
        old.to_interruption(Scope::Local),
        Ok(Interruption::EmergencySignal { source: 2 })
    );
    let none = Interruption::TimingAlert;
    assert_eq!(
        kvm_s390_irq::from_interruption(&none, Scope::Floating),
        Err(Error::NotRepresentable)
    );
    assert_eq!(size_of::<kvm_s390_irq>(), 72);
}
