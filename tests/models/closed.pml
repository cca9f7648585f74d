/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Emergency signals: a slot for the first sender in the CPU's word, a bitmap
 * for the others with a hint in the word, and a closed bit in both.
 *
 * Functions modelled (lib/pending/local.c):
 *   inject:  si_local_emergency, emergency_to_bitmap
 *   owner:   si_local_source, si_local_remove, remove_slot,
 *            drop_hint, as take_direct (lib/deliver/loop.c) calls them
 *   closer:  si_local_close, s390irq_vm_close (lib/vm.c); what pends is
 *            looked at once it is done, with the CPU parked
 *
 * Every compare-and-exchange loop of the code is one atomic block here.
 *
 * Properties: an injection that was not answered CLOSED is there when close
 * is done, and nothing joins afterwards (late); what was queued is taken,
 * once (miscounted), and nothing is left behind (lost).
 *
 * Twins: BROKEN_ONE_BIT     only the word has a closed bit
 *        BROKEN_CHECK_ACT   closed is looked at before the bit is set, not by
 *                           the same operation
 *        BROKEN_HINT_FIRST  the hint is set before the bit in the bitmap
 *        BROKEN_DROP        a dropped hint is not looked after
 */

/* The word: class bit, slot (0: empty), hint, closed. */
bool emergency, more, closed;
byte slot;
/* The bitmap: senders 1 to 3, and its closed bit. */
byte sources;
bool sources_closed;

bool parked;

/* Kept for the properties only. */
byte queued, taken, finished, kept_slot, kept_sources;
bool late, lost, miscounted, is_closed;

#ifdef BROKEN_CHECK_ACT
#define CLOSED_SEEN was_closed
#define SOURCES_CLOSED_SEEN was_closed
#define LOOK_CLOSED was_closed = closed
#else
#define CLOSED_SEEN closed
#ifdef BROKEN_ONE_BIT
#define SOURCES_CLOSED_SEEN false
#else
#define SOURCES_CLOSED_SEEN sources_closed
#endif
#define LOOK_CLOSED skip
#endif

inline set_hint()
{
    atomic { emergency = true; more = true }
}

inline inject(me)
{
    LOOK_CLOSED;
    atomic {
        to_bitmap = false;
        if
        :: CLOSED_SEEN
        :: !CLOSED_SEEN && slot == me
        :: !CLOSED_SEEN && slot != me && emergency -> to_bitmap = true
        :: !CLOSED_SEEN && slot != me && !emergency ->
            emergency = true;
            slot = me;
            queued++
        fi
    }
#ifdef BROKEN_HINT_FIRST
    if
    :: to_bitmap -> set_hint()
    :: else
    fi;
#endif
    if
    :: to_bitmap ->
        atomic {
            if
            :: SOURCES_CLOSED_SEEN || (sources & (1 << me)) != 0 ->
                to_bitmap = false
            :: else -> sources = sources | (1 << me); queued++
            fi
        }
    :: else
    fi;
#ifndef BROKEN_HINT_FIRST
    if
    :: to_bitmap -> set_hint()
    :: else
    fi
#endif
}

proctype sender(byte me, times)
{
    bool to_bitmap, was_closed;

    do
    :: times > 0 -> times--; inject(me)
    :: else -> break
    od;
    atomic { finished++; to_bitmap = false; was_closed = false }
}

#define LOWEST(set)                                            \
    (((set) & 2) != 0 -> 1 : (((set) & 4) != 0 -> 2 :          \
    (((set) & 8) != 0 -> 3 : 7)))

inline drop_hint()
{
    atomic { more = false; emergency = slot != 0 }
#ifndef BROKEN_DROP
    if
    :: sources != 0 -> set_hint()
    :: else
    fi
#endif
}

active proctype owner()
{
    byte source, in_slot;
    bool there;

idle:
end_idle:
    if
    :: atomic { emergency -> in_slot = slot; there = more }
    :: atomic { !is_closed && !parked -> parked = true }
       is_closed;
       goto idle
    fi;
    source = 7;
    if
    :: there -> source = LOWEST(sources)
    :: else
    fi;
    atomic {
        there = false;
        if
        :: in_slot != 0 && in_slot < source -> source = in_slot
        :: else
        fi;
        in_slot = 0
    }
    if
    :: source == 7 -> drop_hint(); goto idle
    :: else
    fi;
    atomic { /* remove_slot */
        if
        :: slot == source ->
            slot = 0;
            emergency = more;
            taken++;
            source = 0;
            goto idle
        :: else
        fi
    }
    atomic {
        taken = taken + ((sources & (1 << source)) != 0);
        sources = sources & ~(1 << source);
        source = 0
    }
    if
    :: sources == 0 -> drop_hint()
    :: else
    fi;
    goto idle
}

active proctype closer()
{
end_closer:
    parked;
    closed = true;
    sources_closed = true;
    atomic { kept_slot = slot; kept_sources = sources }
    finished == 3;
    late = kept_slot != slot || kept_sources != sources;
    assert(!late);
    is_closed = true
}

init
{
    atomic { run sender(1, 2); run sender(2, 2); run sender(3, 1) }
}

active proctype watch()
{
    timeout;
    atomic {
        lost = (!parked || is_closed) && (slot != 0 || sources != 0);
        miscounted = queued != taken + (slot != 0) + ((sources & 2) != 0) +
                                ((sources & 4) != 0) + ((sources & 8) != 0);
        assert(!lost);
        assert(!miscounted)
    }
}
