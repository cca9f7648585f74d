# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What a machine does with interruptions, by the rules and apart from the
library: what pends where, which of it is enabled, what is taken first, what is
stored, and what the states of a CPU and the orders of SIGNAL PROCESSOR make of
it. It is plain and slow, and knows nothing of how the library does it.

PoP ch. 4 (states, resets, SIGP, timers), ch. 6 (priority, masks), ch. 11
(machine checks), ch. 17 (I/O interruptions). New PSWs are those of a
FakeMachine: closed for everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

from .enums import Answer, Kind, Order, Outcome, State, Status
from .rules import CHECKS, EXTERNAL, IO, LEVELS, MACHINE_CHECK, NEVER
from .rules import NEW_MASK, RULES, WAIT

# What is stored for one interruption, by real address and length.
Stored = Dict[Tuple[int, int], int]


class Taken(NamedTuple):
    """An interruption that was taken: the old PSW, and what was stored."""

    name: str
    mask: int
    address: int
    stored: Stored


@dataclass
class ModelCpu:
    """Of a CPU. `pending` has what is there or not, by name."""

    state: State = State.STOPPED
    mask: int = NEW_MASK
    address: int = 0
    control: Dict[int, int] = field(default_factory=lambda: {0: 0, 6: 0, 14: 0})
    pending: Set[str] = field(default_factory=set)
    alerts: Set[int] = field(default_factory=set)
    signals: Set[int] = field(default_factory=set)
    call: Optional[int] = None
    program: int = 0
    supervisor_call: int = 0
    comparator: int = NEVER
    timer: int = 0
    timer_since: int = 0  # 0: it stands still
    timer_ran: bool = False  # before the CPU was stopped
    stop: bool = False
    first: bool = False  # restart before all else: it was stopped
    reset: Optional[Order] = None  # its owner is to carry it out
    parked: bool = True
    initial: bool = True  # its registers are those of a reset


@dataclass
class Io:
    """What pends for a subchannel, or (None) for the adapters of an ISC."""

    isc: int
    subchannel: Optional[int]
    parameter: int
    place: int


@dataclass
class ModelAdapter:
    isc: int
    masked: bool = False
    remembered: bool = False


@dataclass
class Model:
    cpus: List[ModelCpu]
    handlers: Dict[str, int]  # addresses of new PSWs, by group
    now: int = 0  # host TOD
    epoch: int = 0
    pending: Set[str] = field(default_factory=set)
    sccb: int = 0
    events: int = 0
    tokens: List[int] = field(default_factory=list)  # pfault done
    virtio: List[Tuple[int, int]] = field(default_factory=list)
    io: List[Io] = field(default_factory=list)
    adapters: Dict[int, ModelAdapter] = field(default_factory=dict)
    adapters_next: Set[int] = field(default_factory=set)  # ISCs
    single: Set[int] = field(default_factory=set)  # ISCs
    suppressed: Set[int] = field(default_factory=set)
    places: int = 0

    # What may be taken

    def order(self) -> List[str]:
        return list(RULES)

    def pends(self, cpu: ModelCpu, name: str) -> bool:
        if name in LEVELS:
            return self._level(cpu, name)
        if name in cpu.pending or name in self.pending:
            return True
        found = {
            "malfunction alert": bool(cpu.alerts),
            "emergency signal": bool(cpu.signals),
            "external call": cpu.call is not None,
            "service signal": bool(self.sccb or self.events),
            "pfault done": bool(self.tokens),
            "virtio": bool(self.virtio),
        }
        if name.startswith("ISC "):
            return any(one.isc == int(name[4:]) for one in self.io)
        return found.get(name, False)

    def _level(self, cpu: ModelCpu, name: str) -> bool:
        """Clock comparator and CPU timer are conditions, not events."""
        if name == "clock comparator":
            return cpu.comparator < (self.now + self.epoch) % 2**64
        elapsed = self.now - cpu.timer_since if cpu.timer_since else 0
        return bool((cpu.timer - elapsed) % 2**64 >> 63)

    @staticmethod
    def open_for(cpu: ModelCpu, name: str) -> bool:
        rule = RULES[name]
        if rule.psw and not cpu.mask & rule.psw:
            return False
        return not rule.submask or bool(
            cpu.control[rule.control] & rule.submask
        )

    def enabled(self, address: int, local_only: bool = False) -> List[str]:
        """What an operating CPU could take, highest priority first."""
        cpu = self.cpus[address]
        if cpu.state != State.OPERATING or cpu.reset:
            return []
        found = [
            n for n in RULES if self.pends(cpu, n) and self.open_for(cpu, n)
        ]
        if local_only:
            empty = Model([], {}, self.now, self.epoch)
            found = [n for n in found if empty.pends(cpu, n)]
        return found

    def _next(self, cpu: ModelCpu) -> Optional[str]:
        if cpu.first:
            return "restart"
        if cpu.state != State.OPERATING:
            return None
        for name in self.order():
            if self.pends(cpu, name) and self.open_for(cpu, name):
                return name
        return None

    # Injections

    def _once(self, pending: Set[str], name: str) -> Outcome:
        if name in pending:
            return Outcome.COALESCED
        pending.add(name)
        return Outcome.QUEUED

    def flag(self, address: Optional[int], name: str) -> Outcome:
        """Of a CPU, or (None) floating: it pends or not."""
        if address is None:
            return self._once(self.pending, name)
        return self._once(self.cpus[address].pending, name)

    @staticmethod
    def _from(senders: Set[int], source: int) -> Outcome:
        """One pends for each sender."""
        if source in senders:
            return Outcome.COALESCED
        senders.add(source)
        return Outcome.QUEUED

    def malfunction_alert(self, address: int, source: int) -> Outcome:
        return self._from(self.cpus[address].alerts, source)

    def emergency_signal(self, address: int, source: int) -> Outcome:
        return self._from(self.cpus[address].signals, source)

    def external_call(self, address: int, source: int) -> Outcome:
        """One pends for each CPU."""
        if self.cpus[address].call is not None:
            return Outcome.BUSY
        self.cpus[address].call = source
        return Outcome.QUEUED

    def service_signal(self, parameter: int) -> Outcome:
        """One SCCB; the rest joins what pends."""
        sccb, events = parameter & ~7, parameter & 3
        if sccb and self.sccb:
            return Outcome.BUSY
        joined = self.sccb or self.events
        self.sccb |= sccb
        self.events |= events
        return Outcome.COALESCED if joined else Outcome.QUEUED

    def inject_virtio(self, parameter: int, token: int) -> Outcome:
        self.virtio.append((parameter, token))
        return Outcome.QUEUED

    def pfault_done(self, token: int) -> Outcome:
        self.tokens.append(token)
        return Outcome.QUEUED

    def raise_program(self, address: int, code: int) -> Outcome:
        cpu = self.cpus[address]
        if "program" in cpu.pending:
            return Outcome.BUSY
        cpu.program = code
        return self._once(cpu.pending, "program")

    def raise_supervisor_call(self, address: int, code: int) -> Outcome:
        cpu = self.cpus[address]
        if "supervisor call" in cpu.pending:
            return Outcome.BUSY
        cpu.supervisor_call = code
        return self._once(cpu.pending, "supervisor call")

    # Input/output

    def _pend_io(
        self, isc: int, subchannel: Optional[int], parameter: int
    ) -> Outcome:
        """The newer payload; the place stays if the ISC does."""
        self.places += 1
        for one in self.io:
            same = one.subchannel == subchannel
            if same and (subchannel is not None or one.isc == isc):
                if one.isc != isc:
                    one.place = self.places
                one.isc, one.parameter = isc, parameter
                return Outcome.COALESCED
        self.io.append(Io(isc, subchannel, parameter, self.places))
        return Outcome.QUEUED

    def inject_io(self, subchannel: int, isc: int, parameter: int) -> Outcome:
        return self._pend_io(isc, subchannel, parameter)

    def signal_adapter(self, number: int) -> Outcome:
        adapter = self.adapters[number]
        if adapter.masked:
            adapter.remembered = True
            return Outcome.REMEMBERED
        return self._present(adapter)

    def _present(self, adapter: ModelAdapter) -> Outcome:
        if adapter.isc in self.suppressed:
            return Outcome.SUPPRESSED
        outcome = self._pend_io(adapter.isc, None, 0)
        if adapter.isc in self.single:
            self.suppressed.add(adapter.isc)
        return outcome

    def mask_adapter(self, number: int, masked: bool) -> bool:
        adapter = self.adapters[number]
        before, adapter.masked = adapter.masked, masked
        if not masked and adapter.remembered:
            adapter.remembered = False
            self._present(adapter)
        return before

    def set_ais(self, isc: int, single: bool) -> None:
        self.suppressed.discard(isc)
        self.single.discard(isc)
        if single:
            self.single.add(isc)

    def take_io(
        self, iscs: Set[int], subchannel: Optional[int] = None
    ) -> Optional[Io]:
        """The lowest ISC; in it subchannels and adapters by turns, and
        subchannels in their order."""
        for isc in sorted(iscs):
            of_isc = [one for one in self.io if one.isc == isc]
            if subchannel is not None:
                of_isc = [one for one in of_isc if one.subchannel == subchannel]
            adapters = [one for one in of_isc if one.subchannel is None]
            others = [one for one in of_isc if one.subchannel is not None]
            others.sort(key=lambda one: one.place)
            turns = (
                [adapters, others]
                if isc in self.adapters_next
                else [others, adapters]
            )
            for one in turns[0] + turns[1]:
                self.io.remove(one)
                self.adapters_next.discard(isc)
                if one.subchannel is not None:
                    self.adapters_next.add(isc)
                return one
        return None

    def clear_io(self, subchannel: int) -> int:
        before = len(self.io)
        self.io = [one for one in self.io if one.subchannel != subchannel]
        return before - len(self.io)

    def subsystem_reset(self) -> None:
        self.pending.clear()
        self.sccb = self.events = 0
        for everything in (self.tokens, self.virtio, self.io):
            everything.clear()
        for isc in (self.adapters_next, self.single, self.suppressed):
            isc.clear()
        for adapter in self.adapters.values():
            adapter.masked = adapter.remembered = False

    # Delivery

    def deliver(self, address: int) -> Tuple[Answer, List[Taken]]:
        """What it takes, and what it does next."""
        cpu, all_taken = self.cpus[address], []
        if cpu.reset:
            self._carry_out_reset(cpu, cpu.reset)
        while True:
            if self._must_check_stop(cpu):
                self._check_stop(address)
            name = self._next(cpu)
            if name is not None:
                all_taken.append(self._take(cpu, name))
            elif cpu.stop and cpu.state == State.OPERATING:
                cpu.stop = False
                self._stand_still(cpu, State.STOPPED)
            else:
                break
        answer = self._rests(cpu)
        cpu.parked = answer != Answer.RUN
        return answer, all_taken

    @staticmethod
    def _rests(cpu: ModelCpu) -> Answer:
        if cpu.state != State.OPERATING:
            stopped = cpu.state == State.STOPPED
            return Answer.STOPPED if stopped else Answer.CHECK_STOP
        if not cpu.mask & WAIT:
            return Answer.RUN
        some = cpu.mask & (EXTERNAL | IO | MACHINE_CHECK)
        return Answer.WAIT if some else Answer.WAIT_DISABLED

    @staticmethod
    def _must_check_stop(cpu: ModelCpu) -> bool:
        """An exigent machine check that the PSW masks."""
        operating = cpu.state == State.OPERATING and not cpu.first
        closed = not cpu.mask & MACHINE_CHECK
        return operating and closed and "exigent" in cpu.pending

    def _check_stop(self, address: int) -> None:
        cpu = self.cpus[address]
        cpu.stop = cpu.first = False
        self._stand_still(cpu, State.CHECK_STOP)
        for other in range(len(self.cpus)):
            if other != address:
                self.malfunction_alert(other, address)

    def _take(self, cpu: ModelCpu, name: str) -> Taken:
        group = RULES[name].group
        taken = Taken(name, cpu.mask, cpu.address, self._stored(cpu, name))
        cpu.mask, cpu.address = NEW_MASK, self.handlers[group]
        return taken

    def _stored(self, cpu: ModelCpu, name: str) -> Stored:
        """Makes it no longer pending; what that stores (PoP ch. 3)."""
        group = RULES[name].group
        if group == "machine check":
            return {(0xE8, 8): self._gather(cpu, exigent=name == "exigent")}
        if group == "io":
            return self._stored_io(int(name[4:]))
        if group == "external":
            return self._stored_external(cpu, name)
        cpu.pending.discard(name)
        if name == "restart":
            cpu.first = False
            return {}
        if name == "program":
            return {(0x8E, 2): cpu.program, (0x8C, 2): 2}
        return {(0x8A, 2): cpu.supervisor_call, (0x88, 2): 2}

    def _gather(self, cpu: ModelCpu, exigent: bool) -> int:
        """All that is enabled is presented together; an exigent condition
        takes everything along."""
        code = 0
        for name, condition in CHECKS.items():
            for pending in (cpu.pending, self.pending):
                if name in pending and (exigent or self.open_for(cpu, name)):
                    code |= condition
                    pending.discard(name)
        return code

    def _stored_io(self, isc: int) -> Stored:
        one = self.take_io({isc})
        assert one is not None
        word = isc << 27 | (0x80000000 if one.subchannel is None else 0)
        return {
            (0xB8, 4): one.subchannel or 0,
            (0xBC, 4): one.parameter,
            (0xC0, 4): word,
        }

    def _stored_external(self, cpu: ModelCpu, name: str) -> Stored:
        stored: Stored = {(0x86, 2): RULES[name].code, (0x84, 2): 0}
        if name == "malfunction alert":
            stored[0x84, 2] = self._lowest(cpu.alerts)
        elif name == "emergency signal":
            stored[0x84, 2] = self._lowest(cpu.signals)
        elif name == "external call":
            stored[0x84, 2], cpu.call = cpu.call or 0, None
        elif name == "service signal":
            stored[0x80, 4] = self.sccb | self.events
            self.sccb = self.events = 0
        elif name == "pfault done":
            stored[0x84, 2] = 0x0680
            stored[0x11B8, 8] = self.tokens.pop(0)
        elif name == "virtio":
            stored[0x84, 2] = 0x0D00
            stored[0x80, 4], stored[0x11B8, 8] = self.virtio.pop(0)
        else:
            cpu.pending.discard(name)
            self.pending.discard(name)
        return stored

    def _lowest(self, senders: Set[int]) -> int:
        lowest = min(senders)
        senders.remove(lowest)
        return lowest

    # States

    def _stand_still(self, cpu: ModelCpu, state: State) -> None:
        """The CPU timer does, unless the CPU operates."""
        cpu.state = state
        if cpu.timer_since:
            cpu.timer = (cpu.timer - (self.now - cpu.timer_since)) % 2**64
            cpu.timer_since, cpu.timer_ran = 0, True

    def _operate(self, cpu: ModelCpu) -> None:
        cpu.state = State.OPERATING
        if cpu.timer_ran:
            cpu.timer_since, cpu.timer_ran = self.now, False

    @staticmethod
    def outstanding(cpu: ModelCpu) -> bool:
        """An order that keeps SIGP busy."""
        if cpu.reset:
            return True
        if cpu.state == State.CHECK_STOP:
            return False
        restarts = "restart" in cpu.pending and cpu.state == State.OPERATING
        return cpu.stop or restarts

    def start(self, address: int, control: Dict[int, int]) -> None:
        """By the operator, with these control registers and a closed PSW."""
        old = self.cpus[address]
        made = ModelCpu(State.OPERATING, control=control, initial=False)
        made.pending, made.call = old.pending, old.call
        made.alerts, made.signals = old.alerts, old.signals
        made.program, made.supervisor_call = old.program, old.supervisor_call
        self.cpus[address] = made

    def reset(self, address: int, order: Order) -> None:
        """At once if it is parked, else its owner does it; the stronger
        counts."""
        cpu = self.cpus[address]
        if cpu.parked:
            self._carry_out_reset(cpu, order)
        elif cpu.reset != Order.INITIAL_CPU_RESET:
            cpu.reset = order

    def carry_out_resets(self) -> None:
        for cpu in self.cpus:
            if cpu.reset:
                self._carry_out_reset(cpu, cpu.reset)

    def _carry_out_reset(self, cpu: ModelCpu, order: Order) -> None:
        self._stand_still(cpu, State.STOPPED)
        cpu.reset, cpu.call = None, None
        for senders in (cpu.alerts, cpu.signals):
            senders.clear()
        cpu.pending.clear()
        cpu.stop = cpu.first = False
        if order == Order.INITIAL_CPU_RESET:
            cpu.initial = True

    def sigp(
        self, address: int, source: int, order: Order
    ) -> Tuple[int, Status]:
        """Condition code, and with 1 the status."""
        cpu = self.cpus[address]
        if order in (Order.CPU_RESET, Order.INITIAL_CPU_RESET):
            self.reset(address, order)
            return 0, Status.NONE
        if self.outstanding(cpu):
            return 2, Status.NONE
        if order == Order.SENSE:
            status = self.sense(cpu)
        elif order == Order.SENSE_RUNNING_STATUS:
            operates = cpu.state == State.OPERATING
            status = Status.NONE if operates else Status.NOT_RUNNING
        elif cpu.state == State.CHECK_STOP:
            status = Status.CHECK_STOP
        else:
            status = self._carried_out(address, source, order)
        return int(bool(status)), status

    def sense(self, cpu: ModelCpu) -> Status:
        status = Status.NONE
        if cpu.call is not None:
            status |= Status.EXTERNAL_CALL_PENDING
        if cpu.state == State.STOPPED:
            status |= Status.STOPPED
        if cpu.state == State.CHECK_STOP:
            status |= Status.CHECK_STOP
        return status

    def _carried_out(self, address: int, source: int, order: Order) -> Status:
        cpu = self.cpus[address]
        if order == Order.EXTERNAL_CALL:
            if self.external_call(address, source) == Outcome.BUSY:
                return Status.EXTERNAL_CALL_PENDING
        elif order == Order.EMERGENCY_SIGNAL:
            self.emergency_signal(address, source)
        elif order == Order.START:
            if cpu.state == State.STOPPED:
                self._operate(cpu)
        elif order == Order.STOP:
            cpu.stop = cpu.state == State.OPERATING
        elif order == Order.RESTART:
            cpu.pending.add("restart")
            if cpu.state == State.STOPPED:
                cpu.first = True
                self._operate(cpu)
        return Status.NONE

    # What can be asked for

    def kinds(self, address: Optional[int]) -> Set[Kind]:
        """That pend at a CPU, or (None) float."""
        cpu = ModelCpu() if address is None else self.cpus[address]
        where = self if address is None else Model([], {})
        found = {
            RULES[name].kind
            for name in RULES
            if name not in LEVELS and where.pends(cpu, name)
        }
        if address is None and Kind.IO in found:
            found.discard(Kind.IO)
            found |= {
                Kind.ADAPTER if one.subchannel is None else Kind.IO
                for one in self.io
            }
        if cpu.stop:
            found.add(Kind.STOP)
        if not cpu.parked:  # its thread knows
            found -= {Kind.PROGRAM, Kind.SUPERVISOR_CALL}
        return found
