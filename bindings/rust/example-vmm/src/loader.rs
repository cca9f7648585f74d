// SPDX-License-Identifier: BSD-3-Clause
//! How does a guest get into storage? An ELF executable for s390x (64-bit, by
//! physical addresses), or else the file as it is, at a fixed address.

use crate::ram::{number, Ram};

const FLAT_ADDRESS: u64 = 0x20000;

const DAMAGED: &str = "the guest's ELF file is damaged";
const TOO_LARGE: &str =
    "the guest does not fit into its storage (see --memory)";

const ELF_HEADER: usize = 64;
const SEGMENT_HEADER: u64 = 56;
const SEGMENT_LOAD: u64 = 1;
/// Class 64, big-endian.
const IDENT: [u8; 2] = [2, 2];
const TYPE_EXECUTABLE: u64 = 2;
const MACHINE_S390: u64 = 22;

/// A part of the file.
fn part(image: &[u8], at: u64, length: u64) -> Result<&[u8], &'static str> {
    let end = at.checked_add(length).ok_or(DAMAGED)?;
    image.get(at as usize..end as usize).ok_or(DAMAGED)
}

fn load_segment(
    image: &[u8],
    header: &[u8],
    ram: &Ram,
) -> Result<(), &'static str> {
    let field = |at: usize| number(&header[at..at + 8]);
    let (offset, physical) = (field(8), field(24));
    let (in_file, in_memory) = (field(32), field(40));
    if number(&header[..4]) != SEGMENT_LOAD {
        return Ok(());
    }
    let bytes = part(image, offset, in_file)?;
    if in_file > in_memory {
        return Err(DAMAGED);
    }
    if !ram.has(physical, in_memory) {
        return Err(TOO_LARGE);
    }
    ram.set_bytes(physical, bytes);
    Ok(())
}

fn load_elf(image: &[u8], ram: &Ram) -> Result<u64, &'static str> {
    let field = |at: usize, length: usize| number(&image[at..at + length]);
    if image[4..6] != IDENT
        || field(16, 2) != TYPE_EXECUTABLE
        || field(18, 2) != MACHINE_S390
    {
        return Err("the guest is no ELF executable for s390x");
    }
    let (at, step, count) = (field(32, 8), field(54, 2), field(56, 2));
    if step < SEGMENT_HEADER {
        return Err(DAMAGED);
    }
    for segment in 0..count {
        let place = at.checked_add(segment * step).ok_or(DAMAGED)?;
        load_segment(image, part(image, place, SEGMENT_HEADER)?, ram)?;
    }
    Ok(field(24, 8))
}

/// Answers where the guest begins.
pub fn load(path: &str, ram: &Ram) -> Result<u64, String> {
    let image = std::fs::read(path).map_err(|error| error.to_string())?;
    if image.len() >= ELF_HEADER && image.starts_with(b"\x7fELF") {
        return load_elf(&image, ram).map_err(Into::into);
    }
    if !ram.has(FLAT_ADDRESS, image.len() as u64) {
        return Err(TOO_LARGE.into());
    }
    ram.set_bytes(FLAT_ADDRESS, &image);
    Ok(FLAT_ADDRESS)
}
