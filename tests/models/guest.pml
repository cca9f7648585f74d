/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * CPUs that do not poll: in guest mode they must be kicked, and with
 * S390IRQ_VM_MASKS_UNKNOWN their masks change unseen (-DUNKNOWN=1).
 *
 * Functions modelled:
 *   route:        si_route_floating, wake_sleeper, kick_guest, call_out
 *                 (lib/cpu/route.c), si_published_claim
 *                 (lib/cpu/published.c); sleepers are tried in any order
 *   local_injector, kicker: si_route_local, si_route_reason
 *   cpu:          s390irq_vcpu_deliver, intercepts (lib/vcpu.c),
 *                 si_call_begin, si_call_pass_on (lib/call.c);
 *                 si_park_return, si_park_sleep, si_park_run, come_back
 *                 (lib/cpu/park.c)
 *   masks_changed: s390irq_vcpu_masks_changed (lib/changes.c),
 *                 si_park_reopen (lib/cpu/park.c)
 *   cpu, host:    the host's loop: clear the exit flag, deliver, enter; kick
 *                 and wake hook both raise the flag, which stays up
 *
 * Published words have no number, and an atomic block is one step of the code
 * or several that wake.pml takes apart: see floating.pml.
 *
 * Properties, when nothing moves any more: no CPU sleeps, or stays in guest
 * mode, open for something that pends (lost); nobody stays claimed (stuck);
 * injected = taken + pending (miscounted).
 *
 * Twins: BROKEN_T3          unknown masks are published as those of the entry
 *        BROKEN_T4          the host clears its exit flag after deliver
 *        BROKEN_INTERCEPTS  what to intercept is computed before publishing
 *        BROKEN_NO_LAST_LOOK  after publishing guest mode nothing is looked at
 *        BROKEN_BLIND       that look is at classes, not at reasons
 *        BROKEN_STORE       masks_changed (known masks) stores over a claim
 *        BROKEN_UPWARD      who was claimed asleep passes on upwards only, as
 *                           one that was kicked does
 *        BROKEN_ANY_STATE   who is found among the sleepers is claimed, though
 *                           it has gone to guest mode meanwhile
 *        BROKEN_QUIET       masks_changed does not look at what pends
 */

#define A 1 /* a local class, taken before F */
#define F 2 /* a floating class */
#define LOOK 4

/* The published word: open mask, state, token. */
#define RUNNING 0
#define ASLEEP 16
#define GUEST 32
#define CLAIMED 48
#define TOKEN 64 /* claimed for F */
#define STATE(word) ((word) & 48)
#define OPEN(word) ((word) & (A | F | LOOK))

#define CPUS 2
#ifndef UNKNOWN
#define UNKNOWN 1
#endif
#ifndef FLOATINGS
#define FLOATINGS 1
#endif
#ifndef LOCALS
#define LOCALS 1
#endif
#ifndef KICKS
#define KICKS 0
#endif
#ifndef CHANGES
#define CHANGES 1 /* of masks in guest mode */
#endif
#ifndef SLEEPS
#define SLEEPS 0 /* of CPU 1, which then changes no masks */
#endif
#if SLEEPS
#define TARGET 1 /* of the local injector */
#else
#define TARGET 0
#endif

#if UNKNOWN && !defined(BROKEN_T3)
#define PUBLISHED_OPEN (A | F | LOOK)
#else
#define PUBLISHED_OPEN (masks[me] | LOOK)
#endif

/* Where a pass-on begins to look for CPUs in guest mode. */
#ifdef BROKEN_UPWARD
#define FROM (me + 1)
#else
#define FROM (was_asleep -> 0 : me + 1)
#endif

#define PENDING(cpu) (local_word[cpu] | floating_word)

byte local_word[CPUS], floating_word, sleepers, guests, published[CPUS];
byte masks[CPUS];     /* the hardware's */
bool exit_flag[CPUS]; /* the host's */

/* Kept for the properties only. */
bool settled[CPUS]; /* asleep, or in guest mode and nothing more to do */
byte local_balance, floating_balance;
bool lost, stuck, miscounted;

#ifdef BROKEN_ANY_STATE
#define IS(wanted) (STATE(published[who]) == ASLEEP || \
                    STATE(published[who]) == GUEST)
#else
#define IS(wanted) (STATE(published[who]) == wanted)
#endif

inline claim(is, interruption, token_bit)
{
    if
    :: (is) && (published[who] & interruption) != 0 ->
        published[who] = OPEN(published[who]) | CLAIMED | token_bit;
        won = true
    :: else
    fi
}

inline call_out()
{
    if
    :: won ->
        local_word[who] = local_word[who] | LOOK;
        exit_flag[who] = true
    :: else
    fi
}

inline lowest()
{
    if
    :: (hint & 1) != 0 -> who = 0
    :: (hint & 1) == 0 -> who = 1
    fi;
    hint = hint & ~(1 << who)
}

inline try_all(wanted)
{
    do
    :: atomic { hint != 0 && !won -> lowest(); claim(IS(wanted), F, TOKEN) }
       call_out()
    :: hint == 0 || won -> break
    od
}

inline route(from)
{
    hint = sleepers;
    try_all(ASLEEP);
    if
    :: atomic { !won -> hint = guests & (255 << (from)) }
       try_all(GUEST)
    :: else
    fi;
    atomic { hint = 0; who = 0; won = false }
}

active [FLOATINGS] proctype floating_injector()
{
    byte hint, who;
    bool won;

    atomic {
        if
        :: (floating_word & F) != 0 -> goto coalesced
        :: else -> floating_balance++; floating_word = floating_word | F
        fi
    }
    route(0);
coalesced:
    skip
}

active [LOCALS] proctype local_injector()
{
    byte who = TARGET;
    bool won;

    atomic { local_balance++; local_word[who] = local_word[who] | A }
    atomic { claim(IS(ASLEEP) || IS(GUEST), A, 0) }
    call_out()
}

active [KICKS] proctype kicker()
{
    byte who = TARGET;
    bool won;

    local_word[who] = local_word[who] | LOOK;
    atomic { claim(IS(ASLEEP) || IS(GUEST), LOOK, 0) }
    call_out()
}

inline come_back(cleared)
{
    atomic {
        if
        :: (published[me] & TOKEN) != 0 ->
            token = true;
            was_asleep = was_asleep || (sleepers & (1 << me)) != 0
        :: else
        fi;
        published[me] = RUNNING;
        sleepers = sleepers & ~(1 << me);
        guests = guests & ~(1 << me);
        local_word[me] = local_word[me] & ~cleared
    }
}

/* A CPU on its way to guest mode kicks itself out of it. */
inline tell_itself()
{
    atomic { who = me; claim(IS(GUEST), A | F | LOOK, 0) }
    call_out();
    atomic { who = 0; won = false }
}

inline pass_on()
{
    if
    :: token && (floating_word & F) != 0 -> route(FROM)
    :: else
    fi;
    atomic { token = false; was_asleep = false }
}

proctype cpu(byte me, changes, left)
{
    byte hint, who, intercepts;
    bool wait, won, token, was_asleep;

host:
#ifndef BROKEN_T4
    exit_flag[me] = false;
#endif
    come_back(LOOK);
judge:
    atomic {
        if
        :: (local_word[me] & masks[me] & A) != 0 ->
            local_word[me] = local_word[me] & ~A;
            local_balance--;
            masks[me] = 0;
            wait = false;
            goto judge
        :: else
        fi
    }
    atomic {
        if
        :: (floating_word & masks[me] & F) != 0 ->
            floating_word = floating_word & ~F;
            floating_balance--;
            masks[me] = 0;
            wait = false;
            token = false;
            was_asleep = false;
            goto judge
        :: else
        fi
    }
    if
    :: wait -> goto wait_state
    :: else
    fi;
#ifdef BROKEN_INTERCEPTS
    intercepts = PENDING(me) & ~masks[me];
#endif
    published[me] = PUBLISHED_OPEN | GUEST;
    guests = guests | (1 << me);
#ifdef BROKEN_NO_LAST_LOOK
    intercepts = PENDING(me) & ~masks[me];
#else
    atomic {
        if
        :: (PENDING(me) & masks[me]) != 0 -> goto overtaken
        :: else
        fi;
#ifndef BROKEN_INTERCEPTS
        intercepts = PENDING(me) & ~masks[me]
#endif
    }
#endif
#ifndef BROKEN_BLIND
    if
    :: (local_word[me] & LOOK) != 0 -> tell_itself()
    :: else
    fi;
#endif
    pass_on();
#ifdef BROKEN_T4
    exit_flag[me] = false;
#endif

guest:
    settled[me] = changes == 0 && left == 0;
end_guest:
    atomic {
        if
        :: exit_flag[me] -> settled[me] = false; intercepts = 0; goto host
        :: changes > 0 || left > 0 -> changes = 0; left = 0; goto guest
        :: left > 0 ->
            left--;
            masks[me] = A | F;
            wait = true;
            intercepts = 0;
            goto host
        :: changes > 0 ->
            changes--;
            if
            :: masks[me] != 0 -> masks[me] = 0
            :: masks[me] != F -> masks[me] = F
            :: masks[me] != (A | F) -> masks[me] = A | F
            fi
        fi
    }
#if UNKNOWN
    if
    :: (masks[me] & intercepts) != 0 -> intercepts = 0; goto host
    :: else -> goto guest
    fi
#else /* masks_changed */
#ifdef BROKEN_STORE
    published[me] = PUBLISHED_OPEN | GUEST;
#else
    atomic {
        token = token || (published[me] & TOKEN) != 0;
        published[me] = RUNNING
    }
    published[me] = PUBLISHED_OPEN | GUEST;
#endif
#ifndef BROKEN_QUIET
    if
    :: (PENDING(me) & (masks[me] | LOOK)) != 0 -> tell_itself()
    :: else
    fi;
#endif
    goto guest;
#endif

overtaken:
    come_back(0);
    goto judge;

wait_state:
    published[me] = masks[me] | LOOK | ASLEEP;
    sleepers = sleepers | (((masks[me] & F) != 0) -> (1 << me) : 0);
    if
    :: (PENDING(me) & masks[me]) != 0 -> goto overtaken
    :: else
    fi;
    pass_on();
    atomic {
        if
        :: (PENDING(me) & (masks[me] | LOOK)) != 0 -> goto host
        :: else -> settled[me] = true
        fi
    }
end_asleep:
    atomic { exit_flag[me] -> settled[me] = false; goto host }
}

init
{
    atomic {
        run cpu(0, CHANGES, 0);
        run cpu(1, (SLEEPS -> 0 : CHANGES), SLEEPS)
    }
}

active proctype watch()
{
    byte c;

    timeout;
    atomic {
        do
        :: c < CPUS ->
            lost = lost ||
                   (settled[c] && (PENDING(c) & (masks[c] | LOOK)) != 0);
            stuck = stuck || (settled[c] && STATE(published[c]) == CLAIMED);
            c++
        :: else -> break
        od;
        miscounted =
            local_balance != (((local_word[0] | local_word[1]) & A) != 0) ||
            floating_balance != ((floating_word & F) != 0);
        assert(!lost);
        assert(!stuck);
        assert(!miscounted)
    }
}
