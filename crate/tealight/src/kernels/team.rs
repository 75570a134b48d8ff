//! Threads that stand ready for the many short pieces of work of a training step.
//!
//! A step at batch 32 takes a tenth of a millisecond and has a dozen parts, each of which needs the one before. To wake a
//! sleeping thread takes as long as such a part, so these wait awake: a part begins and ends within a microsecond.

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, Thread};

/// How often a thread looks for work before it lets others run: some 50 microseconds.
const LOOKS: usize = 2_000;
/// How often it lets others run before it sleeps.
const YIELDS: usize = 2_000;

/// The thread that made it, and others that help it.
pub(crate) struct Team {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
}

/// What all helpers are to do: call this with their number.
type Task = *const (dyn Fn(usize) + Sync);

struct Shared {
    /// Counts the tasks; it moves when a new one is there.
    turn: AtomicUsize,
    /// Written before the turn moves, and read after.
    task: UnsafeCell<Option<Task>>,
    /// How many helpers have not finished the task.
    busy: AtomicUsize,
    over: AtomicBool,
    failed: AtomicBool,
    asleep: Vec<AtomicBool>,
}

// SAFETY: `task` is written by the team's own thread only while no helper is busy, and read by helpers only while they
// are; the turn and the count of the busy order the two.
unsafe impl Sync for Shared {}
// SAFETY: as above; the pointer is used only while `Team::run` keeps what it points to alive.
unsafe impl Send for Shared {}

impl Team {
    /// A team of so many threads, the present one among them. Where the system gives fewer, it is smaller.
    pub(crate) fn new(threads: usize) -> Self {
        let count = threads.saturating_sub(1);
        let shared = Arc::new(Shared {
            turn: AtomicUsize::new(0),
            task: UnsafeCell::new(None),
            busy: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            asleep: (0..count).map(|_| AtomicBool::new(false)).collect(),
        });
        let spawn = |number: usize| {
            let shared = shared.clone();
            thread::Builder::new().name("tealight".to_owned()).spawn(move || shared.help(number)).ok()
        };
        let helpers = (0..count).map_while(spawn).collect();
        Self { shared, helpers }
    }

    /// How many threads there are.
    pub(crate) fn size(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Does `work` on each of `pieces`, which are at most as many as the threads, all at the same time. The same piece
    /// of the same work goes to the same thread again, so that what it needs is in that core's cache.
    pub(crate) fn each<P: Send>(&self, pieces: impl IntoIterator<Item = P>, work: impl Fn(P) + Sync) {
        let slots = pieces.into_iter().map(|piece| Mutex::new(Some(piece))).collect::<Vec<_>>();
        let take = |index: usize| {
            // Each thread has its own slots, so none ever waits here.
            for slot in slots.iter().skip(index).step_by(self.size()) {
                let piece = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
                piece.into_iter().for_each(&work);
            }
        };
        if slots.len() > 1 { self.run(&take) } else { take(0) }
    }

    /// Calls `task` once on each thread, with its number; the present one's is 0.
    fn run(&self, task: &(dyn Fn(usize) + Sync)) {
        let shared = &*self.shared;
        // SAFETY: only the lifetime changes. No helper keeps the pointer beyond its part of the task, and this function
        // does not end before all have done it, not even by a panic.
        let task_for_all =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(task) };
        // SAFETY: no helper is busy, because the task before this one waited for all of them.
        unsafe { *shared.task.get() = Some(task_for_all) };
        shared.busy.store(self.helpers.len(), Ordering::Relaxed);
        shared.turn.fetch_add(1, Ordering::SeqCst);
        self.wake();
        let own = catch_unwind(AssertUnwindSafe(|| task(0)));
        wait(|| shared.busy.load(Ordering::Acquire) == 0, thread::yield_now);
        if let Err(panic) = own {
            resume_unwind(panic);
        }
        assert!(!shared.failed.swap(false, Ordering::Relaxed), "a thread of the team panicked");
    }

    fn wake(&self) {
        for (helper, asleep) in self.helpers.iter().zip(&self.shared.asleep) {
            if asleep.load(Ordering::SeqCst) {
                let thread: &Thread = helper.thread();
                thread.unpark();
            }
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        self.shared.turn.fetch_add(1, Ordering::SeqCst);
        self.wake();
        for helper in self.helpers.drain(..) {
            // A helper catches the panics of its tasks, and has nothing else to fail.
            let _ = helper.join();
        }
    }
}

impl Shared {
    /// What the helper with this number does all its life.
    fn help(&self, number: usize) {
        let mut seen = 0;
        loop {
            let asleep = &self.asleep[number];
            wait(
                || self.turn.load(Ordering::SeqCst) != seen,
                || {
                    asleep.store(true, Ordering::SeqCst);
                    // Looked at again after the flag is up: who moves the turn from here on sees the flag.
                    if self.turn.load(Ordering::SeqCst) == seen {
                        thread::park();
                    }
                    asleep.store(false, Ordering::SeqCst);
                },
            );
            seen = seen.wrapping_add(1);
            if self.over.load(Ordering::Relaxed) {
                return;
            }
            // SAFETY: the turn has moved, so the task is written, and stays alive until this helper is no longer busy.
            let task = unsafe { (*self.task.get()).map(|task| &*task) };
            if catch_unwind(AssertUnwindSafe(|| task.map(|task| task(number + 1)))).is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
            self.busy.fetch_sub(1, Ordering::Release);
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
