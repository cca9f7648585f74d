# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The table, for people and as JSON."""

# Column heads: library, then list; with times three more.
COUNTS = (("instructions", "instr", 9, 7), ("rmw", "RMW", 6, 4),
          ("locks", "locks", 7, 6), ("allocations", "alloc", 7, 6))
TITLE = 44


def number(value):
    return "-" if value is None else f"{value:.6g}"


def ratio(mine, other):
    """library to list"""
    return f"{mine / other:.2f}" if mine and other else "-"


def bar(row, name):
    return f" <={row.bars[name]}" if name in row.bars else ""


def heading(timed):
    top = f"{'':{TITLE}}| library"
    names = f"{'':{TITLE}}|"
    for _, short, width, extra in COUNTS:
        names += f"{short:>{width}}{' bar':<{extra}}"
    wide = len(names) - len(top)
    top += " " * wide + "| list"
    names += "|"
    for _, short, width, _ in COUNTS:
        names += f"{short:>{width}}"
    names += "  ratio"
    if timed:
        top += " " * (len(names) - len(top)) + "| nanoseconds"
        names += f"|{'library':>9}{'list':>9}  ratio"
    return [top, names + " | bars"]


def counted(row, counts):
    text = "|"
    for name, _, width, extra in COUNTS:
        text += (f"{number(counts[name]):>{width}}" +
                 f"{bar(row, name):<{extra}}")
    return text


def listed(mine, counts):
    if not counts:
        return "|" + " " * (sum(width for _, _, width, _ in COUNTS) + 7)
    text = "|"
    for name, _, width, _ in COUNTS:
        text += f"{number(counts[name]):>{width}}"
    return text + f"{ratio(mine['instructions'], counts['instructions']):>7}"


def timed_cells(mine, counts):
    other = counts.get("ns") if counts else None
    return (f"|{mine['ns']:>9.1f}" +
            (f"{other:>9.1f}" if other else f"{'-':>9}") +
            f"{ratio(mine['ns'], other):>7}")


def line(row, result):
    mine, other = result["library"], result["list"]
    text = f"{row.title:{TITLE}}" + counted(row, mine) + listed(mine, other)
    if "ns" in mine:
        text += timed_cells(mine, other)
    return (text + " | " +
            ("; ".join(result["over"]) or ("met" if row.bars else "no bar")))


def table(rows, results, timed):
    return heading(timed) + [line(row, results[row.workload]) for row in rows]


def gate_lines(found):
    return [f"{gate.title:62} {gate.found:>28}  {gate.bar:8} "
            f"{'met' if gate.met else 'NOT MET'}" for gate in found]


def as_json(rows, results, found, more):
    return {
        "rows": [{"workload": row.workload, "title": row.title,
                  "bars": row.bars, **results[row.workload]} for row in rows],
        "gates": [vars(gate) for gate in found],
        **more,
    }
