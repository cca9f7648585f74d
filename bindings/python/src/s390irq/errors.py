# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Errors of the library as exceptions, by the names of its registry."""

from __future__ import annotations

from typing import Optional


class Error(Exception):
    """Base of everything that this package raises on its own.

    `name` is the registry's name (E_INVALID ...) and `code` its number; both
    are empty for what only the binding knows.
    """

    name = ""
    code = 0


class InvalidError(Error, ValueError):
    name, code = "E_INVALID", -1


class StructTooSmallError(Error):
    name, code = "E_STRUCT_TOO_SMALL", -2


class StructTooNewError(Error):
    name, code = "E_STRUCT_TOO_NEW", -3


class NoMemoryError(Error, MemoryError):
    name, code = "E_NO_MEMORY", -4


class GuestMemoryError(Error):
    """`absolute` is the address of the access, if it is known."""

    name, code = "E_GUEST_MEMORY", -5
    absolute: Optional[int] = None


class StateError(Error):
    name, code = "E_STATE", -6


class NotParkedError(Error):
    name, code = "E_NOT_PARKED", -7


class ExistsError(Error):
    name, code = "E_EXISTS", -8


class NoCpuError(Error, LookupError):
    name, code = "E_NO_CPU", -9


class UnsupportedError(Error):
    name, code = "E_UNSUPPORTED", -10


class ShortBufferError(Error):
    name, code = "E_BUFFER", -11


class FormatError(Error, ValueError):
    name, code = "E_FORMAT", -12


class StaleError(Error):
    name, code = "E_STALE", -13


class NoSubchannelError(Error, LookupError):
    name, code = "E_NO_SUBCHANNEL", -14


class NoAdapterError(Error, LookupError):
    name, code = "E_NO_ADAPTER", -15


class NotRepresentableError(Error):
    name, code = "E_NOT_REPRESENTABLE", -16


class HostError(Error):
    """A hook raised, or answered what it may not. `__cause__` is what.

    The call has taken its course even so: `answer` is what the library
    answered it, below zero for an error of the registry.
    """

    name = "E_HOST"

    def __init__(self, hook: str, answer: int, why: str = "") -> None:
        super().__init__(f"the hook {hook} failed{why and ': '}{why}")
        self.hook = hook
        self.answer = answer


class ClosedError(Error, ValueError):
    """The machine has been closed with close()."""


class OwnerError(Error, RuntimeError):
    """It is not this thread's turn to run the CPU."""

    def __init__(self, address: int, busy: bool) -> None:
        super().__init__(
            f"CPU {address} is in a call that only one at a time may make"
            if busy
            else f"CPU {address} is run by another thread; "
            "let it park before this one runs it"
        )


REGISTRY = {
    error.code: error
    for error in (
        InvalidError, StructTooSmallError, StructTooNewError, NoMemoryError,
        GuestMemoryError, StateError, NotParkedError, ExistsError, NoCpuError,
        UnsupportedError, ShortBufferError, FormatError, StaleError,
        NoSubchannelError, NoAdapterError, NotRepresentableError,
    )
}  # fmt: skip


def from_code(code: int, function: str) -> Error:
    """The exception for an error of this function of the library."""
    from . import _native

    text = _native.strerror(code).replace(
        "the comment of the function", f"help(s390irq._native.{function})"
    )
    return REGISTRY.get(code, Error)(f"{function}: {text}")


def from_hook(hook: str, raised: BaseException, answer: int) -> BaseException:
    """What a call raises in which a hook has raised."""
    if not isinstance(raised, Exception):
        return raised  # KeyboardInterrupt and the like go through
    error = HostError(hook, answer, f"{type(raised).__name__}: {raised}")
    error.__cause__ = raised
    return error
