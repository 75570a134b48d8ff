//! Available memory: a request that does not fit fails before anything is allocated.
//!
//! Linux overcommits: it grants more memory than it has and later kills the process that touches it, and with it everything
//! that a notebook holds. So large requests are first compared with what Linux reports as available: the memory and swap of
//! the machine, the limits of the process's control groups (those of a container), and the limits on its address space and
//! data (`ulimit -v` and `ulimit -d`; a JupyterHub sets the second for its students). Systems that report nothing are
//! assumed to have enough.

use std::fs::read_to_string;
use std::path::{Path, PathBuf};

use crate::format::byte_size;
use crate::{Error, ErrorKind, Result};

/// Smaller requests are not checked.
const MIN_CHECKED_BYTES: u64 = 64 << 20;

/// Checks that `bytes` of memory are available. `purpose` begins the error and says what needs the memory; `advice` ends it.
///
/// # Errors
/// If less is available.
pub(crate) fn ensure_available(bytes: u64, purpose: impl FnOnce() -> String, advice: &str) -> Result<()> {
    match (bytes > MIN_CHECKED_BYTES).then(available).flatten() {
        Some(available) if bytes > available => {
            let (bytes, available) = (byte_size(bytes as f64), byte_size(available as f64));
            let message = format!("{} takes {bytes} of memory, but {available} are free. {advice}", purpose());
            Err(Error::new(ErrorKind::Argument, message))
        }
        _ => Ok(()),
    }
}

/// Checks with [`ensure_available`] that `numbers` values of four bytes fit. `None` stands for a number that overflowed.
///
/// # Errors
/// If they do not fit.
pub(crate) fn ensure_f32s(numbers: Option<usize>, purpose: impl FnOnce() -> String, advice: &str) -> Result<()> {
    let bytes = numbers.and_then(|numbers| numbers.checked_mul(size_of::<f32>())).unwrap_or(usize::MAX);
    ensure_available(bytes as u64, purpose, advice)
}

/// Returns how many more bytes this process can allocate, or `None` if the system does not report it.
fn available() -> Option<u64> {
    let read = |path: &str| read_to_string(path).ok();
    let machine = read("/proc/meminfo").and_then(|text| machine_available(&text));
    let cgroups = read("/proc/self/cgroup").map(|text| memory_cgroups(&text)).unwrap_or_default();
    let cgroups = cgroups.into_iter().filter_map(|cgroup| cgroup.available());
    let process = read("/proc/self/limits").zip(read("/proc/self/status"));
    let process = process.and_then(|(limits, status)| process_available(&limits, &status));
    cgroups.chain(machine).chain(process).min()
}

/// Returns what the machine has available without killing a process, from `/proc/meminfo`.
fn machine_available(meminfo: &str) -> Option<u64> {
    Some(kilobytes(meminfo, "MemAvailable:")? + kilobytes(meminfo, "SwapFree:").unwrap_or(0))
}

/// Returns what the limits on the address space and the data leave, from `/proc/self/limits` and `/proc/self/status`, or
/// `None` without limits. Every allocation counts against both.
fn process_available(limits: &str, status: &str) -> Option<u64> {
    let left = |name: &str, used: &str| {
        let limit = limits.lines().find_map(|line| line.strip_prefix(name))?;
        let limit = limit.split_whitespace().next()?.parse::<u64>().ok()?;
        Some(limit.saturating_sub(kilobytes(status, used)?))
    };
    let limits = [left("Max address space", "VmSize:"), left("Max data size", "VmData:")];
    limits.into_iter().flatten().min()
}

/// Returns the value after `name`, which is in units of 1024 bytes, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The folder of a control group that may limit memory, with the names of its files.
#[derive(Debug, PartialEq)]
struct MemoryCgroup {
    folder: PathBuf,
    limit: &'static str,
    used: &'static str,
    /// The line of its statistics with the file cache, which can be reclaimed.
    reclaimable: &'static str,
}

/// Returns the memory control groups in `/proc/self/cgroup`, of both versions, each with its ancestors.
fn memory_cgroups(cgroup: &str) -> Vec<MemoryCgroup> {
    let mut cgroups = Vec::new();
    for line in cgroup.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let (root, limit, used, reclaimable) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "),
            _ if controllers.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")
            }
            _ => continue,
        };
        let path = Path::new(path.trim_start_matches('/'));
        // A container may see its own group mounted as the root, but named by its path on the host.
        let folders = path.ancestors().map(|path| Path::new(root).join(path));
        cgroups.extend(folders.map(|folder| MemoryCgroup { folder, limit, used, reclaimable }));
    }
    cgroups
}

impl MemoryCgroup {
    /// Returns what the limit leaves, or `None` without a limit.
    fn available(&self) -> Option<u64> {
        let read = |name| read_to_string(self.folder.join(name)).ok();
        let number = |name| read(name)?.trim().parse::<u64>().ok();
        let (limit, used) = (number(self.limit)?, number(self.used)?);
        let statistics = read("memory.stat").unwrap_or_default();
        let reclaimable = statistics.lines().find_map(|line| line.strip_prefix(self.reclaimable)?.parse::<u64>().ok());
        Some(limit.saturating_sub(used.saturating_sub(reclaimable.unwrap_or(0))))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::{MemoryCgroup, available, ensure_available, machine_available, memory_cgroups, process_available};
    use std::fs::write;
    use std::path::Path;

    #[test]
    fn memory_limits_of_machine_and_process() {
        let meminfo = "MemTotal:       24000 kB\nMemAvailable:   20000 kB\nSwapFree:         500 kB\n";
        assert_eq!(machine_available(meminfo), Some(20_500 * 1024));
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max data size             unlimited            unlimited            bytes\n\
                      Max address space         4194304              unlimited            bytes\n";
        assert_eq!(process_available(limits, "VmPeak: 9 kB\nVmSize:     1024 kB\n"), Some(3 << 20));
        assert_eq!(process_available(&limits.replace("4194304", "unlimited"), "VmSize: 1 kB"), None);
        assert_eq!(process_available(limits, "VmSize: 9000 kB"), Some(0));
        let data = limits.replacen("unlimited", "2097152", 1);
        assert_eq!(process_available(&data, "VmSize: 1024 kB\nVmData:      512 kB\n"), Some(3 << 19));
        assert_eq!(process_available(&data, "VmSize: 4000 kB\nVmData:      512 kB\n"), Some(96 << 10));
    }

    #[test]
    fn memory_cgroups_of_both_versions_with_ancestors() {
        let found = memory_cgroups("4:memory:/hub/user\n1:cpu:/\n0::/a\n");
        let folders = found.iter().map(|cgroup| cgroup.folder.as_path()).collect::<Vec<_>>();
        let expected = [
            "/sys/fs/cgroup/memory/hub/user",
            "/sys/fs/cgroup/memory/hub",
            "/sys/fs/cgroup/memory",
            "/sys/fs/cgroup/a",
            "/sys/fs/cgroup",
        ];
        assert_eq!(folders, expected.map(Path::new));
    }

    #[test]
    fn memory_cgroup_file_cache_counts_as_available() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| write(folder.path().join(name), text).unwrap();
        let cgroup = || MemoryCgroup {
            folder: folder.path().to_owned(),
            limit: "memory.max",
            used: "memory.current",
            reclaimable: "inactive_file ",
        };
        assert_eq!(cgroup().available(), None);
        put("memory.max", "1000\n");
        put("memory.current", "900\n");
        assert_eq!(cgroup().available(), Some(100));
        put("memory.stat", "anon 5\ninactive_file 300\nactive_file 7\n");
        assert_eq!(cgroup().available(), Some(400));
        put("memory.max", "max\n");
        assert_eq!(cgroup().available(), None);
    }

    #[test]
    fn memory_request_that_does_not_fit_is_an_error() {
        assert!(ensure_available(1 << 20, || "A cat".to_owned(), "").is_ok());
        if available().is_some() {
            let text = ensure_available(1 << 60, || "A cat of 9 lives".to_owned(), "Take a smaller cat.")
                .unwrap_err()
                .to_string();
            assert!(text.starts_with("A cat of 9 lives takes 1024.00 PB of memory, but "), "{text}");
            assert!(text.ends_with(" are free. Take a smaller cat."), "{text}");
        }
    }
}
