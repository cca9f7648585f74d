// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The reference model of the C library's tests (tests/property): what the
//! architecture and the headers say a machine does, in the plainest way.

use std::ptr::NonNull;

use s390irq_sys as sys;

#[repr(C)]
struct ModelVm([u8; 0]);

extern "C" {
    fn shim_open(addresses: u32, cpus: u32, host_tod: u64) -> *mut ModelVm;
    fn shim_external_calls_first(vm: *mut ModelVm);
    fn shim_close(vm: *mut ModelVm);
    fn shim_begin(vm: *mut ModelVm);
    fn shim_storage(vm: *mut ModelVm, length: *mut usize) -> *mut u8;
    fn shim_deliver(
        vm: *mut ModelVm,
        cpu: u32,
        registers: *mut sys::s390irq_cpu,
        taken: *mut u32,
        kinds: *mut u32,
    ) -> i32;
    fn shim_parked(vm: *const ModelVm, cpu: u32) -> i32;
    fn shim_masks(
        vm: *mut ModelVm,
        cpu: u32,
        registers: *const sys::s390irq_cpu,
    );
    fn shim_inject(
        vm: *mut ModelVm,
        cpu: u32,
        record: *const sys::s390irq_interruption,
    ) -> i32;
    fn model_inject_floating(
        vm: *mut ModelVm,
        record: *const sys::s390irq_interruption,
    ) -> i32;
    fn shim_program(
        vm: *mut ModelVm,
        cpu: u32,
        program: *const sys::s390irq_program,
    ) -> i32;
    fn shim_supervisor_call(
        vm: *mut ModelVm,
        cpu: u32,
        code: u32,
        ilc: u32,
    ) -> i32;
    fn shim_start(vm: *mut ModelVm, cpu: u32) -> i32;
    fn shim_stop(vm: *mut ModelVm, cpu: u32) -> i32;
    fn shim_reset(vm: *mut ModelVm, cpu: u32, kind: u32) -> i32;
    fn shim_take_io(
        vm: *mut ModelVm,
        mask: u32,
        out: *mut sys::s390irq_interruption,
    ) -> i32;
    fn shim_pending(vm: *const ModelVm, cpu: i32) -> u32;
    fn model_add_subchannel(vm: *mut ModelVm, id: u32) -> i32;
    fn model_pause(vm: *mut ModelVm) -> i32;
    fn model_resume(vm: *mut ModelVm);
    fn model_sigp(
        vm: *mut ModelVm,
        sender: u32,
        target: u32,
        order: u32,
        parameter: u64,
        status: *mut u32,
    ) -> i32;
}

/// A machine of the model. Every call answers what the library's should.
#[derive(Debug)]
pub struct Model(NonNull<ModelVm>);

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: it came from shim_open().
        unsafe { shim_close(self.0.as_ptr()) };
    }
}

// SAFETY (of all calls below): the model is there, CPU addresses are those of
// the test, and what is pointed to lives for the call.

impl Model {
    /// With CPUs at the first of its addresses, a clock that stands still, and
    /// no hooks but it.
    pub fn new(addresses: u32, cpus: u32, host_tod: u64) -> Self {
        // SAFETY: as said above.
        let vm = unsafe { shim_open(addresses, cpus, host_tod) };
        Self(NonNull::new(vm).expect("it aborts else"))
    }

    /// Turns a rule round, to see that somebody notices.
    pub fn take_external_calls_first(&mut self) {
        // SAFETY: as said above.
        unsafe { shim_external_calls_first(self.vm()) };
    }

    fn vm(&mut self) -> *mut ModelVm {
        // SAFETY: as said above.
        unsafe { shim_begin(self.0.as_ptr()) };
        self.0.as_ptr()
    }

    /// Guest storage.
    pub fn storage(&mut self) -> &mut [u8] {
        let mut length = 0;
        // SAFETY: as said above; nobody else has it.
        unsafe {
            let start = shim_storage(self.0.as_ptr(), &mut length);
            std::slice::from_raw_parts_mut(start, length)
        }
    }

    /// Answer, how many were taken, of which kinds.
    pub fn deliver(
        &mut self,
        cpu: u32,
        registers: &mut sys::s390irq_cpu,
    ) -> (i32, u32, u32) {
        let (mut taken, mut kinds) = (0, 0);
        // SAFETY: as said above.
        let answer = unsafe {
            shim_deliver(self.vm(), cpu, registers, &mut taken, &mut kinds)
        };
        (answer, taken, kinds)
    }

    /// Whether the CPU is parked.
    pub fn is_parked(&self, cpu: u32) -> bool {
        // SAFETY: as said above.
        unsafe { shim_parked(self.0.as_ptr(), cpu) != 0 }
    }

    /// The guest loads a PSW or control registers.
    pub fn masks(&mut self, cpu: u32, registers: &sys::s390irq_cpu) {
        // SAFETY: as said above.
        unsafe { shim_masks(self.vm(), cpu, registers) };
    }

    /// A local interruption.
    pub fn inject(
        &mut self,
        cpu: u32,
        record: &sys::s390irq_interruption,
    ) -> i32 {
        // SAFETY: as said above.
        unsafe { shim_inject(self.vm(), cpu, record) }
    }

    /// A floating interruption.
    pub fn inject_floating(
        &mut self,
        record: &sys::s390irq_interruption,
    ) -> i32 {
        // SAFETY: as said above.
        unsafe { model_inject_floating(self.vm(), record) }
    }

    /// A program interruption condition.
    pub fn program(&mut self, cpu: u32, program: &sys::s390irq_program) -> i32 {
        // SAFETY: as said above.
        unsafe { shim_program(self.vm(), cpu, program) }
    }

    /// SUPERVISOR CALL.
    pub fn supervisor_call(&mut self, cpu: u32, code: u32, ilc: u32) -> i32 {
        // SAFETY: as said above.
        unsafe { shim_supervisor_call(self.vm(), cpu, code, ilc) }
    }

    /// The operator's start.
    pub fn start(&mut self, cpu: u32) -> i32 {
        // SAFETY: as said above.
        unsafe { shim_start(self.vm(), cpu) }
    }

    /// The operator's stop.
    pub fn stop(&mut self, cpu: u32) -> i32 {
        // SAFETY: as said above.
        unsafe { shim_stop(self.vm(), cpu) }
    }

    /// A reset.
    pub fn reset(&mut self, cpu: u32, kind: u32) -> i32 {
        // SAFETY: as said above.
        unsafe { shim_reset(self.vm(), cpu, kind) }
    }

    /// TEST PENDING INTERRUPTION; with 1 what was taken.
    pub fn take_io(&mut self, mask: u32) -> (i32, sys::s390irq_interruption) {
        let mut out = sys::s390irq_interruption::default();
        // SAFETY: as said above.
        let answer = unsafe { shim_take_io(self.vm(), mask, &mut out) };
        (answer, out)
    }

    /// The kinds that pend at a CPU; `None`: at the machine.
    pub fn pending(&self, cpu: Option<u32>) -> u32 {
        let cpu = cpu.map_or(-1, |cpu| cpu as i32);
        // SAFETY: as said above.
        unsafe { shim_pending(self.0.as_ptr(), cpu) }
    }

    /// A subchannel comes.
    pub fn add_subchannel(&mut self, id: u32) -> i32 {
        // SAFETY: as said above.
        unsafe { model_add_subchannel(self.vm(), id) }
    }

    /// Pause.
    pub fn pause(&mut self) -> i32 {
        // SAFETY: as said above.
        unsafe { model_pause(self.vm()) }
    }

    /// Resume.
    pub fn resume(&mut self) {
        // SAFETY: as said above.
        unsafe { model_resume(self.vm()) };
    }

    /// SIGP: condition code and status.
    pub fn sigp(
        &mut self,
        sender: u32,
        target: u32,
        order: u32,
        parameter: u64,
    ) -> (i32, u32) {
        let mut status = 0;
        // SAFETY: as said above.
        let answer = unsafe {
            model_sigp(self.vm(), sender, target, order, parameter, &mut status)
        };
        (answer, status)
    }
}
