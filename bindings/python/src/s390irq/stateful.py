# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""A Hypothesis state machine that drives the library against the model.

    from s390irq.stateful import InterruptionMachine
    TestMine = InterruptionMachine.TestCase

Derive from it to add rules of your own; `self.machine` is the FakeMachine,
`self.model` the model.
"""

from __future__ import annotations

from typing import Callable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from .enums import Answer, Order
from .fake import FakeMachine
from .interruptions import InterruptKey, MalfunctionAlert
from .model import PSW_EXTERNAL, RULES, Model, ModelCpu, Taken

CPUS = 3
cpus = st.integers(0, CPUS - 1)
submasks = st.sets(
    st.sampled_from([one.submask for one in RULES.values()])
).map(sum)
_CLOSED = 0x0000000180000000


class InterruptionMachine(RuleBasedStateMachine):
    """CPUs that run, open and close; everything compared at every step."""

    make: Callable[..., FakeMachine] = FakeMachine

    def __init__(self) -> None:
        super().__init__()
        self.machine = self.make(CPUS)
        self.model = Model([ModelCpu() for _ in range(CPUS)])
        for address in range(CPUS):
            self.machine.started(address, cr0=0)

    def teardown(self) -> None:
        self.machine.close()

    @rule(cpu=cpus, cr0=submasks, opened=st.booleans())
    def set_masks(self, cpu: int, cr0: int, opened: bool) -> None:
        vcpu = self.machine.cpu[cpu]
        vcpu.regs.cr[0] = self.model.cpus[cpu].cr0 = cr0
        vcpu.regs.psw_mask = _CLOSED | (PSW_EXTERNAL if opened else 0)
        self.model.cpus[cpu].open = opened
        vcpu.masks_changed()

    @rule(cpu=cpus)
    def interrupt_key(self, cpu: int) -> None:
        outcome = self.machine.cpu[cpu].inject(InterruptKey())
        assert outcome.name == self.model.interrupt_key(cpu)

    @rule(cpu=cpus, source=cpus)
    def malfunction_alert(self, cpu: int, source: int) -> None:
        outcome = self.machine.cpu[cpu].inject(MalfunctionAlert(source))
        assert outcome.name == self.model.malfunction_alert(cpu, source)

    @rule(cpu=cpus, source=cpus)
    def emergency_signal(self, cpu: int, source: int) -> None:
        outcome = self.machine.cpu[cpu].emergency_signal(source)
        assert outcome.name == self.model.emergency_signal(cpu, source)

    @rule(cpu=cpus, source=cpus)
    def signal_external_call(self, cpu: int, source: int) -> None:
        answer = self.machine.cpu[source].sigp(cpu, Order.EXTERNAL_CALL)
        busy = self.model.external_call(cpu, source) == "BUSY"
        assert answer.cc == int(busy)

    @rule(sccb=st.integers(0, 3), events=st.integers(0, 3))
    def service_signal(self, sccb: int, events: int) -> None:
        parameter = sccb * 0x1000 | events
        if parameter:
            outcome = self.machine.service_signal(parameter)
            assert outcome.name == self.model.service_signal(parameter)

    @rule(cpu=cpus)
    def deliver(self, cpu: int) -> None:
        vcpu = self.machine.cpu[cpu]
        expected = self.model.deliver(cpu)
        assert vcpu.deliver() == Answer.RUN
        assert vcpu.report.taken == (expected is not None)
        if expected is not None:
            assert self._stored(cpu) == expected

    def _stored(self, cpu: int) -> Taken:
        def stored(real: int, length: int) -> int:
            return self.machine.stored(cpu, real, length)

        code = stored(0x86, 2)
        return Taken(
            cpu,
            code,
            stored(0x84, 2) if code in (0x1200, 0x1201, 0x1202) else 0,
            stored(0x80, 4) if code == 0x2401 else 0,
        )

    @rule()
    def save_and_load(self) -> None:
        """Nothing changes by it."""
        self.machine.pause()
        for cpu in self.machine.cpu.values():
            cpu.deliver()
        assert self.machine.pause()
        self.machine.load(self.machine.save())
        self.machine.resume()
        for address in self.machine.cpu:
            self.deliver(address)

    @invariant()
    def attention_is_never_missing(self) -> None:
        for address, cpu in self.machine.cpu.items():
            one = self.model.cpus[address]
            enabled = one.open and any(
                one.cr0 & row.submask and self.model._pending(address, name)
                for name, row in RULES.items()
            )
            assert cpu.attention or not enabled
