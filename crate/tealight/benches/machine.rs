//! What the figures were measured on.

use pulp::Arch;
use std::thread::available_parallelism;

/// The processor, its cores and the best instructions that it has.
pub(crate) fn print() {
    let cores = available_parallelism().map_or(1, usize::from);
    println!("{}, {cores} cores, {}", processor(), instructions());
}

/// The name that the system gives the processor; the architecture where it gives none.
fn processor() -> String {
    let known = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = known.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or(std::env::consts::ARCH, |(_, name)| name.trim()).to_owned()
}

fn instructions() -> &'static str {
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

/// The most memory that this process has held, in MB, as Linux counts it; none elsewhere.
pub(crate) fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next())?;
    Some(kilobytes.parse::<f64>().ok()? * 1.024 / 1000.0)
}
