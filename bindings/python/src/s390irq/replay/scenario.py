# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""One line of a file of recordings; tests/vectors/README.md tells the form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Tuple

from . import delivery
from .delivery import CLASSES, Delivery
from .members import (
    ALL,
    Known,
    Object,
    Problem,
    bytes_of,
    list_of,
    member,
    number_of,
    object_of,
    text_of,
    value_of,
)

SCHEMA = "s390irq-oracle-1"
VERDICTS = ("agree", "deviation", "choice", "unchecked")
MAX_CPUS = 64
MAX_AREA = 0x4000
EXPECTATIONS = {
    "deliveries",
    "any_order",
    "one_of",
    "steps",
    "cpu_only",
    "unchecked",
}


@dataclass
class SetupCpu:
    prefix: int
    clock_comparator: int
    cpu_timer: int
    control: List[int]


@dataclass
class Step:
    number: int
    cpu: int
    operation: str
    members: Object


@dataclass
class Area:
    name: str
    absolute: int
    bytes: List[Known]


@dataclass
class Scenario:
    id: str
    note: str
    verdict: str
    cpus: int
    setup: Dict[int, SetupCpu]
    new_psw_mask: int
    steps: List[Step]
    cpu_only: bool
    unchecked: bool
    one_of: bool
    choices: List[List[Delivery]]
    any_order: List[int]
    areas: List[Area]
    handlers: Dict[str, int] = field(default_factory=dict)


def _no_duplicates(pairs: List[Tuple[str, Any]]) -> Object:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("duplicate object key")
    return made


def read(line: str) -> Scenario:
    """Raises Problem if it is none."""
    try:
        root = json.loads(line, object_pairs_hook=_no_duplicates)
    except ValueError as error:
        raise Problem(f"not JSON: {error}") from None
    if not isinstance(root, dict):
        raise Problem("not an object")
    schema, name = text_of(root, "schema"), text_of(root, "id")
    if schema != SCHEMA:
        raise Problem(f'schema "{schema[:40]}" is not known')
    expect = root.get("expect", {})
    if not isinstance(expect, dict):
        raise Problem('"expect" is no object')
    for one in expect:
        if one not in EXPECTATIONS:
            raise Problem(f'no expectation "{one[:40]}"')
    verdict = text_of(root, "pop")
    if verdict not in VERDICTS:
        raise Problem(f'no verdict "{verdict[:40]}"')
    setup = object_of(root, "setup")
    mask = member(setup, "new_psw_mask").value
    cpus = _count_cpus(root, setup)
    note = root.get("note")
    scenario = Scenario(
        name,
        note if isinstance(note, str) else "(no note)",
        verdict,
        cpus,
        _read_setup(setup, cpus),
        mask,
        _read_steps(root, expect),
        expect.get("cpu_only") is True,
        expect.get("unchecked") is True,
        "one_of" in expect,
        _read_choices(root, expect),
        list(expect.get("any_order") or ()),
        _read_areas(root),
    )
    _complete(scenario)
    return scenario


def _count_cpus(root: Object, setup: Object) -> int:
    """The machine has more CPUs than those that do something."""
    source = root.get("source")
    cpus = 1
    if isinstance(source, dict) and "smp" in source:
        cpus = value_of(source, "smp", MAX_CPUS)
    for item in list_of(setup, "cpus"):
        cpus = max(cpus, value_of(item, "addr", MAX_CPUS - 1) + 1)
    return cpus or 1


def _start_value(item: Object, name: str) -> int:
    """Unknown digits of a start value are ones: a timer far from its end."""
    number = member(item, name)
    return number.value | ~number.care & ALL


def _read_setup(setup: Object, cpus: int) -> Dict[int, SetupCpu]:
    made = {}
    for item in list_of(setup, "cpus"):
        numbers = [number_of(one) for one in list_of(item, "crs")[:16]]
        control = [one.value for one in numbers if one is not None]
        if len(control) != 16:
            raise Problem("control registers")
        made[value_of(item, "addr", cpus - 1)] = SetupCpu(
            value_of(item, "prefix", 2**32 - 1),
            _start_value(item, "ckc"),
            _start_value(item, "cpu_timer"),
            control,
        )
    if 0 not in made:
        raise Problem("the setup has no CPU 0")
    return made


def _read_step(item: Object) -> Step:
    return Step(
        value_of(item, "n", 2**32 - 1),
        value_of(item, "cpu", 2**16 - 1),
        text_of(item, "op"),
        item,
    )


def _read_steps(root: Object, expect: Object) -> List[Step]:
    """Expected results take the place of recorded ones."""
    items = list_of(root, "steps")
    for new in expect.get("steps") or ():
        number = value_of(new, "n", 2**32 - 1)
        for item in items:
            if value_of(item, "n") == number:
                item.update(new)
                break
        else:
            raise Problem("results for a step that is not there")
    return [_read_step(item) for item in items]


def _read_choices(root: Object, expect: Object) -> List[List[Delivery]]:
    if "one_of" in expect:
        return [delivery.read(one) for one in list_of(expect, "one_of")]
    return [delivery.read(expect.get("deliveries", root.get("deliveries")))]


def _read_areas(root: Object) -> List[Area]:
    memory = root.get("memory", {})
    if not isinstance(memory, dict):
        raise Problem('"memory" is no object')
    return [
        Area(
            name,
            value_of(item, "abs", 2**32 - 1),
            bytes_of(text_of(item, "hex"), MAX_AREA),
        )
        for name, item in memory.items()
    ]


def _complete(scenario: Scenario) -> None:
    """CPUs that are there; where the recorded guest has its handlers."""
    scenario.handlers = {name: one.handler for name, one in CLASSES.items()}
    for choice in scenario.choices:
        for one in choice:
            if one.cpu >= scenario.cpus:
                raise Problem(f"a delivery on CPU {one.cpu}")
            scenario.handlers[one.name] = one.new_address.value
