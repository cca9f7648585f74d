# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Fixtures machine, vm, vcpu; on a failure the trace and explain() of every
CPU of the test's machines are attached to the report."""

from __future__ import annotations

from typing import Any, Callable, Iterator, List

import pytest

from .fake import FakeMachine
from .vcpu import Vcpu

_MACHINES = pytest.StashKey[List[FakeMachine]]()
LAST_EVENTS = 50


@pytest.fixture
def make_machine(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., FakeMachine]]:
    """Makes FakeMachines, which are closed at the end."""
    made: List[FakeMachine] = request.node.stash.setdefault(_MACHINES, [])

    def make(*arguments: Any, **named: Any) -> FakeMachine:
        made.append(FakeMachine(*arguments, **named))
        return made[-1]

    yield make
    for machine in made:
        machine.close()


@pytest.fixture
def machine(make_machine: Callable[..., FakeMachine]) -> FakeMachine:
    """Two CPUs, stopped."""
    return make_machine(2)


@pytest.fixture
def vm(machine: FakeMachine) -> FakeMachine:
    return machine


@pytest.fixture
def vcpu(machine: FakeMachine) -> Vcpu:
    """CPU 0 of the machine, running, closed for everything."""
    return machine.started(0, cr0=0, cr6=0)


def _told(machine: FakeMachine) -> str:
    events = machine.fake.events
    lines = [str(event) for event in events[-LAST_EVENTS:]]
    if len(events) > LAST_EVENTS:
        lines.insert(0, f"... {len(events) - LAST_EVENTS} events before")
    return "\n".join(["trace:", *lines, "pending:", machine.explain()])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when != "call" or not report.failed:
        return
    machines = item.stash[_MACHINES] if _MACHINES in item.stash else []
    for number, machine in enumerate(machines):
        if not machine.closed:
            report.sections.append(
                (f"s390irq machine {number}", _told(machine))
            )
