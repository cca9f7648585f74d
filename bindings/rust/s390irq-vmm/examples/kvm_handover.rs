// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! A VMM leaves KVM with everything that pends there, goes on with
//! libs390irq's machine, and gives it back: what a VMM does that continues a
//! guest of a kernel on another engine, or debugs one.
//!
//! A kernel of s390x is not at hand everywhere, so the two files that the
//! calls go to are played here, by the kernel's rules for these calls.
//! `VcpuFd` and `FlicFd` are the real ones.

use std::cell::RefCell;
use std::io;

use s390irq::{Interruption, Io, Kind, Machine, Scope};
use s390irq_vmm::kvm::{
    hand_over, kvm_s390_irq, take_over, Flic, VcpuIrqState, RECORD,
};

/// What a file of the kernel has.
#[derive(Default)]
struct Kernel(RefCell<Vec<u8>>);

impl Kernel {
    fn pend(&self, interruption: &Interruption, scope: Scope) {
        let record = kvm_s390_irq::from_interruption(interruption, scope)
            .expect("KVM has a record of it");
        self.0.borrow_mut().extend(record.to_bytes());
    }

    fn add(&self, records: &[u8]) -> io::Result<()> {
        if records.is_empty() || records.len() % RECORD != 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.0.borrow_mut().extend(records);
        Ok(())
    }
}

impl VcpuIrqState for Kernel {
    fn irq_state(&self) -> io::Result<Vec<u8>> {
        Ok(self.0.borrow().clone())
    }

    fn set_irq_state(&self, records: &[u8]) -> io::Result<()> {
        if !self.0.borrow().is_empty() {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        self.add(records)
    }
}

impl Flic for Kernel {
    fn all_irqs(&self) -> io::Result<Vec<u8>> {
        Ok(self.0.borrow().clone())
    }

    fn enqueue(&self, records: &[u8]) -> io::Result<()> {
        self.add(records)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flic, cpu0, cpu1) =
        (Kernel::default(), Kernel::default(), Kernel::default());
    let io = Io { subchannel: 0x0001_0002, parameter: 0x1234, isc: 3 };
    flic.pend(&Interruption::Io(io), Scope::Floating);
    flic.pend(
        &Interruption::ServiceSignal { parameter: 0x1f_e000 },
        Scope::Floating,
    );
    cpu0.pend(&Interruption::EmergencySignal { source: 1 }, Scope::Local);
    cpu0.pend(&Interruption::EmergencySignal { source: 0 }, Scope::Local);
    cpu1.pend(&Interruption::ExternalCall { source: 0 }, Scope::Local);

    // The CPUs have been stopped in the kernel; these have never run.
    let machine = Machine::new(2, 1 << 20)?;
    let (first, second) = (machine.vcpu(0)?, machine.vcpu(1)?);
    let vcpus = [(first.target(), cpu0), (second.target(), cpu1)];
    take_over(&machine, &flic, &vcpus)?;
    println!("taken over:\n{}", first.explain_text()?);
    assert!(machine.queue().pending().contains(Kind::Io));
    assert_eq!(first.queue().len(), 2);

    // And back, into a kernel where nothing pends.
    let other = Kernel::default();
    let back = vcpus.map(|(target, _)| (target, Kernel::default()));
    hand_over(&machine, &other, &back)?;
    let records = |bytes: &Kernel| bytes.0.borrow().len() / RECORD;
    let (floating, local): (_, Vec<_>) =
        (records(&other), back.iter().map(|(_, k)| records(k)).collect());
    println!("handed over: {floating} floating, {local:?} at the CPUs");
    assert_eq!((floating, &local[..]), (2, &[2, 1][..]));

    // What KVM has no record of is named before anything moves.
    machine.inject(&Interruption::TimingAlert)?;
    let refused = hand_over(&machine, &Kernel::default(), &back);
    println!("with a timing alert: {}", refused.unwrap_err());
    Ok(())
}
