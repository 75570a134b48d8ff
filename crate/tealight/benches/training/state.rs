//! How fast the parameters and what the optimizer remembers of them can be read and written: the other bound of a step.
//!
//! With small batches a step multiplies little and changes every parameter. Adam reads and writes three numbers for each, 10
//! MB for a million parameters, which is more than a core's own cache holds.

use super::workload::Optimizer;
use anyhow::Result;
use pulp::Arch;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread::available_parallelism;
use std::time::Instant;

/// Passes in a row, after which the caches hold what they can.
const PASSES: usize = 300;
const REPETITIONS: usize = 3;

/// The seconds of one pass over all parameters and their state on all cores, each with a part of its own; the best of
/// several times.
pub(crate) fn pass(parameters: usize, optimizer: Optimizer) -> Result<f64> {
    let cores = available_parallelism()?.get();
    let numbers = parameters.div_ceil(cores);
    let moments = match optimizer {
        Optimizer::Sgd => 0,
        Optimizer::RmsProp => 1,
        Optimizer::Adam => 2,
    };
    let together = || {
        let start = Barrier::new(cores);
        std::thread::scope(|scope| {
            let run = || {
                let mut arrays = vec![vec![1.0_f32; numbers]; 1 + moments];
                change(&mut arrays);
                start.wait();
                let began = Instant::now();
                (0..PASSES).for_each(|_| change(&mut arrays));
                began.elapsed().as_secs_f64() / PASSES as f64
            };
            let all = (0..cores).map(|_| scope.spawn(run)).collect::<Vec<_>>();
            all.into_iter().filter_map(|one| one.join().ok()).fold(0.0, f64::max)
        })
    };
    Ok((0..REPETITIONS).map(|_| together()).fold(f64::INFINITY, f64::min))
}

/// Reads and writes each number of each array once, as an update does, with next to no arithmetic.
fn change(arrays: &mut [Vec<f32>]) {
    let factor = black_box(0.999_999_f32);
    Arch::new().dispatch(
        #[inline(always)]
        || match &mut *arrays {
            [w, m, v] => {
                for ((w, m), v) in w.iter_mut().zip(m).zip(v) {
                    (*m, *v) = (*m * factor, *v * factor);
                    *w += *m * *v;
                }
            }
            [w, v] => {
                for (w, v) in w.iter_mut().zip(v) {
                    *v *= factor;
                    *w += *v;
                }
            }
            arrays => arrays.iter_mut().flatten().for_each(|w| *w *= factor),
        },
    );
    black_box(arrays);
}
