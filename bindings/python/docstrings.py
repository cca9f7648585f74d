# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The comments of the public headers as docstrings, for SWIG."""

import re
import sys
from pathlib import Path

_COMMENT = re.compile(
    r"/\*(?P<text>(?:[^*]|\*(?!/))*)\*/\n(?P<code>(?:S390IRQ_EXPORT[^;]*;\n)+)"
)
_NAME = re.compile(r"\b(s390irq_\w+)\(")


def of_headers(headers):
    lines = []
    for header in headers:
        for match in _COMMENT.finditer(header.read_text()):
            text = re.sub(r"\n \* ?", "\n", match["text"]).strip()
            text = text.replace("\\", "\\\\").replace('"', '\\"')
            for declaration in match["code"].split(";"):
                name = _NAME.search(declaration)
                if name:
                    lines.append(f'%feature("docstring") {name[1]} "{text}"\n')
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(of_headers([Path(name) for name in sys.argv[1:]]))
