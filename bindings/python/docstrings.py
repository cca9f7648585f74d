# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The comments of the public headers as docstrings, for SWIG."""

import re
import sys
from pathlib import Path

_COMMENT = r"/\*(?P<text>(?:[^*]|\*(?!/))*)\*/\n"
_FUNCTIONS = re.compile(_COMMENT + r"(?P<code>(?:S390IRQ_EXPORT[^;]*;\n)+)")
_STRUCTURE = re.compile(
    r"(?:" + _COMMENT + r")?(?P<code>struct (?P<name>s390irq_\w+) \{.*?^\};)",
    re.S | re.M,
)
_NAME = re.compile(r"\b(s390irq_\w+)\(")


def _plain(comment):
    return re.sub(r"\n \* ?", "\n", comment or "").strip()


def _quoted(text):
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n") + '"'


def _functions(text):
    for match in _FUNCTIONS.finditer(text):
        for declaration in match["code"].split(";"):
            name = _NAME.search(declaration)
            if name:
                yield name[1], _plain(match["text"])


def _structures(text):
    """With their declarations, in which the members have comments."""
    for match in _STRUCTURE.finditer(text):
        yield match["name"], f"{_plain(match['text'])}\n\n{match['code']}"


def of_headers(headers):
    """Features for SWIG; and a table, for the functions that it knows only by
    name (%native)."""
    text = "".join(header.read_text() for header in headers)
    functions = dict(_functions(text))
    lines = [
        f'%feature("docstring") {name} {_quoted(says)}\n'
        for name, says in [*functions.items(), *_structures(text)]
    ]
    lines += ["%{\n", "static const struct header_text header_texts[] = {\n"]
    lines += [
        f'    {{ "{name[len("s390irq_") :]}", {_quoted(says)} }},\n'
        for name, says in functions.items()
    ]
    lines += ["    { NULL, NULL },\n", "};\n", "%}\n"]
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(of_headers([Path(name) for name in sys.argv[1:]]))
