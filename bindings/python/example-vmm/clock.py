# SPDX-License-Identifier: BSD-3-Clause
"""What time is it, and what will devices do when? The clock is virtual: it
advances with what is executed and jumps when all CPUs wait, so that two runs
of a guest are the same."""

import heapq
from typing import Any, Callable, List, Tuple

NEVER = 2**64 - 1
Event = Tuple[int, int, Callable[[], Any]]


class Clock:
    def __init__(self) -> None:
        self.now = 0xD000000000000000  # in TOD units; some day of this century
        self._events: List[Event] = []
        self._added = 0

    @property
    def next(self) -> int:
        return self._events[0][0] if self._events else NEVER

    def add(self, after: int, function: Callable[[], Any]) -> Event:
        self._added += 1
        event = (self.now + after, self._added, function)
        heapq.heappush(self._events, event)
        return event

    def cancel(self, event: Event) -> None:
        self._events = [one for one in self._events if one is not event]
        heapq.heapify(self._events)

    def run_events(self) -> None:
        while self.next <= self.now:
            heapq.heappop(self._events)[2]()
