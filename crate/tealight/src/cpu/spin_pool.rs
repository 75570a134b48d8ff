//! Threads that stand ready for the many short pieces of work of a training step.
//!
//! A step at batch 32 takes a fifth of a millisecond and has a dozen parts, each of which needs the one before. To wake a
//! sleeping thread takes as long as such a part, so these wait awake: a part begins and ends within a microsecond. And
//! where another program has the core of a thread that should help, the others do its work rather than wait for it; where
//! it takes the core away in the middle of parts again and again, the team works [`alone`] for a while, and its helpers sleep.

mod contention_backoff;

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use contention_backoff::ContentionBackoff;

/// How often a thread looks for work before it lets others run: some 50 microseconds.
const SPINS_BEFORE_YIELD: usize = 2_000;
/// How often it lets others run before it sleeps.
const YIELDS_BEFORE_PARK: usize = 2_000;

/// The thread that made it, and others that help it.
pub(crate) struct SpinPool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    backoff: ContentionBackoff,
}

/// What all helpers are to do: call this with their number.
type Job = *const (dyn Fn(usize) + Sync);

struct Shared {
    /// Written before a helper is called, and read by helpers that have taken the call.
    job: UnsafeCell<Option<Job>>,
    /// For each helper, one of the states below.
    states: Vec<AtomicU8>,
    asleep: Vec<AtomicBool>,
    failed: AtomicBool,
}

/// Nothing to do, or all done.
const IDLE: u8 = 0;
/// There is a task, which the helper may take and the team may take back.
const POSTED: u8 = 1;
/// The helper has taken the task.
const RUNNING: u8 = 2;
/// The team is over.
const SHUTDOWN: u8 = 3;

// SAFETY: `task` is written by the team's own thread only while all helpers are free, and read by a helper only while it
// is busy; the state of the helper orders the two.
unsafe impl Sync for Shared {}
// SAFETY: as above; the pointer is used only while `Team::run` keeps what it points to alive.
unsafe impl Send for Shared {}

impl SpinPool {
    /// A team of so many threads, the present one among them. Where the system gives fewer, it is smaller.
    pub(crate) fn new(threads: usize) -> Self {
        let count = threads.saturating_sub(1);
        let shared = Arc::new(Shared {
            job: UnsafeCell::new(None),
            states: (0..count).map(|_| AtomicU8::new(IDLE)).collect(),
            asleep: (0..count).map(|_| AtomicBool::new(false)).collect(),
            failed: AtomicBool::new(false),
        });
        let spawn = |number: usize| {
            let shared = shared.clone();
            thread::Builder::new().name("tealight".to_owned()).spawn(move || shared.worker_loop(number)).ok()
        };
        let workers = (0..count).map_while(spawn).collect();
        Self { shared, workers, backoff: ContentionBackoff::new() }
    }

    /// How many threads there are.
    pub(crate) fn size(&self) -> usize {
        self.workers.len() + 1
    }

    /// Does `work` on each of `pieces`, all at the same time where there are as many threads. The same piece of the same
    /// work goes to the same thread again, unless that is kept from its core, so that what it needs is in the cache.
    pub(crate) fn for_each<P: Send>(&self, pieces: impl IntoIterator<Item = P>, work: impl Fn(P) + Sync) {
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
    fn run(&self, threads: usize, job: &(dyn Fn(usize) + Sync)) {
        if self.backoff.is_active() {
            let mut done = Ok(());
            for index in 0..threads {
                // All of them, whatever becomes of one.
                let part = catch_unwind(AssertUnwindSafe(|| job(index)));
                done = done.and(part);
            }
            return done.unwrap_or_else(|panic| resume_unwind(panic));
        }
        let shared = &*self.shared;
        let begin = Instant::now();
        // SAFETY: only the lifetime changes. No helper keeps the pointer beyond its part of the task, and this function
        // does not end before all that took it have done theirs, not even by a panic.
        let for_workers =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(job) };
        // SAFETY: all helpers are free, because every task before this one ended so.
        unsafe { *shared.job.get() = Some(for_workers) };
        let posted = || self.workers.iter().zip(&shared.states).zip(&shared.asleep).take(threads - 1);
        for ((worker, state), asleep) in posted() {
            state.store(POSTED, Ordering::SeqCst);
            if asleep.load(Ordering::SeqCst) {
                worker.thread().unpark();
            }
        }
        let mut own = catch_unwind(AssertUnwindSafe(|| job(0)));
        for (index, ((_, state), _)) in posted().enumerate() {
            if state.compare_exchange(POSTED, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                let instead = catch_unwind(AssertUnwindSafe(|| job(index + 1)));
                own = own.and(instead);
            }
        }
        let worked = Instant::now();
        for ((_, state), _) in posted() {
            wait(|| state.load(Ordering::Acquire) == IDLE, thread::yield_now);
        }
        self.backoff.record(worked - begin, worked.elapsed(), threads - 1);
        if let Err(panic) = own {
            resume_unwind(panic);
        }
        assert!(!shared.failed.swap(false, Ordering::Relaxed), "a thread of the pool panicked");
    }
}

impl Drop for SpinPool {
    fn drop(&mut self) {
        for (worker, state) in self.workers.drain(..).zip(&self.shared.states) {
            state.store(SHUTDOWN, Ordering::SeqCst);
            worker.thread().unpark();
            // A helper catches the panics of its tasks, and has nothing else to fail.
            let _ = worker.join();
        }
    }
}

impl Shared {
    /// What the helper with this number does all its life.
    fn worker_loop(&self, number: usize) {
        let (state, asleep) = (&self.states[number], &self.asleep[number]);
        loop {
            wait(
                || state.load(Ordering::SeqCst) != IDLE,
                || {
                    asleep.store(true, Ordering::SeqCst);
                    // Looked at again after the flag is up: who calls from here on sees the flag.
                    if state.load(Ordering::SeqCst) == IDLE {
                        thread::park();
                    }
                    asleep.store(false, Ordering::SeqCst);
                },
            );
            if state.load(Ordering::SeqCst) == SHUTDOWN {
                return;
            }
            if state.compare_exchange(POSTED, RUNNING, Ordering::AcqRel, Ordering::Acquire).is_err() {
                continue;
            }
            // SAFETY: the call was taken, so the task is written, and stays alive until this helper is free again.
            let job = unsafe { (*self.job.get()).map(|job| &*job) };
            if catch_unwind(AssertUnwindSafe(|| job.map(|job| job(number + 1)))).is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
            state.store(IDLE, Ordering::Release);
        }
    }
}

/// Waits until `ready`: awake at first, then letting other threads run, and in the end with `rest`.
fn wait(ready: impl Fn() -> bool, rest: impl Fn()) {
    for _ in 0..SPINS_BEFORE_YIELD {
        if ready() {
            return;
        }
        spin_loop();
    }
    for _ in 0..YIELDS_BEFORE_PARK {
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

    use super::SpinPool;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    #[test]
    fn every_piece_is_worked_on_once_and_seen_when_the_call_returns() {
        for size in [1, 2, 5] {
            let pool = SpinPool::new(size);
            let mut values = vec![0_u32; size];
            for round in 0..200 {
                pool.for_each(values.iter_mut(), |value| *value += 1);
                assert!(values.iter().all(|&value| value == round + 1));
            }
            std::thread::sleep(Duration::from_millis(if cfg!(miri) { 1 } else { 50 }));
            pool.for_each(values.iter_mut(), |value| *value = 7);
            assert_eq!(values, vec![7; size], "after a rest");
        }
    }

    #[test]
    fn a_panic_in_any_piece_reaches_the_caller_after_all_pieces_have_ended() {
        for failing in 0..3 {
            let pool = SpinPool::new(3);
            let mut done = [false; 3];
            let result = catch_unwind(AssertUnwindSafe(|| {
                pool.for_each(done.iter_mut().enumerate(), |(index, done)| {
                    assert!(index != failing, "on purpose");
                    *done = true;
                });
            }));
            assert!(result.is_err() && done.iter().filter(|done| **done).count() == 2);
        }
    }
}
