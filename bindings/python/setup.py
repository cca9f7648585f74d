# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
"""Builds the extension. In a clone the library is in ../.. and SWIG is run;
an sdist has a copy of the library in library/, and what SWIG made."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

sys.path.insert(0, str(Path(__file__).resolve().parent))
import docstrings  # noqa: E402

HERE = Path(__file__).resolve().parent
PACKED = HERE / "library"
LIBRARY = PACKED if PACKED.exists() else HERE.parent.parent
NATIVE = HERE / "native"
READY = NATIVE / "native_wrap.c"  # in an sdist


def version():
    """The one place that says it."""
    text = (LIBRARY / "configure.ac").read_text()
    return re.search(r"AC_INIT\(\[libs390irq\], \[([^]]+)\]", text).group(1)


def listed(name):
    """A list of lib/Makefile.inc."""
    text = (LIBRARY / "lib/Makefile.inc").read_text().replace("\\\n", " ")
    return re.search(rf"^{name} =(.*)$", text, re.M).group(1).split()


def pkg_config(*arguments):
    command = [os.environ.get("PKG_CONFIG", "pkg-config"), *arguments]
    try:
        run = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return run.stdout.split() if run.returncode == 0 else None


def installed():
    """Flags of an installed library of this very version, or None."""
    choice = os.environ.get("S390IRQ_LIBRARY", "auto")
    if choice not in ("auto", "source", "installed"):
        sys.exit(f"S390IRQ_LIBRARY={choice}: auto, source or installed")
    found = None
    if (
        choice != "source"
        and pkg_config("--exists", f"s390irq = {version()}") is not None
    ):
        found = pkg_config("--cflags", "--libs", "s390irq")
    if choice == "installed" and found is None:
        sys.exit(
            "S390IRQ_LIBRARY=installed, but pkg-config finds no "
            f"s390irq {version()}"
        )
    return found


def ffi():
    found = pkg_config("--cflags", "--libs", "libffi")
    return ["-lffi"] if found is None else found


def run_swig(folder):
    """Makes the wrapper in a folder of the build."""
    swig = os.environ.get("SWIG") or shutil.which("swig")
    if not swig:
        sys.exit(
            "SWIG is needed to build from a clone (Debian: swig); "
            "an sdist needs none"
        )
    folder.mkdir(parents=True, exist_ok=True)
    headers = [LIBRARY / name for name in listed("PUBLIC_HFILES")]
    (folder / "docstrings.i").write_text(docstrings.of_headers(headers))
    wrapper = folder / "native_wrap.c"
    subprocess.run(
        [swig, "-python", "-builtin", "-interface", "_native", f"-I{folder}",
         f"-I{NATIVE}", f"-I{LIBRARY / 'include'}", "-outdir", str(folder),
         "-o", str(wrapper), str(NATIVE / "native.i")],
        check=True,
    )  # fmt: skip
    return wrapper


def split(flags, extension):
    for flag in flags:
        if flag.startswith("-l") or flag.startswith("-L"):
            extension.extra_link_args.append(flag)
            if flag.startswith("-L"):
                extension.runtime_library_dirs.append(flag[2:])
        else:
            extension.extra_compile_args.append(flag)


class Build(build_ext):
    def finalize_options(self):
        """Flags and headers count as well, so nothing of before is kept."""
        super().finalize_options()
        self.force = True

    def build_extension(self, extension):
        temp = Path(self.build_temp).resolve()
        wrapper = READY if READY.exists() else run_swig(temp)
        sources = [wrapper, *sorted(NATIVE.glob("*.c"))]
        extension.include_dirs = [str(NATIVE)]
        extension.extra_compile_args = [
            "-std=gnu11",
            "-Wno-deprecated-declarations",
        ]
        split(ffi(), extension)
        flags = installed()
        if flags is None:
            sources += [LIBRARY / "lib" / name for name in listed("LIB_CFILES")]
            extension.include_dirs += [
                str(LIBRARY / "include"),
                str(LIBRARY / "lib"),
            ]
            extension.define_macros += [
                ("S390IRQ_BUILDING", None),
                ("_GNU_SOURCE", None),
            ]
            extension.extra_compile_args += ["-fvisibility=hidden"]
            extension.extra_link_args += ["-pthread"]
            if os.environ.get("S390IRQ_DEBUG_CHECKS"):
                extension.define_macros += [("SI_DEBUG", None)]
        else:
            split(flags, extension)
        # Whole paths: the objects of ../../lib shall stay in the build folder.
        extension.sources = list(
            dict.fromkeys(str(Path(path).resolve()) for path in sources)
        )
        super().build_extension(extension)


class Pack(sdist):
    """The library's sources and SWIG's output come along."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        base = Path(base_dir)
        if not READY.exists():
            made = run_swig((base / "swig").resolve())
            shutil.copyfile(made, base / "native/native_wrap.c")
            shutil.rmtree(base / "swig")
        names = ["configure.ac", "lib/Makefile.inc", *listed("PUBLIC_HFILES")]
        names += ["LICENSES/Apache-2.0.txt", "LICENSES/BSD-3-Clause.txt"]
        names += [
            f"lib/{name}"
            for name in listed("LIB_CFILES") + listed("LIB_HFILES")
        ]
        for name in names:
            target = base / "library" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(LIBRARY / name, target)


os.chdir(HERE)
setup(
    version=version(),
    # The sources are known when it is built.
    ext_modules=[Extension("s390irq._native", sources=[])],
    cmdclass={"build_ext": Build, "sdist": Pack},
)
