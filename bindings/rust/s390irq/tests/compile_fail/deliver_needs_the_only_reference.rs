//! An owner's call is not made through a shared reference.

fn deliver(vcpu: &s390irq::Vcpu) {
    let _ = vcpu.deliver(&mut s390irq::Cpu::default());
}

fn main() {
    let machine = s390irq::Machine::new(1, 4096).unwrap();
    deliver(&machine.vcpu(0).unwrap());
}
