# SPDX-License-Identifier: BSD-3-Clause
"""Which instructions does the host execute (PoP ch. 4, 7, 10)? Each is a
function of the CPU and the instruction; the PSW is behind it already."""

from typing import Callable, Dict

import s390irq
from cpu import ADDRESSING, OPERAND, SPECIFICATION, GuestCpu, ProgramCheck

PROBLEM = 0x0001000000000000
OPERATION, PRIVILEGED, DATA, MONITOR = 0x01, 0x02, 0x07, 0x40

# 0 1 2 7 9 16 18 19 21 22 25 32 33 34 35 45, 72 adapter-interruption
# suppression, 129 vector.
FACILITIES = b"".join(
    part.to_bytes(8, "big")
    for part in (0xE140B640F0040000, 0x0080000000000000, 0x4000000000000000)
)


class Instruction:
    """Taken apart."""

    def __init__(self, cpu: GuestCpu, text: bytes) -> None:
        self.text = text
        self.r1, self.r3 = text[1] >> 4, text[1] & 15
        self.rre1, self.rre2 = text[3] >> 4, text[3] & 15
        displacement = int.from_bytes(text[2:4], "big") & 0xFFF
        if text[0] == 0xEB:
            high = int.from_bytes(text[4:5], "big", signed=True)
            displacement += high << 12
        base = cpu.engine.general(text[2] >> 4) if text[2] >> 4 else 0
        self.address = cpu.wrap(base + displacement & 2**64 - 1)


Execute = Callable[[GuestCpu, Instruction], None]
TABLE: Dict[int, Execute] = {}


def instruction(code: int) -> Callable[[Execute], Execute]:
    def add(execute: Execute) -> Execute:
        TABLE[code] = execute
        return execute

    return add


def _code(text: bytes) -> int:
    """The bytes that tell it from others: two, first and last, or one."""
    second = {0xB2: text[1], 0xB9: text[1], 0xEB: text[5]}.get(text[0], 0)
    return text[0] << 8 | second


def _fetch(cpu: GuestCpu) -> bytes:
    """The instruction at the PSW, or the target of an EXECUTE there."""
    place = cpu.regs.psw_address

    def at(address: int) -> bytes:
        length = (2, 4, 4, 6)[cpu.fetch(address, 1)[0] >> 6]
        return cpu.fetch(address, length).ljust(6, b"\0")

    text = at(place)
    if text[0] == 0x44:  # EX
        index = cpu.engine.general(text[1] & 15) if text[1] & 15 else 0
        target = cpu.wrap(Instruction(cpu, text).address + index)
    elif text[0] == 0xC6 and text[1] & 15 == 0:  # EXRL
        target = place + 2 * int.from_bytes(text[2:6], "big", signed=True)
    else:
        return text
    modifier = cpu.engine.general(text[1] >> 4) if text[1] >> 4 else 0
    text = at(target)
    return bytes([text[0], text[1] | modifier & 0xFF]) + text[2:]


def execute(cpu: GuestCpu, code: int, length: int) -> None:
    """The guest has stopped with this exception (0: at an instruction that the
    engine would do wrongly): an instruction for the host, or its own?"""
    supervisor = not cpu.regs.psw_mask & PROBLEM
    text = _fetch(cpu)
    wanted = code == 0 or code == PRIVILEGED and supervisor
    if wanted and text[:2] in BY_ENGINE:
        ended = cpu.engine.step(cpu.regs, length)
        if ended is None:
            return
        code, wanted = ended.code, False
    execute = TABLE.get(_code(text))
    wanted |= code == OPERATION and execute is monitor_call
    here = cpu.regs.psw_address
    cpu.regs.psw_address = cpu.wrap(here + length)
    if wanted and execute is not None:
        decoded = Instruction(cpu, text)
        try:
            execute(cpu, decoded)
        except ProgramCheck as check:
            cpu.raise_program(check.code, length, **check.more)
        return
    if code == PRIVILEGED and supervisor:
        code = OPERATION
    dxc = cpu.vmm.ram[cpu.regs.prefix + 0x93] if code == DATA else 0
    cpu.raise_program(code, length, data_exception_code=dxc)


# PTLB, ISKE, RRBE, SSKE, TB: the engine does them right.
BY_ENGINE = {bytes.fromhex(c) for c in "b20d b229 b22a b22b b22c".split()}

# The PSW. Whether a new one is valid, or waits, deliver finds.


def _load_psw(cpu: GuestCpu, mask: int, address: int) -> None:
    cpu.regs.psw_mask, cpu.regs.psw_address = mask, address
    cpu.vcpu.masks_changed()
    cpu.must_deliver = True


@instruction(0xB2B2)
def load_psw_extended(cpu: GuestCpu, i: Instruction) -> None:
    psw = cpu.fetch(i.address, 16, 8)
    mask, address = psw[:8], psw[8:]
    _load_psw(cpu, int.from_bytes(mask, "big"), int.from_bytes(address, "big"))


@instruction(0x8200)
def load_psw(cpu: GuestCpu, i: Instruction) -> None:
    psw, short = cpu.number(i.address, 8, 8), 0x0008000000000000
    if not psw & short:
        raise ProgramCheck(SPECIFICATION)
    _load_psw(cpu, psw & ~short & ~0x7FFFFFFF, psw & 0x7FFFFFFF)


def _set_system_mask(cpu: GuestCpu, mask: int) -> None:
    cpu.regs.psw_mask = cpu.regs.psw_mask & (1 << 56) - 1 | mask << 56
    cpu.vcpu.masks_changed()


@instruction(0x8000)
def set_system_mask(cpu: GuestCpu, i: Instruction) -> None:
    _set_system_mask(cpu, cpu.number(i.address, 1))


@instruction(0xAC00)
def store_then_and(cpu: GuestCpu, i: Instruction) -> None:
    mask = cpu.regs.psw_mask >> 56
    cpu.store_number(i.address, mask, 1)
    _set_system_mask(cpu, mask & i.text[1])


@instruction(0xAD00)
def store_then_or(cpu: GuestCpu, i: Instruction) -> None:
    mask = cpu.regs.psw_mask >> 56
    cpu.store_number(i.address, mask, 1)
    _set_system_mask(cpu, mask | i.text[1])


@instruction(0xB20A)
def set_psw_key(cpu: GuestCpu, i: Instruction) -> None:
    mask = cpu.regs.psw_mask & ~0x00F0000000000000
    cpu.regs.psw_mask = mask | (i.address & 0xF0) << 48


@instruction(0xB98D)
def extract_psw(cpu: GuestCpu, i: Instruction) -> None:
    for register, half in (i.rre1, 32), (i.rre2, 0):
        if register or half:
            high = cpu.engine.general(register) & ~0xFFFFFFFF
            value = cpu.regs.psw_mask >> half & 0xFFFFFFFF
            cpu.engine.set_general(register, high | value)


# Control registers, prefix, identity.


def _control(i: Instruction) -> range:
    return range(i.r1, i.r1 + (i.r3 - i.r1) % 16 + 1)


def _load_control(cpu: GuestCpu, i: Instruction, length: int) -> None:
    which = _control(i)
    operand = cpu.fetch(i.address, length * len(which), length)
    for place, number in enumerate(which):
        part = operand[place * length :][:length]
        old = cpu.regs.cr[number % 16] >> 8 * length << 8 * length
        cpu.regs.cr[number % 16] = old | int.from_bytes(part, "big")
    cpu.vcpu.masks_changed()
    cpu.vcpu.timers_changed()  # the sign control of the clock comparator


def _store_control(cpu: GuestCpu, i: Instruction, length: int) -> None:
    parts = [cpu.regs.cr[n % 16].to_bytes(8, "big") for n in _control(i)]
    data = b"".join(part[8 - length :] for part in parts)
    cpu.store(i.address, data, length)


TABLE[0xB700] = lambda cpu, i: _load_control(cpu, i, 4)
TABLE[0xEB2F] = lambda cpu, i: _load_control(cpu, i, 8)
TABLE[0xB600] = lambda cpu, i: _store_control(cpu, i, 4)
TABLE[0xEB25] = lambda cpu, i: _store_control(cpu, i, 8)


@instruction(0xB210)
def set_prefix(cpu: GuestCpu, i: Instruction) -> None:
    prefix = cpu.number(i.address, 4, 4) & 0x7FFFE000
    if prefix + 0x2000 > len(cpu.vmm.ram):
        raise ProgramCheck(ADDRESSING)
    cpu.regs.prefix = prefix
    cpu.must_deliver = True


@instruction(0xB211)
def store_prefix(cpu: GuestCpu, i: Instruction) -> None:
    cpu.store_number(i.address, cpu.regs.prefix, 4)


@instruction(0xB212)
def store_cpu_address(cpu: GuestCpu, i: Instruction) -> None:
    cpu.store_number(i.address, cpu.vcpu.address, 2)


@instruction(0xB202)
def store_cpu_id(cpu: GuestCpu, i: Instruction) -> None:
    machine_type, formatted = 0x2817, 0x8000
    id = cpu.vcpu.address << 32 | machine_type << 16 | formatted
    cpu.store_number(i.address, id, 8)


@instruction(0xB2B1)
def store_facility_list(cpu: GuestCpu, i: Instruction) -> None:
    cpu.store(0xC8, FACILITIES[:4])


@instruction(0xB2B0)
def store_facility_list_extended(cpu: GuestCpu, i: Instruction) -> None:
    """Register 0: room for so many doublewords, and there are so many, both
    less one."""
    general0, last = cpu.engine.general(0), len(FACILITIES) // 8 - 1
    room = min(general0 & 0xFF, last)
    cpu.store(i.address, FACILITIES[: 8 * (room + 1)], 8)
    cpu.engine.set_general(0, general0 & ~0xFF | last)
    cpu.condition(0 if room == last else 3)


@instruction(0xB27D)
def store_system_information(cpu: GuestCpu, i: Instruction) -> None:
    """Function code 0 asks for the level: 1, a basic machine."""
    general0 = cpu.engine.general(0)
    if general0 & 0xF0000000:
        cpu.condition(3)
        return
    cpu.engine.set_general(0, general0 & ~0xFFFFFFFF | 0x10000000)
    cpu.condition(0)


# Clock and timers.


def _read_clock(cpu: GuestCpu) -> int:
    """Two readings are never the same (PoP ch. 4, TOD clock)."""
    tod = cpu.vmm.machine.tod
    cpu.vmm.clock.now += 1
    return tod


@instruction(0xB205)
@instruction(0xB27C)
def store_clock(cpu: GuestCpu, i: Instruction) -> None:
    cpu.store(i.address, _read_clock(cpu).to_bytes(8, "big"))
    cpu.condition(0)


@instruction(0xB278)
def store_clock_extended(cpu: GuestCpu, i: Instruction) -> None:
    tod = _read_clock(cpu).to_bytes(8, "big")
    field = cpu.regs.tod_programmable.to_bytes(2, "big")
    cpu.store(i.address, b"\0" + tod + bytes(5) + field)
    cpu.condition(0)


@instruction(0xB204)
def set_clock(cpu: GuestCpu, i: Instruction) -> None:
    cpu.vmm.machine.tod = cpu.number(i.address, 8, 8)
    cpu.condition(0)


@instruction(0xB206)
def set_clock_comparator(cpu: GuestCpu, i: Instruction) -> None:
    cpu.regs.clock_comparator = cpu.number(i.address, 8, 8)
    cpu.vcpu.timers_changed()


@instruction(0xB207)
def store_clock_comparator(cpu: GuestCpu, i: Instruction) -> None:
    cpu.store_number(i.address, cpu.regs.clock_comparator, 8)


@instruction(0xB208)
def set_cpu_timer(cpu: GuestCpu, i: Instruction) -> None:
    cpu.regs.cpu_timer = cpu.number(i.address, 8, 8)
    cpu.regs.cpu_timer_since_tod = cpu.vmm.clock.now
    cpu.vcpu.timers_changed()


@instruction(0xB209)
def store_cpu_timer(cpu: GuestCpu, i: Instruction) -> None:
    since = cpu.regs.cpu_timer_since_tod
    elapsed = cpu.vmm.clock.now - since if since else 0
    cpu.store_number(i.address, cpu.regs.cpu_timer - elapsed & 2**64 - 1, 8)


# Other CPUs, adapters, monitoring.


@instruction(0xAE00)
def signal_processor(cpu: GuestCpu, i: Instruction) -> None:
    """Busy goes to the guest, which will try again: the other CPU has to have
    its turn first."""
    target = cpu.engine.general(i.r3) & 0xFFFF
    parameter = cpu.engine.general(i.r1 | 1)
    answer = cpu.vcpu.sigp(target, i.address & 0xFF, parameter)
    if answer.cc == 1:
        high = cpu.engine.general(i.r1) & ~0xFFFFFFFF
        cpu.engine.set_general(i.r1, high | answer.status)
    cpu.yields |= answer.cc == 2
    cpu.condition(answer.cc)


@instruction(0xEBD1)
def set_interruption_controls(cpu: GuestCpu, i: Instruction) -> None:
    mode = cpu.engine.general(i.r1) & 0xFFFF
    isc = cpu.engine.general(i.r3) >> 27 & 7
    if mode not in list(s390irq.Suppression):
        raise ProgramCheck(OPERAND)
    cpu.vmm.machine.set_ais(isc, s390irq.Suppression(mode))


@instruction(0xAF00)
def monitor_call(cpu: GuestCpu, i: Instruction) -> None:
    """Control register 8 has a mask bit for each of the 16 classes."""
    monitor_class = i.text[1]
    if monitor_class > 15:
        raise ProgramCheck(SPECIFICATION)
    if cpu.regs.cr[8] & 0x8000 >> monitor_class:
        raise ProgramCheck(
            MONITOR, monitor_class=monitor_class, monitor_code=i.address
        )
