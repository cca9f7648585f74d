# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What is pending, and what holds it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, FrozenSet, Iterator, List, Optional

from . import _native
from .enums import Held, Kind, Outcome
from .headers import explained_by
from .interruptions import Interruption, from_native


@dataclass(frozen=True)
class Explanation:
    """One pending interruption, and what holds it back: nothing, if the next
    deliver() takes it. `control` and `submask` are the control register and
    the bit in it that is zero."""

    interruption: Interruption
    held: Held
    outranked_by: Optional[Kind]
    floating: bool
    control: int
    submask: int
    adapter: Optional[int]

    @classmethod
    def _of(cls, native: Any) -> Explanation:
        record = _native.interruption()
        native.get_interruption(record)
        number = native.adapter
        return cls(
            from_native(record),
            Held(native.held),
            Kind(native.outranked_by) if native.outranked_by else None,
            bool(native.floating),
            native.control,
            native.submask,
            None if number == _native.NO_CPU else number,
        )


class Explanations(List[Explanation]):
    """All that pends for a CPU, highest priority first. `str()` is a text."""

    text = ""

    def __str__(self) -> str:
        return self.text


class Queue:
    """What pends at a VM (floating) or at a CPU. Iterating is over a copy,
    highest priority first."""

    __slots__ = ("_owner", "_get")

    def __init__(self, owner: Any, get: Any) -> None:
        self._owner = owner  # its handle raises ClosedError
        self._get = get

    @property
    def _handle(self) -> Any:
        return self._get(self._owner._handle)

    @property
    @explained_by("queue_pending")
    def kinds(self) -> FrozenSet[Kind]:
        """The kinds that pend."""
        bits = _native.queue_pending(self._handle)
        return frozenset(kind for kind in Kind if bits >> kind & 1)

    @explained_by("queue_list")
    def list(self) -> List[Interruption]:
        return [from_native(one) for one in _native.queue_list(self._handle)]

    def __iter__(self) -> Iterator[Interruption]:
        return iter(self.list())

    @explained_by("queue_count")
    def __len__(self) -> int:
        return int(_native.queue_count(self._handle))

    def __contains__(self, wanted: object) -> bool:
        if isinstance(wanted, Kind):
            return wanted in self.kinds
        return wanted in self.list()

    @explained_by("queue_clear")
    def clear(self) -> int:
        """Clears all but what is in hand; how many were removed."""
        return int(_native.queue_clear(self._handle))

    @explained_by("queue_take_io")
    def take_io(
        self, isc_mask: int = 0xFF, subchannel: int = 0
    ) -> Optional[Interruption]:
        """As TEST PENDING INTERRUPTION and TEST SUBCHANNEL do."""
        out = _native.interruption()
        if not _native.queue_take_io(self._handle, isc_mask, subchannel, out):
            return None
        return from_native(out)

    @explained_by("queue_put_back_io")
    def put_back_io(self, taken: Interruption) -> Outcome:
        """Undoes take_io()."""
        return Outcome(
            _native.queue_put_back_io(self._handle, taken._to_native())
        )

    @explained_by("queue_clear_io")
    def clear_io(self, subchannel: int) -> int:
        """As CLEAR SUBCHANNEL does."""
        return int(_native.queue_clear_io(self._handle, subchannel))

    def __repr__(self) -> str:
        return f"<Queue {self.list()!r}>"
