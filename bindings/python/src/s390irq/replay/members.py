# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Members of recordings: numbers and bytes of which digits may be unknown."""

from __future__ import annotations

import re
from typing import Any, Dict, List, NamedTuple

ALL = 2**64 - 1
Object = Dict[str, Any]


class Problem(Exception):
    """A scenario fails, or a line is none: why."""


class Number(NamedTuple):
    value: int
    care: int = ALL  # ones where the digits are known

    def equals(self, value: int) -> bool:
        return (self.value ^ value) & self.care == 0


class Known(NamedTuple):
    """A byte: `..` is not stored, `??` is and not to be compared."""

    value: int
    care: int
    stored: bool


UNSTORED = Known(0, 0, False)


def number_of(value: Any) -> "Number | None":
    """A JSON integer, or hex digits in a string; None: it is no number."""
    if type(value) is int and 0 <= value <= ALL:
        return Number(value)
    if not isinstance(value, str):
        return None
    text = value[2:] if value[:2] in ("0x", "0X") else value
    if not re.fullmatch(r"[0-9a-fA-F?]{1,16}", text):
        return None
    care = int("".join("0" if c == "?" else "f" for c in text), 16)
    return Number(
        int(text.replace("?", "0"), 16), care | (ALL << 4 * len(text)) & ALL
    )


def bytes_of(text: str, room: int) -> List[Known]:
    if len(text) % 2 or len(text) // 2 > room:
        raise Problem(f"no such bytes: {text[:40]}")
    return [_byte(text[i : i + 2]) for i in range(0, len(text), 2)]


def _byte(pair: str) -> Known:
    if pair == "..":
        return UNSTORED
    if not re.fullmatch(r"[0-9a-fA-F?]{2}", pair):
        raise Problem(f"no byte: {pair}")
    care = sum(0 if c == "?" else 15 << 4 * (1 - i) for i, c in enumerate(pair))
    return Known(int(pair.replace("?", "0"), 16), care, True)


def text_of(item: Any, name: str) -> str:
    value = item.get(name) if isinstance(item, dict) else None
    if not isinstance(value, str):
        raise Problem(f'member "{name}" is missing or no string')
    return value


def member(item: Any, name: str) -> Number:
    number = number_of(item.get(name) if isinstance(item, dict) else None)
    if number is None:
        raise Problem(f'member "{name}" is missing or no number')
    return number


def value_of(item: Any, name: str, limit: int = ALL) -> int:
    number = member(item, name)
    if number.care != ALL or number.value > limit:
        raise Problem(f'member "{name}" is out of range')
    return number.value


def list_of(item: Any, name: str) -> List[Any]:
    value = item.get(name) if isinstance(item, dict) else None
    if not isinstance(value, list):
        raise Problem(f'member "{name}" is missing or no list')
    return value


def object_of(item: Any, name: str) -> Object:
    value = item.get(name) if isinstance(item, dict) else None
    if not isinstance(value, dict):
        raise Problem(f'member "{name}" is missing')
    return value
