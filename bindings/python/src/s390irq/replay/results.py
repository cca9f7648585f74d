# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Arguments and results of the step that is under way."""

from __future__ import annotations

from .machine import Replay
from .members import ALL, Problem, number_of, value_of


def argument(replay: Replay, name: str, limit: int = ALL) -> int:
    assert replay.step
    return value_of(replay.step.members, name, limit)


def place(replay: Replay, name: str, length: int) -> int:
    absolute = argument(replay, name)
    if not replay.storage.has(absolute, length):
        raise Problem(f"no storage at {absolute:x}")
    return absolute


def _tell(replay: Replay, name: str, value: int) -> None:
    assert replay.step
    replay.told.append(f"step {replay.step.number} {name} {value:x}")


def result(replay: Replay, name: str, value: int) -> None:
    """A result is compared if the step has it; told where nobody judges."""
    assert replay.step
    if name not in replay.step.members:
        return
    number = number_of(replay.step.members[name])
    if number is None:
        raise Problem(f'result "{name}" is no number')
    if number.equals(value):
        return
    if not replay.lenient:
        raise Problem(f"{name} is {value:x}, not {number.value:x}")
    _tell(replay, name, value)


def timed_out(replay: Replay, over: bool) -> None:
    assert replay.step
    recorded = replay.step.members.get("timed_out")
    if not isinstance(recorded, bool) or recorded == over:
        return
    if not replay.lenient:
        raise Problem("timed out" if over else "did not time out, as recorded")
    _tell(replay, "timed_out", over)
