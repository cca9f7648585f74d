// SPDX-License-Identifier: BSD-3-Clause
//! Did every interruption arrive? What the VMM injected, counted at its calls,
//! is held against what the guest's handlers counted in guest storage, in the
//! table that examples/vmm/counts.h describes.

use s390irq::{order, Counter, Counters, Kind, Next, Outcome, Report, Sigp};
use s390irq::{State, Status};

use crate::vmm::Vmm;

const TABLE: u64 = 0x10000;
const KINDS: usize = 32;

/// What the VMM saw of one kind.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    /// Its calls, whatever became of them.
    injected: u64,
    /// Those that were answered busy, full or closed.
    refused: u64,
    /// Stop, set prefix: changes of state.
    observed: u64,
    /// I/O: TEST SUBCHANNEL took it off the queue.
    withdrawn: u64,
}

impl Tally {
    pub fn injected(&mut self, outcome: Outcome) {
        self.injected += 1;
        self.refused += u64::from(!outcome.pends());
    }
}

/// A SIGP order and what it was answered with.
pub struct Order {
    pub order: u32,
    pub target: u32,
    pub parameter: u64,
    pub answer: Sigp,
    /// The target, before the order.
    pub was_stopped: bool,
}

/// How a kind is accounted for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Account {
    /// Injected = delivered + coalesced + ... + pending.
    Latched,
    /// Nobody injects: the library's counter = the guest's.
    Level,
    /// No handler: the VMM observes what happens to the CPU.
    Order,
}

fn account_of(kind: Kind) -> Account {
    match kind {
        Kind::ClockComparator | Kind::CpuTimer => Account::Level,
        Kind::Stop | Kind::SetPrefix => Account::Order,
        _ => Account::Latched,
    }
}

fn kinds() -> impl Iterator<Item = Kind> {
    (0..KINDS as u16).filter_map(Kind::from_raw)
}

fn kind_of_order(order: u32) -> Option<Kind> {
    Some(match order {
        order::EXTERNAL_CALL => Kind::ExternalCall,
        order::EMERGENCY_SIGNAL | order::CONDITIONAL_EMERGENCY => {
            Kind::EmergencySignal
        }
        order::STOP | order::STOP_AND_STORE_STATUS => Kind::Stop,
        order::RESTART => Kind::Restart,
        order::SET_PREFIX => Kind::SetPrefix,
        _ => return None,
    })
}

#[derive(Default)]
struct Line {
    injected: u64,
    delivered: u64,
    coalesced: u64,
    refused: u64,
    cleared: u64,
    pending: u64,
    lost: u64,
}

impl Line {
    fn print(&self, name: &str) {
        println!(
            "{name:<22} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8} {:>6}",
            self.injected,
            self.delivered,
            self.coalesced,
            self.refused,
            self.cleared,
            self.pending,
            self.lost
        );
    }

    fn add(&mut self, other: &Self) {
        self.injected += other.injected;
        self.delivered += other.delivered;
        self.coalesced += other.coalesced;
        self.refused += other.refused;
        self.cleared += other.cleared;
        self.pending += other.pending;
        self.lost += other.lost;
    }
}

impl Vmm {
    fn tally(&mut self, kind: Kind) -> &mut Tally {
        &mut self.counts[usize::from(kind.raw())]
    }

    /// Only what became of set prefix can be seen at once: it is never queued.
    fn observe_prefix(&mut self, order: &Order) {
        let prefix = (order.parameter & 0x7fff_e000) as u32;
        let cpu = self.cpus[order.target as usize].vcpu.cpu();
        if cpu.is_ok_and(|cpu| cpu.prefix == prefix) {
            self.tally(Kind::SetPrefix).observed += 1;
        }
    }

    pub fn count_order(&mut self, order: &Order) {
        let accepted = order.answer == Sigp::Accepted;
        let reset = order.order == order::CPU_RESET
            || order.order == order::INITIAL_CPU_RESET;
        if reset && accepted {
            let target = &mut self.cpus[order.target as usize];
            target.reset_ordered = target.vcpu.state() == Ok(State::Operating);
        }
        let Some(kind) = kind_of_order(order.order) else { return };
        if let (Kind::ExternalCall, Sigp::Status(status)) = (kind, order.answer)
        {
            if status.contains(Status::EXTERNAL_CALL_PENDING) {
                self.tally(kind).injected(Outcome::Busy);
            }
        }
        // A stopped CPU accepts a stop and has nothing to do.
        if !accepted || (kind == Kind::Stop && order.was_stopped) {
            return;
        }
        self.tally(kind).injected += 1;
        if kind == Kind::SetPrefix {
            self.observe_prefix(order);
        }
    }

    /// Deliver has answered. Program interruptions that the VMM did not raise
    /// are the library's own: a PSW was not valid.
    pub fn count_delivered(&mut self, at: usize, report: &Report) {
        let kinds = report.taken_kinds();
        if !kinds.contains(Kind::Program) {
            return;
        }
        let alone = kinds.bits() == 1 << Kind::Program.raw();
        let taken = if alone { report.taken() } else { 1 };
        let raised = std::mem::take(&mut self.cpus[at].program_raised);
        self.tally(Kind::Program).injected +=
            u64::from(taken) - u64::from(raised);
    }

    /// A CPU that operated before deliver is stopped after it: it was a stop,
    /// unless a reset did it.
    pub fn count_stopped(&mut self, at: usize) {
        if !std::mem::take(&mut self.cpus[at].reset_ordered) {
            self.tally(Kind::Stop).observed += 1;
        }
    }

    /// The same of the check-stop state: the library alerts all the others.
    pub fn count_check_stopped(&mut self) {
        let others = self.cpus.len() as u64 - 1;
        self.tally(Kind::MalfunctionAlert).injected += others;
    }

    /// TEST SUBCHANNEL took an I/O interruption off the queue, or did not.
    pub fn count_withdrawn(&mut self, any: bool) {
        self.tally(Kind::Io).withdrawn += u64::from(any);
    }

    /// The guest's counters, summed over its CPUs; `None`: it has no table.
    fn guest_counters(&self) -> Option<[u64; KINDS]> {
        const BLOCK: u64 = 8 * KINDS as u64;
        if !self.ram.has(TABLE, 16)
            || &self.ram.bytes::<8>(TABLE) != b"S390IRQ1"
            || self.ram.number(TABLE + 12, 4) != KINDS as u64
        {
            return None;
        }
        let cpus = self.ram.number(TABLE + 8, 4);
        if cpus > (self.ram.size() - TABLE - 16) / BLOCK {
            return None;
        }
        let mut counters = [0; KINDS];
        for cpu in 0..cpus {
            for (kind, counter) in counters.iter_mut().enumerate() {
                let place = TABLE + 16 + cpu * BLOCK + kind as u64 * 8;
                *counter += self.ram.number(place, 8);
            }
        }
        Some(counters)
    }

    fn line_of(&self, kind: Kind, library: &Counter, delivered: u64) -> Line {
        let tally = &self.counts[usize::from(kind.raw())];
        let mut line = Line {
            injected: tally.injected,
            delivered,
            coalesced: library.coalesced,
            refused: tally.refused,
            // Which the library counts as taken.
            cleared: library.cleared + tally.withdrawn,
            pending: library.pending,
            lost: 0,
        };
        if account_of(kind) == Account::Level {
            line.injected = library.taken;
            line.lost = library.taken.abs_diff(delivered);
        } else {
            let found = line.delivered
                + line.coalesced
                + line.refused
                + line.cleared
                + line.pending;
            line.lost = line.injected.abs_diff(found);
        }
        line
    }

    /// Prints the lines of one account and adds them up.
    fn print_account(
        &self,
        account: Account,
        library: &Counters,
        delivered: &[u64; KINDS],
    ) -> Line {
        let mut sum = Line::default();
        for kind in kinds().filter(|kind| account_of(*kind) == account) {
            let taken = delivered[usize::from(kind.raw())];
            let line = self.line_of(kind, &library.kind(kind), taken);
            line.print(&kind.to_string());
            sum.add(&line);
        }
        sum
    }

    /// The library's own books, of which the table uses only a part: what it
    /// accepted is what the VMM injected, and all of it is accounted for.
    fn books_agree(&self, library: &Counters) -> bool {
        let mut agree = true;
        for kind in kinds().filter(|k| account_of(*k) != Account::Level) {
            let own = library.kind(kind);
            let tally = &self.counts[usize::from(kind.raw())];
            let accepted = own.injected - own.refused;
            let sum = own.taken
                + own.coalesced
                + own.refused
                + own.cleared
                + own.pending;
            if accepted != tally.injected - tally.refused || own.injected != sum
            {
                println!("the library's counters of {kind} do not add up");
                agree = false;
            }
        }
        agree
    }

    /// A guest ends in a disabled wait whose address is its result: 0 is good.
    fn guest_verdict(&self) -> bool {
        let cpu = &self.cpus[0];
        let address = cpu.registers.psw_address;
        if self.failed {
            println!("guest: the machine could not go on");
            return false;
        }
        if cpu.answer != Next::WaitDisabled {
            println!(
                "guest: no verdict, CPU 0 does not end in a disabled wait \
                 (PSW {:016x} {address:016x})",
                cpu.registers.psw_mask
            );
            return false;
        }
        println!("guest: disabled wait, result code {address:#x}");
        address == 0
    }

    /// Prints the table and the guest's verdict, and as the last line the
    /// sums. Answers whether all is well.
    pub fn print_counts(&mut self) -> bool {
        let library = self.machine.counters();
        let Some(library) = self.expect(library) else { return false };
        let mut delivered = self.guest_counters().unwrap_or_else(|| {
            println!(
                "the guest counts nothing: the library's counters are used"
            );
            let mut taken = [0; KINDS];
            for kind in kinds() {
                taken[usize::from(kind.raw())] = library.kind(kind).taken;
            }
            taken
        });
        for kind in [Kind::Stop, Kind::SetPrefix] {
            let at = usize::from(kind.raw());
            delivered[at] = self.counts[at].observed;
        }

        println!(
            "\n{:<22} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8} {:>6}",
            "class",
            "injected",
            "delivered",
            "coalesced",
            "refused",
            "cleared",
            "pending",
            "lost"
        );
        let sum = self.print_account(Account::Latched, &library, &delivered);
        sum.print("sum");
        println!(
            "level conditions (injected: taken, by the library's counter)"
        );
        let mut lost = sum.lost;
        lost += self.print_account(Account::Level, &library, &delivered).lost;
        println!(
            "orders (delivered: changes of the CPU that the VMM observed)"
        );
        lost += self.print_account(Account::Order, &library, &delivered).lost;

        let books = self.books_agree(&library);
        let minimum = self.options.minimum;
        let good = self.guest_verdict()
            && books
            && lost == 0
            && sum.injected >= minimum
            && sum.delivered >= minimum;
        println!(
            "demo: injected={} delivered={} lost={lost} result={}",
            sum.injected,
            sum.delivered,
            if good { "ok" } else { "failed" }
        );
        good
    }
}
