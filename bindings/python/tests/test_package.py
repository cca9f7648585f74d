# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The package through its public names."""

import ctypes
import threading
from pathlib import Path

import pytest

import s390irq
from s390irq import _native, enums, errors

OPEN = 0x0100000180000000
WAITING = 0x0102000180000000


def test_numbers_are_those_of_the_headers():
    prefixes = {
        "Kind": "KIND_", "Outcome": "", "Answer": "", "State": "STATE_",
        "Reset": "RESET_", "Order": "SIGP_", "Event": "TRACE_",
        "Published": "PUBLISHED_", "LogLevel": "LOG_",
        "Suppression": "AIS_", "Status": "STATUS_", "Changed": "CHANGED_",
        "Intercept": "INTERCEPT_", "Held": "HELD_", "Condition": "MCIC_",
        "AdapterFlag": "ADAPTER_",
    }  # fmt: skip
    for name, prefix in prefixes.items():
        members = {
            m: v
            for m, v in getattr(enums, name).__members__.items()
            if m != "NONE"
        }
        for member, value in members.items():
            assert getattr(_native, prefix + member) == value
        if prefix:
            there = {
                c[len(prefix) :] for c in dir(_native) if c.startswith(prefix)
            }
            assert there - {"LIMIT"} == set(members)


def event(**members):
    native = _native.trace()
    native.cpu = _native.NO_CPU
    for name, value in members.items():
        setattr(native, name, value)
    return s390irq.TraceEvent._of(native)


def test_events_of_a_later_library_are_told_by_number():
    later = event(event=99, kind=60, cpu=1)
    assert later.event == 99 and later.kind == 60
    assert str(later) == "CPU 1: unknown_99"
    assert s390irq.Event.later(2) is s390irq.Event.DELIVER


@pytest.mark.parametrize("kind", [0, *s390irq.Kind, 60])
@pytest.mark.parametrize("number", [*s390irq.Event, 99])
def test_every_event_has_a_text(number, kind):
    for outcome in (-1, 0, 1, 99):
        assert str(event(event=number, kind=kind, outcome=outcome))


def test_the_trace_tells_what_was_published_and_cleared(machine):
    cpu = machine.started(0, cr0=0x6000, psw_mask=OPEN)
    published = [
        e for e in machine.fake.events if e.event == s390irq.Event.PUBLISH
    ]
    assert s390irq.Kind.EXTERNAL_CALL in published[-1].kinds
    assert published[-1].tod == machine.fake.now
    cpu.emergency_signal(1)
    cpu.queue.clear()
    cleared = machine.fake.events[-1]
    assert cleared.event == s390irq.Event.CLEAR and cleared.outcome == 1
    assert s390irq.Kind.EMERGENCY_SIGNAL in cleared.kinds
    assert s390irq.Kind.SERVICE_SIGNAL not in cleared.kinds
    assert "1 cleared of" in str(cleared)


def test_every_error_of_the_registry_has_an_exception():
    codes = {getattr(_native, n) for n in dir(_native) if n.startswith("E_")}
    assert codes == set(errors.REGISTRY)
    for code, error in errors.REGISTRY.items():
        assert getattr(_native, error.name) == code


def test_every_kind_has_a_class_and_a_native_form():
    assert set(s390irq.interruptions.CLASSES) == set(s390irq.Kind)
    one = s390irq.MachineCheck(s390irq.Condition.WARNING, logout=bytes(16))
    assert s390irq.interruptions.from_native(one._to_native()) == one


def test_the_example_of_the_readme(machine):
    cpu = machine.started(0, cr0=0x2000)
    assert machine.cpu[1].sigp(0, s390irq.Order.EXTERNAL_CALL).cc == 0
    held = cpu.explain()[0]
    assert held.interruption == s390irq.ExternalCall(source=1)
    assert held.held == s390irq.Held.PSW_EXTERNAL
    cpu.regs.psw_mask = OPEN
    cpu.masks_changed()
    assert cpu.deliver() == s390irq.RUN
    assert machine.stored(0, 0x84, 4) == 0x00011202


def test_save_and_load_bytes(machine, make_machine):
    machine.started(0)
    machine.service_signal(0x1000)
    machine.pause()
    machine.deliver_all()
    state = machine.save()
    other = make_machine(2)
    other.load(state)
    assert list(other.queue) == [s390irq.ServiceSignal(0x1000)]
    with pytest.raises(s390irq.FormatError):
        other.load(state[:-1])


def test_two_steps(machine):
    cpu = machine.started(0, cr0=0x4000, psw_mask=OPEN)
    cpu.emergency_signal(1)
    with cpu.prepare() as plan:
        assert plan.kind == s390irq.Kind.EMERGENCY_SIGNAL and plan.stores
    assert len(cpu.queue) == 1  # given back
    with cpu.prepare() as plan:
        at = plan.new_psw_absolute
        plan.new_psw = bytes(machine.ram[at : at + 16])
    assert len(cpu.queue) == 0
    assert cpu.regs.psw_address == machine.HANDLER["external"]


def test_kvm_records_and_buffers(machine):
    machine.started(0)
    cpu = machine.cpu[1]
    cpu.emergency_signal(0)
    buffer = cpu.export_kvm()
    assert s390irq.from_kvm(buffer, local=True) == s390irq.EmergencySignal(0)
    from s390irq import decode

    assert list(decode.lines(buffer)) == ["0: EmergencySignal(source=0x0)"]


def test_threads_wait_and_inject():
    rounds = 500
    with s390irq.Machine(bytearray(1 << 20), 2) as machine:
        machine.ram[0x1B0:0x1C0] = (
            (0x180000000).to_bytes(8, "big") + bytes(6) + b"\x20\0"
        )
        cpu = machine.cpu[0]
        cpu.start(psw_mask=WAITING, cr0=0x4000)

        def owner():
            for _ in range(rounds):
                assert cpu.run() == s390irq.RUN
                cpu.regs.psw_mask = WAITING
                cpu.masks_changed()
                taken.release()

        taken = threading.Semaphore(0)
        thread = threading.Thread(target=owner)
        thread.start()
        for _ in range(rounds):
            cpu.emergency_signal(1)
            assert taken.acquire(timeout=60)
        thread.join(60)
        assert not thread.is_alive()
        assert machine.counters[s390irq.Kind.EMERGENCY_SIGNAL].taken == rounds


def test_hooks_on_a_thread_that_python_does_not_know():
    """A real pthread calls s390irq_vcpu_kick(), whose wake hook is Python."""
    woken = threading.Event()

    class Hooks(s390irq.Hooks):
        def wake(self, cpu):
            woken.set()

    libc = ctypes.CDLL(None, use_errno=True)
    library = ctypes.CDLL(_native.__file__)
    with s390irq.Machine(bytearray(1 << 20), hooks=Hooks()) as machine:
        cpu = machine.cpu[0]
        cpu.start(psw_mask=WAITING, cr0=0x4000)
        assert cpu.deliver() == s390irq.WAIT
        woken.clear()
        thread = ctypes.c_ulong()
        kick = ctypes.cast(library.s390irq_vcpu_kick, ctypes.c_void_p)
        pointer = ctypes.c_void_p(cpu._handle.pointer)
        assert (
            libc.pthread_create(ctypes.byref(thread), None, kick, pointer) == 0
        )
        assert woken.wait(60)
        libc.pthread_join(thread, None)


def test_the_module_has_every_function_of_the_headers():
    folder = Path(__file__).resolve().parents[3] / "include/s390irq"
    if not folder.exists():
        pytest.skip("no headers beside the package")
    import re

    text = "".join(header.read_text() for header in folder.glob("*.h"))
    names = set(re.findall(r"S390IRQ_EXPORT[^;]*?\bs390irq_(\w+)\(", text))
    without = {"vm_ref", "vm_unref", "vcpu_poll"}
    assert names - without <= set(dir(_native))


def test_docstrings_are_those_of_the_headers():
    assert "From now on injections answer" in _native.vm_close.__doc__
