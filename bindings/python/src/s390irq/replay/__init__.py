# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Replays recordings through the library and says which of them it meets.

The output is that of scripts/replay: a line for each scenario that fails, is
skipped or is judged by nobody, a count for each verdict, and
`N passed, N failed, N skipped`.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Iterable, Optional, TextIO, Tuple

from ..errors import Error
from . import delivery, scenario, steps
from .machine import Replay
from .members import Problem
from .scenario import VERDICTS, Scenario

PASSED, FAILED, SKIPPED, LISTED = "passed", "FAILED", "skipped", "unchecked"


def _compare_memory(replay: Replay) -> None:
    storage = replay.storage
    for area in replay.scenario.areas:
        if not storage.has(area.absolute, len(area.bytes)):
            raise Problem(f"memory {area.name[:40]}: no such storage")
        for at, wanted in enumerate(area.bytes, area.absolute):
            if not wanted.stored and storage.is_stored(at):
                raise Problem(f"memory {area.name[:40]}: {at:x} was stored")
            if (wanted.value ^ storage.ram[at]) & wanted.care:
                raise Problem(
                    f"memory {area.name[:40]}: {at:x} holds "
                    f"{storage.ram[at]:02x}, not {wanted.value:02x}"
                )


def _compare(replay: Replay) -> None:
    one = replay.scenario
    first: Optional[Problem] = None
    for choice in one.choices:
        try:
            delivery.compare(choice, replay.log, one.cpus, one.any_order)
            break
        except Problem as problem:
            first = first or problem
    else:
        many = (
            f"none of {len(one.choices)} choices: "
            if len(one.choices) != 1
            else ""
        )
        raise Problem(f"{many}{first}")
    _compare_memory(replay)


def _run(one: Scenario, recording: bool, pattern: int) -> str:
    replay = Replay(one, recording, pattern)
    try:
        steps.run(replay)
        if not one.unchecked:
            _compare(replay)
    finally:
        replay.machine.close()
    decided = [made.describe() for made in replay.log] or ["no interruption"]
    return "; ".join(decided + replay.told)


def judge(one: Scenario) -> Tuple[str, str]:
    """The outcome and why. Each scenario runs twice: with storage given to the
    library, and through hooks, with complementary patterns."""
    if one.cpu_only:
        return SKIPPED, f"the CPU's alone: {one.note}"
    try:
        _run(one, False, 0x00)
        decided = _run(one, True, 0xFF)
    except (Problem, Error) as problem:
        return FAILED, str(problem)
    return (LISTED, decided) if one.unchecked else (PASSED, "")


def _clean(text: str) -> str:
    """No control characters from a file reach the terminal."""
    return "".join(c if c >= " " else " " for c in text)


class Totals:
    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.count: "Counter[Tuple[str, str]]" = Counter()
        self.malformed = 0
        self.unreadable = False

    def line(
        self,
        where: str,
        text: str,
        verdict: Optional[str],
        wanted: Optional[str],
    ) -> None:
        try:
            one = scenario.read(text)
        except Problem as problem:
            print(_clean(f"FAILED {where}: {problem}"), file=self.out)
            self.malformed += 1
            return
        if (verdict and one.verdict != verdict) or (
            wanted and wanted not in one.id
        ):
            return
        outcome, reason = judge(one)
        self.count[one.verdict, outcome] += 1
        if outcome != PASSED:
            print(_clean(f"{outcome} {one.id}: {reason}"), file=self.out)

    def summarize(self) -> int:
        """Answers the exit status."""
        sums: "Counter[str]" = Counter({FAILED: self.malformed})
        for verdict in VERDICTS:
            counts = [
                self.count[verdict, one]
                for one in (PASSED, FAILED, SKIPPED, LISTED)
            ]
            line = "{}: {} passed, {} failed, {} skipped".format(
                verdict, *counts[:3]
            )
            if counts[3]:
                line += f", {counts[3]} judged by nobody"
            print(line, file=self.out)
            sums.update(dict(zip((PASSED, FAILED, SKIPPED, LISTED), counts)))
        if self.malformed:
            print(f"malformed: {self.malformed} lines", file=self.out)
        print(
            f"{sums[PASSED]} passed, {sums[FAILED]} failed, "
            f"{sums[SKIPPED]} skipped",
            file=self.out,
        )
        return 2 if self.unreadable else int(sums[FAILED] > 0)


def main(
    files: Iterable[str],
    verdict: Optional[str] = None,
    wanted: Optional[str] = None,
    out: Optional[TextIO] = None,
) -> int:
    totals = Totals(out or sys.stdout)
    for file in files:
        try:
            with open(file, encoding="utf-8", errors="replace") as lines:
                for number, text in enumerate(lines, 1):
                    if text.strip():
                        totals.line(f"{file}:{number}", text, verdict, wanted)
        except OSError as error:
            print(f"replay: {file}: {error.strerror}", file=sys.stderr)
            totals.unreadable = True
    return totals.summarize()
