# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""What the public headers say of a function, for the docstrings of this
package: one text, and nothing to keep alike."""

from __future__ import annotations

import inspect
from typing import Any, Callable, TypeVar

from . import _native

_Function = TypeVar("_Function", bound=Callable[..., Any])


def explained_by(*names: str) -> Callable[[_Function], _Function]:
    """Adds what the headers say of these functions to a docstring."""

    def complete(function: _Function) -> _Function:
        texts = [inspect.cleandoc(function.__doc__ or "")]
        for name in names:
            says = (getattr(_native, name).__doc__ or "").strip()
            texts.append(f"s390irq_{name}() of the library:\n\n{says}")
        function.__doc__ = "\n\n".join(text for text in texts if text)
        return function

    return complete
