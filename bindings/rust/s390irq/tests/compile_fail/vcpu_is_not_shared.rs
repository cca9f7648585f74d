//! A Vcpu may move to another thread, but two may not have it.

fn shared<T: Sync>(_: &T) {}

fn main() {
    let machine = s390irq::Machine::new(1, 4096).unwrap();
    let vcpu = machine.vcpu(0).unwrap();
    shared(&vcpu);
}
