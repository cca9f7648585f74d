//! There is one Vcpu of a CPU. (Its Target may be cloned.)

fn main() {
    let machine = s390irq::Machine::new(1, 4096).unwrap();
    let vcpu = machine.vcpu(0).unwrap();
    let _again: s390irq::Vcpu = vcpu.clone();
}
