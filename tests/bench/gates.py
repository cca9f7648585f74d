# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Which bars are met. A gate is a title, what was found, the bar, and met."""
import dataclasses

from rows import FEWER, FLAT, HELD, SAVED_BYTES, key


@dataclasses.dataclass(frozen=True)
class Gate:
    title: str
    found: str
    bar: str
    met: bool
    held: bool = False  # not worse than it is known to be


def of_row(row, library, listed):
    """What is over its bar, in words; nothing if all is met."""
    over = [f"{name} {library[name]:g} > {bar}"
            for name, bar in row.bars.items() if library[name] > bar]
    if row.listed and row.behind is not None:
        behind = library["instructions"] - listed["instructions"]
        if behind > row.behind:
            over.append(f"{behind:g} behind the list")
    return over


def is_held(row, library, listed):
    """No bar is exceeded by more than it is known to be."""
    return all(library[name] <= max(bar, HELD.get((row.workload, name), 0))
               for name, bar in row.bars.items()) and not any(
        "behind" in text for text in of_row(row, library, listed))


def flat(counts):
    for item in FLAT:
        keys = [key(name) for name in item.workloads]
        if not all(k in counts for k in keys):
            continue
        found = [counts[k]["instructions"] for k in keys]
        yield Gate(item.title,
                   " ".join(f"{n:.0f}" for n in found) +
                   f": {max(found) / min(found):.2f}",
                   f"<= {item.factor}", max(found) <= item.factor * min(found),
                   max(found) <= min(found) *
                   max(item.factor, HELD.get((item.title, "flat"), 0)))


def fewer(counts):
    for item in FEWER:
        if key(item.workload) not in counts:
            continue
        found = counts[key(item.workload)]["instructions"]
        than = counts[key(item.than)]["instructions"]
        size = key(item.workload)[1]
        yield Gate(f"{item.title}: fewer instructions than 72-byte records",
                   f"{found / size:.0f} to {than / size:.0f} each: "
                   f"{than / found:.1f} times", f">= {item.times}",
                   than >= item.times * found,
                   than >= found *
                   min(item.times, HELD.get((item.title, "times"),
                                            item.times)))


def saved(memory):
    for (what, size), each in memory.items():
        if what == "saved":
            yield Gate(f"saved state of {size:,} pending, bytes each",
                       f"{each:g}", f"<= {SAVED_BYTES}", each <= SAVED_BYTES)


def threads(found):
    for pair, result in found.items():
        yield Gate(f"threads {pair}, 256 in flight an injector: lost, doubled",
                   f"{result['lost']}, {result['doubled']}", "0, 0",
                   not result["lost"] and not result["doubled"])


def wakes(found):
    if found:
        yield Gate("woken CPUs that could take the interruption",
                   f"{found['wakes'] - found['needless']} of "
                   f"{found['wakes']}", "all",
                   found["wakes"] > 0 and not found["needless"])
        yield Gate("interruptions that waited while an open CPU slept",
                   str(found["waited"]), "0", not found["waited"])
