# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The interruption system of an s390x machine, for Python.

    import s390irq
    with s390irq.FakeMachine(cpus=2) as machine:
        cpu = machine.started(0, cr0=0xE0)
        machine.cpu[1].sigp(0, s390irq.Order.EXTERNAL_CALL)
        print(cpu.explain())

See docs/python.md for a tutorial. The docstrings have what the headers of the
library say of the function behind each method.
"""

from . import _native, interruptions
from ._native import strerror
from ._native import version as _version
from .enums import (
    AdapterFlag,
    Answer,
    Changed,
    Condition,
    Event,
    Feature,
    Held,
    Intercept,
    Kind,
    LogLevel,
    Order,
    Outcome,
    ProgramFlag,
    Published,
    Reset,
    State,
    Status,
    Suppression,
)
from .errors import (
    ClosedError,
    Error,
    ExistsError,
    FormatError,
    GuestMemoryError,
    HostError,
    InvalidError,
    NoAdapterError,
    NoCpuError,
    NoMemoryError,
    NoSubchannelError,
    NotParkedError,
    NotRepresentableError,
    OwnerError,
    ShortBufferError,
    StaleError,
    StateError,
    StructTooNewError,
    StructTooSmallError,
    UnsupportedError,
)
from .headers import explained_by
from .fake import FakeHooks, FakeMachine
from .hooks import Hooks, TraceEvent
from .interruptions import (
    Adapter,
    ClockComparator,
    CpuTimer,
    EmergencySignal,
    ExternalCall,
    InterruptKey,
    Interruption,
    Io,
    Iucv,
    MachineCheck,
    MalfunctionAlert,
    MeasurementAlert,
    PfaultDone,
    PfaultInit,
    Program,
    Restart,
    ServiceSignal,
    SetPrefix,
    Stop,
    SupervisorCall,
    TimingAlert,
    TodSyncCheck,
    Virtio,
    WarningTrack,
    from_kvm,
    io_word,
    to_kvm,
)
from .kvm import Exported, Imported
from .machine import AdapterState, Counters, Machine, Route
from .queue import Explanation, Explanations, Queue
from .registers import Cpu, Registers
from .vcpu import NEVER, Plan, Report, Signalled, Vcpu

RUN = Answer.RUN
WAIT = Answer.WAIT
WAIT_DISABLED = Answer.WAIT_DISABLED
STOPPED = Answer.STOPPED
CHECK_STOP = Answer.CHECK_STOP
LOOP = Answer.LOOP
PAUSED = Answer.PAUSED


@explained_by("feature")
def feature(which: Feature) -> bool:
    """Has the library been built with it?"""
    return bool(_native.feature(which))


# The version of the library in use.
__version__ = ".".join(str(_version() >> shift & 0xFF) for shift in (16, 8, 0))

__all__ = [
    "Adapter",
    "AdapterFlag",
    "AdapterState",
    "Answer",
    "CHECK_STOP",
    "Changed",
    "ClockComparator",
    "ClosedError",
    "Condition",
    "Counters",
    "Cpu",
    "CpuTimer",
    "EmergencySignal",
    "Error",
    "Event",
    "ExistsError",
    "Exported",
    "Explanation",
    "Explanations",
    "ExternalCall",
    "FakeHooks",
    "FakeMachine",
    "Feature",
    "FormatError",
    "GuestMemoryError",
    "Held",
    "Hooks",
    "HostError",
    "Intercept",
    "Imported",
    "InterruptKey",
    "Interruption",
    "InvalidError",
    "Io",
    "Iucv",
    "Kind",
    "LOOP",
    "LogLevel",
    "Machine",
    "MachineCheck",
    "MalfunctionAlert",
    "MeasurementAlert",
    "NEVER",
    "NoAdapterError",
    "NoCpuError",
    "NoMemoryError",
    "NoSubchannelError",
    "NotParkedError",
    "NotRepresentableError",
    "Order",
    "Outcome",
    "OwnerError",
    "PAUSED",
    "PfaultDone",
    "PfaultInit",
    "Plan",
    "Program",
    "ProgramFlag",
    "Published",
    "Queue",
    "RUN",
    "Registers",
    "Report",
    "Reset",
    "Restart",
    "Route",
    "STOPPED",
    "ServiceSignal",
    "SetPrefix",
    "ShortBufferError",
    "Signalled",
    "StaleError",
    "State",
    "StateError",
    "Status",
    "Stop",
    "StructTooNewError",
    "StructTooSmallError",
    "SupervisorCall",
    "Suppression",
    "TimingAlert",
    "TodSyncCheck",
    "TraceEvent",
    "UnsupportedError",
    "Vcpu",
    "Virtio",
    "WAIT",
    "WAIT_DISABLED",
    "WarningTrack",
    "feature",
    "from_kvm",
    "interruptions",
    "io_word",
    "strerror",
    "to_kvm",
]
