# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
from s390irq.stateful import InterruptionMachine

TestInterruptions = InterruptionMachine.TestCase
