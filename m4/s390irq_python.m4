dnl SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
dnl
dnl S390IRQ_PYTHON
dnl
dnl With --with-python: sets PYTHON_CFLAGS, FFI_CFLAGS and FFI_LIBS, and stops
dnl if anything is missing that building and testing the extension needs.
AC_DEFUN([S390IRQ_PYTHON], [
AS_IF([test "x$with_python" != xno], [
  AS_IF([test -z "$PYTHON" || test -z "$SWIG"],
    [AC_MSG_ERROR([--with-python needs python3 and swig])])
  AC_MSG_CHECKING([for the headers of $PYTHON])
  s390irq_include=`$PYTHON -c 'import sysconfig
print(sysconfig.get_path("include"))'`
  AS_IF([test ! -f "$s390irq_include/Python.h"],
    [AC_MSG_ERROR([--with-python needs Python.h (Debian: python3-dev)])])
  AC_MSG_RESULT([$s390irq_include])
  PYTHON_CFLAGS=-I$s390irq_include
  PKG_CHECK_MODULES([FFI], [libffi], [],
    [AC_MSG_ERROR([--with-python needs libffi (Debian: libffi-dev)])])
  AS_IF([$PYTHON -c 'import hypothesis, pytest' 2>/dev/null], [],
    [AC_MSG_ERROR([--with-python needs pytest and hypothesis
                   (Debian: python3-pytest python3-hypothesis)])])
  AS_IF([test "x$enable_shared" = xno],
    [AC_MSG_ERROR([--with-python needs the shared library])])
])
AC_SUBST([PYTHON_CFLAGS])
])
