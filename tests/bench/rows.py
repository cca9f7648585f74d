# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What is measured, and the bars that the library has to meet.

A bar is the most that one operation may have of something. What has no bar is
reported. An operation reaches from the call that injects to the new PSW in the
registers, the publishing of the closed masks by deliver included; the return
of the guest's handler, which opens the masks again, is a row of its own.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    workload: str  # NAME or NAME=SIZE, as the program is asked for it
    title: str
    bars: dict = dataclasses.field(default_factory=dict)
    listed: bool = True  # the list has it, too
    # By how many instructions the library may be behind the list; None: the
    # list does not count. Else it has to be ahead.
    behind: int | None = -1

    @property
    def key(self):
        return key(self.workload)


def key(workload):
    name, _, size = workload.partition("=")
    return name, int(size or 0)


@dataclasses.dataclass(frozen=True)
class Flat:
    """Workloads whose instructions may differ by this factor, and no more."""
    title: str
    workloads: tuple
    factor: float


@dataclasses.dataclass(frozen=True)
class Fewer:
    """By how many times a workload has fewer instructions than another."""
    title: str
    workload: str
    than: str
    times: float


NOTHING = {"rmw": 0, "locks": 0, "allocations": 0}
HOT = {"instructions": 90, "rmw": 3, "locks": 0, "allocations": 0}
SERVICE = {"instructions": 100, "rmw": 3, "locks": 0, "allocations": 0}
# Delivery may take one consumer word of the ISC; injection takes no lock.
IO = {"instructions": 170, "locks": 1, "allocations": 0}
INJECTION = {"locks": 0, "allocations": 0}
CLEAR = {"instructions": 160, "allocations": 0}
CPUS = (1, 64, 248, 4096)


def cpus(state, text):
    return tuple(
        Row(f"cpus-{state}={n}", f"inject I/O, {n:,} CPUs, {text}", INJECTION)
        for n in CPUS)


ROWS = (
    Row("emergency", "emergency signal", HOT),
    Row("emergency=10000", "emergency signal, 10,000 floating masked", HOT),
    Row("external-call", "external call", HOT),
    Row("program", "program interruption", HOT),
    Row("service", "service signal", SERVICE),
    Row("io", "I/O, nothing else pending", IO),
    Row("io=10000", "I/O, 10,000 masked pending", IO),
    Row("io=65536", "I/O, 65,536 masked pending", IO),
    Row("io-open=10000", "I/O, 10,000 open pending", IO),
    Row("io-open=65536", "I/O, 65,536 open pending", IO),
    Row("backlog=10000", "one of a backlog of 10,000 in one ISC", IO),
    Row("clear", "clear by subchannel + inject", CLEAR),
    Row("clear=10000", "clear by subchannel + inject, 10,000", CLEAR),
    Row("attention", "nothing pending, asked inline",
        {"instructions": 12, **NOTHING}, behind=6),
    Row("has", "nothing pending, asked by a call", NOTHING, behind=None),
    Row("attention-masked=1", "one masked pending, asked inline",
        {"instructions": 25, **NOTHING}),
    Row("attention-masked=10000", "10,000 masked pending, asked inline",
        {"instructions": 25, **NOTHING}),
    Row("has-masked=1", "one masked pending, asked by a call",
        {"instructions": 25, **NOTHING}),
    Row("has-masked=10000", "10,000 masked pending, asked by a call",
        {"instructions": 25, **NOTHING}),
    Row("publish-closing", "publish, closing, nothing pending",
        {"instructions": 15, **NOTHING}, listed=False),
    Row("publish-opening", "publish, opening, nothing pending",
        {"instructions": 25, "rmw": 1, "locks": 0, "allocations": 0},
        listed=False),
    *cpus("stopped", "all but one stopped"),
    *cpus("asleep", "all asleep"),
    *cpus("running", "all running, open"),
    # The first interruption after idle may have two atomics more.
    Row("emergency-idle=2", "emergency signal to a CPU asleep",
        {"rmw": 5, "allocations": 0}),
    Row("io-idle=2", "I/O to a CPU asleep", {"locks": 3, "allocations": 0}),
    Row("emergency-timer", "emergency signal, a timer armed", listed=False),
    Row("emergency-report", "emergency signal, a timer armed, with a report",
        listed=False),
    Row("io-timer", "I/O, a timer armed", listed=False),
    Row("emergency-hooks", "emergency signal, storage by hooks", listed=False),
    Row("io-hooks", "I/O, storage by hooks", listed=False),
)

FLAT = (
    Flat("I/O, masked pending: 0, 10,000", ("io", "io=10000"), 1.15),
    Flat("I/O, masked pending: 0, 65,536", ("io", "io=65536"), 1.15),
    Flat("I/O, open pending: 0, 10,000", ("io", "io-open=10000"), 1.15),
    Flat("I/O, open pending: 0, 65,536", ("io", "io-open=65536"), 1.15),
    Flat("clear by subchannel: 0, 10,000", ("clear", "clear=10000"), 1.15),
    Flat("emergency, floating masked: 0, 10,000",
         ("emergency", "emergency=10000"), 1.15),
    Flat("masked pending, asked by a call: 1, 10,000",
         ("has-masked=1", "has-masked=10000"), 1.0),
    *(Flat(f"inject, {text}: " + ", ".join(f"{n:,}" for n in CPUS),
           tuple(f"cpus-{state}={n}" for n in CPUS), 1.1)
      for state, text in (("stopped", "CPUs stopped"),
                          ("asleep", "CPUs asleep"),
                          ("running", "CPUs running"))),
)

# Bars that are not met yet, by what the library is held at until they are: no
# more than this. docs/performance says what each group of instructions is for.
HELD = {
    ("emergency", "instructions"): 100,
    ("emergency=10000", "instructions"): 100,
    ("external-call", "instructions"): 97,
    ("program", "instructions"): 106,
    ("service", "instructions"): 120,
    ("io", "instructions"): 191,
    ("io=10000", "instructions"): 191,
    ("io=65536", "instructions"): 203,
    ("io-open=10000", "instructions"): 191,
    ("io-open=65536", "instructions"): 203,
    ("backlog=10000", "instructions"): 202,
    ("has-masked=1", "instructions"): 38,
    ("has-masked=10000", "instructions"): 38,
    ("publish-closing", "instructions"): 27,
    ("publish-opening", "instructions"): 57,
    ("emergency-idle=2", "rmw"): 10,
    ("restore 10,000 pending", "times"): 5.8,
}

SAVED_BYTES = 16
FEWER = (
    Fewer("save 10,000 pending", "save=10000", "save-records=10000", 4),
    Fewer("restore 10,000 pending", "restore=10000", "restore-records=10000",
          10),
)
