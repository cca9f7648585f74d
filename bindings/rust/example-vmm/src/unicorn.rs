// SPDX-License-Identifier: BSD-3-Clause
//! What is used of Unicorn 2.0.1 and later.

use std::ffi::{c_char, c_int, c_uint, c_void};

#[repr(C)]
pub struct uc_engine([u8; 0]);
#[repr(C)]
pub struct uc_context([u8; 0]);

pub const UC_ARCH_S390X: c_int = 9;
pub const UC_MODE_BIG_ENDIAN: c_int = 1 << 30;
pub const UC_PROT_ALL: u32 = 7;
pub const UC_HOOK_INTR: c_int = 1 << 0;
pub const UC_HOOK_CODE: c_int = 1 << 2;
pub const UC_HOOK_BLOCK: c_int = 1 << 3;
pub const UC_ERR_READ_UNMAPPED: c_int = 6;
pub const UC_ERR_WRITE_UNMAPPED: c_int = 7;
pub const UC_REG_R0: c_int = 1;
pub const UC_REG_PC: c_int = 65;
pub const UC_REG_PSWM: c_int = 66;
/// UC_CTL_TB_REMOVE_CACHE with two arguments to be written.
pub const UC_CTL_REMOVE_CACHE: c_uint = 9 | (2 << 26) | (1 << 30);

extern "C" {
    pub fn uc_open(arch: c_int, mode: c_int, uc: *mut *mut uc_engine) -> c_int;
    pub fn uc_close(uc: *mut uc_engine) -> c_int;
    pub fn uc_strerror(code: c_int) -> *const c_char;
    pub fn uc_reg_read(
        uc: *mut uc_engine,
        register: c_int,
        value: *mut c_void,
    ) -> c_int;
    pub fn uc_reg_write(
        uc: *mut uc_engine,
        register: c_int,
        value: *const c_void,
    ) -> c_int;
    pub fn uc_mem_map_ptr(
        uc: *mut uc_engine,
        address: u64,
        size: usize,
        perms: u32,
        ptr: *mut c_void,
    ) -> c_int;
    pub fn uc_emu_start(
        uc: *mut uc_engine,
        begin: u64,
        until: u64,
        timeout: u64,
        count: usize,
    ) -> c_int;
    pub fn uc_emu_stop(uc: *mut uc_engine) -> c_int;
    pub fn uc_hook_add(
        uc: *mut uc_engine,
        hook: *mut usize,
        kind: c_int,
        callback: *mut c_void,
        user: *mut c_void,
        begin: u64,
        end: u64,
        ...
    ) -> c_int;
    pub fn uc_context_alloc(
        uc: *mut uc_engine,
        context: *mut *mut uc_context,
    ) -> c_int;
    pub fn uc_context_save(
        uc: *mut uc_engine,
        context: *mut uc_context,
    ) -> c_int;
    pub fn uc_context_restore(
        uc: *mut uc_engine,
        context: *mut uc_context,
    ) -> c_int;
    pub fn uc_context_size(uc: *mut uc_engine) -> usize;
    pub fn uc_context_free(context: *mut uc_context) -> c_int;
    pub fn uc_ctl(uc: *mut uc_engine, control: c_uint, ...) -> c_int;
}
