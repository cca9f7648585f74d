// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The wrapper's own concurrency, in every order that the memory model allows.
#![allow(dead_code)]

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// What the modules below are made of here.
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    pub(crate) use loom::sync::Mutex;
}

#[path = "../src/claims.rs"]
mod claims;
#[path = "../src/panics.rs"]
mod panics;

use claims::Claims;
use panics::Panics;

/// Something that one at a time may touch.
struct Owned {
    claims: Claims,
    data: UnsafeCell<u32>,
}

/// Claims, touches and releases; answers whether it was the owner.
fn touch(owned: &Owned) -> bool {
    if !owned.claims.claim(0) {
        return false;
    }
    // SAFETY: this is what is tested; loom says if it is not so.
    owned.data.with_mut(|data| unsafe { *data += 1 });
    owned.claims.release(0);
    true
}

#[test]
fn one_thread_at_a_time_owns_a_cpu_and_sees_what_the_last_one_did() {
    loom::model(|| {
        let owned = Arc::new(Owned {
            claims: Claims::new(1),
            data: UnsafeCell::new(0),
        });
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let owned = owned.clone();
                thread::spawn(move || u32::from(touch(&owned)))
            })
            .collect();
        let owners: u32 = threads.into_iter().map(|t| t.join().unwrap()).sum();
        assert!(owners >= 1);
        assert!(owned.claims.claim(0));
        // SAFETY: all threads have ended.
        owned.data.with(|data| assert_eq!(unsafe { *data }, owners));
    });
}

/// The twin of `Claims` that orders nothing.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_claim_that_orders_nothing_is_seen_to_fail() {
    use sync::{AtomicBool, Ordering::Relaxed};
    loom::model(|| {
        let owned = Arc::new((AtomicBool::new(false), UnsafeCell::new(0_u32)));
        let touch = |owned: &(AtomicBool, UnsafeCell<u32>)| {
            if owned.0.compare_exchange(false, true, Relaxed, Relaxed).is_ok() {
                // SAFETY: it is not safe, which is the point.
                owned.1.with_mut(|data| unsafe { *data += 1 });
                owned.0.store(false, Relaxed);
            }
        };
        let other = {
            let owned = owned.clone();
            thread::spawn(move || touch(&owned))
        };
        touch(&owned);
        other.join().unwrap();
    });
}

#[test]
fn addresses_are_claimed_one_by_one_and_within_bounds() {
    loom::model(|| {
        let claims = Claims::new(2);
        assert!(claims.claim(0) && claims.claim(1));
        assert!(!claims.claim(0) && !claims.claim(2));
        assert!(claims.has(1) && !claims.has(2));
        claims.release(0);
        assert!(claims.claim(0));
    });
}

// The identity of a thread is std's, which loom does not have: its threads are
// one. So what is told to whom is in tests/hooks.rs, and here that no panic is
// told twice or lost.
#[test]
fn a_panic_is_counted_once_whoever_looks() {
    loom::model(|| {
        let panics = Arc::new(Panics::new());
        let other = {
            let panics = panics.clone();
            thread::spawn(move || {
                panics.keep("wake", Box::new("one"));
                panics.any() && panics.report(0)
            })
        };
        let taken = panics.take();
        let told = other.join().unwrap();
        let left = panics.take();
        assert!(taken.is_some() != left.is_some());
        // Taken before it was told of: then nobody is told.
        assert!(told || taken.is_some());
        assert!(!panics.any());
    });
}
