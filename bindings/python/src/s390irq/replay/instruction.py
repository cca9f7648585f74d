# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What a CPU does with an instruction: the ones that change what interruptions
read or store, and the conditions that end it, which are the CPU's own and so
come from the recording."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

from ..enums import Outcome, ProgramFlag
from ..interruptions import Program
from .delivery import Delivery
from .machine import Worker
from .members import ALL, Problem, bytes_of

LOW = 0xFFFFFFFF
NO_REWIND = 1
CODE_SPECIFICATION, CODE_DATA, CODE_PER = 6, 7, 0x80
CR0_AFP = 0x40000
# All but PER, DAT, I/O, external, machine check, wait.
PSW_OF_PROGRAM = 0xB8F9FFFFFFFFFFFF


class Conditions:
    """Supervisor call and program interruption of the step under way."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        step = worker.replay.step
        self.svc: Optional[Delivery] = None
        self.program: Optional[Delivery] = None
        for choice in worker.replay.scenario.choices:
            for one in choice:
                if (
                    step is None
                    or one.cpu != worker.address
                    or one.step != step.number
                ):
                    continue
                if one.name == "svc" and self.svc is None:
                    self.svc = one
                if (
                    one.name == "program"
                    and self.program is None
                    and not _of_psw(one)
                ):
                    self.program = one

    def __bool__(self) -> bool:
        return self.svc is not None or self.program is not None

    @property
    def complete(self) -> bool:
        """Nothing, a supervisor call, or PER alone."""
        return self.program is None or _code(self.program) == CODE_PER

    def raise_them(self, executed: bool) -> None:
        """The PSW is the one after the instruction; without one the
        recorded."""
        first = self.svc or self.program
        assert first is not None
        if executed:
            adopt(self.worker, first)
        else:
            self.worker.load_psw(first.old_mask.value, first.old_address.value)
        if self.svc is not None:
            self._raised(
                self.worker.vcpu.supervisor_call(
                    self.svc.field(0x8A, 2), self.svc.field(0x88, 2)
                )
            )
        if self.program is not None:
            self._raise_program(self.program, 0 if executed else NO_REWIND)

    def _raise_program(self, one: Delivery, flags: int) -> None:
        """PoP ch. 6, data exception: the code also goes to the FPC with AFP."""
        regs = self.worker.vcpu.regs
        regs.breaking_event_address = one.field(0x110, 8)
        dxc = one.field(0x90, 4)
        if _code(one) == CODE_DATA and regs.cr[0] & CR0_AFP:
            fpc = regs.floating_point_control & ~0xFF00
            regs.floating_point_control = fpc | (dxc & 0xFF) << 8
        for real, flag in ((0xA0, 2), (0xA1, 8), (0xA2, 4)):
            flags |= flag if one.at(real).stored else 0
        program = Program(
            code=_code(one),
            ilc=one.field(0x8C, 2),
            flags=ProgramFlag(flags),
            data_exception_code=dxc,
            translation_exception=one.field(0xA8, 8),
            monitor_code=one.field(0xB0, 8),
            per_address=one.field(0x98, 8),
            monitor_class=one.field(0x94, 2),
            per_code=one.field(0x96, 1),
            per_atmid=one.field(0x97, 1),
            exception_access=one.field(0xA0, 1),
            per_access=one.field(0xA1, 1),
            operand_access=one.field(0xA2, 1),
        )
        self._raised(self.worker.vcpu.program(program))

    @staticmethod
    def _raised(outcome: Outcome) -> None:
        if outcome not in (Outcome.QUEUED, Outcome.COALESCED):
            raise Problem(f"a condition: outcome {outcome.name}")


def _code(one: Delivery) -> int:
    return one.field(0x8E, 2)


def _of_psw(one: Delivery) -> bool:
    """Conditions of the PSW itself: deliver finds them, nobody raises them."""
    return _code(one) == CODE_SPECIFICATION and (
        one.field(0x8C, 2) == 0 or bool(one.old_address.value & 1)
    )


def adopt(worker: Worker, one: Delivery) -> None:
    """Condition code, key ... show in the old PSWs behind the instruction."""
    care = one.old_mask.care & PSW_OF_PROGRAM
    regs = worker.vcpu.regs
    regs.psw_mask = regs.psw_mask & ~care | one.old_mask.value & care


def adopt_psw(worker: Worker) -> None:
    for one in worker.replay.scenario.choices[0]:
        if (
            worker.replay.step is not None
            and one.cpu == worker.address
            and one.step == worker.replay.step.number
            and one.old_address.value == worker.vcpu.regs.psw_address
        ):
            adopt(worker, one)


class Instruction:
    """An instruction with its fields. PoP ch. 5: formats, lengths."""

    def __init__(self, text: str) -> None:
        self.bytes = bytes(one.value for one in bytes_of(text, 16)).ljust(
            16, b"\0"
        )
        if len(text) < 4:
            raise Problem(f"no instruction: {text[:40]}")
        first = self.bytes[0]
        self.length = 2 if first < 0x40 else 4 if first < 0xC0 else 6
        self.r1, self.r3 = self.bytes[1] >> 4, self.bytes[1] & 15

    def execute(self, worker: Worker) -> None:
        """Without exceptions; the PSW names the next one afterwards."""
        self.worker = worker
        self.regs = worker.vcpu.regs
        self.next = (self.regs.psw_address + self.length) & ALL
        self.regs.psw_address = self.next
        for code, at, mask, second, run in _OPERATIONS:
            if code == self.bytes[0] and self.bytes[at] & mask == second:
                run(self)
                return

    def general(self, number: int) -> int:
        return self.worker.registers.general[number & 15]

    @property
    def operand(self) -> int:
        base = self.bytes[2] >> 4
        address = (self.bytes[2] & 15) << 8 | self.bytes[3]
        return (address + (self.general(base) if base else 0)) & ALL

    @property
    def indexed(self) -> int:
        index = self.bytes[1] & 15
        return (self.operand + (self.general(index) if index else 0)) & ALL

    @property
    def long_operand(self) -> int:
        high = self.bytes[4] - (256 if self.bytes[4] & 0x80 else 0)
        return (self.operand + high * 4096) & ALL

    def load(self, address: int, length: int) -> int:
        absolute = self.worker.absolute(address & ALL)
        storage = self.worker.replay.storage
        return (
            storage.value(absolute, length)
            if storage.has(absolute, length)
            else 0
        )

    def relative(self, length: int) -> int:
        return 2 * int.from_bytes(
            self.bytes[2 : 2 + length], "big", signed=True
        )

    def branches(self) -> bool:
        return bool(self.r1 & 8 >> (self.regs.psw_mask >> 44 & 3))

    @property
    def vector(self) -> int:
        return 2 * (self.r1 | (self.bytes[4] & 8) << 1)


def _load_control(i: Instruction, address: int, length: int) -> None:
    number = i.r1
    while True:
        keep = 0 if length == 8 else ALL ^ LOW
        i.regs.cr[number] = i.regs.cr[number] & keep | i.load(address, length)
        address += length
        if number == i.r3:
            return
        number = number + 1 & 15


def _system_mask(i: Instruction, mask: int) -> None:
    i.regs.psw_mask = i.regs.psw_mask & ALL >> 8 | (mask & 0xFF) << 56


def _lpswe(i: Instruction) -> None:
    at = i.operand
    i.regs.psw_mask, i.regs.psw_address = i.load(at, 8), i.load(at + 8, 8)


def _lpsw(i: Instruction) -> None:
    """PoP ch. 4: the short PSW, bit 12 of which is inverted."""
    psw = i.load(i.operand, 8)
    i.regs.psw_mask = psw & 0xFFFFFFFF80000000 ^ 0x0008000000000000
    i.regs.psw_address = psw & 0x7FFFFFFF


def _spt(i: Instruction) -> None:
    i.regs.cpu_timer = i.load(i.operand, 8)
    i.regs.cpu_timer_since_tod = i.worker.replay.now


def _sckc(i: Instruction) -> None:
    i.regs.clock_comparator = i.load(i.operand, 8)


def _sckpf(i: Instruction) -> None:
    i.regs.tod_programmable = i.general(0) & 0xFFFF


def _fpc(i: Instruction, value: int) -> None:
    i.regs.floating_point_control = value & LOW


def _set_vector(i: Instruction, place: int, *values: int) -> None:
    for k, value in enumerate(values):
        i.worker.registers.vector[place + k] = value


def _ldgr(i: Instruction) -> None:
    _set_vector(i, 2 * (i.bytes[3] >> 4), i.general(i.bytes[3]))


def _vl(i: Instruction) -> None:
    _set_vector(i, i.vector, i.load(i.indexed, 8), i.load(i.indexed + 8, 8))


def _vlvgp(i: Instruction) -> None:
    high, low = i.general(i.bytes[1]), i.general(i.bytes[2] >> 4)
    _set_vector(i, i.vector, high, low)


def _stnsm(i: Instruction) -> None:
    _system_mask(i, i.regs.psw_mask >> 56 & i.bytes[1])


def _stosm(i: Instruction) -> None:
    _system_mask(i, i.regs.psw_mask >> 56 | i.bytes[1])


def _sar(i: Instruction) -> None:
    i.worker.registers.access[i.bytes[3] >> 4] = i.general(i.bytes[3]) & LOW


def _bcr(i: Instruction) -> None:
    if i.bytes[1] & 15 and i.branches():
        i.regs.psw_address = i.general(i.bytes[1])


def _branch(i: Instruction, target: int) -> None:
    if i.branches():
        i.regs.psw_address = target & ALL


_OPERATIONS: List[Tuple[int, int, int, int, Callable[[Instruction], None]]] = [
    (0x07, 1, 0, 0, _bcr),
    (0x47, 1, 0, 0, lambda i: _branch(i, i.indexed)),
    (0x68, 1, 0, 0, lambda i: _set_vector(i, 2 * i.r1, i.load(i.indexed, 8))),
    (0x80, 1, 0, 0, lambda i: _system_mask(i, i.load(i.operand, 1))),
    (0x82, 1, 0, 0, _lpsw),
    (0xA7, 1, 15, 4, lambda i: _branch(i, i.next - 4 + i.relative(2))),
    (0xAC, 1, 0, 0, _stnsm),
    (0xAD, 1, 0, 0, _stosm),
    (0xB2, 1, 255, 0x06, _sckc),
    (0xB2, 1, 255, 0x07, _sckpf),
    (0xB2, 1, 255, 0x08, _spt),
    (0xB2, 1, 255, 0x4E, _sar),
    (0xB2, 1, 255, 0x9D, lambda i: _fpc(i, i.load(i.operand, 4))),
    (0xB2, 1, 255, 0xB2, _lpswe),
    (0xB3, 1, 255, 0x84, lambda i: _fpc(i, i.general(i.bytes[3] >> 4))),
    (0xB3, 1, 255, 0xC1, _ldgr),
    (0xB7, 1, 0, 0, lambda i: _load_control(i, i.operand, 4)),
    (0xC0, 1, 15, 4, lambda i: _branch(i, i.next - 6 + i.relative(4))),
    (0xE7, 5, 255, 0x06, _vl),
    (0xE7, 5, 255, 0x62, _vlvgp),
    (0xEB, 5, 255, 0x2F, lambda i: _load_control(i, i.long_operand, 8)),
]  # fmt: skip
