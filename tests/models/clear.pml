/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The intake of I/O interruptions as the chain that it is: each subchannel
 * knows what came before it. Injections put a subchannel in front without a
 * lock; who has the consumers' lock takes the whole chain, or the one in front
 * alone: to clear it, or because it is all that came.
 *
 * Functions modelled: lib/pending/io_arrive.c, io_next.h and io.c
 *   injector: si_io_inject, si_io_push
 *   consumer: si_io_next_came and what follows it in si_io_next_stays, else
 *             si_io_collect_all; then taking one of the list
 *   clearer:  clear_subchannel: clear_last, else clear_node
 *
 * A compare-and-exchange, an exchange, and what nobody but the holder of the
 * lock sees are one step each. ISCs, parameters and the hint are left out
 * (intake.pml has the hint).
 *
 * Properties, when everybody has ended: a subchannel that is coming is on the
 * intake, and one that pends is there or in the list (lost). The chain ends
 * (endless).
 *
 * Twins: BROKEN_BEHIND_FIRST  what is behind it is read before it is seen to be
 *                             in front
 *        BROKEN_STAYS         it is not taken off the intake
 *        BROKEN_COMING        it goes on being one that is coming
 *        BROKEN_READ_LATE     what is behind one of the chain is read when that
 *                             one may be on its way again
 *        BROKEN_NOT_ALONE     one is taken alone though others came before
 * ONLY_ENDLESS leaves lost out.
 */

#ifndef TIMES
#define TIMES 2 /* injections of each injector */
#endif
#ifndef CLEARS
#define CLEARS 2
#endif
#define NODES 2
#define NONE  NODES

byte intake = NONE;
byte behind[NODES] = NONE;
bool pends[NODES], coming[NODES], listed[NODES];
bool lock;

/* Kept for the properties only. */
bool lost, endless;

inline take_lock()
{
    atomic { !lock -> lock = true }
}

inline release_lock()
{
    lock = false
}

inline push(node)
{
    last = intake;
    do
    :: behind[node] = last;
       atomic {
           if
           :: intake == last -> intake = node; last = 0; break
           :: else -> last = intake
           fi
       }
    od
}

/* One for each subchannel: a second one joins the first. */
proctype injector(byte node)
{
    byte i, last;
    bool anew;

    do
    :: i < TIMES ->
        atomic {
            anew = !pends[node] && !coming[node];
            coming[node] = coming[node] || anew;
            pends[node] = true
        };
        if
        :: anew -> push(node)
        :: else
        fi;
        i++
    :: else -> break
    od
}

inline collect()
{
    atomic { first = intake; intake = NONE };
    steps = 0;
    do
    :: first != NONE && steps <= NODES ->
#ifndef BROKEN_READ_LATE
        next = behind[first];
#endif
        atomic {
            coming[first] = false;
            listed[first] = pends[first]
        };
#ifdef BROKEN_READ_LATE
        next = behind[first];
#endif
        first = next;
        steps++
    :: else -> break
    od;
    endless = endless || steps > NODES;
    assert(!endless);
    first = 0;
    next = 0;
    steps = 0
}

/* False: nothing is changed. */
inline came_alone()
{
    first = intake;
    if
    :: first != NONE ->
#ifdef BROKEN_NOT_ALONE
        came = pends[first] && coming[first] && !listed[first];
#else
        came = behind[first] == NONE && pends[first] && coming[first] &&
               !listed[first];
#endif
        atomic {
            came = came && intake == first;
            if
            :: came -> intake = NONE
            :: else
            fi
        };
        if
        :: came -> atomic { coming[first] = false; listed[first] = true }
        :: else
        fi
    :: else
    fi;
    first = 0
}

inline collect_usually()
{
    came_alone();
    if
    :: came -> came = false
    :: else -> collect()
    fi
}

inline take(node)
{
    atomic {
        if
        :: listed[node] -> listed[node] = false; pends[node] = false
        :: else
        fi
    }
}

proctype consumer()
{
    byte first, next, steps;
    bool came;

    take_lock();
    collect_usually();
    take(0);
    release_lock();
    take_lock();
    collect_usually();
    take(1);
    release_lock()
}

/* Of subchannel 0. */
proctype clearer()
{
    byte first, next, steps, i, old;
    bool is_last;

    do
    :: i < CLEARS ->
        take_lock();
        is_last = pends[0] && coming[0];
#ifndef BROKEN_BEHIND_FIRST
        is_last = is_last && intake == 0;
#endif
        old = behind[0];
        atomic {
            is_last = is_last && intake == 0;
            if
            :: is_last ->
#ifndef BROKEN_STAYS
                intake = old
#else
                skip
#endif
            :: else
            fi
        };
        if
        :: is_last ->
            atomic {
                pends[0] = false;
#ifndef BROKEN_COMING
                coming[0] = false
#endif
            }
        :: else ->
            collect();
            atomic { pends[0] = false; listed[0] = false }
        fi;
        is_last = false;
        old = 0;
        release_lock();
        i++
    :: else -> break
    od
}

init
{
    atomic {
        run injector(0);
        run injector(1);
        run consumer();
        run clearer()
    }
}

#define ON_INTAKE(node) \
    (intake == node || (intake != NONE && behind[intake] == node))

active proctype watch()
{
    timeout;
    atomic {
        endless = intake != NONE && behind[intake] != NONE &&
                  behind[behind[intake]] != NONE;
        assert(!endless);
        lost = (coming[0] && !ON_INTAKE(0)) || (coming[1] && !ON_INTAKE(1)) ||
               (pends[0] && !ON_INTAKE(0) && !listed[0]) ||
               (pends[1] && !ON_INTAKE(1) && !listed[1]);
#ifndef ONLY_ENDLESS
        assert(!lost)
#endif
    }
}
