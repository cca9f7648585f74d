// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The same calls so many times, through the safe interface or through the C
//! interface, for tools that count instructions: run it twice with different
//! numbers and take the difference. `bindings/rust/measure` does that.

use std::process::ExitCode;
use std::ptr::NonNull;

use s390irq::{Attention, Cpu, Io, Machine, Vcpu};
use s390irq_sys as sys;

const USAGE: &str = "\
usage: count WORKLOAD INTERFACE ROUNDS

Does something ROUNDS times. INTERFACE is safe or c. WORKLOAD is one of
";

const RAM: usize = 1 << 16;
const OPEN: u64 = 0x0300_0001_8000_0000;
const CLOSED: u64 = 0x0000_0001_8000_0000;
const SUBCHANNEL: u32 = 0x0001_0000;

/// A CPU that runs, with everything of the C interface at hand.
struct Bench {
    machine: Machine,
    vcpu: Vcpu,
    attention: Attention,
    cpu: Cpu,
    raw: Raw,
}

/// The same objects for the C interface.
struct Raw {
    vm: *mut sys::s390irq_vm,
    vcpu: *mut sys::s390irq_vcpu,
    poll: sys::s390irq_poll,
    _ram: Box<[u64]>,
    cpu: sys::s390irq_cpu,
}

/// One workload: its name, and a round of it in each interface.
struct Workload {
    name: &'static str,
    what: &'static str,
    psw_mask: u64,
    safe: fn(&mut Bench),
    c: fn(&mut Bench),
}

// SAFETY (of all calls of the C interface below): one thread, and all objects
// live as long as Bench.

fn deliver_safe(bench: &mut Bench) {
    let _ = bench.vcpu.deliver(&mut bench.cpu);
}

fn deliver_c(bench: &mut Bench) {
    let raw = &mut bench.raw;
    // SAFETY: as said above.
    let _ = unsafe {
        sys::s390irq_vcpu_deliver(raw.vcpu, &mut raw.cpu, std::ptr::null_mut())
    };
}

fn emergency_safe(bench: &mut Bench) {
    let _ = bench.vcpu.emergency_signal(0);
}

fn emergency_c(bench: &mut Bench) {
    // SAFETY: as said above.
    unsafe { sys::s390irq_vcpu_inject_emergency(bench.raw.vcpu, 0) };
}

fn call_safe(bench: &mut Bench) {
    let _ = bench.vcpu.external_call(0);
}

fn call_c(bench: &mut Bench) {
    // SAFETY: as said above.
    unsafe { sys::s390irq_vcpu_inject_external_call(bench.raw.vcpu, 0) };
}

fn service_safe(bench: &mut Bench) {
    let _ = bench.machine.service_signal(0x1000);
}

fn service_c(bench: &mut Bench) {
    // SAFETY: as said above.
    unsafe { sys::s390irq_vm_inject_service(bench.raw.vm, 0x1000) };
}

fn io_safe(bench: &mut Bench) {
    let io = Io { subchannel: SUBCHANNEL, parameter: 1, isc: 3 };
    let _ = bench.machine.io(io);
}

fn io_c(bench: &mut Bench) {
    // SAFETY: as said above.
    unsafe { sys::s390irq_vm_inject_io(bench.raw.vm, SUBCHANNEL, 1, 3 << 27) };
}

fn masks_safe(bench: &mut Bench) {
    let _ = bench.vcpu.masks_changed(&bench.cpu);
}

fn masks_c(bench: &mut Bench) {
    let raw = &bench.raw;
    // SAFETY: as said above.
    unsafe { sys::s390irq_vcpu_masks_changed(raw.vcpu, &raw.cpu) };
}

fn attention_safe(bench: &mut Bench) {
    std::hint::black_box(bench.attention.is_raised());
}

fn attention_c(bench: &mut Bench) {
    let poll = &bench.raw.poll;
    // SAFETY: as said above. This is the header's inline function.
    let raised = unsafe {
        (poll.local.read_volatile() | poll.floating.read_volatile())
            & poll.open.read_volatile()
            != 0
    };
    std::hint::black_box(raised);
}

/// What the handler does: back, with its masks open.
fn reopen(bench: &mut Bench) {
    bench.cpu.psw_mask = OPEN;
    bench.raw.cpu.psw_mask = OPEN;
}

macro_rules! taken {
    ($safe:ident, $c:ident) => {
        (
            |bench| {
                $safe(bench);
                deliver_safe(bench);
                reopen(bench);
            },
            |bench| {
                $c(bench);
                deliver_c(bench);
                reopen(bench);
            },
        )
    };
}

/// A round through the safe interface, and one through the C interface.
type Rounds = (fn(&mut Bench), fn(&mut Bench));

const fn workload(
    name: &'static str,
    what: &'static str,
    psw_mask: u64,
    (safe, c): Rounds,
) -> Workload {
    Workload { name, what, psw_mask, safe, c }
}

static WORKLOADS: [Workload; 13] = [
    workload("empty", "the loop alone", CLOSED, (|_| {}, |_| {})),
    workload(
        "deliver",
        "deliver, nothing pending",
        OPEN,
        (deliver_safe, deliver_c),
    ),
    workload(
        "emergency",
        "inject an emergency signal that pends already",
        CLOSED,
        (emergency_safe, emergency_c),
    ),
    workload(
        "call",
        "inject an external call that is refused: busy",
        CLOSED,
        (call_safe, call_c),
    ),
    workload(
        "service",
        "inject a service signal that is refused: busy",
        CLOSED,
        (service_safe, service_c),
    ),
    workload(
        "io",
        "inject an I/O interruption that pends already",
        CLOSED,
        (io_safe, io_c),
    ),
    workload(
        "masks",
        "masks_changed without a change",
        CLOSED,
        (masks_safe, masks_c),
    ),
    workload(
        "attention",
        "attention, inline",
        CLOSED,
        (attention_safe, attention_c),
    ),
    workload(
        "emergency-taken",
        "inject an emergency signal and deliver it",
        OPEN,
        taken!(emergency_safe, emergency_c),
    ),
    workload(
        "call-taken",
        "inject an external call and deliver it",
        OPEN,
        taken!(call_safe, call_c),
    ),
    workload(
        "service-taken",
        "inject a service signal and deliver it",
        OPEN,
        taken!(service_safe, service_c),
    ),
    workload(
        "io-taken",
        "inject an I/O interruption and deliver it",
        OPEN,
        taken!(io_safe, io_c),
    ),
    workload(
        "report",
        "deliver with a report, nothing pending",
        OPEN,
        (
            |bench| {
                let mut report = s390irq::Report::default();
                let _ = bench.vcpu.deliver_report(&mut bench.cpu, &mut report);
                std::hint::black_box(&report);
            },
            |bench| {
                let raw = &mut bench.raw;
                let mut report = sys::s390irq_report {
                    size: size_of::<sys::s390irq_report>() as u32,
                    ..Default::default()
                };
                // SAFETY: as said above.
                let _ = unsafe {
                    sys::s390irq_vcpu_deliver(
                        raw.vcpu,
                        &mut raw.cpu,
                        &mut report,
                    )
                };
                std::hint::black_box(&report);
            },
        ),
    ),
];

fn registers(psw_mask: u64) -> Cpu {
    let mut cpu = Cpu { psw_mask, ..Cpu::default() };
    cpu.clock_comparator = u64::MAX;
    cpu.cr[0] = 0xe0 | 0x6200;
    cpu.cr[6] = 0xff00_0000;
    cpu
}

fn raw_bench(psw_mask: u64) -> Raw {
    let mut ram: Box<[u64]> = vec![0; RAM / 8].into();
    for psw in [0x1b0, 0x1f0] {
        ram[psw / 8] = CLOSED.to_be();
    }
    let config = sys::s390irq_vm_config {
        size: size_of::<sys::s390irq_vm_config>() as u32,
        cpus: 1,
        cp_service_limit: 1024,
        ram: ram.as_mut_ptr().cast(),
        ram_size: RAM as u64,
        ..Default::default()
    };
    let from = registers(psw_mask);
    let mut cpu = sys::s390irq_cpu {
        size: size_of::<sys::s390irq_cpu>() as u32,
        psw_mask: from.psw_mask,
        cr: from.cr,
        clock_comparator: from.clock_comparator,
        breaking_event_address: 1,
        ..Default::default()
    };
    let (mut vm, mut vcpu) = (std::ptr::null_mut(), std::ptr::null_mut());
    let mut poll = sys::s390irq_poll::default();
    // SAFETY: as said above.
    let good = unsafe {
        sys::s390irq_vm_create(
            &config,
            std::ptr::null(),
            std::ptr::null_mut(),
            &mut vm,
        ) == 0
            && sys::s390irq_vm_add_subchannel(vm, SUBCHANNEL) == 0
            && sys::s390irq_vcpu_create(vm, 0, std::ptr::null_mut(), &mut vcpu)
                == 0
            && sys::s390irq_vcpu_poll(vcpu, &mut poll) == 0
            && sys::s390irq_vcpu_start(vcpu, &cpu) == 0
            && sys::s390irq_vcpu_deliver(vcpu, &mut cpu, std::ptr::null_mut())
                == 0
    };
    assert!(good && NonNull::new(vcpu).is_some());
    Raw { vm, vcpu, poll, _ram: ram, cpu }
}

fn bench(psw_mask: u64) -> s390irq::Result<Bench> {
    let machine = Machine::new(1, RAM)?;
    for psw in [0x1b0, 0x1f0] {
        machine.write_ram(psw, &CLOSED.to_be_bytes()).expect("it is there");
    }
    machine.add_subchannel(SUBCHANNEL)?;
    let mut vcpu = machine.vcpu(0)?;
    let mut cpu = registers(psw_mask);
    vcpu.start(Some(&cpu))?;
    vcpu.deliver(&mut cpu)?;
    let attention = vcpu.attention();
    Ok(Bench { machine, vcpu, attention, cpu, raw: raw_bench(psw_mask) })
}

#[inline(never)]
fn rounds(bench: &mut Bench, round: fn(&mut Bench), rounds: u64) {
    for _ in 0..rounds {
        round(bench);
    }
}

fn run(arguments: &[String]) -> Option<()> {
    let [name, interface, number] = arguments else { return None };
    let workload = WORKLOADS.iter().find(|row| row.name == name)?;
    let round = match interface.as_str() {
        "safe" => workload.safe,
        "c" => workload.c,
        _ => return None,
    };
    let number = number.parse().ok()?;
    let mut bench = bench(workload.psw_mask).expect("it can be set up");
    rounds(&mut bench, round, number);
    Some(())
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if run(&arguments).is_some() {
        return ExitCode::SUCCESS;
    }
    let mut text = USAGE.to_string();
    for row in &WORKLOADS {
        text += &format!("  {:16} {}\n", row.name, row.what);
    }
    if arguments == ["--help"] {
        print!("{text}");
        return ExitCode::SUCCESS;
    }
    eprint!("{text}");
    ExitCode::from(2)
}
