/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/subchannels.c: every identification has a node of its own. */
#include "fake.h"

#include "pending/subchannels.h"

static struct si_host host_of(struct fake *fake)
{
    struct si_host host = { .ops = fake->ops, .opaque = fake };

    return host;
}

static struct fake *fake_new(void)
{
    struct fake_options options = { .cpus = 1, .hooks = FAKE_USUAL };

    return fake_prepare(&options);
}

static struct si_subchannels *subchannels_new(void)
{
    struct si_subchannels *subchannels = calloc(1, sizeof *subchannels);

    assert_non_null(subchannels);
    si_subchannels_init(subchannels);
    return subchannels;
}

/* PoP ch. 14: cssid, m, ssid, one, number. Without m there is no cssid. */
static const uint32_t valid[] = {
    0x00010000, 0x0001ffff, 0x00030000, 0x00050001, 0x00070100,
    0x00090000, 0x000b0000, 0x000d0000, 0x000f0000, 0x01090000,
    0xfe0b1234, 0xff0fffff, 0x800900ff, 0x80090100,
};

static const uint32_t invalid[] = {
    0,          0x00000001, 0x00020000, 0x00080000, 0x01010000, 0xff070000,
    0x00110000, 0x00210000, 0x00410000, 0x00810000, 0xffffffff,
};

static void nodes_are_their_own(void **state)
{
    const size_t count = sizeof valid / sizeof *valid;
    struct si_subchannel *node[sizeof valid / sizeof *valid];
    struct si_subchannels *subchannels = subchannels_new();
    struct fake *fake = fake_new();
    struct si_host host = host_of(fake);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        node[i] = si_subchannels_make(subchannels, &host, valid[i]);
        assert_non_null(node[i]);
        assert_int_equal(node[i]->entry.subchannel, valid[i]);
        assert_int_equal(node[i]->entry.state, SI_IO_IDLE);
        assert_int_equal(atomic_load(&node[i]->payload), 0);
    }
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(si_subchannels_find(subchannels, valid[i]), node[i]);
        assert_ptr_equal(si_subchannels_make(subchannels, &host, valid[i]),
                         node[i]);
        for (size_t j = 0; j < i; j++)
            assert_ptr_not_equal(node[i], node[j]);
    }
    si_subchannels_free(subchannels, &host);
    assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
    free(subchannels);
    fake_discard(fake);
}

static void what_is_not_there(void **state)
{
    struct si_subchannels *subchannels = subchannels_new();
    struct fake *fake = fake_new();
    struct si_host host = host_of(fake);

    (void)state;
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        assert_null(si_subchannels_find(subchannels, valid[i]));
    assert_non_null(si_subchannels_make(subchannels, &host, 0x00010000));
    assert_non_null(si_subchannels_find(subchannels, 0x0001007f));
    assert_null(si_subchannels_find(subchannels, 0x00010080));
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
        assert_null(si_subchannels_find(subchannels, invalid[i]));
    si_subchannels_free(subchannels, &host);
    free(subchannels);
    fake_discard(fake);
}

/* All of one subchannel set: 512 pages and the set, and no more. */
static void bounded(void **state)
{
    struct si_subchannels *subchannels = subchannels_new();
    struct fake *fake = fake_new();
    struct si_host host = host_of(fake);

    (void)state;
    for (uint32_t number = 0; number < 65536; number++)
        assert_non_null(
            si_subchannels_make(subchannels, &host, 0x00010000 | number));
    assert_int_equal(atomic_load(&fake->allocations), 513);
    si_subchannels_free(subchannels, &host);
    assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
    free(subchannels);
    fake_discard(fake);
}

/* The set, then the page: what is made in vain stays for the next time. */
static void without_memory(void **state)
{
    struct si_subchannels *subchannels = subchannels_new();
    struct fake *fake = fake_new();
    struct si_host host = host_of(fake);

    (void)state;
    for (unsigned fails = 1; fails <= 2; fails++) {
        fake->fail_allocation = atomic_load(&fake->allocations) + fails;
        assert_null(si_subchannels_make(subchannels, &host, 0x00010000));
        assert_null(si_subchannels_find(subchannels, 0x00010000));
    }
    fake->fail_allocation = 0;
    assert_non_null(si_subchannels_make(subchannels, &host, 0x00010000));
    si_subchannels_free(subchannels, &host);
    assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
    free(subchannels);
    fake_discard(fake);
}

static uint32_t is_named(uint32_t subchannel)
{
    uint32_t named = 0;

    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        named += valid[i] == subchannel;
    return named;
}

/* Every node of the pages that there are, in the order of their numbers. */
static void walked(void **state)
{
    struct si_subchannels *subchannels = subchannels_new();
    struct fake *fake = fake_new();
    struct si_host host = host_of(fake);
    struct si_subchannel *page;
    uint32_t position = 0, before = 0, count = 0, named = 0;

    (void)state;
    assert_null(si_subchannels_next_page(subchannels, &position));
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        si_subchannels_make(subchannels, &host, valid[i]);
    position = 0;
    while ((page = si_subchannels_next_page(subchannels, &position)))
        for (uint32_t at = 0; at < SI_SUBCHANNEL_NODES; at++) {
            assert_true(page[at].entry.subchannel > before);
            before = page[at].entry.subchannel;
            assert_ptr_equal(si_subchannels_find(subchannels, before),
                             &page[at]);
            count++;
            named += is_named(before);
        }
    assert_int_equal(named, sizeof valid / sizeof *valid);
    assert_int_equal(count, sizeof valid / sizeof *valid * SI_SUBCHANNEL_NODES);
    assert_null(si_subchannels_next_page(subchannels, &position));
    si_subchannels_free(subchannels, &host);
    free(subchannels);
    fake_discard(fake);
}

struct maker {
    struct si_subchannels *subchannels;
    const struct si_host *host;
    pthread_t thread;
    struct si_subchannel *made[64];
};

static void *make_all(void *argument)
{
    struct maker *self = argument;

    for (uint32_t i = 0; i < 64; i++)
        self->made[i] =
            si_subchannels_make(self->subchannels, self->host,
                                0x00010000 | (i % 4) << 17 | i / 4 << 8);
    return NULL;
}

/* Two that make the same ones get the same ones. */
static void made_by_two_threads(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        struct si_subchannels *subchannels = subchannels_new();
        struct fake *fake = fake_new();
        struct si_host host = host_of(fake);
        struct maker maker[2] = { { .subchannels = subchannels, .host = &host },
                                  { .subchannels = subchannels,
                                    .host = &host } };

        for (int i = 0; i < 2; i++)
            assert_int_equal(
                pthread_create(&maker[i].thread, NULL, make_all, &maker[i]), 0);
        for (int i = 0; i < 2; i++)
            assert_int_equal(pthread_join(maker[i].thread, NULL), 0);
        for (int i = 0; i < 64; i++) {
            assert_non_null(maker[0].made[i]);
            assert_ptr_equal(maker[0].made[i], maker[1].made[i]);
        }
        si_subchannels_free(subchannels, &host);
        assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
        free(subchannels);
        fake_discard(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "subchannels: every identification has its node", nodes_are_their_own,
          NULL, NULL, NULL },
        { "subchannels: all of them, in their order", walked, NULL, NULL,
          NULL },
        { "subchannels: what is not there", what_is_not_there, NULL, NULL,
          NULL },
        { "subchannels: a whole set, and no more memory", bounded, NULL, NULL,
          NULL },
        { "subchannels: without memory", without_memory, NULL, NULL, NULL },
        { "subchannels: made by two threads at once", made_by_two_threads, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
