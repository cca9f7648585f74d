# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""python -m s390irq: replay, explain, decode, shell."""

from __future__ import annotations

import argparse
import sys
from typing import List, Optional

import s390irq

from . import decode, replay
from .replay.scenario import VERDICTS


def _explain(file: str) -> int:
    """A saved state, loaded into a machine that has room for it."""
    with open(file, "rb") as stream:
        state = stream.read()
    last: Optional[s390irq.Error] = None
    for cpus in (1, 2, 4, 8, 16, 64, 256, 4096):
        with s390irq.FakeMachine(cpus) as machine:
            try:
                machine.load(state)
            except (s390irq.FormatError, s390irq.NoCpuError) as error:
                last = error
                continue
            print(machine.explain())
            return 0
    raise last or s390irq.FormatError("no state")


def _decode(what: str) -> int:
    for line in decode.lines(decode.bytes_of(what)):
        print(line)
    return 0


def _shell(cpus: int) -> int:
    import code

    with s390irq.FakeMachine(cpus) as machine:
        names = {"s390irq": s390irq, "machine": machine, "cpu": machine.cpu}
        code.interact(
            banner="A machine is at hand: machine, cpu[0] ... "
            "See docs/python.md.",
            local={**vars(s390irq), **names},
            exitmsg="",
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m s390irq", description=__doc__
    )
    parser.add_argument(
        "--version", action="version", version=s390irq.__version__
    )
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser(
        "replay", help="replay recordings, as scripts/replay does"
    )
    add.add_argument("files", nargs="+", metavar="FILE")
    add.add_argument("--verdict", choices=VERDICTS, help="only these")
    add.add_argument("--id", help="only scenarios whose id contains this")
    add = commands.add_parser(
        "explain", help="what pends in a saved state, and why"
    )
    add.add_argument("file", metavar="STATEFILE")
    add = commands.add_parser(
        "decode", help="a KVM irq-state or FLIC buffer as lines"
    )
    add.add_argument("what", metavar="HEX-OR-FILE")
    add = commands.add_parser("shell", help="Python with a machine at hand")
    add.add_argument("--cpus", type=int, default=2)
    return parser


def main(arguments: Optional[List[str]] = None) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.command == "replay":
            return replay.main(chosen.files, chosen.verdict, chosen.id)
        if chosen.command == "explain":
            return _explain(chosen.file)
        if chosen.command == "decode":
            return _decode(chosen.what)
        return _shell(chosen.cpus)
    except (s390irq.Error, OSError) as error:
        print(f"s390irq: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
