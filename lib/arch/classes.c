/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/classes.h"

const struct si_class si_classes[SI_CLASS_COUNT] = {
#define ROW(name, kind, number, text, nature, scope, psw, control, submask, \
            code, address, stores)                                          \
    [number] = { S390IRQ_KIND_##kind,                                       \
                 nature,                                                    \
                 scope,                                                     \
                 stores,                                                    \
                 control,                                                   \
                 code,                                                      \
                 address,                                                   \
                 psw,                                                       \
                 submask },
    SI_CLASS_TABLE(ROW)
#undef ROW
};

const uint64_t si_classes_floating =
#define BIT(name, kind, number, text, nature, scope, ...) \
    ((scope)&SI_FLOATING ? SI_BIT(number) : 0) |
    SI_CLASS_TABLE(BIT)
#undef BIT
        0;

const char *si_classes_name(uint32_t number)
{
    static const char *const names[SI_CLASS_COUNT] = {
#define NAME(name, kind, number, text, ...) [number] = text,
        SI_CLASS_TABLE(NAME)
#undef NAME
    };

    return names[number];
}

int si_classes_of_kind(uint32_t kind)
{
    int number = SI_CLASS_COUNT;

    while (--number >= 0)
        if (si_classes[number].kind == kind && kind)
            break;
    return number;
}

bool si_classes_known(uint32_t kind)
{
    return kind == S390IRQ_KIND_ADAPTER || si_classes_of_kind(kind) >= 0;
}

const char *s390irq_kind_name(uint32_t kind)
{
    /* Kinds that are not one class. */
    static const char *const names[S390IRQ_KIND_LIMIT] = {
        [S390IRQ_KIND_MACHINE_CHECK] = "machine check",
        [S390IRQ_KIND_IO] = "I/O",
        [S390IRQ_KIND_ADAPTER] = "adapter",
    };

    if (kind < S390IRQ_KIND_LIMIT && names[kind])
        return names[kind];
    if (si_classes_of_kind(kind) < 0)
        return "unknown";
    return si_classes_name((uint32_t)si_classes_of_kind(kind));
}
