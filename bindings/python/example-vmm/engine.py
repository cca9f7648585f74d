# SPDX-License-Identifier: BSD-3-Clause
"""How are instructions executed? By Unicorn, in the problem state whatever the
guest's PSW says, so that each privileged instruction comes to the host. The
registers that interruptions read and change are the VMM's (s390irq.Cpu), all
others are the engine's."""

import ctypes
from enum import Enum
from typing import Any, Callable, Dict, NamedTuple, Optional

from unicorn import UC_ARCH_S390X, UC_HOOK_BLOCK, UC_HOOK_INTR
from unicorn import UC_MODE_BIG_ENDIAN, UC_PROT_ALL, Uc, UcError
from unicorn import s390x_const as uc_s390x

PROBLEM = 0x0001000000000000
WAIT = 0x0002000000000000
MODE_64 = 0x0000000180000000

# Where the engine has a page for the host's own instruction.
HOST_PAGE = 0x7FFF0000
SET_PREFIX = bytes.fromhex("b210f800")  # SPX 2048(%r15)

# What it executes wrongly and is not privileged: STCK, STCKF, STCKE, STFLE,
# EPSW.
WRONG = {0xB205, 0xB27C, 0xB278, 0xB2B0, 0xB98D}

# Compare and trap: Unicorn names the beginning of its block instead of the
# instruction. So there a block has to begin.
TRAPS = {0xB960, 0xB961, 0xB972, 0xB973}
TRAPS |= {0xEC70, 0xEC71, 0xEC72, 0xEC73, 0xEB23, 0xEB2B}
DATA = 7

# An address that nothing else in the engine's state looks like.
MAGIC = 0x5A3917E4C6D2B80E


class Reason(Enum):
    ASKED = 1  # the block hook has asked for it
    PROGRAM = 2  # a program exception; the PSW is at it
    SUPERVISOR_CALL = 3  # likewise
    WRONG = 4  # the PSW is at one of those above


class Exit(NamedTuple):
    reason: Reason
    code: int = 0
    length: int = 0  # of the instruction


class EngineError(Exception):
    """The guest cannot go on."""


def length_of(first_byte: int) -> int:
    return (2, 4, 4, 6)[first_byte >> 6]


def _code(text: bytes) -> int:
    """The two bytes that tell it from others."""
    return text[0] << 8 | text[5 if text[0] in (0xEB, 0xEC) else 1]


def _register(name: str) -> int:
    return int(getattr(uc_s390x, "UC_S390X_REG_" + name))


class Engine:
    """One CPU. ram: the storage that all of them have."""

    def __init__(self, ram: Any, block: Callable[[], bool]) -> None:
        """block: a block of instructions begins; True: stop here."""
        self._block = block
        self._ram = ram
        self._uc = Uc(UC_ARCH_S390X, UC_MODE_BIG_ENDIAN)
        address = ctypes.addressof(ctypes.c_char.from_buffer(ram))
        self._uc.mem_map_ptr(0, len(ram), UC_PROT_ALL, address)
        self._uc.mem_map(HOST_PAGE, 4096)
        self._uc.mem_write(HOST_PAGE, SET_PREFIX)
        self._uc.hook_add(UC_HOOK_BLOCK, self._on_block)
        self._uc.hook_add(UC_HOOK_INTR, self._on_interruption)
        self._initial = self._uc.context_save()
        self._scratch = self._uc.context_save()
        self._psw = self._find_psw()
        self._prefix = 0
        self._exit: Optional[Exit] = None
        self._until = 0
        self._alone = False  # one instruction, for the host
        # By block: where a new one has to begin, or 0.
        self._splits: Dict[int, int] = {}

    def _find_psw(self) -> int:
        """Where it is in a saved context. Behind it are the codes of program
        exceptions and SUPERVISOR CALL, for which there is no other way."""
        self._set("PC", MAGIC)
        self._uc.context_update(self._scratch)
        self._uc.context_restore(self._initial)
        at = bytes(self._scratch).find(MAGIC.to_bytes(8, "little"))
        if at < 8:
            raise EngineError("the CPU state of this Unicorn is unknown")
        return at - 8

    def _get(self, name: str) -> int:
        return int(self._uc.reg_read(_register(name)))

    def _set(self, name: str, value: int) -> None:
        self._uc.reg_write(_register(name), value)

    def general(self, number: int) -> int:
        return int(self._uc.reg_read(uc_s390x.UC_S390X_REG_R0 + number))

    def set_general(self, number: int, value: int) -> None:
        self._uc.reg_write(uc_s390x.UC_S390X_REG_R0 + number, value)

    def read(self, registers: Any) -> None:
        """What an s390irq.Registers has room for."""
        for i in range(16):
            registers.general[i] = self.general(i)
            registers.access[i] = self._get(f"A{i}") & 0xFFFFFFFF
        for i in range(32):
            registers.vector[2 * i] = self._get(f"F{i}")
            registers.vector[2 * i + 1] = self._get(f"F{i}_HI")

    def clear(self) -> None:
        """Clear reset."""
        self._uc.context_restore(self._initial)
        self._prefix = 0

    def _on_block(self, uc: Uc, address: int, size: int, _: Any) -> None:
        if self._alone:
            return
        if self._exit is not None:
            uc.emu_stop()  # it has been told before
        elif not self._until and self._split_of(address, size):
            self._until = self._splits[address]
            uc.emu_stop()
        elif self._block():
            self._exit = Exit(Reason.ASKED)
            uc.emu_stop()

    def _split_of(self, block: int, size: int) -> int:
        if block not in self._splits:
            at, end = block, block + size
            text = bytes(self._uc.mem_read(block, size)).ljust(size + 4)
            while at < end:
                code = _code(text[at - block :])
                if code in WRONG or code in TRAPS and at > block:
                    break
                at += length_of(text[at - block])
            self._splits[block] = at if at < end else 0
        return self._splits[block]

    def _on_interruption(self, uc: Uc, number: int, _: Any) -> None:
        call = number == 2
        uc.context_update(self._scratch)
        at = self._psw + (72 if call else 64)
        words = memoryview(bytes(self._scratch))[at : at + 8].cast("I")
        reason = Reason.SUPERVISOR_CALL if call else Reason.PROGRAM
        self._exit = Exit(reason, words[0], words[1])
        uc.emu_stop()

    def _set_prefix(self, prefix: int) -> None:
        if self._prefix == prefix:
            return
        saved = self.general(15)
        self._uc.mem_write(HOST_PAGE + 2048, prefix.to_bytes(4, "big"))
        self.set_general(15, HOST_PAGE)
        self._set("PSWM", MODE_64)
        self._alone = True
        self._uc.emu_start(HOST_PAGE, HOST_PAGE + len(SET_PREFIX))
        self._alone = False
        self.set_general(15, saved)
        self._prefix = prefix

    def _load(self, regs: Any) -> None:
        self._set_prefix(regs.prefix)
        # Low-address protection is not right in Unicorn; AFP and vector are.
        self._set("CR0", 0xE0 | (regs.cr[0] & 0x4060000))
        self._set("FPC", regs.floating_point_control)

    def _start(self, regs: Any, state: int, until: int) -> None:
        """One stretch of guest code; 0: no such address."""
        own = PROBLEM | WAIT
        self._set("PSWM", regs.psw_mask & ~own | state)
        try:
            self._uc.emu_start(regs.psw_address, until)
        except UcError as error:
            raise EngineError(str(error)) from None
        regs.psw_mask = self._get("PSWM") & ~own | regs.psw_mask & own
        regs.psw_address = self._get("PC")
        regs.floating_point_control = self._get("FPC") & 0xFFFFFFFF

    def run(self, regs: Any) -> Exit:
        """Runs guest code from the PSW on until there is a reason to stop."""
        self._load(regs)
        self._exit = None
        while self._exit is None:
            self._until = 0
            self._start(regs, PROBLEM, 0)
            if self._exit is None and not self._until:
                raise EngineError("instructions at address 0")
            if self._exit is None:
                self._run_to_split(regs)
        if self._exit.code == DATA and self._exit.reason == Reason.PROGRAM:
            text = self._uc.mem_read(regs.psw_address, 1)
            return self._exit._replace(length=length_of(text[0]))
        return self._exit

    def _run_to_split(self, regs: Any) -> None:
        until = self._until
        if regs.psw_address != until:
            # Else it would be executed as it has been translated.
            self._uc.ctl_remove_cache(regs.psw_address, until + 2)
            self._start(regs, PROBLEM, until)
        if self._exit is None:
            text = bytes(self._uc.mem_read(until, 2))
            if int.from_bytes(text, "big") in WRONG:
                self._exit = Exit(Reason.WRONG, length=4)

    def step(self, regs: Any, length: int) -> Optional[Exit]:
        """The engine executes one privileged instruction: None, or how it
        ended."""
        self._load(regs)
        self._exit, self._alone = None, True
        self._start(regs, 0, regs.psw_address + length)
        self._alone = False
        return self._exit
