# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Numbers of the library, by the names of the architecture."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any, TypeVar

_Member = TypeVar("_Member", bound="_Open")


class _Open(IntEnum):
    """What the library tells: a number of a later version has a name, too."""

    @classmethod
    def later(cls: type[_Member], value: int) -> _Member:
        """The member; of a number that this version does not know, one that
        is named UNKNOWN_n."""
        try:
            return cls(value)
        except ValueError:
            made: Any = int.__new__(cls, value)
            made._name_ = f"UNKNOWN_{value}"
            made._value_ = value
            return made  # type: ignore[no-any-return]


class Kind(_Open):
    """What can pend: interruptions and orders."""

    SUPERVISOR_CALL = 1
    PROGRAM = 2
    INTERRUPT_KEY = 3
    MALFUNCTION_ALERT = 4
    EMERGENCY_SIGNAL = 5
    EXTERNAL_CALL = 6
    TOD_SYNC_CHECK = 7
    CLOCK_COMPARATOR = 8
    CPU_TIMER = 9
    TIMING_ALERT = 10
    MEASUREMENT_ALERT = 11
    WARNING_TRACK = 12
    SERVICE_SIGNAL = 13
    IUCV = 14
    PFAULT_INIT = 15
    PFAULT_DONE = 16
    VIRTIO = 17
    RESTART = 18
    STOP = 19
    SET_PREFIX = 20
    MACHINE_CHECK = 21
    IO = 22
    ADAPTER = 23


class Outcome(IntEnum):
    """What became of an injection."""

    QUEUED = 0
    COALESCED = 1
    BUSY = 2
    FULL = 3
    SUPPRESSED = 4
    REMEMBERED = 5
    CLOSED = 6
    CLEARED = 7


class Answer(IntEnum):
    """What a CPU does next: the answer of deliver()."""

    RUN = 0
    WAIT = 1
    WAIT_DISABLED = 2
    STOPPED = 3
    CHECK_STOP = 4
    LOOP = 5
    PAUSED = 6


class State(IntEnum):
    """States of a CPU."""

    OPERATING = 1
    STOPPED = 2
    CHECK_STOP = 3


class Reset(IntEnum):
    """Resets of a CPU."""

    CPU = 1
    INITIAL = 2
    CLEAR = 3


class Order(IntEnum):
    """Orders of SIGNAL PROCESSOR."""

    SENSE = 1
    EXTERNAL_CALL = 2
    EMERGENCY_SIGNAL = 3
    START = 4
    STOP = 5
    RESTART = 6
    STOP_AND_STORE_STATUS = 9
    INITIAL_CPU_RESET = 11
    CPU_RESET = 12
    SET_PREFIX = 13
    STORE_STATUS = 14
    SET_ARCHITECTURE = 18
    CONDITIONAL_EMERGENCY = 19
    SENSE_RUNNING_STATUS = 21
    STORE_ADDITIONAL = 23


class Event(_Open):
    """Events of the trace."""

    INJECT = 1
    DELIVER = 2
    ANSWER = 3
    WAKE = 4
    KICK = 5
    STATE = 6
    SIGP = 7
    MASKS = 8
    PUBLISH = 9
    HOLD = 10
    WITHDRAW = 11
    PUT_BACK = 12
    CLEAR = 13


class Published(IntEnum):
    """How a CPU waits for interruptions, in a PUBLISH event."""

    RUNNING = 0
    GUEST = 1
    ASLEEP = 2


class LogLevel(IntEnum):
    """Levels of the log; each includes the lower ones."""

    ERROR = 1
    STATE = 3
    DELIVERY = 4
    INJECT = 5


class Suppression(IntEnum):
    """Modes of adapter-interruption suppression of an ISC."""

    ALL = 0
    SINGLE = 1


class Status(IntFlag):
    """Status bits of SIGNAL PROCESSOR, with condition code 1."""

    NONE = 0
    NOT_RUNNING = 0x400
    INCORRECT_STATE = 0x200
    INVALID_PARAMETER = 0x100
    EXTERNAL_CALL_PENDING = 0x80
    STOPPED = 0x40
    CHECK_STOP = 0x10
    INVALID_ORDER = 0x02


class Changed(IntFlag):
    """What deliver() changed."""

    NONE = 0
    PSW = 0x01
    CONTROL = 0x02
    PREFIX = 0x04
    TIMERS = 0x08
    OTHER = 0x10
    CLEAR = 0x20
    LOADED = 0x40


class Intercept(IntFlag):
    """What pends but is masked: deliver again after this opens."""

    NONE = 0
    PSW_EXTERNAL = 0x01
    CR0 = 0x02
    PSW_IO = 0x04
    CR6 = 0x08
    PSW_MACHINE_CHECK = 0x10
    CR14 = 0x20


class Held(IntFlag):
    """What holds an interruption back."""

    NONE = 0
    PSW_EXTERNAL = 0x0001
    PSW_IO = 0x0002
    PSW_MACHINE_CHECK = 0x0004
    SUBMASK = 0x0008
    STOPPED = 0x0010
    CHECK_STOP = 0x0020
    PAUSED = 0x0040
    OUTRANKED = 0x0080
    IN_HAND = 0x0100
    SUPPRESSED = 0x0200
    ADAPTER_MASKED = 0x0400


class Condition(IntFlag):
    """Conditions of a machine check."""

    NONE = 0
    SYSTEM_DAMAGE = 0x8000000000000000
    PROCESSING_DAMAGE = 0x4000000000000000
    SYSTEM_RECOVERY = 0x2000000000000000
    TIMING_DAMAGE = 0x0800000000000000
    EXTERNAL_DAMAGE = 0x0400000000000000
    DEGRADATION = 0x0100000000000000
    WARNING = 0x0080000000000000
    CHANNEL_REPORT = 0x0040000000000000
    SERVICE_PROCESSOR = 0x0020000000000000
    CHANNEL_SUBSYSTEM = 0x0010000000000000
    BACKED_UP = 0x0002000000000000
    STORAGE_ERROR = 0x0000800000000000
    STORAGE_CORRECTED = 0x0000400000000000
    KEY_ERROR = 0x0000200000000000
    STORAGE_DEGRADED = 0x0000100000000000
    FAILING_ADDRESS = 0x0000008000000000
    EXTERNAL_CODE = 0x0000002000000000
    INDIRECT_STORAGE = 0x0000000080000000
    DELAYED_ACCESS = 0x0000000020000000
    ANCILLARY_REPORT = 0x0000000000080000


class Feature(IntEnum):
    """What a build of the library may have."""

    BLOCKING_WAIT = 1
    DEBUG_CHECKS = 2


class ProgramFlag(IntFlag):
    """What more a program interruption stores, and how."""

    NONE = 0
    NO_REWIND = 0x01
    EXCEPTION_ACCESS = 0x02
    OPERAND_ACCESS = 0x04
    PER_ACCESS = 0x08


class AdapterFlag(IntFlag):
    """How an adapter behaves."""

    NONE = 0
    MASKABLE = 0x1
    SUPPRESSIBLE = 0x2
    SWAP = 0x4
