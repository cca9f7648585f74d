# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The interruption system of an s390x machine, for Python.

    import s390irq
    with s390irq.FakeMachine(cpus=2) as machine:
        cpu = machine.started(0, cr0=0xE0)
        machine.cpu[1].sigp(0, s390irq.Order.EXTERNAL_CALL)
        print(cpu.explain())

See docs/python.md for a tutorial.
"""

from . import interruptions
from ._native import strerror
from ._native import version as _version
from .enums import (
    AdapterFlag,
    Answer,
    Changed,
    Condition,
    Event,
    Held,
    Intercept,
    Kind,
    LogLevel,
    Order,
    Outcome,
    Reset,
    State,
    Status,
    Suppression,
)
from .errors import *  # noqa: F403
from .errors import Error, HostError
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
from .machine import Counters, Machine, Route
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

# The version of the library in use.
__version__ = ".".join(str(_version() >> shift & 0xFF) for shift in (16, 8, 0))
