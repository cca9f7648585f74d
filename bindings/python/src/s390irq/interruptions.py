# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Interruptions as values, a class for each kind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Dict, Type

from . import _native
from .enums import Condition, Kind, ProgramFlag
from .headers import explained_by


@dataclass(frozen=True)
class Interruption:
    """One interruption. What may pend where is said by Machine.inject() and
    Vcpu.inject()."""

    kind: ClassVar[Kind]
    # Fields, and the members of the library's record that they go to.
    _members: ClassVar[Dict[str, str]] = {}
    _part: ClassVar[str] = ""  # of the record's union

    def _to_native(self) -> Any:
        record = _native.interruption()
        record.kind = self.kind
        part = getattr(_native, self._part)() if self._part else None
        for name, member in self._members.items():
            value = getattr(self, name)
            inside = member.startswith(".")
            setattr(part if inside else record, member.lstrip("."), value)
        if part is not None:
            self._complete(part)
            getattr(record, "set_" + self._part)(part)
        return record

    @explained_by("interruption_check")
    def check(self) -> None:
        """Raises InvalidError if no machine can have this interruption."""
        _native.interruption_check(self._to_native())

    def _complete(self, part: Any) -> None:
        pass

    @classmethod
    def _values(cls, record: Any) -> Dict[str, Any]:
        part = None
        if cls._part:
            part = getattr(_native, cls._part)()
            getattr(record, "get_" + cls._part)(part)
        return {
            name: getattr(
                part if member.startswith(".") else record, member.lstrip(".")
            )
            for name, member in cls._members.items()
        }

    def __repr__(self) -> str:
        values = ", ".join(
            f"{f.name}={value:#x}"
            if type(value) is int
            else f"{f.name}={value!r}"
            for f in fields(self)
            for value in [getattr(self, f.name)]
            if value != f.default
        )
        return f"{type(self).__name__}({values})"


_SOURCE = {"source": "source"}
_PARAMETER = {"parameter": "parameter"}
_TOKEN = {"token": "parameter64"}


@dataclass(frozen=True, repr=False)
class SupervisorCall(Interruption):
    kind = Kind.SUPERVISOR_CALL
    _members = {"code": "source", "ilc": "parameter"}
    code: int
    ilc: int = 2


@dataclass(frozen=True, repr=False)
class Program(Interruption):
    """A program interruption condition, and what it stores."""

    kind = Kind.PROGRAM
    _part = "program"
    _members = {
        name: "." + name
        for name in (
            "code ilc flags data_exception_code translation_exception "
            "monitor_code per_address monitor_class per_code per_atmid "
            "exception_access per_access operand_access"
        ).split()
    }
    code: int
    ilc: int = 0
    flags: ProgramFlag = ProgramFlag.NONE
    data_exception_code: int = 0
    translation_exception: int = 0
    monitor_code: int = 0
    per_address: int = 0
    monitor_class: int = 0
    per_code: int = 0
    per_atmid: int = 0
    exception_access: int = 0
    per_access: int = 0
    operand_access: int = 0

    @classmethod
    def _values(cls, record: Any) -> Dict[str, Any]:
        values = super()._values(record)
        return dict(values, flags=ProgramFlag(values["flags"]))


@dataclass(frozen=True, repr=False)
class InterruptKey(Interruption):
    kind = Kind.INTERRUPT_KEY


@dataclass(frozen=True, repr=False)
class MalfunctionAlert(Interruption):
    kind = Kind.MALFUNCTION_ALERT
    _members = _SOURCE
    source: int


@dataclass(frozen=True, repr=False)
class EmergencySignal(Interruption):
    kind = Kind.EMERGENCY_SIGNAL
    _members = _SOURCE
    source: int


@dataclass(frozen=True, repr=False)
class ExternalCall(Interruption):
    kind = Kind.EXTERNAL_CALL
    _members = _SOURCE
    source: int


@dataclass(frozen=True, repr=False)
class TodSyncCheck(Interruption):
    kind = Kind.TOD_SYNC_CHECK


@dataclass(frozen=True, repr=False)
class ClockComparator(Interruption):
    kind = Kind.CLOCK_COMPARATOR


@dataclass(frozen=True, repr=False)
class CpuTimer(Interruption):
    kind = Kind.CPU_TIMER


@dataclass(frozen=True, repr=False)
class TimingAlert(Interruption):
    kind = Kind.TIMING_ALERT


@dataclass(frozen=True, repr=False)
class MeasurementAlert(Interruption):
    kind = Kind.MEASUREMENT_ALERT
    _members = _PARAMETER
    parameter: int


@dataclass(frozen=True, repr=False)
class WarningTrack(Interruption):
    kind = Kind.WARNING_TRACK


@dataclass(frozen=True, repr=False)
class ServiceSignal(Interruption):
    kind = Kind.SERVICE_SIGNAL
    _members = _PARAMETER
    parameter: int


@dataclass(frozen=True, repr=False)
class Iucv(Interruption):
    kind = Kind.IUCV
    _members = {"subcode": "source"}
    subcode: int


@dataclass(frozen=True, repr=False)
class PfaultInit(Interruption):
    kind = Kind.PFAULT_INIT
    _members = _TOKEN
    token: int


@dataclass(frozen=True, repr=False)
class PfaultDone(Interruption):
    kind = Kind.PFAULT_DONE
    _members = _TOKEN
    token: int


@dataclass(frozen=True, repr=False)
class Virtio(Interruption):
    kind = Kind.VIRTIO
    _members = {"parameter": "parameter", "token": "parameter64"}
    parameter: int
    token: int


@dataclass(frozen=True, repr=False)
class Restart(Interruption):
    kind = Kind.RESTART


@dataclass(frozen=True, repr=False)
class Stop(Interruption):
    kind = Kind.STOP
    _members = {"store_status": "parameter"}
    store_status: int = 0


@dataclass(frozen=True, repr=False)
class SetPrefix(Interruption):
    kind = Kind.SET_PREFIX
    _members = {"prefix": "parameter"}
    prefix: int


@dataclass(frozen=True, repr=False)
class MachineCheck(Interruption):
    """`logout` is the fixed logout of 16 bytes; empty for none."""

    kind = Kind.MACHINE_CHECK
    _part = "machine_check"
    _members = {
        "conditions": ".conditions",
        "failing_address": ".failing_address",
        "external_damage": ".external_damage",
    }
    conditions: Condition
    failing_address: int = 0
    external_damage: int = 0
    logout: bytes = b""

    def _complete(self, part: Any) -> None:
        if self.logout:
            part.flags = 1
            part.logout = self.logout

    @classmethod
    def _values(cls, record: Any) -> Dict[str, Any]:
        values = super()._values(record)
        values["conditions"] = Condition(values["conditions"])
        part = _native.machine_check()
        record.get_machine_check(part)
        return dict(values, logout=part.logout if part.flags & 1 else b"")


@dataclass(frozen=True, repr=False)
class _OfIsc(Interruption):
    _part = "io"

    @property
    def isc(self) -> int:
        """The interruption subclass."""
        return int(getattr(self, "word")) >> 27 & 7

    @explained_by("interruption_io_code")
    def code(self) -> bytes:
        """The interruption code as it is stored at real 0xb8."""
        return bytes(_native.interruption_io_code(self._to_native())[1])


@dataclass(frozen=True, repr=False)
class Io(_OfIsc):
    """Of a subchannel; `word` has the ISC, see io_word()."""

    kind = Kind.IO
    _members = {
        "subchannel": ".subchannel",
        "parameter": "parameter",
        "word": ".word",
        "sequence": ".sequence",
    }
    subchannel: int
    parameter: int = 0
    word: int = 0
    sequence: int = 0


@dataclass(frozen=True, repr=False)
class Adapter(_OfIsc):
    kind = Kind.ADAPTER
    _members = {
        "word": ".word",
        "parameter": "parameter",
        "sequence": ".sequence",
    }
    word: int = 0x80000000
    parameter: int = 0
    sequence: int = 0


def io_word(isc: int) -> int:
    """The interruption-identification word of an ISC, for a subchannel."""
    if not 0 <= isc <= 7:
        raise ValueError(f"there is no ISC {isc}")
    return isc << 27


CLASSES: Dict[Kind, Type[Interruption]] = {
    made.kind: made
    for base in (Interruption, _OfIsc)
    for made in base.__subclasses__()
    if hasattr(made, "kind")
}


def from_native(record: Any) -> Interruption:
    """The value of a record of the library."""
    made = CLASSES[Kind(record.kind)]
    return made(**made._values(record))


@explained_by("interruption_from_kvm")
def from_kvm(
    record: bytes, *, local: bool, big_endian: bool = False
) -> Interruption:
    """One of Linux KVM's records: 16 bytes (host byte order unless
    big_endian), or 72."""
    out = _native.interruption()
    flags = (1 if local else 2) | (4 if big_endian else 0)
    _native.interruption_from_kvm(record, flags, out)
    return from_native(out)


@explained_by("interruption_to_kvm")
def to_kvm(interruption: Interruption, *, local: bool) -> bytes:
    """As one of KVM's 72-byte records."""
    _, record = _native.interruption_to_kvm(
        interruption._to_native(), 1 if local else 2
    )
    return bytes(record)
