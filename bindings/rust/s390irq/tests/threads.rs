// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Threads that inject, deliver, move and outlive. They meet by starting and
//! joining threads and through the library alone, so that a C library that is
//! built with the thread sanitizer sees every reason for an order.

mod common;

use std::sync::Arc;
use std::thread;

use common::{machine, open, CLOSED, WAIT_OPEN};
use s390irq::{
    Attention, Error, Hooks, Host, Kind, Machine, Next, Outcome, Queue, Target,
    Vcpu,
};

const ROUNDS: u64 = 2000;

fn is_send<T: Send>() {}
fn is_sync<T: Sync>() {}

#[test]
fn what_may_cross_threads_does() {
    is_send::<Machine>();
    is_sync::<Machine>();
    is_send::<Target>();
    is_sync::<Target>();
    is_send::<Queue>();
    is_sync::<Queue>();
    is_send::<Attention>();
    is_sync::<Attention>();
    is_send::<Vcpu>();
    is_send::<s390irq::Builder>();
    is_send::<Error>();
}

/// Waits and delivers until so many emergency signals and calls were taken.
fn run(mut vcpu: Vcpu, wanted: u64) -> Vcpu {
    let mut cpu = open(WAIT_OPEN);
    vcpu.start(Some(&cpu)).unwrap();
    let mut taken = 0;
    while taken < wanted {
        match vcpu.deliver(&mut cpu).unwrap() {
            Next::Run => {
                // The handler returns at once.
                cpu.psw_mask = WAIT_OPEN;
                taken = vcpu.counters().unwrap().kind(Kind::ExternalCall).taken;
            }
            _ => vcpu.wait().unwrap(),
        }
    }
    vcpu
}

/// Sends until so many were accepted.
fn send(target: &Target, wanted: u64) {
    let mut sent = 0;
    while sent < wanted {
        match target.external_call(0).unwrap() {
            Outcome::Queued => sent += 1,
            Outcome::Busy => thread::yield_now(),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_threads_inject_is_taken_once() {
    let machine = machine(2);
    let (vcpu, target) = (machine.vcpu(0).unwrap(), machine.vcpu(0));
    assert!(matches!(target, Err(Error::Exists)));
    let target = machine.target(0).unwrap();
    let senders: Vec<_> = (0..2)
        .map(|_| {
            let target = target.clone();
            thread::spawn(move || send(&target, ROUNDS / 2))
        })
        .collect();
    let owner = thread::spawn(move || run(vcpu, ROUNDS));
    for sender in senders {
        sender.join().unwrap();
    }
    let vcpu = owner.join().unwrap();
    let counter = vcpu.counters().unwrap().kind(Kind::ExternalCall);
    assert_eq!((counter.taken, counter.pending), (ROUNDS, 0));
}

#[test]
fn a_machine_is_dropped_while_another_thread_injects() {
    for _ in 0..50 {
        let machine = machine(1);
        let vcpu = machine.vcpu(0).unwrap();
        vcpu.start(Some(&open(CLOSED))).unwrap();
        let target = vcpu.target();
        let injector = thread::spawn(move || {
            for _ in 0..200 {
                target.emergency_signal(0).unwrap();
                target.machine().service_signal(1).unwrap();
            }
            target.queue().len()
        });
        drop(vcpu);
        drop(machine);
        assert_eq!(injector.join().unwrap(), 1);
    }
}

#[test]
fn a_target_outlives_its_machine() {
    let machine = machine(1);
    let target = machine.vcpu(0).unwrap().target();
    let attention = target.attention();
    drop(machine);
    assert_eq!(target.emergency_signal(0), Ok(Outcome::Queued));
    let again = target.machine().clone();
    drop(target);
    assert!(!attention.is_raised());
    assert_eq!(again.target(0).unwrap().queue().len(), 1);
}

#[test]
fn a_vcpu_moves_from_thread_to_thread() {
    let machine = machine(1);
    let mut vcpu = machine.vcpu(0).unwrap();
    vcpu.start(Some(&open(WAIT_OPEN))).unwrap();
    let mut cpu = open(WAIT_OPEN);
    for round in 0..20 {
        vcpu.emergency_signal(0).unwrap();
        (vcpu, cpu) = thread::spawn(move || {
            let next = vcpu.deliver(&mut cpu).unwrap();
            assert_eq!(next, Next::Run, "round {round}");
            cpu.psw_mask = WAIT_OPEN;
            // Parked, so that the next thread may run it.
            assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Wait));
            (vcpu, cpu)
        })
        .join()
        .unwrap();
    }
    let taken = vcpu.counters().unwrap().kind(Kind::EmergencySignal).taken;
    assert_eq!(taken, 20);
}

#[test]
fn one_thread_at_a_time_owns_a_cpu() {
    let machine = machine(1);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let machine = machine.clone();
            thread::spawn(move || {
                let mut owned = 0;
                while owned < 50 {
                    let Ok(mut vcpu) = machine.vcpu(0) else {
                        thread::yield_now();
                        continue;
                    };
                    let mut cpu = open(WAIT_OPEN);
                    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Stopped));
                    owned += 1;
                }
                owned
            })
        })
        .collect();
    let owned: u32 = threads.into_iter().map(|t| t.join().unwrap()).sum();
    assert_eq!(owned, 200);
}

#[test]
fn cpus_are_made_by_several_threads() {
    let machine = machine(64);
    let threads: Vec<_> = (0..4)
        .map(|first| {
            let machine = machine.clone();
            thread::spawn(move || {
                (0..16)
                    .map(|i| machine.vcpu(first * 16 + i).unwrap().address())
                    .sum::<u32>()
            })
        })
        .collect();
    let sum: u32 = threads.into_iter().map(|t| t.join().unwrap()).sum();
    assert_eq!(sum, 63 * 64 / 2);
    assert!(machine.target(63).is_some());
}

#[test]
fn a_panic_of_a_hook_in_one_thread_does_not_disturb_another() {
    struct Bad;
    impl Host for Bad {
        const HOOKS: Hooks = Hooks::WAKE;
        fn wake(&self, cpu: u32) {
            if cpu == 1 {
                std::panic::resume_unwind(Box::new("silently"));
            }
        }
    }
    let machine = Machine::builder(2)
        .ram(common::RAM)
        .host(Arc::new(Bad))
        .build()
        .unwrap();
    common::fill(&machine);
    let threads: Vec<_> = (0..2)
        .map(|address| {
            let machine = machine.clone();
            thread::spawn(move || {
                let mut vcpu = machine.vcpu(address).unwrap();
                let mut cpu = open(WAIT_OPEN);
                // A wake hook may be called here, too.
                let _ = vcpu.start(Some(&cpu));
                for _ in 0..200 {
                    cpu.psw_mask = WAIT_OPEN;
                    while vcpu.deliver(&mut cpu).unwrap() != Next::Wait {
                        cpu.psw_mask = WAIT_OPEN;
                    }
                    let answer = vcpu.emergency_signal(address);
                    let wanted = match address {
                        0 => Ok(Outcome::Queued),
                        _ => Err(Error::HookPanicked),
                    };
                    assert_eq!(answer, wanted);
                    assert_eq!(vcpu.deliver(&mut cpu), Ok(Next::Run));
                    if address == 1 {
                        machine.take_panic().unwrap();
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn pause_and_save_while_others_inject() {
    let machine = machine(1);
    let vcpu = machine.vcpu(0).unwrap();
    let target = vcpu.target();
    vcpu.start(Some(&open(CLOSED))).unwrap();
    let injector = thread::spawn(move || {
        (0..ROUNDS)
            .filter(|_| target.emergency_signal(0) == Ok(Outcome::Closed))
            .count()
    });
    assert_eq!(machine.pause(), Ok(true));
    for _ in 0..20 {
        machine.save().unwrap();
    }
    injector.join().unwrap();
    machine.resume().unwrap();
    assert_ne!(vcpu.emergency_signal(0), Ok(Outcome::Closed));
}
