/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The service-signal word: one SCCB at a time, event bits that join, and a
 * signal in hand whose stores may fail.
 *
 * Functions modelled (lib/pending/floating.c):
 *   inject:  si_floating_service
 *   hold:    si_floating_hold, hold_service
 *   release: si_floating_remove, si_floating_give_back, release_service
 *   clear:   si_floating_clear, clear_service (-DCLEARS=1)
 *   cpu:     take_by_hooks (lib/deliver/loop.c), prepare with commit or abort
 *
 * Every compare-and-exchange loop of the code is one atomic block here.
 * SCCB addresses and events are one bit each and come once, so that what runs
 * together or comes back is seen.
 *
 * Properties: an SCCB that was accepted is delivered or cleared, once
 * (wrong_signal); injected = taken + coalesced + refused + cleared + pending
 * and nothing is left behind (lost); what pended before a clear is not taken
 * in hand after it (resurrected).
 *
 * Twins: BROKEN_T2          take first, and put back what failed by OR
 *        BROKEN_GENERATION  an abort learns of a clear by a counter beside
 *                           the word, not in the word
 */

#ifndef CLEARS
#define CLEARS 0
#endif
#define FAILURES 2

/* The word: class bit, SCCB, event bits, in hand, cleared while in hand. */
bool service, held, dropped;
byte sccb, events;
byte generation, failures = FAILURES;

/* Kept for the properties only. */
#define NONE 0
#define ACCEPTED 1
#define GONE 2
byte fate[8], events_in, events_out, old_sccb, old_events;
bool clear_is_over;
byte injected, taken, coalesced, refused, cleared;
bool wrong_signal, resurrected, lost;

inline inject(new_sccb, new_events)
{
    atomic {
        injected++;
        if
        :: new_sccb != 0 && (sccb != 0 || held) -> refused++
        :: else ->
            if
            :: (held && events != 0) ||
               (!held && (sccb != 0 || events != 0)) -> coalesced++
            :: else
            fi;
            sccb = sccb | new_sccb;
            events = events | new_events;
            events_in = events_in | new_events;
            service = service || !held;
            fate[new_sccb] = ACCEPTED
        fi
    }
}

active proctype first_device()
{
    inject(1, 0);
    inject(2, 0)
}

active proctype second_device()
{
    inject(0, 1);
    inject(4, 2)
}

inline hold()
{
    my_generation = generation;
    atomic {
        if
        :: service ->
            my_sccb = sccb;
            my_events = events;
            service = false;
            events = 0;
#ifdef BROKEN_T2
            sccb = 0;
#else
            held = true;
#endif
            resurrected = clear_is_over && ((my_sccb & old_sccb) != 0 ||
                                            (my_events & old_events) != 0);
            assert(!resurrected)
        :: else -> my_generation = 0; goto idle
        fi
    }
}

/* The end of what is in hand; back_* joins what came meanwhile. */
inline release(back_sccb, back_events)
{
#ifdef BROKEN_T2
    sccb = sccb | back_sccb;
#else
    sccb = back_sccb;
#endif
    coalesced = coalesced +
        ((back_sccb != 0 || back_events != 0) && events != 0);
    events = events | back_events;
    held = false;
    dropped = false;
    service = sccb != 0 || events != 0
}

inline settle()
{
    wrong_signal = my_sccb != 0 && fate[my_sccb] != ACCEPTED;
    assert(!wrong_signal);
    fate[my_sccb] = GONE;
    events_out = events_out | my_events
}

#ifdef BROKEN_GENERATION
#define WAS_CLEARED (my_generation != seen_generation)
#else
#define WAS_CLEARED dropped
#endif

active [2] proctype cpu()
{
    byte my_sccb, my_events, my_generation, seen_generation;

idle:
end_idle:
    service;
    hold();
    if
    :: atomic { /* commit */
           release(0, 0);
           taken++;
           settle()
       }
    :: atomic { failures > 0 -> failures-- } /* abort */
       seen_generation = generation;
       atomic {
           if
           :: WAS_CLEARED -> release(0, 0); cleared++; settle()
           :: else -> release(my_sccb, my_events)
           fi
       }
    fi;
    atomic {
        my_sccb = 0;
        my_events = 0;
        my_generation = 0;
        seen_generation = 0;
        goto idle
    }
}

active [CLEARS] proctype clear()
{
    atomic { old_sccb = sccb; old_events = events }
    generation++;
    atomic {
        dropped = held;
        cleared = cleared + (events != 0 || (!held && sccb != 0));
        if
        :: !held && sccb != 0 -> fate[sccb] = GONE; sccb = 0
        :: else
        fi;
        events_out = events_out | events;
        events = 0;
        service = false
    }
    clear_is_over = true
}

active proctype watch()
{
    timeout;
    atomic {
        lost = injected != taken + coalesced + refused + cleared ||
               sccb != 0 || events != 0 || held ||
               fate[1] == ACCEPTED || fate[2] == ACCEPTED ||
               fate[4] == ACCEPTED || events_in != events_out;
        assert(!lost)
    }
}
