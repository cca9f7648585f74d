// SPDX-License-Identifier: BSD-3-Clause
//! Guest storage, which engine, library and VMM share on one thread.

use std::alloc::{alloc_zeroed, dealloc, Layout};
use std::ptr::NonNull;

const PAGE: usize = 4096;

/// The block. Bytes are reached one by one, and nobody has a reference.
pub struct Ram {
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the VMM has one thread; the library accesses it with atomics.
unsafe impl Send for Ram {}
// SAFETY: as above.
unsafe impl Sync for Ram {}

impl Ram {
    pub fn new(bytes: usize) -> Option<Self> {
        let layout = Layout::from_size_align(bytes, PAGE).ok()?;
        if bytes == 0 {
            return None;
        }
        // SAFETY: the size is not zero.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        Some(Self { start, layout })
    }

    pub fn start(&self) -> NonNull<u8> {
        self.start
    }

    pub fn size(&self) -> u64 {
        self.layout.size() as u64
    }

    pub fn has(&self, absolute: u64, length: u64) -> bool {
        absolute <= self.size() && length <= self.size() - absolute
    }

    /// One byte; 0 where there is none.
    pub fn byte(&self, absolute: u64) -> u8 {
        if !self.has(absolute, 1) {
            return 0;
        }
        // SAFETY: within the block.
        unsafe { self.start.as_ptr().add(absolute as usize).read_volatile() }
    }

    /// Callers have looked whether there is such a byte.
    pub fn set_byte(&self, absolute: u64, byte: u8) {
        assert!(self.has(absolute, 1));
        // SAFETY: within the block.
        unsafe {
            self.start.as_ptr().add(absolute as usize).write_volatile(byte);
        }
    }

    pub fn bytes<const N: usize>(&self, absolute: u64) -> [u8; N] {
        std::array::from_fn(|at| self.byte(absolute + at as u64))
    }

    pub fn set_bytes(&self, absolute: u64, bytes: &[u8]) {
        for (at, byte) in bytes.iter().enumerate() {
            self.set_byte(absolute + at as u64, *byte);
        }
    }

    pub fn number(&self, absolute: u64, length: u64) -> u64 {
        (0..length)
            .fold(0, |n, at| (n << 8) | u64::from(self.byte(absolute + at)))
    }

    /// The right bytes of a number.
    pub fn set_number(&self, absolute: u64, number: u64, length: usize) {
        self.set_bytes(absolute, &number.to_be_bytes()[8 - length..]);
    }
}

impl Drop for Ram {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

/// Real to absolute (PoP ch. 3, prefixing).
pub fn prefixed(address: u64, prefix: u64) -> u64 {
    const AREA: u64 = 8192;
    if address < AREA {
        address + prefix
    } else if address.wrapping_sub(prefix) < AREA {
        address - prefix
    } else {
        address
    }
}

/// Big-endian bytes as a number.
pub fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
