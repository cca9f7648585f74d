# SPDX-License-Identifier: BSD-3-Clause
"""What do the service processor (SERVICE CALL: the console, and enough about
the machine) and DIAGNOSE answer? examples/vmm/firmware/diagnose.c says what a
guest may ask for by DIAGNOSE."""

import dataclasses
from typing import Callable, Dict, Optional

import s390irq
from cpu import ADDRESSING, SPECIFICATION, GuestCpu, ProgramCheck
from instructions import Instruction, instruction
from s390irq import Kind

INFORMATION, DONE, UNKNOWN_COMMAND = 0x0010, 0x0020, 0x01F0
SHORT_SCCB, UNKNOWN_EVENT, NO_EVENT = 0x0300, 0x40F0, 0x62F0
MESSAGE, ASCII = 0x02, 0x1A  # types of events
EVENT_MASK = 0x80000000 >> MESSAGE - 1 | 0x80000000 >> ASCII - 1


class Sccb:
    """A service-call control block: not in a prefix area, on a doubleword."""

    def __init__(self, cpu: GuestCpu, at: int) -> None:
        self._ram = cpu.vmm.ram
        self.cpus = len(cpu.vmm.cpus)
        low = at < 0x2000 or 0 <= at - cpu.regs.prefix < 0x2000
        if at & ~0x7FFFFFF8 or low:
            raise ProgramCheck(SPECIFICATION)
        if at + 8 > len(self._ram):
            raise ProgramCheck(ADDRESSING)
        self._at = at
        self.length = self.number(0, 2)
        if self.length < 8:
            raise ProgramCheck(SPECIFICATION)
        if at + self.length > len(self._ram):
            raise ProgramCheck(ADDRESSING)

    def bytes(self, place: int, length: int) -> bytes:
        return bytes(self._ram[self._at + place :][:length])

    def number(self, place: int, length: int) -> int:
        at = self._at + place
        return int.from_bytes(self._ram[at : at + length], "big")

    def put(self, place: int, number: int, length: int) -> None:
        at = self._at + place
        self._ram[at : at + length] = number.to_bytes(length, "big")

    def clear(self) -> None:
        for place in range(8, self.length):
            self.put(place, 0, 1)


def _message(sccb: Sccb, event: int, end: int) -> None:
    """A header of 12 bytes and objects; object 4 is a line."""
    at = event + 6 + 12
    while at + 4 <= end:
        length = sccb.number(at, 2)
        if length < 4 or at + length > end:
            return
        if sccb.number(at + 2, 2) == 4:
            print(sccb.bytes(at + 10, length - 10).decode("cp037"))
        at += length


def write_event_data(sccb: Sccb) -> int:
    """Events that are not known stay unmarked, else guests would wait."""
    response, at = DONE, 8
    while at + 6 <= sccb.length:
        length, event = sccb.number(at, 2), sccb.number(at + 2, 1)
        if length < 6 or at + length > sccb.length:
            break
        if event == ASCII:
            text = sccb.bytes(at + 6, length - 6).replace(b"\0", b"")
            print(text.decode("ascii", "replace"), end="", flush=True)
        elif event == MESSAGE:
            _message(sccb, at, at + length)
        else:
            response = UNKNOWN_EVENT
        if response == DONE:
            sccb.put(at + 3, sccb.number(at + 3, 1) | 0x80, 1)  # processed
        at += length
    return response


def write_event_mask(sccb: Sccb) -> int:
    """The guest's masks come first, then what the host receives and sends."""
    length = sccb.number(10, 2) if sccb.length >= 12 else 0
    if length < 4 or 12 + 4 * length > sccb.length:
        return SHORT_SCCB
    for place in range(12 + 2 * length, 12 + 4 * length):
        sccb.put(place, 0, 1)
    sccb.put(12 + 2 * length, EVENT_MASK, 4)
    sccb.put(12 + 3 * length, EVENT_MASK, 4)
    return DONE


def _cpu_entries(sccb: Sccb, place: int) -> None:
    for address in range(sccb.cpus):
        sccb.put(place + 16 * address, address, 1)


def read_scp_information(sccb: Sccb) -> int:
    entries = 128
    if sccb.length < entries + 16 * sccb.cpus:
        return SHORT_SCCB
    sccb.clear()
    sccb.put(8, len(sccb._ram) >> 20, 2)  # increments ...
    sccb.put(10, 1, 1)  # ... of 1 MiB
    sccb.put(16, sccb.cpus, 2)
    sccb.put(18, entries, 2)
    sccb.put(48, 0x08, 1)  # read CPU information exists
    sccb.put(120, sccb.cpus - 1, 2)
    _cpu_entries(sccb, entries)
    return INFORMATION


def read_cpu_information(sccb: Sccb) -> int:
    entries = 16
    if sccb.length < entries + 16 * sccb.cpus:
        return SHORT_SCCB
    sccb.clear()
    sccb.put(8, sccb.cpus, 2)
    sccb.put(10, entries, 2)
    sccb.put(14, entries + 16 * sccb.cpus, 2)
    _cpu_entries(sccb, entries)
    return INFORMATION


COMMANDS: Dict[int, Callable[[Sccb], int]] = {
    0x00010001: read_cpu_information,
    0x00020001: read_scp_information,
    0x00120001: read_scp_information,
    0x00760005: write_event_data,
    0x00770005: lambda sccb: NO_EVENT,
    0x00780005: write_event_mask,
}


@instruction(0xB220)
def service_call(cpu: GuestCpu, i: Instruction) -> None:
    """The answer is in the SCCB at once; the service signal that tells of it
    is the library's business."""
    command = cpu.engine.general(i.rre1) & 0xFFFFFFFF
    address = cpu.engine.general(i.rre2) & 0xFFFFFFFF
    sccb = Sccb(cpu, address)
    queued = cpu.vmm.machine.service_signal(address) == s390irq.Outcome.QUEUED
    if queued:
        function = COMMANDS.get(command, lambda sccb: UNKNOWN_COMMAND)
        sccb.put(6, function(sccb), 2)
    cpu.condition(0 if queued else 2)


FUNCTIONS: Dict[int, Callable[[GuestCpu, Instruction], Optional[int]]] = {}


def _function(code: int) -> Callable[..., Callable[..., Optional[int]]]:
    """A DIAGNOSE function; what it answers goes to register R3."""

    def add(
        function: Callable[..., Optional[int]],
    ) -> Callable[..., Optional[int]]:
        FUNCTIONS[code] = function
        return function

    return add


@instruction(0x8300)
def diagnose(cpu: GuestCpu, i: Instruction) -> None:
    function = FUNCTIONS.get(i.address & 0xFFFF)
    if function is None:
        raise ProgramCheck(SPECIFICATION)
    try:
        answer = function(cpu, i)
    except (s390irq.Error, LookupError, ValueError):  # the guest's mistake
        raise ProgramCheck(SPECIFICATION) from None
    if answer is not None:
        cpu.engine.set_general(i.r3, answer)


@_function(0x44)
@_function(0x9C)
def give_up(cpu: GuestCpu, i: Instruction) -> None:
    cpu.yields = True


@_function(0x258)
def page_fault_handshake(cpu: GuestCpu, i: Instruction) -> int:
    block = cpu.fetch(cpu.engine.general(i.r1), 40, 8)
    function, length, version = (
        int.from_bytes(block[at : at + 2], "big") for at in (2, 4, 6)
    )
    token, select, compare = (
        int.from_bytes(block[at : at + 8], "big") for at in (8, 16, 24)
    )
    if length < 5 or version != 2 or function > 1:
        raise ProgramCheck(SPECIFICATION)
    if function == 1:
        return 4 if cpu.vcpu.pfault_cancel() else 0
    return 8 if cpu.vcpu.pfault_begin(token, select, compare) else 0


NEITHER = {Kind.SUPERVISOR_CALL, Kind.PROGRAM, Kind.SET_PREFIX, Kind.IO}
NEITHER.add(Kind.ADAPTER)


def requested(number: int, parameter: int, wide: int) -> s390irq.Interruption:
    kind = Kind(number)
    if kind in NEITHER:
        raise ValueError(kind)
    values = {
        "source": parameter & 0xFFFF,
        "subcode": parameter & 0xFFFF,
        "parameter": parameter,
        "store_status": parameter,
        "external_damage": parameter,
        "token": wide,
        "conditions": s390irq.Condition(wide),
    }
    made = s390irq.interruptions.CLASSES[kind]
    names = [field.name for field in dataclasses.fields(made)]
    return made(**{name: values[name] for name in names if name in values})


@_function(0x600)
def inject(cpu: GuestCpu, i: Instruction) -> int:
    """Most kinds are either floating or local; the library knows which."""
    request = cpu.fetch(cpu.engine.general(i.r1), 20, 8)
    number, target, parameter, wide, repetitions = (
        int.from_bytes(request[at:end], "big")
        for at, end in ((0, 2), (2, 4), (4, 8), (8, 16), (16, 20))
    )
    machine, outcome = cpu.vmm.machine, 0
    for _ in range(max(repetitions, 1)):
        one = requested(number, parameter, wide)
        try:
            if one.kind == Kind.MACHINE_CHECK and target != 0xFFFF:
                raise s390irq.InvalidError
            outcome = machine.inject(one)
        except s390irq.InvalidError:
            outcome = machine.cpu[target].inject(one)
        wide += wide != 0
    return outcome


@_function(0x601)
def pending(cpu: GuestCpu, i: Instruction) -> int:
    kinds = cpu.vmm.machine.queue.kinds | cpu.vcpu.queue.kinds
    return sum(1 << kind for kind in kinds)


@_function(0x602)
def check_stop(cpu: GuestCpu, i: Instruction) -> None:
    cpu.vcpu.check_stop()
    cpu.must_deliver = True


@_function(0x603)
def page_fault(cpu: GuestCpu, i: Instruction) -> int:
    """There is no paging here: the page arrives a little later."""
    address = cpu.vcpu.pfault_may_start()
    if address is None:
        return 0
    token, machine = cpu.number(address, 8), cpu.vmm.machine
    arrives = s390irq.PfaultDone(token)
    cpu.vmm.clock.add(30000, lambda: machine.inject(arrives))
    cpu.vcpu.inject(s390irq.PfaultInit(token))
    return 1


@_function(0x610)
def add_adapter(cpu: GuestCpu, i: Instruction) -> int:
    flags = s390irq.AdapterFlag.MASKABLE | s390irq.AdapterFlag.SUPPRESSIBLE
    adapter, isc = cpu.engine.general(i.r1), cpu.engine.general(i.r3)
    cpu.vmm.machine.add_adapter(adapter & 0xFFFFFFFF, isc & 0xFFFFFFFF, flags)
    return 0


@_function(0x611)
def mask_adapter(cpu: GuestCpu, i: Instruction) -> int:
    adapter, masked = cpu.engine.general(i.r1), cpu.engine.general(i.r3)
    return cpu.vmm.machine.mask_adapter(adapter & 0xFFFFFFFF, bool(masked))


@_function(0x612)
def fire_adapter(cpu: GuestCpu, i: Instruction) -> int:
    block = cpu.fetch(cpu.engine.general(i.r1), 40, 8)
    route = s390irq.Route(
        int.from_bytes(block[:4], "big"),
        *(int.from_bytes(block[at : at + 8], "big") for at in (8, 16, 24, 32)),
    )
    return cpu.vmm.machine.fire_route(route)
