# SPDX-License-Identifier: BSD-3-Clause
"""How does a guest get into storage, and what has it counted? See
examples/vmm/counts.h for the table of a guest that counts."""

import struct
from typing import Any, Iterator

import s390irq
from s390irq import Kind

COUNTS, SIGNATURE = 0x10000, b"S390IRQ1"
NO_HANDLER = {Kind.STOP, Kind.SET_PREFIX}  # orders: nothing is interrupted


def load(elf: bytes, ram: Any) -> int:
    """An ELF executable; answers its entry point."""
    if len(elf) < 64 or elf[:6] != b"\x7fELF\2\2":
        raise ValueError("the guest is no 64-bit big-endian ELF executable")
    entry, table = struct.unpack_from(">QQ", elf, 24)
    size, count = struct.unpack_from(">HH", elf, 54)
    for at in range(table, table + size * count, size):
        head = struct.unpack_from(">IIQQQQ", elf, at)
        kind, offset, to, length = head[0], head[2], head[4], head[5]
        if kind == 1 and length:
            if to + length > len(ram):
                raise ValueError("the guest does not fit into storage")
            ram[to : to + length] = elf[offset : offset + length]
    return int(entry)


def differences(
    ram: Any, machine: s390irq.Machine, withdrawn: int
) -> Iterator[str]:
    """Kinds of which the guest's handlers have not counted what the library
    says was taken. withdrawn: I/O that TEST SUBCHANNEL took."""
    if ram[COUNTS : COUNTS + 8] != SIGNATURE:
        return
    cpus, kinds = struct.unpack_from(">II", ram, COUNTS + 8)
    for kind, counters in machine.counters.items():
        places = range(
            COUNTS + 16 + 8 * kind, COUNTS + 16 + 8 * cpus * kinds, 8 * kinds
        )
        counted = sum(struct.unpack_from(">Q", ram, at)[0] for at in places)
        taken = counters.taken - (withdrawn if kind == Kind.IO else 0)
        if kind not in NO_HANDLER and counted != taken:
            yield f"{kind.name}: {taken} taken, but the guest has {counted}"
