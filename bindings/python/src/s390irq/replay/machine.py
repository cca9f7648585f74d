# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The recorded machine, played on one thread in virtual time: CPUs with what
their programs and handlers do, the clock, the storage."""

from __future__ import annotations

from typing import Callable, Dict, List, Optional

from ..enums import Answer
from ..errors import Error
from ..hooks import Hooks
from ..machine import Machine
from ..registers import Registers
from ..vcpu import NEVER, Vcpu
from .delivery import CLASSES, Delivery
from .members import Known, Number, Problem
from .scenario import Scenario, SetupCpu, Step
from .storage import Storage

TOD_PER_US = 4096
START_TOD = 0xE2 << 56  # a date of our days: as a signed number it is negative
PREFIX_AREA = 0x2000
MAX_DEADLINES = 100000
ROUNDS = 2000

PSW_WAIT = 0x0002000000000000
PSW_PER = 0x4000000000000000
PSW_CLOSED = 0x0000000180000000
PSW_RESULT = 0x00003F0000000000  # condition code and program mask

RESUME_ADDRESS = 0x12FF0  # where a program interruption of the worker's goes on
IDLE_ADDRESS = 0x12F00

CODE_CLOCK_COMPARATOR, CODE_CPU_TIMER, CODE_PER = 0x1004, 0x1005, 0x80
TIMER_FAR = 0x7FFFFFFFFFFFF000

# PoP ch. 11 and 4: register save areas; the extended one's designation.
SAVE_AREA, SAVE_AREA_SIZE = 0x1200, 0x200
MCESA, MCESA_ORIGIN, MCESA_SIZE = 0x11B0, ~0x3FF, 0x400

# What the program of a CPU is doing.
IDLE, STEP, SPIN, WAIT, FOREVER = "idle", "step", "spin", "wait", "forever"


def _facilities() -> bytes:
    """Sense running status, adapter-interruption suppression, vector."""
    made = bytearray(32)
    for number in (9, 72, 129):
        made[number // 8] |= 0x80 >> number % 8
    return bytes(made)


class _Hooks(Hooks):
    def __init__(self, replay: Replay) -> None:
        self.replay = replay

    def tod(self, cpu: Optional[Vcpu]) -> int:
        return self.replay.now

    def deadline(self, cpu: Optional[Vcpu], deadline_tod: int) -> None:
        if cpu is not None and cpu.address in self.replay.workers:
            self.replay.workers[cpu.address].deadline = deadline_tod

    def wake(self, cpu: Optional[Vcpu]) -> None:
        if cpu is not None and cpu.address in self.replay.workers:
            self.replay.workers[cpu.address].woken = True

    def registers(
        self, cpu: Optional[Vcpu], registers: Registers
    ) -> Optional[bool]:
        if cpu is not None:
            registers.assign(self.replay.workers[cpu.address].registers)
        return True


class _StorageHooks(_Hooks):
    """Storage through hooks, which see every store."""

    def read(
        self, cpu: Optional[Vcpu], absolute: int, length: int
    ) -> Optional[bytes]:
        storage = self.replay.storage
        if not storage.has(absolute, length):
            return None
        return storage.ram[absolute : absolute + length]

    def write(
        self, cpu: Optional[Vcpu], absolute: int, data: bytes
    ) -> Optional[bool]:
        if not self.replay.storage.has(absolute, len(data)):
            return False
        self.replay.storage.by_machine(absolute, data)
        return True

    def set_bit(
        self, cpu: Optional[Vcpu], absolute: int, bits: int
    ) -> Optional[int]:
        storage = self.replay.storage
        if not storage.has(absolute, 1):
            return None
        before = storage.ram[absolute]
        storage.by_machine(absolute, bytes([before | bits]))
        return before


class Worker:
    """A CPU and what its program is doing."""

    def __init__(self, replay: Replay, vcpu: Vcpu, listed: bool) -> None:
        self.replay = replay
        self.vcpu = vcpu
        self.address = vcpu.address
        self.registers = Registers()
        self.deadline: int = NEVER
        self.answer = Answer.STOPPED
        self.woken = False
        self.held = False  # a stop is carried out after the row of orders
        self.activity = IDLE if listed else FOREVER
        self.released = False
        self.started = True
        self.restarts = 0
        self.waits = 0
        self.levels = {CODE_CLOCK_COMPARATOR: 0, CODE_CPU_TIMER: 0}

    @property
    def prefix(self) -> int:
        try:
            return self.vcpu.get_cpu().prefix
        except Error:
            return self.vcpu.regs.prefix

    def absolute(self, real: int) -> int:
        prefix = self.prefix
        if real < PREFIX_AREA:
            return real + prefix
        return real - prefix if 0 <= real - prefix < PREFIX_AREA else real

    def registers_changed(self) -> None:
        """A polling host must never miss what has become enabled."""
        self.vcpu.masks_changed()
        self.vcpu.timers_changed()
        if self.vcpu.has_interruption() and not self.vcpu.attention:
            raise Problem(
                f"CPU {self.address} has an interruption, but no attention"
            )

    def load_psw(self, mask: int, address: int) -> None:
        self.vcpu.regs.psw_mask = mask
        self.vcpu.regs.psw_address = address
        self.registers_changed()

    def idle_psw(self) -> None:
        """Where the worker waits is not in the recording but for the old PSW
        of a restart: the next of those is believed."""
        regs = self.vcpu.regs
        regs.psw_mask, regs.psw_address = PSW_CLOSED, IDLE_ADDRESS
        restarts = [
            one
            for one in self.replay.scenario.choices[0]
            if one.cpu == self.address and one.name == "restart"
        ]
        for one in restarts[self.restarts : self.restarts + 1]:
            if one.somewhere and one.old_address.value:
                regs.psw_address = one.old_address.value
                regs.psw_mask |= one.old_mask.value & PSW_RESULT

    def go_idle(self) -> None:
        self.activity = IDLE
        self.released = False
        self.idle_psw()
        self.registers_changed()

    # Handlers

    def run(self) -> None:
        """Delivers and runs handlers until the CPU is back at its program or
        does not run: the handler of the last swap first."""
        for _ in range(ROUNDS):
            self.woken = False
            self.answer = self.vcpu.deliver()
            if self.answer == Answer.LOOP:
                continue
            if self.answer != Answer.RUN:
                self.abandon(self.vcpu.regs.psw_address)
                return
            if self.vcpu.attention:
                continue
            name = self.handler_at(self.vcpu.regs.psw_address)
            if name is None:
                self.end_of_step()
                return
            self.run_handler(name)
        raise Problem(f"interruptions on CPU {self.address} repeat without end")

    def handler_at(self, address: int) -> Optional[str]:
        handlers = self.replay.scenario.handlers
        return next(
            (name for name in CLASSES if handlers[name] == address), None
        )

    def abandon(self, address: int) -> None:
        """Handlers that were about to start do not run: what was stored for
        them stays, and no delivery shows it."""
        storage = self.replay.storage
        name = self.handler_at(address)
        for _ in CLASSES:
            if name is None:
                return
            for start, end in CLASSES[name].ranges:
                storage.expect(self.absolute(start), end - start)
            at = self.absolute(CLASSES[name].old_psw + 8)
            name = self.handler_at(storage.value(at, 8))

    def log_and_wipe(self, name: str) -> Delivery:
        """What the machine stored in the fields of the class."""
        replay, storage, regs = self.replay, self.replay.storage, self.vcpu.regs
        made = Delivery(
            len(replay.log),
            replay.step.number if replay.step else 0,
            self.address,
            name,
            Number(regs.prefix),
            Number(regs.cr[0]),
            new_mask=Number(regs.psw_mask),
            new_address=Number(regs.psw_address),
            asynchronous=self.activity != STEP or name == "restart",
        )
        care = 0xFF if storage.recording else 0
        for start, end in CLASSES[name].ranges:
            at = self.absolute(start)
            for i in range(end - start):
                made.image[start + i] = Known(
                    storage.ram[at + i], care, storage.is_stored(at + i)
                )
            storage.fill(at, end - start)
        old = CLASSES[name].old_psw
        made.old_mask = Number(made.field(old, 8))
        made.old_address = Number(made.field(old + 8, 8))
        replay.log.append(made)
        if not any(made.at(old + i).stored for i in range(16)):
            raise Problem(
                f"the handler of {name} runs on CPU {self.address} "
                "without an interruption"
            )
        return made

    def run_handler(self, name: str) -> None:
        made = self.log_and_wipe(name)
        if name == "restart":
            self.abandon(made.old_address.value)
            self.restarts += 1
            self.started = True
            self.go_idle()
        elif name == "program" and made.field(0x8E, 2) != CODE_PER:
            self.abandon(made.old_address.value)
            self.vcpu.regs.psw_mask = PSW_CLOSED
            self.vcpu.regs.psw_address = RESUME_ADDRESS
        else:
            if name == "external" and made.field(0x86, 2) in self.levels:
                self.remove_level(made.field(0x86, 2))
            if name == "machine-check":
                self.expect_save_areas()
            self.return_to(made)
            if name == "program":  # a lone PER event has ended nothing
                self.vcpu.regs.psw_mask &= ~PSW_PER
        self.registers_changed()

    def return_to(self, made: Delivery) -> None:
        regs = self.vcpu.regs
        regs.psw_mask, regs.psw_address = (
            made.old_mask.value,
            made.old_address.value,
        )
        if regs.psw_mask & PSW_WAIT:
            self.waits += 1
            if self.waits >= self.replay.limit_wait:
                regs.psw_mask &= ~PSW_WAIT

    def remove_level(self, code: int) -> None:
        """The condition goes after some deliveries, or into the future."""
        replay, regs = self.replay, self.vcpu.regs
        self.levels[code] += 1
        if self.levels[code] < replay.limit_level:
            return
        self.levels[code] = 0
        rearm = replay.rearm_count != 0
        replay.rearm_count -= rearm
        ahead = replay.rearm_us * TOD_PER_US
        if code == CODE_CPU_TIMER:
            regs.cpu_timer = ahead if rearm else TIMER_FAR
            regs.cpu_timer_since_tod = replay.now
        else:
            regs.clock_comparator = replay.now + ahead if rearm else 2**64 - 1

    def expect_save_areas(self) -> None:
        storage = self.replay.storage
        origin = storage.value(self.absolute(MCESA), 8) & MCESA_ORIGIN
        storage.expect(self.absolute(SAVE_AREA), SAVE_AREA_SIZE)
        if origin:
            storage.expect(origin, MCESA_SIZE)

    def end_of_step(self) -> None:
        """Back at the program: does its step end here?"""
        regs = self.vcpu.regs
        resumed = regs.psw_address == RESUME_ADDRESS
        ended = {
            SPIN: self.released or resumed,
            WAIT: not regs.psw_mask & PSW_WAIT,
            FOREVER: resumed,
        }
        if ended.get(self.activity, False):
            self.go_idle()


class Replay:
    """One run of a scenario."""

    def __init__(
        self, scenario: Scenario, recording: bool, pattern: int
    ) -> None:
        self.scenario = scenario
        self.step: Optional[Step] = None
        self.storage = Storage(recording, pattern)
        self.now = START_TOD
        self.workers: Dict[int, Worker] = {}
        self.limit_level = self.limit_wait = 1
        self.rearm_count = self.rearm_us = 0
        self.log: List[Delivery] = []
        self.told: List[str] = []
        self.lenient = scenario.unchecked
        self.subchannels: Dict[int, Dict[str, int]] = {}
        self.report_told = False
        self.machine = Machine(
            None if recording else self.storage.ram,
            scenario.cpus,
            hooks=(_StorageHooks if recording else _Hooks)(self),
            facilities=_facilities(),
            plugged=(),
        )
        for address in range(scenario.cpus):
            self.make_worker(address, scenario.setup.get(address))

    def make_worker(self, address: int, setup: Optional[SetupCpu]) -> None:
        vcpu = self.machine.plug(address)
        worker = self.workers[address] = Worker(self, vcpu, setup is not None)
        if setup is None:
            return
        if not self.storage.has(setup.prefix, PREFIX_AREA):
            raise Problem(f"no storage for a prefix area at {setup.prefix:x}")
        self.make_prefix_area(setup.prefix)
        vcpu.regs.update(
            prefix=setup.prefix,
            clock_comparator=setup.clock_comparator,
            cpu_timer=setup.cpu_timer,
            cpu_timer_since_tod=self.now,
            **{f"cr{i}": value for i, value in enumerate(setup.control)},
        )
        worker.idle_psw()
        regs = vcpu.regs
        vcpu.start(
            **{name: getattr(regs, name) for name in _STARTED},
            **{f"cr{i}": value for i, value in enumerate(setup.control)},
        )
        worker.run()

    def make_prefix_area(self, prefix: int) -> None:
        """PoP ch. 3: the new PSWs of the recorded guest; else a pattern."""
        self.storage.fill(prefix, 0x1A0)
        self.storage.fill(prefix + SAVE_AREA, SAVE_AREA_SIZE)
        for name, row in CLASSES.items():
            at = prefix + row.new_psw
            self.storage.value_by_program(at, 8, self.scenario.new_psw_mask)
            self.storage.value_by_program(
                at + 8, 8, self.scenario.handlers[name]
            )

    def worker(self, address: int) -> Worker:
        if address not in self.workers:
            raise Problem(f"the machine has no CPU {address}")
        return self.workers[address]

    def pump(self) -> None:
        """Everybody who has a reason delivers and goes on."""
        again = True
        while again:
            again = False
            for worker in self.workers.values():
                if self.is_due(worker):
                    again = True
                    worker.run()

    @staticmethod
    def is_due(worker: Worker) -> bool:
        if worker.held:
            return False
        if worker.answer == Answer.RUN:
            return worker.vcpu.attention or (
                worker.activity == SPIN and worker.released
            )
        return worker.woken

    def reach(self, tod: int) -> None:
        self.now = max(self.now, tod)
        for worker in self.workers.values():
            if worker.deadline <= self.now:
                worker.deadline = NEVER
                worker.vcpu.timer_fired()
        self.pump()

    def wait_for(self, condition: Callable[[], bool], us: int) -> bool:
        """Time goes by until it is so or `us` is over."""
        end = self.now + us * TOD_PER_US
        self.pump()
        for _ in range(MAX_DEADLINES):
            if condition():
                return True
            if self.now >= end:
                return False
            self.reach(
                min(end, *(one.deadline for one in self.workers.values()))
            )
        raise Problem("deadlines without end")

    def let_pass(self, us: int) -> None:
        self.wait_for(lambda: False, us)

    def check_storage(self) -> None:
        """All prefix areas, and the absolute one, which status uses."""
        self.storage.check(0, PREFIX_AREA)
        for worker in self.workers.values():
            prefix = worker.prefix
            self.storage.check(prefix, prefix + PREFIX_AREA)
        self.storage.check_written()


_STARTED = (
    "prefix",
    "psw_mask",
    "psw_address",
    "clock_comparator",
    "cpu_timer",
    "cpu_timer_since_tod",
)
