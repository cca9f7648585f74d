//! What belongs to the owner is not offered to others.

fn main() {
    let machine = s390irq::Machine::new(1, 4096).unwrap();
    let _vcpu = machine.vcpu(0).unwrap();
    let mut cpu = s390irq::Cpu::default();
    let _ = machine.target(0).unwrap().deliver(&mut cpu);
}
