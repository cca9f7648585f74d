# SPDX-License-Identifier: BSD-3-Clause
"""A CPU of the VMM: its part of the engine, and storage as it sees it."""

from typing import Any, Iterator, Tuple

import s390irq
from clock import NEVER

ADDRESSING, SPECIFICATION, OPERAND = 0x05, 0x06, 0x15  # PoP ch. 6
CONDITION_CODE = 0x0000300000000000


class ProgramCheck(Exception):
    """The instruction ends with this program interruption."""

    def __init__(self, code: int, **more: int) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class GuestCpu:
    def __init__(self, vmm: Any, vcpu: s390irq.Vcpu, engine: Any) -> None:
        self.vmm, self.vcpu, self.engine = vmm, vcpu, engine
        self.answer = s390irq.STOPPED
        self.must_deliver = False  # before guest code goes on
        self.yields = False  # its turn is over
        self.deadline = NEVER  # host TOD

    @property
    def regs(self) -> s390irq.Cpu:
        return self.vcpu.regs

    def condition(self, code: int) -> None:
        mask = self.regs.psw_mask & ~CONDITION_CODE
        self.regs.psw_mask = mask | code << 44

    def wrap(self, address: int) -> int:
        """As the addressing mode shortens it (PoP ch. 5)."""
        mode = self.regs.psw_mask >> 31 & 3
        return address & (0xFFFFFF, 0x7FFFFFFF, 2**64 - 1, 2**64 - 1)[mode]

    def _pieces(self, address: int, length: int) -> Iterator[Tuple[int, int]]:
        """Absolute addresses and lengths (PoP ch. 3, prefixing)."""
        while length:
            address = self.wrap(address)
            area = address & ~0x1FFF
            part = min(length, area + 0x2000 - address)
            swapped = {0: self.regs.prefix, self.regs.prefix: 0}
            absolute = swapped.get(area, area) + address - area
            if absolute + part > len(self.vmm.ram):
                raise ProgramCheck(ADDRESSING)
            yield absolute, part
            address, length = address + part, length - part

    def fetch(self, address: int, length: int, aligned: int = 1) -> bytes:
        if address % aligned:
            raise ProgramCheck(SPECIFICATION)
        ram = self.vmm.ram
        pieces = list(self._pieces(address, length))
        return b"".join(ram[at : at + part] for at, part in pieces)

    def number(self, address: int, length: int, aligned: int = 1) -> int:
        return int.from_bytes(self.fetch(address, length, aligned), "big")

    def store(self, address: int, data: bytes, aligned: int = 1) -> None:
        """All or nothing."""
        if address % aligned:
            raise ProgramCheck(SPECIFICATION)
        done = 0
        for at, part in list(self._pieces(address, len(data))):
            self.vmm.ram[at : at + part] = data[done : done + part]
            done += part

    def store_number(self, address: int, number: int, length: int) -> None:
        self.store(address, number.to_bytes(length, "big"), length)

    def raise_program(self, code: int, ilc: int, **more: int) -> None:
        self.vcpu.program(s390irq.Program(code, ilc, **more))
        self.must_deliver = True
