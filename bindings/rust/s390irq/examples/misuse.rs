// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the safe interface rules out, done through the C interface: to see
//! that the sanitizers with which the tests run would notice.

use std::process::ExitCode;
use std::ptr;
use std::thread;

use s390irq_sys as sys;

/// For another thread, which must not have it.
struct Smuggled(*mut sys::s390irq_vcpu);

// SAFETY: it is not safe, which is the point.
unsafe impl Send for Smuggled {}

fn machine() -> (*mut sys::s390irq_vm, *mut sys::s390irq_vcpu) {
    let config = sys::s390irq_vm_config {
        size: size_of::<sys::s390irq_vm_config>() as u32,
        cpus: 1,
        cp_service_limit: 1,
        ..Default::default()
    };
    let (mut vm, mut vcpu) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: all pointers are good.
    let made = unsafe {
        sys::s390irq_vm_create(&config, ptr::null(), ptr::null_mut(), &mut vm)
            | sys::s390irq_vcpu_create(vm, 0, ptr::null_mut(), &mut vcpu)
    };
    assert_eq!(made, 0);
    (vm, vcpu)
}

/// A CPU is signalled after the last reference is gone.
fn use_after_free() {
    let (vm, vcpu) = machine();
    // SAFETY: it is not safe, which is the point.
    unsafe {
        sys::s390irq_vm_unref(vm);
        sys::s390irq_vcpu_inject_emergency(vcpu, 0);
    }
}

fn own(vcpu: &Smuggled) {
    let program = sys::s390irq_program { code: 1, ..Default::default() };
    let mut cpu = sys::s390irq_cpu {
        size: size_of::<sys::s390irq_cpu>() as u32,
        ..Default::default()
    };
    for _ in 0..1000 {
        // SAFETY: it is not safe, which is the point.
        unsafe {
            let _ =
                sys::s390irq_vcpu_deliver(vcpu.0, &mut cpu, ptr::null_mut());
            sys::s390irq_vcpu_program(vcpu.0, &program);
        }
    }
}

/// Two threads own one CPU.
fn two_owners() {
    let (vm, vcpu) = machine();
    // SAFETY: the VM is there.
    unsafe { sys::s390irq_vcpu_start(vcpu, ptr::null()) };
    let other = Smuggled(vcpu);
    let thread = thread::spawn(move || own(&other));
    own(&Smuggled(vcpu));
    thread.join().unwrap();
    // SAFETY: the last reference.
    unsafe { sys::s390irq_vm_unref(vm) };
}

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("use-after-free") => use_after_free(),
        Some("two-owners") => two_owners(),
        _ => {
            eprintln!("usage: misuse use-after-free|two-owners");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
