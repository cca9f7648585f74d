/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Several CPUs and one floating class: who is woken, who takes it, and who
 * answers for it when the one that was woken does not take it.
 *
 * Functions modelled:
 *   route:      si_route_floating, wake_sleeper, call_out (lib/cpu/route.c),
 *               si_published_claim (lib/cpu/published.c); the order in which
 *               sleepers are tried is left open, so every policy is covered
 *   local_injector: si_route_local
 *   cpu:        s390irq_vcpu_deliver (lib/vcpu.c); si_park_return,
 *               si_park_sleep, come_back (lib/cpu/park.c)
 *   take, give_back: si_floating_hold, si_floating_remove,
 *               si_floating_give_back (lib/pending/floating.c) in
 *               take_by_hooks (lib/deliver/loop.c)
 *   pass_on:    si_call_pass_on (lib/call.c), with vcpu->tokens
 *
 * The host's flag stays up from the wake hook until the thread uses it; the
 * host with mutex and condition is in wake.pml. `floating_word` counts: its
 * class bit is on while it is not zero. Published words have no number here:
 * a claim may hit a later sleep that looks the same, which is more than the
 * code allows.
 *
 * An atomic block is one step of the code, or several of one thread that
 * wake.pml takes apart: coming back from sleep, waking.
 *
 * Properties, when nothing moves any more: no CPU sleeps open while the class
 * pends (lost), no sleeper stays claimed (stuck), injected = taken + pending
 * (miscounted). Always: who is claimed sleeps and is open (wrong_claim).
 *
 * Twins: BROKEN_NO_PASS      who was claimed for the class and did not take
 *                            it does not pass it on
 *        BROKEN_TOOK_ONE     not passed on if the same call took one of the
 *                            class, be it before it was claimed
 *        BROKEN_TRUST_HINT   the sleeper's bit is believed: the published
 *                            word is not looked at and not compared
 *        BROKEN_SILENT_ABORT what goes back is not routed
 */

#define A 1 /* a local class, taken before F */
#define F 2 /* the floating class */
#define LOOK 4

/* The published word: open mask, state, token. */
#define RUNNING 0
#define ASLEEP 16
#define CLAIMED 32
#define TOKEN 64 /* claimed for F */
#define STATE(word) ((word) & 48)
#define OPEN(word) ((word) & (A | F))

#ifndef CPUS
#define CPUS 2
#endif
#ifndef SLEEPS
#define SLEEPS 1 /* of each CPU */
#endif
#ifndef FLOATINGS
#define FLOATINGS 1
#endif
#ifndef LOCALS
#define LOCALS 1 /* CPUs that get a local one */
#endif
#ifndef FAILURES
#define FAILURES 0 /* accesses to guest memory that fail */
#endif
#ifndef OPEN_WAIT
#define OPEN_WAIT 0 /* the new PSW may be an enabled wait: 1 for A and F, 2
                     * also for A alone */
#endif
/* Every CPU waits open for both classes, or some for F alone. */
#define SAME_MASKS (CPUS > 2 || OPEN_WAIT)

/* The hang itself, not what led to it. */
#ifdef ONLY_LOST
#define CHECK(condition) skip
#else
#define CHECK(condition) assert(condition)
#endif

byte local_word[CPUS], floating_word, sleepers, published[CPUS];
bool flag[CPUS]; /* the host's */
byte failures = FAILURES;

/* Kept for the properties only. */
bool asleep[CPUS];
byte balance; /* injected and not taken */
bool lost, stuck, wrong_claim, miscounted;

#ifdef BROKEN_TOOK_ONE
#define MUST_PASS (token && !took)
#else
#define MUST_PASS token
#endif

#ifdef BROKEN_TRUST_HINT
#define CLAIMABLE(interruption) true
#else
#define CLAIMABLE(interruption) \
    (STATE(published[who]) == ASLEEP && (published[who] & interruption) != 0)
#endif

/* The compare and exchange that ends the loop of the code. */
inline claim(interruption, token_bit)
{
    if
    :: CLAIMABLE(interruption) ->
        wrong_claim = STATE(published[who]) != ASLEEP ||
                      (published[who] & interruption) == 0;
        CHECK(!wrong_claim);
        published[who] = OPEN(published[who]) | CLAIMED | token_bit;
        won = true
    :: else
    fi
}

inline call_out()
{
    if
    :: atomic {
           won ->
               local_word[who] = local_word[who] | LOOK;
               flag[who] = true
       }
    :: !won
    fi
}

inline choose()
{
    if
    :: (hint & 1) != 0 -> who = 0
    :: (hint & 2) != 0 -> who = 1
#if CPUS > 2
    :: (hint & 4) != 0 -> who = 2
#endif
    fi;
    hint = hint & ~(1 << who)
}

inline route()
{
    hint = sleepers;
    do
    :: atomic { hint != 0 && !won -> choose(); claim(F, TOKEN) }
       call_out()
    :: atomic { hint == 0 || won -> hint = 0; who = 0; won = false; break }
    od
}

active proctype floating_injector()
{
    byte hint, who, left = FLOATINGS;
    bool won;

    do
    :: atomic { left > 0 -> left--; balance++; floating_word++ }
       route()
    :: left == 0 -> break
    od
}

active proctype local_injector()
{
    byte who;
    bool won;

    do
    :: atomic { who < LOCALS -> local_word[who] = local_word[who] | A }
       atomic { claim(A, 0) }
       call_out();
       atomic { won = false; who++ }
    :: who >= LOCALS -> break
    od
}

/* The new PSW. */
inline swap()
{
    if
    :: masks = 0; wait = false
    :: OPEN_WAIT && wait -> masks = A | F
    :: OPEN_WAIT > 1 && wait -> masks = A
    fi
}

inline give_back()
{
    floating_word++;
#ifndef BROKEN_SILENT_ABORT
    route();
#endif
}

inline pass_on()
{
#ifndef BROKEN_NO_PASS
    if
    :: atomic { MUST_PASS && floating_word > 0 -> token = false }
       route()
    :: else
    fi;
#endif
    atomic { token = false; took = false }
}

active [CPUS] proctype cpu()
{
    byte masks, hint, who, left = SLEEPS;
    bool wait, won, token, took;
    byte me = _pid - 2;

guest:
end_guest: /* runs on and polls, or stops */
    atomic {
        if
        :: (local_word[me] & (masks | LOOK)) != 0
        :: floating_word > 0 && (masks & F) != 0
        :: left > 0 ->
            left--;
            wait = true;
            if
            :: masks = A | F
            :: !SAME_MASKS -> masks = F
            fi
        :: left > 0 || masks != 0 -> left = 0; masks = 0; goto guest
        fi
    }

deliver:
    atomic {
        token = token || (published[me] & TOKEN) != 0;
        published[me] = RUNNING;
        sleepers = sleepers & ~(1 << me);
        local_word[me] = local_word[me] & ~LOOK
    }
judge:
    atomic {
        if
        :: (local_word[me] & masks & A) != 0 ->
            local_word[me] = local_word[me] & ~A;
            swap();
            goto judge
        :: (local_word[me] & masks & A) == 0 && (masks & F) != 0 &&
           floating_word > 0 ->
            floating_word--;
            goto take
        :: else ->
            if
            :: wait
            :: !wait -> goto answer_run
            fi
        fi
    }
    published[me] = OPEN(masks) | ASLEEP;
    sleepers = sleepers | ((masks & F) -> (1 << me) : 0);
    atomic {
        if
        :: (local_word[me] & (masks | LOOK)) != 0 -> goto deliver
        :: floating_word > 0 && (masks & F) != 0 -> goto deliver
        :: else
        fi
    }
    pass_on();
    atomic { asleep[me] = true; masks = 0 }
end_asleep:
    atomic {
        flag[me] ->
            flag[me] = false;
            asleep[me] = false;
            masks = OPEN(published[me]);
            goto deliver
    }

answer_run:
    pass_on();
    goto guest;

take: /* in hand */
    if
    :: atomic {
           balance--;
#ifdef BROKEN_TOOK_ONE
           took = true;
#endif
           token = false;
           swap();
           goto judge
       }
    :: atomic { failures > 0 -> failures--; wait = false }
        give_back();
        goto answer_run
    fi
}

active proctype watch()
{
    byte c;

    timeout;
    atomic {
        do
        :: c < CPUS ->
            lost = lost || (asleep[c] && (published[c] & F) != 0 &&
                            STATE(published[c]) == ASLEEP && floating_word > 0);
            stuck = stuck || (asleep[c] && STATE(published[c]) != ASLEEP);
            c++
        :: else -> break
        od;
        miscounted = balance != floating_word;
        assert(!lost);
        CHECK(!stuck);
        assert(!miscounted)
    }
}
