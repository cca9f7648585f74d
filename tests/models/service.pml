/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The service-signal word: one SCCB at a time, event bits that join, and a
 * signal in hand whose stores may fail.
 *
 * Functions modelled (lib/pending/floating.c):
 *   inject:  si_floating_service
 *   cpu:     si_floating_take, take_service (a store cannot fail);
 *            si_floating_hold with si_floating_remove or
 *            si_floating_give_back (it may), as lib/deliver/loop.c and
 *            lib/prepare.c call them
 *   release: release_service
 *   clear:   si_floating_clear, clear_service (-DCLEARS=1)
 *
 * Every compare-and-exchange loop of the code is one atomic block here, and so
 * is what runs with floating->lock held. SCCB addresses and events are one bit
 * each and come once, so that what runs together or comes back is seen.
 *
 * Properties: an SCCB that was accepted is delivered or cleared, once
 * (wrong_signal); injected = taken + coalesced + refused + cleared + pending
 * and nothing is left behind (lost); what pended before a clear is not taken
 * in hand after it (resurrected).
 *
 * Twins: BROKEN_T2          take first, and put back what failed by OR
 *        BROKEN_NO_LOCK     hold, give back and clear count clears without
 *                           the lock
 */

#ifndef CLEARS
#define CLEARS 0
#endif
#define FAILURES 2

/* The word: class bit, SCCB, event bits, in hand. */
bool service, held;
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

#ifdef BROKEN_NO_LOCK
#define COUNT_FIRST(step) step
#define COUNT(step)
#else
#define COUNT_FIRST(step) skip
#define COUNT(step) step;
#endif

inline hold()
{
    COUNT_FIRST(my_generation = generation);
    atomic {
        if
        :: service ->
            COUNT(my_generation = generation)
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
    service = sccb != 0 || events != 0
}

inline settle()
{
    wrong_signal = my_sccb != 0 && fate[my_sccb] != ACCEPTED;
    assert(!wrong_signal);
    fate[my_sccb] = GONE;
    events_out = events_out | my_events
}

active [2] proctype cpu()
{
    byte my_sccb, my_events, my_generation, seen_generation;

idle:
end_idle:
    service;
    if
    :: atomic { /* take */
           if
           :: service ->
               my_sccb = sccb;
               my_events = events;
               service = false;
               sccb = 0;
               events = 0;
               taken++;
               settle()
           :: else
           fi
       }
       goto done
    :: hold()
    fi;
    if
    :: atomic { /* remove */
           release(0, 0);
           taken++;
           settle()
       }
    :: atomic { failures > 0 -> failures-- } /* give back */
       COUNT_FIRST(seen_generation = generation);
       atomic {
           COUNT(seen_generation = generation)
           if
           :: my_generation != seen_generation ->
               release(0, 0);
               cleared++;
               settle()
           :: else -> release(my_sccb, my_events)
           fi
       }
    fi;
done:
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
    COUNT_FIRST(generation++);
    atomic {
        COUNT(generation++)
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
