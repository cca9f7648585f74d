# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""External interruptions by the rules, apart from the library: what pends at a
CPU, which of it is enabled, what is taken first, what is stored.

PoP ch. 6: priority and subclass masks of external interruptions; each is
taken under PSW bit 7, and the new PSW here is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

PSW_EXTERNAL = 1 << 56


class Rule(NamedTuple):
    code: int
    submask: int  # in control register 0


# Highest priority first.
RULES: Dict[str, Rule] = {
    "interrupt key": Rule(0x0040, 0x40),
    "malfunction alert": Rule(0x1200, 0x8000),
    "emergency signal": Rule(0x1201, 0x4000),
    "external call": Rule(0x1202, 0x2000),
    "service signal": Rule(0x2401, 0x200),
}


class Taken(NamedTuple):
    cpu: int
    code: int
    source: int  # the CPU that sent it, or zero
    parameter: int


@dataclass
class ModelCpu:
    cr0: int = 0
    open: bool = False  # PSW bit 7
    key: bool = False
    alerts: Set[int] = field(default_factory=set)
    signals: Set[int] = field(default_factory=set)
    call: Optional[int] = None


@dataclass
class Model:
    """Outcomes are the names of those of the library."""

    cpus: List[ModelCpu]
    sccb: int = 0
    events: int = 0

    def interrupt_key(self, cpu: int) -> str:
        before, self.cpus[cpu].key = self.cpus[cpu].key, True
        return "COALESCED" if before else "QUEUED"

    def malfunction_alert(self, cpu: int, source: int) -> str:
        return self._once(self.cpus[cpu].alerts, source)

    def emergency_signal(self, cpu: int, source: int) -> str:
        return self._once(self.cpus[cpu].signals, source)

    @staticmethod
    def _once(pending: Set[int], source: int) -> str:
        """One pends for each sender."""
        if source in pending:
            return "COALESCED"
        pending.add(source)
        return "QUEUED"

    def external_call(self, cpu: int, source: int) -> str:
        """One pends for each CPU."""
        if self.cpus[cpu].call is not None:
            return "BUSY"
        self.cpus[cpu].call = source
        return "QUEUED"

    def service_signal(self, parameter: int) -> str:
        """One SCCB; the rest joins what pends."""
        sccb, events = parameter & ~7, parameter & 3
        if sccb and self.sccb:
            return "BUSY"
        joined = self.sccb or self.events
        self.sccb |= sccb
        self.events |= events
        return "COALESCED" if joined else "QUEUED"

    def _pending(self, cpu: int, name: str) -> bool:
        one = self.cpus[cpu]
        return {
            "interrupt key": one.key,
            "malfunction alert": bool(one.alerts),
            "emergency signal": bool(one.signals),
            "external call": one.call is not None,
            "service signal": bool(self.sccb or self.events),
        }[name]

    def _take(self, cpu: int, name: str) -> Tuple[int, int]:
        """The sender and the parameter; the lowest address goes first."""
        one = self.cpus[cpu]
        if name == "interrupt key":
            one.key = False
        elif name == "malfunction alert":
            source = min(one.alerts)
            one.alerts.remove(source)
            return source, 0
        elif name == "emergency signal":
            source = min(one.signals)
            one.signals.remove(source)
            return source, 0
        elif name == "external call":
            source, one.call = one.call or 0, None
            return source, 0
        else:
            parameter = self.sccb | self.events
            self.sccb = self.events = 0
            return 0, parameter
        return 0, 0

    def deliver(self, cpu: int) -> Optional[Taken]:
        """At most one: the new PSW is closed."""
        one = self.cpus[cpu]
        for name, rule in RULES.items():
            if one.open and one.cr0 & rule.submask and self._pending(cpu, name):
                one.open = False
                return Taken(cpu, rule.code, *self._take(cpu, name))
        return None
