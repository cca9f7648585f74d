# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Garbage from Python is an exception, never a crash."""

import gc
import threading
import weakref

import pytest

import s390irq
from s390irq import _native

NONSENSE = [None, "x", 1.5, b"", object(), [], -1, 2**64, 2**200]


def test_closed_handles_raise():
    machine = s390irq.FakeMachine(2)
    cpu, queue = machine.started(0), machine.queue
    machine.close()
    machine.close()
    for use in (
        cpu.deliver,
        cpu.explain,
        cpu.kick,
        machine.save,
        queue.list,
        lambda: len(queue),
        lambda: machine.cpu,
        lambda: cpu.state,
    ):
        with pytest.raises(s390irq.ClosedError):
            use()
    assert "closed" in repr(cpu) and "closed" in repr(machine)


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_as_arguments(machine, value):
    cpu = machine.started(0)
    calls = [
        lambda: cpu.emergency_signal(value), lambda: cpu.sigp(0, value),
        lambda: cpu.sigp(value, 1), lambda: machine.service_signal(value),
        lambda: machine.io(value, 3), lambda: machine.load(value),
        lambda: cpu.inject(value), lambda: machine.add_subchannel(value),
        lambda: machine.queue.take_io(value), lambda: cpu.import_kvm(value),
        lambda: setattr(cpu.regs, "prefix", value),
        lambda: cpu.regs.cr.__setitem__(0, value),
        lambda: cpu.regs.cr[99], lambda: machine.plug(value),
        lambda: machine.fire_route(value), lambda: s390irq.Machine(value or 7),
        lambda: s390irq.from_kvm(value, local=True),
    ]  # fmt: skip
    for call in calls:
        try:
            call()
        except (
            s390irq.Error,
            TypeError,
            ValueError,
            OverflowError,
            AttributeError,
            IndexError,
            BufferError,
        ):
            pass


def test_every_native_function_survives_nonsense():
    functions = [
        getattr(_native, name) for name in dir(_native) if name[0] != "_"
    ]
    for function in functions:
        if not callable(function) or function is _native.shut:
            continue
        for value in NONSENSE:
            for count in range(8):
                try:
                    function(*[value] * count)
                except Exception:
                    pass


class Raising(s390irq.Hooks):
    def __init__(self, answer=None):
        self.answer = answer

    def wake(self, cpu):
        raise KeyError("wake")

    def read(self, cpu, absolute, length):
        if self.answer is None:
            raise LookupError(absolute)
        return self.answer

    def write(self, cpu, absolute, data):
        return self.answer


def test_what_a_hook_raises_is_chained():
    with s390irq.Machine(bytearray(1 << 20), hooks=Raising()) as machine:
        cpu = machine.cpu[0]
        with pytest.raises(s390irq.HostError) as caught:
            cpu.start(psw_mask=0x0102000180000000, cr0=0x4000)
        assert caught.value.hook == "wake" and caught.value.answer == 0
        assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize("answer", [None, 7, "x", b"short", object(), 1.5])
def test_hooks_that_answer_nonsense(answer):
    hooks = Raising(answer)
    hooks.wake = lambda cpu: None
    with s390irq.Machine(hooks=hooks) as machine:
        cpu = machine.cpu[0]
        cpu.start(psw_mask=0x0100000180000000, cr0=0x4000)
        cpu.emergency_signal(0)
        with pytest.raises(s390irq.HostError) as caught:
            cpu.deliver()
        assert caught.value.answer == s390irq.GuestMemoryError.code
        assert len(cpu.queue) == 1


def test_no_such_storage_is_no_host_error():
    hooks = Raising(False)
    hooks.wake = lambda cpu: None
    with s390irq.Machine(hooks=hooks) as machine:
        cpu = machine.cpu[0]
        cpu.start(psw_mask=0x0100000180000000, cr0=0x4000)
        cpu.emergency_signal(0)
        with pytest.raises(s390irq.GuestMemoryError) as caught:
            cpu.deliver()
        assert caught.value.absolute is not None


def test_a_hook_that_calls_back():
    raised = []

    class Hooks(s390irq.Hooks):
        def trace(self, cpu, event):
            if event.event == s390irq.Event.ANSWER:
                machine.cpu[1].emergency_signal(0)  # anything for any thread
                try:
                    cpu.deliver()
                except s390irq.OwnerError as error:
                    raised.append(error)

    with s390irq.Machine(bytearray(1 << 20), 2, hooks=Hooks()) as machine:
        cpu = machine.cpu[0]
        cpu.start(psw_mask=0x180000000)
        assert cpu.deliver() == s390irq.RUN
        assert raised and len(machine.cpu[1].queue) == 1


def test_keyboard_interrupt_goes_through():
    class Hooks(s390irq.Hooks):
        def tod(self, cpu):
            raise KeyboardInterrupt

    with s390irq.Machine(bytearray(1 << 20), hooks=Hooks()) as machine:
        with pytest.raises(KeyboardInterrupt):
            machine.cpu[0].start(
                clock_comparator=1, psw_mask=0x0100000180000000
            )
            machine.cpu[0].deliver()


def test_another_thread_out_of_turn(machine):
    cpu = machine.started(0)
    raised = []

    def other():
        try:
            cpu.deliver()
        except s390irq.OwnerError as error:
            raised.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert raised


def test_the_garbage_collector_ends_machines():
    machine = s390irq.FakeMachine(2)
    machine.started(0)
    machine.fake.back = machine  # a cycle through the hooks
    gone = weakref.ref(machine)
    del machine
    gc.collect()
    assert gone() is None
