// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! A CPU as its owner has it.

use std::ops::Deref;

use s390irq_sys as sys;

use crate::cpu::Cpu;
use crate::error::{Error, Result};
use crate::interruption::{Outcome, Program};
use crate::plan::Plan;
use crate::report::{Next, Report};
use crate::target::Target;

/// A CPU as the thread that runs it has it. There is one for each CPU at a
/// time; it may move to another thread, but not be shared. What everybody may
/// do it can, too: it dereferences to its [`Target`].
///
/// Dropping it leaves the CPU as it is; [`Machine::vcpu`](crate::Machine::vcpu)
/// gives it to the next owner. Let it park (deliver answered something else
/// than [`Next::Run`]) before another thread runs it: a C library that is
/// built with `--enable-debug-checks` ends the process otherwise.
#[derive(Debug)]
pub struct Vcpu {
    target: Target,
    address: u32,
    _owned: NotShared,
}

/// Takes Sync (and Send, which comes back below) from what has it.
#[derive(Debug)]
struct NotShared([*mut (); 0]);

// SAFETY: a Vcpu is a Target, which is Send; what else it may do is the
// owner's, whichever thread that is.
unsafe impl Send for Vcpu {}

impl Deref for Vcpu {
    type Target = Target;

    #[inline]
    fn deref(&self) -> &Target {
        &self.target
    }
}

impl Drop for Vcpu {
    fn drop(&mut self) {
        self.target.machine().common().claims.release(self.address);
    }
}

impl Vcpu {
    /// The caller has claimed the address.
    pub(crate) fn new(target: Target, address: u32) -> Self {
        Self { target, address, _owned: NotShared([]) }
    }

    /// The CPU as other threads see it.
    pub fn target(&self) -> Target {
        self.target.clone()
    }

    /// Takes everything that is pending and enabled, in the order of the
    /// architecture, and says what the CPU does next. A parked CPU's registers
    /// are copied to `cpu` first.
    ///
    /// # Errors
    ///
    /// With registers, pending interruptions and attention as before, but what
    /// was taken earlier in the same call stays taken: [`Error::GuestMemory`]
    /// (call again to retry), [`Error::State`] (a prepared interruption is in
    /// hand), [`Error::Invalid`] (the prefix), [`Error::HookPanicked`].
    #[inline]
    pub fn deliver(&mut self, cpu: &mut Cpu) -> Result<Next> {
        // SAFETY: the owner's call: self is the only Vcpu of this CPU, and
        // borrowed mutably. The registers are there for the call.
        let answer = unsafe {
            sys::s390irq_vcpu_deliver(
                self.as_raw(),
                cpu.as_raw_mut(),
                std::ptr::null_mut(),
            )
        };
        next(self.check(answer))
    }

    /// The same, and tells what was done, also of an error.
    #[inline]
    pub fn deliver_report(
        &mut self,
        cpu: &mut Cpu,
        report: &mut Report,
    ) -> Result<Next> {
        // SAFETY: as above.
        let answer = unsafe {
            sys::s390irq_vcpu_deliver(
                self.as_raw(),
                cpu.as_raw_mut(),
                report.as_raw_mut(),
            )
        };
        next(self.check(answer))
    }

    /// PSW or control registers 0, 6 or 14 changed: publishes what the CPU is
    /// open for. Cheap; call it after every LPSW, SSM, LCTL and the like.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: the CPU is parked.
    #[inline]
    pub fn masks_changed(&mut self, cpu: &Cpu) -> Result<()> {
        // SAFETY: the owner's call.
        let answer = unsafe {
            sys::s390irq_vcpu_masks_changed(self.as_raw(), cpu.as_raw())
        };
        self.check(answer).map(drop)
    }

    /// Clock comparator, CPU timer or the sign control (control register 0 bit
    /// 10) changed.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: the CPU is parked.
    pub fn timers_changed(&mut self, cpu: &Cpu) -> Result<()> {
        // SAFETY: the owner's call.
        let answer = unsafe {
            sys::s390irq_vcpu_timers_changed(self.as_raw(), cpu.as_raw())
        };
        self.check(answer).map(drop)
    }

    /// What [`Host::lowcore`](crate::Host::lowcore) answered is void.
    pub fn lowcore_changed(&mut self) -> Result<()> {
        // SAFETY: the owner's call.
        let answer =
            unsafe { sys::s390irq_vcpu_lowcore_changed(self.as_raw()) };
        self.check(answer).map(drop)
    }

    /// The CPU found a program interruption condition; the next deliver takes
    /// it.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: code or ILC. [`Error::State`]: parked.
    pub fn program(&mut self, program: &Program) -> Result<Outcome> {
        let raw = program.to_raw();
        // SAFETY: the owner's call; the record is there for it.
        let answer = unsafe { sys::s390irq_vcpu_program(self.as_raw(), &raw) };
        Outcome::of(self.check(answer))
    }

    /// The CPU executed SUPERVISOR CALL; the next deliver takes it.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: code above 255, or ILC. [`Error::State`]: parked.
    pub fn supervisor_call(&mut self, code: u32, ilc: u32) -> Result<Outcome> {
        // SAFETY: the owner's call.
        let answer = unsafe {
            sys::s390irq_vcpu_supervisor_call(self.as_raw(), code, ilc)
        };
        Outcome::of(self.check(answer))
    }

    /// The CPU found a reason to enter the check-stop state; the next deliver
    /// does.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: parked.
    pub fn check_stop(&mut self) -> Result<()> {
        // SAFETY: the owner's call.
        let answer = unsafe { sys::s390irq_vcpu_check_stop(self.as_raw()) };
        self.check(answer).map(drop)
    }

    /// Would deliver take an interruption with these registers?
    pub fn has_interruption(&mut self, cpu: &Cpu) -> Result<bool> {
        // SAFETY: the owner's call.
        let answer = unsafe {
            sys::s390irq_vcpu_has_interruption(self.as_raw(), cpu.as_raw())
        };
        Ok(self.check(answer)? == 1)
    }

    /// Sleeps until attention is raised or the deadline of the last deliver is
    /// reached.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: the host has a wake hook. [`Error::Unsupported`]: the
    /// C library was built without the wait.
    pub fn wait(&mut self) -> Result<()> {
        // SAFETY: the owner's call.
        let answer = unsafe { sys::s390irq_vcpu_wait(self.as_raw()) };
        self.check(answer).map(drop)
    }

    /// Takes the highest enabled interruption in hand, for hosts that reach
    /// guest storage in their own way; `None`: there is nothing to take, call
    /// [`deliver`](Self::deliver) for what comes next.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: one is in hand, or the CPU is stopped, check-stopped
    /// or paused.
    pub fn prepare<'a>(
        &'a mut self,
        cpu: &'a mut Cpu,
    ) -> Result<Option<Plan<'a>>> {
        Plan::prepare(self, cpu)
    }

    /// Gives the interruption in hand back whose [`Plan`] was forgotten.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: nothing is in hand.
    pub fn abort(&mut self) -> Result<()> {
        // SAFETY: the owner's call.
        let answer = unsafe { sys::s390irq_vcpu_abort(self.as_raw()) };
        self.check(answer).map(drop)
    }

    /// Begins the pfault handshake (DIAGNOSE 0x258).
    /// [`Outcome::Busy`]: one is in force, the guest's return code is 8.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: a specification exception: the token is at no
    /// multiple of 8, or `compare` has a bit that `select` has not.
    pub fn pfault_begin(
        &mut self,
        token: u64,
        select: u64,
        compare: u64,
    ) -> Result<Outcome> {
        // SAFETY: the owner's call.
        let answer = unsafe {
            sys::s390irq_vcpu_pfault_begin(
                self.as_raw(),
                token,
                select,
                compare,
            )
        };
        Outcome::of(self.check(answer))
    }

    /// Ends it. [`Outcome::Cleared`]: none was in force, the guest's return
    /// code is 4.
    pub fn pfault_cancel(&mut self) -> Result<Outcome> {
        // SAFETY: the owner's call.
        let answer = unsafe { sys::s390irq_vcpu_pfault_cancel(self.as_raw()) };
        Outcome::of(self.check(answer))
    }

    /// May a page fault be handled asynchronously now? Then this is the real
    /// address at which its token is.
    pub fn pfault_may_start(&mut self, cpu: &Cpu) -> Result<Option<u64>> {
        let mut token = 0;
        // SAFETY: the owner's call; the number is there.
        let answer = unsafe {
            sys::s390irq_vcpu_pfault_may_start(
                self.as_raw(),
                cpu.as_raw(),
                &mut token,
            )
        };
        Ok((self.check(answer)? == 1).then_some(token))
    }

    /// Takes the CPU out of the configuration; what pends here is cleared.
    /// [`Machine::vcpu`](crate::Machine::vcpu) makes it anew.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: a prepared interruption is in hand.
    /// [`Error::NoCpu`]: it was taken out by an earlier call.
    pub fn unplug(&mut self) -> Result<()> {
        // SAFETY: the owner's call.
        let answer = unsafe { sys::s390irq_vcpu_unplug(self.as_raw()) };
        self.check(answer).map(drop)
    }
}

#[inline]
fn next(answer: Result<i32>) -> Result<Next> {
    let answer = answer?;
    Next::from_raw(answer).ok_or(Error::Unknown(answer))
}
