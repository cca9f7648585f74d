# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The classes of interruptions, highest priority first, and what masks each
(PoP ch. 6, priority of interruptions; ch. 11, machine-check subclasses)."""

from __future__ import annotations

from typing import Dict, NamedTuple

from .enums import Condition, Kind

EXTERNAL, IO, MACHINE_CHECK = 1 << 56, 1 << 57, 1 << 50  # PSW bits 7, 6, 13
WAIT = 1 << 49
NEVER = 2**64 - 1
NEW_MASK = 0x0000000180000000


class Rule(NamedTuple):
    """A class of interruptions: what has to be one for it."""

    kind: Kind
    group: str = "external"  # which old and new PSW
    psw: int = EXTERNAL  # 0: nothing masks it
    control: int = 0  # the register with the submask
    submask: int = 0  # 0: none
    code: int = 0


def _check(submask: int) -> Rule:
    kind = Kind.MACHINE_CHECK
    return Rule(kind, "machine check", MACHINE_CHECK, 14, submask)


def _isc(number: int) -> Rule:
    return Rule(Kind.IO, "io", IO, 6, 0x80000000 >> number)


# Highest priority first.
RULES: Dict[str, Rule] = {
    "exigent": Rule(Kind.MACHINE_CHECK, "machine check", 0),
    "supervisor call": Rule(Kind.SUPERVISOR_CALL, "supervisor call", 0),
    "program": Rule(Kind.PROGRAM, "program", 0),
    "channel report": _check(0x10000000),
    "recovery": _check(0x08000000),
    "degradation": _check(0x04000000),
    "damage": _check(0x02000000),
    "warning": _check(0x01000000),
    "interrupt key": Rule(Kind.INTERRUPT_KEY, submask=0x40, code=0x0040),
    "malfunction alert": Rule(
        Kind.MALFUNCTION_ALERT, submask=0x8000, code=0x1200
    ),
    "emergency signal": Rule(
        Kind.EMERGENCY_SIGNAL, submask=0x4000, code=0x1201
    ),
    "external call": Rule(Kind.EXTERNAL_CALL, submask=0x2000, code=0x1202),
    "TOD sync check": Rule(Kind.TOD_SYNC_CHECK, submask=0x1000, code=0x1003),
    "clock comparator": Rule(Kind.CLOCK_COMPARATOR, submask=0x800, code=0x1004),
    "CPU timer": Rule(Kind.CPU_TIMER, submask=0x400, code=0x1005),
    "timing alert": Rule(Kind.TIMING_ALERT, submask=0x10, code=0x1406),
    "warning track": Rule(Kind.WARNING_TRACK, submask=0x200000000, code=0x1007),
    "service signal": Rule(Kind.SERVICE_SIGNAL, submask=0x200, code=0x2401),
    "pfault done": Rule(Kind.PFAULT_DONE, submask=0x200, code=0x2603),
    "virtio": Rule(Kind.VIRTIO, submask=0x200, code=0x2603),
    **{f"ISC {isc}": _isc(isc) for isc in range(8)},
    "restart": Rule(Kind.RESTART, "restart", 0),
}

CHECKS: Dict[str, Condition] = {
    "exigent": Condition.PROCESSING_DAMAGE,
    "channel report": Condition.CHANNEL_REPORT,
    "recovery": Condition.SYSTEM_RECOVERY,
    "degradation": Condition.DEGRADATION,
    "damage": Condition.EXTERNAL_DAMAGE,
    "warning": Condition.WARNING,
}
LEVELS = ("clock comparator", "CPU timer")
# Of control registers 0, 6 and 14.
ALL_SUBMASKS = tuple(
    sum({rule.submask for rule in RULES.values() if rule.control == control})
    for control in (0, 6, 14)
)
