/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/classes.h"

const struct si_class si_classes[SI_CLASS_COUNT] = {
#define ROW(kind, number, name, nature, floating, psw, cr0, code, address,     \
            stores)                                                            \
    [number] = {                                                               \
        S390IRQ_KIND_##kind, nature, floating, stores, code, address, psw, cr0 \
    },
    SI_CLASS_TABLE(ROW)
#undef ROW
};

const uint64_t si_classes_floating =
#define BIT(kind, number, name, nature, floating, ...) \
    ((floating) ? SI_BIT(number) : 0) |
    SI_CLASS_TABLE(BIT)
#undef BIT
        0;

/* Class number + 1 by kind. */
static const uint8_t class_of_kind[S390IRQ_KIND_LIMIT] = {
#define KIND(kind, number, ...) [S390IRQ_KIND_##kind] = (number) + 1,
    SI_CLASS_TABLE(KIND)
#undef KIND
};

int si_classes_of_kind(uint32_t kind)
{
    return kind < S390IRQ_KIND_LIMIT ? class_of_kind[kind] - 1 : -1;
}

const char *s390irq_kind_name(uint32_t kind)
{
    static const char *const names[S390IRQ_KIND_LIMIT] = {
#define NAME(kind, number, name, ...) [S390IRQ_KIND_##kind] = name,
        SI_CLASS_TABLE(NAME)
#undef NAME
    };

    if (kind >= S390IRQ_KIND_LIMIT || !names[kind])
        return "unknown";
    return names[kind];
}
