//! What the pool promises: every item once, in every size of pool, and panics that reach the caller.
#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use spin_pool::SpinPool;

#[test]
fn every_item_is_worked_on_once() {
    for threads in [1, 2, 5] {
        let mut pool = SpinPool::new(threads);
        let mut values = vec![0_u32; threads];
        for round in 0..if cfg!(miri) { 5 } else { 200 } {
            pool.for_each(values.iter_mut(), |value| *value += 1);
            assert!(values.iter().all(|&value| value == round + 1));
        }
        std::thread::sleep(Duration::from_millis(if cfg!(miri) { 1 } else { 50 }));
        pool.for_each(values.iter_mut(), |value| *value = 7);
        assert_eq!(values, vec![7; threads], "after the workers have gone to sleep");
    }
}

#[test]
fn more_items_than_threads_are_all_worked_on() {
    let mut pool = SpinPool::new(2);
    let mut values = [0; 7];
    pool.for_each(values.iter_mut().enumerate(), |(index, value)| *value = index);
    assert_eq!(values, [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_panic_reaches_the_caller_after_all_other_items() {
    for failing in 0..3 {
        let mut pool = SpinPool::new(3);
        let mut done = [false; 3];
        let result = catch_unwind(AssertUnwindSafe(|| {
            pool.for_each(done.iter_mut().enumerate(), |(index, done)| {
                assert!(index != failing, "on purpose");
                *done = true;
            });
        }));
        assert!(result.is_err() && done.iter().filter(|done| **done).count() == 2);
        pool.for_each(done.iter_mut(), |done| *done = true);
        assert_eq!(done, [true; 3], "the pool works after a panic");
    }
}
