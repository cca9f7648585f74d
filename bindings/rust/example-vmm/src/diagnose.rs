// SPDX-License-Identifier: BSD-3-Clause
//! DIAGNOSE: what a guest may ask of this VMM; examples/vmm/firmware/diagnose.c says
//! what the functions are. And SET INTERRUPTION CONTROLS.

use s390irq::{
    AdapterFlags, AisMode, Conditions, Error, Interruption, Kind, MachineCheck,
    Outcome, Program, Route,
};

use crate::channel::Event;
use crate::instructions::{Instruction, Raised, OPERAND, SPECIFICATION};
use crate::ram::number;
use crate::vmm::Vmm;

/// Not at a CPU, although the kind would allow it.
const AT_NO_CPU: u32 = 0xffff;
/// So long a page takes, in TOD units.
const ARRIVES_TOD: u64 = 30_000;

type Function = fn(&mut Vmm, usize, &Instruction) -> Raised;

const FUNCTIONS: [(u16, Function); 10] = [
    (0x44, give_up),
    (0x9c, give_up),
    (0x258, page_fault_handshake),
    (0x600, inject),
    (0x601, pending),
    (0x602, check_stop),
    (0x603, page_fault),
    (0x610, add_adapter),
    (0x611, mask_adapter),
    (0x612, fire_adapter),
];

pub fn diagnose(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let code = i.address as u16;
    match FUNCTIONS.iter().find(|(known, _)| *known == code) {
        Some((_, function)) => function(vmm, at, i),
        None => Err(SPECIFICATION),
    }
}

fn give_up(vmm: &mut Vmm, at: usize, _: &Instruction) -> Raised {
    vmm.cpus[at].yields = true;
    Ok(())
}

fn check_stop(vmm: &mut Vmm, at: usize, _: &Instruction) -> Raised {
    let stopped = vmm.cpus[at].vcpu.check_stop();
    vmm.expect(stopped);
    vmm.cpus[at].must_deliver = true;
    Ok(())
}

/// What the request is. `None`: there is nothing of the kind to ask for.
fn requested(
    kind: Kind,
    parameter: u32,
    parameter64: u64,
) -> Option<Interruption> {
    use Interruption as I;
    let source = parameter as u16;
    let plain = parameter == 0 && parameter64 == 0;
    let small = parameter64 == 0;
    Some(match kind {
        Kind::MachineCheck => I::MachineCheck(MachineCheck {
            conditions: Conditions::from_bits_retain(parameter64),
            external_damage: parameter,
            ..Default::default()
        }),
        Kind::MalfunctionAlert => I::MalfunctionAlert { source },
        Kind::EmergencySignal => I::EmergencySignal { source },
        Kind::ExternalCall => I::ExternalCall { source },
        Kind::Iucv => I::Iucv { subcode: source },
        Kind::Program => I::Program(Program::default()),
        Kind::SupervisorCall if small => {
            I::SupervisorCall { code: 0, ilc: parameter as u8 }
        }
        Kind::MeasurementAlert if small => I::MeasurementAlert { parameter },
        Kind::ServiceSignal if small => I::ServiceSignal { parameter },
        Kind::Stop if small && parameter < 2 => {
            I::Stop { store_status: parameter == 1 }
        }
        Kind::PfaultInit if parameter == 0 => {
            I::PfaultInit { token: parameter64 }
        }
        Kind::PfaultDone if parameter == 0 => {
            I::PfaultDone { token: parameter64 }
        }
        Kind::Virtio => I::Virtio { parameter, parameter64 },
        Kind::InterruptKey if plain => I::InterruptKey,
        Kind::TodSyncCheck if plain => I::TodSyncCheck,
        Kind::ClockComparator if plain => I::ClockComparator,
        Kind::CpuTimer if plain => I::CpuTimer,
        Kind::TimingAlert if plain => I::TimingAlert,
        Kind::WarningTrack if plain => I::WarningTrack,
        Kind::Restart if plain => I::Restart,
        _ => return None,
    })
}

/// Most kinds are either floating or local; the library knows which.
fn inject_one(
    vmm: &mut Vmm,
    target: u32,
    interruption: &Interruption,
) -> s390irq::Result<Outcome> {
    let kind = interruption.kind();
    let local = kind == Kind::MachineCheck && target != AT_NO_CPU;
    let mut outcome = if local {
        Err(Error::Invalid)
    } else {
        vmm.machine.inject(interruption)
    };
    if outcome == Err(Error::Invalid) {
        outcome = match vmm.machine.target(target) {
            Some(target) => target.inject(interruption),
            None => Err(Error::Invalid),
        };
    }
    if outcome.is_ok() {
        vmm.count(kind, outcome);
    }
    outcome
}

fn inject(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let request: [u8; 20] = vmm.fetch_aligned(at, vmm.general(i.r1), 8)?;
    let kind =
        Kind::from_raw(number(&request[..2]) as u16).ok_or(SPECIFICATION)?;
    let target = number(&request[2..4]) as u32;
    let parameter = number(&request[4..8]) as u32;
    let mut parameter64 = number(&request[8..16]);
    let repetitions = number(&request[16..20]).max(1);
    let mut outcome = Outcome::Queued;
    for _ in 0..repetitions {
        let interruption =
            requested(kind, parameter, parameter64).ok_or(SPECIFICATION)?;
        outcome = inject_one(vmm, target, &interruption)
            .map_err(|_| SPECIFICATION)?;
        if parameter64 != 0 {
            parameter64 += 1;
        }
    }
    vmm.set_general(i.r3, outcome.raw() as u64);
    Ok(())
}

fn pending(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let floating = vmm.machine.queue().pending().bits();
    let local = vmm.cpus[at].vcpu.queue().pending().bits();
    vmm.set_general(i.r3, (floating | local).into());
    Ok(())
}

/// What the guest is told in R3.
fn answer(
    vmm: &Vmm,
    i: &Instruction,
    outcome: s390irq::Result<Outcome>,
    if_not: u64,
) -> Raised {
    let outcome = outcome.map_err(|_| SPECIFICATION)?;
    vmm.set_general(i.r3, if outcome == Outcome::Queued { 0 } else { if_not });
    Ok(())
}

/// There is no paging here: the guest says when a page of it is missing, and
/// the page arrives a little later.
fn page_fault_handshake(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    const LEAST_LENGTH: u64 = 5;
    const VERSION: u64 = 2;
    let block: [u8; 40] = vmm.fetch_aligned(at, vmm.general(i.r1), 8)?;
    if number(&block[4..6]) < LEAST_LENGTH || number(&block[6..8]) != VERSION {
        return Err(SPECIFICATION);
    }
    let vcpu = &mut vmm.cpus[at].vcpu;
    match number(&block[2..4]) {
        0 => {
            let begun = vcpu.pfault_begin(
                number(&block[8..16]),
                number(&block[16..24]),
                number(&block[24..32]),
            );
            answer(vmm, i, begun, 8)
        }
        1 => {
            let ended = vcpu.pfault_cancel();
            answer(vmm, i, ended, 4)
        }
        _ => Err(SPECIFICATION),
    }
}

impl Vmm {
    pub fn page_arrives(&mut self, token: u64) {
        let done = Interruption::PfaultDone { token };
        let outcome = self.machine.inject(&done);
        self.count(Kind::PfaultDone, outcome);
    }

    /// Tells the guest of the page, with the token that is at this address.
    fn tell_of_page(&mut self, at: usize, address: u64) -> bool {
        let Ok(token) = self.fetch(at, address).map(u64::from_be_bytes) else {
            return false;
        };
        if !self.add_event(ARRIVES_TOD, Event::Page(token)) {
            return false;
        }
        let init = Interruption::PfaultInit { token };
        let outcome = self.cpus[at].vcpu.inject(&init);
        self.count(Kind::PfaultInit, outcome);
        true
    }
}

fn page_fault(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let cpu = &mut vmm.cpus[at];
    let may = cpu.vcpu.pfault_may_start(&cpu.registers);
    let told = match vmm.expect(may).flatten() {
        Some(address) => vmm.tell_of_page(at, address),
        None => false,
    };
    vmm.set_general(i.r3, told.into());
    Ok(())
}

fn add_adapter(vmm: &mut Vmm, _: usize, i: &Instruction) -> Raised {
    let flags = AdapterFlags::MASKABLE | AdapterFlags::SUPPRESSIBLE;
    let id = vmm.general(i.r1) as u32;
    let isc = u8::try_from(vmm.general(i.r3) as u32);
    let isc = isc.map_err(|_| SPECIFICATION)?;
    vmm.machine.add_adapter(id, isc, flags).map_err(|_| SPECIFICATION)?;
    vmm.set_general(i.r3, 0);
    Ok(())
}

/// What it signalled while it was masked is presented when it is unmasked.
fn mask_adapter(vmm: &mut Vmm, _: usize, i: &Instruction) -> Raised {
    let id = vmm.general(i.r1) as u32;
    let masked = vmm.general(i.r3) != 0;
    let adapter = vmm.machine.adapter(id);
    if adapter.is_ok_and(|adapter| adapter.remembered) && !masked {
        vmm.count(Kind::Adapter, Ok(Outcome::Queued));
    }
    let before =
        vmm.machine.mask_adapter(id, masked).map_err(|_| SPECIFICATION)?;
    vmm.set_general(i.r3, before.into());
    Ok(())
}

fn fire_adapter(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let route: [u8; 40] = vmm.fetch_aligned(at, vmm.general(i.r1), 8)?;
    let route = Route {
        adapter: number(&route[..4]) as u32,
        indicator_absolute: number(&route[8..16]),
        indicator_offset: number(&route[16..24]),
        summary_absolute: number(&route[24..32]),
        summary_offset: number(&route[32..40]),
    };
    let outcome = vmm.machine.fire_route(&route).map_err(|_| SPECIFICATION)?;
    vmm.count(Kind::Adapter, Ok(outcome));
    vmm.set_general(i.r3, outcome.raw() as u64);
    Ok(())
}

/// R1 has the mode, R3 the subclass in bits 34 to 36.
pub fn set_interruption_controls(
    vmm: &mut Vmm,
    _: usize,
    i: &Instruction,
) -> Raised {
    let mode = u32::from(vmm.general(i.r1) as u16);
    let isc = ((vmm.general(i.r3) >> 27) & 7) as u8;
    let mode = AisMode::from_raw(mode).ok_or(OPERAND)?;
    vmm.machine.set_ais(isc, mode).map_err(|_| OPERAND)
}
