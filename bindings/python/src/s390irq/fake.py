# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""A ready host for scenarios: storage, a clock that stands until told, a
trace."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from .enums import Answer
from .hooks import Hooks, TraceEvent
from .machine import Machine
from .registers import Registers
from .vcpu import NEVER, Vcpu

TOD_PER_US = 4096

# PoP ch. 3: the new PSWs, by class.
NEW_PSW: Dict[str, int] = {
    "restart": 0x1A0,
    "external": 0x1B0,
    "supervisor call": 0x1C0,
    "program": 0x1D0,
    "machine check": 0x1E0,
    "io": 0x1F0,
}
_64_BIT = 0x0000000180000000


class FakeHooks(Hooks):
    """Virtual time, registers of each CPU, the trace, deadlines, wakes."""

    def __init__(self) -> None:
        self.now = 1 << 40
        self.events: List[TraceEvent] = []
        self.deadlines: Dict[int, int] = {}
        self.wakes: List[int] = []
        self.general: Dict[int, Registers] = {}

    def tod(self, cpu: Optional[Vcpu]) -> int:
        return self.now

    def deadline(self, cpu: Optional[Vcpu], deadline_tod: int) -> None:
        if cpu is not None:
            self.deadlines[cpu.address] = deadline_tod

    def wake(self, cpu: Optional[Vcpu]) -> None:
        if cpu is not None:
            self.wakes.append(cpu.address)

    def trace(self, cpu: Optional[Vcpu], event: TraceEvent) -> None:
        self.events.append(event)

    def registers(
        self, cpu: Optional[Vcpu], registers: Registers
    ) -> Optional[bool]:
        if cpu is not None and cpu.address in self.general:
            registers.assign(self.general[cpu.address])
        return True


class FakeMachine(Machine):
    """A Machine with storage, new PSWs and virtual time.

    The prefix area of CPU n is at 0x10000 + 0x2000 * n; its new PSWs are
    64-bit, disabled, and the handlers of the classes are at HANDLER[class].
    """

    HANDLER = {name: 0x1000 + 0x100 * i for i, name in enumerate(NEW_PSW)}

    def __init__(self, cpus: int = 1, ram_size: int = 1 << 20) -> None:
        self.fake = FakeHooks()
        super().__init__(
            bytearray(max(ram_size, 0x10000 + 0x2000 * cpus)),
            cpus,
            hooks=self.fake,
        )
        for address in range(cpus):
            self.set_new_psws(address)

    @staticmethod
    def prefix(address: int) -> int:
        return 0x10000 + 0x2000 * address

    def set_new_psws(self, address: int, mask: int = _64_BIT) -> None:
        """All new PSWs of a CPU get this mask, and the handlers' addresses."""
        for name, place in NEW_PSW.items():
            psw = mask.to_bytes(8, "big") + self.HANDLER[name].to_bytes(
                8, "big"
            )
            at = self.prefix(address) + place
            self.ram[at : at + 16] = psw

    def started(self, address: int = 0, **registers: int) -> Vcpu:
        """Starts a CPU with these registers and delivers once."""
        values = {
            "prefix": self.prefix(address),
            "psw_mask": _64_BIT,
            "psw_address": 0x8000,
            "clock_comparator": 2**64 - 1,
            "cr14": 0,
        }
        cpu = self.cpu[address]
        cpu.start(**{**values, **registers})
        cpu.deliver()
        return cpu

    def stored(self, address: int, real: int, length: int) -> int:
        """A number in the prefix area of a CPU, such as the external code at
        0x86, 2 bytes."""
        at = self.prefix(address) + real
        return int.from_bytes(self.ram[at : at + length], "big")

    def old_psw(self, address: int, name: str) -> Tuple[int, int]:
        """The old PSW of a class: mask and address."""
        at = NEW_PSW[name] - 0x80
        return self.stored(address, at, 8), self.stored(address, at + 8, 8)

    def advance(self, us: int) -> None:
        """Time goes by, and CPUs whose timers are due are told."""
        self.fake.now += us * TOD_PER_US
        for address, deadline in list(self.fake.deadlines.items()):
            if deadline != NEVER and deadline <= self.fake.now:
                self.fake.deadlines[address] = NEVER
                self.cpu[address].timer_fired()

    def deliver_all(self) -> Dict[int, Answer]:
        """Every CPU delivers until none has attention."""
        answers = {address: cpu.deliver() for address, cpu in self.cpu.items()}
        again = True
        while again:
            again = False
            for address, cpu in self.cpu.items():
                if cpu.attention:
                    again = answers[address] not in (Answer.LOOP,)
                    answers[address] = cpu.deliver()
        return answers
