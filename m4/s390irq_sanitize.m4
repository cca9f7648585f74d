dnl SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
dnl
dnl S390IRQ_SANITIZE
dnl
dnl --enable-sanitizers=LIST, a comma separated list of what the compiler's
dnl -fsanitize= takes: address, undefined, thread, leak, ... Compiler and
dnl linker have to accept each one alone and all of them together, and a
dnl program made with them has to run, else configure ends here.
dnl
dnl Sets SANITIZE_CFLAGS (for compiling and linking), SANITIZERS (the list),
dnl and the conditional SANITIZED. The shared library is then linked without
dnl version script and with undefined symbols allowed: the run-time library of
dnl a sanitizer may be in the executable alone, and its symbols have to be
dnl seen from there.

AC_DEFUN([_S390IRQ_SANITIZE_LINKS], [
s390irq_save_cflags=$CFLAGS
CFLAGS="$CFLAGS -fsanitize=$1"
AC_MSG_CHECKING([whether $CC compiles and links with -fsanitize=$1])
AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [AC_MSG_RESULT([yes])],
  [AC_MSG_RESULT([no])
   AC_MSG_ERROR([--enable-sanitizers=$enable_sanitizers: the compiler or the
linker does not accept -fsanitize=$1; config.log has its message])])
CFLAGS=$s390irq_save_cflags
])

dnl Some kernels spread addresses wider than the older run-time libraries
dnl expect; such programs run only with the spreading switched off.
AC_DEFUN([_S390IRQ_SANITIZE_RUNS], [
s390irq_save_cflags=$CFLAGS
CFLAGS="$CFLAGS $SANITIZE_CFLAGS"
AC_MSG_CHECKING([how programs with -fsanitize=$SANITIZERS run])
AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
  [AS_IF([test "x$cross_compiling" = xyes || test -n "$TEST_RUNNER"],
     [AC_MSG_RESULT([not tried])],
     [./conftest$EXEEXT >&AS_MESSAGE_LOG_FD 2>&1],
     [AC_MSG_RESULT([directly])],
     [setarch -R ./conftest$EXEEXT >&AS_MESSAGE_LOG_FD 2>&1],
     [AC_MSG_RESULT([with setarch -R])
      TEST_RUNNER="setarch -R"],
     [AC_MSG_RESULT([not at all])
      AC_MSG_ERROR([--enable-sanitizers=$enable_sanitizers: an empty program
made with them does not run on this machine; config.log has its message])])],
  [AC_MSG_ERROR([a program that linked before does not link any more])])
CFLAGS=$s390irq_save_cflags
])

AC_DEFUN([S390IRQ_SANITIZE], [
AC_ARG_ENABLE([sanitizers],
  [AS_HELP_STRING([--enable-sanitizers=LIST],
    [build everything with the sanitizers of the comma separated LIST, such as
     address,undefined or thread])],
  [], [enable_sanitizers=no])
SANITIZERS=
SANITIZE_CFLAGS=
AS_CASE([$enable_sanitizers],
  [no], [],
  [yes|''|,*|*,|*,,*|*[[!a-z,-]]*],
  [AC_MSG_ERROR([--enable-sanitizers needs a comma separated list of names,
such as address,undefined])],
  [for s390irq_one in `AS_ECHO(["$enable_sanitizers"]) | tr , ' '`; do
     _S390IRQ_SANITIZE_LINKS([$s390irq_one])
   done
   SANITIZERS=$enable_sanitizers
   AS_CASE([$SANITIZERS], [*,*], [_S390IRQ_SANITIZE_LINKS([$SANITIZERS])])
   SANITIZE_CFLAGS="-fsanitize=$SANITIZERS -fno-omit-frame-pointer"
   AS_CASE([,$SANITIZERS,], [*,undefined,*],
     [SANITIZE_CFLAGS="$SANITIZE_CFLAGS -fno-sanitize-recover=undefined"])
   _S390IRQ_SANITIZE_RUNS])
AC_SUBST([SANITIZERS])
AC_SUBST([SANITIZE_CFLAGS])
AM_CONDITIONAL([SANITIZED], [test -n "$SANITIZERS"])
])
