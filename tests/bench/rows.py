# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The rows of the table: workloads, and the bars that they have to meet."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    workload: str  # NAME or NAME=SIZE, as the program is asked for it
    title: str
    # The most that one operation may have of each: instructions, rmw, locks,
    # allocations. What is not named is reported and not barred.
    bars: dict = dataclasses.field(default_factory=dict)
    listed: bool = True  # the list has it, too
    ahead: bool = True  # the library has to be ahead of the list
    behind: int = 0  # by how many instructions it may be behind

    @property
    def key(self):
        name, _, size = self.workload.partition("=")
        return name, int(size or 0)


@dataclasses.dataclass(frozen=True)
class Flat:
    """Rows whose instructions may differ by a factor, and no more."""
    title: str
    workloads: tuple
    factor: float


NOTHING = {"rmw": 0, "locks": 0, "allocations": 0}
HOT = {"instructions": 90, "rmw": 3, "locks": 0, "allocations": 0}
SERVICE = {"instructions": 100, "rmw": 3, "locks": 0, "allocations": 0}
IO = {"instructions": 170, "locks": 1, "allocations": 0}
CLEAR = {"instructions": 160, "allocations": 0}

ROWS = (
    Row("emergency", "emergency signal", HOT),
    Row("external-call", "external call", HOT),
    Row("program", "program interruption", HOT),
    Row("service", "service signal", SERVICE),
    Row("emergency=10000", "emergency, 10,000 floating masked", HOT),
    Row("io", "I/O, nothing else pending", IO),
    Row("io=10000", "I/O, 10,000 masked pending", IO),
    Row("io=65536", "I/O, 65,536 masked pending", IO),
    Row("io-open=10000", "I/O, 10,000 open pending", IO),
    Row("io-open=65536", "I/O, 65,536 open pending", IO),
    Row("backlog=10000", "one of a backlog of 10,000 in one ISC", IO),
    Row("clear", "clear by subchannel + inject", CLEAR),
    Row("clear=10000", "the same, 10,000 pending", CLEAR),
    Row("attention", "nothing pending, asked inline",
        {"instructions": 12, **NOTHING}, behind=6),
    Row("has-masked=1", "one masked pending, asked by call",
        {"instructions": 25, **NOTHING}),
    Row("has-masked=10000", "10,000 masked pending, asked by call",
        {"instructions": 25, **NOTHING}),
    Row("attention-masked=10000", "10,000 masked pending, asked inline",
        {"instructions": 25, **NOTHING}),
    Row("publish-closing", "publish, closing, nothing pending",
        {"instructions": 15, **NOTHING}, ahead=False),
    Row("publish-opening", "publish, opening, nothing pending",
        {"instructions": 25, "rmw": 1, "locks": 0, "allocations": 0},
        ahead=False),
)

FLAT = (
    Flat("I/O, 10,000 masked pending over none", ("io", "io=10000"), 1.15),
    Flat("I/O, 65,536 masked pending over none", ("io", "io=65536"), 1.15),
    Flat("I/O, 10,000 open pending over none", ("io", "io-open=10000"), 1.15),
    Flat("I/O, 65,536 open pending over none", ("io", "io-open=65536"), 1.15),
    Flat("clear by subchannel, 10,000 pending over none",
         ("clear", "clear=10000"), 1.15),
    Flat("asked by call, 10,000 masked over one",
         ("has-masked=1", "has-masked=10000"), 1.0),
)
