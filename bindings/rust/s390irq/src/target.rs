// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! A CPU as others see it.

use std::ptr::NonNull;

use s390irq_sys as sys;

use crate::attention::Attention;
use crate::counters::Counters;
use crate::cpu::{Cpu, Registers, Reset, State};
use crate::error::{Error, Result};
use crate::explain::Explanation;
use crate::interruption::{Interruption, Outcome};
use crate::machine::Machine;
use crate::numbers::Size;
use crate::queue::Queue;
use crate::sigp::Sigp;

/// A CPU as other threads see it: they signal it, kick it, stop it, ask it.
/// It holds its machine. Of a CPU that was taken out it answers
/// [`Error::NoCpu`].
#[derive(Clone, Debug)]
pub struct Target {
    vcpu: NonNull<sys::s390irq_vcpu>,
    machine: Machine,
}

// SAFETY: every function that is called through a Target is one for any
// thread, at any time ([A]).
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    pub(crate) fn new(
        vcpu: NonNull<sys::s390irq_vcpu>,
        machine: Machine,
    ) -> Self {
        Self { vcpu, machine }
    }

    #[inline]
    pub(crate) fn as_raw(&self) -> *mut sys::s390irq_vcpu {
        self.vcpu.as_ptr()
    }

    #[inline]
    pub(crate) fn check(&self, answer: i32) -> Result<i32> {
        self.machine.check(answer)
    }

    /// Its machine.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The CPU address.
    pub fn address(&self) -> u32 {
        // SAFETY: any thread may.
        unsafe { sys::s390irq_vcpu_address(self.as_raw()) }
    }

    /// The architected state.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: it was taken out.
    pub fn state(&self) -> Result<State> {
        // SAFETY: any thread may.
        let answer = unsafe { sys::s390irq_vcpu_state(self.as_raw()) };
        let answer = self.check(answer)?;
        State::from_raw(answer).ok_or(Error::Unknown(answer))
    }

    /// The words to poll.
    pub fn attention(&self) -> Attention {
        Attention::of(self)
    }

    /// Makes a local interruption pending.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: it does not check, or is a floating kind.
    /// [`Error::NoCpu`]: no CPU has the source address, or this one was taken
    /// out. [`Error::State`]: program, SVC: not parked; set prefix: not
    /// stopped; stop: check-stop. [`Error::GuestMemory`]: set prefix, status:
    /// no storage there. [`Error::Unsupported`]: a stop that stores status,
    /// without [`Hooks::REGISTERS`](crate::Hooks::REGISTERS).
    pub fn inject(&self, interruption: &Interruption) -> Result<Outcome> {
        let raw = interruption.to_raw();
        // SAFETY: any thread may; the record is there for the call.
        let answer = unsafe { sys::s390irq_vcpu_inject(self.as_raw(), &raw) };
        Outcome::of(self.check(answer))
    }

    /// Emergency signal (external 1201) from the CPU with address `source`:
    /// one pends for each source, [`Outcome::Coalesced`] says that it does.
    /// The sender may have been taken out since.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: no CPU can have this source address, or this CPU was
    /// taken out.
    #[inline]
    pub fn emergency_signal(&self, source: u32) -> Result<Outcome> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vcpu_inject_emergency(self.as_raw(), source)
        };
        Outcome::of(self.check(answer))
    }

    /// External call (external 1202) from the CPU with address `source`: one
    /// pends at a CPU, another is [`Outcome::Busy`].
    ///
    /// # Errors
    ///
    /// As [`emergency_signal`](Self::emergency_signal).
    #[inline]
    pub fn external_call(&self, source: u32) -> Result<Outcome> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vcpu_inject_external_call(self.as_raw(), source)
        };
        Outcome::of(self.check(answer))
    }

    /// Carries out a SIGP order that this CPU executes. `target`, `order` and
    /// `parameter` are as the guest gave them.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: this CPU was taken out. [`Error::Unsupported`]: a
    /// status is to be stored, without
    /// [`Hooks::REGISTERS`](crate::Hooks::REGISTERS).
    pub fn sigp(
        &self,
        target: u32,
        order: u32,
        parameter: u64,
    ) -> Result<Sigp> {
        let mut status = 0;
        // SAFETY: any thread may; the number is there.
        let answer = self.check(unsafe {
            sys::s390irq_vcpu_sigp(
                self.as_raw(),
                target,
                order,
                parameter,
                &mut status,
            )
        })?;
        Sigp::of(answer, status).ok_or(Error::Unknown(answer))
    }

    /// Makes the owner call deliver once more, whatever pends.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: it was taken out.
    pub fn kick(&self) -> Result<()> {
        // SAFETY: any thread may.
        self.check(unsafe { sys::s390irq_vcpu_kick(self.as_raw()) }).map(drop)
    }

    /// The deadline was reached, or may have been: deliver compares registers
    /// and clock. Early or needless calls do no harm.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: it was taken out.
    pub fn timer_fired(&self) -> Result<()> {
        // SAFETY: any thread may.
        self.check(unsafe { sys::s390irq_vcpu_timer_fired(self.as_raw()) })
            .map(drop)
    }

    /// Whether attention is raised, as a call.
    pub fn has_attention(&self) -> bool {
        // SAFETY: any thread may.
        unsafe { sys::s390irq_vcpu_attention(self.as_raw()) != 0 }
    }

    /// The operator's start, with these registers from now on if any are
    /// given. `false`: an order is outstanding, try again.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: check-stop, or registers given and not stopped.
    /// [`Error::Invalid`]: the prefix.
    pub fn start(&self, cpu: Option<&Cpu>) -> Result<bool> {
        let cpu = cpu.map_or(std::ptr::null(), Cpu::as_raw);
        // SAFETY: any thread may; the registers are there for the call.
        done(self.check(unsafe { sys::s390irq_vcpu_start(self.as_raw(), cpu) }))
    }

    /// The operator's stop: posted. `false`: an order is outstanding.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: check-stop.
    pub fn stop(&self) -> Result<bool> {
        // SAFETY: any thread may.
        done(self.check(unsafe { sys::s390irq_vcpu_stop(self.as_raw()) }))
    }

    /// The operator's restart. `false`: an order is outstanding.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: check-stop.
    pub fn restart(&self) -> Result<bool> {
        // SAFETY: any thread may.
        done(self.check(unsafe { sys::s390irq_vcpu_restart(self.as_raw()) }))
    }

    /// Resets the CPU: at once when it is parked, else posted to its owner.
    /// What pends at the CPU is cleared.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: it was taken out.
    pub fn reset(&self, reset: Reset) -> Result<()> {
        // SAFETY: any thread may.
        let answer =
            unsafe { sys::s390irq_vcpu_reset(self.as_raw(), reset.raw()) };
        self.check(answer).map(drop)
    }

    /// The registers of a parked CPU.
    ///
    /// # Errors
    ///
    /// [`Error::NotParked`]; [`Error::NoCpu`]: it was taken out.
    pub fn cpu(&self) -> Result<Cpu> {
        let mut cpu = Cpu::default();
        // SAFETY: any thread may; the registers are there.
        let answer = unsafe {
            sys::s390irq_vcpu_get_cpu(self.as_raw(), cpu.as_raw_mut())
        };
        self.check(answer)?;
        Ok(cpu)
    }

    /// Replaces the registers of a parked CPU; its owner sees them at the next
    /// deliver.
    ///
    /// # Errors
    ///
    /// [`Error::NotParked`]; [`Error::Invalid`]: the prefix;
    /// [`Error::NoCpu`]: it was taken out.
    pub fn set_cpu(&self, cpu: &Cpu) -> Result<()> {
        // SAFETY: any thread may; the registers are there.
        let answer =
            unsafe { sys::s390irq_vcpu_set_cpu(self.as_raw(), cpu.as_raw()) };
        self.check(answer).map(drop)
    }

    /// The other registers that the library has of a CPU that does not
    /// operate.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: it has none: the host has not
    /// [`Hooks::REGISTERS`](crate::Hooks::REGISTERS), or the CPU operates, or
    /// its owner has not been through deliver since it stopped.
    /// [`Error::NoCpu`]: it was taken out.
    pub fn registers(&self) -> Result<Registers> {
        let mut registers =
            Registers { size: Size::THIS, ..Default::default() };
        // SAFETY: any thread may; the structure is there.
        let answer = unsafe {
            sys::s390irq_vcpu_get_registers(
                self.as_raw(),
                std::ptr::from_mut(&mut registers).cast(),
            )
        };
        self.check(answer)?;
        Ok(registers)
    }

    /// Whether the host runs the CPU, or would if its guest did not wait: for
    /// SIGP sense running status. It is when made.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: it was taken out.
    pub fn set_dispatched(&self, dispatched: bool) -> Result<()> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vcpu_set_dispatched(self.as_raw(), dispatched.into())
        };
        self.check(answer).map(drop)
    }

    /// What pends at the CPU.
    pub fn queue(&self) -> Queue {
        // SAFETY: any thread may.
        let queue = unsafe { sys::s390irq_vcpu_queue(self.as_raw()) };
        Queue::new(queue, self.machine.clone())
    }

    /// The CPU's counters.
    pub fn counters(&self) -> Result<Counters> {
        Counters::fill(|raw| {
            // SAFETY: any thread may; the structure is there.
            self.check(unsafe {
                sys::s390irq_vcpu_counters(self.as_raw(), raw)
            })
        })
    }

    /// "Why is this not delivered?": everything that pends for the CPU, its
    /// own and the machine's, highest priority first, and what holds it back.
    ///
    /// # Errors
    ///
    /// [`Error::NoCpu`]: it was taken out.
    pub fn explain(&self) -> Result<Vec<Explanation>> {
        Explanation::list(self)
    }

    /// The same as text, a line for each.
    ///
    /// # Errors
    ///
    /// As [`explain`](Self::explain).
    pub fn explain_text(&self) -> Result<String> {
        let mut bytes = crate::kvm::grow(|buffer, length| {
            // SAFETY: any thread may; `*length` bytes are at `buffer`.
            self.check(unsafe {
                sys::s390irq_vcpu_explain_text(
                    self.as_raw(),
                    buffer.cast(),
                    length,
                )
            })
        })?;
        bytes.truncate(bytes.iter().position(|b| *b == 0).unwrap_or(0));
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// 0 is done, BUSY is not.
fn done(answer: Result<i32>) -> Result<bool> {
    Ok(Outcome::of(answer)? == Outcome::Queued)
}
