// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Guest absolute storage in one block of host memory.

use std::alloc::{alloc_zeroed, dealloc, Layout};
use std::any::Any;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::host::NoStorage;

/// Doublewords; allocators have zeroed pages at hand for small alignments.
const ALIGNMENT: usize = 8;

/// The block, and what keeps it.
pub(crate) struct Ram {
    start: NonNull<u8>,
    size: usize,
    keeper: Keeper,
}

enum Keeper {
    Own(Layout),
    Other(#[allow(dead_code)] Box<dyn Any + Send + Sync>),
}

// SAFETY: the block is reached through atomics here and in the C library.
unsafe impl Send for Ram {}
// SAFETY: as above.
unsafe impl Sync for Ram {}

impl std::fmt::Debug for Ram {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Ram").field("size", &self.size).finish()
    }
}

impl Ram {
    /// Zeros; `None`: no memory, or size 0.
    pub(crate) fn new(size: usize) -> Option<Self> {
        let layout = Layout::from_size_align(size, ALIGNMENT).ok()?;
        if size == 0 {
            return None;
        }
        // SAFETY: the size is not zero.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        Some(Self { start, size, keeper: Keeper::Own(layout) })
    }

    /// # Safety
    ///
    /// As [`Builder::ram_at`](crate::Builder::ram_at).
    pub(crate) unsafe fn at(
        start: NonNull<u8>,
        size: usize,
        keeper: Box<dyn Any + Send + Sync>,
    ) -> Self {
        Self { start, size, keeper: Keeper::Other(keeper) }
    }

    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The bytes from `absolute` on.
    fn bytes(
        &self,
        absolute: u64,
        length: usize,
    ) -> Result<&[AtomicU8], NoStorage> {
        let from = usize::try_from(absolute).map_err(|_| NoStorage)?;
        if from > self.size || length > self.size - from {
            return Err(NoStorage);
        }
        // SAFETY: within the block, which lives as long as self, and bytes
        // may be reached as atomics whatever others do to them.
        Ok(unsafe {
            std::slice::from_raw_parts(
                self.start.as_ptr().add(from).cast(),
                length,
            )
        })
    }

    pub(crate) fn read(
        &self,
        absolute: u64,
        data: &mut [u8],
    ) -> Result<(), NoStorage> {
        let bytes = self.bytes(absolute, data.len())?;
        for (to, from) in data.iter_mut().zip(bytes) {
            *to = from.load(Ordering::Relaxed);
        }
        Ok(())
    }

    pub(crate) fn write(
        &self,
        absolute: u64,
        data: &[u8],
    ) -> Result<(), NoStorage> {
        let bytes = self.bytes(absolute, data.len())?;
        for (to, from) in bytes.iter().zip(data) {
            to.store(*from, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Drop for Ram {
    fn drop(&mut self) {
        if let Keeper::Own(layout) = self.keeper {
            // SAFETY: allocated with this layout, in new().
            unsafe { dealloc(self.start.as_ptr(), layout) };
        }
    }
}
