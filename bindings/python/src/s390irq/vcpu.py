# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""A CPU: its registers, its owner's loop, and what others may do to it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    FrozenSet,
    Iterator,
    List,
    Optional,
    Tuple,
)

from . import _native
from .enums import (
    Answer,
    Changed,
    Intercept,
    Kind,
    Order,
    Outcome,
    Reset,
    State,
    Status,
)
from .errors import GuestMemoryError
from .headers import explained_by
from .interruptions import Interruption, Program
from .kvm import Exported, Imported
from .queue import Explanation, Explanations, Queue
from .registers import Cpu, Registers

if TYPE_CHECKING:
    from .machine import Counters, Machine

NEVER: int = _native.NEVER


@dataclass(frozen=True)
class Report:
    """What one deliver() did."""

    taken: int = 0
    taken_kinds: FrozenSet[Kind] = frozenset()
    changed: Changed = Changed.NONE
    intercepts: Intercept = Intercept.NONE
    loop_kind: Optional[Kind] = None
    deadline_tod: Optional[int] = None

    @classmethod
    def _of(cls, native: Any) -> Report:
        return cls(
            native.taken,
            frozenset(kind for kind in Kind if native.taken_kinds >> kind & 1),
            Changed(native.changed),
            Intercept(native.intercepts),
            Kind(native.loop_kind) if native.loop_kind else None,
            None if native.deadline_tod == NEVER else native.deadline_tod,
        )


@dataclass(frozen=True)
class Signalled:
    """What SIGNAL PROCESSOR answered: the condition code, and with 1 a
    status."""

    cc: int
    status: Status = Status.NONE


class Plan:
    """An interruption in hand: make the stores, load 16 bytes from
    new_psw_absolute into new_psw."""

    def __init__(self, native: Any) -> None:
        self._native = native
        self.kind = Kind(native.kind)
        self.stores: List[Tuple[int, bytes]] = native.stores()
        self.new_psw_absolute: int = native.new_psw_absolute
        self.new_psw: Optional[bytes] = None

    def __repr__(self) -> str:
        return f"<Plan {self.kind.name}, {len(self.stores)} stores>"


class Vcpu:
    """A CPU of a Machine.

    Functions that only the thread that runs the CPU may call say [O]. Another
    thread may become it whenever the CPU does not run; out of turn, OwnerError
    is raised. All others are for any thread.
    """

    def __init__(self, machine: Machine, address: int, handle: Any) -> None:
        self.machine = machine
        self.address = address
        self.regs = Cpu()
        self.report = Report()
        self._own_handle = handle
        self._report = _native.report()
        self._woken = threading.Event()

    @property
    def _handle(self) -> Any:
        self.machine._handle  # raises when closed
        return self._own_handle

    # The owner's loop

    @explained_by("vcpu_deliver")
    def deliver(self) -> Answer:
        """[O] Takes what is pending and enabled; what the CPU does next.
        `regs` and `report` are new afterwards."""
        try:
            answer = _native.vcpu_deliver(
                self._handle, self.regs._native, self._report
            )
        except GuestMemoryError as error:
            error.absolute = self._report.fault_address
            raise
        finally:
            self.report = Report._of(self._report)
        return Answer(answer)

    def wait(self, timeout: Optional[float] = None) -> bool:
        """[O] Sleeps until there is a reason to call deliver(): attention, or
        the deadline of the last one. False: `timeout` seconds are over."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            self._woken.clear()
            if self.attention:
                return True
            due = self._seconds_to_deadline()
            if due is not None and due <= 0:
                self.timer_fired()
                return True
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                return False
            waits = [seconds for seconds in (due, left) if seconds is not None]
            self._woken.wait(min(waits) if waits else None)

    def _seconds_to_deadline(self) -> Optional[float]:
        deadline = self.report.deadline_tod
        if deadline is None:
            return None
        return (deadline - self.machine.host_tod()) / 4096e6

    def run(self) -> Answer:
        """[O] deliver(), and wait() as long as the CPU waits enabled."""
        while True:
            answer = self.deliver()
            if answer != Answer.WAIT:
                return answer
            self.wait()

    @explained_by("vcpu_masks_changed")
    def masks_changed(self) -> None:
        """[O] PSW or control registers 0, 6 or 14 in `regs` changed."""
        _native.vcpu_masks_changed(self._handle, self.regs._native)

    @explained_by("vcpu_timers_changed")
    def timers_changed(self) -> None:
        """[O] Clock comparator, CPU timer or CR0 bit 10 in `regs` changed."""
        _native.vcpu_timers_changed(self._handle, self.regs._native)

    @explained_by("vcpu_lowcore_changed")
    def lowcore_changed(self) -> None:
        """[O] The lowcore hook is asked again."""
        _native.vcpu_lowcore_changed(self._handle)

    @explained_by("vcpu_has_interruption")
    def has_interruption(self) -> bool:
        """[O] Would deliver() take an interruption?"""
        return bool(
            _native.vcpu_has_interruption(self._handle, self.regs._native)
        )

    @explained_by("vcpu_program")
    def program(self, program: Program) -> Outcome:
        """[O] The CPU found a program interruption condition."""
        part = _native.program()
        program._to_native().get_program(part)
        return Outcome(_native.vcpu_program(self._handle, part))

    @explained_by("vcpu_supervisor_call")
    def supervisor_call(self, code: int, ilc: int = 2) -> Outcome:
        """[O] The CPU executed SUPERVISOR CALL."""
        return Outcome(_native.vcpu_supervisor_call(self._handle, code, ilc))

    @explained_by("vcpu_check_stop")
    def check_stop(self) -> None:
        """[O] The next deliver() enters the check-stop state."""
        _native.vcpu_check_stop(self._handle)

    @contextmanager
    @explained_by("vcpu_prepare", "vcpu_commit", "vcpu_abort")
    def prepare(self) -> Iterator[Optional[Plan]]:
        """[O] Delivery in two steps: the body makes the plan's stores and sets
        plan.new_psw; then the interruption is taken. If it raises or sets no
        PSW, it is given back. None: there is nothing to take."""
        native = _native.plan()
        if not _native.vcpu_prepare(self._handle, self.regs._native, native):
            yield None
            return
        plan = Plan(native)
        taken = False
        try:
            yield plan
            if plan.new_psw is None:
                return
            native.new_psw = plan.new_psw
            _native.vcpu_commit(self._handle, self.regs._native, native)
            taken = True
        finally:
            if not taken:
                _native.vcpu_abort(self._handle)

    @explained_by("vcpu_pfault_begin")
    def pfault_begin(self, token: int, select: int, compare: int) -> Outcome:
        """[O] Begins the pfault handshake; BUSY: one is in force."""
        return Outcome(
            _native.vcpu_pfault_begin(self._handle, token, select, compare)
        )

    @explained_by("vcpu_pfault_cancel")
    def pfault_cancel(self) -> Outcome:
        """[O] Ends it; CLEARED: none was in force."""
        return Outcome(_native.vcpu_pfault_cancel(self._handle))

    @explained_by("vcpu_pfault_may_start")
    def pfault_may_start(self) -> Optional[int]:
        """[O] The address of the token if a fault may be asynchronous now."""
        may, token = _native.vcpu_pfault_may_start(
            self._handle, self.regs._native
        )
        return token if may else None

    @explained_by("vcpu_unplug")
    def unplug(self) -> None:
        """[O] Takes the CPU out of the configuration; Machine.plug() brings
        it back."""
        _native.vcpu_unplug(self._handle)

    # Any thread

    @property
    @explained_by("vcpu_attention")
    def attention(self) -> bool:
        """Whether deliver() should be called soon."""
        return bool(_native.vcpu_attention(self._handle))

    @property
    @explained_by("vcpu_state")
    def state(self) -> State:
        return State(_native.vcpu_state(self._handle))

    @property
    @explained_by("vcpu_queue")
    def queue(self) -> Queue:
        """What pends at this CPU alone."""
        return Queue(self, _native.vcpu_queue)

    @explained_by("vcpu_explain", "vcpu_explain_text")
    def explain(self) -> Explanations:
        """What pends for this CPU, and what holds each back."""
        found = Explanations(
            Explanation._of(one) for one in _native.vcpu_explain(self._handle)
        )
        found.text = _native.vcpu_explain_text(self._handle).rstrip("\n")
        return found

    @explained_by("vcpu_start")
    def start(self, **registers: int) -> None:
        """The operator's start; with registers (psw_mask=..., cr0=...) the CPU
        begins with those, all others as after an initial CPU reset."""
        if not registers:
            self._check(_native.vcpu_start(self._handle, None))
            return
        regs = Cpu(**registers)
        self._check(_native.vcpu_start(self._handle, regs._native))
        self.regs = regs

    @staticmethod
    def _check(outcome: int) -> None:
        if outcome:
            from .errors import StateError

            raise StateError("an order is outstanding at this CPU")

    @explained_by("vcpu_stop")
    def stop(self) -> None:
        """The operator's stop; it is carried out by the next deliver()."""
        self._check(_native.vcpu_stop(self._handle))

    @explained_by("vcpu_restart")
    def restart(self) -> None:
        """The operator's restart."""
        self._check(_native.vcpu_restart(self._handle))

    @explained_by("vcpu_reset")
    def reset(self, kind: Reset = Reset.CPU) -> None:
        _native.vcpu_reset(self._handle, kind)

    @explained_by("vcpu_kick")
    def kick(self) -> None:
        """Makes the owner call deliver() once more."""
        _native.vcpu_kick(self._handle)

    @explained_by("vcpu_timer_fired")
    def timer_fired(self) -> None:
        """The deadline is reached, or may be."""
        _native.vcpu_timer_fired(self._handle)

    @explained_by("vcpu_set_dispatched")
    def set_dispatched(self, dispatched: bool) -> None:
        _native.vcpu_set_dispatched(self._handle, int(dispatched))

    @explained_by("vcpu_get_cpu")
    def get_cpu(self) -> Cpu:
        """A copy of the registers of a CPU that does not run."""
        cpu = Cpu()
        _native.vcpu_get_cpu(self._handle, cpu._native)
        return cpu

    @explained_by("vcpu_set_cpu")
    def set_cpu(self, cpu: Cpu) -> None:
        """Replaces them; the owner's next deliver() has them in `regs`."""
        _native.vcpu_set_cpu(self._handle, cpu._native)

    @explained_by("vcpu_get_registers")
    def get_registers(self) -> Registers:
        """The other registers of a CPU that is not operating."""
        registers = Registers()
        _native.vcpu_get_registers(self._handle, registers._native)
        return registers

    @explained_by("vcpu_inject")
    def inject(self, interruption: Interruption) -> Outcome:
        """Makes a local interruption pending."""
        return Outcome(
            _native.vcpu_inject(self._handle, interruption._to_native())
        )

    @explained_by("vcpu_inject_emergency")
    def emergency_signal(self, source: int) -> Outcome:
        return Outcome(_native.vcpu_inject_emergency(self._handle, source))

    @explained_by("vcpu_inject_external_call")
    def external_call(self, source: int) -> Outcome:
        return Outcome(_native.vcpu_inject_external_call(self._handle, source))

    @explained_by("vcpu_sigp")
    def sigp(self, target: int, order: int, parameter: int = 0) -> Signalled:
        """SIGNAL PROCESSOR from this CPU to the one with this address."""
        cc, status = _native.vcpu_sigp(self._handle, target, order, parameter)
        return Signalled(cc, Status(status) if cc == 1 else Status.NONE)

    @property
    @explained_by("vcpu_counters")
    def counters(self) -> Dict[Kind, Counters]:
        from .machine import _counters

        return _counters(_native.vcpu_counters, self._handle)

    @explained_by("vcpu_export_kvm")
    def export_kvm(self, partial: bool = False) -> Exported:
        """What pends, as the buffer of KVM_S390_GET_IRQ_STATE. partial: leave
        out what KVM has no record for."""
        return Exported._of(_native.vcpu_export_kvm(self._handle, int(partial)))

    @explained_by("vcpu_import_kvm")
    def import_kvm(self, buffer: bytes) -> Imported:
        """As KVM_S390_SET_IRQ_STATE does."""
        report = _native.import_report()
        outcome = _native.vcpu_import_kvm(self._handle, buffer, report)
        return Imported._of(outcome, report)

    def __repr__(self) -> str:
        if self.machine.closed:
            return f"<Vcpu {self.address}, closed>"
        try:
            state = self.state.name.lower()
        except LookupError:
            state = "unplugged"
        return f"<Vcpu {self.address}, {state}, {len(self.queue)} pending>"


__all__ = ["NEVER", "Order", "Plan", "Report", "Signalled", "Vcpu"]
