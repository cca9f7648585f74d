# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What a KVM buffer holds, for people."""

from __future__ import annotations

from typing import Iterator

from .errors import FormatError
from .interruptions import Interruption, from_kvm

RECORD = 72


def _read(record: bytes) -> Interruption:
    """A record is local or floating: the one of the two that it can be."""
    try:
        return from_kvm(record, local=True)
    except FormatError:
        return from_kvm(record, local=False)


def lines(data: bytes) -> Iterator[str]:
    """A line for each record of an irq-state or FLIC buffer."""
    if not data or len(data) % RECORD:
        raise FormatError(
            f"{len(data)} bytes are not records of {RECORD} bytes"
        )
    for at in range(0, len(data), RECORD):
        record = data[at : at + RECORD]
        try:
            yield f"{at // RECORD}: {_read(record)!r}"
        except FormatError:
            yield f"{at // RECORD}: no interruption of KVM: {record.hex()}"


def bytes_of(text_or_file: str) -> bytes:
    """Hex digits, a file of hex digits, or a file of bytes."""
    try:
        return bytes.fromhex(text_or_file)
    except ValueError:
        pass
    with open(text_or_file, "rb") as file:
        data = file.read()
    try:
        return bytes.fromhex(data.decode("ascii"))
    except ValueError:
        return data
