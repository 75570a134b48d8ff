//! Threads that stand ready for the many short pieces of work of a training step.
//!
//! A step at batch 32 takes a fifth of a millisecond and has a dozen parts, each of which needs the one before. To wake a
//! sleeping thread takes as long as such a part, so these wait awake: a part begins and ends within a microsecond. And
//! where another program has the core of a thread that should help, the others do its work rather than wait for it; where
//! it takes the core away in the middle of parts again and again, the team works [`alone`] for a while, and its helpers sleep.

mod alone;

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use alone::Alone;

/// How often a thread looks for work before it lets others run: some 50 microseconds.
const LOOKS: usize = 2_000;
/// How often it lets others run before it sleeps.
const YIELDS: usize = 2_000;

/// The thread that made it, and others that help it.
pub(crate) struct Team {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
    alone: Alone,
}

/// What all helpers are to do: call this with their number.
type Task = *const (dyn Fn(usize) + Sync);

struct Shared {
    /// Written before a helper is called, and read by helpers that have taken the call.
    task: UnsafeCell<Option<Task>>,
    /// For each helper, one of the states below.
    calls: Vec<AtomicU8>,
    asleep: Vec<AtomicBool>,
    failed: AtomicBool,
}

/// Nothing to do, or all done.
const FREE: u8 = 0;
/// There is a task, which the helper may take and the team may take back.
const CALLED: u8 = 1;
/// The helper has taken the task.
const BUSY: u8 = 2;
/// The team is over.
const OVER: u8 = 3;

// SAFETY: `task` is written by the team's own thread only while all helpers are free, and read by a helper only while it
// is busy; the state of the helper orders the two.
unsafe impl Sync for Shared {}
// SAFETY: as above; the pointer is used only while `Team::run` keeps what it points to alive.
unsafe impl Send for Shared {}

impl Team {
    /// A team of so many threads, the present one among them. Where the system gives fewer, it is smaller.
    pub(crate) fn new(threads: usize) -> Self {
        let count = threads.saturating_sub(1);
        let shared = Arc::new(Shared {
            task: UnsafeCell::new(None),
            calls: (0..count).map(|_| AtomicU8::new(FREE)).collect(),
            asleep: (0..count).map(|_| AtomicBool::new(false)).collect(),
            failed: AtomicBool::new(false),
        });
        let spawn = |number: usize| {
            let shared = shared.clone();
            thread::Builder::new().name("tealight".to_owned()).spawn(move || shared.help(number)).ok()
        };
        let helpers = (0..count).map_while(spawn).collect();
        Self { shared, helpers, alone: Alone::new() }
    }

    /// How many threads there are.
    pub(crate) fn size(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Does `work` on each of `pieces`, all at the same time where there are as many threads. The same piece of the same
    /// work goes to the same thread again, unless that is kept from its core, so that what it needs is in the cache.
    pub(crate) fn each<P: Send>(&self, pieces: impl IntoIterator<Item = P>, work: impl Fn(P) + Sync) {
        let slots = pieces.into_iter().map(|piece| Mutex::new(Some(piece))).collect::<Vec<_>>();
        let take = |index: usize| {
            for slot in slots.iter().skip(index).step_by(self.size()) {
                let piece = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
                piece.into_iter().for_each(&work);
            }
        };
        let threads = slots.len().min(self.size());
        if threads > 1 { self.run(threads, &take) } else { take(0) }
    }

    /// Calls `task` once with each number below `threads`: 0 on the present thread, the others on helpers.
    fn run(&self, threads: usize, task: &(dyn Fn(usize) + Sync)) {
        if self.alone.now() {
            let mut done = Ok(());
            for index in 0..threads {
                // All of them, whatever becomes of one.
                let part = catch_unwind(AssertUnwindSafe(|| task(index)));
                done = done.and(part);
            }
            return done.unwrap_or_else(|panic| resume_unwind(panic));
        }
        let shared = &*self.shared;
        let begin = Instant::now();
        // SAFETY: only the lifetime changes. No helper keeps the pointer beyond its part of the task, and this function
        // does not end before all that took it have done theirs, not even by a panic.
        let for_helpers =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(task) };
        // SAFETY: all helpers are free, because every task before this one ended so.
        unsafe { *shared.task.get() = Some(for_helpers) };
        let called = || self.helpers.iter().zip(&shared.calls).zip(&shared.asleep).take(threads - 1);
        for ((helper, call), asleep) in called() {
            call.store(CALLED, Ordering::SeqCst);
            if asleep.load(Ordering::SeqCst) {
                helper.thread().unpark();
            }
        }
        let mut own = catch_unwind(AssertUnwindSafe(|| task(0)));
        for (index, ((_, call), _)) in called().enumerate() {
            if call.compare_exchange(CALLED, FREE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                let instead = catch_unwind(AssertUnwindSafe(|| task(index + 1)));
                own = own.and(instead);
            }
        }
        let worked = Instant::now();
        for ((_, call), _) in called() {
            wait(|| call.load(Ordering::Acquire) == FREE, thread::yield_now);
        }
        self.alone.learn(worked - begin, worked.elapsed(), threads - 1);
        if let Err(panic) = own {
            resume_unwind(panic);
        }
        assert!(!shared.failed.swap(false, Ordering::Relaxed), "a thread of the team panicked");
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        for (helper, call) in self.helpers.drain(..).zip(&self.shared.calls) {
            call.store(OVER, Ordering::SeqCst);
            helper.thread().unpark();
            // A helper catches the panics of its tasks, and has nothing else to fail.
            let _ = helper.join();
        }
    }
}

impl Shared {
    /// What the helper with this number does all its life.
    fn help(&self, number: usize) {
        let (call, asleep) = (&self.calls[number], &self.asleep[number]);
        loop {
            wait(
                || call.load(Ordering::SeqCst) != FREE,
                || {
                    asleep.store(true, Ordering::SeqCst);
                    // Looked at again after the flag is up: who calls from here on sees the flag.
                    if call.load(Ordering::SeqCst) == FREE {
                        thread::park();
                    }
                    asleep.store(false, Ordering::SeqCst);
                },
            );
            if call.load(Ordering::SeqCst) == OVER {
                return;
            }
            if call.compare_exchange(CALLED, BUSY, Ordering::AcqRel, Ordering::Acquire).is_err() {
                continue;
            }
            // SAFETY: the call was taken, so the task is written, and stays alive until this helper is free again.
            let task = unsafe { (*self.task.get()).map(|task| &*task) };
            if catch_unwind(AssertUnwindSafe(|| task.map(|task| task(number + 1)))).is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
            call.store(FREE, Ordering::Release);
        }
    }
}

/// Waits until `ready`: awake at first, then letting other threads run, and in the end with `rest`.
fn wait(ready: impl Fn() -> bool, rest: impl Fn()) {
    for _ in 0..LOOKS {
        if ready() {
            return;
        }
        spin_loop();
    }
    for _ in 0..YIELDS {
        if ready() {
            return;
        }
        thread::yield_now();
    }
    while !ready() {
        rest();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use super::Team;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    #[test]
    fn every_piece_is_worked_on_once_and_seen_when_the_call_returns() {
        for size in [1, 2, 5] {
            let team = Team::new(size);
            let mut values = vec![0_u32; size];
            for round in 0..200 {
                team.each(values.iter_mut(), |value| *value += 1);
                assert!(values.iter().all(|&value| value == round + 1));
            }
            std::thread::sleep(Duration::from_millis(if cfg!(miri) { 1 } else { 50 }));
            team.each(values.iter_mut(), |value| *value = 7);
            assert_eq!(values, vec![7; size], "after a rest");
        }
    }

    #[test]
    fn a_panic_in_any_piece_reaches_the_caller_after_all_pieces_have_ended() {
        for failing in 0..3 {
            let team = Team::new(3);
            let mut done = [false; 3];
            let result = catch_unwind(AssertUnwindSafe(|| {
                team.each(done.iter_mut().enumerate(), |(index, done)| {
                    assert!(index != failing, "on purpose");
                    *done = true;
                });
            }));
            assert!(result.is_err() && done.iter().filter(|done| **done).count() == 2);
        }
    }
}
