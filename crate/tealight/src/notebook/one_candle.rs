//! The check that the process contains only one copy of candle.
//!
//! Stock evcxr compiles each cell to a separate library that contains all of its dependencies. candle numbers tensors with a
//! static counter, so two copies of candle give tensors of different cells the same number. `backward` then adds up the
//! gradients of unrelated tensors, which is wrong and raises no error. Notebooks that depend on tealight by path share one copy, the one
//! in libtealight.so. This module checks that it is the only one by the symbols of the libraries that are loaded into the
//! process: each copy defines the counter.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use object::{Object as _, ObjectSymbol as _};

use super::output_sink::in_notebook;
use crate::{Error, ErrorKind, Result};

/// The libraries that have been checked so far.
#[derive(Default)]
struct CheckedLibraries {
    all: HashSet<PathBuf>,
    with_candle: Vec<PathBuf>,
}

static CHECKED: Mutex<Option<CheckedLibraries>> = Mutex::new(None);

/// Checks that the notebook's process contains at most one copy of candle.
///
/// Reads only libraries that were loaded since the last call. On a system without `/proc`, which can't list the loaded
/// libraries, the check passes.
///
/// # Errors
/// If there are two copies or more.
pub(crate) fn ensure_one_candle() -> Result<()> {
    if !in_notebook() {
        return Ok(());
    }
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return Ok(()) };
    let mut checked = CHECKED.lock().unwrap_or_else(PoisonError::into_inner);
    let checked = checked.get_or_insert_default();
    for library in libraries(&maps) {
        if !checked.all.contains(library) {
            checked.all.insert(library.to_path_buf());
            if contains_candle(library) {
                checked.with_candle.push(library.to_path_buf());
            }
        }
    }
    match checked.with_candle.len() {
        0 | 1 => Ok(()),
        _ => Err(several_copies(&checked.with_candle)),
    }
}

/// Returns the shared libraries in the text of `/proc/self/maps`.
fn libraries(maps: &str) -> impl Iterator<Item = &Path> {
    // Five columns, then the path, which may contain spaces.
    let paths = maps.lines().filter_map(|line| line.find('/').map(|start| Path::new(&line[start..])));
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "so"))
}

/// Returns whether a library defines candle's tensor counter.
fn contains_candle(library: &Path) -> bool {
    // A library that can't be read was not built by a cell.
    let Ok(bytes) = std::fs::read(library) else { return false };
    let Ok(file) = object::File::parse(bytes.as_slice()) else { return false };
    file.symbols().chain(file.dynamic_symbols()).any(|symbol| {
        let is_counter =
            |name: &str| name.contains("candle_core") && name.contains("TensorId") && name.contains("COUNTER");
        symbol.is_definition() && symbol.name().is_ok_and(is_counter)
    })
}

fn several_copies(libraries: &[PathBuf]) -> Error {
    let names = libraries.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy());
    let message = format!(
        "This notebook contains {} copies of candle (in {}); gradients across cells would be wrong without an error. Use \
         the candle of tealight: depend on tealight by path, as in :dep tealight = {{ path = \"../crate/tealight\" }}; \
         import candle from it (use tealight::candle_core; use tealight::candle_nn;) instead of adding a :dep for candle; \
         then restart the kernel and run the cells again.",
        libraries.len(),
        names.collect::<Vec<_>>().join(", "),
    );
    Error::new(ErrorKind::Linking, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_found_in_proc_maps() {
        let maps = "7f00-7f01 r-xp 00000000 fe:00 17  /home/ada/my work/libcode_1.so\n\
                    7f01-7f02 rw-p 00000000 00:00 0   [heap]\n\
                    7f02-7f03 r--p 00000000 fe:00 18  /usr/lib/locale/C.utf8/LC_CTYPE\n";
        assert_eq!(libraries(maps).collect::<Vec<_>>(), [Path::new("/home/ada/my work/libcode_1.so")]);
    }

    #[test]
    fn this_program_contains_candle_and_a_source_file_does_not() {
        let tensor = candle_core::Tensor::zeros(1, candle_core::DType::F32, &candle_core::Device::Cpu);
        assert!(tensor.is_ok());
        assert!(contains_candle(&std::env::current_exe().unwrap()));
        assert!(!contains_candle(Path::new(file!())));
    }

    #[test]
    fn the_error_names_the_libraries_and_the_fix() {
        let error = several_copies(&["/s/libcode_3.so".into(), "/s/libtealight.so".into()]);
        assert_eq!(error.kind(), ErrorKind::Linking);
        let text = error.to_string();
        assert!(text.contains("2 copies of candle (in libcode_3.so, libtealight.so)"), "{text}");
        assert!(text.contains(":dep tealight = { path = \"../crate/tealight\" }"), "{text}");
        assert!(text.contains("restart the kernel"), "{text}");
    }
}
