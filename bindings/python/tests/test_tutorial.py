# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Every block of docs/python.md runs, one after the other."""

import re
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).resolve().parents[3] / "docs/python.md"


def test_the_blocks_of_the_tutorial():
    if not TUTORIAL.exists():
        pytest.skip("docs/python.md is not beside the package")
    names = {"__name__": "tutorial"}
    text = TUTORIAL.read_text()
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.S | re.M))
    assert len(blocks) >= 9
    for block in blocks:
        line = text[: block.start(1)].count("\n")
        exec(compile("\n" * line + block[1], str(TUTORIAL), "exec"), names)
