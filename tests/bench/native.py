# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What runs by itself, without Callgrind: times, threads, memory, wake-ups."""
import subprocess

from rows import key


def output(program, *arguments):
    said = subprocess.run([program, *arguments], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return [line.split() for line in said.splitlines()]


def times(program, workloads):
    """Nanoseconds of an operation, by workload: the best of five."""
    return {(name, int(size)): float(ns)
            for name, size, ns in output(program, "time", *workloads)}


def times_beside(programs, workloads, rounds=3):
    """The same for several programs that take turns; the best of all."""
    best = [{} for _ in programs]
    for workload in workloads:
        for _ in range(rounds):
            for found, program in zip(best, programs):
                ns = times(program, [workload])[key(workload)]
                found[key(workload)] = min(ns, found.get(key(workload), ns))
    return best


def threads(program, interruptions, pairs, rounds=1):
    """By INJECTORS+TAKERS: nanoseconds, lost, doubled."""
    result = {}
    for _ in range(rounds):
        for pair, ns, lost, doubled in output(program, "threads",
                                              str(interruptions), *pairs):
            before = result.get(pair, {"ns": float(ns), "lost": 0,
                                       "doubled": 0})
            result[pair] = {"ns": min(float(ns), before["ns"]),
                            "lost": int(lost) + before["lost"],
                            "doubled": int(doubled) + before["doubled"]}
    return result


def memory(program):
    """Bytes by (what, size): vm, cpu, subchannel, saved."""
    return {(name, int(size)): float(count)
            for name, size, count in output(program, "memory")}


def wakes(program):
    """Wake-ups in a crowd of CPUs: all, needless; and who waited."""
    wakes_, needless, waited = output(program, "wakes")[0]
    return {"wakes": int(wakes_), "needless": int(needless),
            "waited": int(waited)}
