# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What a host brings: hooks, and the trace that it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Union

from . import _native
from .enums import Answer, Event, Kind, Order, Outcome, State
from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine
    from .vcpu import Vcpu

Buffer = Union[bytes, bytearray, memoryview]


@dataclass(frozen=True)
class TraceEvent:
    """One event; `str()` of it is a line for people."""

    event: Event
    kind: Optional[Kind]
    outcome: int
    cpu: Optional[int]
    code: int
    parameter: int
    parameter64: int
    old_psw_mask: int
    old_psw_address: int
    new_psw_mask: int
    new_psw_address: int

    @classmethod
    def _of(cls, native: Any) -> TraceEvent:
        return cls(
            Event(native.event),
            Kind(native.kind) if native.kind else None,
            native.outcome,
            None if native.cpu == _native.NO_CPU else native.cpu,
            native.code,
            native.parameter,
            native.parameter64,
            native.old_psw_mask,
            native.old_psw_address,
            native.new_psw_mask,
            native.new_psw_address,
        )

    def __str__(self) -> str:
        where = "VM" if self.cpu is None else f"CPU {self.cpu}"
        what = _native.kind_name(self.kind) if self.kind else ""
        if self.event == Event.INJECT:
            return f"{where}: {what} injected: {_named(Outcome, self.outcome)}"
        if self.event == Event.DELIVER:
            return (
                f"{where}: {what} {self.code:04x} taken, PSW "
                f"{self.old_psw_mask:016x} {self.old_psw_address:x} -> "
                f"{self.new_psw_mask:016x} {self.new_psw_address:x}"
            )
        if self.event == Event.ANSWER:
            return f"{where}: deliver answers {_named(Answer, self.outcome)}"
        if self.event == Event.STATE:
            return f"{where}: is {_named(State, self.outcome)}"
        if self.event == Event.SIGP:
            order = _named(Order, self.code)
            return f"{where}: is signalled {order}, cc {self.outcome}"
        return f"{where}: {self.event.name.lower()}"


def _named(numbers: Any, value: int) -> str:
    try:
        return str(numbers(value).name)
    except ValueError:
        return str(value)


class Hooks:
    """Base of a host's hooks: override what you provide.

    What each must do is said in include/s390irq/host.h. `cpu` is None where
    no CPU is concerned. A hook may call everything but owner functions of the
    CPU whose call is in progress. One that raises makes the call in progress
    raise HostError; on a thread that Python does not know it is told to
    sys.unraisablehook.
    """

    def read(self, cpu: Optional[Vcpu], absolute: int, length: int) -> Optional[Buffer]:
        """The bytes there; None: there is no such storage."""
        raise NotImplementedError

    def write(self, cpu: Optional[Vcpu], absolute: int, data: bytes) -> Optional[bool]:
        """False: there is no such storage."""
        raise NotImplementedError

    def lowcore(
        self, cpu: Optional[Vcpu], absolute: int
    ) -> Union[bytearray, memoryview, None]:
        """8 KiB of writable memory, which the binding keeps; None: use write."""
        raise NotImplementedError

    def tod(self, cpu: Optional[Vcpu]) -> int:
        raise NotImplementedError

    def deadline(self, cpu: Optional[Vcpu], deadline_tod: int) -> None:
        raise NotImplementedError

    def wake(self, cpu: Optional[Vcpu]) -> None:
        raise NotImplementedError

    def kick(self, cpu: Optional[Vcpu]) -> None:
        raise NotImplementedError

    def choose(self, cpu: None, kind: Kind, address: int) -> Optional[int]:
        """None: `address`, which the library would choose."""
        raise NotImplementedError

    def trace(self, cpu: Optional[Vcpu], event: TraceEvent) -> None:
        raise NotImplementedError

    def log(self, cpu: Optional[Vcpu], level: int, text: str) -> None:
        raise NotImplementedError

    def allocate(self, cpu: None, bytes: int) -> Union[bytearray, memoryview, None]:
        """Writable memory, aligned for any object, which the binding keeps
        until deallocate() gets it back."""
        raise NotImplementedError

    def deallocate(self, cpu: None, memory: object, bytes: int) -> None:
        raise NotImplementedError

    def registers(self, cpu: Optional[Vcpu], registers: Registers) -> Optional[bool]:
        """Fill them; False: they are lost."""
        raise NotImplementedError

    def transaction(self, cpu: Optional[Vcpu]) -> Buffer:
        """The 256 bytes of the transaction-diagnostic block."""
        raise NotImplementedError

    def set_bit(self, cpu: Optional[Vcpu], absolute: int, bits: int) -> Optional[int]:
        """The byte before; None: there is no such storage."""
        raise NotImplementedError

    def dirty(self, cpu: Optional[Vcpu], absolute: int) -> None:
        raise NotImplementedError


# How an argument of a hook becomes a value of this package, by its place.
_CONVERSIONS: Dict[str, Callable[[Any], Any]] = {
    "choose": Kind,
    "trace": TraceEvent._of,
    "registers": Registers._of,
}


def _names(hooks: Optional[Hooks]) -> Dict[str, Callable[..., Any]]:
    """The hooks that are overridden."""
    if hooks is None:
        return {}
    return {
        name: getattr(hooks, name)
        for name in _native.hook_names()
        if getattr(type(hooks), name, None) is not getattr(Hooks, name)
        or name in vars(hooks)
    }


def bind(hooks: Optional[Hooks], machine: Machine) -> Dict[str, Callable[..., Any]]:
    """Callables for the native module, which has addresses for CPUs."""
    find = machine._cpus.get
    made: Dict[str, Callable[..., Any]] = {}
    for name, hook in _names(hooks).items():
        made[name] = _adapted(hook, find, _CONVERSIONS.get(name))
    return made


def _adapted(
    hook: Callable[..., Any],
    find: Callable[[Any], Optional[Vcpu]],
    convert: Optional[Callable[[Any], Any]],
) -> Callable[..., Any]:
    if convert is None:
        return lambda cpu, *rest: hook(find(cpu), *rest)

    def adapted(cpu: Optional[int], first: Any, *rest: Any) -> Any:
        return hook(find(cpu), convert(first), *rest)

    return adapted
