//! Saving where it cannot be done, or not to its end.

use super::super::{compiled, flat, points, quiet, says, small};
#[cfg(unix)]
use super::{PLACE, child, passed};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tealight::prelude::*;

/// A model of 4 MB, of which a seed can be told from the file.
fn large(seed: u64) -> Model {
    Sequential::new([1000]).add(Dense::new(1000)).build(seed).unwrap()
}

/// The file is a whole model: the one of its seed.
#[track_caller]
fn whole(path: &Path) -> u64 {
    let model = Model::load(path).unwrap();
    assert_eq!(flat(&model.weights().unwrap()[0].1), flat(&large(model.seed()).weights().unwrap()[0].1));
    model.seed()
}

#[cfg(unix)]
fn given() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_leaves_the_old_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    large(1).save(&path).unwrap();
    // No file of this process may be larger than 1 MB at most, and it is not killed for trying.
    let limits = "trap '' XFSZ; ulimit -f 1000;";
    passed(child(limits, "faults::saving::on_a_disk_that_takes_no_more").env(PLACE, &path).output().unwrap());
    assert_eq!(whole(&path), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn on_a_disk_that_takes_no_more() {
    let Some(path) = given() else { return };
    let parts = ["Model::save: ", "model.safetensors: File too large", "raise the limit, or save elsewhere"];
    says(large(2).save(&path), ErrorKind::Data, &parts);
    let parts = ["Model::save_weights: ", "File too large"];
    says(large(2).save_weights(&path), ErrorKind::Data, &parts);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_says_to_make_room_and_no_device_is_replaced() {
    let full = Path::new("/dev/full");
    let mut model = compiled(&small(), 1);
    let parts = ["CSVLogger: /dev/full: No space left on device", "Make room on the disk"];
    says(model.fit(&points(9), quiet().callback(CSVLogger::new(full))), ErrorKind::Data, &parts);
    // Through a link, so that what is wrong could replace the link alone.
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    says(model.save(&socket), ErrorKind::Data, &["Model::save", "is not a file, but a device or a pipe"]);
    assert!(!fs::metadata(&socket).unwrap().is_file());
}

/// Runs a test of its own program that is given `path`, and not as the administrator, who may write anywhere. None where
/// nobody may not run this program.
#[cfg(unix)]
fn as_nobody(test: &str, path: &Path) -> Option<std::process::Output> {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let mut command = child("", test);
    if fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        command.uid(65_534).gid(65_534).current_dir("/");
    }
    let output = command.env(PLACE, path).output().unwrap();
    if String::from_utf8_lossy(&output.stderr).contains("ermission denied") && output.status.code() == Some(126) {
        eprintln!("left out: nobody may not run this program where it lies");
        return None;
    }
    Some(output)
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only_leaves_the_old_file_whole() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    large(1).save(&path).unwrap();
    let allow = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o555);
    let output = as_nobody("faults::saving::in_a_folder_that_is_read_only", &path);
    allow(0o755);
    let Some(output) = output else { return };
    passed(output);
    assert_eq!(whole(&path), 1);
}

#[cfg(unix)]
#[test]
fn in_a_folder_that_is_read_only() {
    let Some(path) = given() else { return };
    let parts = ["Model::save: ", "Permission denied", "a folder that you can write to"];
    says(large(2).save(&path), ErrorKind::Data, &parts);
    says(large(2).save(path.with_file_name("new").join("model")), ErrorKind::Data, &parts);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_read_only_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    large(1).save(&path).unwrap();
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(folder.path(), 0o777);
    allow(&path, 0o444);
    let Some(output) = as_nobody("faults::saving::over_a_file_that_is_read_only", &path) else { return };
    passed(output);
    assert_eq!(whole(&path), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn over_a_file_that_is_read_only() {
    let Some(path) = given() else { return };
    let parts = ["Model::save: ", "model.safetensors: Permission denied", "is read-only", "another path"];
    says(large(2).save(&path), ErrorKind::Data, &parts);
}

#[cfg(unix)]
#[test]
fn a_process_that_is_killed_while_it_saves_leaves_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    large(1).save(&path).unwrap();
    let (mut killed_in_the_middle, deadline) = (0, Instant::now() + Duration::from_secs(60));
    for round in 0.. {
        let mut saver = child("", "faults::saving::saves_again_and_again").env(PLACE, &path).spawn().unwrap();
        let parts = || {
            let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
            names.filter(|name| *name != path).collect::<Vec<_>>()
        };
        // Until it is in the middle of a file, a moment longer in each round.
        while parts().is_empty() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(Duration::from_micros(300 * round));
        saver.kill().unwrap();
        saver.wait().unwrap();
        whole(&path);
        for part in parts() {
            killed_in_the_middle += 1;
            // What is left is the whole model that was to come, or no model.
            if Model::load(&part).is_ok() {
                whole(&part);
            }
            fs::remove_file(part).unwrap();
        }
        if round >= 6 && killed_in_the_middle >= 3 {
            return;
        }
        assert!(Instant::now() < deadline, "killed in the middle {killed_in_the_middle} times in {round} rounds");
    }
}

#[cfg(unix)]
#[test]
fn saves_again_and_again() {
    let Some(path) = given() else { return };
    let models = [large(1), large(2)];
    models.iter().cycle().try_for_each(|model| model.save(&path)).unwrap();
}
