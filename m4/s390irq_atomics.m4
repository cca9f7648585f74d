dnl SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
dnl
dnl S390IRQ_ATOMICS
dnl
dnl Ends configure on hosts whose compiler has no 8-byte atomics that are
dnl always lock-free and inline: the pending words are 64 bits wide, are
dnl changed by any thread, and the library links nothing but libc.

AC_DEFUN([S390IRQ_ATOMICS], [
AC_CACHE_CHECK([for native 64-bit atomics], [s390irq_cv_atomics],
  [AC_LINK_IFELSE(
    [AC_LANG_PROGRAM([[
#include <stdint.h>
_Static_assert(__atomic_always_lock_free(sizeof(uint64_t), 0), "lock");
_Static_assert(__atomic_always_lock_free(sizeof(uint32_t), 0), "lock");
static uint64_t word;
]], [[
uint64_t seen = __atomic_fetch_or(&word, 1, __ATOMIC_SEQ_CST);
__atomic_compare_exchange_n(&word, &seen, 2, 0, __ATOMIC_SEQ_CST,
                            __ATOMIC_SEQ_CST);
return (int)__atomic_load_n(&word, __ATOMIC_SEQ_CST);
]])], [s390irq_cv_atomics=yes], [s390irq_cv_atomics=no])])
AS_IF([test $s390irq_cv_atomics = no],
  [AC_MSG_ERROR([libs390irq needs 64-bit atomics that are native to the host:
always lock-free and without libatomic. The compiler does not have them for
$host. (On 32-bit x86, CFLAGS=-march=i586 may bring them.)])])
])
