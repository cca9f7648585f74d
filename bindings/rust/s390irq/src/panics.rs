// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Panics of hooks: kept from the C library, told to the caller.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::thread::ThreadId;

use super::sync::{AtomicUsize, Mutex, Ordering};

/// So many are kept; then the oldest that somebody was told of goes.
const KEPT: usize = 16;

/// A panic of a hook.
pub struct HookPanic {
    hook: &'static str,
    thread: ThreadId,
    reported: bool,
    answer: Option<i32>,
    payload: Box<dyn Any + Send>,
}

impl HookPanic {
    /// The name of the hook.
    pub fn hook(&self) -> &'static str {
        self.hook
    }

    /// The thread on which it was called.
    pub fn thread(&self) -> ThreadId {
        self.thread
    }

    /// The message, if the panic had one.
    pub fn message(&self) -> &str {
        if let Some(text) = self.payload.downcast_ref::<&'static str>() {
            text
        } else if let Some(text) = self.payload.downcast_ref::<String>() {
            text
        } else {
            "(no message)"
        }
    }

    /// What the call in which it happened answered before it became
    /// [`Error::HookPanicked`](crate::Error::HookPanicked), as the C library's
    /// number; `None` if no call has told of it.
    pub fn answer(&self) -> Option<i32> {
        self.answer
    }

    /// For [`std::panic::resume_unwind`].
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.payload
    }
}

impl std::fmt::Debug for HookPanic {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("HookPanic")
            .field("hook", &self.hook)
            .field("thread", &self.thread)
            .field("answer", &self.answer)
            .field("message", &self.message())
            .finish_non_exhaustive()
    }
}

/// The panics of one machine.
#[derive(Debug)]
pub(crate) struct Panics {
    /// How many are not reported to a caller; read without the lock.
    unreported: AtomicUsize,
    kept: Mutex<VecDeque<HookPanic>>,
}

impl Panics {
    pub(crate) fn new() -> Self {
        Self {
            unreported: AtomicUsize::new(0),
            kept: Mutex::new(VecDeque::new()),
        }
    }

    /// Runs a hook; `None` if it panicked.
    pub(crate) fn guard<R>(
        &self,
        hook: &'static str,
        run: impl FnOnce() -> R,
    ) -> Option<R> {
        // What the hook left half done is its own: nothing of this crate is.
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(result) => Some(result),
            Err(payload) => {
                self.keep(hook, payload);
                None
            }
        }
    }

    #[cold]
    pub(crate) fn keep(
        &self,
        hook: &'static str,
        payload: Box<dyn Any + Send>,
    ) {
        let thread = current_thread();
        let mut kept = self.kept.lock().unwrap_or_else(|e| e.into_inner());
        if kept.len() >= KEPT {
            // One on this thread that nobody was told of is enough to tell.
            if kept.iter().any(|p| p.thread == thread && !p.reported) {
                return;
            }
            if let Some(oldest) = kept.iter().position(|p| p.reported) {
                kept.remove(oldest);
            }
        }
        kept.push_back(HookPanic {
            hook,
            thread,
            reported: false,
            answer: None,
            payload,
        });
        self.unreported.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether anybody has to look closer. The thread that panicked sees its
    /// own in program order; for others it is not.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        self.unreported.load(Ordering::Relaxed) != 0
    }

    /// Whether a hook panicked on this thread since the last time; `answer` is
    /// what the call has answered.
    #[cold]
    pub(crate) fn report(&self, answer: i32) -> bool {
        let thread = current_thread();
        let mut kept = self.kept.lock().unwrap_or_else(|e| e.into_inner());
        let mut found = false;
        for panic in kept.iter_mut() {
            if panic.thread == thread && !panic.reported {
                panic.reported = true;
                panic.answer = Some(answer);
                self.unreported.fetch_sub(1, Ordering::Relaxed);
                found = true;
            }
        }
        found
    }

    /// The oldest.
    pub(crate) fn take(&self) -> Option<HookPanic> {
        let mut kept = self.kept.lock().unwrap_or_else(|e| e.into_inner());
        let panic = kept.pop_front()?;
        if !panic.reported {
            self.unreported.fetch_sub(1, Ordering::Relaxed);
        }
        Some(panic)
    }
}

fn current_thread() -> ThreadId {
    std::thread::current().id()
}
