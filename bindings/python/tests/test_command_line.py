# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""python -m s390irq, and what the pytest plugin attaches."""

import pytest

import s390irq
from s390irq.__main__ import main


def test_explain_a_state(machine, tmp_path, capsys):
    machine.started(0)
    machine.cpu[0].emergency_signal(1)
    machine.pause()
    machine.deliver_all()
    file = tmp_path / "state"
    file.write_bytes(machine.save())
    assert main(["explain", str(file)]) == 0
    assert "emergency signal from CPU 1" in capsys.readouterr().out
    file.write_bytes(b"nothing of the kind")
    assert main(["explain", str(file)]) == 2


def test_decode_hex_and_files(machine, tmp_path, capsys):
    machine.service_signal(0x1000)
    buffer = machine.export_flic()
    assert main(["decode", buffer.hex()]) == 0
    assert "ServiceSignal(parameter=0x1000)" in capsys.readouterr().out
    (tmp_path / "flic").write_bytes(buffer)
    assert main(["decode", str(tmp_path / "flic")]) == 0
    assert main(["decode", "00"]) == 2
    assert main(["decode", str(tmp_path / "none")]) == 2


def test_replay_fails_on_what_is_no_scenario(tmp_path, capsys):
    file = tmp_path / "lines.jsonl"
    file.write_text('{"schema":\n')
    assert main(["replay", str(file)]) == 1
    out = capsys.readouterr().out
    assert "not JSON" in out and out.endswith("0 passed, 1 failed, 0 skipped\n")
    assert main(["replay", str(tmp_path / "none")]) == 2


def test_usage():
    with pytest.raises(SystemExit):
        main([])
    assert s390irq.__version__.count(".") == 2


def test_a_failure_shows_trace_and_explanation(pytester):
    pytester.makepyfile(
        """
        def test_it(machine):
            machine.started(0)
            machine.cpu[0].emergency_signal(1)
            assert False
        """
    )
    result = pytester.runpytest_subprocess()
    result.stdout.fnmatch_lines(
        ["*s390irq machine 0*", "*emergency signal injected: QUEUED*",
         "*emergency signal from CPU 1*"]
    )  # fmt: skip
