//! The machine on which the benchmarks ran.

use pulp::Arch;
use std::thread::available_parallelism;

/// Prints the processor, the number of cores and the best SIMD instructions.
pub(crate) fn print() {
    let cores = available_parallelism().map_or(1, usize::from);
    println!("{}, {cores} cores, {}", processor_name(), simd_level());
}

/// Returns the processor name that Linux reports, or the architecture without one.
fn processor_name() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or(std::env::consts::ARCH, |(_, name)| name.trim()).to_owned()
}

fn simd_level() -> &'static str {
    match Arch::new() {
        Arch::Scalar => "no vector instructions",
        #[cfg(target_arch = "x86_64")]
        Arch::V3(_) => "AVX2 with FMA",
        #[cfg(target_arch = "x86_64")]
        Arch::V4(_) => "AVX-512",
        #[cfg(target_arch = "aarch64")]
        Arch::Neon(_) => "NEON",
        _ => "vector instructions",
    }
}

/// Returns the peak memory of this process in MB, or `None` on systems other than Linux.
pub(crate) fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next())?;
    Some(kilobytes.parse::<f64>().ok()? * 1.024 / 1000.0)
}
