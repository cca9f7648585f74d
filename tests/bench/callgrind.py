# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Exact counts of what a measured stretch executed, from Callgrind's files.

Callgrind says how often each instruction ran. What each one is, the
disassembly of the program and of the C library says: atomic
read-modify-writes are instructions with a `lock` prefix, exchanges with
storage, and fences, which cost the same. A lock is an atomic that belongs to a
function which takes one, also where it is inlined, or a call of such a function of the
C library.
"""
import collections
import glob
import os
import re
import subprocess

ALLOCATES = re.compile(
    r"^(malloc|calloc|realloc|memalign|aligned_alloc|posix_memalign)(@|$)")
TAKES_LOCK = re.compile(
    r"(lock|consumer)_(take|try)$|^pthread_(mutex|spin)_(lock|trylock)(@|$)")
ATOMIC = re.compile(r"\block\b|\bxchg\b.*\(|\bxchg\b.*# |\bmfence\b")
KEYS = ("instructions", "rmw", "locks", "allocations")


class Part:
    """One file: executions by (object, address); where functions begin."""

    def __init__(self, path):
        self.executed = collections.Counter()
        self.entries = {}
        self.trigger = None
        self._read(path)

    def _read(self, path):
        where = called = called_in = None
        of_call = False
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                first = line[:1]
                if first == "0":
                    if not of_call:
                        address, _, cost = line.split()
                        self.executed[where, int(address, 16)] += int(cost)
                    of_call = False
                elif line.startswith("ob="):
                    where = line[3:].strip()
                elif line.startswith("cob="):
                    called_in = line[4:].strip()
                elif line.startswith("cfn="):
                    called = line[4:].strip()
                elif line.startswith("calls="):
                    address = int(line.split()[1], 16)
                    self.entries[called_in or where, address] = called
                    called_in = None
                    of_call = True
                elif line.startswith("desc: Trigger: Client Request: "):
                    self.trigger = line.split(": ", 3)[2:][-1].split()[-3:]


def clusters(addresses):
    """Runs of addresses that are near each other: first, last."""
    run = []
    for address in sorted(addresses):
        if run and address - run[-1] > 64:
            yield run[0], run[-1]
            run = []
        run.append(address)
    if run:
        yield run[0], run[-1]


class Objects:
    """What the instructions of programs and libraries are."""

    def __init__(self):
        self._known = {}

    def _disassemble(self, path, addresses):
        for first, last in clusters(addresses):
            said = subprocess.run(
                ["objdump", "-d", "--no-show-raw-insn",
                 f"--start-address={first:#x}",
                 f"--stop-address={last + 16:#x}", path],
                check=True, capture_output=True, text=True).stdout
            for line in said.splitlines():
                head, colon, text = line.partition(":\t")
                if colon:
                    address = int(head, 16)
                    self._known[path, address] = bool(ATOMIC.search(text))

    def atomics(self, executed):
        """Those of (object, address) that are atomic."""
        missing = collections.defaultdict(list)
        for path, address in executed:
            if (path, address) not in self._known:
                missing[path].append(address)
        for path, addresses in missing.items():
            self._disassemble(path, addresses)
            for address in addresses:
                if (path, address) not in self._known:
                    raise RuntimeError(f"{path}: no instruction at "
                                       f"{address:#x}")
        return [key for key in executed if self._known[key]]

    def functions(self, path, addresses):
        """For each instruction its function and those it is inlined in."""
        said = subprocess.run(
            ["addr2line", "-a", "-i", "-f", "-e", path],
            input="".join(f"{address:#x}\n" for address in addresses),
            check=True, capture_output=True, text=True).stdout
        chains = []
        for line in said.splitlines():
            if line.startswith("0x"):
                chains.append([])
                name = True
            else:
                if name:
                    chains[-1].append(line)
                name = not name
        return chains

    def takes_lock(self, key):
        return any(TAKES_LOCK.search(name)
                   for name in self.functions(key[0], [key[1]])[0])


def difference(longer, shorter):
    return {key: count - shorter[key] for key, count in longer.items()
            if count != shorter[key]}


def counts(short, long, operations, objects):
    """What one operation is, from runs of so many and of twice as many."""
    executed = difference(long.executed, short.executed)
    calls = collections.Counter()
    for key, name in long.entries.items():
        calls[name] += executed.get(key, 0)
    atomics = objects.atomics(executed)
    inlined = [key for key in atomics
               if not re.search(r"/lib[^/]*\.so", key[0])
               and objects.takes_lock(key)]
    result = {
        "instructions": sum(executed.values()),
        "rmw": sum(executed[key] for key in atomics),
        "locks": sum(executed[key] for key in inlined) + sum(
            n for name, n in calls.items() if TAKES_LOCK.search(name)),
        "allocations": sum(
            n for name, n in calls.items() if ALLOCATES.search(name)),
    }
    return {key: value / operations for key, value in result.items()}


def by_function(short, long, operations, objects):
    """Instructions of one operation by function, as it is inlined where."""
    executed = difference(long.executed, short.executed)
    result = collections.Counter()
    for path in {path for path, _ in executed}:
        keys = [key for key in executed if key[0] == path]
        chains = objects.functions(path, [address for _, address in keys])
        for key, chain in zip(keys, chains):
            result[" < ".join(chain)] += executed[key] / operations
    return result.most_common()


def run(program, workloads, folder, look=counts):
    """What each workload (NAME or NAME=SIZE) of one program counts."""
    os.makedirs(folder, exist_ok=True)
    for old in glob.glob(os.path.join(folder, "callgrind.*")):
        os.unlink(old)
    subprocess.run(
        ["valgrind", "--tool=callgrind", "--quiet", "--collect-atstart=no",
         "--dump-instr=yes", "--compress-pos=no", "--compress-strings=no",
         "--callgrind-out-file=" + os.path.join(folder, "callgrind.out"),
         program, "count", "empty", *workloads],
        check=True)
    parts = {}
    for path in glob.glob(os.path.join(folder, "callgrind.out.*")):
        part = Part(path)
        if part.trigger:
            name, size, operations = part.trigger
            parts.setdefault((name, int(size)), {})[int(operations)] = part
    objects = Objects()
    result = {}
    for (name, size), lengths in parts.items():
        short, long = sorted(lengths)
        result[name, size] = look(lengths[short], lengths[long],
                                  long - short, objects)
    empty = result.pop(("empty", 0))
    if look is counts:
        for values in result.values():
            values["instructions"] = max(
                0, values["instructions"] - empty["instructions"])
    return result
