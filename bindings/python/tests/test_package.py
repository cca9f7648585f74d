# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The package through its public names."""

import ast
import ctypes
import re
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
        "Published": "PUBLISHED_",
        "Feature": "FEATURE_",
        "ProgramFlag": "PROGRAM_", "LogLevel": "LOG_",
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


HEADERS = Path(__file__).resolve().parents[3] / "include/s390irq"


def functions_of_the_headers():
    if not HEADERS.exists():
        pytest.skip("no headers beside the package")
    text = "".join(header.read_text() for header in HEADERS.glob("*.h"))
    # The handle has the references; attention is read by a function.
    without = {"vm_ref", "vm_unref", "vcpu_poll"}
    return (
        set(re.findall(r"S390IRQ_EXPORT[^;]*?\bs390irq_(\w+)\(", text))
        - without
    )


def calls_of_the_package():
    """(function of the headers, method or function that calls it)."""
    package = Path(s390irq.__file__).parent
    for file in package.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                for part in ast.walk(node):
                    if (
                        isinstance(part, ast.Attribute)
                        and isinstance(part.value, ast.Name)
                        and part.value.id == "_native"
                    ):
                        yield part.attr, node


def test_the_module_has_every_function_of_the_headers():
    assert functions_of_the_headers() <= set(dir(_native))


def test_the_package_calls_every_function_of_the_headers():
    # wait() of the package is interruptible; sizes are the module's affair.
    without = {"vcpu_wait", "struct_size", "vm_cpu", "vcpu_address"}
    called = {name for name, _ in calls_of_the_package()}
    assert functions_of_the_headers() - without <= called | {
        "strerror",
        "version",
    }


def test_docstrings_are_those_of_the_headers():
    assert "From now on injections answer" in _native.vm_close.__doc__
    for name in functions_of_the_headers():
        assert len(getattr(_native, name).__doc__) > 20, name
    assert "deadline_tod;" in _native.report.__doc__
    assert "s390irq_vm_pause() of the library" in s390irq.Machine.pause.__doc__


def test_methods_are_explained_by_what_they_call():
    functions = functions_of_the_headers()
    inner = {"_adapted", "from_code"}
    for name, node in calls_of_the_package():
        if name not in functions or node.name[0] == "_" or node.name in inner:
            continue
        said = " ".join(ast.unparse(one) for one in node.decorator_list)
        assert f"'{name}'" in said or ".setter" in said, (name, node.name)


def test_adapters_and_the_epoch(machine):
    machine.add_adapter(7, isc=3, flags=s390irq.AdapterFlag.MASKABLE)
    assert machine.mask_adapter(7, True) is False
    assert machine.signal_adapter(7) == s390irq.Outcome.REMEMBERED
    state = machine.adapter(7)
    assert state.masked and state.remembered and state.isc == 3
    with pytest.raises(s390irq.NoAdapterError):
        machine.adapter(8)
    machine.tod_epoch = 1, 5
    assert machine.tod_epoch == (1, 5) and machine.tod == 5


def test_values_are_checked_and_coded():
    with pytest.raises(s390irq.InvalidError):
        s390irq.ServiceSignal(4).check()
    s390irq.ServiceSignal(0x1000).check()
    io = s390irq.Io(0x10001, 0xCAFE, s390irq.io_word(3))
    assert io.code().hex() == "000100010000cafe18000000"
    assert s390irq.feature(s390irq.Feature.DEBUG_CHECKS) in (False, True)


def test_what_kvm_has_no_record_for(machine):
    cpu = machine.cpu[0]
    cpu.inject(s390irq.InterruptKey())
    with pytest.raises(s390irq.NotRepresentableError):
        cpu.export_kvm()
    cpu.emergency_signal(1)
    buffer = cpu.export_kvm(partial=True)
    assert buffer.left_out == {s390irq.Kind.INTERRUPT_KEY}
    imported = machine.cpu[1].import_kvm(buffer)
    assert (imported.outcome, imported.records) == (s390irq.Outcome.QUEUED, 1)
