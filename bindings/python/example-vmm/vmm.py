#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A VMM in a hundred lines: Unicorn executes the instructions of a guest and
knows nothing of interruptions, s390irq does everything that interrupts."""

import argparse
import mmap
import sys

import channel
import engine
import firmware  # noqa: F401  DIAGNOSE and SERVICE CALL
import guest
import instructions
import s390irq
from clock import NEVER, Clock
from cpu import GuestCpu

RAM = 16 << 20
BLOCK, EXIT = 256, 4096  # what a block and an exit take, in TOD units
SLICE = 20000  # blocks in a turn


class Host(s390irq.Hooks):
    """What the library asks for and is told."""

    def __init__(self, vmm):
        self._vmm = vmm

    def tod(self, cpu):
        return self._vmm.clock.now

    def deadline(self, cpu, deadline_tod):
        self._vmm.cpus[cpu.address].deadline = deadline_tod

    def registers(self, cpu, registers):
        self._vmm.cpus[cpu.address].engine.read(registers)


class Vmm:
    """All CPUs take turns on one thread. A turn: deliver, run guest code until
    a timer is due or the guest needs the host, and again, until the CPU waits
    or its slice is over."""

    def __init__(self, elf, cpus):
        self.ram = mmap.mmap(-1, RAM)
        self.clock = Clock()
        self.machine = s390irq.Machine(
            self.ram, cpus, hooks=Host(self), facilities=instructions.FACILITIES
        )
        self.cpus = [
            GuestCpu(self, vcpu, engine.Engine(self.ram, self._block))
            for vcpu in self.machine.cpu.values()
        ]
        self.channel = channel.Channel(self)
        entry = guest.load(elf, self.ram)
        self.cpus[0].vcpu.start(psw_mask=engine.MODE_64, psw_address=entry)

    def _block(self):
        """A block of instructions begins; True: the engine shall stop."""
        self.clock.now += BLOCK
        self._slice -= 1
        return self._slice <= 0 or self.clock.now >= self._stop

    def _deliver(self, cpu):
        cpu.must_deliver = False
        cpu.answer = cpu.vcpu.deliver()
        if cpu.vcpu.report.changed & s390irq.Changed.CLEAR:
            cpu.engine.clear()

    def _run_guest(self, cpu):
        self._stop = min(cpu.deadline, self.clock.next)
        exit = cpu.engine.run(cpu.regs)
        self.clock.now += EXIT
        self._slice -= 1
        if exit.reason == engine.Reason.SUPERVISOR_CALL:
            cpu.regs.psw_address = cpu.wrap(cpu.regs.psw_address + exit.length)
            cpu.vcpu.supervisor_call(exit.code, exit.length)
            cpu.must_deliver = True
        elif exit.reason != engine.Reason.ASKED:
            instructions.execute(cpu, exit.code, exit.length)

    def _turn(self, cpu):
        self._slice, cpu.yields, cpu.must_deliver = SLICE, False, True
        while cpu.must_deliver or self._slice > 0 and not cpu.yields:
            if cpu.must_deliver or cpu.vcpu.attention:
                self._deliver(cpu)
            if cpu.answer != s390irq.RUN:
                break
            self._run_guest(cpu)
            self.clock.run_events()
            self._fire_timer(cpu)

    def _fire_timer(self, cpu):
        if cpu.deadline <= self.clock.now:
            cpu.deadline = NEVER
            cpu.vcpu.timer_fired()

    def _round(self):
        """A turn for every CPU that can use it; False: none could."""
        self.clock.run_events()
        for cpu in self.cpus:
            self._fire_timer(cpu)
        turns = 0
        for cpu in self.cpus:
            if cpu.answer == s390irq.RUN or cpu.vcpu.attention:
                self._turn(cpu)
                turns += 1
        return turns > 0

    def run(self):
        """Until CPU 0 waits disabled or no CPU can go on; the PSW address that
        it waits with is the guest's last word: 0 is good."""
        first = self.cpus[0]
        while first.answer != s390irq.WAIT_DISABLED or first.vcpu.attention:
            if self._round():
                continue
            waiting = [c for c in self.cpus if c.answer == s390irq.WAIT]
            until = min([self.clock.next, *(c.deadline for c in waiting)])
            if until == NEVER:
                return None
            self.clock.now = max(self.clock.now, until)
        return first.regs.psw_address


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "guest", help="an ELF executable, such as selftest.elf of examples/vmm"
    )
    parser.add_argument("--cpus", type=int, default=2, help="2 if not given")
    options = parser.parse_args()
    try:
        with open(options.guest, "rb") as file:
            vmm = Vmm(file.read(), options.cpus)
        word = vmm.run()
    except (engine.EngineError, s390irq.Error, OSError, ValueError) as error:
        print(f"vmm: {error}", file=sys.stderr)
        return 2
    lost = list(guest.differences(vmm.ram, vmm.machine, vmm.channel.withdrawn))
    for line in lost:
        print(line)
    if word is None:
        print("vmm: no CPU can go on", vmm.machine.explain(), sep="\n")
    return 0 if word == 0 and not lost else 1


if __name__ == "__main__":
    sys.exit(main())
