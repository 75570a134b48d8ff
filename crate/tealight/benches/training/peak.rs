//! How many multiply-adds the processor can do: the bound that no kernel passes.

use anyhow::Result;
use pulp::{Arch, Simd, WithSimd};
use std::fmt;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread::available_parallelism;
use std::time::Instant;

/// Sums that a core keeps at a time: enough to hide the time that one multiply-add takes, few enough for the registers.
const SUMS: usize = 12;
const ITERATIONS: usize = 10_000_000;
const REPETITIONS: usize = 5;

/// In floating-point operations a second; a multiply-add is two.
pub(crate) struct Peak {
    one: f64,
    pub(crate) all: f64,
    cores: usize,
}

/// The best of several times, with one core and with all.
pub(crate) fn measure() -> Result<Peak> {
    let cores = available_parallelism()?.get();
    let best = |cores| (0..REPETITIONS).map(|_| together(cores)).fold(0.0, f64::max);
    Ok(Peak { one: best(1), all: best(cores), cores })
}

/// On so many threads at the same time, from the common start to the end of the slowest.
fn together(threads: usize) -> f64 {
    let start = Barrier::new(threads);
    let run = || {
        start.wait();
        let began = Instant::now();
        let operations = Arch::new().dispatch(MultiplyAdds);
        (operations, began.elapsed().as_secs_f64())
    };
    let (operations, seconds) = std::thread::scope(|scope| {
        let others = (1..threads).map(|_| scope.spawn(run)).collect::<Vec<_>>();
        let own = run();
        let all = others.into_iter().filter_map(|other| other.join().ok());
        all.fold(own, |sum, other| (sum.0 + other.0, f64::max(sum.1, other.1)))
    });
    operations / seconds
}

/// A loop of multiply-adds on registers alone; gives how many operations it did.
struct MultiplyAdds;

impl WithSimd for MultiplyAdds {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (factor, summand) = (simd.splat_f32s(black_box(0.5)), simd.splat_f32s(black_box(1.0)));
        let mut sums = [simd.splat_f32s(0.0); SUMS];
        for _ in 0..ITERATIONS {
            for sum in &mut sums {
                *sum = simd.mul_add_f32s(*sum, factor, summand);
            }
        }
        black_box(sums.map(|sum| simd.reduce_sum_f32s(sum)));
        (ITERATIONS * SUMS * S::F32_LANES * 2) as f64
    }
}

impl fmt::Display for Peak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { one, all, cores } = self;
        write!(f, "peak of multiply-adds: {:.0} GFLOP/s on one core, {:.0} on {cores}", one / 1e9, all / 1e9)
    }
}
