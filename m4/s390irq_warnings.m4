dnl SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
dnl
dnl S390IRQ_WARNINGS
dnl
dnl Sets WARNING_CFLAGS to the warnings that the compiler knows, and
dnl LIBRARY_WARNING_CFLAGS to those for the library alone, which tests and
dnl examples would drown in. With --enable-werror each of them is an error.

AC_DEFUN([S390IRQ_WARNINGS], [
WARNING_CFLAGS=
AX_APPEND_COMPILE_FLAGS([-Wall -Wextra -Wpedantic -Wshadow -Wundef dnl
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition dnl
  -Wpointer-arith -Wwrite-strings -Wformat=2 -Wvla],
  [WARNING_CFLAGS], [-Werror])
AS_IF([test "x$enable_werror" != xno],
  [AX_APPEND_COMPILE_FLAGS([-Werror], [WARNING_CFLAGS])])
AC_SUBST([WARNING_CFLAGS])
LIBRARY_WARNING_CFLAGS=
AX_APPEND_COMPILE_FLAGS([-Wconversion], [LIBRARY_WARNING_CFLAGS], [-Werror])
AC_SUBST([LIBRARY_WARNING_CFLAGS])

dnl Undefined symbols in the shared library are found when it is linked.
NO_UNDEFINED=-no-undefined
AX_APPEND_LINK_FLAGS([-Wl,-z,defs], [NO_UNDEFINED])
AC_SUBST([NO_UNDEFINED])
])
