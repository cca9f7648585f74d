# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The guest's absolute storage, and who stored what: what the guest's program
stores is known, every other byte that changes was stored by the machine."""

from __future__ import annotations

import mmap
from typing import List, Tuple

from .members import Problem

SIZE = 64 << 20


class Storage:
    def __init__(self, recording: bool, pattern: int) -> None:
        # Sparse: most of it is never touched.
        self.ram = mmap.mmap(-1, SIZE)
        self.program = mmap.mmap(-1, SIZE)  # as the guest's program left it
        self.machine = mmap.mmap(-1, SIZE)  # ones: stored by the machine since
        self.known = mmap.mmap(-1, SIZE)  # ones: not the pattern
        self.recording = recording
        self.pattern = pattern
        self.expected: List[Tuple[int, int]] = []
        self.written: List[Tuple[int, int]] = []

    @staticmethod
    def has(absolute: int, length: int) -> bool:
        return absolute + length <= SIZE

    def value(self, absolute: int, length: int) -> int:
        return int.from_bytes(self.ram[absolute : absolute + length], "big")

    def by_program(self, absolute: int, data: bytes) -> None:
        at = slice(absolute, absolute + len(data))
        self.ram[at] = self.program[at] = data
        self.machine[at] = bytes(len(data))
        self.known[at] = b"\1" * len(data)

    def value_by_program(self, absolute: int, length: int, value: int) -> None:
        self.by_program(absolute, value.to_bytes(length, "big"))

    def fill(self, absolute: int, length: int) -> None:
        """A pattern that is different at neighbours."""
        data = bytes(
            (i * 37 + 11) & 0xFF ^ self.pattern
            for i in range(absolute, absolute + length)
        )
        at = slice(absolute, absolute + length)
        self.ram[at] = self.program[at] = data
        self.machine[at] = self.known[at] = bytes(length)

    def copy(self, source: int, length: int, target: int) -> None:
        at = slice(target, target + length)
        self.known[at] = self.known[source : source + length]
        self.ram[at] = self.ram[source : source + length]
        self.program[at] = self.ram[at]
        self.machine[at] = bytes(length)

    def by_machine(self, absolute: int, data: bytes) -> None:
        at = slice(absolute, absolute + len(data))
        self.ram[at] = data
        self.machine[at] = self.known[at] = b"\1" * len(data)
        self.written.append((absolute, absolute + len(data)))

    def is_stored(self, absolute: int) -> bool:
        return (
            bool(self.machine[absolute])
            or self.ram[absolute] != self.program[absolute]
        )

    def expect(self, absolute: int, length: int) -> None:
        """The machine may store there."""
        place = (absolute, absolute + length)
        if place not in self.expected:
            self.expected.append(place)

    def check(self, start: int, end: int) -> None:
        if (
            not self.recording
            and self.ram[start:end] == self.program[start:end]
        ):
            return
        for i in range(start, end):
            if self.is_stored(i) and not any(
                a <= i < b for a, b in self.expected
            ):
                raise Problem(
                    f"absolute {i:x} was stored, where nothing is to be"
                )

    def check_written(self) -> None:
        written, self.written = self.written, []
        for start, end in written:
            self.check(start, end)
