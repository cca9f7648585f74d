// SPDX-License-Identifier: BSD-3-Clause
//! What is at the channel subsystem? A few subchannels, each with a device
//! that knows NO OPERATION and SENSE ID, behind channel path 0. It has no
//! storage keys, no paths to choose from, and CCWs of format 1 only.
//! Devices go by the virtual clock even if the guest has the host's: no guest
//! is too slow for them.

use s390irq::{Conditions, Interruption, Io, Kind, MachineCheck};

use crate::ram::number;
use crate::turn::NEVER;
use crate::vmm::Vmm;

/// Their numbers are 0 and up.
pub const SUBCHANNELS: usize = 8;
const REPORTS: usize = 4;
const MOST_EVENTS: usize = 32;

/// PMCW.
pub const PATH_ISC_BITS: u16 = 0x3800;
pub const PATH_ENABLED: u16 = 0x0080;
pub const PATH_VALID: u16 = 0x0001;

/// Functions, activities and status in the SCSW (PoP ch. 16).
pub const FUNCTION_START: u16 = 0x4000;
pub const FUNCTION_HALT: u16 = 0x2000;
pub const FUNCTION_CLEAR: u16 = 0x1000;
pub const FUNCTIONS: u16 = 0x7000;
const SUBCHANNEL_ACTIVE: u16 = 0x0080;
const DEVICE_ACTIVE: u16 = 0x0040;
const STATUS_ALERT: u16 = 0x0010;
pub const STATUS_INTERMEDIATE: u16 = 0x0008;
pub const STATUS_PRIMARY: u16 = 0x0004;
pub const STATUS_SECONDARY: u16 = 0x0002;
pub const STATUS_PENDING: u16 = 0x0001;
pub const STATUS: u16 = 0x001f;

/// Flags of a CCW.
const CHAIN_COMMAND: u8 = 0x40;
const SUPPRESS_LENGTH: u8 = 0x20;
/// Program-controlled interruption.
const INTERRUPT: u8 = 0x08;

/// Device and subchannel status.
const CHANNEL_END_DEVICE_END: u8 = 0x0c;
const UNIT_CHECK: u8 = 0x02;
const PROGRAM_CHECK: u8 = 0x20;
const INCORRECT_LENGTH: u8 = 0x40;

/// CRW: solicited, of a channel path, which is initialized (PoP ch. 17).
const REPORT_PATH_INITIALIZED: u32 = 0x4402_0000;
const REPORT_OVERFLOW: u32 = 0x2000_0000;

const CCW: u64 = 8;

/// What STORE SUBCHANNEL shows (PoP ch. 15, SCHIB).
#[derive(Clone, Copy, Default)]
pub struct Subchannel {
    /// The interruption parameter.
    pub parameter: u32,
    /// PMCW: subclass and whether it is enabled.
    pub path: u16,
    /// SCSW: key and flags of the start function.
    pub started: u16,
    /// SCSW: functions, activities, status.
    pub control: u16,
    /// SCSW: address of the next CCW.
    pub program: u32,
    pub device_status: u8,
    pub subchannel_status: u8,
    /// Count.
    pub residual: u16,
    /// In execution.
    ccw: [u8; 8],
}

#[derive(Default)]
pub struct Channel {
    pub subchannel: [Subchannel; SUBCHANNELS],
    /// Channel-report words, oldest first.
    pub reports: Vec<u32>,
}

/// What will a device do?
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The command of a subchannel ends.
    Finish(usize),
    /// A page with this token arrives.
    Page(u64),
}

/// What a device does: it sends bytes to storage, after a while.
struct Command {
    code: u8,
    bytes: &'static [u8],
    /// 0: it is an immediate command.
    takes_tod: u64,
}

const COMMANDS: [Command; 2] = [
    Command { code: 0x03, bytes: &[], takes_tod: 0 },
    Command {
        code: 0xe4,
        bytes: &[0xff, 0x03, 0x90, 0x01, 0x03, 0x90, 0x02],
        takes_tod: 100_000,
    },
];

/// The subsystem-identification word of a subchannel.
pub fn identification(number: usize) -> u32 {
    0x0001_0000 | number as u32
}

impl Vmm {
    /// Makes the subchannels known to the library.
    pub fn open_channel(&mut self) -> s390irq::Result<()> {
        for (number, subchannel) in
            self.channel.subchannel.iter_mut().enumerate()
        {
            subchannel.path = PATH_VALID;
            self.machine.add_subchannel(identification(number))?;
        }
        Ok(())
    }

    /// Something happens after a while; false: there is too much of it.
    pub fn add_event(&mut self, tod_units: u64, event: Event) -> bool {
        let tod = self.board.virtual_tod() + tod_units;
        if self.events.len() == MOST_EVENTS {
            return false;
        }
        let at = self.events.partition_point(|(other, _)| *other <= tod);
        self.events.insert(at, (tod, event));
        self.note_next_event();
        true
    }

    fn note_next_event(&self) {
        let next = self.events.first().map_or(NEVER, |(tod, _)| *tod);
        self.turn.next_event.set(next);
    }

    /// Does what is due.
    pub fn run_events(&mut self) {
        while let Some((tod, event)) = self.events.first().copied() {
            if tod > self.board.virtual_tod() {
                break;
            }
            self.events.remove(0);
            match event {
                Event::Finish(number) => {
                    if self.finish(number) {
                        self.run_program(number);
                    }
                }
                Event::Page(token) => self.page_arrives(token),
            }
        }
        self.note_next_event();
    }

    /// The subchannel has a status for the guest: it interrupts.
    pub fn channel_interrupt(&mut self, number: usize, status: u16) {
        let subchannel = &mut self.channel.subchannel[number];
        subchannel.control |= status | STATUS_PENDING;
        let io = Io {
            subchannel: identification(number),
            parameter: subchannel.parameter,
            isc: ((subchannel.path >> 11) & 7) as u8,
        };
        let outcome = self.machine.io(io);
        self.count(Kind::Io, outcome);
    }

    /// The start function is over; device and subchannel say how.
    fn end(&mut self, number: usize, device: u8, subchannel_status: u8) {
        let mut status = STATUS_PRIMARY | STATUS_SECONDARY;
        if subchannel_status != 0 || device & UNIT_CHECK != 0 {
            status |= STATUS_ALERT;
        }
        let subchannel = &mut self.channel.subchannel[number];
        subchannel.control &= FUNCTIONS | STATUS;
        subchannel.device_status = device;
        subchannel.subchannel_status = subchannel_status;
        self.channel_interrupt(number, status);
    }

    /// The command has ended; true: the next one is chained to it.
    fn finish(&mut self, number_of: usize) -> bool {
        let ccw = self.channel.subchannel[number_of].ccw;
        let (count, address) = (number(&ccw[2..4]), number(&ccw[4..8]));
        let Some(command) = find(ccw[0]) else {
            self.end(number_of, CHANNEL_END_DEVICE_END | UNIT_CHECK, 0);
            return false;
        };
        let all = command.bytes.len() as u64;
        let length = count.min(all);
        if !self.ram.has(address, length) {
            self.end(number_of, 0, PROGRAM_CHECK);
            return false;
        }
        self.ram.set_bytes(address, &command.bytes[..length as usize]);
        let residual = (count - length) as u16;
        self.channel.subchannel[number_of].residual = residual;
        if all != 0 && all != count && ccw[1] & SUPPRESS_LENGTH == 0 {
            self.end(number_of, CHANNEL_END_DEVICE_END, INCORRECT_LENGTH);
            return false;
        }
        if ccw[1] & CHAIN_COMMAND != 0 {
            return true;
        }
        self.end(number_of, CHANNEL_END_DEVICE_END, 0);
        false
    }

    /// Begins a command; true: it is immediate, and there is another one.
    fn begin(&mut self, number: usize) -> bool {
        let program = u64::from(self.channel.subchannel[number].program);
        if !self.ram.has(program, CCW) || program % CCW != 0 {
            self.end(number, 0, PROGRAM_CHECK);
            return false;
        }
        let ccw: [u8; 8] = self.ram.bytes(program);
        let subchannel = &mut self.channel.subchannel[number];
        subchannel.ccw = ccw;
        subchannel.program += CCW as u32;
        if ccw[1] & INTERRUPT != 0 {
            self.channel_interrupt(number, STATUS_INTERMEDIATE);
        }
        let takes = find(ccw[0]).map_or(0, |command| command.takes_tod);
        if takes != 0 && self.add_event(takes, Event::Finish(number)) {
            return false;
        }
        self.finish(number)
    }

    fn run_program(&mut self, number: usize) {
        while self.begin(number) {}
    }

    /// Begins a channel program.
    pub fn start_program(&mut self, number: usize) {
        let subchannel = &mut self.channel.subchannel[number];
        subchannel.control = FUNCTION_START | SUBCHANNEL_ACTIVE | DEVICE_ACTIVE;
        subchannel.device_status = 0;
        subchannel.subchannel_status = 0;
        subchannel.residual = 0;
        self.run_program(number);
    }

    pub fn cancel_program(&mut self, number: usize) {
        self.events.retain(|(_, event)| *event != Event::Finish(number));
        self.note_next_event();
    }

    /// Queues a channel-report word and has a machine check tell of it.
    pub fn report_path(&mut self) {
        let reports = &mut self.channel.reports;
        if reports.len() < REPORTS {
            reports.push(REPORT_PATH_INITIALIZED);
        } else if let Some(last) = reports.last_mut() {
            *last |= REPORT_OVERFLOW;
        }
        let check = Interruption::MachineCheck(MachineCheck {
            conditions: Conditions::CHANNEL_REPORT,
            ..Default::default()
        });
        let outcome = self.machine.inject(&check);
        self.count(Kind::MachineCheck, outcome);
    }
}

fn find(code: u8) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.code == code)
}
