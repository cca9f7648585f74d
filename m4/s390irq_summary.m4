dnl SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
dnl
dnl S390IRQ_SUMMARY
dnl
dnl Says at the end of configure what will be built, what was not found,
dnl what is therefore left out, and which Debian package brings it.

dnl _S390IRQ_PART(WHAT, FOUND = yes or no, PART LEFT OUT, DEBIAN PACKAGE)
AC_DEFUN([_S390IRQ_PART], [
AS_IF([test "x$2" = xyes],
  [printf '  %-22s yes\n' "$1"],
  [printf '  %-22s NO: without %s (Debian: %s)\n' "$1" "$3" "$4"
   s390irq_missing="$s390irq_missing $4"])
])

AC_DEFUN([S390IRQ_SUMMARY], [
s390irq_missing=
printf '\n%s %s\n' "$PACKAGE_NAME" "$PACKAGE_VERSION"
printf '  %-22s %s\n' \
  "installs into" "$prefix" \
  "compiler" "$CC $CFLAGS" \
  "shared, static" "$enable_shared, $enable_static" \
  "blocking wait" "$enable_wait" \
  "debug checks" "$enable_debug_checks" \
  "sanitizers" "${SANITIZERS:-none}"
AS_IF([test -n "$TEST_RUNNER"],
  [printf '  %-22s %s\n' "tests run through" "$TEST_RUNNER"])
printf 'For tests and examples (the library needs none of it):\n'
AS_IF([test -n "$CXX"], [have_cxx=yes], [have_cxx=no])
AS_IF([test -n "$SPIN"], [have_spin=yes], [have_spin=no])
AS_IF([test -n "$PYTHON"], [have_python=yes], [have_python=no])
_S390IRQ_PART([cmocka], [$have_cmocka], [the unit tests], [libcmocka-dev])
AS_IF([test "x$with_jansson" = xno],
  [printf '  %-22s not wanted: without the replay of recordings\n' jansson],
  [_S390IRQ_PART([jansson], [$have_jansson], [the replay of recordings],
                 [libjansson-dev])])
AS_IF([test "x$with_unicorn" = xno],
  [printf '  %-22s not wanted: without the example VMM\n' unicorn],
  [_S390IRQ_PART([unicorn], [$have_unicorn], [the example VMM],
                 [libunicorn-dev])])
_S390IRQ_PART([s390x assembler], [$have_s390x],
  [the guests of the example VMM and the VMM itself], [gcc-s390x-linux-gnu])
_S390IRQ_PART([spin], [$have_spin], [make check-models], [spin])
_S390IRQ_PART([C++ compiler], [$have_cxx], [the C++ tests of the headers],
  [g++])
_S390IRQ_PART([python3], [$have_python], [the test of the exported symbols],
  [python3])
AS_IF([test -n "$s390irq_missing"],
  [printf 'To have all of it: apt-get install%s\n' "$s390irq_missing"])
printf '\n'
])
