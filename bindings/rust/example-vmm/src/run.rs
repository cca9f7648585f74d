// SPDX-License-Identifier: BSD-3-Clause
//! All CPUs take turns on one thread. A turn: deliver, run guest code until
//! the library has something to do or the guest needs the host, and again,
//! until the CPU waits or its slice is over. There is no flag of "please exit"
//! that could be cleared too late: blocks read the library's own words.

use std::time::Instant;

use s390irq::{Changed, Kind, Next, Report, State};

use crate::engine::{Exit, Reason};
use crate::psw;
use crate::turn::NEVER;
use crate::vmm::Vmm;

/// Blocks of instructions in a turn.
const SLICE: u64 = 20_000;
/// What an exit to the host takes, in TOD units.
const EXIT: u64 = 4096;
/// So many LOOP answers in a row and the guest is taken for lost.
const LOOP_LIMIT: u32 = 1000;

impl Vmm {
    fn deliver(&mut self, at: usize) {
        let mut report = Report::default();
        let cpu = &mut self.cpus[at];
        let operated = cpu.vcpu.state() == Ok(State::Operating);
        cpu.must_deliver = false;
        let answer = cpu.vcpu.deliver_report(&mut cpu.registers, &mut report);
        let Some(answer) = self.expect(answer) else { return };
        self.board.set_deadline(at, report.deadline_tod().unwrap_or(NEVER));
        self.count_delivered(at, &report);
        if operated && answer == Next::Stopped {
            self.count_stopped(at);
        }
        if operated && answer == Next::CheckStop {
            self.count_check_stopped();
        }
        let cpu = &mut self.cpus[at];
        cpu.answer = answer;
        cpu.loops = if answer == Next::Loop { cpu.loops + 1 } else { 0 };
        if cpu.loops > LOOP_LIMIT {
            self.fail("the guest is in a loop of interruptions");
        }
        if report.changed().contains(Changed::CLEAR) {
            self.engine.clear_cpu(at);
        }
    }

    fn supervisor_call(&mut self, at: usize, exit: &Exit) {
        self.advance(at, exit.length);
        let outcome =
            self.cpus[at].vcpu.supervisor_call(exit.code, exit.length);
        self.count(Kind::SupervisorCall, outcome);
        self.cpus[at].must_deliver = true;
    }

    fn run_guest(&mut self, at: usize) {
        if self.cpus[at].registers.psw_mask & psw::DAT != 0 {
            self.fail("the guest turns DAT on, which is not there");
            return;
        }
        let deadline = self.board.deadline_of(at);
        let due = deadline <= self.board.now();
        self.turn.next_stop.set(if due { NEVER } else { deadline });
        let exit = self.engine.run(at, &mut self.cpus[at].registers);
        self.board.advance(EXIT);
        // An exit counts as a block: some come without one.
        self.turn.slice.set(self.turn.slice.get().saturating_sub(1));
        match exit.reason {
            Reason::Program => self.exception(at, &exit),
            Reason::SupervisorCall => self.supervisor_call(at, &exit),
            Reason::Failed => self.fail(exit.error),
            Reason::Asked | Reason::Runs => {}
        }
    }

    fn fire_timer(&mut self, at: usize) {
        if self.board.now() < self.board.deadline_of(at) {
            return;
        }
        self.board.set_deadline(at, NEVER);
        let fired = self.cpus[at].vcpu.timer_fired();
        self.expect(fired);
    }

    fn take_turn(&mut self, at: usize) {
        self.running = Some(at);
        self.turn.slice.set(SLICE);
        let attention = self.cpus[at].vcpu.attention();
        *self.turn.attention.borrow_mut() = Some(attention.clone());
        self.cpus[at].yields = false;
        self.cpus[at].must_deliver = true;
        while !self.failed && self.turn.slice.get() > 0 && !self.cpus[at].yields
        {
            if self.cpus[at].must_deliver || attention.is_raised() {
                self.deliver(at);
            }
            if self.cpus[at].answer != Next::Run {
                break;
            }
            if !self.cpus[at].must_deliver {
                self.run_guest(at);
            }
            self.run_events();
            self.fire_timer(at);
        }
        // What the last instruction caused does not wait for the next turn.
        if self.cpus[at].must_deliver && !self.failed {
            self.deliver(at);
        }
    }

    /// Gives a turn to every CPU that can use it; false: none could.
    fn round_of_turns(&mut self) -> bool {
        let mut any = false;
        self.run_events();
        for at in 0..self.cpus.len() {
            self.fire_timer(at);
            let cpu = &self.cpus[at];
            if cpu.answer == Next::Run || cpu.vcpu.has_attention() {
                self.take_turn(at);
                any = true;
            }
        }
        any
    }

    /// The first timer of a CPU that waits.
    fn first_timer(&self) -> u64 {
        (0..self.cpus.len())
            .filter(|at| self.cpus[*at].answer == Next::Wait)
            .map(|at| self.board.deadline_of(at))
            .min()
            .unwrap_or(NEVER)
    }

    /// No CPU can go on: up to the first timer or event; false: there is none.
    fn wait_for_something(&mut self) -> bool {
        let timer = self.first_timer();
        match self.events.first() {
            Some((tod, _)) if self.board.has_host_clock() || *tod < timer => {
                self.board.skip_to(*tod);
            }
            _ if timer != NEVER => self.board.idle_until(timer),
            _ => return false,
        }
        true
    }

    /// A disabled wait of CPU 0 is the guest's last word.
    fn ended(&self) -> bool {
        let cpu = &self.cpus[0];
        self.failed
            || (cpu.answer == Next::WaitDisabled && !cpu.vcpu.has_attention())
    }

    /// Runs until CPU 0 waits disabled, or no CPU can go on.
    pub fn run(&mut self) {
        let began = Instant::now();
        while !self.ended() {
            if !self.round_of_turns() && !self.wait_for_something() {
                break;
            }
            let limit = self.options.seconds;
            if limit != 0 && began.elapsed().as_secs() > limit {
                self.fail("the time limit is reached");
            }
        }
        self.running = None;
        *self.turn.attention.borrow_mut() = None;
        *self.turn.machine.borrow_mut() = None;
        self.end_line();
    }
}
