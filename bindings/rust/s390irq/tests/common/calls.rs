// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Random calls.

use proptest::prelude::*;
use s390irq::order;

pub const CPUS: u32 = 3;
/// The last of them has no CPU, and may have sent something all the same.
pub const ADDRESSES: u32 = CPUS + 1;
pub const SUBCHANNELS: u32 = 3;

#[derive(Clone, Copy, Debug)]
pub enum Call {
    Deliver(usize),
    Emergency(usize, u32),
    External(usize, u32),
    Alert(usize, u32),
    Key(usize),
    Service(u32),
    Io(u32, u32, u8),
    Sigp(usize, u32, u32, u32),
    Masks(usize, u8, u16),
    Return(usize),
    Svc(usize, u8),
    Program(usize, u16),
    Start(usize),
    Stop(usize),
    Reset(usize),
    TakeIo(u8),
    Pause,
    Resume,
}

pub fn calls() -> impl Strategy<Value = Call> {
    let cpu = 0..CPUS as usize;
    let sender = 0..ADDRESSES + 1;
    let orders = prop::sample::select(vec![
        order::SENSE,
        order::EXTERNAL_CALL,
        order::EMERGENCY_SIGNAL,
        order::START,
        order::STOP,
        order::RESTART,
        order::CPU_RESET,
        order::INITIAL_CPU_RESET,
        order::SET_PREFIX,
        order::STORE_STATUS,
        order::SENSE_RUNNING_STATUS,
        order::CONDITIONAL_EMERGENCY,
        0x55,
    ]);
    let parameter =
        prop::sample::select(vec![0, 2, 0x2000, 0x1500, 0x2_0000, u32::MAX]);
    let sccb = prop::sample::select(vec![0, 1, 3, 0x1500, 0x4002, 4]);
    prop_oneof![
        8 => cpu.clone().prop_map(Call::Deliver),
        3 => (cpu.clone(), sender.clone())
            .prop_map(|(a, s)| Call::Emergency(a, s)),
        2 => (cpu.clone(), sender.clone())
            .prop_map(|(a, s)| Call::External(a, s)),
        1 => (cpu.clone(), sender).prop_map(|(a, s)| Call::Alert(a, s)),
        1 => cpu.clone().prop_map(Call::Key),
        2 => sccb.prop_map(Call::Service),
        3 => (0..SUBCHANNELS + 1, any::<u32>(), 0..8_u8)
            .prop_map(|(n, p, i)| Call::Io(n, p, i)),
        4 => (cpu.clone(), 0..ADDRESSES + 1, orders, parameter)
            .prop_map(|(a, t, o, p)| Call::Sigp(a, t, o, p)),
        3 => (cpu.clone(), any::<u8>(), any::<u16>())
            .prop_map(|(a, p, c)| Call::Masks(a, p, c)),
        3 => cpu.clone().prop_map(Call::Return),
        1 => (cpu.clone(), any::<u8>()).prop_map(|(a, n)| Call::Svc(a, n)),
        1 => (cpu.clone(), 0..0x20_u16).prop_map(|(a, c)| Call::Program(a, c)),
        2 => cpu.clone().prop_map(Call::Start),
        1 => cpu.clone().prop_map(Call::Stop),
        1 => cpu.prop_map(Call::Reset),
        1 => any::<u8>().prop_map(Call::TakeIo),
        1 => Just(Call::Pause),
        2 => Just(Call::Resume),
    ]
}

/// More with S390IRQ_TEST_LONG.
pub fn cases() -> u32 {
    let long = std::env::var_os("S390IRQ_TEST_LONG").is_some();
    if long {
        1500
    } else {
        100
    }
}
