# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""How cost grows with what pends, with CPUs and with threads."""
import callgrind
import native
from rows import key

PENDING = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536)
CPUS = (1, 4, 16, 64, 256, 1024, 4096)
THREADS = ("1+1", "2+1", "1+2", "2+2", "4+4")
INTERRUPTIONS = 2000000

# By figure: workload, and what the legend says.
PENDING_WORKLOADS = (
    ("io", "inject + deliver I/O, others masked"),
    ("backlog", "inject + deliver, one of a backlog"),
    ("clear", "clear by subchannel + inject"),
)
CPU_WORKLOADS = (
    ("cpus-stopped", "all but one stopped"),
    ("cpus-asleep", "all asleep"),
    ("cpus-running", "all running, open"),
)


def sized(workloads, sizes):
    return [f"{name}={size}" for name, _ in workloads for size in sizes]


def measure(programs, folder):
    """By figure, subject and workload: lists of size, instructions, ns."""
    names = {"pending": sized(PENDING_WORKLOADS, PENDING),
             "cpus": sized(CPU_WORKLOADS, CPUS)}
    result = {"pending": {}, "cpus": {}, "threads": {}}
    for subject, program in programs.items():
        for figure, workloads in names.items():
            counts = callgrind.run(program, workloads, folder)
            times = native.times(program, workloads)
            series = result[figure].setdefault(subject, {})
            for name in workloads:
                workload, size = key(name)
                series.setdefault(workload, []).append(
                    [size, counts[workload, size]["instructions"],
                     times[workload, size]])
        result["threads"][subject] = native.threads(
            program, INTERRUPTIONS, THREADS, rounds=3)
    return result
