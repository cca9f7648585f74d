/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/turn.h: whose turn it is, also after takes that did not happen.
 */
#include "fake.h"

#include "pending/turn.h"

static struct si_turn fresh(void)
{
    struct si_turn turn = { 0 };

    si_turn_reset(&turn);
    return turn;
}

static void alternates(void **state)
{
    struct si_turn turn = fresh();

    (void)state;
    for (int i = 0; i < 200; i++) {
        bool adapter = si_turn_is_adapters(&turn);

        assert_int_equal(adapter, i % 2);
        si_turn_take(&turn, adapter);
    }
    si_turn_reset(&turn);
    assert_false(si_turn_is_adapters(&turn));
}

/* Two takes, put back in either order: as if neither had been. */
static void undone_in_any_order(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        struct si_turn turn = fresh();
        uint32_t take[2];

        take[0] = si_turn_take(&turn, false);
        assert_true(si_turn_is_adapters(&turn));
        take[1] = si_turn_take(&turn, true);
        assert_false(si_turn_is_adapters(&turn));
        si_turn_undo(&turn, take[first]);
        /* What stands decides: the subchannel alone, or the adapter. */
        assert_int_equal(si_turn_is_adapters(&turn), first == 1);
        si_turn_undo(&turn, take[!first]);
        assert_false(si_turn_is_adapters(&turn));
    }
}

static void all_that_is_known_undone(void **state)
{
    struct si_turn turn = fresh();

    (void)state;
    for (int i = 0; i < 100; i++)
        si_turn_take(&turn, false);
    assert_true(si_turn_is_adapters(&turn));
    for (uint32_t take = 1; take <= 100; take++)
        si_turn_undo(&turn, take);
    assert_false(si_turn_is_adapters(&turn));
}

/* Numbers come round; one of long ago is none of the last 64. */
static void numbers_wrap(void **state)
{
    struct si_turn turn = fresh();
    uint32_t first = si_turn_take(&turn, true);

    (void)state;
    for (uint32_t i = 1; i < SI_TURN_NUMBERS; i++)
        assert_true(si_turn_take(&turn, false) != first);
    assert_int_equal(si_turn_take(&turn, true), first);
    assert_false(si_turn_is_adapters(&turn));
    for (uint32_t i = 0; i < 80; i++)
        si_turn_take(&turn, false);
    si_turn_undo(&turn, first);
    assert_int_equal(turn.undone, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "V-13 turn: adapter and subchannels alternate", alternates, NULL,
          NULL, NULL },
        { "V-13 turn: takes put back in any order", undone_in_any_order, NULL,
          NULL, NULL },
        { "turn: everything undone is fresh", all_that_is_known_undone, NULL,
          NULL, NULL },
        { "turn: numbers wrap", numbers_wrap, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
