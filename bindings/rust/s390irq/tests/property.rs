// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The same random calls through the safe interface and through the C
//! interface, each on a machine of its own: every answer, the registers, what
//! pends and guest storage are compared. (Beside the reference model of the C
//! library's tests the crate is in the repository's `model-tests`.)

mod common;
#[path = "common/calls.rs"]
mod random;

use std::ptr;

use common::{open, RAM, WAIT_OPEN};
use proptest::prelude::*;
use random::{calls, cases, Call, ADDRESSES, CPUS, SUBCHANNELS};
use s390irq::{
    Cpu, Error, Hooks, Host, Interruption, Io, Machine, Next, Outcome, Program,
    Report, Reset, Sigp, Vcpu,
};
use s390irq_sys as sys;

/// The clock of both: it stands still.
const TOD: u64 = 1 << 60;

struct Clock;

impl Host for Clock {
    const HOOKS: Hooks = Hooks::TOD;

    fn tod(&self) -> u64 {
        TOD
    }
}

unsafe extern "C" fn tod(
    _: *mut std::ffi::c_void,
    _: *mut std::ffi::c_void,
) -> u64 {
    TOD
}

/// The C interface's half.
struct Raw {
    ram: Box<[u64]>,
    vm: *mut sys::s390irq_vm,
    vcpus: Vec<*mut sys::s390irq_vcpu>,
    cpus: Vec<sys::s390irq_cpu>,
}

impl Raw {
    fn new() -> Self {
        let mut ram: Box<[u64]> = vec![0; RAM / 8].into();
        let mut vm = ptr::null_mut();
        let config = sys::s390irq_vm_config {
            size: size_of::<sys::s390irq_vm_config>() as u32,
            cpus: ADDRESSES,
            cp_service_limit: 1024,
            ram: ram.as_mut_ptr().cast(),
            ram_size: RAM as u64,
            ..Default::default()
        };
        let ops = sys::s390irq_host_ops {
            size: size_of::<sys::s390irq_host_ops>() as u32,
            tod: Some(tod),
            ..Default::default()
        };
        // SAFETY: storage and configuration are there; the storage stays until
        // Drop.
        let made = unsafe {
            sys::s390irq_vm_create(&config, &ops, ptr::null_mut(), &mut vm)
        };
        assert_eq!(made, 0);
        let mut raw = Self { ram, vm, vcpus: vec![], cpus: vec![] };
        for address in 0..CPUS {
            let mut vcpu = ptr::null_mut();
            // SAFETY: the VM is there.
            let made = unsafe {
                sys::s390irq_vcpu_create(
                    vm,
                    address,
                    ptr::null_mut(),
                    &mut vcpu,
                )
            };
            assert_eq!(made, 0);
            raw.vcpus.push(vcpu);
            raw.cpus.push(raw_of(&open(WAIT_OPEN)));
        }
        raw
    }

    fn bytes(&mut self) -> &mut [u8] {
        let (start, length) = (self.ram.as_mut_ptr(), self.ram.len() * 8);
        // SAFETY: words are bytes, too, and no call is under way.
        unsafe { std::slice::from_raw_parts_mut(start.cast(), length) }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: the one reference.
        unsafe { sys::s390irq_vm_unref(self.vm) };
    }
}

fn raw_of(cpu: &Cpu) -> sys::s390irq_cpu {
    sys::s390irq_cpu {
        size: size_of::<sys::s390irq_cpu>() as u32,
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

struct Pair {
    machine: Machine,
    vcpus: Vec<Vcpu>,
    cpus: Vec<Cpu>,
    raw: Raw,
}

fn code<T>(answer: Result<T, Error>, of: impl FnOnce(T) -> i32) -> i32 {
    answer.map_or_else(Error::raw, of)
}

fn outcome(answer: Result<Outcome, Error>) -> i32 {
    code(answer, Outcome::raw)
}

fn subchannel(number: u32) -> u32 {
    0x0001_0000 + number
}

impl Pair {
    fn new() -> Self {
        let machine =
            Machine::builder(ADDRESSES).ram(RAM).host(Clock).build().unwrap();
        common::fill(&machine);
        let mut raw = Raw::new();
        let mut ram = vec![0; RAM];
        machine.read_ram(0, &mut ram).unwrap();
        raw.bytes().copy_from_slice(&ram);
        for number in 0..SUBCHANNELS {
            machine.add_subchannel(subchannel(number)).unwrap();
            // SAFETY: the VM is there.
            let added = unsafe {
                sys::s390irq_vm_add_subchannel(raw.vm, subchannel(number))
            };
            assert_eq!(added, 0);
        }
        let vcpus: Vec<_> =
            (0..CPUS).map(|at| machine.vcpu(at).unwrap()).collect();
        let cpus = vec![open(WAIT_OPEN); CPUS as usize];
        Self { machine, vcpus, cpus, raw }
    }

    /// Does it to both and answers both answers.
    fn call(&mut self, call: Call) -> (i32, i32) {
        let Self { machine, vcpus, cpus, raw } = self;
        // SAFETY (of all): one thread, and every object is there.
        match call {
            Call::Deliver(at) => {
                let mut report = Report::default();
                let mut other = sys::s390irq_report {
                    size: size_of::<sys::s390irq_report>() as u32,
                    ..Default::default()
                };
                let mine = vcpus[at].deliver_report(&mut cpus[at], &mut report);
                // SAFETY: as above.
                let theirs = unsafe {
                    sys::s390irq_vcpu_deliver(
                        raw.vcpus[at],
                        &mut raw.cpus[at],
                        &mut other,
                    )
                };
                assert_eq!(report.taken(), other.taken);
                assert_eq!(report.taken_kinds().bits(), other.taken_kinds);
                assert_eq!(report.changed().bits(), other.changed);
                assert_eq!(report.intercepts().bits(), other.intercepts);
                (code(mine, Next::raw), theirs)
            }
            Call::Emergency(at, source) => (
                outcome(vcpus[at].emergency_signal(source)),
                // SAFETY: as above.
                unsafe {
                    sys::s390irq_vcpu_inject_emergency(raw.vcpus[at], source)
                },
            ),
            Call::External(at, source) => (
                outcome(vcpus[at].external_call(source)),
                // SAFETY: as above.
                unsafe {
                    sys::s390irq_vcpu_inject_external_call(
                        raw.vcpus[at],
                        source,
                    )
                },
            ),
            Call::Alert(at, source) => {
                let source = source as u16;
                let record = sys::s390irq_interruption {
                    kind: sys::S390IRQ_KIND_MALFUNCTION_ALERT as u16,
                    source,
                    ..Default::default()
                };
                let mine = Interruption::MalfunctionAlert { source };
                (
                    outcome(vcpus[at].inject(&mine)),
                    // SAFETY: as above.
                    unsafe { sys::s390irq_vcpu_inject(raw.vcpus[at], &record) },
                )
            }
            Call::Key(at) => {
                let record = sys::s390irq_interruption {
                    kind: sys::S390IRQ_KIND_INTERRUPT_KEY as u16,
                    ..Default::default()
                };
                (
                    outcome(vcpus[at].inject(&Interruption::InterruptKey)),
                    // SAFETY: as above.
                    unsafe { sys::s390irq_vcpu_inject(raw.vcpus[at], &record) },
                )
            }
            Call::Service(parameter) => (
                outcome(machine.service_signal(parameter)),
                // SAFETY: as above.
                unsafe { sys::s390irq_vm_inject_service(raw.vm, parameter) },
            ),
            Call::Io(number, parameter, isc) => {
                let id = subchannel(number);
                let word = u32::from(isc) << 27;
                let io = Io { subchannel: id, parameter, isc };
                (
                    outcome(machine.io(io)),
                    // SAFETY: as above.
                    unsafe {
                        sys::s390irq_vm_inject_io(raw.vm, id, parameter, word)
                    },
                )
            }
            Call::Sigp(at, target, order, parameter) => {
                let (mut status, parameter) = (0, u64::from(parameter));
                let mine = vcpus[at].sigp(target, order, parameter);
                // SAFETY: as above.
                let theirs = unsafe {
                    sys::s390irq_vcpu_sigp(
                        raw.vcpus[at],
                        target,
                        order,
                        parameter,
                        &mut status,
                    )
                };
                if let Ok(Sigp::Status(mine)) = mine {
                    assert_eq!(mine.bits(), status);
                }
                (code(mine, |sigp| sigp.condition_code().into()), theirs)
            }
            Call::Masks(at, psw, control) => {
                let mask = (u64::from(psw & 3) << 56)
                    | (u64::from((psw >> 2) & 1) << 49)
                    | 0x1_8000_0000;
                cpus[at].psw_mask = mask;
                cpus[at].cr[0] = control.into();
                raw.cpus[at].psw_mask = mask;
                raw.cpus[at].cr[0] = control.into();
                (
                    code(vcpus[at].masks_changed(&cpus[at]), |()| 0),
                    // SAFETY: as above.
                    unsafe {
                        sys::s390irq_vcpu_masks_changed(
                            raw.vcpus[at],
                            &raw.cpus[at],
                        )
                    },
                )
            }
            Call::Return(at) => {
                cpus[at].psw_mask = WAIT_OPEN;
                raw.cpus[at].psw_mask = WAIT_OPEN;
                (0, 0)
            }
            Call::Svc(at, number) => (
                outcome(vcpus[at].supervisor_call(number.into(), 2)),
                // SAFETY: as above.
                unsafe {
                    sys::s390irq_vcpu_supervisor_call(
                        raw.vcpus[at],
                        number.into(),
                        2,
                    )
                },
            ),
            Call::Program(at, code) => {
                let mine = Program { code, ilc: 4, ..Default::default() };
                let theirs =
                    sys::s390irq_program { code, ilc: 4, ..Default::default() };
                (
                    outcome(vcpus[at].program(&mine)),
                    // SAFETY: as above.
                    unsafe {
                        sys::s390irq_vcpu_program(raw.vcpus[at], &theirs)
                    },
                )
            }
            Call::Start(at) => (
                code(vcpus[at].start(None), |done| i32::from(!done) * 2),
                // SAFETY: as above.
                unsafe { sys::s390irq_vcpu_start(raw.vcpus[at], ptr::null()) },
            ),
            Call::Stop(at) => (
                code(vcpus[at].stop(), |done| i32::from(!done) * 2),
                // SAFETY: as above.
                unsafe { sys::s390irq_vcpu_stop(raw.vcpus[at]) },
            ),
            Call::Reset(at) => (
                code(vcpus[at].reset(Reset::Cpu), |()| 0),
                // SAFETY: as above.
                unsafe {
                    sys::s390irq_vcpu_reset(
                        raw.vcpus[at],
                        sys::S390IRQ_RESET_CPU,
                    )
                },
            ),
            Call::TakeIo(mask) => {
                let mut out = sys::s390irq_interruption::default();
                let taken = machine.queue().take_io(mask, None);
                // SAFETY: as above.
                let theirs = unsafe {
                    sys::s390irq_queue_take_io(
                        sys::s390irq_vm_queue(raw.vm),
                        mask.into(),
                        0,
                        &mut out,
                    )
                };
                let mine = code(taken, |taken| {
                    if let Some(Interruption::Io(io)) =
                        taken.and_then(|taken| taken.interruption())
                    {
                        assert_eq!(io.parameter, out.parameter);
                    }
                    taken.is_some().into()
                });
                (mine, theirs)
            }
            Call::Pause => (
                code(machine.pause(), i32::from),
                // SAFETY: as above.
                unsafe { sys::s390irq_vm_pause(raw.vm) },
            ),
            Call::Resume => (
                code(machine.resume(), |()| 0),
                // SAFETY: as above.
                unsafe { sys::s390irq_vm_resume(raw.vm) },
            ),
        }
    }

    fn compare(&mut self) {
        for at in 0..CPUS as usize {
            assert_eq!(
                format!("{:?}", raw_of(&self.cpus[at])),
                format!("{:?}", self.raw.cpus[at])
            );
            // SAFETY: one thread, and every object is there.
            let (attention, pending, count) = unsafe {
                let queue = sys::s390irq_vcpu_queue(self.raw.vcpus[at]);
                (
                    sys::s390irq_vcpu_attention(self.raw.vcpus[at]) != 0,
                    sys::s390irq_queue_pending(queue),
                    sys::s390irq_queue_count(queue),
                )
            };
            let vcpu = &self.vcpus[at];
            assert_eq!(vcpu.has_attention(), attention);
            assert_eq!(vcpu.attention().is_raised(), attention);
            assert_eq!(vcpu.queue().pending().bits(), pending);
            assert_eq!(vcpu.queue().len(), count);
        }
        let mut ram = vec![0; RAM];
        self.machine.read_ram(0, &mut ram).unwrap();
        assert!(ram == self.raw.bytes(), "guest storage");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn both_interfaces_do_the_same(
        calls in prop::collection::vec(calls(), 1..120)
    ) {
        let mut pair = Pair::new();
        for call in calls {
            let (mine, theirs) = pair.call(call);
            prop_assert_eq!(mine, theirs, "{:?}", call);
            pair.compare();
        }
    }
}
