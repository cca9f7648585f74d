# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Draws docs/performance, and writes the run's figures into its text."""
import os
import re

import matplotlib

import growth

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.hashsalt": "s390irq", "svg.fonttype": "path", "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": "#dddddd", "legend.frameon": False,
})
from matplotlib import pyplot  # noqa: E402

COLOURS = ("#0072b2", "#d55e00", "#009e73")  # told apart by everybody
STYLES = {"library": "-", "list": "--"}
MARKS = ("o", "s", "^")


def save(figure, folder, name):
    figure.tight_layout()
    figure.savefig(os.path.join(folder, name + ".svg"),
                   metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def draw_growth(folder, name, data, workloads, axis):
    figure, panels = pyplot.subplots(1, 2, figsize=(10, 4.2))
    for panel, column, title in zip(
            panels, (1, 2), ("instructions an operation",
                             "nanoseconds a round")):
        for subject, style in STYLES.items():
            for (workload, text), colour, mark in zip(workloads, COLOURS,
                                                      MARKS):
                points = data[subject][workload]
                panel.plot([p[0] for p in points], [p[column] for p in points],
                           style, color=colour, marker=mark, markersize=3.5,
                           label=f"{subject}: {text}")
        panel.set_xscale("log", base=2)
        panel.set_yscale("log")
        panel.set_xlabel(axis)
        panel.set_title(title)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncol=2,
                  bbox_to_anchor=(0.5, 0.0))
    figure.tight_layout()
    figure.savefig(os.path.join(folder, name + ".svg"), bbox_inches="tight",
                   metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def draw_threads(folder, data):
    figure, panel = pyplot.subplots(figsize=(6, 3.6))
    pairs = list(growth.THREADS)
    for offset, (subject, colour) in zip((-0.2, 0.2),
                                         zip(STYLES, COLOURS)):
        bars = panel.bar([i + offset for i in range(len(pairs))],
                         [data[subject][pair]["ns"] for pair in pairs], 0.38,
                         color=colour, label=subject)
        panel.bar_label(bars, fmt="%.0f", fontsize=7)
    panel.set_xticks(range(len(pairs)), pairs)
    panel.set_xlabel("threads that inject + threads that deliver")
    panel.set_title("nanoseconds an interruption, 256 in flight an injector")
    panel.legend()
    save(figure, folder, "threads")


def draw(folder, data):
    draw_growth(folder, "pending", data["pending"], growth.PENDING_WORKLOADS,
                "interruptions that pend besides")
    draw_growth(folder, "cpus", data["cpus"], growth.CPU_WORKLOADS, "CPUs")
    draw_threads(folder, data["threads"])


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def rows_table(data):
    yield ("| workload | instructions | bar | list | RMW | locks | ns | list "
           "ns |")
    yield "|---|---|---|---|---|---|---|---|"
    for row in data["rows"]:
        mine, other = row["library"], row["list"] or {}
        bar = row["bars"].get("instructions")
        yield (f"| {row['title']} | {number(mine['instructions'])} | "
               f"{'≤ ' + str(bar) if bar else ''} | "
               f"{number(other.get('instructions'))} | {number(mine['rmw'])} "
               f"| {number(mine['locks'])} | {number(mine.get('ns'))} | "
               f"{number(other.get('ns'))} |")


def gates_table(data):
    yield "| gate | found | bar | |"
    yield "|---|---|---|---|"
    for gate in data["gates"]:
        yield (f"| {gate['title']} | {gate['found']} | {gate['bar']} | "
               f"{'met' if gate['met'] else 'not met'} |")


def memory_table(data):
    yield "| what | bytes |"
    yield "|---|---|"
    texts = {"vm": "a VM of {} CPUs, without its CPUs",
             "cpu": "a CPU of a VM of {}",
             "subchannel": "a subchannel, of {}",
             "saved": "saved state: each pending I/O interruption, of {}"}
    for (what, size), count in data["memory"].items():
        yield f"| {texts[what].format(f'{size:,}')} | {number(count)} |"


def machine_table(data):
    yield "| | |"
    yield "|---|---|"
    for name, value in data["machine"].items():
        yield f"| {name} | {value} |"


TABLES = {"rows": rows_table, "gates": gates_table, "memory": memory_table,
          "machine": machine_table}


def write(folder, data):
    """Replaces what is between <!-- NAME --> and <!-- end --> in the text."""
    path = os.path.join(folder, "README.md")
    with open(path, encoding="utf-8") as text:
        said = text.read()
    for name, table in TABLES.items():
        said, found = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda match, table=table:
            match[1] + "\n".join(table(data)) + "\n" + match[2],
            said, flags=re.DOTALL)
        if found != 1:
            raise RuntimeError(f"{path}: no place for the table {name}")
    with open(path, "w", encoding="utf-8") as text:
        text.write(said)
