// SPDX-License-Identifier: BSD-3-Clause
//! SERVICE CALL: the SCLP console and enough about the machine for small
//! guests. The answer is in the SCCB at once; the service signal that tells of
//! it is the library's business.

use s390irq::{Kind, Outcome};

use crate::instructions::{Instruction, Raised, ADDRESSING, SPECIFICATION};
use crate::vmm::Vmm;

/// Offsets in an SCCB.
const RESPONSE: u64 = 6;
const DATA: u64 = 8;

/// Response codes.
const INFORMATION: u16 = 0x0010;
const DONE: u16 = 0x0020;
const UNKNOWN_COMMAND: u16 = 0x01f0;
const SHORT_SCCB: u16 = 0x0300;
const UNKNOWN_EVENT: u16 = 0x40f0;
const NO_EVENT: u16 = 0x62f0;

/// Event types, and their bits in event masks.
const MESSAGE: u8 = 0x02;
const ASCII: u8 = 0x1a;
const EVENT_MASK: u64 =
    (0x8000_0000 >> (MESSAGE - 1)) | (0x8000_0000 >> (ASCII - 1));
const PROCESSED: u8 = 0x80;

/// Absolute address and length.
#[derive(Clone, Copy)]
struct Sccb {
    at: u64,
    length: u64,
}

type Command = fn(&mut Vmm, Sccb) -> u16;

const COMMANDS: [(u32, Command); 6] = [
    (0x0001_0001, read_cpu_information),
    (0x0002_0001, read_scp_information),
    (0x0012_0001, read_scp_information),
    (0x0076_0005, write_event_data),
    (0x0077_0005, |_, _| NO_EVENT),
    (0x0078_0005, write_event_mask),
];

/// Code page 037 of what messages are made of.
fn ascii_of(ebcdic: u8) -> char {
    const LETTERS: [&[u8; 9]; 3] = [b"abcdefghi", b"jklmnopqr", b"~stuvwxyz"];
    const SIGNS: &[u8] = b"\x40 \x4b.\x4c<\x4d(\x4e+\x50&\x5a!\x5b$\x5c*\x5d)\
        \x5e;\x60-\x61/\x6b,\x6c%\x6d_\x6e>\x6f?\x7a:\x7b#\x7c@\x7d'\x7e=\
        \x7f\"\x15\n\x25\n";
    let (row, column) = (ebcdic >> 4, ebcdic & 15);
    if row == 0xf && column <= 9 {
        return char::from(b'0' + column);
    }
    if row >= 8 && row & 3 < 3 && (1..=9).contains(&column) {
        let letter = LETTERS[usize::from(row & 3)][usize::from(column) - 1];
        let upper = row >= 0xc;
        return char::from(if upper { letter - b'a' + b'A' } else { letter });
    }
    let sign = SIGNS.chunks(2).find(|pair| pair[0] == ebcdic);
    sign.map_or('.', |pair| char::from(pair[1]))
}

impl Vmm {
    fn put(&mut self, character: char) {
        print!("{character}");
        self.line_open = character != '\n';
    }

    /// Ends a line that the guest left open on the console.
    pub fn end_line(&mut self) {
        if self.line_open {
            self.put('\n');
        }
    }

    /// A message is a header of 12 bytes and objects; object 4 is a line.
    fn write_message(&mut self, message: u64, length: u64) {
        const HEADER: u64 = 12;
        const TEXT: u64 = 10;
        let mut at = HEADER;
        while at + 4 <= length {
            let object = self.ram.number(message + at, 2);
            if object < 4 || at + object > length {
                break;
            }
            if self.ram.number(message + at + 2, 2) == 4 && object >= TEXT {
                for place in at + TEXT..at + object {
                    self.put(ascii_of(self.ram.byte(message + place)));
                }
                self.put('\n');
            }
            at += object;
        }
    }

    fn write_ascii(&mut self, text: u64, length: u64) {
        for place in text..text + length {
            match self.ram.byte(place) {
                b'\r' | 0 => {}
                byte => self.put(byte.into()),
            }
        }
    }

    fn write_cpu_entries(&self, entries: u64) {
        for at in 0..u64::from(self.options.cpus) {
            self.ram.set_byte(entries + 16 * at, at as u8);
        }
    }

    fn clear(&self, sccb: Sccb) {
        for place in sccb.at + DATA..sccb.at + sccb.length {
            self.ram.set_byte(place, 0);
        }
    }
}

/// Events the host does not know stay unmarked, else guests would wait.
fn write_event_data(vmm: &mut Vmm, sccb: Sccb) -> u16 {
    const HEADER: u64 = 6;
    let mut response = DONE;
    let mut at = DATA;
    while at + HEADER <= sccb.length {
        let event = sccb.at + at;
        let length = vmm.ram.number(event, 2);
        if length < HEADER || at + length > sccb.length {
            break;
        }
        match vmm.ram.byte(event + 2) {
            ASCII => vmm.write_ascii(event + HEADER, length - HEADER),
            MESSAGE => vmm.write_message(event + HEADER, length - HEADER),
            _ => response = UNKNOWN_EVENT,
        }
        if response == DONE {
            let flags = vmm.ram.byte(event + 3);
            vmm.ram.set_byte(event + 3, flags | PROCESSED);
        }
        at += length;
    }
    response
}

/// The guest's masks come first, then what the host receives and sends.
fn write_event_mask(vmm: &mut Vmm, sccb: Sccb) -> u16 {
    const MASKS: u64 = 12;
    if sccb.length < MASKS {
        return SHORT_SCCB;
    }
    let length = vmm.ram.number(sccb.at + 10, 2);
    if length < 4 || MASKS + 4 * length > sccb.length {
        return SHORT_SCCB;
    }
    let receive = sccb.at + MASKS + 2 * length;
    for place in receive..receive + 2 * length {
        vmm.ram.set_byte(place, 0);
    }
    vmm.ram.set_number(receive, EVENT_MASK, 4);
    vmm.ram.set_number(receive + length, EVENT_MASK, 4);
    DONE
}

fn read_scp_information(vmm: &mut Vmm, sccb: Sccb) -> u16 {
    const ENTRIES: u64 = 128;
    const EBCDIC_BLANK: u8 = 0x40;
    let cpus = u64::from(vmm.options.cpus);
    if sccb.length < ENTRIES + 16 * cpus {
        return SHORT_SCCB;
    }
    vmm.clear(sccb);
    vmm.ram.set_number(sccb.at + 8, vmm.ram.size() >> 20, 2);
    // An increment is 1 MiB.
    vmm.ram.set_byte(sccb.at + 10, 1);
    vmm.ram.set_number(sccb.at + 16, cpus, 2);
    vmm.ram.set_number(sccb.at + 18, ENTRIES, 2);
    // Load parameter.
    vmm.ram.set_bytes(sccb.at + 24, &[EBCDIC_BLANK; 8]);
    // Read CPU information exists.
    vmm.ram.set_byte(sccb.at + 48, 0x08);
    vmm.ram.set_number(sccb.at + 120, cpus - 1, 2);
    vmm.write_cpu_entries(sccb.at + ENTRIES);
    INFORMATION
}

fn read_cpu_information(vmm: &mut Vmm, sccb: Sccb) -> u16 {
    const ENTRIES: u64 = 16;
    let cpus = u64::from(vmm.options.cpus);
    if sccb.length < ENTRIES + 16 * cpus {
        return SHORT_SCCB;
    }
    vmm.clear(sccb);
    vmm.ram.set_number(sccb.at + 8, cpus, 2);
    vmm.ram.set_number(sccb.at + 10, ENTRIES, 2);
    vmm.ram.set_number(sccb.at + 14, ENTRIES + 16 * cpus, 2);
    vmm.write_cpu_entries(sccb.at + ENTRIES);
    INFORMATION
}

/// Not in a prefix area, on a doubleword, below 2 GiB and all in storage.
fn check_sccb(vmm: &Vmm, at: usize, address: u64) -> Result<Sccb, u16> {
    const AREA: u64 = 8192;
    let prefix = u64::from(vmm.cpus[at].registers.prefix);
    if address & !0x7fff_fff8 != 0
        || address < AREA
        || address.wrapping_sub(prefix) < AREA
    {
        return Err(SPECIFICATION);
    }
    if !vmm.ram.has(address, DATA) {
        return Err(ADDRESSING);
    }
    let length = vmm.ram.number(address, 2);
    if length < DATA {
        return Err(SPECIFICATION);
    }
    if !vmm.ram.has(address, length) {
        return Err(ADDRESSING);
    }
    Ok(Sccb { at: address, length })
}

pub fn service_call(vmm: &mut Vmm, at: usize, i: &Instruction) -> Raised {
    let command = vmm.general(i.rre1) as u32;
    let address = vmm.general(i.rre2) as u32;
    let sccb = check_sccb(vmm, at, address.into())?;
    let outcome = vmm.machine.service_signal(address);
    vmm.count(Kind::ServiceSignal, outcome);
    let queued = outcome == Ok(Outcome::Queued);
    if queued {
        let known = COMMANDS.iter().find(|(code, _)| *code == command);
        let response =
            known.map_or(UNKNOWN_COMMAND, |(_, function)| function(vmm, sccb));
        vmm.ram.set_number(sccb.at + RESPONSE, response.into(), 2);
    }
    vmm.condition(at, if queued { 0 } else { 2 });
    Ok(())
}
