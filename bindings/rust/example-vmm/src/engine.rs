// SPDX-License-Identifier: BSD-3-Clause
//! How are instructions executed? By Unicorn, in the problem state whatever
//! the guest's PSW says, so that each privileged instruction comes to the
//! host. Registers that interruptions read and change (PSW, control registers,
//! prefix, timers, floating-point control) live in `s390irq::Cpu`, all others
//! in the engine. There is one engine for all CPUs.

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void, CStr};
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use s390irq::{Cpu, Registers};

use crate::psw;
use crate::ram::Ram;
use crate::turn::Turn;
use crate::unicorn::*;

/// AFP-register and vector-enablement control: what matters to the engine.
const CONTROL0_MATTERS: u64 = 0x60000;
const CONTROL0_INITIAL: u64 = 0xe0;

/// Interruption numbers that the engine gives its hook.
const NUMBER_SUPERVISOR_CALL: u32 = 2;
const NUMBER_PROGRAM: u32 = 3;

const PROGRAM_DATA: u32 = 7;
const LOWCORE_DATA_EXCEPTION_CODE: u64 = 0x90;

/// Distances from the PSW mask in a saved context, the same in Unicorn 2.0.1
/// and 2.1.4. Registers come before it, program and SVC codes after it.
const GENERAL: isize = -784;
const VECTOR: isize = -656;
const ACCESS: isize = -144;
const FLOATING_POINT_CONTROL: isize = -28;
const PSW_ADDRESS: usize = 8;
const PROGRAM_CODE: isize = 64;
const PROGRAM_LENGTH: isize = 68;
const SUPERVISOR_CALL_CODE: isize = 72;
const SUPERVISOR_CALL_LENGTH: isize = 76;
const STATE_END: usize = 80;

/// An address that nothing else in the state looks like.
const MAGIC: u64 = 0x5a39_17e4_c6d2_b80e;

/// Why the engine stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    #[default]
    Runs,
    /// The block hook asked for it.
    Asked,
    /// A program exception; the PSW is at it.
    Program,
    /// The PSW is at the instruction.
    SupervisorCall,
    Failed,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Exit {
    pub reason: Reason,
    /// Of the program exception or SVC.
    pub code: u32,
    /// Of the instruction in bytes.
    pub length: u32,
    /// With program exception 7.
    pub data_exception_code: u32,
    pub error: &'static str,
}

/// The part of a CPU that the engine keeps.
pub(crate) struct Kept {
    context: *mut uc_context,
    /// As loaded in the engine.
    pub(crate) prefix: u32,
    control0: u64,
    floating_point_control: u32,
}

pub struct Engine {
    pub(crate) uc: *mut uc_engine,
    pub(crate) ram: Arc<Ram>,
    pub(crate) turn: Rc<Turn>,
    /// Instructions for the host's own use.
    pub(crate) host_page: Ram,
    /// The registers after power-on.
    pub(crate) initial: *mut uc_context,
    /// To look into the engine's CPU state.
    pub(crate) scratch: *mut uc_context,
    psw_offset: Cell<usize>,
    pub(crate) cpus: RefCell<Vec<Kept>>,
    /// Whose registers are loaded.
    pub(crate) current: Cell<Option<usize>>,
    pub(crate) exit: Cell<Exit>,
    /// Address and length of the latest block.
    pub(crate) block: Cell<(u64, u64)>,
    /// By halfword: block looked at; has a code hook.
    pub(crate) scanned: RefCell<Vec<bool>>,
    pub(crate) hooked: RefCell<Vec<bool>>,
    /// Between before and after a wrong instruction.
    pub(crate) replacing: Cell<bool>,
    /// The block has a wrong instruction without hook.
    rescan: Cell<bool>,
    /// One instruction for the host: no stops.
    pub(crate) stepping: Cell<bool>,
}

/// Where the engine is, for the registers hook.
pub struct Place(*const Engine);

// SAFETY: hooks of this host run on the VMM's one thread.
unsafe impl Send for Place {}
// SAFETY: as above.
unsafe impl Sync for Place {}

impl Place {
    pub fn registers(&self, cpu: usize, registers: &mut Registers) {
        // SAFETY: Vmm drops its machine, and with it the last call of this
        // hook, before the engine.
        unsafe { (*self.0).registers(cpu, registers) };
    }
}

/// Length of an instruction in bytes, from its first byte (PoP ch. 5).
pub fn length_of(first: u8) -> u64 {
    [2, 4, 4, 6][usize::from(first >> 6)]
}

impl Engine {
    /// It stays where it is: Unicorn's hooks have its address.
    pub fn open(
        ram: Arc<Ram>,
        turn: Rc<Turn>,
        cpus: u32,
    ) -> Result<Box<Self>, &'static str> {
        let halfwords = ram.size() as usize / 2 + 8;
        let mut engine = Box::new(Self {
            uc: ptr::null_mut(),
            ram,
            turn,
            host_page: Ram::new(crate::engine_host::PAGE_SIZE)
                .ok_or("no memory")?,
            initial: ptr::null_mut(),
            scratch: ptr::null_mut(),
            psw_offset: Cell::new(0),
            cpus: RefCell::new(Vec::new()),
            current: Cell::new(None),
            exit: Cell::default(),
            block: Cell::new((0, 0)),
            scanned: RefCell::new(vec![false; halfwords]),
            hooked: RefCell::new(vec![false; halfwords]),
            replacing: Cell::new(false),
            rescan: Cell::new(false),
            stepping: Cell::new(false),
        });
        engine.allocate()?;
        engine.add_hooks()?;
        engine.prepare_host_page();
        engine.save(engine.initial);
        if !engine.find_state() || !engine.check_host_page() {
            return Err(
                "the CPU state of this Unicorn is laid out in an unknown way",
            );
        }
        for cpu in 0..cpus as usize {
            let context = engine.new_context()?;
            engine.cpus.borrow_mut().push(Kept {
                context,
                prefix: 0,
                control0: 0,
                floating_point_control: 0,
            });
            engine.clear_cpu(cpu);
        }
        Ok(engine)
    }

    pub fn place(&self) -> Place {
        Place(self)
    }

    fn allocate(&mut self) -> Result<(), &'static str> {
        // SAFETY (of all calls of Unicorn here): the engine is open, and what
        // it is given lives as long as it does.
        // SAFETY: as said above.
        let opened =
            unsafe { uc_open(UC_ARCH_S390X, UC_MODE_BIG_ENDIAN, &mut self.uc) };
        if opened != 0 {
            return Err("this Unicorn has no s390x");
        }
        let page = crate::engine_host::PAGE;
        // SAFETY: as said above.
        let mapped = unsafe {
            uc_mem_map_ptr(
                self.uc,
                0,
                self.ram.size() as usize,
                UC_PROT_ALL,
                self.ram.start().as_ptr().cast(),
            ) == 0
                && uc_mem_map_ptr(
                    self.uc,
                    page,
                    crate::engine_host::PAGE_SIZE,
                    UC_PROT_ALL,
                    self.host_page.start().as_ptr().cast(),
                ) == 0
        };
        if !mapped {
            return Err("Unicorn cannot map the guest's storage");
        }
        self.initial = self.new_context()?;
        self.scratch = self.new_context()?;
        Ok(())
    }

    fn new_context(&self) -> Result<*mut uc_context, &'static str> {
        let mut context = ptr::null_mut();
        // SAFETY: as said in allocate().
        match unsafe { uc_context_alloc(self.uc, &mut context) } {
            0 => Ok(context),
            _ => Err("no memory"),
        }
    }

    pub(crate) fn add_hook(
        &self,
        kind: c_int,
        callback: *mut c_void,
        begin: u64,
        end: u64,
    ) -> Result<(), &'static str> {
        let mut hook = 0;
        let user = ptr::from_ref(self).cast_mut().cast();
        // SAFETY: as said in allocate(); callbacks take a shared reference.
        let added = unsafe {
            uc_hook_add(self.uc, &mut hook, kind, callback, user, begin, end)
        };
        match added {
            0 => Ok(()),
            _ => Err("Unicorn refuses a hook"),
        }
    }

    fn add_hooks(&self) -> Result<(), &'static str> {
        // From 1 to 0: everywhere.
        self.add_hook(UC_HOOK_BLOCK, on_block as *mut c_void, 1, 0)?;
        self.add_hook(UC_HOOK_INTR, on_interruption as *mut c_void, 1, 0)
    }

    pub(crate) fn save(&self, context: *mut uc_context) {
        // SAFETY: as said in allocate().
        unsafe { uc_context_save(self.uc, context) };
    }

    pub(crate) fn restore(&self, context: *mut uc_context) {
        // SAFETY: as said in allocate().
        unsafe { uc_context_restore(self.uc, context) };
    }

    pub(crate) fn get(&self, register: c_int) -> u64 {
        let mut value = 0_u64;
        // SAFETY: as said in allocate(); these registers have 64 bits.
        unsafe {
            uc_reg_read(self.uc, register, ptr::from_mut(&mut value).cast())
        };
        value
    }

    pub(crate) fn set(&self, register: c_int, value: u64) {
        // SAFETY: as above.
        unsafe {
            uc_reg_write(self.uc, register, ptr::from_ref(&value).cast())
        };
    }

    /// A general register of the CPU that runs or ran last.
    pub fn general(&self, number: u32) -> u64 {
        self.get(UC_REG_R0 + number as c_int)
    }

    pub fn set_general(&self, number: u32, value: u64) {
        self.set(UC_REG_R0 + number as c_int, value);
    }

    /// The condition code, after an instruction that has set it and that the
    /// host puts right.
    pub fn set_condition(&self, code: u64) {
        let mask = self.get(UC_REG_PSWM) & !psw::CONDITION_CODE;
        self.set(UC_REG_PSWM, mask | (code << psw::CONDITION_CODE_SHIFT));
    }

    fn stop(&self, reason: Reason) {
        self.exit.set(Exit { reason, ..self.exit.get() });
        // SAFETY: as said in allocate().
        unsafe { uc_emu_stop(self.uc) };
    }

    fn find_state(&self) -> bool {
        // SAFETY: as said in allocate().
        let size = unsafe { uc_context_size(self.uc) };
        self.set(UC_REG_PC, MAGIC);
        self.save(self.scratch);
        self.restore(self.initial);
        let first = GENERAL.unsigned_abs();
        let found =
            (first..size.saturating_sub(STATE_END)).step_by(8).find(|at| {
                let distance = (at + PSW_ADDRESS) as isize;
                self.state::<8>(self.scratch, distance) == MAGIC.to_ne_bytes()
            });
        self.psw_offset.set(found.unwrap_or(0));
        found.is_some()
    }

    /// Bytes of a context; the place of the PSW is added once it is known.
    fn state<const N: usize>(
        &self,
        context: *mut uc_context,
        distance: isize,
    ) -> [u8; N] {
        let at = self.psw_offset.get() as isize + distance;
        // SAFETY: a context is a copy of plain data, and find_state() has
        // looked how long it is.
        unsafe {
            context.cast::<u8>().offset(at).cast::<[u8; N]>().read_unaligned()
        }
    }

    fn word(&self, distance: isize) -> u32 {
        u32::from_ne_bytes(self.state(self.scratch, distance))
    }

    pub(crate) fn floating_point_control(&self) -> u32 {
        self.save(self.scratch);
        self.word(FLOATING_POINT_CONTROL)
    }

    pub(crate) fn registers_of(
        &self,
        context: *mut uc_context,
        registers: &mut Registers,
    ) {
        let double = |distance: isize, at: usize| {
            let place = distance + 8 * at as isize;
            u64::from_ne_bytes(self.state(context, place))
        };
        for (at, general) in registers.general.iter_mut().enumerate() {
            *general = double(GENERAL, at);
        }
        for (at, vector) in registers.vector.iter_mut().enumerate() {
            *vector = [double(VECTOR, 2 * at), double(VECTOR, 2 * at + 1)];
        }
        for (at, access) in registers.access.iter_mut().enumerate() {
            let place = ACCESS + 4 * at as isize;
            *access = u32::from_ne_bytes(self.state(context, place));
        }
    }

    /// All the registers that the engine has of a CPU, whether it runs or not.
    pub fn registers(&self, cpu: usize, registers: &mut Registers) {
        if self.current.get() == Some(cpu) {
            self.save(self.scratch);
            self.registers_of(self.scratch, registers);
        } else {
            self.registers_of(self.cpus.borrow()[cpu].context, registers);
        }
    }

    fn save_current(&self) {
        if let Some(cpu) = self.current.take() {
            self.save(self.cpus.borrow()[cpu].context);
        }
    }

    /// Clear reset of the registers that the engine has.
    pub fn clear_cpu(&self, cpu: usize) {
        self.save_current();
        self.restore(self.initial);
        let kept = &mut self.cpus.borrow_mut()[cpu];
        self.save(kept.context);
        kept.prefix = 0;
        kept.control0 = 0;
        kept.floating_point_control = 0;
    }

    fn load_control0(&self, kept: &mut Kept, guest: u64) {
        let value = CONTROL0_INITIAL | (guest & CONTROL0_MATTERS);
        if kept.control0 != value {
            self.load_host_control0(value);
            kept.control0 = value;
        }
    }

    fn load(&self, cpu: usize, registers: &Cpu) {
        if self.current.get() != Some(cpu) {
            self.save_current();
            self.restore(self.cpus.borrow()[cpu].context);
            self.current.set(Some(cpu));
            self.purge_host_tlb();
        }
        let kept = &mut self.cpus.borrow_mut()[cpu];
        if kept.prefix != registers.prefix {
            self.load_host_prefix(registers.prefix);
            self.purge_host_tlb();
            kept.prefix = registers.prefix;
        }
        let control = registers.floating_point_control;
        if kept.floating_point_control != control {
            // Else it is refused.
            self.load_control0(kept, CONTROL0_MATTERS);
            self.load_host_floating_point_control(control);
            kept.floating_point_control = control;
        }
        self.load_control0(kept, registers.cr[0]);
    }

    /// One stretch of guest code. `until` 0 is "no such address": others have
    /// side effects, and PC must not be written inside a hook.
    fn execute(&self, registers: &mut Cpu, problem: u64, until: u64) {
        let mine = psw::PROBLEM | psw::WAIT;
        self.exit.set(Exit::default());
        self.set(UC_REG_PSWM, (registers.psw_mask & !mine) | problem);
        // SAFETY: as said in allocate(). Hooks reach self by shared reference.
        let error = unsafe {
            uc_emu_start(self.uc, registers.psw_address, until, 0, 0)
        };
        registers.psw_mask =
            (self.get(UC_REG_PSWM) & !mine) | (registers.psw_mask & mine);
        // With code hooks, Unicorn 2.0.1 does not bring PC up to date here.
        registers.psw_address = match self.exit.get().reason {
            Reason::Asked => self.block.get().0,
            _ => self.get(UC_REG_PC),
        };
        let control = self.floating_point_control();
        if let Some(cpu) = self.current.get() {
            self.cpus.borrow_mut()[cpu].floating_point_control = control;
        }
        registers.floating_point_control = control;
        if error != 0 {
            self.fail(words_of(error));
        }
    }

    pub(crate) fn fail(&self, error: &'static str) {
        let reason = Reason::Failed;
        self.exit.set(Exit { reason, error, ..self.exit.get() });
    }

    /// Runs from the PSW on until there is a reason to stop; updates the PSW.
    pub fn run(&self, cpu: usize, registers: &mut Cpu) -> Exit {
        self.load(cpu, registers);
        self.turn.psw_mask.set(registers.psw_mask);
        self.turn.prefix.set(registers.prefix.into());
        self.turn.tod_programmable.set(registers.tod_programmable);
        loop {
            self.rescan.set(false);
            self.execute(registers, psw::PROBLEM, 0);
            self.finish_replacement();
            if !self.rescan.get() || !self.hook_block() {
                break;
            }
        }
        if self.exit.get().reason == Reason::Runs {
            self.fail("instructions at address 0");
        }
        self.exit.get()
    }

    /// The engine itself executes one privileged instruction, at the PSW.
    pub fn step(&self, registers: &mut Cpu, length: u32) -> Exit {
        let after = registers.psw_address + u64::from(length);
        self.stepping.set(true);
        self.execute(registers, 0, after);
        self.stepping.set(false);
        let astray = registers.psw_address != after;
        if self.exit.get().reason == Reason::Runs && astray {
            self.fail("a single instruction went astray");
        }
        self.exit.get()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let kept = self.cpus.get_mut().iter().map(|kept| kept.context);
        for context in kept.chain([self.initial, self.scratch]) {
            if !context.is_null() {
                // SAFETY: allocated by Unicorn, and nobody has it any more.
                unsafe { uc_context_free(context) };
            }
        }
        if !self.uc.is_null() {
            // SAFETY: as above.
            unsafe { uc_close(self.uc) };
        }
    }
}

fn words_of(error: c_int) -> &'static str {
    if error == UC_ERR_READ_UNMAPPED || error == UC_ERR_WRITE_UNMAPPED {
        return "an operand is where no storage is";
    }
    // SAFETY: any number may be asked for, and the text is static.
    let text = unsafe { CStr::from_ptr(uc_strerror(error)) };
    text.to_str().unwrap_or("Unicorn fails")
}

extern "C" fn on_block(
    _: *mut uc_engine,
    address: u64,
    bytes: u32,
    user: *mut c_void,
) {
    // SAFETY: what add_hook() gave, and the engine is there.
    let engine = unsafe { &*user.cast::<Engine>() };
    if engine.stepping.get() {
        return;
    }
    engine.block.set((address, bytes.into()));
    if engine.exit.get().reason != Reason::Runs {
        engine.stop(engine.exit.get().reason);
    } else if engine.block_needs_hooks() {
        engine.rescan.set(true);
        engine.stop(Reason::Asked);
    } else if engine.turn.block() {
        engine.stop(Reason::Asked);
    }
}

extern "C" fn on_interruption(
    _: *mut uc_engine,
    number: u32,
    user: *mut c_void,
) {
    // SAFETY: what add_hook() gave, and the engine is there.
    let engine = unsafe { &*user.cast::<Engine>() };
    let mut exit = engine.exit.get();
    engine.save(engine.scratch);
    let reason = match number {
        NUMBER_SUPERVISOR_CALL => {
            exit.code = engine.word(SUPERVISOR_CALL_CODE);
            exit.length = engine.word(SUPERVISOR_CALL_LENGTH);
            Reason::SupervisorCall
        }
        NUMBER_PROGRAM => {
            exit.code = engine.word(PROGRAM_CODE);
            exit.length = engine.word(PROGRAM_LENGTH);
            Reason::Program
        }
        _ => {
            exit.error = "the engine reports an unknown interruption";
            Reason::Failed
        }
    };
    if reason == Reason::Program && exit.code == PROGRAM_DATA {
        let place = engine.prefix() + LOWCORE_DATA_EXCEPTION_CODE;
        exit.data_exception_code = engine.ram.byte(place + 3).into();
    }
    engine.exit.set(exit);
    engine.stop(reason);
}
