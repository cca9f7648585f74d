# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Deliveries, recorded or replayed, and how the two are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Optional, Tuple

from .members import (
    UNSTORED,
    Known,
    Number,
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

IMAGE_SIZE = 0x200


class Class(NamedTuple):
    """PoP ch. 3, assigned storage locations."""

    old_psw: int
    handler: int  # of the recorded guest, unless a scenario says more
    stores: Tuple[Tuple[int, int], ...]  # without the old PSW
    fields: Tuple[Tuple[str, int, int], ...]  # member, real address, length

    @property
    def new_psw(self) -> int:
        return self.old_psw + 0x80

    @property
    def ranges(self) -> Tuple[Tuple[int, int], ...]:
        return (*self.stores, (self.old_psw, self.old_psw + 16))


CLASSES: Dict[str, Class] = {
    "restart": Class(0x120, 0x11000, (), ()),
    "external": Class(
        0x130,
        0x11026,
        ((0x80, 0x88),),
        (("code", 0x86, 2), ("cpu_addr", 0x84, 2), ("param", 0x80, 4)),
    ),
    "svc": Class(
        0x140, 0x1104C, ((0x88, 0x8C),), (("ilc", 0x88, 2), ("code", 0x8A, 2))
    ),
    "program": Class(
        0x150,
        0x11072,
        ((0x8C, 0xB8), (0x110, 0x118)),
        (
            ("ilc", 0x8C, 2),
            ("code", 0x8E, 2),
            ("dxc_field", 0x90, 4),
            ("monitor_class", 0x94, 2),
            ("per_code", 0x96, 2),
            ("per_addr", 0x98, 8),
            ("teid", 0xA8, 8),
            ("monitor_code", 0xB0, 8),
            ("breaking_event", 0x110, 8),
        ),
    ),
    "machine-check": Class(
        0x160,
        0x11098,
        ((0xA3, 0xA4), (0xE8, 0x100)),
        (("mcic", 0xE8, 8), ("extdamage", 0xF4, 4), ("fail_addr", 0xF8, 8)),
    ),
    "io": Class(
        0x170,
        0x110BE,
        ((0xB8, 0xC8),),
        (("schid", 0xB8, 4), ("intparm", 0xBC, 4), ("intword", 0xC0, 4)),
    ),
}
_CODE = {
    "external": (0x86, 2),
    "svc": (0x8A, 2),
    "program": (0x8E, 2),
    "io": (0xB8, 4),
}


@dataclass
class Delivery:
    number: int
    step: int
    cpu: int
    name: str  # of the class
    prefix: Number
    cr0: Number
    old_mask: Number = Number(0)
    old_address: Number = Number(0)
    new_mask: Number = Number(0)
    new_address: Number = Number(0)
    somewhere: bool = False  # recorded: no name was known for the old address
    asynchronous: bool = False  # replayed: while the CPU was on its own
    fields: Object = field(default_factory=dict)
    image: Dict[int, Known] = field(default_factory=dict)

    def at(self, real: int) -> Known:
        return self.image.get(real, UNSTORED)

    def field(self, real: int, length: int) -> int:
        return int.from_bytes(
            (self.at(real + i).value for i in range(length)), "big"
        )

    def describe(self) -> str:
        code = ""
        if self.name in _CODE:
            place = _CODE[self.name]
            code = f" {self.field(*place):0{2 * place[1]}x}"
        return f"{self.name}{code} on CPU {self.cpu} in step {self.step}"


def read(array: object) -> List[Delivery]:
    """A member `deliveries`."""
    if not isinstance(array, list):
        raise Problem('"deliveries" is no list')
    made = []
    for i, item in enumerate(array):
        try:
            made.append(_read_one(item))
        except Problem as problem:
            raise Problem(f"delivery {i}: {problem}") from None
    return made


def _read_one(item: Object) -> Delivery:
    name = text_of(item, "class")
    if name not in CLASSES:
        raise Problem(f'no class "{name[:40]}"')
    old, new = object_of(item, "old_psw"), object_of(item, "new_psw")
    made = Delivery(
        value_of(item, "n", 2**32 - 1),
        value_of(item, "step", 2**32 - 1),
        value_of(item, "cpu", 2**16 - 1),
        name,
        member(item, "prefix"),
        member(item, "cr0"),
        member(old, "mask"),
        member(old, "addr"),
        member(new, "mask"),
        member(new, "addr"),
        somewhere=not old.get("at"),
        fields=item,
    )
    for store in list_of(item, "stores"):
        _read_store(store, made, store.get("varies") is True)
    varying = item.get("varies")
    for store in varying if isinstance(varying, list) else []:
        real = value_of(store, "real", IMAGE_SIZE)
        for i in range(len(store.get("hex", "")) // 2):
            made.image[real + i] = made.at(real + i)._replace(care=0)
    return made


def _read_store(store: Object, made: Delivery, varies: bool) -> None:
    real = value_of(store, "real", IMAGE_SIZE)
    for i, byte in enumerate(
        bytes_of(text_of(store, "hex"), IMAGE_SIZE - real)
    ):
        made.image[real + i] = byte._replace(care=0) if varies else byte


def mismatch(expected: Delivery, actual: Delivery) -> Optional[str]:
    """What is different, or None."""
    if expected.name != actual.name:
        return f"not {expected.name}"
    if expected.step != actual.step and not actual.asynchronous:
        return f"not in step {expected.step}"
    for real in sorted({*expected.image, *actual.image}):
        wrong = _byte_mismatch(
            expected, expected.at(real), actual.at(real), real
        )
        if wrong:
            return wrong
    return _field_mismatch(expected, actual) or _number_mismatch(
        expected, actual
    )


def _nowhere(expected: Delivery) -> bool:
    """Where the worker was when it was restarted is nobody's."""
    return expected.name == "restart" and expected.somewhere


def _byte_mismatch(
    expected: Delivery, wanted: Known, found: Known, real: int
) -> Optional[str]:
    same = (wanted.value ^ found.value) & wanted.care == 0
    # A store of what was there already shows only where stores are recorded.
    hides = wanted.stored and not found.care and same
    if wanted.stored != found.stored and not hides:
        return f"real {real:x} is {'not ' if wanted.stored else ''}stored"
    if same or (_nowhere(expected) and 0x128 <= real < 0x130):
        return None
    return f"real {real:x} holds {found.value:02x}, not {wanted.value:02x}"


def _field_mismatch(expected: Delivery, actual: Delivery) -> Optional[str]:
    fields = [(*one, 0, 2**64 - 1) for one in CLASSES[expected.name].fields]
    if expected.name == "io":
        fields += [("isc", 0xC0, 4, 27, 7), ("adapter", 0xC0, 4, 31, 1)]
    for name, real, length, shift, mask in fields:
        if name not in expected.fields:
            continue
        number = number_of(expected.fields[name])
        if number is None:
            return f'"{name}" is no number'
        value = actual.field(real, length) >> shift & mask
        if not number.equals(value):
            return f"{name} is {value:x}, not {number.value:x}"
    return None


def _number_mismatch(expected: Delivery, actual: Delivery) -> Optional[str]:
    named = {
        "the prefix": "prefix",
        "control register 0": "cr0",
        "the mask of the old PSW": "old_mask",
        "the address of the old PSW": "old_address",
        "the mask of the new PSW": "new_mask",
        "the address of the new PSW": "new_address",
    }
    for what, name in named.items():
        if name == "old_address" and _nowhere(expected):
            continue
        wanted, found = getattr(expected, name), getattr(actual, name).value
        if not wanted.equals(found):
            return f"{what} is {found:016x}, not {wanted.value:016x}"
    return None


def compare(
    expected: List[Delivery],
    actual: List[Delivery],
    cpus: int,
    any_order: List[int],
) -> None:
    """Raises Problem at the first difference, CPU by CPU."""
    for cpu in range(cpus):
        wanted = [one for one in expected if one.cpu == cpu]
        found = [one for one in actual if one.cpu == cpu]
        _compare_cpu(wanted, found, any_order)


def _compare_cpu(
    wanted: List[Delivery], found: List[Delivery], any_order: List[int]
) -> None:
    for i, (expected, _) in enumerate(zip(wanted, list(found))):
        if expected.number in any_order:
            for k in range(i, min(len(found), len(wanted))):
                if wanted[k].number in any_order and not mismatch(
                    expected, found[k]
                ):
                    found[i], found[k] = found[k], found[i]
                    break
        wrong = mismatch(expected, found[i])
        if wrong:
            raise Problem(
                f"delivery {expected.number}, {found[i].describe()}: {wrong}"
            )
    if len(wanted) > len(found):
        lost = wanted[len(found)]
        raise Problem(f"delivery {lost.number} is missing: {lost.describe()}")
    if len(found) > len(wanted):
        raise Problem(f"one too many: {found[len(wanted)].describe()}")
