# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What a host brings: hooks, and the trace that it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    FrozenSet,
    Optional,
    Union,
)

from . import _native
from .enums import Answer, Event, Kind, Order, Outcome, Published, State
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
    tod: int  # of the host, when it was sent
    status: int  # of SIGP, with condition code 1

    @classmethod
    def _of(cls, native: Any) -> TraceEvent:
        return cls(
            Event.later(native.event),
            Kind.later(native.kind) if native.kind else None,
            native.outcome,
            None if native.cpu == _native.NO_CPU else native.cpu,
            native.code,
            native.parameter,
            native.parameter64,
            native.old_psw_mask,
            native.old_psw_address,
            native.new_psw_mask,
            native.new_psw_address,
            native.tod,
            native.status,
        )

    def __str__(self) -> str:
        where = "VM" if self.cpu is None else f"CPU {self.cpu}"
        tell = _TELL.get(self.event, _tell_name)
        return f"{where}: {tell(self)}"

    @property
    def kinds(self) -> FrozenSet[Kind]:
        """Of PUBLISH: open for these. Of CLEAR: what pended of these."""
        if self.event not in (Event.PUBLISH, Event.CLEAR):
            return frozenset()
        found = {kind for kind in Kind if self.parameter >> kind & 1}
        if self.event == Event.CLEAR and self.kind is not None:
            found = {self.kind}
        return frozenset(found)

    @property
    def _what(self) -> str:
        """The interruption that it is about."""
        if self.kind is None:
            return "interruption"
        name = _native.kind_name(self.kind)
        if self.kind in (Kind.PROGRAM, Kind.SUPERVISOR_CALL):
            return f"{name} {self.code:#x}"
        if self.kind == Kind.IO:
            return f"{name} of subchannel {self.code:#x}"
        return str(name)


def _named(numbers: Any, value: int) -> str:
    try:
        return str(numbers(value).name)
    except ValueError:
        return str(value)


def _tell_name(event: TraceEvent) -> str:
    return event.event.name.lower()


def _tell_deliver(event: TraceEvent) -> str:
    return (
        f"{event._what} taken, PSW "
        f"{event.old_psw_mask:016x} {event.old_psw_address:x} -> "
        f"{event.new_psw_mask:016x} {event.new_psw_address:x}"
    )


def _tell_sigp(event: TraceEvent) -> str:
    text = (
        f"is signalled {_named(Order, event.code)} by CPU {event.parameter}, "
        f"cc {event.outcome}"
    )
    if event.outcome == 1:
        text += f", status {event.status:#x}"
    return text


def _tell_publish(event: TraceEvent) -> str:
    kinds = ", ".join(kind.name for kind in sorted(event.kinds)) or "nothing"
    return f"{_named(Published, event.outcome)}, open for {kinds}"


def _tell_clear(event: TraceEvent) -> str:
    kinds = ", ".join(kind.name for kind in sorted(event.kinds)) or "nothing"
    return f"{event.outcome} cleared of {kinds}"


# By the event; what is not here is told by its name.
_TELL: Dict[Event, Callable[[TraceEvent], str]] = {
    Event.INJECT: lambda event: (
        f"{event._what} injected: {_named(Outcome, event.outcome)}"
    ),
    Event.DELIVER: _tell_deliver,
    Event.ANSWER: lambda event: (
        f"deliver answers {_named(Answer, event.outcome)}"
    ),
    Event.STATE: lambda event: f"is {_named(State, event.outcome)}",
    Event.SIGP: _tell_sigp,
    Event.PUBLISH: _tell_publish,
    Event.HOLD: lambda event: f"{event._what} in hand",
    Event.WITHDRAW: lambda event: f"{event._what} withdrawn",
    Event.PUT_BACK: lambda event: f"{event._what} put back",
    Event.CLEAR: _tell_clear,
}


class Hooks:
    """Base of a host's hooks: override what you provide.

    What each must do is said in include/s390irq/host.h. `cpu` is None where
    no CPU is concerned. A hook may call everything but owner functions of the
    CPU whose call is in progress. One that raises makes the call in progress
    raise HostError; on a thread that Python does not know it is told to
    sys.unraisablehook.
    """

    def read(
        self, cpu: Optional[Vcpu], absolute: int, length: int
    ) -> Optional[Buffer]:
        """The bytes there; None: there is no such storage."""
        raise NotImplementedError

    def write(
        self, cpu: Optional[Vcpu], absolute: int, data: bytes
    ) -> Optional[bool]:
        """False: there is no such storage."""
        raise NotImplementedError

    def lowcore(
        self, cpu: Optional[Vcpu], absolute: int
    ) -> Union[bytearray, memoryview, None]:
        """8 KiB of writable memory, which the binding keeps; None: use
        write."""
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

    def allocate(
        self, cpu: None, bytes: int
    ) -> Union[bytearray, memoryview, None]:
        """Writable memory, aligned for any object, which the binding keeps
        until deallocate() gets it back."""
        raise NotImplementedError

    def deallocate(self, cpu: None, memory: object, bytes: int) -> None:
        raise NotImplementedError

    def registers(
        self, cpu: Optional[Vcpu], registers: Registers
    ) -> Optional[bool]:
        """Fill them; False: they are lost."""
        raise NotImplementedError

    def transaction(self, cpu: Optional[Vcpu]) -> Buffer:
        """The 256 bytes of the transaction-diagnostic block."""
        raise NotImplementedError

    def set_bit(
        self, cpu: Optional[Vcpu], absolute: int, bits: int
    ) -> Optional[int]:
        """The byte before; None: there is no such storage."""
        raise NotImplementedError

    def dirty(self, cpu: Optional[Vcpu], absolute: int) -> None:
        raise NotImplementedError


# How an argument of a hook becomes a value of this package, by its place.
_CONVERSIONS: Dict[str, Callable[[Any], Any]] = {
    "choose": Kind.later,
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


def bind(
    hooks: Optional[Hooks], machine: Machine
) -> Dict[str, Callable[..., Any]]:
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
