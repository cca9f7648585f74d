/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The queue of an ISC with two consumers: injections go to an intake without
 * a lock, a consumer moves all of it to the list and takes the first. The
 * class bit of the floating word is a hint: it is set after what it is about,
 * by whom finds the intake empty, and cleared by a consumer that leaves
 * nothing: clear, look again, set again, with the consumers' lock held.
 *
 * Functions modelled: the I/O queue, lib/pending/io.c and io_take.c.
 *   injector: an injection that links a subchannel into the intake
 *   consumer: s390irq_vcpu_deliver of a running CPU that is open for the ISC
 *             and polls
 * With LOCKED=1 there is no intake: injections go to the list themselves,
 * and change the hint, under the same lock.
 *
 * A push (a compare-and-exchange loop) and the exchange that empties the
 * intake are one atomic block each; the order within the list is not looked
 * at. What nobody but the holder of the lock sees is one step.
 *
 * Properties: nothing is left while everybody sees no hint (lost), nothing is
 * taken twice (doubled).
 *
 * Twins: BROKEN_NO_LOCK     the hint is cleared when the lock is given up
 *        BROKEN_NO_LOOK     it is cleared without a second look
 *        BROKEN_LOOK_FIRST  the second look comes before it is cleared
 *        BROKEN_HINT_FIRST  it is set before what it is about is there
 *        BROKEN_TWO_DRAIN   the intake is read and emptied in two steps
 */

#ifndef INJECTORS
#define INJECTORS 3
#endif
#ifndef TIMES
#define TIMES 1
#endif
#ifndef LOCKED
#define LOCKED 0
#endif

bool hint;
bool lock;
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

inline push(what)
{
    atomic {
        was_empty = intake == 0;
        intake = intake | what
    }
}

inline inject(what)
{
    if
    :: LOCKED ->
        take_lock();
        list = list | what;
        hint = true;
        release_lock()
    :: !LOCKED ->
#ifdef BROKEN_HINT_FIRST
        hint = true;
        push(what)
#else
        push(what);
        if
        :: was_empty -> hint = true
        :: else
        fi
#endif
    fi
}

proctype injector(byte me)
{
    byte i;
    bool was_empty;

    do
    :: i < TIMES -> inject(1 << (me * TIMES + i)); i++
    :: else -> break
    od;
    atomic { i = 0; was_empty = false }
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
    :: again -> hint = true; again = false
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
            first = 0
        :: else
        fi;
        left_nothing = NOTHING_LEFT
    }
}

active [2] proctype consumer()
{
    byte first, moved;
    bool again, left_nothing;

end_poll:
    hint;
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
    goto end_poll
}

init
{
    byte i;

    atomic {
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
