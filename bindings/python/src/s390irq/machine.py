# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The virtual machine."""

from __future__ import annotations

import atexit
import time
from dataclasses import dataclass
from types import TracebackType
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Optional,
    Tuple,
    Type,
    Union,
)

from . import _native
from .enums import AdapterFlag, Kind, Outcome, Suppression
from .errors import ClosedError
from .headers import explained_by
from .hooks import Hooks, bind
from .interruptions import Interruption, io_word
from .kvm import Exported, Imported
from .queue import Queue
from .vcpu import Vcpu

atexit.register(_native.shut)


@dataclass(frozen=True)
class Counters:
    """Of one kind. injected is the sum of the others."""

    injected: int
    taken: int
    coalesced: int
    refused: int
    cleared: int
    pending: int


def _counters(
    call: Callable[[Any, Any], int], handle: Any
) -> Dict[Kind, Counters]:
    native = _native.counters()
    call(handle, native)
    return {
        kind: Counters(*(native.get_kind(kind, column) for column in range(6)))
        for kind in Kind
    }


@dataclass(frozen=True)
class AdapterState:
    """What is registered under an adapter's number, and how it stands."""

    adapter: int
    isc: int
    flags: AdapterFlag
    masked: bool
    remembered: bool  # it has signalled while it was masked


@dataclass(frozen=True)
class Route:
    """Where an adapter has its indicator and its summary indicator."""

    adapter: int
    indicator_absolute: int
    indicator_offset: int = 0
    summary_absolute: int = 0
    summary_offset: int = 0

    def _to_native(self) -> Any:
        native = _native.route()
        for name in self.__dataclass_fields__:
            setattr(native, name, getattr(self, name))
        return native


class Machine:
    """A virtual machine: CPUs, what floats, the TOD clock.

    ram: guest absolute storage, writable and of fixed size (bytearray, mmap);
    None: the read and write hooks reach it. It ends with close() or as a
    context manager; every later use raises ClosedError, and whatever is in
    progress on other threads is finished first.
    """

    def __init__(
        self,
        ram: Union[bytearray, memoryview, Any, None] = None,
        cpus: int = 1,
        *,
        hooks: Optional[Hooks] = None,
        facilities: Optional[bytes] = None,
        masks_unknown: bool = False,
        log_level: int = 0,
        cp_service_limit: int = 1024,
        plugged: Optional[Iterable[int]] = None,
    ) -> None:
        self.ram: Any = ram
        self.hooks = hooks
        self._cpus: Dict[int, Vcpu] = {}
        bound = bind(hooks, self)
        self._tod_hook = bound.get("tod")
        bound["wake"] = self._waking(bound.get("wake"))
        self._own_handle: Any = _native.vm_create(
            cpus,
            int(masks_unknown),
            log_level,
            cp_service_limit,
            ram,
            facilities,
            bound,
        )
        for address in range(cpus) if plugged is None else plugged:
            self.plug(address)

    def _waking(
        self, hook: Optional[Callable[[int], Any]]
    ) -> Callable[[int], None]:
        cpus = self._cpus

        def wake(cpu: int) -> None:
            found = cpus.get(cpu)
            if found is not None:
                found._woken.set()
            if hook is not None:
                hook(cpu)

        return wake

    @property
    def _handle(self) -> Any:
        handle = self._own_handle
        if handle is None:
            raise ClosedError("the machine is closed")
        return handle

    @property
    def closed(self) -> bool:
        return self._own_handle is None

    @explained_by("vm_close")
    def close(self) -> None:
        """Ends the machine. Can be called again."""
        handle, self._own_handle = self._own_handle, None
        if handle is None:
            return
        _native.vm_close(handle)
        for cpu in list(self._cpus.values()):
            cpu._woken.set()
            cpu._own_handle = None
        # No cycle is left: storage is large, and shall not wait for the
        # garbage collector. The hooks have the old dict as long as they run.
        self._cpus, self._tod_hook = {}, None

    def __enter__(self) -> Machine:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    # CPUs

    @property
    def cpu(self) -> Dict[int, Vcpu]:
        """The CPUs by address."""
        self._handle
        return self._cpus

    @explained_by("vcpu_create")
    def plug(self, address: int) -> Vcpu:
        """A CPU comes; it is stopped."""
        handle = _native.vcpu_create(self._handle, address)
        self._cpus[address] = Vcpu(self, address, handle)
        return self._cpus[address]

    # What floats

    @property
    @explained_by("vm_queue")
    def queue(self) -> Queue:
        """What pends for whichever CPU takes it."""
        return Queue(self, _native.vm_queue)

    @explained_by("vm_inject")
    def inject(self, interruption: Interruption) -> Outcome:
        """Makes a floating interruption pending."""
        return Outcome(
            _native.vm_inject(self._handle, interruption._to_native())
        )

    @explained_by("vm_inject_service")
    def service_signal(self, parameter: int) -> Outcome:
        return Outcome(_native.vm_inject_service(self._handle, parameter))

    @explained_by("vm_add_subchannel")
    def add_subchannel(self, subchannel: int) -> None:
        """subchannel: its subsystem-identification word."""
        _native.vm_add_subchannel(self._handle, subchannel)

    @explained_by("vm_remove_subchannel")
    def remove_subchannel(self, subchannel: int) -> None:
        _native.vm_remove_subchannel(self._handle, subchannel)

    @explained_by("vm_inject_io")
    def io(self, subchannel: int, isc: int, parameter: int = 0) -> Outcome:
        """Makes an I/O interruption of a subchannel pending."""
        return Outcome(
            _native.vm_inject_io(
                self._handle, subchannel, parameter, io_word(isc)
            )
        )

    @explained_by("vm_reset")
    def reset(self) -> None:
        """Subsystem reset."""
        _native.vm_reset(self._handle)

    # Adapters

    @explained_by("vm_add_adapter")
    def add_adapter(
        self, adapter: int, isc: int, flags: AdapterFlag = AdapterFlag.NONE
    ) -> None:
        _native.vm_add_adapter(self._handle, adapter, isc, flags)

    @explained_by("vm_remove_adapter")
    def remove_adapter(self, adapter: int) -> None:
        _native.vm_remove_adapter(self._handle, adapter)

    @explained_by("vm_mask_adapter")
    def mask_adapter(self, adapter: int, masked: bool) -> bool:
        """Answers the mask before."""
        return bool(_native.vm_mask_adapter(self._handle, adapter, int(masked)))

    @explained_by("vm_signal_adapter")
    def signal_adapter(self, adapter: int) -> Outcome:
        return Outcome(_native.vm_signal_adapter(self._handle, adapter))

    @explained_by("vm_get_adapter")
    def adapter(self, adapter: int) -> AdapterState:
        """How an adapter stands."""
        native = _native.adapter()
        _native.vm_get_adapter(self._handle, adapter, native)
        return AdapterState(
            native.id,
            native.isc,
            AdapterFlag(native.flags),
            bool(native.masked),
            bool(native.remembered),
        )

    @explained_by("vm_check_route")
    def check_route(self, route: Route) -> None:
        _native.vm_check_route(self._handle, route._to_native())

    @explained_by("vm_fire_route")
    def fire_route(self, route: Route) -> Outcome:
        """Sets the indicators and signals the adapter."""
        return Outcome(_native.vm_fire_route(self._handle, route._to_native()))

    @explained_by("vm_set_ais")
    def set_ais(self, isc: int, mode: Suppression) -> None:
        _native.vm_set_ais(self._handle, isc, mode)

    @explained_by("vm_get_ais_all")
    def get_ais_all(self) -> Tuple[int, int]:
        """The masks of all ISCs: single, suppressed."""
        _, single, suppressed = _native.vm_get_ais_all(self._handle)
        return single, suppressed

    @explained_by("vm_set_ais_all")
    def set_ais_all(self, single: int, suppressed: int) -> None:
        _native.vm_set_ais_all(self._handle, single, suppressed)

    # The clock

    @property
    @explained_by("vm_get_tod")
    def tod(self) -> int:
        """The TOD clock of the guest."""
        return int(_native.vm_get_tod(self._handle)[1])

    @tod.setter
    @explained_by("vm_set_tod")
    def tod(self, tod: int) -> None:
        _native.vm_set_tod(self._handle, tod)

    @property
    @explained_by("vm_get_tod_epoch")
    def tod_epoch(self) -> Tuple[int, int]:
        """The TOD clock with its epoch index: (index, tod)."""
        _, index, tod = _native.vm_get_tod_epoch(self._handle)
        return index, tod

    @tod_epoch.setter
    def tod_epoch(self, index_and_tod: Tuple[int, int]) -> None:
        index, tod = index_and_tod
        _native.vm_set_tod_epoch(self._handle, index, tod)

    @explained_by("vm_adjust_tod")
    def adjust_tod(self, delta: int) -> None:
        """The host's clock has jumped; the guest notices nothing."""
        _native.vm_adjust_tod(self._handle, delta & 2**64 - 1)

    def host_tod(self) -> int:
        """The host's clock, which deadlines are told in."""
        if self._tod_hook is not None:
            return int(self._tod_hook(None))
        return time.monotonic_ns() * 512 // 125

    # The whole of it

    @explained_by("vm_pause")
    def pause(self) -> bool:
        """Every deliver() answers PAUSED from now on. True: all CPUs are
        parked; otherwise ask again."""
        return bool(_native.vm_pause(self._handle))

    @explained_by("vm_resume")
    def resume(self) -> None:
        _native.vm_resume(self._handle)

    @explained_by("vm_save")
    def save(self) -> bytes:
        """Everything that the library knows; all CPUs must be parked and the
        VM paused. Injections answer CLOSED until resume()."""
        return bytes(_native.vm_save(self._handle))

    @explained_by("vm_load")
    def load(self, state: bytes) -> None:
        """Makes this machine what a saved one was, all or nothing."""
        _native.vm_load(self._handle, state)

    @explained_by("vm_export_flic")
    def export_flic(self, partial: bool = False) -> Exported:
        """What floats, as the buffer of FLIC GET_ALL_IRQS. partial: leave out
        what KVM has no record for."""
        return Exported._of(_native.vm_export_flic(self._handle, int(partial)))

    @explained_by("vm_import_flic")
    def import_flic(self, buffer: bytes) -> Imported:
        """As FLIC ENQUEUE does."""
        report = _native.import_report()
        outcome = _native.vm_import_flic(self._handle, buffer, report)
        return Imported._of(outcome, report)

    @property
    @explained_by("vm_counters")
    def counters(self) -> Dict[Kind, Counters]:
        """Of the VM and all its CPUs, added up."""
        return _counters(_native.vm_counters, self._handle)

    def explain(self) -> str:
        """explain() of every CPU, as text."""
        parts: List[str] = []
        for address, cpu in sorted(self.cpu.items()):
            try:
                text = str(cpu.explain())
            except LookupError:
                text = "unplugged"
            lines = text.splitlines() or ["nothing pends"]
            parts += [f"CPU {address}:"] + ["  " + line for line in lines]
        return "\n".join(parts)

    def __repr__(self) -> str:
        if self.closed:
            return "<Machine, closed>"
        return f"<Machine, {len(self._cpus)} CPUs, {len(self.queue)} floating>"
