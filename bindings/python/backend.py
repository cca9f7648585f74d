# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""The build backend: that of setuptools, with one setting of its own.

    pip install --config-settings library=source ./bindings/python

says what S390IRQ_LIBRARY in the environment says; see README.md.
"""

import os

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F401,F403


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    choice = (config_settings or {}).pop("library", None)
    if choice:
        os.environ["S390IRQ_LIBRARY"] = choice
    return build_meta.build_wheel(
        wheel_directory, config_settings, metadata_directory
    )
