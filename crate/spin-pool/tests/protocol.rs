//! A loom model of the pool's protocol: every interleaving of the calling thread and the workers, up to a bound.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p spin-pool --test protocol`
#![cfg(loom)]

use loom::sync::atomic::{AtomicUsize, Ordering};
use spin_pool::SpinPool;

/// Runs `jobs` jobs, one after the other, on a pool of `threads` threads and checks that each item was worked on once and
/// that the caller sees the result.
fn check(threads: usize, jobs: usize, preemptions: usize) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(preemptions);
    model.check(move || {
        let mut pool = SpinPool::new(threads);
        // An unsynchronized cell for each item: loom reports a race between two accesses.
        let cells = (0..threads).map(|_| loom::cell::UnsafeCell::new(0)).collect::<Vec<_>>();
        let calls = AtomicUsize::new(0);
        for job in 1..=jobs {
            pool.for_each(cells.iter().map(SendCell), |cell| {
                cell.0.with_mut(|value| unsafe { *value += 1 });
                calls.fetch_add(1, Ordering::Relaxed);
            });
            for cell in &cells {
                assert_eq!(cell.with(|value| unsafe { *value }), job);
            }
        }
        assert_eq!(calls.load(Ordering::Relaxed), threads * jobs);
    });
}

struct SendCell<'a>(&'a loom::cell::UnsafeCell<usize>);

// SAFETY: each cell is given to one call of the work at a time, which loom checks.
unsafe impl Send for SendCell<'_> {}

#[test]
fn one_worker_and_two_jobs() {
    check(2, 2, 3);
}

#[test]
fn two_workers_and_one_job() {
    check(3, 1, 2);
}
