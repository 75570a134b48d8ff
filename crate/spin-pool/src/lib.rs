//! A pool of threads that spin between jobs, for parallel work of a few microseconds.
//!
//! A training step at batch size 32 takes a fifth of a millisecond and has a dozen parts, each of which needs the one before.
//! Waking a sleeping thread takes as long as such a part. The workers of this pool therefore spin between jobs, so that a job
//! begins and ends within a microsecond. If another program holds the core of a worker, the calling thread does that worker's
//! part instead of waiting for it. If workers lose their cores in the middle of jobs again and again, the pool runs jobs on the
//! calling thread alone for a while (see `contention_backoff.rs`).
//!
//! ```
//! let mut pool = spin_pool::SpinPool::new(2);
//! let mut values = [1, 2, 3, 4];
//! pool.for_each(values.iter_mut(), |value| *value *= 10);
//! assert_eq!(values, [10, 20, 30, 40]);
//! ```
//!
//! A job cannot use the pool that runs it, because the pool is borrowed mutably:
//!
//! ```compile_fail,E0499
//! let mut pool = spin_pool::SpinPool::new(2);
//! pool.for_each([1, 2], |_| pool.for_each([3, 4], |_| {}));
//! ```
//!
//! Nor can two threads share a pool:
//!
//! ```compile_fail,E0596
//! let pool = spin_pool::SpinPool::new(2);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| pool.for_each([1, 2], |_| {}));
//!     scope.spawn(|| pool.for_each([3, 4], |_| {}));
//! });
//! ```

mod contention_backoff;
mod sync;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use contention_backoff::ContentionBackoff;
use sync::thread::JoinHandle;
use sync::{Arc, AtomicBool, AtomicU8, Ordering, UnsafeCell, spin_loop, thread};

/// How often a thread checks a condition before it yields: about 50 microseconds.
const SPINS_BEFORE_YIELD: usize = if cfg!(loom) { 0 } else { 2_000 };
/// How often a thread yields before it sleeps.
const YIELDS_BEFORE_PARK: usize = if cfg!(loom) { 0 } else { 2_000 };

/// A pool of worker threads. The thread that calls it works, too.
pub struct SpinPool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    backoff: ContentionBackoff,
}

/// A function that every thread of the pool calls with its own number.
type Job = *const (dyn Fn(usize) + Sync);

/// The state that the calling thread and the workers share.
struct Shared {
    /// Written by the calling thread while all workers are idle. Read by workers that are running.
    job: UnsafeCell<Option<Job>>,
    /// For each worker, one of the states below.
    states: Vec<AtomicU8>,
    /// For each worker, whether it sleeps and must be unparked.
    asleep: Vec<AtomicBool>,
    panicked: AtomicBool,
}

/// The worker has nothing to do.
const IDLE: u8 = 0;
/// A job is posted. The worker may take it, and the calling thread may take it back.
const POSTED: u8 = 1;
/// The worker runs the job.
const RUNNING: u8 = 2;
/// The worker must end.
const SHUTDOWN: u8 = 3;

// SAFETY: the calling thread writes `job` only while all workers are idle, and a worker reads it only while it is running.
// The state of the worker orders the two. `SpinPool::run` borrows the pool mutably, so there is one calling thread at a time.
unsafe impl Sync for Shared {}
// SAFETY: as above. The pointer is dereferenced only while `SpinPool::run` keeps its target alive.
unsafe impl Send for Shared {}

impl SpinPool {
    /// Creates a pool of `threads` threads, the calling thread included. The pool is smaller if the system refuses a thread.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        let count = threads.saturating_sub(1);
        let shared = Arc::new(Shared {
            job: UnsafeCell::new(None),
            states: (0..count).map(|_| AtomicU8::new(IDLE)).collect(),
            asleep: (0..count).map(|_| AtomicBool::new(false)).collect(),
            panicked: AtomicBool::new(false),
        });
        let spawn = |number: usize| {
            let shared = Arc::clone(&shared);
            thread::Builder::new().name("spin-pool".to_owned()).spawn(move || shared.worker_loop(number)).ok()
        };
        let workers = (0..count).map_while(spawn).collect();
        Self { shared, workers, backoff: ContentionBackoff::new() }
    }

    /// Returns the number of threads, the calling thread included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `work` once on each of `items`, in parallel, and returns when all calls have returned. The item at a given
    /// position goes to the same thread in every call, unless that thread has lost its core, so that its data stays in the cache.
    ///
    /// # Panics
    /// If `work` panics, after all other calls have returned.
    pub fn for_each<T: Send>(&mut self, items: impl IntoIterator<Item = T>, work: impl Fn(T) + Sync) {
        let slots = items.into_iter().map(|item| Mutex::new(Some(item))).collect::<Vec<_>>();
        let stride = self.threads();
        let job = |thread: usize| {
            for slot in slots.iter().skip(thread).step_by(stride) {
                let item = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
                item.into_iter().for_each(&work);
            }
        };
        let threads = slots.len().min(stride);
        if threads > 1 { self.run(threads, &job) } else { job(0) }
    }

    /// Calls `job` once with each number below `threads`: 0 on the calling thread, the others on workers.
    fn run(&mut self, threads: usize, job: &(dyn Fn(usize) + Sync)) {
        if self.backoff.is_active() {
            return run_alone(threads, job);
        }
        let shared = &*self.shared;
        let begin = Instant::now();
        // SAFETY: only the lifetime changes. No worker keeps the pointer after its part of the job, and this function does not
        // return, not even by a panic, before every worker that took the job has done its part.
        let job_for_workers =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(job) };
        // SAFETY: all workers are idle, because `run` leaves them so and nobody else runs a job: `self` is borrowed mutably.
        shared.job.with_mut(|job| unsafe { *job = Some(job_for_workers) });
        let posted = || self.workers.iter().zip(&shared.states).zip(&shared.asleep).take(threads - 1);
        for ((worker, state), asleep) in posted() {
            state.store(POSTED, Ordering::SeqCst);
            if asleep.load(Ordering::SeqCst) {
                worker.thread().unpark();
            }
        }
        let mut result = catch_unwind(AssertUnwindSafe(|| job(0)));
        // Take back what no worker has begun.
        for (index, ((_, state), _)) in posted().enumerate() {
            if state.compare_exchange(POSTED, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                let part = catch_unwind(AssertUnwindSafe(|| job(index + 1)));
                result = result.and(part);
            }
        }
        let worked = Instant::now();
        for ((_, state), _) in posted() {
            wait_until(|| state.load(Ordering::Acquire) == IDLE, thread::yield_now);
        }
        self.backoff.record(worked - begin, worked.elapsed(), threads - 1);
        if let Err(panic) = result {
            resume_unwind(panic);
        }
        assert!(!shared.panicked.swap(false, Ordering::Relaxed), "a thread of the pool panicked");
    }
}

/// Calls `job` with each number below `threads` on the calling thread.
fn run_alone(threads: usize, job: &(dyn Fn(usize) + Sync)) {
    let mut result = Ok(());
    for index in 0..threads {
        // The other parts run even if one panics.
        let part = catch_unwind(AssertUnwindSafe(|| job(index)));
        result = result.and(part);
    }
    if let Err(panic) = result {
        resume_unwind(panic);
    }
}

impl Drop for SpinPool {
    fn drop(&mut self) {
        for (worker, state) in self.workers.drain(..).zip(&self.shared.states) {
            state.store(SHUTDOWN, Ordering::SeqCst);
            worker.thread().unpark();
            // A worker catches the panics of its jobs and cannot fail otherwise.
            let _ = worker.join();
        }
    }
}

impl std::fmt::Debug for SpinPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpinPool").field("threads", &self.threads()).finish_non_exhaustive()
    }
}

impl Shared {
    /// Runs jobs until shutdown, as the worker with this number.
    fn worker_loop(&self, number: usize) {
        let (state, asleep) = (&self.states[number], &self.asleep[number]);
        loop {
            wait_until(
                || state.load(Ordering::SeqCst) != IDLE,
                || {
                    asleep.store(true, Ordering::SeqCst);
                    // Check again after setting the flag: a thread that posts a job from here on sees the flag.
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
            // SAFETY: this worker is running, so the job is written, and it stays alive until this worker is idle again.
            let job = self.job.with(|job| unsafe { (*job).map(|job| &*job) });
            if catch_unwind(AssertUnwindSafe(|| job.map(|job| job(number + 1)))).is_err() {
                self.panicked.store(true, Ordering::Relaxed);
            }
            state.store(IDLE, Ordering::Release);
        }
    }
}

/// Waits until `ready` returns true: first spinning, then yielding, then calling `rest` again and again.
fn wait_until(ready: impl Fn() -> bool, rest: impl Fn()) {
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
