// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! A delivery: what the handler of an interruption found when it ran, recorded
//! or replayed; and the six classes with what each of them stores.

use std::ops::Range;

use serde_json::Value;

use crate::json::{self, bytes_of, KnownByte, Number, Outcome};

/// The fields that a handler logs and wipes are below this real address.
pub const IMAGE_SIZE: usize = 0x200;

/// A class of interruptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Restart,
    External,
    Svc,
    Program,
    MachineCheck,
    Io,
}

/// PoP ch. 3, assigned storage locations.
pub struct Row {
    pub class: Class,
    pub name: &'static str,
    /// Real addresses.
    pub old_psw: u64,
    pub new_psw: u64,
    /// Of the recorded guest, unless one says more.
    pub handler: u64,
    /// The old PSW included.
    pub ranges: &'static [Range<u64>],
    /// Names of recorded members, and where the same bytes are stored.
    pub fields: &'static [Field],
    /// Where the code is that tells one of the class from another.
    pub code: Range<u64>,
}

pub struct Field {
    pub name: &'static str,
    pub real: u64,
    pub length: u64,
    pub shift: u32,
    /// 0: all of it.
    pub mask: u64,
}

const fn field(name: &'static str, real: u64, length: u64) -> Field {
    Field { name, real, length, shift: 0, mask: 0 }
}

const fn part(name: &'static str, real: u64, shift: u32, mask: u64) -> Field {
    Field { name, real, length: 4, shift, mask }
}

/// In the order of `Class`.
#[allow(clippy::single_range_in_vec_init)]
pub static CLASSES: [Row; 6] = [
    Row {
        class: Class::Restart,
        name: "restart",
        old_psw: 0x120,
        new_psw: 0x1a0,
        handler: 0x11000,
        ranges: &[0x120..0x130],
        fields: &[],
        code: 0..0,
    },
    Row {
        class: Class::External,
        name: "external",
        old_psw: 0x130,
        new_psw: 0x1b0,
        handler: 0x11026,
        ranges: &[0x80..0x88, 0x130..0x140],
        fields: &[
            field("code", 0x86, 2),
            field("cpu_addr", 0x84, 2),
            field("param", 0x80, 4),
        ],
        code: 0x86..0x88,
    },
    Row {
        class: Class::Svc,
        name: "svc",
        old_psw: 0x140,
        new_psw: 0x1c0,
        handler: 0x1104c,
        ranges: &[0x88..0x8c, 0x140..0x150],
        fields: &[field("ilc", 0x88, 2), field("code", 0x8a, 2)],
        code: 0x8a..0x8c,
    },
    Row {
        class: Class::Program,
        name: "program",
        old_psw: 0x150,
        new_psw: 0x1d0,
        handler: 0x11072,
        ranges: &[0x8c..0xb8, 0x110..0x118, 0x150..0x160],
        fields: &[
            field("ilc", 0x8c, 2),
            field("code", 0x8e, 2),
            field("dxc_field", 0x90, 4),
            field("monitor_class", 0x94, 2),
            field("per_code", 0x96, 2),
            field("per_addr", 0x98, 8),
            field("teid", 0xa8, 8),
            field("monitor_code", 0xb0, 8),
            field("breaking_event", 0x110, 8),
        ],
        code: 0x8e..0x90,
    },
    Row {
        class: Class::MachineCheck,
        name: "machine-check",
        old_psw: 0x160,
        new_psw: 0x1e0,
        handler: 0x11098,
        ranges: &[0xa3..0xa4, 0xe8..0x100, 0x160..0x170],
        fields: &[
            field("mcic", 0xe8, 8),
            field("extdamage", 0xf4, 4),
            field("fail_addr", 0xf8, 8),
        ],
        code: 0..0,
    },
    Row {
        class: Class::Io,
        name: "io",
        old_psw: 0x170,
        new_psw: 0x1f0,
        handler: 0x110be,
        ranges: &[0xb8..0xc8, 0x170..0x180],
        fields: &[
            field("schid", 0xb8, 4),
            field("intparm", 0xbc, 4),
            field("intword", 0xc0, 4),
            part("isc", 0xc0, 27, 7),
            part("adapter", 0xc0, 31, 1),
        ],
        code: 0xb8..0xbc,
    },
];

impl Class {
    pub fn row(self) -> &'static Row {
        &CLASSES[self as usize]
    }

    pub fn of(name: &str) -> Option<Self> {
        CLASSES.iter().find(|row| row.name == name).map(|row| row.class)
    }
}

pub struct Delivery {
    pub number: u64,
    pub step: u64,
    pub cpu: usize,
    pub class: Class,
    pub prefix: Number,
    pub cr0: Number,
    pub old_mask: Number,
    pub old_address: Number,
    pub new_mask: Number,
    pub new_address: Number,
    /// Recorded: no name was known for the old address.
    pub somewhere: bool,
    /// Replayed: it came while the CPU was on its own.
    pub asynchronous: bool,
    /// Recorded: the members, for the decoded fields.
    pub members: Value,
    pub image: [KnownByte; IMAGE_SIZE],
}

impl Delivery {
    /// Bytes of the image as a number.
    pub fn field(&self, real: u64, length: u64) -> u64 {
        self.image[real as usize..(real + length) as usize]
            .iter()
            .fold(0, |value, byte| (value << 8) | u64::from(byte.value))
    }

    pub fn stored(&self, real: u64) -> bool {
        self.image[real as usize].stored
    }

    /// In a few words: "external 1201 on CPU 1 in step 8".
    pub fn describe(&self) -> String {
        let row = self.class.row();
        let length = row.code.end - row.code.start;
        let code = if length > 0 {
            let value = self.field(row.code.start, length);
            format!(" {value:0width$x}", width = 2 * length as usize)
        } else {
            String::new()
        };
        format!("{}{code} on CPU {} in step {}", row.name, self.cpu, self.step)
    }

    fn read(object: &Value) -> Outcome<Self> {
        let name = json::text(object, "class")?;
        let class = Class::of(name).ok_or(format!("no class \"{name}\""))?;
        let psw = |which: &str, part: &str| -> Outcome<Number> {
            let psw = object
                .get(which)
                .filter(|value| value.is_object())
                .ok_or(format!("member \"{which}\" is missing"))?;
            json::number(psw, part)
        };
        let mut delivery = Self {
            number: json::value(object, "n", u32::MAX.into())?,
            step: json::value(object, "step", u32::MAX.into())?,
            cpu: json::value(object, "cpu", u16::MAX.into())? as usize,
            class,
            prefix: json::number(object, "prefix")?,
            cr0: json::number(object, "cr0")?,
            old_mask: psw("old_psw", "mask")?,
            old_address: psw("old_psw", "addr")?,
            new_mask: psw("new_psw", "mask")?,
            new_address: psw("new_psw", "addr")?,
            somewhere: object["old_psw"]
                .get("at")
                .and_then(Value::as_str)
                .is_none_or(str::is_empty),
            asynchronous: false,
            members: object.clone(),
            image: [KnownByte::default(); IMAGE_SIZE],
        };
        delivery.read_stores(object)?;
        Ok(delivery)
    }

    fn read_stores(&mut self, object: &Value) -> Outcome {
        for store in json::array(object, "stores")? {
            let real = json::value(store, "real", IMAGE_SIZE as u64)? as usize;
            let hex = json::text(store, "hex")?;
            let bytes = bytes_of(hex, IMAGE_SIZE - real)
                .ok_or(format!("a store has no such bytes: {hex}"))?;
            for (to, from) in self.image[real..].iter_mut().zip(&bytes) {
                *to = *from;
                if json::is_true(store, "varies") {
                    to.care = 0;
                }
            }
        }
        // Ranges that the recorder saw change from run to run.
        let varying = object.get("varies").and_then(Value::as_array);
        for range in varying.into_iter().flatten() {
            let Ok(real) = json::value(range, "real", IMAGE_SIZE as u64) else {
                continue;
            };
            let count = range
                .get("hex")
                .and_then(Value::as_str)
                .and_then(|hex| bytes_of(hex, IMAGE_SIZE - real as usize))
                .map_or(0, |bytes| bytes.len());
            for byte in &mut self.image[real as usize..][..count] {
                byte.care = 0;
            }
        }
        Ok(())
    }
}

/// Reads a member `deliveries`.
pub fn read_list(value: Option<&Value>) -> Outcome<Vec<Delivery>> {
    value
        .and_then(Value::as_array)
        .ok_or("\"deliveries\" is no list")?
        .iter()
        .enumerate()
        .map(|(at, item)| {
            Delivery::read(item).map_err(|why| format!("delivery {at}: {why}"))
        })
        .collect()
}
