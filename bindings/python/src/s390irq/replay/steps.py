# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The steps of a scenario: what each does to the machine, and its results."""

from __future__ import annotations

from typing import Callable, Dict, NamedTuple

from ..enums import Answer, Order, Reset, State
from ..errors import Error
from . import devices
from .delivery import CLASSES
from .instruction import Conditions, Instruction, adopt_psw
from .machine import (
    FOREVER,
    IDLE,
    MCESA,
    RESUME_ADDRESS,
    SAVE_AREA,
    SAVE_AREA_SIZE,
    SPIN,
    STEP,
    TOD_PER_US,
    WAIT,
    Replay,
    Worker,
)
from .members import ALL, Problem, number_of, text_of
from .results import argument, place, result, timed_out

MAX_US = 10**9
LABELS = {"win_target": 0x11110, "wait_target": 0x11154, "spin_target": 0x13000}
ORDERS = {
    "sense": 1, "extcall": 2, "emerg": 3, "start": 4, "stop": 5, "restart": 6,
    "stopstore": 9, "inireset": 11, "reset": 12, "setprefix": 13,
    "storestatus": 14, "setarch": 18, "condemerg": 19, "sensrun": 21,
}  # fmt: skip


def target(replay: Replay) -> Worker:
    return replay.worker(argument(replay, "target"))


# A CPU's own registers


def load_control(replay: Replay, worker: Worker) -> None:
    number = argument(replay, "cr", 15)
    worker.vcpu.regs.cr[number] = argument(replay, "value")
    worker.registers_changed()


def set_clock_comparator(replay: Replay, worker: Worker) -> None:
    assert replay.step
    text = replay.step.members.get("value")
    if isinstance(text, str) and text[:4] == "TOD+" and text[-2:] == "us":
        value = replay.now + int(text[4:-2]) * TOD_PER_US
    else:
        value = argument(replay, "value")
    worker.vcpu.regs.clock_comparator = value
    worker.registers_changed()


def set_cpu_timer(replay: Replay, worker: Worker) -> None:
    worker.vcpu.regs.cpu_timer = argument(replay, "value")
    worker.vcpu.regs.cpu_timer_since_tod = replay.now
    worker.registers_changed()


def store_both(replay: Replay, worker: Worker) -> None:
    regs = worker.vcpu.regs
    timer = regs.cpu_timer
    if regs.cpu_timer_since_tod:
        timer -= replay.now - regs.cpu_timer_since_tod
    result(replay, "ckc", regs.clock_comparator)
    result(replay, "cpu_timer", timer & ALL)


# Storage


def fill(replay: Replay, worker: Worker) -> None:
    length = argument(replay, "len")
    replay.storage.fill(place(replay, "addr", length), length)


def poke(replay: Replay, worker: Worker) -> None:
    at = place(replay, "addr", 8)
    replay.storage.value_by_program(at, 8, argument(replay, "value"))


def peek(replay: Replay, worker: Worker) -> None:
    """The guest's own code and the pattern are not known: taken over."""
    assert replay.step
    storage, at = replay.storage, place(replay, "addr", 8)
    if "value" not in replay.step.members:
        return
    number = number_of(replay.step.members["value"])
    if number is None:
        raise Problem('"value" is no number')
    value = bytearray(number.value.to_bytes(8, "big"))
    for i in range(8):
        if storage.known[at + i] or storage.is_stored(at + i):
            value[i] = storage.ram[at + i]
    result(replay, "value", int.from_bytes(value, "big"))


def copy(replay: Replay, worker: Worker) -> None:
    length = argument(replay, "len")
    source = place(replay, "src", length)
    replay.storage.copy(source, length, place(replay, "dst", length))


def fill_prefix_area(replay: Replay, worker: Worker) -> None:
    assert replay.step
    storage = replay.storage
    mcesa = argument(replay, "mcesa") if "mcesa" in replay.step.members else 0
    storage.fill(worker.absolute(0), 0x1A0)
    storage.fill(worker.absolute(SAVE_AREA), SAVE_AREA_SIZE)
    storage.value_by_program(worker.absolute(MCESA), 8, mcesa)


def set_mask(replay: Replay, worker: Worker, name: str, mask: int) -> None:
    at = worker.absolute(CLASSES[name].new_psw)
    replay.storage.value_by_program(at, 8, mask)


def set_new_psw_mask(replay: Replay, worker: Worker) -> None:
    assert replay.step
    name = text_of(replay.step.members, "cls")
    if name not in CLASSES:
        raise Problem(f'no class "{name[:40]}"')
    set_mask(replay, target(replay), name, argument(replay, "mask"))


def reset_new_psws(replay: Replay, worker: Worker) -> None:
    for name in CLASSES:
        set_mask(replay, target(replay), name, replay.scenario.new_psw_mask)


# Programs


def psw_of_step(replay: Replay, worker: Worker) -> "tuple[int, int]":
    assert replay.step
    members = replay.step.members
    mask = argument(replay, "psw_mask")
    name = members.get("psw_addr")
    if "psw_addr_hex" in members:
        return mask, argument(replay, "psw_addr_hex")
    if name == "code_buffer":
        return mask, 0x180000 + worker.address * 0x1000
    if name in LABELS:
        return mask, LABELS[name]
    return mask, argument(replay, "psw_addr")


def start_program(replay: Replay, worker: Worker, activity: str) -> None:
    psw = psw_of_step(replay, worker)
    worker.activity = activity
    worker.waits = 0
    worker.load_psw(*psw)
    worker.run()


def finish(worker: Worker) -> None:
    """Whoever sleeps or stops in a step is back in it when that is over."""
    assert worker.replay.step
    if worker.activity != STEP:
        return
    runs = worker.answer == Answer.RUN
    if runs and worker.replay.step.members.get("did_not_complete") is not True:
        worker.go_idle()
    else:
        worker.activity = FOREVER if runs else WAIT


def open_window(replay: Replay, worker: Worker) -> None:
    start_program(replay, worker, STEP)
    finish(worker)


def spin(replay: Replay, worker: Worker) -> None:
    start_program(replay, worker, SPIN)


def release_spin(replay: Replay, worker: Worker) -> None:
    for one in replay.workers.values():
        one.released = one.activity == SPIN


def wait(replay: Replay, worker: Worker) -> None:
    start_program(replay, worker, WAIT)


def run_instruction(replay: Replay, worker: Worker) -> None:
    assert replay.step
    members = replay.step.members
    values = [0] * 16
    for name in members.get("gprs") or {}:
        if not name.isdecimal() or int(name) > 15:
            raise Problem(f'register "{name[:20]}"')
        values[int(name)] = value_of_known(members["gprs"], name)
    for i, value in enumerate(values):
        worker.registers.general[i] = value
    instruction = Instruction(text_of(members, "bytes"))
    _, address = psw_of_step(replay, worker)
    if replay.storage.has(address, instruction.length):
        replay.storage.by_program(
            address, instruction.bytes[: instruction.length]
        )
    start_program(replay, worker, STEP)
    regs = worker.vcpu.regs
    if worker.answer == Answer.RUN and regs.psw_address != RESUME_ADDRESS:
        execute(worker, instruction)
    finish(worker)


def value_of_known(item: "Dict[str, object]", name: str) -> int:
    number = number_of(item[name])
    if number is None:
        raise Problem(f'register "{name}"')
    return number.value


def execute(worker: Worker, instruction: Instruction) -> None:
    """What is enabled was taken before it."""
    regs = worker.vcpu.regs
    address = regs.psw_address
    conditions = Conditions(worker)
    if conditions.complete:
        instruction.execute(worker)
    else:
        regs.psw_address = (address + instruction.length) & ALL
    if not conditions and regs.psw_address != address:
        adopt_psw(worker)
    if regs.psw_address == address:
        worker.activity = FOREVER
    worker.registers_changed()
    if conditions:
        conditions.raise_them(executed=True)
    worker.run()


# Signals and resets


def sigp(replay: Replay, worker: Worker) -> None:
    assert replay.step
    name = replay.step.members.get("order")
    order = (
        ORDERS[name] if name in ORDERS else argument(replay, "order", 2**32 - 1)
    )
    to = argument(replay, "to", 2**32 - 1)
    parameter = argument(replay, "parm")
    answer = worker.vcpu.sigp(to, order, parameter)
    if answer.cc == 0:
        accepted(replay, worker, to, order & 0xFF, parameter)
    register = parameter
    if answer.cc == 1:
        register = parameter & ~0xFFFFFFFF | int(answer.status)
        result(replay, "status", int(answer.status))
    result(replay, "cc", answer.cc)
    result(replay, "r1", register)


def accepted(
    replay: Replay, sender: Worker, to: int, order: int, parameter: int
) -> None:
    """What may be stored now; a stop of another CPU is not carried out before
    the end of the row, a reset is, and with it goes the stop."""
    storage = replay.storage
    if order == Order.STOP_AND_STORE_STATUS:
        storage.expect(0x1200, 0x200)
        storage.expect(0xA3, 1)
    elif order == Order.STORE_STATUS:
        storage.expect(parameter & 0x7FFFFE00, 0x200)
    elif order == Order.STORE_ADDITIONAL:
        storage.expect(parameter & 0x7FFFFC00, 0x1000)
    worker = replay.workers.get(to)
    if worker is None:
        return
    if worker is not sender:
        if order in (Order.STOP, Order.STOP_AND_STORE_STATUS):
            worker.held = True
        if order in (Order.CPU_RESET, Order.INITIAL_CPU_RESET):
            worker.held = False
    if order == Order.INITIAL_CPU_RESET:
        worker.activity = FOREVER  # the PSW is zero: its program is gone


def diag308(replay: Replay, worker: Worker) -> None:
    if argument(replay, "subcode") != 1 or worker.address:
        raise Problem("only subcode 1 and CPU 0 are known")
    for number in range(256):
        try:
            replay.machine.remove_adapter(number)
        except Error:
            pass  # it is not there
    replay.report_told = False
    replay.machine.reset()
    for one in list(replay.workers.values())[1:]:
        one.vcpu.reset(Reset.CPU)
    worker.vcpu.reset(Reset.CPU)
    replay.pump()
    worker.vcpu.start()
    replay.pump()


# The driver: time, waiting for others, the handlers' script


def delay_us(replay: Replay, worker: Worker) -> None:
    replay.let_pass(argument(replay, "us", MAX_US))


def sync(replay: Replay, worker: Worker) -> None:
    """Of several choices each has its own CPU that ends its step."""
    one = target(replay)
    ended = replay.wait_for(
        lambda: one.activity == IDLE, argument(replay, "limit_us", MAX_US)
    )
    if not replay.scenario.one_of:
        timed_out(replay, not ended)


def wait_until_stopped(replay: Replay, worker: Worker) -> None:
    one = target(replay)
    limit = argument(replay, "limit_us", MAX_US)
    timed_out(
        replay,
        not replay.wait_for(lambda: one.vcpu.state == State.STOPPED, limit),
    )


def wait_worker(replay: Replay, worker: Worker) -> None:
    one = target(replay)
    limit = argument(replay, "limit_us", MAX_US)
    timed_out(replay, not replay.wait_for(lambda: one.started, limit))


def clear_worker_flag(replay: Replay, worker: Worker) -> None:
    target(replay).started = False


def limits(replay: Replay, worker: Worker) -> None:
    assert replay.step
    if "level" in replay.step.members:
        replay.limit_level = argument(replay, "level")
    if "wait" in replay.step.members:
        replay.limit_wait = argument(replay, "wait")


def handler_rearm(replay: Replay, worker: Worker) -> None:
    replay.rearm_count = argument(replay, "count")
    replay.rearm_us = argument(replay, "us", MAX_US)


class Operation(NamedTuple):
    run: Callable[[Replay, Worker], None]
    in_a_row: bool = False  # stops of this row are not carried out yet
    exceptions: bool = False  # raises program interruptions by itself


OPERATIONS: Dict[str, Operation] = {
    "load-control": Operation(load_control),
    "set-clock-comparator": Operation(set_clock_comparator),
    "set-cpu-timer": Operation(set_cpu_timer),
    "store-clock-comparator-and-cpu-timer": Operation(store_both),
    "fill": Operation(fill),
    "poke": Operation(poke),
    "peek": Operation(peek),
    "copy": Operation(copy),
    "fill-prefix-area": Operation(fill_prefix_area),
    "set-new-psw-mask": Operation(set_new_psw_mask),
    "reset-new-psws": Operation(reset_new_psws),
    "open-window": Operation(open_window, exceptions=True),
    "spin": Operation(spin, exceptions=True),
    "release-spin": Operation(release_spin),
    "wait": Operation(wait, exceptions=True),
    "run-instruction": Operation(run_instruction, exceptions=True),
    "sigp": Operation(sigp, in_a_row=True),
    "diag308": Operation(diag308),
    "servc": Operation(devices.servc),
    "ssch-sense-id": Operation(devices.ssch_sense_id),
    "tsch": Operation(devices.tsch),
    "csch": Operation(devices.csch),
    "hsch": Operation(devices.hsch),
    "tpi": Operation(devices.tpi, exceptions=True),
    "rchp": Operation(devices.rchp),
    "stcrw": Operation(devices.stcrw),
    "virtio-adapter-setup": Operation(devices.virtio_adapter_setup),
    "virtio-kick": Operation(devices.virtio_kick),
    "delay-us": Operation(delay_us),
    "sync": Operation(sync),
    "wait-until-stopped": Operation(wait_until_stopped),
    "wait-worker": Operation(wait_worker),
    "clear-worker-flag": Operation(clear_worker_flag),
    "limits": Operation(limits),
    "handler-rearm": Operation(handler_rearm),
}


def begin(replay: Replay, in_a_row: bool) -> None:
    """Before a step that is no order, stops of the row before are done."""
    for worker in replay.workers.values():
        worker.held = worker.held and in_a_row
    replay.let_pass(1)


def run_step(replay: Replay) -> None:
    step = replay.step
    assert step
    worker = replay.worker(step.cpu)
    operation = OPERATIONS.get(step.operation)
    if operation is None:
        raise Problem("unknown operation")
    begin(replay, operation.in_a_row)
    if worker.activity != IDLE or worker.answer != Answer.RUN:
        if step.members.get("did_not_complete") is True:
            return
        raise Problem(f"CPU {worker.address} does not wait for a step")
    conditions = Conditions(worker)
    if operation.exceptions or not conditions:
        operation.run(replay, worker)
        return
    # An instruction of the worker's own ends in a program interruption.
    worker.activity = STEP
    conditions.raise_them(executed=False)
    worker.run()
    worker.go_idle()


def run(replay: Replay) -> None:
    """All steps, and the end of the last row."""
    for replay.step in replay.scenario.steps:
        try:
            run_step(replay)
            replay.pump()
            replay.check_storage()
        except (Problem, Error) as problem:
            where = f"step {replay.step.number} {replay.step.operation[:40]}"
            raise Problem(f"{where}: {problem}") from None
    begin(replay, False)
    replay.check_storage()
