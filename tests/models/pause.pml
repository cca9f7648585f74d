/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Pausing: a count of CPUs that are not parked, against CPUs that park, wake
 * and signal each other.
 *
 * Functions modelled:
 *   pauser:  s390irq_vm_pause, asked again until it answers 1 (that asking
 *            again tells CPUs again is left out: once has to be enough), and
 *            s390irq_vm_resume; ask_to_park, wake_paused (lib/vm.c)
 *   cpu:     s390irq_vcpu_deliver (lib/vcpu.c), si_call_state (lib/call.c);
 *            unpark, may_unpark, park, si_park_stay, si_park_pausing
 *            (lib/cpu/park.c)
 *   signal:  s390irq_vcpu_sigp; si_orders_outstanding, si_orders_stop
 *            (lib/cpu/orders.c)
 *   device:  wakes the CPUs, which begin asleep: si_route_reason
 *
 * CPU 0 stops CPU 1 and then signals it again until it is not busy. That a
 * sleeper which has attention does wake is shown in wake.pml. Checked with
 * weak fairness: every thread that can go on goes on at some time.
 *
 * Properties: while a pause holds, every CPU is parked (broken_pause); the
 * pause is reached, and after it everything ends as it should (ltl ends).
 *
 * Twins: BROKEN_T5           the host repeats SIGP on condition code 2
 *                            instead of giving it to the guest
 *        BROKEN_TWO_STEPS    a CPU looks at paused, then counts itself
 *        BROKEN_COUNT_FIRST  pause looks at the count, then sets paused
 *        BROKEN_NO_CHECK     who parks does not look whether the pause ended
 */

#define SENDER 0
#define TARGET 1

/* vm->unparked: these two are one word. */
bool paused;
byte unparked;

bool stop_order, reason[2], parked[2] = true, pausing[2];
byte sent; /* orders accepted */
bool stopped, resumed;

/* Kept for the properties only. */
bool holds, broken_pause;

ltl ends { <> (resumed && stopped && sent == 2) }

/* What the code does with the CPU's lock held is one atomic block. */
inline park()
{
    atomic { parked[me] = true; unparked-- }
}

inline leave_park()
{
    parked[me] = false;
    pausing[me] = false;
    unparked++;
    broken_pause = holds;
    assert(!broken_pause)
}

inline unpark()
{
#ifdef BROKEN_TWO_STEPS
    pause_seen = paused;
    if
    :: parked[me] && !pause_seen ->
        atomic { leave_park() }
    :: else
    fi
#else
    atomic {
        if
        :: parked[me] && !paused -> leave_park()
        :: parked[me] && paused -> pausing[me] = true
        :: else
        fi
    }
#endif
}

/* One SIGP: condition code 0, or 2 while an order is outstanding. */
inline signal()
{
    atomic {
        if
        :: sent < 2 && !stop_order ->
            stop_order = sent == 0;
            sent++
        :: else -> busy = sent < 2
        fi
    }
}

proctype cpu(byte me)
{
    bool busy, pause_seen;

    goto wait_state;
deliver:
    unpark();
    reason[me] = false;
    if
    :: parked[me] -> goto pausing_state
    :: else
    fi;
    pause_seen = paused;
    if
    :: pause_seen -> park(); goto pausing_state
    :: !pause_seen && me == TARGET && stop_order ->
        park();
        atomic { stop_order = false; stopped = true }
        goto wait_state
    :: !pause_seen && me == TARGET && stopped && !stop_order ->
        park();
        goto wait_state
    :: else
    fi;
guest:
    if
    :: reason[me] || (me == TARGET && stop_order) ->
        goto deliver
    :: else
    fi;
    if
    :: me == SENDER ->
        signal();
#ifdef BROKEN_T5
        do
        :: busy -> busy = false; signal()
        :: else -> break
        od;
#endif
        busy = false
    :: else
    fi;
    goto guest;

pausing_state:
    pausing[me] = true;
#ifndef BROKEN_NO_CHECK
    if
    :: !paused -> reason[me] = true
    :: else
    fi;
#endif
    reason[me];
    goto deliver;

wait_state:
    reason[me] || (me == TARGET && stop_order);
    goto deliver
}

inline tell(condition)
{
    c = 0;
    do
    :: c < 2 ->
        told = condition;
        if
        :: told -> reason[c] = true
        :: else
        fi;
        c++
    :: else -> break
    od
}

active proctype pauser()
{
    byte c, count;
    bool told;

#ifdef BROKEN_COUNT_FIRST
    count = unparked;
    paused = true;
#else
    paused = true;
    count = unparked;
#endif
    if
    :: count == 0
    :: else -> tell(!parked[c]); unparked == 0 /* answers 1 when asked again */
    fi;
    atomic {
        holds = true;
        broken_pause = !parked[SENDER] || !parked[TARGET];
        assert(!broken_pause)
    }
    holds = false;
    paused = false;
    tell(pausing[c]);
    resumed = true
}

active proctype device()
{
    reason[SENDER] = true;
    reason[TARGET] = true
}

init
{
    atomic { run cpu(SENDER); run cpu(TARGET) }
}
