// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
// Made by regen.sh from include/s390irq; not to be edited.

pub const S390IRQ_VERSION_MAJOR: u32 = 0;
pub const S390IRQ_VERSION_MINOR: u32 = 1;
pub const S390IRQ_VERSION_MICRO: u32 = 0;
pub const S390IRQ_MAX_CPUS: u32 = 4096;
pub const S390IRQ_FEATURE_BLOCKING_WAIT: u32 = 1;
pub const S390IRQ_FEATURE_DEBUG_CHECKS: u32 = 2;
pub const S390IRQ_STRUCT_VM_CONFIG: u32 = 1;
pub const S390IRQ_STRUCT_HOST_OPS: u32 = 2;
pub const S390IRQ_STRUCT_CPU: u32 = 3;
pub const S390IRQ_STRUCT_REPORT: u32 = 4;
pub const S390IRQ_STRUCT_PLAN: u32 = 5;
pub const S390IRQ_STRUCT_INTERRUPTION: u32 = 6;
pub const S390IRQ_STRUCT_COUNTERS: u32 = 7;
pub const S390IRQ_STRUCT_POLL: u32 = 8;
pub const S390IRQ_STRUCT_TRACE: u32 = 9;
pub const S390IRQ_STRUCT_PROGRAM: u32 = 10;
pub const S390IRQ_STRUCT_MACHINE_CHECK: u32 = 11;
pub const S390IRQ_STRUCT_IO: u32 = 12;
pub const S390IRQ_STRUCT_REGISTERS: u32 = 13;
pub const S390IRQ_STRUCT_ADAPTER: u32 = 14;
pub const S390IRQ_STRUCT_ROUTE: u32 = 15;
pub const S390IRQ_STRUCT_EXPLANATION: u32 = 16;
pub const S390IRQ_STRUCT_IMPORT_REPORT: u32 = 17;
pub const S390IRQ_MAX_ADAPTERS: u32 = 256;
pub const S390IRQ_ADAPTER_MASKABLE: u32 = 1;
pub const S390IRQ_ADAPTER_SUPPRESSIBLE: u32 = 2;
pub const S390IRQ_ADAPTER_SWAP: u32 = 4;
pub const S390IRQ_AIS_ALL: u32 = 0;
pub const S390IRQ_AIS_SINGLE: u32 = 1;
pub const S390IRQ_E_INVALID: i32 = -1;
pub const S390IRQ_E_STRUCT_TOO_SMALL: i32 = -2;
pub const S390IRQ_E_STRUCT_TOO_NEW: i32 = -3;
pub const S390IRQ_E_NO_MEMORY: i32 = -4;
pub const S390IRQ_E_GUEST_MEMORY: i32 = -5;
pub const S390IRQ_E_STATE: i32 = -6;
pub const S390IRQ_E_NOT_PARKED: i32 = -7;
pub const S390IRQ_E_EXISTS: i32 = -8;
pub const S390IRQ_E_NO_CPU: i32 = -9;
pub const S390IRQ_E_UNSUPPORTED: i32 = -10;
pub const S390IRQ_E_BUFFER: i32 = -11;
pub const S390IRQ_E_FORMAT: i32 = -12;
pub const S390IRQ_E_STALE: i32 = -13;
pub const S390IRQ_E_NO_SUBCHANNEL: i32 = -14;
pub const S390IRQ_E_NO_ADAPTER: i32 = -15;
pub const S390IRQ_E_NOT_REPRESENTABLE: i32 = -16;
pub const S390IRQ_KIND_SUPERVISOR_CALL: u32 = 1;
pub const S390IRQ_KIND_PROGRAM: u32 = 2;
pub const S390IRQ_KIND_INTERRUPT_KEY: u32 = 3;
pub const S390IRQ_KIND_MALFUNCTION_ALERT: u32 = 4;
pub const S390IRQ_KIND_EMERGENCY_SIGNAL: u32 = 5;
pub const S390IRQ_KIND_EXTERNAL_CALL: u32 = 6;
pub const S390IRQ_KIND_TOD_SYNC_CHECK: u32 = 7;
pub const S390IRQ_KIND_CLOCK_COMPARATOR: u32 = 8;
pub const S390IRQ_KIND_CPU_TIMER: u32 = 9;
pub const S390IRQ_KIND_TIMING_ALERT: u32 = 10;
pub const S390IRQ_KIND_MEASUREMENT_ALERT: u32 = 11;
pub const S390IRQ_KIND_WARNING_TRACK: u32 = 12;
pub const S390IRQ_KIND_SERVICE_SIGNAL: u32 = 13;
pub const S390IRQ_KIND_IUCV: u32 = 14;
pub const S390IRQ_KIND_PFAULT_INIT: u32 = 15;
pub const S390IRQ_KIND_PFAULT_DONE: u32 = 16;
pub const S390IRQ_KIND_VIRTIO: u32 = 17;
pub const S390IRQ_KIND_RESTART: u32 = 18;
pub const S390IRQ_KIND_STOP: u32 = 19;
pub const S390IRQ_KIND_SET_PREFIX: u32 = 20;
pub const S390IRQ_KIND_MACHINE_CHECK: u32 = 21;
pub const S390IRQ_KIND_IO: u32 = 22;
pub const S390IRQ_KIND_ADAPTER: u32 = 23;
pub const S390IRQ_KIND_LIMIT: u32 = 32;
pub const S390IRQ_PROGRAM_NO_REWIND: u32 = 1;
pub const S390IRQ_PROGRAM_EXCEPTION_ACCESS: u32 = 2;
pub const S390IRQ_PROGRAM_OPERAND_ACCESS: u32 = 4;
pub const S390IRQ_PROGRAM_PER_ACCESS: u32 = 8;
pub const S390IRQ_MACHINE_CHECK_LOGOUT: u32 = 1;
pub const S390IRQ_IO_ADAPTER: u32 = 2147483648;
pub const S390IRQ_QUEUED: u32 = 0;
pub const S390IRQ_COALESCED: u32 = 1;
pub const S390IRQ_BUSY: u32 = 2;
pub const S390IRQ_FULL: u32 = 3;
pub const S390IRQ_SUPPRESSED: u32 = 4;
pub const S390IRQ_REMEMBERED: u32 = 5;
pub const S390IRQ_CLOSED: u32 = 6;
pub const S390IRQ_CLEARED: u32 = 7;
pub const S390IRQ_KVM_LOCAL: u32 = 1;
pub const S390IRQ_KVM_FLOATING: u32 = 2;
pub const S390IRQ_KVM_BIG_ENDIAN: u32 = 4;
pub const S390IRQ_HELD_PSW_EXTERNAL: u32 = 1;
pub const S390IRQ_HELD_PSW_IO: u32 = 2;
pub const S390IRQ_HELD_PSW_MACHINE_CHECK: u32 = 4;
pub const S390IRQ_HELD_SUBMASK: u32 = 8;
pub const S390IRQ_HELD_STOPPED: u32 = 16;
pub const S390IRQ_HELD_CHECK_STOP: u32 = 32;
pub const S390IRQ_HELD_PAUSED: u32 = 64;
pub const S390IRQ_HELD_OUTRANKED: u32 = 128;
pub const S390IRQ_HELD_IN_HAND: u32 = 256;
pub const S390IRQ_HELD_SUPPRESSED: u32 = 512;
pub const S390IRQ_HELD_ADAPTER_MASKED: u32 = 1024;
pub const S390IRQ_TRACE_INJECT: u32 = 1;
pub const S390IRQ_TRACE_DELIVER: u32 = 2;
pub const S390IRQ_TRACE_ANSWER: u32 = 3;
pub const S390IRQ_TRACE_WAKE: u32 = 4;
pub const S390IRQ_TRACE_KICK: u32 = 5;
pub const S390IRQ_TRACE_STATE: u32 = 6;
pub const S390IRQ_TRACE_SIGP: u32 = 7;
pub const S390IRQ_TRACE_MASKS: u32 = 8;
pub const S390IRQ_TRACE_PUBLISH: u32 = 9;
pub const S390IRQ_TRACE_HOLD: u32 = 10;
pub const S390IRQ_TRACE_WITHDRAW: u32 = 11;
pub const S390IRQ_TRACE_PUT_BACK: u32 = 12;
pub const S390IRQ_TRACE_CLEAR: u32 = 13;
pub const S390IRQ_PUBLISHED_RUNNING: u32 = 0;
pub const S390IRQ_PUBLISHED_GUEST: u32 = 1;
pub const S390IRQ_PUBLISHED_ASLEEP: u32 = 2;
pub const S390IRQ_NO_CPU: u32 = 4294967295;
pub const S390IRQ_LOG_ERROR: u32 = 1;
pub const S390IRQ_LOG_STATE: u32 = 3;
pub const S390IRQ_LOG_DELIVERY: u32 = 4;
pub const S390IRQ_LOG_INJECT: u32 = 5;
pub const S390IRQ_SIGP_SENSE: u32 = 1;
pub const S390IRQ_SIGP_EXTERNAL_CALL: u32 = 2;
pub const S390IRQ_SIGP_EMERGENCY_SIGNAL: u32 = 3;
pub const S390IRQ_SIGP_START: u32 = 4;
pub const S390IRQ_SIGP_STOP: u32 = 5;
pub const S390IRQ_SIGP_RESTART: u32 = 6;
pub const S390IRQ_SIGP_STOP_AND_STORE_STATUS: u32 = 9;
pub const S390IRQ_SIGP_INITIAL_CPU_RESET: u32 = 11;
pub const S390IRQ_SIGP_CPU_RESET: u32 = 12;
pub const S390IRQ_SIGP_SET_PREFIX: u32 = 13;
pub const S390IRQ_SIGP_STORE_STATUS: u32 = 14;
pub const S390IRQ_SIGP_SET_ARCHITECTURE: u32 = 18;
pub const S390IRQ_SIGP_CONDITIONAL_EMERGENCY: u32 = 19;
pub const S390IRQ_SIGP_SENSE_RUNNING_STATUS: u32 = 21;
pub const S390IRQ_SIGP_STORE_ADDITIONAL: u32 = 23;
pub const S390IRQ_STATUS_NOT_RUNNING: u32 = 1024;
pub const S390IRQ_STATUS_INCORRECT_STATE: u32 = 512;
pub const S390IRQ_STATUS_INVALID_PARAMETER: u32 = 256;
pub const S390IRQ_STATUS_EXTERNAL_CALL_PENDING: u32 = 128;
pub const S390IRQ_STATUS_STOPPED: u32 = 64;
pub const S390IRQ_STATUS_CHECK_STOP: u32 = 16;
pub const S390IRQ_STATUS_INVALID_ORDER: u32 = 2;
pub const S390IRQ_KVM_RECORD: u32 = 72;
pub const S390IRQ_KVM_LEGACY: u32 = 16;
pub const S390IRQ_EXPORT_PARTIAL: u32 = 1;
pub const S390IRQ_VM_MASKS_UNKNOWN: u32 = 1;
pub const S390IRQ_RUN: u32 = 0;
pub const S390IRQ_WAIT: u32 = 1;
pub const S390IRQ_WAIT_DISABLED: u32 = 2;
pub const S390IRQ_STOPPED: u32 = 3;
pub const S390IRQ_CHECK_STOP: u32 = 4;
pub const S390IRQ_LOOP: u32 = 5;
pub const S390IRQ_PAUSED: u32 = 6;
pub const S390IRQ_CHANGED_PSW: u32 = 1;
pub const S390IRQ_CHANGED_CONTROL: u32 = 2;
pub const S390IRQ_CHANGED_PREFIX: u32 = 4;
pub const S390IRQ_CHANGED_TIMERS: u32 = 8;
pub const S390IRQ_CHANGED_OTHER: u32 = 16;
pub const S390IRQ_CHANGED_CLEAR: u32 = 32;
pub const S390IRQ_CHANGED_LOADED: u32 = 64;
pub const S390IRQ_INTERCEPT_PSW_EXTERNAL: u32 = 1;
pub const S390IRQ_INTERCEPT_CR0: u32 = 2;
pub const S390IRQ_INTERCEPT_PSW_IO: u32 = 4;
pub const S390IRQ_INTERCEPT_CR6: u32 = 8;
pub const S390IRQ_INTERCEPT_PSW_MACHINE_CHECK: u32 = 16;
pub const S390IRQ_INTERCEPT_CR14: u32 = 32;
pub const S390IRQ_PLAN_STORES: u32 = 16;
pub const S390IRQ_PLAN_BLOCKS: u32 = 6;
pub const S390IRQ_STATE_OPERATING: u32 = 1;
pub const S390IRQ_STATE_STOPPED: u32 = 2;
pub const S390IRQ_STATE_CHECK_STOP: u32 = 3;
pub const S390IRQ_RESET_CPU: u32 = 1;
pub const S390IRQ_RESET_INITIAL: u32 = 2;
pub const S390IRQ_RESET_CLEAR: u32 = 3;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct s390irq_vm {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct s390irq_vcpu {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct s390irq_queue {
    _unused: [u8; 0],
}
unsafe extern "C" {
    pub fn s390irq_version() -> u32;
}
unsafe extern "C" {
    pub fn s390irq_feature(feature: u32) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_struct_size(structure: u32) -> usize;
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_adapter {
    pub size: u32,
    pub id: u32,
    pub isc: u32,
    pub flags: u32,
    pub masked: u32,
    pub remembered: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_adapter"]
        [::core::mem::size_of::<s390irq_adapter>() - 24usize];
    ["Alignment of s390irq_adapter"]
        [::core::mem::align_of::<s390irq_adapter>() - 4usize];
    ["Offset of field: s390irq_adapter::size"]
        [::core::mem::offset_of!(s390irq_adapter, size) - 0usize];
    ["Offset of field: s390irq_adapter::id"]
        [::core::mem::offset_of!(s390irq_adapter, id) - 4usize];
    ["Offset of field: s390irq_adapter::isc"]
        [::core::mem::offset_of!(s390irq_adapter, isc) - 8usize];
    ["Offset of field: s390irq_adapter::flags"]
        [::core::mem::offset_of!(s390irq_adapter, flags) - 12usize];
    ["Offset of field: s390irq_adapter::masked"]
        [::core::mem::offset_of!(s390irq_adapter, masked) - 16usize];
    ["Offset of field: s390irq_adapter::remembered"]
        [::core::mem::offset_of!(s390irq_adapter, remembered) - 20usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_route {
    pub size: u32,
    pub adapter: u32,
    pub indicator_absolute: u64,
    pub indicator_offset: u64,
    pub summary_absolute: u64,
    pub summary_offset: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_route"]
        [::core::mem::size_of::<s390irq_route>() - 40usize];
    ["Alignment of s390irq_route"]
        [::core::mem::align_of::<s390irq_route>() - 8usize];
    ["Offset of field: s390irq_route::size"]
        [::core::mem::offset_of!(s390irq_route, size) - 0usize];
    ["Offset of field: s390irq_route::adapter"]
        [::core::mem::offset_of!(s390irq_route, adapter) - 4usize];
    ["Offset of field: s390irq_route::indicator_absolute"]
        [::core::mem::offset_of!(s390irq_route, indicator_absolute) - 8usize];
    ["Offset of field: s390irq_route::indicator_offset"]
        [::core::mem::offset_of!(s390irq_route, indicator_offset) - 16usize];
    ["Offset of field: s390irq_route::summary_absolute"]
        [::core::mem::offset_of!(s390irq_route, summary_absolute) - 24usize];
    ["Offset of field: s390irq_route::summary_offset"]
        [::core::mem::offset_of!(s390irq_route, summary_offset) - 32usize];
};
unsafe extern "C" {
    pub fn s390irq_vm_add_adapter(
        vm: *mut s390irq_vm,
        id: u32,
        isc: u32,
        flags: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_remove_adapter(
        vm: *mut s390irq_vm,
        id: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_get_adapter(
        vm: *mut s390irq_vm,
        id: u32,
        adapter: *mut s390irq_adapter,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_mask_adapter(
        vm: *mut s390irq_vm,
        id: u32,
        masked: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_signal_adapter(
        vm: *mut s390irq_vm,
        id: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_check_route(
        vm: *mut s390irq_vm,
        route: *const s390irq_route,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_fire_route(
        vm: *mut s390irq_vm,
        route: *const s390irq_route,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_set_ais(
        vm: *mut s390irq_vm,
        isc: u32,
        mode: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_get_ais_all(
        vm: *mut s390irq_vm,
        single: *mut u8,
        suppressed: *mut u8,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_set_ais_all(
        vm: *mut s390irq_vm,
        single: u8,
        suppressed: u8,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_strerror(
        error: ::core::ffi::c_int,
    ) -> *const ::core::ffi::c_char;
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_program {
    pub code: u16,
    pub ilc: u8,
    pub flags: u8,
    pub data_exception_code: u32,
    pub translation_exception: u64,
    pub monitor_code: u64,
    pub per_address: u64,
    pub monitor_class: u16,
    pub per_code: u8,
    pub per_atmid: u8,
    pub exception_access: u8,
    pub per_access: u8,
    pub operand_access: u8,
    pub reserved0: u8,
    pub reserved: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_program"]
        [::core::mem::size_of::<s390irq_program>() - 48usize];
    ["Alignment of s390irq_program"]
        [::core::mem::align_of::<s390irq_program>() - 8usize];
    ["Offset of field: s390irq_program::code"]
        [::core::mem::offset_of!(s390irq_program, code) - 0usize];
    ["Offset of field: s390irq_program::ilc"]
        [::core::mem::offset_of!(s390irq_program, ilc) - 2usize];
    ["Offset of field: s390irq_program::flags"]
        [::core::mem::offset_of!(s390irq_program, flags) - 3usize];
    ["Offset of field: s390irq_program::data_exception_code"][::core::mem::offset_of!(
        s390irq_program,
        data_exception_code
    ) - 4usize];
    ["Offset of field: s390irq_program::translation_exception"][::core::mem::offset_of!(
        s390irq_program,
        translation_exception
    ) - 8usize];
    ["Offset of field: s390irq_program::monitor_code"]
        [::core::mem::offset_of!(s390irq_program, monitor_code) - 16usize];
    ["Offset of field: s390irq_program::per_address"]
        [::core::mem::offset_of!(s390irq_program, per_address) - 24usize];
    ["Offset of field: s390irq_program::monitor_class"]
        [::core::mem::offset_of!(s390irq_program, monitor_class) - 32usize];
    ["Offset of field: s390irq_program::per_code"]
        [::core::mem::offset_of!(s390irq_program, per_code) - 34usize];
    ["Offset of field: s390irq_program::per_atmid"]
        [::core::mem::offset_of!(s390irq_program, per_atmid) - 35usize];
    ["Offset of field: s390irq_program::exception_access"]
        [::core::mem::offset_of!(s390irq_program, exception_access) - 36usize];
    ["Offset of field: s390irq_program::per_access"]
        [::core::mem::offset_of!(s390irq_program, per_access) - 37usize];
    ["Offset of field: s390irq_program::operand_access"]
        [::core::mem::offset_of!(s390irq_program, operand_access) - 38usize];
    ["Offset of field: s390irq_program::reserved0"]
        [::core::mem::offset_of!(s390irq_program, reserved0) - 39usize];
    ["Offset of field: s390irq_program::reserved"]
        [::core::mem::offset_of!(s390irq_program, reserved) - 40usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_machine_check {
    pub conditions: u64,
    pub failing_address: u64,
    pub external_damage: u32,
    pub flags: u32,
    pub logout: [u8; 16usize],
    pub reserved: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_machine_check"]
        [::core::mem::size_of::<s390irq_machine_check>() - 48usize];
    ["Alignment of s390irq_machine_check"]
        [::core::mem::align_of::<s390irq_machine_check>() - 8usize];
    ["Offset of field: s390irq_machine_check::conditions"]
        [::core::mem::offset_of!(s390irq_machine_check, conditions) - 0usize];
    ["Offset of field: s390irq_machine_check::failing_address"][::core::mem::offset_of!(
        s390irq_machine_check,
        failing_address
    ) - 8usize];
    ["Offset of field: s390irq_machine_check::external_damage"][::core::mem::offset_of!(
        s390irq_machine_check,
        external_damage
    ) - 16usize];
    ["Offset of field: s390irq_machine_check::flags"]
        [::core::mem::offset_of!(s390irq_machine_check, flags) - 20usize];
    ["Offset of field: s390irq_machine_check::logout"]
        [::core::mem::offset_of!(s390irq_machine_check, logout) - 24usize];
    ["Offset of field: s390irq_machine_check::reserved"]
        [::core::mem::offset_of!(s390irq_machine_check, reserved) - 40usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_io {
    pub subchannel: u32,
    pub word: u32,
    pub sequence: u64,
    pub reserved: [u64; 4usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_io"][::core::mem::size_of::<s390irq_io>() - 48usize];
    ["Alignment of s390irq_io"][::core::mem::align_of::<s390irq_io>() - 8usize];
    ["Offset of field: s390irq_io::subchannel"]
        [::core::mem::offset_of!(s390irq_io, subchannel) - 0usize];
    ["Offset of field: s390irq_io::word"]
        [::core::mem::offset_of!(s390irq_io, word) - 4usize];
    ["Offset of field: s390irq_io::sequence"]
        [::core::mem::offset_of!(s390irq_io, sequence) - 8usize];
    ["Offset of field: s390irq_io::reserved"]
        [::core::mem::offset_of!(s390irq_io, reserved) - 16usize];
};
#[repr(C)]
#[derive(Copy, Clone)]
pub struct s390irq_interruption {
    pub kind: u16,
    pub source: u16,
    pub parameter: u32,
    pub parameter64: u64,
    pub u: s390irq_interruption__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union s390irq_interruption__bindgen_ty_1 {
    pub program: s390irq_program,
    pub machine_check: s390irq_machine_check,
    pub io: s390irq_io,
    pub reserved: [u64; 6usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_interruption__bindgen_ty_1"][::core::mem::size_of::<
        s390irq_interruption__bindgen_ty_1,
    >() - 48usize];
    ["Alignment of s390irq_interruption__bindgen_ty_1"][::core::mem::align_of::<
        s390irq_interruption__bindgen_ty_1,
    >() - 8usize];
    ["Offset of field: s390irq_interruption__bindgen_ty_1::program"][::core::mem::offset_of!(
        s390irq_interruption__bindgen_ty_1,
        program
    )
        - 0usize];
    ["Offset of field: s390irq_interruption__bindgen_ty_1::machine_check"][::core::mem::offset_of!(
        s390irq_interruption__bindgen_ty_1,
        machine_check
    )
        - 0usize];
    ["Offset of field: s390irq_interruption__bindgen_ty_1::io"][::core::mem::offset_of!(
        s390irq_interruption__bindgen_ty_1,
        io
    ) - 0usize];
    ["Offset of field: s390irq_interruption__bindgen_ty_1::reserved"][::core::mem::offset_of!(
        s390irq_interruption__bindgen_ty_1,
        reserved
    )
        - 0usize];
};
impl Default for s390irq_interruption__bindgen_ty_1 {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
impl ::core::fmt::Debug for s390irq_interruption__bindgen_ty_1 {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        write!(f, "s390irq_interruption__bindgen_ty_1 {{ union }}")
    }
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_interruption"]
        [::core::mem::size_of::<s390irq_interruption>() - 64usize];
    ["Alignment of s390irq_interruption"]
        [::core::mem::align_of::<s390irq_interruption>() - 8usize];
    ["Offset of field: s390irq_interruption::kind"]
        [::core::mem::offset_of!(s390irq_interruption, kind) - 0usize];
    ["Offset of field: s390irq_interruption::source"]
        [::core::mem::offset_of!(s390irq_interruption, source) - 2usize];
    ["Offset of field: s390irq_interruption::parameter"]
        [::core::mem::offset_of!(s390irq_interruption, parameter) - 4usize];
    ["Offset of field: s390irq_interruption::parameter64"]
        [::core::mem::offset_of!(s390irq_interruption, parameter64) - 8usize];
    ["Offset of field: s390irq_interruption::u"]
        [::core::mem::offset_of!(s390irq_interruption, u) - 16usize];
};
impl Default for s390irq_interruption {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
impl ::core::fmt::Debug for s390irq_interruption {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        write!(f, "s390irq_interruption {{ u: {:?} }}", self.u)
    }
}
unsafe extern "C" {
    pub fn s390irq_kind_name(kind: u32) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn s390irq_interruption_check(
        interruption: *const s390irq_interruption,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_interruption_io_code(
        interruption: *const s390irq_interruption,
        code: *mut u8,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_interruption_from_kvm(
        record: *const ::core::ffi::c_void,
        length: usize,
        flags: u32,
        out: *mut s390irq_interruption,
    ) -> ::core::ffi::c_int;
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct s390irq_explanation {
    pub interruption: s390irq_interruption,
    pub held: u32,
    pub outranked_by: u16,
    pub floating: u8,
    pub control: u8,
    pub submask: u64,
    pub adapter: u32,
    pub reserved0: u32,
    pub reserved: [u64; 5usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_explanation"]
        [::core::mem::size_of::<s390irq_explanation>() - 128usize];
    ["Alignment of s390irq_explanation"]
        [::core::mem::align_of::<s390irq_explanation>() - 8usize];
    ["Offset of field: s390irq_explanation::interruption"]
        [::core::mem::offset_of!(s390irq_explanation, interruption) - 0usize];
    ["Offset of field: s390irq_explanation::held"]
        [::core::mem::offset_of!(s390irq_explanation, held) - 64usize];
    ["Offset of field: s390irq_explanation::outranked_by"]
        [::core::mem::offset_of!(s390irq_explanation, outranked_by) - 68usize];
    ["Offset of field: s390irq_explanation::floating"]
        [::core::mem::offset_of!(s390irq_explanation, floating) - 70usize];
    ["Offset of field: s390irq_explanation::control"]
        [::core::mem::offset_of!(s390irq_explanation, control) - 71usize];
    ["Offset of field: s390irq_explanation::submask"]
        [::core::mem::offset_of!(s390irq_explanation, submask) - 72usize];
    ["Offset of field: s390irq_explanation::adapter"]
        [::core::mem::offset_of!(s390irq_explanation, adapter) - 80usize];
    ["Offset of field: s390irq_explanation::reserved0"]
        [::core::mem::offset_of!(s390irq_explanation, reserved0) - 84usize];
    ["Offset of field: s390irq_explanation::reserved"]
        [::core::mem::offset_of!(s390irq_explanation, reserved) - 88usize];
};
impl Default for s390irq_explanation {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
impl ::core::fmt::Debug for s390irq_explanation {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        write!(
            f,
            "s390irq_explanation {{ interruption: {:?}, reserved: {:?} }}",
            self.interruption, self.reserved
        )
    }
}
unsafe extern "C" {
    pub fn s390irq_vcpu_explain(
        vcpu: *mut s390irq_vcpu,
        array: *mut s390irq_explanation,
        count: *mut usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_explain_text(
        vcpu: *mut s390irq_vcpu,
        text: *mut ::core::ffi::c_char,
        length: *mut usize,
    ) -> ::core::ffi::c_int;
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_trace {
    pub size: u32,
    pub event: u16,
    pub kind: u16,
    pub outcome: i32,
    pub cpu: u32,
    pub code: u32,
    pub parameter: u32,
    pub parameter64: u64,
    pub old_psw_mask: u64,
    pub old_psw_address: u64,
    pub new_psw_mask: u64,
    pub new_psw_address: u64,
    pub tod: u64,
    pub status: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_trace"]
        [::core::mem::size_of::<s390irq_trace>() - 80usize];
    ["Alignment of s390irq_trace"]
        [::core::mem::align_of::<s390irq_trace>() - 8usize];
    ["Offset of field: s390irq_trace::size"]
        [::core::mem::offset_of!(s390irq_trace, size) - 0usize];
    ["Offset of field: s390irq_trace::event"]
        [::core::mem::offset_of!(s390irq_trace, event) - 4usize];
    ["Offset of field: s390irq_trace::kind"]
        [::core::mem::offset_of!(s390irq_trace, kind) - 6usize];
    ["Offset of field: s390irq_trace::outcome"]
        [::core::mem::offset_of!(s390irq_trace, outcome) - 8usize];
    ["Offset of field: s390irq_trace::cpu"]
        [::core::mem::offset_of!(s390irq_trace, cpu) - 12usize];
    ["Offset of field: s390irq_trace::code"]
        [::core::mem::offset_of!(s390irq_trace, code) - 16usize];
    ["Offset of field: s390irq_trace::parameter"]
        [::core::mem::offset_of!(s390irq_trace, parameter) - 20usize];
    ["Offset of field: s390irq_trace::parameter64"]
        [::core::mem::offset_of!(s390irq_trace, parameter64) - 24usize];
    ["Offset of field: s390irq_trace::old_psw_mask"]
        [::core::mem::offset_of!(s390irq_trace, old_psw_mask) - 32usize];
    ["Offset of field: s390irq_trace::old_psw_address"]
        [::core::mem::offset_of!(s390irq_trace, old_psw_address) - 40usize];
    ["Offset of field: s390irq_trace::new_psw_mask"]
        [::core::mem::offset_of!(s390irq_trace, new_psw_mask) - 48usize];
    ["Offset of field: s390irq_trace::new_psw_address"]
        [::core::mem::offset_of!(s390irq_trace, new_psw_address) - 56usize];
    ["Offset of field: s390irq_trace::tod"]
        [::core::mem::offset_of!(s390irq_trace, tod) - 64usize];
    ["Offset of field: s390irq_trace::status"]
        [::core::mem::offset_of!(s390irq_trace, status) - 72usize];
    ["Offset of field: s390irq_trace::reserved"]
        [::core::mem::offset_of!(s390irq_trace, reserved) - 76usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_registers {
    pub size: u32,
    pub reserved: u32,
    pub general: [u64; 16usize],
    pub access: [u32; 16usize],
    pub vector: [[u64; 2usize]; 32usize],
    pub guarded_storage: [u64; 4usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_registers"]
        [::core::mem::size_of::<s390irq_registers>() - 744usize];
    ["Alignment of s390irq_registers"]
        [::core::mem::align_of::<s390irq_registers>() - 8usize];
    ["Offset of field: s390irq_registers::size"]
        [::core::mem::offset_of!(s390irq_registers, size) - 0usize];
    ["Offset of field: s390irq_registers::reserved"]
        [::core::mem::offset_of!(s390irq_registers, reserved) - 4usize];
    ["Offset of field: s390irq_registers::general"]
        [::core::mem::offset_of!(s390irq_registers, general) - 8usize];
    ["Offset of field: s390irq_registers::access"]
        [::core::mem::offset_of!(s390irq_registers, access) - 136usize];
    ["Offset of field: s390irq_registers::vector"]
        [::core::mem::offset_of!(s390irq_registers, vector) - 200usize];
    ["Offset of field: s390irq_registers::guarded_storage"][::core::mem::offset_of!(
        s390irq_registers,
        guarded_storage
    ) - 712usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_host_ops {
    pub size: u32,
    pub reserved: u32,
    pub read: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            absolute: u64,
            data: *mut ::core::ffi::c_void,
            length: usize,
        ) -> ::core::ffi::c_int,
    >,
    pub write: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            absolute: u64,
            data: *const ::core::ffi::c_void,
            length: usize,
        ) -> ::core::ffi::c_int,
    >,
    pub lowcore: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            absolute: u64,
        ) -> *mut ::core::ffi::c_void,
    >,
    pub tod: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
        ) -> u64,
    >,
    pub deadline: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            deadline_tod: u64,
        ),
    >,
    pub wake: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
        ),
    >,
    pub kick: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
        ),
    >,
    pub choose: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            kind: u32,
            address: u32,
        ) -> u32,
    >,
    pub trace: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            event: *const s390irq_trace,
        ),
    >,
    pub log: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            level: ::core::ffi::c_int,
            text: *const ::core::ffi::c_char,
        ),
    >,
    pub allocate: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            bytes: usize,
        ) -> *mut ::core::ffi::c_void,
    >,
    pub deallocate: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            memory: *mut ::core::ffi::c_void,
            bytes: usize,
        ),
    >,
    pub released: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
        ),
    >,
    pub registers: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            registers: *mut s390irq_registers,
        ) -> ::core::ffi::c_int,
    >,
    pub transaction: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            block: *mut u8,
        ),
    >,
    pub set_bit: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            absolute: u64,
            bits: u8,
        ) -> ::core::ffi::c_int,
    >,
    pub dirty: ::core::option::Option<
        unsafe extern "C" fn(
            vm: *mut ::core::ffi::c_void,
            cpu: *mut ::core::ffi::c_void,
            absolute: u64,
        ),
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_host_ops"]
        [::core::mem::size_of::<s390irq_host_ops>() - 144usize];
    ["Alignment of s390irq_host_ops"]
        [::core::mem::align_of::<s390irq_host_ops>() - 8usize];
    ["Offset of field: s390irq_host_ops::size"]
        [::core::mem::offset_of!(s390irq_host_ops, size) - 0usize];
    ["Offset of field: s390irq_host_ops::reserved"]
        [::core::mem::offset_of!(s390irq_host_ops, reserved) - 4usize];
    ["Offset of field: s390irq_host_ops::read"]
        [::core::mem::offset_of!(s390irq_host_ops, read) - 8usize];
    ["Offset of field: s390irq_host_ops::write"]
        [::core::mem::offset_of!(s390irq_host_ops, write) - 16usize];
    ["Offset of field: s390irq_host_ops::lowcore"]
        [::core::mem::offset_of!(s390irq_host_ops, lowcore) - 24usize];
    ["Offset of field: s390irq_host_ops::tod"]
        [::core::mem::offset_of!(s390irq_host_ops, tod) - 32usize];
    ["Offset of field: s390irq_host_ops::deadline"]
        [::core::mem::offset_of!(s390irq_host_ops, deadline) - 40usize];
    ["Offset of field: s390irq_host_ops::wake"]
        [::core::mem::offset_of!(s390irq_host_ops, wake) - 48usize];
    ["Offset of field: s390irq_host_ops::kick"]
        [::core::mem::offset_of!(s390irq_host_ops, kick) - 56usize];
    ["Offset of field: s390irq_host_ops::choose"]
        [::core::mem::offset_of!(s390irq_host_ops, choose) - 64usize];
    ["Offset of field: s390irq_host_ops::trace"]
        [::core::mem::offset_of!(s390irq_host_ops, trace) - 72usize];
    ["Offset of field: s390irq_host_ops::log"]
        [::core::mem::offset_of!(s390irq_host_ops, log) - 80usize];
    ["Offset of field: s390irq_host_ops::allocate"]
        [::core::mem::offset_of!(s390irq_host_ops, allocate) - 88usize];
    ["Offset of field: s390irq_host_ops::deallocate"]
        [::core::mem::offset_of!(s390irq_host_ops, deallocate) - 96usize];
    ["Offset of field: s390irq_host_ops::released"]
        [::core::mem::offset_of!(s390irq_host_ops, released) - 104usize];
    ["Offset of field: s390irq_host_ops::registers"]
        [::core::mem::offset_of!(s390irq_host_ops, registers) - 112usize];
    ["Offset of field: s390irq_host_ops::transaction"]
        [::core::mem::offset_of!(s390irq_host_ops, transaction) - 120usize];
    ["Offset of field: s390irq_host_ops::set_bit"]
        [::core::mem::offset_of!(s390irq_host_ops, set_bit) - 128usize];
    ["Offset of field: s390irq_host_ops::dirty"]
        [::core::mem::offset_of!(s390irq_host_ops, dirty) - 136usize];
};
unsafe extern "C" {
    pub fn s390irq_queue_pending(queue: *mut s390irq_queue) -> u32;
}
unsafe extern "C" {
    pub fn s390irq_queue_count(queue: *mut s390irq_queue) -> usize;
}
unsafe extern "C" {
    pub fn s390irq_queue_list(
        queue: *mut s390irq_queue,
        array: *mut s390irq_interruption,
        count: *mut usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_queue_clear(queue: *mut s390irq_queue)
        -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_queue_take_io(
        queue: *mut s390irq_queue,
        isc_mask: u32,
        subchannel: u32,
        out: *mut s390irq_interruption,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_queue_put_back_io(
        queue: *mut s390irq_queue,
        interruption: *const s390irq_interruption,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_queue_clear_io(
        queue: *mut s390irq_queue,
        subchannel: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_sigp(
        sender: *mut s390irq_vcpu,
        target: u32,
        order: u32,
        parameter: u64,
        status: *mut u32,
    ) -> ::core::ffi::c_int;
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_import_report {
    pub size: u32,
    pub records: u32,
    pub coalesced: u32,
    pub dropped: u32,
    pub left_out_kinds: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_import_report"]
        [::core::mem::size_of::<s390irq_import_report>() - 24usize];
    ["Alignment of s390irq_import_report"]
        [::core::mem::align_of::<s390irq_import_report>() - 4usize];
    ["Offset of field: s390irq_import_report::size"]
        [::core::mem::offset_of!(s390irq_import_report, size) - 0usize];
    ["Offset of field: s390irq_import_report::records"]
        [::core::mem::offset_of!(s390irq_import_report, records) - 4usize];
    ["Offset of field: s390irq_import_report::coalesced"]
        [::core::mem::offset_of!(s390irq_import_report, coalesced) - 8usize];
    ["Offset of field: s390irq_import_report::dropped"]
        [::core::mem::offset_of!(s390irq_import_report, dropped) - 12usize];
    ["Offset of field: s390irq_import_report::left_out_kinds"][::core::mem::offset_of!(
        s390irq_import_report,
        left_out_kinds
    ) - 16usize];
    ["Offset of field: s390irq_import_report::reserved"]
        [::core::mem::offset_of!(s390irq_import_report, reserved) - 20usize];
};
unsafe extern "C" {
    pub fn s390irq_vm_save(
        vm: *mut s390irq_vm,
        buffer: *mut ::core::ffi::c_void,
        length: *mut usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_load(
        vm: *mut s390irq_vm,
        buffer: *const ::core::ffi::c_void,
        length: usize,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_interruption_to_kvm(
        interruption: *const s390irq_interruption,
        flags: u32,
        record: *mut u8,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_export_flic(
        vm: *mut s390irq_vm,
        buffer: *mut ::core::ffi::c_void,
        length: *mut usize,
        flags: u32,
        report: *mut s390irq_import_report,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_import_flic(
        vm: *mut s390irq_vm,
        buffer: *const ::core::ffi::c_void,
        length: usize,
        report: *mut s390irq_import_report,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_export_kvm(
        vcpu: *mut s390irq_vcpu,
        buffer: *mut ::core::ffi::c_void,
        length: *mut usize,
        flags: u32,
        report: *mut s390irq_import_report,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_import_kvm(
        vcpu: *mut s390irq_vcpu,
        buffer: *const ::core::ffi::c_void,
        length: usize,
        report: *mut s390irq_import_report,
    ) -> ::core::ffi::c_int;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct s390irq_vm_config {
    pub size: u32,
    pub cpus: u32,
    pub flags: u32,
    pub log_level: u32,
    pub cp_service_limit: u32,
    pub reserved: u32,
    pub ram: *mut ::core::ffi::c_void,
    pub ram_size: u64,
    pub facilities: *const ::core::ffi::c_void,
    pub facilities_size: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_vm_config"]
        [::core::mem::size_of::<s390irq_vm_config>() - 56usize];
    ["Alignment of s390irq_vm_config"]
        [::core::mem::align_of::<s390irq_vm_config>() - 8usize];
    ["Offset of field: s390irq_vm_config::size"]
        [::core::mem::offset_of!(s390irq_vm_config, size) - 0usize];
    ["Offset of field: s390irq_vm_config::cpus"]
        [::core::mem::offset_of!(s390irq_vm_config, cpus) - 4usize];
    ["Offset of field: s390irq_vm_config::flags"]
        [::core::mem::offset_of!(s390irq_vm_config, flags) - 8usize];
    ["Offset of field: s390irq_vm_config::log_level"]
        [::core::mem::offset_of!(s390irq_vm_config, log_level) - 12usize];
    ["Offset of field: s390irq_vm_config::cp_service_limit"][::core::mem::offset_of!(
        s390irq_vm_config,
        cp_service_limit
    ) - 16usize];
    ["Offset of field: s390irq_vm_config::reserved"]
        [::core::mem::offset_of!(s390irq_vm_config, reserved) - 20usize];
    ["Offset of field: s390irq_vm_config::ram"]
        [::core::mem::offset_of!(s390irq_vm_config, ram) - 24usize];
    ["Offset of field: s390irq_vm_config::ram_size"]
        [::core::mem::offset_of!(s390irq_vm_config, ram_size) - 32usize];
    ["Offset of field: s390irq_vm_config::facilities"]
        [::core::mem::offset_of!(s390irq_vm_config, facilities) - 40usize];
    ["Offset of field: s390irq_vm_config::facilities_size"]
        [::core::mem::offset_of!(s390irq_vm_config, facilities_size) - 48usize];
};
impl Default for s390irq_vm_config {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_counter {
    pub injected: u64,
    pub taken: u64,
    pub coalesced: u64,
    pub refused: u64,
    pub cleared: u64,
    pub pending: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_counter"]
        [::core::mem::size_of::<s390irq_counter>() - 48usize];
    ["Alignment of s390irq_counter"]
        [::core::mem::align_of::<s390irq_counter>() - 8usize];
    ["Offset of field: s390irq_counter::injected"]
        [::core::mem::offset_of!(s390irq_counter, injected) - 0usize];
    ["Offset of field: s390irq_counter::taken"]
        [::core::mem::offset_of!(s390irq_counter, taken) - 8usize];
    ["Offset of field: s390irq_counter::coalesced"]
        [::core::mem::offset_of!(s390irq_counter, coalesced) - 16usize];
    ["Offset of field: s390irq_counter::refused"]
        [::core::mem::offset_of!(s390irq_counter, refused) - 24usize];
    ["Offset of field: s390irq_counter::cleared"]
        [::core::mem::offset_of!(s390irq_counter, cleared) - 32usize];
    ["Offset of field: s390irq_counter::pending"]
        [::core::mem::offset_of!(s390irq_counter, pending) - 40usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_counters {
    pub size: u32,
    pub reserved: u32,
    pub wakes: u64,
    pub kicks: u64,
    pub kind: [s390irq_counter; 32usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_counters"]
        [::core::mem::size_of::<s390irq_counters>() - 1560usize];
    ["Alignment of s390irq_counters"]
        [::core::mem::align_of::<s390irq_counters>() - 8usize];
    ["Offset of field: s390irq_counters::size"]
        [::core::mem::offset_of!(s390irq_counters, size) - 0usize];
    ["Offset of field: s390irq_counters::reserved"]
        [::core::mem::offset_of!(s390irq_counters, reserved) - 4usize];
    ["Offset of field: s390irq_counters::wakes"]
        [::core::mem::offset_of!(s390irq_counters, wakes) - 8usize];
    ["Offset of field: s390irq_counters::kicks"]
        [::core::mem::offset_of!(s390irq_counters, kicks) - 16usize];
    ["Offset of field: s390irq_counters::kind"]
        [::core::mem::offset_of!(s390irq_counters, kind) - 24usize];
};
unsafe extern "C" {
    pub fn s390irq_vm_create(
        config: *const s390irq_vm_config,
        ops: *const s390irq_host_ops,
        opaque: *mut ::core::ffi::c_void,
        vm: *mut *mut s390irq_vm,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_ref(vm: *mut s390irq_vm) -> *mut s390irq_vm;
}
unsafe extern "C" {
    pub fn s390irq_vm_unref(vm: *mut s390irq_vm);
}
unsafe extern "C" {
    pub fn s390irq_vm_close(vm: *mut s390irq_vm) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_cpu(
        vm: *mut s390irq_vm,
        address: u32,
    ) -> *mut s390irq_vcpu;
}
unsafe extern "C" {
    pub fn s390irq_vm_reset(vm: *mut s390irq_vm) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_pause(vm: *mut s390irq_vm) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_resume(vm: *mut s390irq_vm) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_set_tod(
        vm: *mut s390irq_vm,
        tod: u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_get_tod(
        vm: *mut s390irq_vm,
        tod: *mut u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_set_tod_epoch(
        vm: *mut s390irq_vm,
        index: u32,
        tod: u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_get_tod_epoch(
        vm: *mut s390irq_vm,
        index: *mut u32,
        tod: *mut u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_adjust_tod(
        vm: *mut s390irq_vm,
        delta: u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_inject(
        vm: *mut s390irq_vm,
        interruption: *const s390irq_interruption,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_inject_service(
        vm: *mut s390irq_vm,
        parameter: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_add_subchannel(
        vm: *mut s390irq_vm,
        subchannel: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_remove_subchannel(
        vm: *mut s390irq_vm,
        subchannel: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_inject_io(
        vm: *mut s390irq_vm,
        subchannel: u32,
        parameter: u32,
        word: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vm_queue(vm: *mut s390irq_vm) -> *mut s390irq_queue;
}
unsafe extern "C" {
    pub fn s390irq_vm_counters(
        vm: *mut s390irq_vm,
        counters: *mut s390irq_counters,
    ) -> ::core::ffi::c_int;
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_cpu {
    pub size: u32,
    pub prefix: u32,
    pub psw_mask: u64,
    pub psw_address: u64,
    pub cr: [u64; 16usize],
    pub clock_comparator: u64,
    pub cpu_timer: u64,
    pub cpu_timer_since_tod: u64,
    pub tod_programmable: u32,
    pub floating_point_control: u32,
    pub breaking_event_address: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_cpu"][::core::mem::size_of::<s390irq_cpu>() - 192usize];
    ["Alignment of s390irq_cpu"]
        [::core::mem::align_of::<s390irq_cpu>() - 8usize];
    ["Offset of field: s390irq_cpu::size"]
        [::core::mem::offset_of!(s390irq_cpu, size) - 0usize];
    ["Offset of field: s390irq_cpu::prefix"]
        [::core::mem::offset_of!(s390irq_cpu, prefix) - 4usize];
    ["Offset of field: s390irq_cpu::psw_mask"]
        [::core::mem::offset_of!(s390irq_cpu, psw_mask) - 8usize];
    ["Offset of field: s390irq_cpu::psw_address"]
        [::core::mem::offset_of!(s390irq_cpu, psw_address) - 16usize];
    ["Offset of field: s390irq_cpu::cr"]
        [::core::mem::offset_of!(s390irq_cpu, cr) - 24usize];
    ["Offset of field: s390irq_cpu::clock_comparator"]
        [::core::mem::offset_of!(s390irq_cpu, clock_comparator) - 152usize];
    ["Offset of field: s390irq_cpu::cpu_timer"]
        [::core::mem::offset_of!(s390irq_cpu, cpu_timer) - 160usize];
    ["Offset of field: s390irq_cpu::cpu_timer_since_tod"]
        [::core::mem::offset_of!(s390irq_cpu, cpu_timer_since_tod) - 168usize];
    ["Offset of field: s390irq_cpu::tod_programmable"]
        [::core::mem::offset_of!(s390irq_cpu, tod_programmable) - 176usize];
    ["Offset of field: s390irq_cpu::floating_point_control"][::core::mem::offset_of!(
        s390irq_cpu,
        floating_point_control
    ) - 180usize];
    ["Offset of field: s390irq_cpu::breaking_event_address"][::core::mem::offset_of!(
        s390irq_cpu,
        breaking_event_address
    ) - 184usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_report {
    pub size: u32,
    pub taken: u32,
    pub taken_kinds: u32,
    pub changed: u32,
    pub intercepts: u32,
    pub loop_kind: u32,
    pub deadline_tod: u64,
    pub fault_address: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_report"]
        [::core::mem::size_of::<s390irq_report>() - 40usize];
    ["Alignment of s390irq_report"]
        [::core::mem::align_of::<s390irq_report>() - 8usize];
    ["Offset of field: s390irq_report::size"]
        [::core::mem::offset_of!(s390irq_report, size) - 0usize];
    ["Offset of field: s390irq_report::taken"]
        [::core::mem::offset_of!(s390irq_report, taken) - 4usize];
    ["Offset of field: s390irq_report::taken_kinds"]
        [::core::mem::offset_of!(s390irq_report, taken_kinds) - 8usize];
    ["Offset of field: s390irq_report::changed"]
        [::core::mem::offset_of!(s390irq_report, changed) - 12usize];
    ["Offset of field: s390irq_report::intercepts"]
        [::core::mem::offset_of!(s390irq_report, intercepts) - 16usize];
    ["Offset of field: s390irq_report::loop_kind"]
        [::core::mem::offset_of!(s390irq_report, loop_kind) - 20usize];
    ["Offset of field: s390irq_report::deadline_tod"]
        [::core::mem::offset_of!(s390irq_report, deadline_tod) - 24usize];
    ["Offset of field: s390irq_report::fault_address"]
        [::core::mem::offset_of!(s390irq_report, fault_address) - 32usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct s390irq_store {
    pub absolute: u64,
    pub length: u32,
    pub reserved: u32,
    pub bytes: [u8; 16usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_store"]
        [::core::mem::size_of::<s390irq_store>() - 32usize];
    ["Alignment of s390irq_store"]
        [::core::mem::align_of::<s390irq_store>() - 8usize];
    ["Offset of field: s390irq_store::absolute"]
        [::core::mem::offset_of!(s390irq_store, absolute) - 0usize];
    ["Offset of field: s390irq_store::length"]
        [::core::mem::offset_of!(s390irq_store, length) - 8usize];
    ["Offset of field: s390irq_store::reserved"]
        [::core::mem::offset_of!(s390irq_store, reserved) - 12usize];
    ["Offset of field: s390irq_store::bytes"]
        [::core::mem::offset_of!(s390irq_store, bytes) - 16usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct s390irq_block {
    pub absolute: u64,
    pub bytes: *const u8,
    pub length: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_block"]
        [::core::mem::size_of::<s390irq_block>() - 24usize];
    ["Alignment of s390irq_block"]
        [::core::mem::align_of::<s390irq_block>() - 8usize];
    ["Offset of field: s390irq_block::absolute"]
        [::core::mem::offset_of!(s390irq_block, absolute) - 0usize];
    ["Offset of field: s390irq_block::bytes"]
        [::core::mem::offset_of!(s390irq_block, bytes) - 8usize];
    ["Offset of field: s390irq_block::length"]
        [::core::mem::offset_of!(s390irq_block, length) - 16usize];
    ["Offset of field: s390irq_block::reserved"]
        [::core::mem::offset_of!(s390irq_block, reserved) - 20usize];
};
impl Default for s390irq_block {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct s390irq_plan {
    pub size: u32,
    pub kind: u32,
    pub ticket: u64,
    pub new_psw_absolute: u64,
    pub new_psw: [u8; 16usize],
    pub store_count: u32,
    pub block_count: u32,
    pub store: [s390irq_store; 16usize],
    pub block: [s390irq_block; 6usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_plan"][::core::mem::size_of::<s390irq_plan>() - 704usize];
    ["Alignment of s390irq_plan"]
        [::core::mem::align_of::<s390irq_plan>() - 8usize];
    ["Offset of field: s390irq_plan::size"]
        [::core::mem::offset_of!(s390irq_plan, size) - 0usize];
    ["Offset of field: s390irq_plan::kind"]
        [::core::mem::offset_of!(s390irq_plan, kind) - 4usize];
    ["Offset of field: s390irq_plan::ticket"]
        [::core::mem::offset_of!(s390irq_plan, ticket) - 8usize];
    ["Offset of field: s390irq_plan::new_psw_absolute"]
        [::core::mem::offset_of!(s390irq_plan, new_psw_absolute) - 16usize];
    ["Offset of field: s390irq_plan::new_psw"]
        [::core::mem::offset_of!(s390irq_plan, new_psw) - 24usize];
    ["Offset of field: s390irq_plan::store_count"]
        [::core::mem::offset_of!(s390irq_plan, store_count) - 40usize];
    ["Offset of field: s390irq_plan::block_count"]
        [::core::mem::offset_of!(s390irq_plan, block_count) - 44usize];
    ["Offset of field: s390irq_plan::store"]
        [::core::mem::offset_of!(s390irq_plan, store) - 48usize];
    ["Offset of field: s390irq_plan::block"]
        [::core::mem::offset_of!(s390irq_plan, block) - 560usize];
};
impl Default for s390irq_plan {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct s390irq_poll {
    pub local: *const u64,
    pub floating: *const u64,
    pub open: *const u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of s390irq_poll"][::core::mem::size_of::<s390irq_poll>() - 24usize];
    ["Alignment of s390irq_poll"]
        [::core::mem::align_of::<s390irq_poll>() - 8usize];
    ["Offset of field: s390irq_poll::local"]
        [::core::mem::offset_of!(s390irq_poll, local) - 0usize];
    ["Offset of field: s390irq_poll::floating"]
        [::core::mem::offset_of!(s390irq_poll, floating) - 8usize];
    ["Offset of field: s390irq_poll::open"]
        [::core::mem::offset_of!(s390irq_poll, open) - 16usize];
};
impl Default for s390irq_poll {
    fn default() -> Self {
        let mut s = ::core::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::core::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
unsafe extern "C" {
    pub fn s390irq_vcpu_create(
        vm: *mut s390irq_vm,
        address: u32,
        opaque: *mut ::core::ffi::c_void,
        vcpu: *mut *mut s390irq_vcpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_unplug(vcpu: *mut s390irq_vcpu) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_address(vcpu: *const s390irq_vcpu) -> u32;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_state(vcpu: *const s390irq_vcpu) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_deliver(
        vcpu: *mut s390irq_vcpu,
        cpu: *mut s390irq_cpu,
        report: *mut s390irq_report,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_masks_changed(
        vcpu: *mut s390irq_vcpu,
        cpu: *const s390irq_cpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_timers_changed(
        vcpu: *mut s390irq_vcpu,
        cpu: *const s390irq_cpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_lowcore_changed(
        vcpu: *mut s390irq_vcpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_program(
        vcpu: *mut s390irq_vcpu,
        program: *const s390irq_program,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_supervisor_call(
        vcpu: *mut s390irq_vcpu,
        code: u32,
        ilc: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_check_stop(
        vcpu: *mut s390irq_vcpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_has_interruption(
        vcpu: *mut s390irq_vcpu,
        cpu: *const s390irq_cpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_wait(vcpu: *mut s390irq_vcpu) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_prepare(
        vcpu: *mut s390irq_vcpu,
        cpu: *mut s390irq_cpu,
        plan: *mut s390irq_plan,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_commit(
        vcpu: *mut s390irq_vcpu,
        cpu: *mut s390irq_cpu,
        plan: *const s390irq_plan,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_abort(vcpu: *mut s390irq_vcpu) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_poll(
        vcpu: *const s390irq_vcpu,
        poll: *mut s390irq_poll,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_attention(
        vcpu: *const s390irq_vcpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_kick(vcpu: *mut s390irq_vcpu) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_timer_fired(
        vcpu: *mut s390irq_vcpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_start(
        vcpu: *mut s390irq_vcpu,
        cpu: *const s390irq_cpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_stop(vcpu: *mut s390irq_vcpu) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_restart(vcpu: *mut s390irq_vcpu) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_reset(
        vcpu: *mut s390irq_vcpu,
        kind: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_get_cpu(
        vcpu: *mut s390irq_vcpu,
        cpu: *mut s390irq_cpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_set_cpu(
        vcpu: *mut s390irq_vcpu,
        cpu: *const s390irq_cpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_get_registers(
        vcpu: *mut s390irq_vcpu,
        registers: *mut s390irq_registers,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_set_dispatched(
        vcpu: *mut s390irq_vcpu,
        dispatched: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_pfault_begin(
        vcpu: *mut s390irq_vcpu,
        token: u64,
        select: u64,
        compare: u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_pfault_cancel(
        vcpu: *mut s390irq_vcpu,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_pfault_may_start(
        vcpu: *mut s390irq_vcpu,
        cpu: *const s390irq_cpu,
        token: *mut u64,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_inject(
        vcpu: *mut s390irq_vcpu,
        interruption: *const s390irq_interruption,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_inject_emergency(
        vcpu: *mut s390irq_vcpu,
        source: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_inject_external_call(
        vcpu: *mut s390irq_vcpu,
        source: u32,
    ) -> ::core::ffi::c_int;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_queue(vcpu: *mut s390irq_vcpu) -> *mut s390irq_queue;
}
unsafe extern "C" {
    pub fn s390irq_vcpu_counters(
        vcpu: *mut s390irq_vcpu,
        counters: *mut s390irq_counters,
    ) -> ::core::ffi::c_int;
}
