# SPDX-License-Identifier: BSD-3-Clause
"""What is at the channel subsystem (PoP ch. 14 to 17)? Subchannels with a
device each that knows NO OPERATION and SENSE ID, behind channel path 0. What
pends is the library's; what the status of a subchannel is, and when it
interrupts, is the VMM's."""

import struct
from typing import Any, Dict, List, Optional, Tuple

import s390irq
from cpu import OPERAND, SPECIFICATION, GuestCpu, ProgramCheck
from instructions import Instruction, instruction

SUBCHANNELS = 8
PATH_BITS, ENABLED, VALID, PATH_RESERVED = 0x3880, 0x0080, 0x0001, 0xC700

# SCSW: functions, activities, status.
START, HALT, CLEAR, FUNCTIONS = 0x4000, 0x2000, 0x1000, 0x7000
ACTIVE = 0x00C0  # subchannel and device
ALERT, INTERMEDIATE, ENDED, PENDING, STATUS = 0x10, 0x08, 0x06, 0x01, 0x1F

# Flags of a CCW; device and subchannel status.
CHAIN, SUPPRESS, INTERRUPT = 0x40, 0x20, 0x08
DEVICE_END, UNIT_CHECK, PROGRAM_CHECK, WRONG_LENGTH = 0x0C, 0x02, 0x20, 0x40

# Commands: what the device sends, and after how many TOD units.
COMMANDS: Dict[int, Tuple[bytes, int]] = {
    0x03: (b"", 0),
    0xE4: (bytes.fromhex("ff039001039002"), 100000),
}

PATH_REPORT, OVERFLOW, REPORTS = 0x44020000, 0x20000000, 4


class Subchannel:
    def __init__(self, vmm: Any, number: int) -> None:
        self._vmm = vmm
        self.number = number
        self.word = 0x00010000 | number  # the subsystem identification
        self.parameter, self.path = 0, VALID
        self.started = self.control = self.program = 0
        self.device = self.status = self.residual = 0
        self._finish: Optional[Any] = None  # what the device will do
        vmm.machine.add_subchannel(self.word)

    @property
    def occupied(self) -> int:
        """1: status pending; 2: a function is in progress; 0: neither."""
        if self.control & PENDING:
            return 1
        return 2 if self.control & FUNCTIONS else 0

    @property
    def only_intermediate(self) -> bool:
        return self.control & STATUS == INTERMEDIATE | PENDING

    def scsw(self) -> bytes:
        return struct.pack(
            ">HHIBBH",
            self.started,
            self.control,
            self.program,
            self.device,
            self.status,
            self.residual,
        )

    def interrupt(self, status: int) -> None:
        self.control |= status | PENDING
        isc = self.path >> 11 & 7
        self._vmm.machine.io(self.word, isc, self.parameter)

    def start(self) -> None:
        self.control = START | ACTIVE
        self.device = self.status = self.residual = 0
        self._run()

    def quiet(self) -> None:
        """Ends what goes on and withdraws what pends."""
        if self._finish is not None:
            self._vmm.clock.cancel(self._finish)
        self._vmm.machine.queue.clear_io(self.word)
        self.device = self.status = 0

    def _run(self) -> None:
        while self._begin():
            pass

    def _begin(self) -> bool:
        """Begins a command; True: it has ended, and another one is chained."""
        ram = self._vmm.ram
        if self.program % 8 or self.program + 8 > len(ram):
            return self._end(0, PROGRAM_CHECK)
        ccw = struct.unpack_from(">BBHI", ram, self.program)
        self.program += 8
        if ccw[1] & INTERRUPT:
            self.interrupt(INTERMEDIATE)
        takes = COMMANDS.get(ccw[0], (b"", 0))[1]
        if not takes:
            return self._complete(*ccw)

        def finish() -> None:
            self._finish = None
            if self._complete(*ccw):
                self._run()

        self._finish = self._vmm.clock.add(takes, finish)
        return False

    def _complete(self, code: int, flags: int, count: int, to: int) -> bool:
        ram = self._vmm.ram
        if code not in COMMANDS:
            return self._end(DEVICE_END | UNIT_CHECK, 0)
        data = COMMANDS[code][0]
        length = min(count, len(data))
        if to + length > len(ram):
            return self._end(0, PROGRAM_CHECK)
        ram[to : to + length] = data[:length]
        self.residual = count - length
        if data and len(data) != count and not flags & SUPPRESS:
            return self._end(DEVICE_END, WRONG_LENGTH)
        return bool(flags & CHAIN) or self._end(DEVICE_END, 0)

    def _end(self, device: int, status: int) -> bool:
        alert = ALERT if status or device & UNIT_CHECK else 0
        self.control &= FUNCTIONS | STATUS
        self.device, self.status = device, status
        self.interrupt(alert | ENDED)
        return False


class Channel:
    def __init__(self, vmm: Any) -> None:
        self._machine = vmm.machine
        self.subchannels = [Subchannel(vmm, n) for n in range(SUBCHANNELS)]
        self.reports: List[int] = []
        self.withdrawn = 0  # interruptions that TEST SUBCHANNEL took

    def report_path(self) -> None:
        """A channel report, of which a machine check tells."""
        if len(self.reports) < REPORTS:
            self.reports.append(PATH_REPORT)
        else:
            self.reports[-1] |= OVERFLOW
        check = s390irq.MachineCheck(s390irq.Condition.CHANNEL_REPORT)
        self._machine.inject(check)


def _designated(cpu: GuestCpu, enabled: bool) -> Optional[Subchannel]:
    """By general register 1; None: it is not there, or not enabled."""
    word = cpu.engine.general(1) & 0xFFFFFFFF
    if word >> 16 != 1:
        raise ProgramCheck(OPERAND)
    subchannels = cpu.vmm.channel.subchannels
    if word & 0xFFFF >= len(subchannels):
        return None
    found = subchannels[word & 0xFFFF]
    return None if enabled and not found.path & ENABLED else found


@instruction(0xB234)
def store_subchannel(cpu: GuestCpu, i: Instruction) -> None:
    if i.address % 4:
        raise ProgramCheck(SPECIFICATION)
    found = _designated(cpu, enabled=False)
    if found is not None:
        schib = bytearray(52)
        struct.pack_into(
            ">IHH", schib, 0, found.parameter, found.path, found.number
        )
        for path in 8, 11, 14, 15:  # logical, installed, operational, available
            schib[path] = 0x80
        schib[28:40] = found.scsw()
        cpu.store(i.address, bytes(schib))
    cpu.condition(3 if found is None else 0)


@instruction(0xB232)
def modify_subchannel(cpu: GuestCpu, i: Instruction) -> None:
    schib = cpu.fetch(i.address, 52, 4)
    found = _designated(cpu, enabled=False)
    parameter, path = struct.unpack_from(">IH", schib)
    if path & PATH_RESERVED:
        raise ProgramCheck(OPERAND)
    code = 3 if found is None else found.occupied
    if found is not None and code == 0:
        found.parameter, found.path = parameter, VALID | path & PATH_BITS
    cpu.condition(code)


@instruction(0xB233)
def start_subchannel(cpu: GuestCpu, i: Instruction) -> None:
    orb = cpu.fetch(i.address, 12, 4)
    found = _designated(cpu, enabled=True)
    parameter, flags, paths, program = struct.unpack(">IHBxI", orb)
    if not flags & 0x0080 or program >> 31:  # CCWs of format 1 only
        raise ProgramCheck(OPERAND)
    code = found.occupied if found is not None and paths & 0x80 else 3
    cpu.condition(code)
    if found is not None and code == 0:
        found.parameter, found.program = parameter, program
        found.started = flags & 0xF8F8
        found.start()


@instruction(0xB235)
def test_subchannel(cpu: GuestCpu, i: Instruction) -> None:
    """The status goes to storage, and with it what pends."""
    if i.address % 4:
        raise ProgramCheck(SPECIFICATION)
    found = _designated(cpu, enabled=True)
    if found is None:
        cpu.condition(3)
        return
    queue = cpu.vmm.machine.queue
    taken = queue.take_io(0xFF, found.word)
    try:
        cpu.store(i.address, found.scsw().ljust(96, b"\0"))
    except ProgramCheck:
        if taken is not None:
            queue.put_back_io(taken)
        raise
    cpu.vmm.channel.withdrawn += taken is not None
    cpu.condition(0 if found.control & PENDING else 1)
    if found.only_intermediate:
        found.control &= ~STATUS
    elif found.control & PENDING:
        found.control = 0


@instruction(0xB230)
def clear_subchannel(cpu: GuestCpu, i: Instruction) -> None:
    found = _designated(cpu, enabled=True)
    cpu.condition(3 if found is None else 0)
    if found is not None:
        found.quiet()
        found.control = CLEAR
        found.interrupt(0)


@instruction(0xB231)
def halt_subchannel(cpu: GuestCpu, i: Instruction) -> None:
    found = _designated(cpu, enabled=True)
    if found is None:
        cpu.condition(3)
        return
    pends = bool(found.control & PENDING) and not found.only_intermediate
    cpu.condition(int(pends))
    if not pends:
        start = found.control & START
        found.quiet()
        found.control = start | HALT
        found.interrupt(ENDED if start else 0)


@instruction(0xB236)
def test_pending_interruption(cpu: GuestCpu, i: Instruction) -> None:
    """Operand address 0: the place where interruptions store."""
    if i.address % 4:
        raise ProgramCheck(SPECIFICATION)
    queue = cpu.vmm.machine.queue
    taken = queue.take_io(cpu.regs.cr[6] >> 24 & 0xFF)
    if isinstance(taken, (s390irq.Io, s390irq.Adapter)):
        code = taken.code()
        try:
            cpu.store(i.address or 0xB8, code[:8] if i.address else code)
        except ProgramCheck:
            queue.put_back_io(taken)
            raise
    cpu.condition(0 if taken is None else 1)


@instruction(0xB23B)
def reset_channel_path(cpu: GuestCpu, i: Instruction) -> None:
    """There is one path, 0, and nothing to be reset at it."""
    path = cpu.engine.general(1) & 0xFFFFFFFF
    if path > 0xFF:
        raise ProgramCheck(OPERAND)
    if path == 0:
        cpu.vmm.channel.report_path()
    cpu.condition(3 if path else 0)


@instruction(0xB239)
def store_channel_report_word(cpu: GuestCpu, i: Instruction) -> None:
    reports = cpu.vmm.channel.reports
    cpu.store_number(i.address, reports[0] if reports else 0, 4)
    cpu.condition(0 if reports else 1)
    del reports[:1]
