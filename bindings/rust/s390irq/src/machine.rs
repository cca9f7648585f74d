// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The virtual machine.

use std::any::Any;
use std::ptr::{self, NonNull};

use s390irq_sys as sys;

use crate::claims::Claims;
use crate::counters::Counters;
use crate::error::{plain, Error, Result};
use crate::hooks::{self, Common, Shared};
use crate::host::{Host, Level, NoStorage};
use crate::interruption::{word_of, Interruption, Io, Outcome};
use crate::panics::{HookPanic, Panics};
use crate::queue::Queue;
use crate::ram::Ram;
use crate::target::Target;
use crate::vcpu::Vcpu;

/// How a machine is made.
#[derive(Debug)]
pub struct Builder<H = ()> {
    config: sys::s390irq_vm_config,
    ram: Option<Ram>,
    ram_missing: bool,
    facilities: Vec<u8>,
    host: H,
}

// SAFETY: the raw pointers of the configuration are NULL until build().
unsafe impl<H: Send> Send for Builder<H> {}

impl Builder {
    fn new(cpus: u32) -> Self {
        Self {
            config: sys::s390irq_vm_config {
                size: size_of::<sys::s390irq_vm_config>() as u32,
                cpus,
                cp_service_limit: 1024,
                ..Default::default()
            },
            ram: None,
            ram_missing: false,
            facilities: Vec::new(),
            host: (),
        }
    }
}

impl<H: Host> Builder<H> {
    /// The hooks. The machine drops the host when the last reference to it is
    /// gone.
    pub fn host<N: Host>(self, host: N) -> Builder<N> {
        Builder {
            config: self.config,
            ram: self.ram,
            ram_missing: self.ram_missing,
            facilities: self.facilities,
            host,
        }
    }

    /// Gives the guest so many bytes of zeros as its storage, from absolute 0;
    /// see [`Machine::read_ram`].
    pub fn ram(mut self, bytes: usize) -> Self {
        self.ram = Ram::new(bytes);
        self.ram_missing = self.ram.is_none();
        self
    }

    /// The guest's storage is at `start`, from absolute 0.
    ///
    /// # Safety
    ///
    /// `bytes` bytes at `start`, aligned to 8, may be read and written, by
    /// other threads at the same time, until `keeper` is dropped, which the
    /// machine does last. Nobody has a Rust reference to them meanwhile.
    pub unsafe fn ram_at(
        mut self,
        start: NonNull<u8>,
        bytes: usize,
        keeper: Box<dyn Any + Send + Sync>,
    ) -> Self {
        // SAFETY: the caller's promise.
        self.ram = Some(unsafe { Ram::at(start, bytes, keeper) });
        self.ram_missing = false;
        self
    }

    /// The facility list as STORE FACILITY LIST EXTENDED stores it. Without
    /// it: everything the library looks at but runtime instrumentation.
    pub fn facilities(mut self, list: &[u8]) -> Self {
        self.facilities = list.to_vec();
        self
    }

    /// Masks change without [`Vcpu::masks_changed`] being called (hardware
    /// virtualization): every interruption for a CPU in guest mode kicks it.
    /// Needs [`Hooks::KICK`](crate::Hooks::KICK).
    pub fn masks_unknown(mut self) -> Self {
        self.config.flags |= sys::S390IRQ_VM_MASKS_UNKNOWN;
        self
    }

    /// How many interruptions of each CP-service kind may pend (1 to 65536;
    /// 1024).
    pub fn cp_service_limit(mut self, limit: u32) -> Self {
        self.config.cp_service_limit = limit;
        self
    }

    /// Up to which level [`Host::log`] is called (never).
    pub fn log_level(mut self, level: Level) -> Self {
        self.config.log_level = level.raw();
        self
    }

    /// Makes the machine, without CPUs yet.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: a value out of range, masks unknown without kick.
    /// [`Error::NoMemory`].
    pub fn build(self) -> Result<Machine> {
        let Self { mut config, ram, ram_missing, facilities, host } = self;
        if ram_missing {
            return Err(Error::NoMemory);
        }
        if !(1..=sys::S390IRQ_MAX_CPUS).contains(&config.cpus) {
            return Err(Error::Invalid);
        }
        if let Some(ram) = &ram {
            config.ram = ram.start().as_ptr().cast();
            config.ram_size = ram.size() as u64;
        }
        if !facilities.is_empty() {
            config.facilities = facilities.as_ptr().cast();
            config.facilities_size = facilities.len() as u64;
        }
        let common = Common {
            panics: Panics::new(),
            claims: Claims::new(config.cpus),
            ram,
        };
        create(&config, Box::new(Shared { common, host }))
    }
}

fn create<H: Host>(
    config: &sys::s390irq_vm_config,
    shared: Box<Shared<H>>,
) -> Result<Machine> {
    let ops = hooks::table::<H>();
    let shared = Box::into_raw(shared);
    let mut vm = ptr::null_mut();
    // SAFETY: all pointers are good for the call; `shared` lives until the
    // released hook frees it.
    let answer =
        unsafe { sys::s390irq_vm_create(config, &ops, shared.cast(), &mut vm) };
    match (plain(answer), NonNull::new(vm)) {
        (Ok(_), Some(vm)) => {
            // SAFETY: a box is not NULL; `common` is the first member.
            let common =
                unsafe { NonNull::new_unchecked(shared.cast::<Common>()) };
            Ok(Machine { vm, common })
        }
        (answer, _) => {
            // SAFETY: after an error nobody else knows of it.
            drop(unsafe { Box::from_raw(shared) });
            Err(answer.err().unwrap_or(Error::NoMemory))
        }
    }
}

/// A virtual machine: its CPUs, its floating interruptions, its TOD clock.
///
/// A clone is one more reference to the same machine, for another thread. The
/// last reference that is dropped, be it that of a [`Vcpu`], a [`Target`], an
/// [`Attention`](crate::Attention) or a [`Queue`], frees it and then drops the
/// host.
#[derive(Debug)]
pub struct Machine {
    vm: NonNull<sys::s390irq_vm>,
    common: NonNull<Common>,
}

// SAFETY: every function of the C library that is called through a Machine is
// one for any thread, at any time ([A]), or checks that all CPUs are parked
// ([P]); Common is Sync, and hosts are.
unsafe impl Send for Machine {}
// SAFETY: as above.
unsafe impl Sync for Machine {}

impl Clone for Machine {
    #[inline]
    fn clone(&self) -> Self {
        // SAFETY: self is a reference.
        unsafe { sys::s390irq_vm_ref(self.vm.as_ptr()) };
        Self { vm: self.vm, common: self.common }
    }
}

impl Drop for Machine {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: gives up the reference that self is. Nothing of `common` is
        // touched afterwards: the last one frees it.
        unsafe { sys::s390irq_vm_unref(self.vm.as_ptr()) };
    }
}

impl Machine {
    /// A machine whose CPUs have addresses below `cpus`, to be configured.
    pub fn builder(cpus: u32) -> Builder {
        Builder::new(cpus)
    }

    /// A machine with so many CPU addresses and bytes of storage, without
    /// hooks.
    pub fn new(cpus: u32, ram: usize) -> Result<Self> {
        Self::builder(cpus).ram(ram).build()
    }

    #[inline]
    pub(crate) fn as_raw(&self) -> *mut sys::s390irq_vm {
        self.vm.as_ptr()
    }

    #[inline]
    pub(crate) fn common(&self) -> &Common {
        // SAFETY: lives as long as the VM, to which self is a reference.
        unsafe { self.common.as_ref() }
    }

    /// What a call has answered, unless a hook panicked in it.
    #[inline]
    pub(crate) fn check(&self, answer: i32) -> Result<i32> {
        if self.common().panics.any() {
            self.check_panics(answer)?;
        }
        plain(answer)
    }

    #[cold]
    fn check_panics(&self, answer: i32) -> Result<()> {
        if self.common().panics.report(answer) {
            return Err(Error::HookPanicked);
        }
        Ok(())
    }

    /// The oldest panic of a hook that nobody has taken yet. The last 16 are
    /// kept.
    pub fn take_panic(&self) -> Option<HookPanic> {
        self.common().panics.take()
    }

    /// The CPU with this address, to be run by whoever has the [`Vcpu`]. Makes
    /// it, stopped, if it has not been made or was taken out.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`]: there is a `Vcpu` of it already.
    /// [`Error::NoCpu`]: the address is not below the number given to
    /// [`builder`](Self::builder). [`Error::NoMemory`].
    pub fn vcpu(&self, address: u32) -> Result<Vcpu> {
        let claims = &self.common().claims;
        if !claims.has(address) {
            return Err(Error::NoCpu);
        }
        if !claims.claim(address) {
            return Err(Error::Exists);
        }
        self.make_vcpu(address).inspect_err(|_| claims.release(address))
    }

    /// The caller has claimed the address.
    fn make_vcpu(&self, address: u32) -> Result<Vcpu> {
        let mut vcpu = ptr::null_mut();
        // SAFETY: the machine is there, and the claim makes this the only
        // creation of this address.
        let answer = unsafe {
            sys::s390irq_vcpu_create(
                self.as_raw(),
                address,
                hooks::opaque_of(address),
                &mut vcpu,
            )
        };
        if answer == sys::S390IRQ_E_EXISTS {
            // SAFETY: any number may be asked for.
            vcpu = unsafe { sys::s390irq_vm_cpu(self.as_raw(), address) };
        } else {
            self.check(answer)?;
        }
        let vcpu = NonNull::new(vcpu).ok_or(Error::NoCpu)?;
        Ok(Vcpu::new(Target::new(vcpu, self.clone()), address))
    }

    /// The CPU with this address as others see it; `None`: it has not been
    /// made.
    pub fn target(&self, address: u32) -> Option<Target> {
        // SAFETY: any number may be asked for.
        let vcpu = unsafe { sys::s390irq_vm_cpu(self.as_raw(), address) };
        Some(Target::new(NonNull::new(vcpu)?, self.clone()))
    }

    /// What pends at the machine.
    pub fn queue(&self) -> Queue {
        // SAFETY: the machine is there.
        let queue = unsafe { sys::s390irq_vm_queue(self.as_raw()) };
        Queue::new(queue, self.clone())
    }

    /// Copies from the storage that [`Builder::ram`] gave.
    pub fn read_ram(
        &self,
        absolute: u64,
        data: &mut [u8],
    ) -> std::result::Result<(), NoStorage> {
        self.common().ram.as_ref().ok_or(NoStorage)?.read(absolute, data)
    }

    /// Copies to the storage that [`Builder::ram`] gave.
    pub fn write_ram(
        &self,
        absolute: u64,
        data: &[u8],
    ) -> std::result::Result<(), NoStorage> {
        self.common().ram.as_ref().ok_or(NoStorage)?.write(absolute, data)
    }

    /// From now on injections answer [`Outcome::Closed`]; what pends is
    /// delivered. Cannot be undone.
    pub fn close(&self) -> Result<()> {
        // SAFETY: any thread may.
        self.check(unsafe { sys::s390irq_vm_close(self.as_raw()) }).map(drop)
    }

    /// Subsystem reset (PoP ch. 4): clears every floating interruption; no
    /// adapter is masked or suppressed any more, or has anything to present.
    /// Adapters, subchannels and CPUs stay.
    pub fn reset(&self) -> Result<()> {
        // SAFETY: any thread may.
        self.check(unsafe { sys::s390irq_vm_reset(self.as_raw()) }).map(drop)
    }

    /// From now on every deliver answers [`Next::Paused`](crate::Next::Paused)
    /// and parks its CPU. Answers whether all CPUs are parked; while some are
    /// not, call again.
    pub fn pause(&self) -> Result<bool> {
        // SAFETY: any thread may.
        let answer = unsafe { sys::s390irq_vm_pause(self.as_raw()) };
        Ok(self.check(answer)? == 1)
    }

    /// Ends a pause; a machine that was saved takes injections again.
    pub fn resume(&self) -> Result<()> {
        // SAFETY: any thread may.
        self.check(unsafe { sys::s390irq_vm_resume(self.as_raw()) }).map(drop)
    }

    /// The TOD clock of all CPUs.
    pub fn tod(&self) -> Result<u64> {
        let mut tod = 0;
        // SAFETY: any thread may; the number is there.
        let answer =
            unsafe { sys::s390irq_vm_get_tod(self.as_raw(), &mut tod) };
        self.check(answer)?;
        Ok(tod)
    }

    /// Sets the TOD clock, counted on from now.
    pub fn set_tod(&self, tod: u64) -> Result<()> {
        // SAFETY: any thread may.
        let answer = unsafe { sys::s390irq_vm_set_tod(self.as_raw(), tod) };
        self.check(answer).map(drop)
    }

    /// The TOD clock with its epoch index.
    pub fn tod_epoch(&self) -> Result<(u32, u64)> {
        let (mut index, mut tod) = (0, 0);
        // SAFETY: any thread may; the numbers are there.
        let answer = unsafe {
            sys::s390irq_vm_get_tod_epoch(self.as_raw(), &mut index, &mut tod)
        };
        self.check(answer)?;
        Ok((index, tod))
    }

    /// Sets the TOD clock with its epoch index.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: the index is above 0xff. [`Error::Unsupported`]: it
    /// is not 0, and there is no facility 139.
    pub fn set_tod_epoch(&self, index: u32, tod: u64) -> Result<()> {
        // SAFETY: any thread may.
        let answer =
            unsafe { sys::s390irq_vm_set_tod_epoch(self.as_raw(), index, tod) };
        self.check(answer).map(drop)
    }

    /// The host's clock has jumped by `delta` TOD units; the guest notices
    /// nothing.
    pub fn adjust_tod(&self, delta: i64) -> Result<()> {
        // SAFETY: any thread may.
        let answer =
            unsafe { sys::s390irq_vm_adjust_tod(self.as_raw(), delta as u64) };
        self.check(answer).map(drop)
    }

    /// Makes a floating interruption pending.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: it does not check, is a local kind or an exigent
    /// machine check. [`Error::NoSubchannel`].
    pub fn inject(&self, interruption: &Interruption) -> Result<Outcome> {
        let raw = interruption.to_raw();
        // SAFETY: any thread may; the record is there for the call.
        let answer = unsafe { sys::s390irq_vm_inject(self.as_raw(), &raw) };
        Outcome::of(self.check(answer))
    }

    /// Makes a service signal (external 2401) pending: the address of an SCCB
    /// and event bits. [`Outcome::Busy`]: an SCCB pends: the guest's SERVC gets
    /// condition code 2.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]: 0, with bit 0x4, or not below 2 GiB.
    #[inline]
    pub fn service_signal(&self, parameter: u32) -> Result<Outcome> {
        // SAFETY: any thread may.
        let answer =
            unsafe { sys::s390irq_vm_inject_service(self.as_raw(), parameter) };
        Outcome::of(self.check(answer))
    }

    /// Makes an I/O interruption of a subchannel pending.
    /// [`Outcome::Coalesced`]: one pends, and has this parameter and ISC now.
    ///
    /// # Errors
    ///
    /// [`Error::NoSubchannel`]; [`Error::Invalid`]: the ISC.
    #[inline]
    pub fn io(&self, io: Io) -> Result<Outcome> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vm_inject_io(
                self.as_raw(),
                io.subchannel,
                io.parameter,
                word_of(io.isc),
            )
        };
        Outcome::of(self.check(answer))
    }

    /// A subchannel comes; `subchannel` is its subsystem-identification word.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`]; [`Error::NoMemory`]; [`Error::Invalid`]: it is no
    /// such word.
    pub fn add_subchannel(&self, subchannel: u32) -> Result<()> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vm_add_subchannel(self.as_raw(), subchannel)
        };
        self.check(answer).map(drop)
    }

    /// A subchannel goes, and what pends for it.
    ///
    /// # Errors
    ///
    /// [`Error::NoSubchannel`]; [`Error::Invalid`]: it is no such word.
    pub fn remove_subchannel(&self, subchannel: u32) -> Result<()> {
        // SAFETY: any thread may.
        let answer = unsafe {
            sys::s390irq_vm_remove_subchannel(self.as_raw(), subchannel)
        };
        self.check(answer).map(drop)
    }

    /// The counters of the machine and all its CPUs, added up.
    pub fn counters(&self) -> Result<Counters> {
        Counters::fill(|raw| {
            // SAFETY: any thread may; the structure is there.
            self.check(unsafe { sys::s390irq_vm_counters(self.as_raw(), raw) })
        })
    }

    /// Everything that the library knows of the machine, as bytes that
    /// [`load`](Self::load) takes on every host. From now on, until
    /// [`resume`](Self::resume), injections answer [`Outcome::Closed`].
    ///
    /// # Errors
    ///
    /// [`Error::NotParked`]: the machine is not paused with every CPU parked,
    /// or a route is being fired: call again.
    pub fn save(&self) -> Result<Vec<u8>> {
        crate::kvm::grow(|buffer, length| {
            // SAFETY: any thread may, and the state is checked; `*length`
            // bytes are at `buffer`.
            self.check(unsafe {
                sys::s390irq_vm_save(self.as_raw(), buffer, length)
            })
        })
    }

    /// Makes the machine what a saved one was. All or nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NotParked`]; [`Error::Format`]: damaged, or for another kind
    /// of machine; [`Error::NoCpu`]: a CPU of the state has not been made;
    /// [`Error::NoMemory`].
    pub fn load(&self, state: &[u8]) -> Result<()> {
        // SAFETY: any thread may, and the state is checked; the bytes are
        // there for the call.
        let answer = unsafe {
            sys::s390irq_vm_load(
                self.as_raw(),
                state.as_ptr().cast(),
                state.len(),
            )
        };
        self.check(answer).map(drop)
    }
}
