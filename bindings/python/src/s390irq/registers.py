# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The registers of a CPU: those that interruptions read, and the others."""

from __future__ import annotations

from typing import Any, Iterator

from . import _native


class _Member:
    """A number of a structure of the library, its range checked there."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: object = None) -> int:
        if instance is None:
            return self  # type: ignore[return-value]
        return int(getattr(instance._native, self._name))

    def __set__(self, instance: Any, value: int) -> None:
        try:
            setattr(instance._native, self._name, value)
        except OverflowError:
            raise OverflowError(
                f"{self._name}: {value:#x} does not fit"
            ) from None
        except TypeError:
            raise TypeError(f"{self._name}: an int is needed") from None


class Numbers:
    """An array of registers, of fixed length."""

    __slots__ = ("_native", "_name", "_length")

    def __init__(self, native: Any, name: str, length: int) -> None:
        self._native = native
        self._name = name
        self._length = length

    def _place(self, place: int) -> int:
        index = range(self._length)[place]
        return index

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: int) -> int:
        value = getattr(self._native, "get_" + self._name)(self._place(place))
        return int(value)

    def __setitem__(self, place: int, value: int) -> None:
        try:
            getattr(self._native, "set_" + self._name)(
                self._place(place), value
            )
        except OverflowError:
            raise OverflowError(
                f"{self._name}[{place}]: {value:#x} does not fit"
            ) from None
        except TypeError:
            raise TypeError(
                f"{self._name}[{place}]: an int is needed"
            ) from None

    def __iter__(self) -> Iterator[int]:
        return (self[place] for place in range(self._length))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Numbers, list, tuple)):
            return NotImplemented
        return list(self) == list(other)

    def __repr__(self) -> str:
        return f"[{', '.join(format(value, '#x') for value in self)}]"


class Cpu:
    """The registers that interruptions read and change.

    `cr` are the control registers. Times are in TOD units (2^-12
    microseconds). A new one has the values of an initial CPU reset.
    """

    __slots__ = ("_native",)

    prefix = _Member()
    psw_mask = _Member()
    psw_address = _Member()
    clock_comparator = _Member()
    cpu_timer = _Member()
    cpu_timer_since_tod = _Member()
    tod_programmable = _Member()
    floating_point_control = _Member()
    breaking_event_address = _Member()

    def __init__(self, **values: int) -> None:
        self._native = _native.cpu()
        self.update(**values)

    @property
    def cr(self) -> Numbers:
        return Numbers(self._native, "cr", 16)

    def update(self, **values: int) -> None:
        """Sets registers by name: psw_mask=..., cr0=..."""
        for name, value in values.items():
            if name[:2] == "cr" and name[2:].isdecimal() and int(name[2:]) < 16:
                self.cr[int(name[2:])] = value
            elif isinstance(getattr(type(self), name, None), _Member):
                setattr(self, name, value)
            else:
                raise TypeError(f"a CPU has no register {name!r}")

    def copy(self) -> Cpu:
        made = Cpu()
        made._native.assign(self._native)
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cpu):
            return NotImplemented
        return repr(self) == repr(other)

    def __repr__(self) -> str:
        values = [
            f"{name}={getattr(self, name):#x}"
            for name, member in vars(Cpu).items()
            if isinstance(member, _Member)
        ]
        values += [f"cr{i}={value:#x}" for i, value in enumerate(self.cr)]
        return f"Cpu({', '.join(values)})"


class Registers:
    """The registers that the library asks its host for.

    `vector` has 64 doublewords; floating-point register n is vector[2 * n].
    """

    __slots__ = ("_native",)

    def __init__(self) -> None:
        self._native = _native.registers()

    @classmethod
    def _of(cls, native: Any) -> Registers:
        made = cls.__new__(cls)
        made._native = native
        return made

    @property
    def general(self) -> Numbers:
        return Numbers(self._native, "general", 16)

    @property
    def access(self) -> Numbers:
        return Numbers(self._native, "access", 16)

    @property
    def vector(self) -> Numbers:
        return Numbers(self._native, "vector", 64)

    @property
    def guarded_storage(self) -> Numbers:
        return Numbers(self._native, "guarded_storage", 4)

    def assign(self, other: Registers) -> None:
        self._native.assign(other._native)

    def __repr__(self) -> str:
        return f"Registers(general={self.general!r})"
