# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Steps with devices. What a device decides comes from the recording; that it
interrupts is the library's."""

from __future__ import annotations

from typing import Dict

from .. import _native
from ..enums import AdapterFlag, Condition, Outcome
from ..errors import Error
from ..interruptions import Interruption, MachineCheck
from ..machine import Route
from .instruction import Conditions
from .machine import STEP, Replay, Worker
from .members import Problem, number_of
from .results import argument, result

SUBCHANNEL_ONE = 0x00010000
IO_CODE = 0xB8  # PoP ch. 3: subchannel, parameter, word


def _summary(number: int) -> int:
    """Where the recorded guest has the indicators of its devices."""
    return 0x1A3000 + number * 0x4000


def _accepted(replay: Replay, name: str) -> bool:
    assert replay.step
    number = number_of(replay.step.members.get(name))
    return number is None or number.value == 0


def _check(outcome: int) -> None:
    if outcome == Outcome.CLOSED:
        raise Problem("the VM is closed")


def _subchannel(replay: Replay) -> int:
    """The one of the step; the library knows of it from now on."""
    made = SUBCHANNEL_ONE | argument(replay, "subchannel", 0xFFFF)
    if made not in replay.subchannels:
        replay.machine.add_subchannel(made)
        replay.subchannels[made] = {"isc": 0, "parameter": 0, "bit": 0}
    return made


def _interrupt(replay: Replay, subchannel: int) -> None:
    state: Dict[str, int] = replay.subchannels[subchannel]
    _check(replay.machine.io(subchannel, state["isc"], state["parameter"]))


def ssch_sense_id(replay: Replay, worker: Worker) -> None:
    subchannel = _subchannel(replay)
    state = replay.subchannels[subchannel]
    state["isc"] = argument(replay, "isc", 7)
    parameter = argument(replay, "intparm", 2**32 - 1)
    if _accepted(replay, "cc"):
        state["parameter"] = parameter
        _interrupt(replay, subchannel)


def tsch(replay: Replay, worker: Worker) -> None:
    replay.machine.queue.take_io(0xFF, _subchannel(replay))


def csch(replay: Replay, worker: Worker) -> None:
    subchannel = _subchannel(replay)
    if _accepted(replay, "cc"):
        replay.machine.queue.clear_io(subchannel)
        _interrupt(replay, subchannel)


def hsch(replay: Replay, worker: Worker) -> None:
    subchannel = _subchannel(replay)
    if _accepted(replay, "cc"):
        _interrupt(replay, subchannel)


def _store_code(worker: Worker, operand: int, taken: Interruption) -> None:
    """PoP ch. 14: at real b8 all of the code, at an operand the first part."""
    storage = worker.replay.storage
    absolute = worker.absolute(operand or IO_CODE)
    _, code = _native.interruption_io_code(taken._to_native())
    data = code[:8] if operand else code
    if not storage.has(absolute, len(data)):
        raise Problem(f"no storage at {absolute:x}")
    storage.expect(absolute, len(data))
    storage.by_machine(absolute, data)


def tpi(replay: Replay, worker: Worker) -> None:
    operand = argument(replay, "addr")
    queue = replay.machine.queue
    taken = queue.take_io(worker.vcpu.regs.cr[6] >> 24 & 0xFF)
    conditions = Conditions(worker)
    if conditions:  # the operand cannot be stored: it pends again
        if taken is not None:
            queue.put_back_io(taken)
        worker.activity = STEP
        conditions.raise_them(executed=False)
        worker.run()
        worker.go_idle()
        return
    if taken is not None:
        _store_code(worker, operand, taken)
    result(replay, "cc", int(taken is not None))


def servc(replay: Replay, worker: Worker) -> None:
    """The end of an SCLP command; one at a time may pend."""
    assert replay.step
    sccb = argument(replay, "sccb", 2**32 - 1) & 0x7FFFFFF8
    outcome = replay.machine.service_signal(sccb)
    _check(outcome)
    response = number_of(replay.step.members.get("response"))
    busy = outcome == Outcome.BUSY
    if not busy and response is not None and replay.storage.has(sccb, 8):
        replay.storage.value_by_program(sccb + 6, 2, response.value)
    result(replay, "cc", 2 if busy else 0)


def rchp(replay: Replay, worker: Worker) -> None:
    """PoP ch. 17: a machine check is made once, until it is found empty."""
    argument(replay, "chpid", 0xFF)
    if _accepted(replay, "cc") and not replay.report_told:
        replay.report_told = True
        _check(replay.machine.inject(MachineCheck(Condition.CHANNEL_REPORT)))


def stcrw(replay: Replay, worker: Worker) -> None:
    if not _accepted(replay, "cc"):
        replay.report_told = False


def virtio_adapter_setup(replay: Replay, worker: Worker) -> None:
    subchannel = _subchannel(replay)
    isc = argument(replay, "isc", 7)
    replay.subchannels[subchannel]["bit"] = argument(replay, "bit", 63)
    if not _accepted(replay, "result"):
        return
    number = subchannel & 0xFFFF
    if number >= 256 or not replay.storage.has(_summary(number), 16):
        raise Problem("no room for the device's indicators")
    replay.storage.by_program(_summary(number), bytes(16))
    replay.storage.expect(_summary(number), 16)
    try:
        replay.machine.remove_adapter(number)
    except Error:
        pass  # it was not there
    replay.machine.add_adapter(number, isc, AdapterFlag.SWAP)


def virtio_kick(replay: Replay, worker: Worker) -> None:
    """The summary indicator is bit 7 of its byte, the value 1."""
    subchannel = _subchannel(replay)
    if not _accepted(replay, "result"):
        return
    number = subchannel & 0xFFFF
    at = _summary(number)
    bit = replay.subchannels[subchannel]["bit"]
    _check(replay.machine.fire_route(Route(number, at + 8, bit, at, 7)))
    result(replay, "indicator", replay.storage.value(at, 8))
