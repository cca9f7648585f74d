# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Many callbacks: no leak, no deadlock. S390IRQ_TEST_CALLBACKS says how many;
`scripts/check --all` takes a million."""

import gc
import os
import threading
import time

import s390irq

CALLBACKS = int(os.environ.get("S390IRQ_TEST_CALLBACKS", "20000"))
WAITING = 0x0102000180000000


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Counting(s390irq.Hooks):
    def __init__(self):
        self.calls = 0

    def trace(self, cpu, event):
        self.calls += 1
        if self.calls % 5000 == 0:
            gc.collect()

    def wake(self, cpu):
        self.calls += 1

    def tod(self, cpu):
        self.calls += 1
        return time.monotonic_ns() * 512 // 125


def test_callbacks_from_threads_that_inject_while_others_wait():
    hooks = Counting()
    stop = threading.Event()
    with s390irq.Machine(bytearray(1 << 20), 2, hooks=hooks) as machine:
        machine.ram[0x1B0:0x1C0] = (
            (0x180000000).to_bytes(8, "big") + bytes(6) + b"\x20\0"
        )

        def owner(cpu):
            while not stop.is_set():
                if cpu.deliver() == s390irq.WAIT:
                    cpu.wait(1)
                    continue
                cpu.regs.psw_mask = WAITING
                cpu.masks_changed()

        def injector(source):
            while not stop.is_set():
                for cpu in (0, 1):
                    machine.cpu[cpu].emergency_signal(source)
                    machine.cpu[source].sigp(cpu, s390irq.Order.EXTERNAL_CALL)

        for cpu in machine.cpu.values():
            cpu.start(psw_mask=WAITING, cr0=0x6000, clock_comparator=2**64 - 1)
        threads = [
            threading.Thread(target=owner, args=(c,))
            for c in machine.cpu.values()
        ]
        threads += [
            threading.Thread(target=injector, args=(i,)) for i in (0, 1)
        ]
        for thread in threads:
            thread.start()
        first = None
        end = time.monotonic() + 60 + CALLBACKS / 500
        while hooks.calls < CALLBACKS and time.monotonic() < end:
            time.sleep(0.02)
            if first is None and hooks.calls > CALLBACKS // 4:
                gc.collect()
                first = resident()
        calls = hooks.calls
        stop.set()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        gc.collect()
        assert calls >= CALLBACKS
        assert resident() - first < 8 << 20


def test_machines_that_come_and_go():
    def one():
        machine = s390irq.FakeMachine(2)
        machine.started(0)
        machine.fake.back = machine
        machine.cpu[0].emergency_signal(1)
        list(machine.cpu[0].explain())

    def many():
        for _ in range(200):
            one()
            gc.collect()
        return resident()

    many()
    before = many()
    assert many() - before < 2 << 20


def test_closed_machines_do_not_wait_for_the_garbage_collector():
    def many():
        for _ in range(100):
            with s390irq.FakeMachine(2) as machine:
                machine.started(0)
                machine.cpu[0].emergency_signal(1)
        return resident()

    gc.disable()
    try:
        before = many()
        assert many() - before < 8 << 20
    finally:
        gc.enable()
