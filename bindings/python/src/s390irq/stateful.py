# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""A Hypothesis state machine that drives the library against the model.

    from s390irq.stateful import InterruptionMachine
    TestMine = InterruptionMachine.TestCase

CPUs run, wait, open and close, are signalled, stopped, restarted and reset;
interruptions of all classes come, time passes, and the whole machine moves to
another one. After each step everything is compared. Derive from it to add
rules of your own: `self.machine` is the FakeMachine, `self.model` the model.
`make` makes the machine, `make_model` the model; replace them to drive a
machine of your own, or to see that a difference is found.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Set, Tuple, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from .enums import AdapterFlag, Answer, Condition, Kind, Order, State
from .enums import Suppression
from .fake import TOD_PER_US, FakeMachine
from .interruptions import EmergencySignal, ExternalCall, InterruptKey
from .interruptions import Interruption, MachineCheck
from .interruptions import MalfunctionAlert, PfaultDone, Program
from .interruptions import TimingAlert, TodSyncCheck, Virtio, WarningTrack
from .model import Io, Model, ModelAdapter, ModelCpu, Taken
from .rules import ALL_SUBMASKS, CHECKS, EXTERNAL, IO, LEVELS
from .rules import MACHINE_CHECK, NEVER, NEW_MASK, RULES, WAIT

Value = TypeVar("Value")

CPUS = 2
SUBCHANNELS = range(0x10000, 0x10003)
ADAPTERS = {0: 3, 1: 5}  # ISCs, by number

LOCAL: Dict[str, Interruption] = {
    "interrupt key": InterruptKey(),
    "TOD sync check": TodSyncCheck(),
    "warning track": WarningTrack(),
    **{name: MachineCheck(condition) for name, condition in CHECKS.items()},
}
FLOATING: Dict[str, Interruption] = {
    "timing alert": TimingAlert(),
    "channel report": MachineCheck(Condition.CHANNEL_REPORT),
    "recovery": MachineCheck(Condition.SYSTEM_RECOVERY),
    "warning": MachineCheck(Condition.WARNING),
    "virtio": Virtio(0, 0),
    "pfault done": PfaultDone(0),
}
SIGNALS: Dict[str, Callable[[int], Interruption]] = {
    "malfunction alert": MalfunctionAlert,
    "emergency signal": EmergencySignal,
    "external call": ExternalCall,
}
ORDERS = (
    Order.SENSE, Order.EXTERNAL_CALL, Order.EMERGENCY_SIGNAL, Order.START,
    Order.STOP, Order.RESTART, Order.INITIAL_CPU_RESET, Order.CPU_RESET,
    Order.SENSE_RUNNING_STATUS,
)  # fmt: skip

cpus = st.integers(0, CPUS - 1)
iscs = st.sampled_from([3, 5])
subchannels = st.sampled_from(SUBCHANNELS)
adapters = st.sampled_from(sorted(ADAPTERS))
numbers = st.integers(0, 2**32 - 1)


def some(strategy: st.SearchStrategy[Value]) -> st.SearchStrategy[List[Value]]:
    return st.lists(strategy, min_size=1, max_size=4)


def _submasks(place: int) -> st.SearchStrategy[int]:
    """All, none, or one less."""
    every = ALL_SUBMASKS[place]
    bits = [1 << bit for bit in range(64) if every >> bit & 1]
    less = st.sampled_from(bits).map(lambda bit: every & ~bit)
    return st.one_of(st.just(every), less, st.just(0))


class InterruptionMachine(RuleBasedStateMachine):
    """Everything is compared at every step."""

    make: Callable[..., FakeMachine] = FakeMachine
    make_model: Callable[..., Model] = Model

    def __init__(self) -> None:
        super().__init__()
        self.machine = self.make(CPUS)
        self.model = self.make_model(
            [ModelCpu() for _ in range(CPUS)],
            dict(self.machine.HANDLER),
            self.machine.fake.now,
        )
        for subchannel in SUBCHANNELS:
            self.machine.add_subchannel(subchannel)
        flags = AdapterFlag.MASKABLE | AdapterFlag.SUPPRESSIBLE
        for number, isc in ADAPTERS.items():
            self.machine.add_adapter(number, isc, flags)
            self.model.adapters[number] = ModelAdapter(isc)
        self._asleep: Dict[int, int] = {}  # CPUs, and wakes before that
        for address in range(CPUS):
            self._start(address)

    def teardown(self) -> None:
        self.machine.close()

    def _start(self, address: int) -> None:
        self.model.start(address, {0: 0, 6: 0, 14: 0})
        self.model.cpus[address].address = 0x8000
        self.machine.cpu[address].start(
            prefix=self.machine.prefix(address),
            psw_mask=NEW_MASK,
            psw_address=0x8000,
            clock_comparator=NEVER,
            cr14=0,
            cr0=0,
        )
        self._deliver(address)

    def _runs(self, address: int) -> bool:
        """Its owner has the registers."""
        cpu = self.model.cpus[address]
        return not cpu.parked and not cpu.reset

    # The CPU itself

    @rule(
        cpu=cpus,
        opened=st.sets(st.sampled_from([EXTERNAL, IO, MACHINE_CHECK])).map(sum),
        cr0=_submasks(0),
        cr6=_submasks(1),
        cr14=_submasks(2),
        waits=st.booleans(),
    )
    def set_masks(
        self, cpu: int, opened: int, cr0: int, cr6: int, cr14: int, waits: bool
    ) -> None:
        if not self._runs(cpu):
            return  # assume() would end the whole run
        opened |= WAIT if opened and waits else 0
        self._set_masks(cpu, opened, cr0, cr6, cr14)

    def _set_masks(
        self, cpu: int, opened: int, cr0: int, cr6: int, cr14: int
    ) -> None:
        one, vcpu = self.model.cpus[cpu], self.machine.cpu[cpu]
        one.mask = NEW_MASK | opened
        one.control = {0: cr0, 6: cr6, 14: cr14}
        vcpu.regs.psw_mask = one.mask
        vcpu.regs.update(cr0=cr0, cr6=cr6, cr14=cr14)
        vcpu.masks_changed()

    @rule(cpu=cpus, us=st.integers(-2, 20), comparator=st.booleans())
    def set_timer(self, cpu: int, us: int, comparator: bool) -> None:
        """The clock comparator, or the CPU timer."""
        if not self._runs(cpu):
            return
        one, vcpu = self.model.cpus[cpu], self.machine.cpu[cpu]
        now, later = self.model.now, us * TOD_PER_US
        if comparator:
            tod = (now + self.model.epoch) % 2**64
            one.comparator = min(max(tod + later, 0), NEVER)
        else:
            one.timer, one.timer_since = later % 2**64, now
        vcpu.regs.update(
            clock_comparator=one.comparator,
            cpu_timer=one.timer,
            cpu_timer_since_tod=one.timer_since,
        )
        vcpu.timers_changed()

    @rule(cpu=cpus, code=st.sampled_from([1, 2, 6]), svc=st.booleans())
    def condition(self, cpu: int, code: int, svc: bool) -> None:
        """The CPU finds a program interruption condition, or SVC."""
        if not self._runs(cpu):
            return
        if svc:
            outcome = self.machine.cpu[cpu].supervisor_call(code)
            assert outcome == self.model.raise_supervisor_call(cpu, code)
        else:
            outcome = self.machine.cpu[cpu].program(Program(code, ilc=2))
            assert outcome == self.model.raise_program(cpu, code)

    @rule(cpu=cpus)
    def drain(self, cpu: int) -> None:
        """Opens and delivers until nothing is left that the CPU can take."""
        cr0, cr6, cr14 = ALL_SUBMASKS
        for _ in range(100):
            if self._runs(cpu):
                opened = EXTERNAL | IO | MACHINE_CHECK
                self._set_masks(cpu, opened, cr0, cr6, cr14)
            taken = self._deliver(cpu)
            if not taken:
                return
            for one_taken in taken:
                if one_taken.name in LEVELS:  # it would never end
                    cr0 &= ~RULES[one_taken.name].submask

    @rule(cpu=cpus)
    def deliver(self, cpu: int) -> None:
        self._deliver(cpu)

    def _deliver(self, cpu: int) -> List[Taken]:
        vcpu = self.machine.cpu[cpu]
        wakes = len(self.machine.fake.wakes)
        expected, taken = self.model.deliver(cpu)
        assert vcpu.deliver() == expected
        assert vcpu.report.taken == len(taken)
        assert vcpu.report.taken_kinds == {self._kind(one) for one in taken}
        self._asleep.pop(cpu, None)
        if expected == Answer.WAIT:
            self._asleep[cpu] = wakes
        for last in {RULES[one.name].group: one for one in taken}.values():
            self._compare(cpu, last)
        one = self.model.cpus[cpu]
        if not one.initial:
            assert vcpu.regs.psw_mask == one.mask
            assert vcpu.regs.psw_address == one.address
        return taken

    @staticmethod
    def _kind(taken: Taken) -> Kind:
        adapter = taken.stored.get((0xB8, 4)) == 0
        return Kind.ADAPTER if adapter else RULES[taken.name].kind

    def _compare(self, cpu: int, taken: Taken) -> None:
        """What is in storage of the last one of its group."""
        group = RULES[taken.name].group
        old = self.machine.old_psw(cpu, group)
        assert old == (taken.mask, taken.address), taken
        for (real, length), value in taken.stored.items():
            found = self.machine.stored(cpu, real, length)
            if group == "machine check":
                found &= sum(CHECKS.values())
            assert found == value, (taken, hex(real), hex(found))

    # Others

    @rule(cpu=cpus, names=some(st.sampled_from(sorted(LOCAL))))
    def inject(self, cpu: int, names: List[str]) -> None:
        for name in names:
            outcome = self.machine.cpu[cpu].inject(LOCAL[name])
            assert outcome == self.model.flag(cpu, name)

    @rule(names=some(st.sampled_from(sorted(FLOATING))), number=numbers)
    def inject_floating(self, names: List[str], number: int) -> None:
        for name in names:
            if name == "virtio":
                outcome = self.machine.inject(Virtio(number, 2 * number))
                assert outcome == self.model.inject_virtio(number, 2 * number)
            elif name == "pfault done":
                outcome = self.machine.inject(PfaultDone(number))
                assert outcome == self.model.pfault_done(number)
            else:
                outcome = self.machine.inject(FLOATING[name])
                assert outcome == self.model.flag(None, name)

    @rule(
        cpu=cpus,
        signals=some(st.tuples(st.sampled_from(sorted(SIGNALS)), cpus)),
    )
    def signal(self, cpu: int, signals: List[Tuple[str, int]]) -> None:
        """As other CPUs do, but without SIGP."""
        for name, source in signals:
            outcome = self.machine.cpu[cpu].inject(SIGNALS[name](source))
            expected = {
                "malfunction alert": self.model.malfunction_alert,
                "emergency signal": self.model.emergency_signal,
                "external call": self.model.external_call,
            }[name](cpu, source)
            assert outcome == expected

    @rule(
        cpu=cpus,
        source=cpus,
        orders=some(st.sampled_from(ORDERS)),
        deliver=st.booleans(),
    )
    def sigp(
        self, cpu: int, source: int, orders: List[Order], deliver: bool
    ) -> None:
        """deliver: after each of them the CPU does."""
        for order in orders:
            if self.model.cpus[cpu].initial:
                return  # it has no prefix area
            answer = self.machine.cpu[source].sigp(cpu, order)
            cc, status = self.model.sigp(cpu, source, order)
            assert (answer.cc, answer.status) == (cc, status)
            if deliver:
                self._deliver(cpu)

    def _is_stopped(self, cpu: int) -> bool:
        return self.model.cpus[cpu].state == State.STOPPED

    @rule(cpu=cpus)
    def start(self, cpu: int) -> None:
        if self.model.cpus[cpu].initial and self._is_stopped(cpu):
            self._start(cpu)

    @rule(
        parameter=st.tuples(st.integers(0, 2), st.integers(0, 3))
        .map(lambda parts: parts[0] * 0x1000 | parts[1])
        .filter(bool)
    )
    def service_signal(self, parameter: int) -> None:
        outcome = self.machine.service_signal(parameter)
        assert outcome == self.model.service_signal(parameter)

    # Input/output

    @rule(what=some(st.tuples(subchannels, iscs, numbers)))
    def io(self, what: List[Tuple[int, int, int]]) -> None:
        for subchannel, isc, parameter in what:
            outcome = self.machine.io(subchannel, isc, parameter)
            assert outcome == self.model.inject_io(subchannel, isc, parameter)

    @rule(number=adapters)
    def signal_adapter(self, number: int) -> None:
        outcome = self.machine.signal_adapter(number)
        assert outcome == self.model.signal_adapter(number)

    @rule(number=adapters, masked=st.booleans(), single=st.booleans())
    def set_adapter(self, number: int, masked: bool, single: bool) -> None:
        """Whether it is masked, and the suppression mode of its ISC."""
        before = self.machine.mask_adapter(number, masked)
        assert before == self.model.mask_adapter(number, masked)
        if single or masked:
            isc = ADAPTERS[number]
            self.machine.set_ais(isc, Suppression(int(single)))
            self.model.set_ais(isc, single)

    @rule(
        wanted=st.sets(iscs, min_size=1),
        subchannel=st.one_of(st.none(), subchannels),
        clear=st.booleans(),
    )
    def take_io(
        self, wanted: Set[int], subchannel: Optional[int], clear: bool
    ) -> None:
        """As TPI, TEST SUBCHANNEL and CLEAR SUBCHANNEL do."""
        if subchannel is not None and clear:
            cleared = self.machine.queue.clear_io(subchannel)
            assert cleared == self.model.clear_io(subchannel)
            return
        mask = sum(0x80 >> isc for isc in wanted)
        taken = self.machine.queue.take_io(mask, subchannel or 0)
        self._same_io(taken, self.model.take_io(wanted, subchannel))

    @staticmethod
    def _same_io(taken: Optional[Interruption], model: Optional[Io]) -> None:
        if model is None or taken is None:
            assert taken is None and model is None
            return
        code = getattr(taken, "code")()
        word = model.isc << 27
        if model.subchannel is None:
            word |= 0x80000000
        parts = (model.subchannel or 0, model.parameter, word)
        assert code == b"".join(part.to_bytes(4, "big") for part in parts)

    # Time, and another machine

    @rule(us=st.integers(1, 20))
    def advance(self, us: int) -> None:
        self.model.now += us * TOD_PER_US
        self.machine.advance(us)

    @rule(tod=st.integers(0, 2**64 - 1))
    def set_tod(self, tod: int) -> None:
        self.machine.tod = tod
        self.model.epoch = tod - self.model.now

    @rule(reset=st.booleans())
    def move(self, reset: bool) -> None:
        """To another machine, by saving and loading; or subsystem reset."""
        if reset:
            self.machine.reset()
            self.model.subsystem_reset()
            return
        self.machine.pause()
        self.model.carry_out_resets()
        for vcpu in self.machine.cpu.values():
            assert vcpu.deliver() == Answer.PAUSED
        assert self.machine.pause()
        old, self.machine = self.machine, self.make(CPUS)
        self.machine.fake.now = old.fake.now
        self.machine.ram[:] = old.ram
        self.machine.load(old.save())
        old.close()
        self._asleep.clear()
        for address in self.machine.cpu:
            self._deliver(address)

    # At every step

    @invariant()
    def the_same_pends(self) -> None:
        assert self.machine.queue.kinds == self.model.kinds(None)
        for address, vcpu in self.machine.cpu.items():
            assert vcpu.queue.kinds == self.model.kinds(address)
            assert vcpu.state == self.model.cpus[address].state

    @invariant()
    def attention_is_never_missing(self) -> None:
        for address, vcpu in self.machine.cpu.items():
            own = {"program", "supervisor call"}  # its owner knows
            missing = set(self.model.enabled(address)) - own
            assert vcpu.attention or not missing, missing

    @invariant()
    def sleepers_are_woken(self) -> None:
        """By what is their own; and one of them by what floats, unless a CPU
        that is awake is open for it."""
        woken = self.machine.fake.wakes
        asleep = {a for a, n in self._asleep.items() if a not in woken[n:]}
        for address in asleep:
            assert not self.model.enabled(address, local_only=True)
        for name in RULES:
            able = [a for a in range(CPUS) if name in self.model.enabled(a)]
            assert not able or set(able) - asleep, (name, able)

    @invariant()
    def explanations_agree(self) -> None:
        """What is told as held back by nothing is enabled, and is all of it
        that nothing else goes before."""
        for address, vcpu in self.machine.cpu.items():
            one = self.model.cpus[address]
            if one.reset or not one.parked:
                continue  # its owner has the registers
            told = {e.interruption.kind for e in vcpu.explain() if not e.held}
            told = {Kind.IO if k == Kind.ADAPTER else k for k in told}
            names = self.model.enabled(address)
            assert told <= {RULES[name].kind for name in names} | {
                Kind.RESTART,
                Kind.STOP,
            }
