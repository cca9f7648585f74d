// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Members of JSON objects, their types checked, and what is wrong in words.

use serde_json::Value;

/// What went wrong, in words.
pub type Outcome<T = ()> = Result<T, String>;

/// A number of a recording: the digits `??` are not to be compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Number {
    pub value: u64,
    /// Ones where the digits are known.
    pub care: u64,
}

impl Number {
    pub fn equals(self, value: u64) -> bool {
        (self.value ^ value) & self.care == 0
    }

    /// A JSON integer, or hex digits in a string, with or without 0x.
    pub fn of(value: Option<&Value>) -> Option<Self> {
        match value? {
            Value::Number(number) => {
                Some(Self { value: number.as_u64()?, care: u64::MAX })
            }
            Value::String(text) => Self::of_text(text),
            _ => None,
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix("0x")
            .or_else(|| text.strip_prefix("0X"))
            .unwrap_or(text);
        if digits.is_empty() || digits.len() > 16 {
            return None;
        }
        // What stands left of the first digit is zero.
        let mut number = Self { value: 0, care: u64::MAX };
        for digit in digits.chars() {
            let (value, care) = match digit {
                '?' => (0, 0),
                _ => (digit.to_digit(16)?, 15),
            };
            number.value = (number.value << 4) | u64::from(value);
            number.care = (number.care << 4) | care;
        }
        Some(number)
    }
}

/// A byte of a recording.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownByte {
    pub value: u8,
    /// Ones where the digits are known.
    pub care: u8,
    pub stored: bool,
}

/// Bytes of a string of hex digits: `..` is not stored, `??` is stored and not
/// to be compared.
pub fn bytes_of(text: &str, most: usize) -> Option<Vec<KnownByte>> {
    let text = text.as_bytes();
    if text.len() % 2 != 0 || text.len() / 2 > most {
        return None;
    }
    text.chunks(2).map(byte_of).collect()
}

fn byte_of(pair: &[u8]) -> Option<KnownByte> {
    if pair == b".." {
        return Some(KnownByte::default());
    }
    let mut byte = KnownByte { stored: true, ..Default::default() };
    for digit in pair {
        let (value, care) = match digit {
            b'?' => (0, 0),
            _ => (char::from(*digit).to_digit(16)? as u8, 15),
        };
        byte.value = (byte.value << 4) | value;
        byte.care = (byte.care << 4) | care;
    }
    Some(byte)
}

pub fn is_true(object: &Value, name: &str) -> bool {
    object.get(name) == Some(&Value::Bool(true))
}

pub fn text<'a>(object: &'a Value, name: &str) -> Outcome<&'a str> {
    object
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("member \"{name}\" is missing or no string"))
}

pub fn number(object: &Value, name: &str) -> Outcome<Number> {
    Number::of(object.get(name))
        .ok_or_else(|| format!("member \"{name}\" is missing or no number"))
}

pub fn value(object: &Value, name: &str, limit: u64) -> Outcome<u64> {
    let found = number(object, name)?;
    if found.care != u64::MAX || found.value > limit {
        return Err(format!("member \"{name}\" is out of range"));
    }
    Ok(found.value)
}

pub fn array<'a>(object: &'a Value, name: &str) -> Outcome<&'a Vec<Value>> {
    object
        .get(name)
        .and_then(Value::as_array)
        .ok_or_else(|| format!("member \"{name}\" is missing or no list"))
}
