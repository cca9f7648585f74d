# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What comes from Linux KVM's buffers, and what goes into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, FrozenSet, Tuple

from .enums import Kind, Outcome


def _kinds(bits: int) -> FrozenSet[Kind]:
    return frozenset(kind for kind in Kind if bits >> kind & 1)


class Exported(bytes):
    """A buffer of KVM's. `left_out`: kinds that it has no record for."""

    left_out: FrozenSet[Kind] = frozenset()

    @classmethod
    def _of(cls, exported: Tuple[bytes, Any]) -> Exported:
        buffer, report = exported
        made = cls(buffer)
        made.left_out = _kinds(report.left_out_kinds)
        return made


@dataclass(frozen=True)
class Imported:
    """What became of a buffer: of so many records, some were dropped, some
    joined what pended."""

    outcome: Outcome
    records: int
    dropped: int
    coalesced: int

    @classmethod
    def _of(cls, outcome: int, report: Any) -> Imported:
        return cls(
            Outcome(outcome), report.records, report.dropped, report.coalesced
        )
