/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The I/O queue with two consumers: injections go to an intake without a lock,
 * a consumer moves all of it to the list and takes the first. The class bit of
 * the floating word is a hint: set after what it is about, by whom finds it
 * cleared; and cleared by a consumer that leaves nothing: clear, look again,
 * set again, with the consumers' lock held. Who sets it again routes it, since
 * an injector may have seen it set, and a sleeper may have looked while it was
 * not.
 *
 * Functions modelled: lib/pending/io_arrive.c, io_list.c and io_next.h
 *   injector: si_io_inject (push, then set_hint), then si_route_floating
 *   consumer: si_io_take (si_io_enter, si_io_list_settle with look_again), then
 *             si_route_raised, by deliver of a CPU that is open for the ISC;
 *             it sleeps when it sees no hint, as si_park_sleep does
 *   route:    a claim of one that sleeps, which wakes it
 *
 * A push (a compare-and-exchange loop) and the exchange that empties the
 * intake are one atomic block each; the order within the list is not looked
 * at. What nobody but the holder of the lock sees is one step. Of the sleep
 * that is modelled elsewhere (wake, floating) there is only publish, look,
 * sleep. One of the consumers may stay closed after it has taken one.
 *
 * Properties: nothing is left while everybody sleeps (lost), nothing is taken
 * twice (doubled).
 *
 * Twins: BROKEN_NO_LOCK     the hint is cleared when the lock is given up
 *        BROKEN_NO_LOOK     it is cleared without a second look
 *        BROKEN_LOOK_FIRST  the second look comes before it is cleared
 *        BROKEN_HINT_FIRST  it is set before what it is about is there
 *        BROKEN_TWO_DRAIN   the intake is read and emptied in two steps
 *        BROKEN_NO_ROUTE    who sets it again routes nothing
 */

#ifndef INJECTORS
#define INJECTORS 3
#endif
#ifndef TIMES
#define TIMES 1
#endif
bool hint;
bool lock;
bool asleep[2];
/* Sets of interruptions: a bit for each that was injected. */
byte intake, list;

/* Kept for the properties only. */
byte taken;
bool lost, doubled;

inline take_lock()
{
    atomic { !lock -> lock = true }
}

inline release_lock()
{
    lock = false
}

/* A claim: of two that route at once each wakes another one. */
inline route()
{
    atomic {
        if
        :: asleep[0] -> asleep[0] = false
        :: !asleep[0] && asleep[1] -> asleep[1] = false
        :: else
        fi
    }
}

inline set_hint()
{
    if
    :: hint
    :: !hint -> hint = true
    fi
}

inline inject(what)
{
#ifdef BROKEN_HINT_FIRST
    set_hint();
    atomic { intake = intake | what };
#else
    atomic { intake = intake | what };
    set_hint();
#endif
    route()
}

proctype injector(byte me)
{
    byte i;

    do
    :: i < TIMES -> inject(1 << (me * TIMES + i)); i++
    :: else -> break
    od;
    i = 0
}

/* What nobody else sees yet, or is in the intake. */
#define NOTHING_LEFT (list == 0)

inline clear_hint()
{
#ifdef BROKEN_LOOK_FIRST
    again = intake != 0;
    hint = false;
#else
    hint = false;
#ifndef BROKEN_NO_LOOK
    again = intake != 0;
#endif
#endif
    if
    :: again -> hint = true; raised = true; again = false
    :: else
    fi
}

inline drain()
{
#ifdef BROKEN_TWO_DRAIN
    moved = intake;
    atomic { intake = 0; list = list | moved; moved = 0 }
#else
    atomic { list = list | intake; intake = 0 }
#endif
}

inline take_first()
{
    atomic {
        if
        :: list != 0 ->
            first = list & ~(list & (list - 1));
            list = list & ~first;
            doubled = doubled || (taken & first) != 0;
            assert(!doubled);
            taken = taken | first;
            took = true;
            first = 0
        :: else
        fi;
        left_nothing = NOTHING_LEFT
    }
}

proctype consumer(byte me)
{
    byte first, moved;
    bool again, left_nothing, raised, took;

sleep:
    asleep[me] = true;
    if
    :: hint -> asleep[me] = false
    :: !hint
    fi;
end_asleep:
    !asleep[me];
look:
    if
    :: hint
    :: !hint -> goto sleep
    fi;
    take_lock();
    drain();
    take_first();
#ifdef BROKEN_NO_LOCK
    release_lock();
    if
    :: left_nothing -> clear_hint()
    :: else
    fi;
#else
    if
    :: left_nothing -> clear_hint()
    :: else
    fi;
    release_lock();
#endif
    left_nothing = false;
    if
    :: raised ->
        raised = false;
#ifndef BROKEN_NO_ROUTE
        route()
#endif
    :: else
    fi;
    if
    :: goto look
    :: me == 1 && took -> skip
    fi
    /* Its handler keeps it closed: the other one takes the rest. */
}

init
{
    byte i;

    atomic {
        run consumer(0);
        run consumer(1);
        do
        :: i < INJECTORS -> run injector(i); i++
        :: else -> break
        od;
        i = 0
    }
}

active proctype watch()
{
    timeout;
    atomic {
        lost = taken != (1 << (INJECTORS * TIMES)) - 1;
        assert(!lost)
    }
}
