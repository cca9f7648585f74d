// SPDX-License-Identifier: BSD-3-Clause
//! How are unprivileged instructions put right that the engine executes
//! wrongly? Each block is looked at once; such an instruction gets a code
//! hook, and so does the place after it. The engine executes it, then the host
//! corrects the result.

use std::ffi::c_void;

use crate::engine::{length_of, Engine};
use crate::ram::prefixed;
use crate::turn::Turn;
use crate::unicorn::*;

impl Engine {
    pub(crate) fn prefix(&self) -> u64 {
        let prefix = |cpu: usize| self.cpus.borrow()[cpu].prefix.into();
        self.current.get().map_or(0, prefix)
    }

    /// The engine's addresses are real ones.
    fn instruction(&self, address: u64) -> [u8; 6] {
        self.ram.bytes(prefixed(address, self.prefix()))
    }

    fn needs_hook(&self, address: u64) -> bool {
        let instruction = self.instruction(address);
        let after = address + length_of(instruction[0]);
        let hooked = |at: u64| self.hooked.borrow()[at as usize / 2];
        Turn::is_wrong(&instruction) && !(hooked(address) && hooked(after))
    }

    /// The next place in the block, from `address` on, that needs a hook.
    fn next_wrong(&self, mut address: u64) -> u64 {
        let (start, length) = self.block.get();
        while address < start + length && !self.needs_hook(address) {
            address += length_of(self.instruction(address)[0]);
        }
        address
    }

    /// Each block is looked at once.
    pub(crate) fn block_needs_hooks(&self) -> bool {
        let (start, length) = self.block.get();
        let end = start + length;
        if end > self.ram.size() || self.scanned.borrow()[start as usize / 2] {
            return false;
        }
        if self.next_wrong(start) < end {
            return true;
        }
        self.scanned.borrow_mut()[start as usize / 2] = true;
        false
    }

    fn hook_place(&self, address: u64) -> Result<(), &'static str> {
        if self.hooked.borrow()[address as usize / 2] {
            return Ok(());
        }
        self.hooked.borrow_mut()[address as usize / 2] = true;
        let callback = on_code as *mut c_void;
        self.add_hook(UC_HOOK_CODE, callback, address, address)
    }

    pub(crate) fn hook_block(&self) -> bool {
        let (start, length) = self.block.get();
        let mut at = self.next_wrong(start);
        while at < start + length {
            let after = at + length_of(self.instruction(at)[0]);
            let hooked =
                self.hook_place(at).and_then(|()| self.hook_place(after));
            if let Err(error) = hooked {
                self.fail(error);
                return false;
            }
            at = self.next_wrong(after);
        }
        // SAFETY: as said in allocate(); it takes two addresses.
        unsafe { uc_ctl(self.uc, UC_CTL_REMOVE_CACHE, start, start + length) };
        true
    }

    pub(crate) fn finish_replacement(&self) {
        if self.replacing.take() {
            self.turn.after(self);
        }
    }
}

extern "C" fn on_code(
    _: *mut uc_engine,
    address: u64,
    _: u32,
    user: *mut c_void,
) {
    // SAFETY: what add_hook() gave, and the engine is there.
    let engine = unsafe { &*user.cast::<Engine>() };
    engine.finish_replacement();
    let instruction = engine.instruction(address);
    if engine.stepping.get() || !Turn::is_wrong(&instruction) {
        return;
    }
    engine.replacing.set(true);
    engine.turn.before(engine, &instruction);
}
