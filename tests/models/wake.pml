/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * One CPU that sleeps and wakes, and everything that can wake it.
 *
 * Functions modelled:
 *   owner:           s390irq_vcpu_deliver (lib/vcpu.c), si_call_begin
 *                    (lib/call.c), s390irq_vcpu_masks_changed
 *                    (lib/changes.c); si_park_return, si_park_sleep
 *                    (lib/cpu/park.c) with si_published_run,
 *                    si_published_leave (lib/cpu/published.c)
 *   owner, host:     s390irq_vcpu_wait (lib/wait.c), hosts with a wake hook
 *   claim:           si_published_claim (lib/cpu/published.c)
 *   wake:            the rest of call_out (lib/cpu/route.c)
 *   local_injector:  si_local_flag (lib/pending/local.c), si_route_local
 *   floating_injector: si_floating_flag (lib/pending/floating.c),
 *                    si_route_floating with one CPU (lib/cpu/route.c)
 *   kicker:          si_route_reason: s390irq_vcpu_kick and others
 *   thief:           another CPU that takes the class; s390irq_queue_clear
 *
 * Every atomic block has one access to a shared word: one step of the code.
 *
 * Properties: no sleep for ever while something is deliverable (lost), no
 * sleeper left claimed (stuck), at most one wake hook a sleep (woken_twice),
 * no claim of a later sleep than the one it was meant for (stale_claim),
 * nothing dropped or taken twice (miscounted). -DONLY_LOST leaves only the
 * first and the last, so that a twin is seen to hang.
 *
 * Twins: BROKEN_T1          attention is a word of its own, raised before the
 *                           claim, and sleeps are not counted
 *        BROKEN_NO_COUNTER  published words have no sleep counter
 *        BROKEN_NO_COMPARE  a claim stores; it does not compare
 *        BROKEN_READ_FIRST  falling asleep reads what pends, then publishes
 *        BROKEN_HINT_LATE   the sleeper's bit is set after the last look
 *        BROKEN_NO_LOOK     a claim leaves no reason bit
 *        BROKEN_CLEAR_LATE  reasons are cleared after the last look
 */

#define A 1 /* a local class, taken before F */
#define F 2 /* a floating class */
#define LOOK 4 /* the reason bit, open always */

/* The published word: open mask, state, sleep counter. */
#define RUNNING 0
#define ASLEEP 16
#define CLAIMED 32
#define STATE(word) ((word) & 48)
#define OPEN(word) ((word) & (A | F | LOOK))
#define COUNTER(word) ((word) >> 6)
#define WORD(open, state, counter) ((open) | (state) | ((counter) << 6))

/* What takes part: -DLOCALS=2 and so on; STICKY: see the host below. */
#ifndef SLEEPS
#define SLEEPS 2
#endif
#ifndef LOCALS
#define LOCALS 2
#endif
#ifndef FLOATINGS
#define FLOATINGS 1
#endif
#ifndef KICKS
#define KICKS 0
#endif
#ifndef THIEVES
#define THIEVES 0
#endif
#ifndef STICKY
#define STICKY 0
#endif

#if defined(BROKEN_T1) || defined(BROKEN_NO_COUNTER)
#define NEXT(counter) 0
#else
#define NEXT(counter) ((counter) + 1)
#endif

#ifdef BROKEN_T1
bool attention_word;
#define ATTENTION attention_word
#define BEFORE_CLAIM attention_word = true
#define AFTER_CLAIM skip
#define CLEAR_ATTENTION attention_word = false
#else
#define ATTENTION ((seen & (masks | LOOK)) != 0)
#define BEFORE_CLAIM skip
#ifdef BROKEN_NO_LOOK
#define AFTER_CLAIM skip
#else
#define AFTER_CLAIM local_word = local_word | LOOK
#endif
#define CLEAR_ATTENTION skip
#endif

/* The hang itself, not what led to it. */
#ifdef ONLY_LOST
#define CHECK(condition) skip
#else
#define CHECK(condition) assert(condition)
#endif

#ifdef BROKEN_NO_COMPARE
#define CLAIMABLE true
#else
#define CLAIMABLE (published == word)
#endif

byte local_word, floating_word, sleepers;
short published;
byte masks; /* the owner's, global so that the watcher sees it */

/*
 * The host: a mutex and a condition with attention as the predicate, or
 * (STICKY) a flag that stays up until used and nothing else. The latter looks
 * at no attention, so it misses reasons that come while deliver runs, and is
 * not combined with KICKS; it shows that classes need no second look.
 */
bool mutex, waiting, flag;

/* Kept for the properties only. */
byte nap;     /* the sleep published last */
bool claimed; /* somebody claimed it */
bool asleep;  /* the owner's thread is blocked */
short local_balance, floating_balance; /* queued and not taken */
bool lost, stuck, woken_twice, stale_claim, miscounted;

inline read_published()
{
    word = published;
    meant = nap
}

inline claim()
{
    BEFORE_CLAIM;
    atomic {
        won = CLAIMABLE;
        if
        :: won ->
            stale_claim = nap != meant;
            CHECK(!stale_claim);
            woken_twice = claimed;
            CHECK(!woken_twice);
            claimed = true;
            published = WORD(OPEN(word), CLAIMED, COUNTER(word))
        :: else
        fi;
        word = 0;
        meant = 0
    }
}

inline wake()
{
    AFTER_CLAIM;
    atomic {
        if
        :: STICKY -> flag = true
        :: !STICKY && !mutex -> waiting = false
        fi
    }
}

inline route_local(interruption)
{
    do
    :: atomic {
           read_published();
           if
           :: STATE(word) == ASLEEP && (word & (interruption)) != 0
           :: else -> word = 0; meant = 0; break
           fi
       }
       claim();
       if
       :: won -> won = false; wake(); break
       :: else
       fi
    od
}

active proctype local_injector()
{
    short word;
    byte meant, left = LOCALS;
    bool won;

    do
    :: atomic {
           left > 0 ->
               left--;
               if
               :: (local_word & A) != 0 -> goto coalesced
               :: else -> local_balance++; local_word = local_word | A
               fi
       }
       route_local(A);
coalesced:
       skip
    :: left == 0 -> break
    od
}

active [KICKS] proctype kicker()
{
    short word;
    byte meant;
    bool won;

    local_word = local_word | LOOK;
    route_local(LOOK)
}

active [FLOATINGS] proctype floating_injector()
{
    short word;
    byte meant;
    bool won;

    atomic {
        if
        :: (floating_word & F) != 0 -> goto nobody
        :: else -> floating_balance++; floating_word = floating_word | F
        fi
    }
    if
    :: (sleepers & F) != 0 ->
        atomic {
            read_published();
            if
            :: STATE(word) == ASLEEP && (word & F) != 0
            :: else -> goto nobody
            fi
        }
        claim();
        if
        :: won -> wake()
        :: else
        fi
    :: else
    fi;
nobody:
    word = 0
}

active [THIEVES] proctype thief()
{
end_thief:
    atomic {
        (floating_word & F) != 0 ->
            floating_word = floating_word & ~F;
            floating_balance--
    }
}

inline publish_sleep()
{
    atomic {
        nap++;
        claimed = false;
        published = WORD(masks | LOOK, ASLEEP, NEXT(COUNTER(published)))
    }
}

#define OVERTAKEN(then)                             \
    seen = local_word;                              \
    atomic { seen = seen | floating_word; then }

#define TURN_BACK                                   \
    if                                              \
    :: (seen & masks) != 0 ->                       \
        seen = 0;                                   \
        goto overtaken                              \
    :: else -> seen = 0                             \
    fi

active proctype owner()
{
    byte seen, left = SLEEPS, changes = 1;
    bool wait;

guest:
end_guest: /* runs on and polls */
    atomic {
        if
        :: ((local_word | floating_word) & (masks | LOOK)) != 0
        :: changes > 0 ->
            changes--;
            if
            :: masks = F
            :: masks = A | F
            fi;
            goto guest
        :: left > 0 ->
            left--;
            wait = true;
            if
            :: masks = A
            :: masks = F
            :: masks = A | F
            fi
        fi
    }
    goto deliver;

overtaken:
    published = WORD(0, RUNNING, COUNTER(published));
    sleepers = 0;
    goto judge;

deliver:
    CLEAR_ATTENTION;
    published = WORD(0, RUNNING, COUNTER(published));
    sleepers = 0;
#ifndef BROKEN_CLEAR_LATE
    local_word = local_word & ~LOOK;
#endif
judge:
    OVERTAKEN(seen = seen & masks);
    if
    :: (seen & A) != 0 ->
        atomic {
            local_word = local_word & ~A;
            local_balance--;
            masks = 0;
            wait = false;
            goto judge
        }
    :: (seen & (A | F)) == F ->
        atomic {
            if
            :: (floating_word & F) != 0 ->
                floating_word = floating_word & ~F;
                floating_balance--;
                masks = 0;
                wait = false
            :: else
            fi;
            goto judge
        }
    :: !wait && (seen & (A | F)) == 0 ->
        atomic { seen = 0; goto guest }
    :: wait && (seen & (A | F)) == 0
    fi;
    /* The answer is WAIT, if nothing came meanwhile. */
#if defined(BROKEN_READ_FIRST)
    OVERTAKEN(TURN_BACK);
    publish_sleep();
    sleepers = masks & F;
#elif defined(BROKEN_HINT_LATE)
    publish_sleep();
    OVERTAKEN(TURN_BACK);
    sleepers = masks & F;
#elif defined(BROKEN_CLEAR_LATE)
    publish_sleep();
    sleepers = masks & F;
    OVERTAKEN(TURN_BACK);
    local_word = local_word & ~LOOK;
#else
    publish_sleep();
    sleepers = masks & F;
    OVERTAKEN(TURN_BACK);
#endif

    if
    :: STICKY ->
        asleep = true;
end_flag:
        atomic { flag -> flag = false; asleep = false; goto deliver }
    :: else
    fi;
host_condition:
    atomic { !mutex -> mutex = true }
    OVERTAKEN(skip);
    atomic {
        mutex = false;
        if
        :: ATTENTION -> seen = 0; goto deliver
        :: else -> waiting = true; asleep = true; seen = 0
        fi
    }
end_condition:
    atomic { !waiting -> asleep = false; goto host_condition }
}

active proctype watch()
{
    timeout;
    atomic {
        lost = asleep &&
            ((local_word | floating_word) & (masks | LOOK)) != 0;
        stuck = asleep && STATE(published) != ASLEEP;
        miscounted =
            local_balance != ((local_word & A) != 0) ||
            floating_balance != ((floating_word & F) != 0);
        assert(!lost);
        CHECK(!stuck);
        assert(!miscounted)
    }
}
