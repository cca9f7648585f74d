# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The library and the model alike; and a model with one rule turned round is
found out. S390IRQ_TEST_LONG=1: much longer."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from s390irq.enums import Outcome, Status
from s390irq.model import Model
from s390irq.rules import CHECKS
from s390irq.stateful import InterruptionMachine

LONG = bool(os.environ.get("S390IRQ_TEST_LONG"))

TestInterruptions = InterruptionMachine.TestCase
TestInterruptions.settings = settings(
    max_examples=2000 if LONG else 100,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class CallFirst(Model):
    def order(self):
        names = super().order()
        names.remove("external call")
        return ["external call", *names]


class EqualComparator(Model):
    def _level(self, cpu, name):
        tod = (self.now + self.epoch) % 2**64
        equal = name == "clock comparator" and cpu.comparator == tod
        return equal or super()._level(cpu, name)


class HighestSender(Model):
    def _lowest(self, senders):
        highest = max(senders)
        senders.remove(highest)
        return highest


class ResetKeeps(Model):
    def _carry_out_reset(self, cpu, order):
        call = cpu.call
        super()._carry_out_reset(cpu, order)
        cpu.call = call


class SenseForgets(Model):
    def sense(self, cpu):
        return super().sense(cpu) & ~Status.STOPPED


class SecondSccb(Model):
    def service_signal(self, parameter):
        self.sccb = 0 if parameter & ~7 else self.sccb
        return super().service_signal(parameter)


class NoTurns(Model):
    def take_io(self, iscs, subchannel=None):
        self.adapters_next.clear()
        return super().take_io(iscs, subchannel)


class ExigentAlone(Model):
    def _gather(self, cpu, exigent):
        if not exigent:
            return super()._gather(cpu, exigent)
        cpu.pending.discard("exigent")
        return CHECKS["exigent"]


class NewerLast(Model):
    def inject_io(self, subchannel, isc, parameter):
        outcome = super().inject_io(subchannel, isc, parameter)
        for one in self.io:
            if outcome == Outcome.COALESCED and one.subchannel == subchannel:
                one.place = self.places
        return outcome


FLIPPED = [CallFirst, EqualComparator, HighestSender, ResetKeeps, SecondSccb]
RARE = [SenseForgets, NoTurns, ExigentAlone, NewerLast]


@pytest.mark.parametrize("model", FLIPPED + RARE if LONG else FLIPPED)
def test_a_rule_turned_round_is_found_out(model):
    class Flipped(InterruptionMachine):
        make_model = model

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Flipped,
            settings=settings(
                TestInterruptions.settings,
                max_examples=1000,
                phases=[Phase.generate],
                derandomize=True,
                database=None,
                report_multiple_bugs=False,
            ),
        )
