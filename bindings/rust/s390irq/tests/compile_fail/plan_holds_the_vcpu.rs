//! While an interruption is in hand its CPU does nothing else.

fn main() {
    let machine = s390irq::Machine::new(1, 4096).unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = s390irq::Cpu::default();
    let plan = vcpu.prepare(&mut cpu).unwrap();
    let _ = vcpu.unplug();
    drop(plan);
}
