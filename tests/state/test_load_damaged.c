/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * lib/state/load.c, check.c, load_io.c: a state that is damaged, cut, made up
 * or not meant for this VM is refused as a whole.
 */
#include "farm.h"
#include "states.h"

/* A VM that is not to be changed. */
static struct fake *target(uint32_t cpus)
{
    struct fake *fake = states_make(cpus, 4711);

    return fake;
}

/* Cut anywhere, or with something behind: an exact copy, so that ASan sees. */
static void every_length(void **state)
{
    struct states_sample sample = states_sample(2, 7);
    struct fake *fake = target(2);

    (void)state;
    for (size_t length = 0; length < sample.length; length++) {
        uint8_t *cut = malloc(length + 1);

        memcpy(cut, sample.bytes, length);
        states_assert_refused(fake, cut, length, S390IRQ_E_FORMAT);
        free(cut);
    }
    sample.bytes = realloc(sample.bytes, sample.length + 8);
    memset(sample.bytes + sample.length, 0, 8);
    states_assert_refused(fake, sample.bytes, sample.length + 1,
                          S390IRQ_E_FORMAT);
    states_assert_refused(fake, sample.bytes, sample.length + 8,
                          S390IRQ_E_FORMAT);
    fake_close(fake);
    states_drop(&sample);
}

static void every_byte(void **state)
{
    static const uint8_t flips[] = { 0x01, 0x80, 0xff };
    struct states_sample sample = states_sample(2, 7);
    struct fake *fake = target(2);

    (void)state;
    for (size_t at = 0; at < sample.length; at++)
        for (size_t i = 0; i < sizeof flips; i++) {
            sample.bytes[at] ^= flips[i];
            states_assert_refused(fake, sample.bytes, sample.length,
                                  S390IRQ_E_FORMAT);
            sample.bytes[at] ^= flips[i];
        }
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length), 0);
    fake_close(fake);
    states_drop(&sample);
}

static void put(uint8_t *to, uint64_t value, unsigned width)
{
    while (width-- > 0) {
        to[width] = (uint8_t)value;
        value >>= 8;
    }
}

static size_t get(const uint8_t *from, unsigned width)
{
    size_t value = 0;

    while (width-- > 0)
        value = value << 8 | *from++;
    return value;
}

/* What is left of a state when sections that may be skipped are. */
static size_t strip(uint8_t *bytes, size_t length)
{
    size_t at = 24;

    while (at + 8 < length - 4) {
        size_t section = 8 + get(bytes + at + 4, 4);

        if (section > length - 4 - at)
            break;
        if (bytes[at] & 0x80) {
            memmove(bytes + at, bytes + at + section, length - at - section);
            length -= section;
        } else {
            at += section;
        }
    }
    put(bytes + 16, length, 8);
    states_seal(bytes, length);
    return length;
}

/*
 * With a checksum that agrees: refused and nothing changed, or taken as what
 * it says, which is then what is saved again.
 */
static unsigned judge(struct fake *fake, uint8_t *bytes, size_t length)
{
    struct fake_snapshot *before = fake_snapshot(fake);
    int rc = s390irq_vm_load(fake->vm, bytes, length);
    uint8_t *again;
    size_t back;

    if (rc < 0) {
        assert_true(rc == S390IRQ_E_FORMAT || rc == S390IRQ_E_NO_CPU);
        fake_assert_unchanged(fake, before);
        return 0;
    }
    assert_int_equal(rc, 0);
    free(before);
    again = states_save(fake, &back);
    assert_int_equal(back, strip(bytes, length));
    assert_memory_equal(again, bytes, back);
    free(again);
    return 1;
}

static void sealed_bytes(void **state)
{
    struct states_sample sample = states_sample(3, 11);
    uint8_t *bytes = malloc(sample.length);
    struct fake *fake = target(3);
    unsigned taken = 0, count = 0;

    (void)state;
    for (size_t at = 0; at < sample.length - 4; at++)
        for (unsigned bit = 0; bit < 9; bit++, count++) {
            memcpy(bytes, sample.bytes, sample.length);
            bytes[at] ^= bit < 8 ? (uint8_t)(1u << bit) : 0xff;
            states_seal(bytes, sample.length);
            if (!judge(fake, bytes, sample.length))
                continue;
            taken++;
            fake_close(fake);
            fake = target(3);
        }
    assert_true(taken > 0 && taken < count);
    free(bytes);
    fake_close(fake);
    states_drop(&sample);
}

/* Numbers of many bytes that are too large, at every place. */
static void sealed_numbers(void **state)
{
    static const uint64_t values[] = { 0, UINT32_MAX, 0x80000000, 4096, 65537 };
    struct states_sample sample = states_sample(3, 12);
    uint8_t *bytes = malloc(sample.length);
    struct fake *fake = target(3);

    (void)state;
    for (size_t at = 8; at + 8 < sample.length; at++)
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            memcpy(bytes, sample.bytes, sample.length);
            for (size_t byte = 0; byte < 4; byte++)
                bytes[at + byte] = (uint8_t)(values[i] >> (24 - 8 * byte));
            states_seal(bytes, sample.length);
            judge(fake, bytes, sample.length);
        }
    free(bytes);
    fake_close(fake);
    states_drop(&sample);
}

static void garbage(void **state)
{
    struct states_sample sample = states_sample(2, 13);
    struct states_random random = { 99 };
    struct fake *fake = target(2);

    (void)state;
    for (int round = 0; round < 3000; round++) {
        size_t length = 28 + states_below(&random, 600);
        uint8_t *bytes = malloc(length);

        for (size_t at = 0; at < length; at++)
            bytes[at] =
                states_below(&random, 3) ? 0 : (uint8_t)states_next(&random);
        memcpy(bytes, sample.bytes, 16);
        memset(bytes + 16, 0, 8);
        bytes[22] = (uint8_t)(length >> 8);
        bytes[23] = (uint8_t)length;
        states_seal(bytes, length);
        states_assert_refused(fake, bytes, length, S390IRQ_E_FORMAT);
        free(bytes);
    }
    fake_close(fake);
    states_drop(&sample);
}

/* A section more, at the end; answers the new length. */
static size_t append(struct states_sample *sample, uint32_t tag,
                     uint32_t length)
{
    size_t at = sample->length - 4, total = sample->length + 8 + length;

    sample->bytes = realloc(sample->bytes, total);
    put(sample->bytes + at, tag, 4);
    put(sample->bytes + at + 4, length, 4);
    memset(sample->bytes + at + 8, 0x33, length);
    put(sample->bytes + 16, total, 8);
    states_seal(sample->bytes, total);
    return total;
}

static void other_versions(void **state)
{
    struct states_sample sample = states_sample(2, 14);
    struct fake *fake = target(2);

    (void)state;
    sample.bytes[11] = 2;
    states_seal(sample.bytes, sample.length);
    states_assert_refused(fake, sample.bytes, sample.length, S390IRQ_E_FORMAT);
    sample.bytes[11] = 0;
    states_seal(sample.bytes, sample.length);
    states_assert_refused(fake, sample.bytes, sample.length, S390IRQ_E_FORMAT);
    sample.bytes[11] = 1;
    sample.length = append(&sample, 0x80000077, 5);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length), 0);
    states_assert_same(sample.fake, fake);
    sample.length = append(&sample, 0x00000077, 5);
    states_assert_refused(fake, sample.bytes, sample.length, S390IRQ_E_FORMAT);
    fake_close(fake);
    states_drop(&sample);
}

static struct fake *open_with(uint32_t cpus, uint32_t limit,
                              const uint8_t *facilities, size_t size)
{
    struct fake_options options = { .cpus = cpus,
                                    .hooks = FAKE_USUAL,
                                    .cp_service_limit = limit };
    struct fake *fake = fake_prepare(&options);

    fake->config.facilities = facilities;
    fake->config.facilities_size = size;
    fake_create_vm(fake);
    for (uint32_t i = 0; i < cpus; i++)
        fake_create_cpu(fake, i);
    return fake;
}

/* What the state has must fit into the VM. */
static void limits(void **state)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_VIRTIO };
    static const uint8_t none[1];
    struct states_sample sample;
    struct fake *fake = fake_usual(2);

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &what), S390IRQ_QUEUED);
    s390irq_vm_pause(fake->vm);
    sample.fake = fake;
    sample.bytes = states_save(fake, &sample.length);
    fake = open_with(1, 0, NULL, 0);
    states_assert_refused(fake, sample.bytes, sample.length, S390IRQ_E_FORMAT);
    fake_close(fake);
    fake = open_with(2, 2, NULL, 0);
    states_assert_refused(fake, sample.bytes, sample.length, S390IRQ_E_FORMAT);
    fake_close(fake);
    /* Stopped CPUs have vector registers. */
    fake = open_with(2, 3, none, sizeof none);
    states_assert_refused(fake, sample.bytes, sample.length, S390IRQ_E_FORMAT);
    fake_close(fake);
    fake = open_with(2, 3, NULL, 0);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length), 0);
    fake_close(fake);
    states_drop(&sample);
}

/* A clock that has wrapped needs the facility to say so. */
static void epoch_index(void **state)
{
    static const uint8_t no_multiple_epoch[32] = { [129 / 8] =
                                                       0x80 >> 129 % 8 };
    struct fake *fake = fake_usual(1), *other;
    struct states_sample sample;
    uint32_t index;
    uint64_t tod;

    (void)state;
    assert_int_equal(s390irq_vm_set_tod_epoch(fake->vm, 3, 5), 0);
    s390irq_vm_pause(fake->vm);
    sample.fake = fake;
    sample.bytes = states_save(fake, &sample.length);
    other = fake_usual(1);
    assert_int_equal(s390irq_vm_load(other->vm, sample.bytes, sample.length),
                     0);
    assert_int_equal(s390irq_vm_get_tod_epoch(other->vm, &index, &tod), 0);
    assert_int_equal(index, 3);
    assert_int_equal(tod, 5);
    fake_close(other);
    other = open_with(1, 0, no_multiple_epoch, sizeof no_multiple_epoch);
    states_assert_refused(other, sample.bytes, sample.length, S390IRQ_E_FORMAT);
    fake_close(other);
    states_drop(&sample);
}

/* Where these bytes are in a state, which has them once. */
static uint8_t *find(const struct states_sample *sample, const uint8_t *bytes,
                     size_t count)
{
    for (size_t at = 0; at + count <= sample->length; at++)
        if (memcmp(sample->bytes + at, bytes, count) == 0)
            return sample->bytes + at;
    fail();
    return NULL;
}

/* V-15: one pends for each subchannel, and only for one that is there. */
static void one_for_each_subchannel(void **state)
{
    static const uint32_t others[] = { 0x00010042, 0x00010049, 0x00010000 };
    static const uint8_t second[] = { 0, 1, 0, 0x43, 2, 2, 2, 2 };
    struct states_sample sample = { .fake = fake_usual(1) };
    struct fake *fake = fake_usual(1);

    (void)state;
    for (uint32_t i = 0x42; i < 0x45; i++)
        s390irq_vm_add_subchannel(sample.fake->vm, 0x00010000 + i);
    s390irq_vm_inject_io(sample.fake->vm, 0x00010042, 0x01010101, 0);
    s390irq_vm_inject_io(sample.fake->vm, 0x00010043, 0x02020202, 0x08000000);
    s390irq_vm_pause(sample.fake->vm);
    sample.bytes = states_save(sample.fake, &sample.length);
    for (size_t i = 0; i < 3; i++) {
        uint8_t *at = find(&sample, second, sizeof second);

        put(at, others[i], 4);
        states_seal(sample.bytes, sample.length);
        states_assert_refused(fake, sample.bytes, sample.length,
                              S390IRQ_E_FORMAT);
        put(at, 0x00010043, 4);
    }
    put(find(&sample, second, sizeof second), 0x00010044, 4);
    s390irq_vm_pause(fake->vm);
    states_seal(sample.bytes, sample.length);
    assert_int_equal(judge(fake, sample.bytes, sample.length), 1);
    fake_close(fake);
    states_drop(&sample);
}

/* Several bytes at once, as a hand that means it would change them. */
static void sealed_at_random(void **state)
{
    struct states_random random = { 77 };
    struct fake *fake = target(3);

    (void)state;
    for (unsigned round = 0; round < farm_rounds(20); round++) {
        struct states_sample sample = states_sample(3, 1000 + round);
        uint8_t *bytes = malloc(sample.length);

        for (int turn = 0; turn < 100; turn++) {
            memcpy(bytes, sample.bytes, sample.length);
            for (uint32_t i = states_below(&random, 8); i-- > 0;)
                bytes[24 +
                      states_below(&random, (uint32_t)sample.length - 28)] =
                    (uint8_t)(states_next(&random) >>
                              8 * states_below(&random, 8));
            states_seal(bytes, sample.length);
            judge(fake, bytes, sample.length);
        }
        free(bytes);
        states_drop(&sample);
    }
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "load: V-18, every length but the right one", every_length, NULL,
          NULL, NULL },
        { "load: V-18, every byte damaged", every_byte, NULL, NULL, NULL },
        { "load: V-17, every byte changed behind the checksum", sealed_bytes,
          NULL, NULL, NULL },
        { "load: V-17, numbers out of bounds", sealed_numbers, NULL, NULL,
          NULL },
        { "load: garbage", garbage, NULL, NULL, NULL },
        { "load: versions and sections of the future", other_versions, NULL,
          NULL, NULL },
        { "load: limits and facilities of the VM", limits, NULL, NULL, NULL },
        { "load: the epoch index", epoch_index, NULL, NULL, NULL },
        { "load: V-15, one for each subchannel", one_for_each_subchannel, NULL,
          NULL, NULL },
        { "load: V-17, bytes changed at random behind the checksum",
          sealed_at_random, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
