/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * lib/pending/io*.c against a model that is as plain as can be: arrays that
 * are searched from end to end. Everything that can be done to the queue of
 * I/O interruptions, at random; the two must not differ in anything.
 */
#include "farm.h"
#include "io_bench.h"

#define SUBCHANNELS 9
#define TAKES       4096 /* of one walk */
#define KEPT        4    /* takes that can be put back to their places */
#define LATELY      64   /* takes that a turn depends on */

/* One take: 0 is the adapter. */
struct taken {
    uint32_t number;
    uint32_t isc;
    uint32_t parameter;
    uint64_t place;
    bool undone;    /* did not happen */
    bool forgotten; /* before a clear of its ISC */
    bool in_hand;
    bool out; /* can be put back */
    bool old; /* but not to its place */
    struct si_io_hold hold;
    struct s390irq_interruption record;
};

struct model_node {
    bool there;
    bool pends;
    uint32_t isc;
    uint32_t parameter;
    uint64_t place;
    uint64_t version;
    uint64_t cleared;
};

struct model_isc {
    uint64_t cleared;
    uint64_t place; /* of the adapter */
    bool adapter;
};

struct walk {
    struct io_bench *bench;
    uint64_t random;
    uint64_t clock;
    struct model_node node[SUBCHANNELS + 1];
    struct model_isc isc[8];
    struct taken taken[TAKES];
    uint32_t takes;
    uint64_t tally[2][3]; /* adapter, subchannel: taken, coalesced, cleared */
};

static uint32_t draw(struct walk *walk, uint32_t below)
{
    return farm_random(&walk->random) % below;
}

static uint32_t draw_isc(struct walk *walk)
{
    return draw(walk, 3) * 3;
}

static bool adapters_turn(const struct walk *walk, uint32_t isc)
{
    uint32_t seen = 0;

    for (uint32_t i = walk->takes; i-- > 0 && seen < LATELY;) {
        const struct taken *taken = &walk->taken[i];

        if (taken->isc != isc)
            continue;
        if (taken->forgotten)
            return false;
        if (!taken->undone)
            return taken->number != 0;
        seen++;
    }
    return false;
}

static struct model_node *first_of(struct walk *walk, uint32_t isc)
{
    struct model_node *first = NULL;

    for (uint32_t i = 1; i <= SUBCHANNELS; i++) {
        struct model_node *node = &walk->node[i];

        if (node->pends && node->isc == isc &&
            (!first || node->place < first->place))
            first = node;
    }
    return first;
}

/* What the model takes next of an ISC, as a take; NULL: nothing. */
static struct taken *model_take(struct walk *walk, uint32_t isc,
                                struct model_node *node)
{
    struct taken *taken = &walk->taken[walk->takes];

    if (!node)
        node = first_of(walk, isc);
    memset(taken, 0, sizeof *taken);
    taken->isc = isc;
    if (walk->isc[isc].adapter && (!node || adapters_turn(walk, isc))) {
        walk->isc[isc].adapter = false;
        taken->place = walk->isc[isc].place;
    } else if (node) {
        node->pends = false;
        taken->number = (uint32_t)(node - walk->node);
        taken->parameter = node->parameter;
        taken->place = node->place;
    } else {
        return NULL;
    }
    walk->takes++;
    return taken;
}

/* TEST SUBCHANNEL takes the subchannel, whose turn it ever is. */
static struct taken *model_take_one(struct walk *walk, uint32_t number)
{
    struct model_node *node = &walk->node[number];
    bool adapter = walk->isc[node->isc].adapter;
    struct taken *taken;

    walk->isc[node->isc].adapter = false;
    taken = model_take(walk, node->isc, node);
    walk->isc[node->isc].adapter = adapter;
    return taken;
}

static void undo(struct walk *walk, struct taken *back)
{
    uint32_t later = 0;

    for (struct taken *taken = back + 1; taken < walk->taken + walk->takes;
         taken++)
        later += taken->isc == back->isc;
    if (later < LATELY)
        back->undone = true;
}

static int model_return_adapter(struct walk *walk, const struct taken *back)
{
    struct model_isc *isc = &walk->isc[back->isc];
    int outcome = isc->adapter ? S390IRQ_COALESCED : S390IRQ_QUEUED;

    if (back->place < isc->cleared)
        return S390IRQ_CLEARED;
    if (!isc->adapter || back->place < isc->place)
        isc->place = back->place;
    isc->adapter = true;
    return outcome;
}

static int model_return_node(struct walk *walk, const struct taken *back)
{
    struct model_node *node = &walk->node[back->number];
    bool pends = node->pends, newer = !pends || back->place > node->version;
    bool moves = node->isc != back->isc;

    if (!node->there || back->place < node->cleared ||
        back->place < walk->isc[back->isc].cleared)
        return S390IRQ_CLEARED;
    if (newer) {
        node->parameter = back->parameter;
        node->version = back->place;
    }
    if (!pends || (newer && moves) ||
        (!newer && !moves && back->place < node->place)) {
        node->place = back->place;
        node->isc = back->isc;
    }
    node->pends = true;
    return pends ? S390IRQ_COALESCED : S390IRQ_QUEUED;
}

static int model_return(struct walk *walk, struct taken *back)
{
    uint64_t *tally = walk->tally[back->number != 0];
    int outcome = back->number ? model_return_node(walk, back)
                               : model_return_adapter(walk, back);

    if (outcome != S390IRQ_CLEARED)
        undo(walk, back);
    tally[1] += outcome == S390IRQ_COALESCED;
    tally[2] += outcome == S390IRQ_CLEARED;
    return outcome;
}

static int model_inject(struct walk *walk, uint32_t number, uint32_t parameter,
                        uint32_t isc)
{
    struct model_node *node = &walk->node[number];
    bool pends = node->pends;

    if (!node->there)
        return S390IRQ_E_NO_SUBCHANNEL;
    node->version = ++walk->clock;
    node->parameter = parameter;
    if (!pends || node->isc != isc)
        node->place = walk->clock;
    node->isc = isc;
    node->pends = true;
    return pends ? S390IRQ_COALESCED : S390IRQ_QUEUED;
}

static void do_inject(struct walk *walk)
{
    uint32_t number = 1 + draw(walk, SUBCHANNELS);
    uint32_t parameter = draw(walk, 1000), isc = draw_isc(walk);

    assert_int_equal(inject(walk->bench, number, parameter, isc),
                     model_inject(walk, number, parameter, isc));
}

static void do_signal(struct walk *walk)
{
    uint32_t number = draw_isc(walk);
    struct model_isc *isc = &walk->isc[number];

    assert_int_equal(si_io_signal(&walk->bench->io, number, false),
                     isc->adapter ? S390IRQ_COALESCED : S390IRQ_QUEUED);
    if (!isc->adapter)
        isc->place = ++walk->clock;
    isc->adapter = true;
}

static void same_record(const struct s390irq_interruption *what,
                        const struct taken *taken)
{
    uint32_t word = IO_WORD(taken->isc);

    assert_int_equal(what->kind,
                     taken->number ? S390IRQ_KIND_IO : S390IRQ_KIND_ADAPTER);
    assert_int_equal(what->u.io.word,
                     taken->number ? word : word | IO_ADAPTER_WORD(0));
    assert_int_equal(what->u.io.subchannel,
                     taken->number ? BENCH_ID(taken->number) : 0);
    assert_int_equal(what->parameter, taken->parameter);
}

static void do_take(struct walk *walk)
{
    struct s390irq_interruption what;
    uint32_t isc = draw_isc(walk);
    const struct taken *taken = model_take(walk, isc, NULL);

    assert_int_equal(si_io_take(&walk->bench->io, isc, &what), taken != NULL);
    if (taken)
        same_record(&what, taken);
}

static void do_hold(struct walk *walk)
{
    struct s390irq_interruption what;
    uint32_t isc = draw_isc(walk);
    struct taken *taken = model_take(walk, isc, NULL);
    struct si_io_hold none;

    assert_int_equal(
        si_io_hold(&walk->bench->io, isc, taken ? &taken->hold : &none, &what),
        taken != NULL);
    if (!taken)
        return;
    same_record(&what, taken);
    taken->in_hand = true;
}

/* Somewhere among the takes, the next that is in hand or out; NULL: none. */
static struct taken *some_take(struct walk *walk, bool in_hand)
{
    uint32_t from = walk->takes ? draw(walk, walk->takes) : 0;

    for (uint32_t i = 0; i < walk->takes; i++) {
        struct taken *taken = &walk->taken[(from + i) % walk->takes];

        if (in_hand ? taken->in_hand : taken->out)
            return taken;
    }
    return NULL;
}

static void do_end_hold(struct walk *walk)
{
    struct taken *taken = some_take(walk, true);

    if (!taken)
        return;
    taken->in_hand = false;
    if (draw(walk, 2)) {
        si_io_remove(&walk->bench->io, &taken->hold);
    } else {
        (void)model_return(walk, taken);
        si_io_give_back(&walk->bench->io, &taken->hold);
    }
}

static bool is_of(const struct taken *taken, const struct taken *last)
{
    return taken->number == last->number && taken->record.u.io.sequence &&
           (last->number || taken->isc == last->isc);
}

/* Only the last takes of a subchannel, or of an ISC's adapter, have places. */
static void forget(struct walk *walk, const struct taken *last)
{
    uint32_t seen = 0;

    for (uint32_t i = walk->takes; i-- > 0;)
        if (is_of(&walk->taken[i], last) && seen++ >= KEPT)
            walk->taken[i].old = true;
}

/* Another one that was forgotten, for which this one may be mistaken. */
static bool is_ambiguous(const struct walk *walk, const struct taken *taken)
{
    for (uint32_t i = 0; i < walk->takes; i++)
        if (is_of(&walk->taken[i], taken) && walk->taken[i].old &&
            walk->taken[i].out)
            return true;
    return false;
}

/* It is one with what was taken after it. */
static int model_return_old(struct walk *walk, struct taken *back)
{
    uint64_t *tally = walk->tally[back->number != 0];
    uint64_t cleared = walk->isc[back->isc].cleared;

    if (back->number && walk->node[back->number].cleared > cleared)
        cleared = walk->node[back->number].cleared;
    if (back->place < cleared) {
        tally[2]++;
        return S390IRQ_CLEARED;
    }
    undo(walk, back);
    tally[1]++;
    return S390IRQ_COALESCED;
}

static void do_take_out(struct walk *walk)
{
    struct io_bench *bench = walk->bench;
    uint32_t number = draw(walk, 2) ? 1 + draw(walk, SUBCHANNELS) : 0;
    uint32_t mask = draw(walk, 256);
    const struct model_node *node = &walk->node[number];
    struct s390irq_interruption what;
    struct taken *taken = NULL;
    int expected;

    if (number && node->pends && mask & 0x80u >> node->isc)
        taken = model_take_one(walk, number);
    for (uint32_t isc = 0; !number && !taken && isc < 8; isc++)
        if (mask & 0x80u >> isc)
            taken = model_take(walk, isc, NULL);
    expected = number && !node->there ? S390IRQ_E_NO_SUBCHANNEL : taken != NULL;
    assert_int_equal(
        si_io_take_out(&bench->io, mask, number ? BENCH_ID(number) : 0, &what),
        expected);
    if (!taken)
        return;
    same_record(&what, taken);
    taken->record = what;
    taken->out = true;
    walk->tally[taken->number != 0][0]++;
    forget(walk, taken);
}

static void do_put_back(struct walk *walk)
{
    struct taken *taken = some_take(walk, false);
    int expected;

    if (!taken)
        return;
    if (taken->number && !walk->node[taken->number].there) {
        assert_int_equal(put_back(walk->bench, &taken->record),
                         S390IRQ_E_NO_SUBCHANNEL);
        return;
    }
    walk->tally[taken->number != 0][0]--;
    expected =
        taken->old ? model_return_old(walk, taken) : model_return(walk, taken);
    assert_int_equal(put_back(walk->bench, &taken->record), expected);
    taken->out = false;
    if (!taken->old || !is_ambiguous(walk, taken))
        assert_int_equal(put_back(walk->bench, &taken->record),
                         S390IRQ_E_INVALID);
}

static int model_clear_node(struct walk *walk, struct model_node *node)
{
    int removed = node->pends;

    node->pends = false;
    node->cleared = ++walk->clock;
    walk->tally[1][2] += (uint64_t)removed;
    return removed;
}

static void do_clear_one(struct walk *walk)
{
    uint32_t number = 1 + draw(walk, SUBCHANNELS);
    struct model_node *node = &walk->node[number];

    assert_int_equal(si_io_clear_subchannel(&walk->bench->io, BENCH_ID(number)),
                     node->there ? model_clear_node(walk, node)
                                 : S390IRQ_E_NO_SUBCHANNEL);
}

static void do_add_or_drop(struct walk *walk)
{
    uint32_t number = 1 + draw(walk, SUBCHANNELS);
    struct model_node *node = &walk->node[number];
    struct io_bench *bench = walk->bench;
    int expected;

    if (draw(walk, 2)) {
        expected = node->there ? S390IRQ_E_EXISTS : 0;
        node->there = true;
        assert_int_equal(si_io_add(&bench->io, &bench->host, BENCH_ID(number)),
                         expected);
        return;
    }
    expected =
        node->there ? model_clear_node(walk, node) : S390IRQ_E_NO_SUBCHANNEL;
    node->there = false;
    assert_int_equal(si_io_drop(&bench->io, BENCH_ID(number)), expected);
}

static void do_clear_isc(struct walk *walk)
{
    uint32_t number = draw_isc(walk);
    struct model_isc *isc = &walk->isc[number];
    uint64_t removed = isc->adapter;

    walk->tally[0][2] += isc->adapter;
    isc->adapter = false;
    isc->cleared = ++walk->clock;
    for (uint32_t i = 1; i <= SUBCHANNELS; i++) {
        struct model_node *node = &walk->node[i];

        if (!node->pends || node->isc != number)
            continue;
        node->pends = false;
        walk->tally[1][2]++;
        removed++;
    }
    for (uint32_t i = 0; i < walk->takes; i++)
        if (walk->taken[i].isc == number)
            walk->taken[i].forgotten = true;
    assert_int_equal(si_io_clear(&walk->bench->io, number), removed);
}

/* The model's list of an ISC, as note_one() writes it. */
static void model_list(struct walk *walk, uint32_t isc, char *text)
{
    uint64_t place = 0, next;
    bool adapter = walk->isc[isc].adapter;
    uint32_t passed = 0, at;

    for (uint32_t i = 0; i < walk->takes; i++)
        if (walk->taken[i].in_hand && walk->taken[i].isc == isc &&
            !walk->taken[i].number)
            *text++ = 'A';
    for (;; place = next) {
        bool pends = false;

        next = UINT64_MAX;
        at = 0;
        for (uint32_t i = 0; i < walk->takes; i++) {
            const struct taken *held = &walk->taken[i];

            if (held->in_hand && held->isc == isc && held->number &&
                held->place > place && held->place < next) {
                next = held->place;
                at = held->number;
            }
        }
        for (uint32_t i = 1; i <= SUBCHANNELS; i++) {
            const struct model_node *node = &walk->node[i];

            if (node->pends && node->isc == isc && node->place > place &&
                node->place < next) {
                next = node->place;
                at = i;
                pends = true;
            }
        }
        if (!at)
            break;
        if (pends && passed++ == !adapters_turn(walk, isc) && adapter) {
            *text++ = 'A';
            adapter = false;
        }
        *text++ = (char)('0' + at);
    }
    if (adapter)
        *text++ = 'A';
    *text = '\0';
}

static void compare(struct walk *walk)
{
    for (uint32_t isc = 0; isc < 8; isc++) {
        char mine[64] = "", models[64] = "";

        si_io_each(&walk->bench->io, isc, note_one, mine);
        model_list(walk, isc, models);
        assert_string_equal(mine, models);
        assert_int_equal(
            (atomic_load(&walk->bench->word) & SI_BIT(SI_CLASS_IO(isc))) != 0,
            first_of(walk, isc) || walk->isc[isc].adapter);
    }
    tally_is(walk->bench, S390IRQ_KIND_ADAPTER, walk->tally[0][0],
             walk->tally[0][1], walk->tally[0][2]);
    tally_is(walk->bench, S390IRQ_KIND_IO, walk->tally[1][0], walk->tally[1][1],
             walk->tally[1][2]);
}

static void step(struct walk *walk)
{
    static void (*const often[])(struct walk *) = {
        do_inject,   do_inject,   do_inject,   do_signal,   do_take,
        do_hold,     do_hold,     do_end_hold, do_end_hold, do_take_out,
        do_take_out, do_take_out, do_put_back,
    };
    static void (*const seldom[])(
        struct walk *) = { do_clear_one, do_add_or_drop, do_clear_isc };

    if (draw(walk, 30))
        often[draw(walk, sizeof often / sizeof *often)](walk);
    else
        seldom[draw(walk, sizeof seldom / sizeof *seldom)](walk);
    /* Who looks brings what has come to the lists: not always. */
    if (draw(walk, 3) == 0)
        compare(walk);
}

static void walk_from(uint64_t seed)
{
    struct walk *walk = calloc(1, sizeof *walk);

    assert_non_null(walk);
    walk->bench = bench_new(SUBCHANNELS);
    walk->random = seed;
    for (uint32_t i = 1; i <= SUBCHANNELS; i++)
        walk->node[i].there = true;
    for (uint32_t i = 0; i < 1500; i++)
        step(walk);
    bench_end(walk->bench);
    free(walk);
}

static void against_the_model(void **state)
{
    unsigned rounds = farm_rounds(200);

    (void)state;
    for (uint64_t seed = 1; seed <= rounds; seed++)
        walk_from(seed * 7919);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "V-13 V-15 io: as a plain model has it", against_the_model, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
