// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! States go through serde and come back.

use s390irq::{Cpu, Machine, Registers};
use s390irq_vmm::state::{CpuState, MachineState};

#[test]
fn a_machine_travels_as_json() {
    let machine = Machine::new(1, 1 << 20).unwrap();
    let mut vcpu = machine.vcpu(0).unwrap();
    let mut cpu = Cpu { psw_mask: 0x0002_0001_8000_0000, ..Cpu::default() };
    vcpu.start(Some(&cpu)).unwrap();
    vcpu.emergency_signal(0).unwrap();
    machine.service_signal(0x2000).unwrap();
    machine.pause().unwrap();
    vcpu.deliver(&mut cpu).unwrap();
    assert!(machine.pause().unwrap());

    let mut registers = Registers::default();
    registers.general[7] = 7;
    let state = MachineState::save(&machine, &[registers]).unwrap();
    let text = serde_json::to_string(&state).unwrap();
    let read: MachineState = serde_json::from_str(&text).unwrap();
    assert_eq!(read, state);

    let other = Machine::new(1, 1 << 20).unwrap();
    let there = other.vcpu(0).unwrap();
    let registers = read.load(&other).unwrap();
    assert_eq!(registers[0].general[7], 7);
    assert_eq!(there.queue().list().unwrap(), vcpu.queue().list().unwrap());
    assert_eq!(other.queue().list().unwrap(), machine.queue().list().unwrap());
}

#[test]
fn registers_travel_as_json() {
    let mut cpu = Cpu { prefix: 0x2000, cpu_timer: 5, ..Cpu::default() };
    cpu.cr[6] = 0xff00_0000;
    let text = serde_json::to_string(&CpuState::from(&cpu)).unwrap();
    let state: CpuState = serde_json::from_str(&text).unwrap();
    assert_eq!(Cpu::from(&state), cpu);
}

#[test]
fn another_version_is_refused() {
    let machine = Machine::new(1, 1 << 20).unwrap();
    let state =
        MachineState { version: 2, interruptions: vec![], registers: vec![] };
    assert_eq!(state.load(&machine), Err(s390irq::Error::Format));
}
