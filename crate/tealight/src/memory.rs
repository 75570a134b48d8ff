//! How much memory is left: what does not fit is refused before it is taken.
//!
//! Linux gives out more memory than it has, and ends the process that comes to use it, with all that a notebook holds. So
//! the question is asked beforehand, of what Linux says is left: of the machine's memory and swap, of the limits of the
//! control groups that the process is in (those of a container), and of its address space and its data (`ulimit -v` and
//! `ulimit -d`, the second of which a JupyterHub sets for its students). Systems that do not say are believed to have
//! enough.

use crate::format::byte_size;
use crate::{Error, ErrorKind, Result};
use std::fs::read_to_string;
use std::path::{Path, PathBuf};

/// What takes less is not worth the question.
const SMALL: u64 = 64 << 20;

/// Errors where `bytes` are more than what is left. `what` begins the error and says what would take so much; `advice`
/// ends it.
pub(crate) fn need(bytes: u64, what: impl FnOnce() -> String, advice: &str) -> Result<()> {
    match (bytes > SMALL).then(left).flatten() {
        Some(left) if bytes > left => {
            let (bytes, left) = (byte_size(bytes as f64), byte_size(left as f64));
            let message = format!("{} takes {bytes} of memory, but {left} are free. {advice}", what());
            Err(Error::new(ErrorKind::Argument, message))
        }
        _ => Ok(()),
    }
}

/// [`need`] for so many numbers of four bytes, as far as they can be counted.
pub(crate) fn need_numbers(numbers: Option<usize>, what: impl FnOnce() -> String, advice: &str) -> Result<()> {
    let bytes = numbers.and_then(|numbers| numbers.checked_mul(size_of::<f32>())).unwrap_or(usize::MAX);
    need(bytes as u64, what, advice)
}

/// How many bytes this process can still take, where the system says.
fn left() -> Option<u64> {
    let read = |path: &str| read_to_string(path).ok();
    let machine = read("/proc/meminfo").and_then(|text| of_machine(&text));
    let groups = read("/proc/self/cgroup").map(|text| groups(&text)).unwrap_or_default();
    let groups = groups.into_iter().filter_map(|group| group.left());
    let own = read("/proc/self/limits").zip(read("/proc/self/status"));
    let own = own.and_then(|(limits, status)| of_process(&limits, &status));
    groups.chain(machine).chain(own).min()
}

/// What can be had without ending another program, by `/proc/meminfo`.
fn of_machine(meminfo: &str) -> Option<u64> {
    Some(kilobytes(meminfo, "MemAvailable:")? + kilobytes(meminfo, "SwapFree:").unwrap_or(0))
}

/// What is left of the address space and of the data, by `/proc/self/limits` and `/proc/self/status`; none where
/// neither has a limit. All that is allocated counts as both.
fn of_process(limits: &str, status: &str) -> Option<u64> {
    let left = |name: &str, used: &str| {
        let limit = limits.lines().find_map(|line| line.strip_prefix(name))?;
        let limit = limit.split_whitespace().next()?.parse::<u64>().ok()?;
        Some(limit.saturating_sub(kilobytes(status, used)?))
    };
    let limits = [left("Max address space", "VmSize:"), left("Max data size", "VmData:")];
    limits.into_iter().flatten().min()
}

/// The number behind `name`, which counts units of 1024 bytes, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// A control group with a limit on memory: its folder, and what its files are called.
#[derive(Debug, PartialEq)]
struct Group {
    folder: PathBuf,
    limit: &'static str,
    used: &'static str,
    /// In its statistics, what is kept of files and can be let go of.
    spare: &'static str,
}

/// The control groups that `/proc/self/cgroup` names for memory, and those around them, of both versions.
fn groups(cgroup: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    for line in cgroup.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let (root, limit, used, spare) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "),
            _ if controllers.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")
            }
            _ => continue,
        };
        let path = Path::new(path.trim_start_matches('/'));
        // A container may see its own group as the root, and the name that it has outside.
        groups.extend(path.ancestors().map(|path| Group { folder: Path::new(root).join(path), limit, used, spare }));
    }
    groups
}

impl Group {
    /// What its limit leaves; none where it has none.
    fn left(&self) -> Option<u64> {
        let read = |name| read_to_string(self.folder.join(name)).ok();
        let number = |name| read(name)?.trim().parse::<u64>().ok();
        let (limit, used) = (number(self.limit)?, number(self.used)?);
        let statistics = read("memory.stat").unwrap_or_default();
        let spare = statistics.lines().find_map(|line| line.strip_prefix(self.spare)?.parse::<u64>().ok());
        Some(limit.saturating_sub(used.saturating_sub(spare.unwrap_or(0))))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::{Group, groups, left, need, of_machine, of_process};
    use std::fs::write;
    use std::path::Path;

    #[test]
    fn the_least_of_all_limits_counts() {
        let meminfo = "MemTotal:       24000 kB\nMemAvailable:   20000 kB\nSwapFree:         500 kB\n";
        assert_eq!(of_machine(meminfo), Some(20_500 * 1024));
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max data size             unlimited            unlimited            bytes\n\
                      Max address space         4194304              unlimited            bytes\n";
        assert_eq!(of_process(limits, "VmPeak: 9 kB\nVmSize:     1024 kB\n"), Some(3 << 20));
        assert_eq!(of_process(&limits.replace("4194304", "unlimited"), "VmSize: 1 kB"), None);
        assert_eq!(of_process(limits, "VmSize: 9000 kB"), Some(0));
        let data = limits.replacen("unlimited", "2097152", 1);
        assert_eq!(of_process(&data, "VmSize: 1024 kB\nVmData:      512 kB\n"), Some(3 << 19));
        assert_eq!(of_process(&data, "VmSize: 4000 kB\nVmData:      512 kB\n"), Some(96 << 10));
    }

    #[test]
    fn groups_of_both_versions_are_found_with_those_around_them() {
        let found = groups("4:memory:/hub/user\n1:cpu:/\n0::/a\n");
        let folders = found.iter().map(|group| group.folder.as_path()).collect::<Vec<_>>();
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
    fn what_a_group_keeps_of_files_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| write(folder.path().join(name), text).unwrap();
        let group = || Group {
            folder: folder.path().to_owned(),
            limit: "memory.max",
            used: "memory.current",
            spare: "inactive_file ",
        };
        assert_eq!(group().left(), None);
        put("memory.max", "1000\n");
        put("memory.current", "900\n");
        assert_eq!(group().left(), Some(100));
        put("memory.stat", "anon 5\ninactive_file 300\nactive_file 7\n");
        assert_eq!(group().left(), Some(400));
        put("memory.max", "max\n");
        assert_eq!(group().left(), None);
    }

    #[test]
    fn what_does_not_fit_is_an_error_that_says_how_much_there_is() {
        assert!(need(1 << 20, || "A cat".to_owned(), "").is_ok());
        if left().is_some() {
            let text = need(1 << 60, || "A cat of 9 lives".to_owned(), "Take a smaller cat.").unwrap_err().to_string();
            assert!(text.starts_with("A cat of 9 lives takes 1024.00 PB of memory, but "), "{text}");
            assert!(text.ends_with(" are free. Take a smaller cat."), "{text}");
        }
    }
}
