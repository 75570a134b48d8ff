//! Refuses to train where gradients would be wrong.
//!
//! Stock evcxr compiles each cell to a library of its own, with everything that it depends on inside. candle numbers its
//! tensors from a static counter, so two copies of candle give tensors of different cells the same number, and
//! `backward` adds up the gradients of tensors that have nothing to do with each other: no error, wrong numbers.
//! Notebooks that depend on tealight by path share one copy, the one inside libtealight.so. Whether it is the only one
//! can be seen from outside: the libraries that are loaded into the process are files, and each copy defines the counter.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use object::{Object as _, ObjectSymbol as _};

use super::page::in_notebook;
use crate::{Error, ErrorKind, Result};

/// The libraries that have been looked into, and those of them that hold a candle.
#[derive(Default)]
struct Seen {
    looked_into: HashSet<PathBuf>,
    candles: Vec<PathBuf>,
}

static SEEN: Mutex<Option<Seen>> = Mutex::new(None);

/// An error where the notebook's process holds more than one copy of candle.
///
/// Looks only into libraries that were loaded since the last call. Where the system does not tell what is loaded (it has
/// no `/proc`), there is nothing to look into.
pub(crate) fn ensure_one_candle() -> Result<()> {
    if !in_notebook() {
        return Ok(());
    }
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return Ok(()) };
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = seen.get_or_insert_default();
    for library in libraries(&maps) {
        if !seen.looked_into.contains(library) {
            seen.looked_into.insert(library.to_path_buf());
            if holds_candle(library) {
                seen.candles.push(library.to_path_buf());
            }
        }
    }
    match seen.candles.len() {
        0 | 1 => Ok(()),
        _ => Err(several(&seen.candles)),
    }
}

/// The shared libraries in the text of `/proc/self/maps`.
fn libraries(maps: &str) -> impl Iterator<Item = &Path> {
    // Five columns, then the path, which may hold blanks.
    let paths = maps.lines().filter_map(|line| line.find('/').map(|start| Path::new(&line[start..])));
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "so"))
}

/// Whether a library defines candle's counter of tensors.
fn holds_candle(library: &Path) -> bool {
    // A library that can't be read was not built by a cell.
    let Ok(bytes) = std::fs::read(library) else { return false };
    let Ok(file) = object::File::parse(bytes.as_slice()) else { return false };
    file.symbols().chain(file.dynamic_symbols()).any(|symbol| {
        let is_counter =
            |name: &str| name.contains("candle_core") && name.contains("TensorId") && name.contains("COUNTER");
        symbol.is_definition() && symbol.name().is_ok_and(is_counter)
    })
}

fn several(candles: &[PathBuf]) -> Error {
    let names = candles.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy());
    let message = format!(
        "This notebook holds {} copies of candle (in {}), where gradients across cells come out wrong without an error. \
         Let tealight bring candle: depend on it by path, as in :dep tealight = {{ path = \"../crate/tealight\" }}; take \
         candle from it (use tealight::candle_core; use tealight::candle_nn;) rather than by a :dep of its own; then \
         restart the kernel and run the cells again.",
        candles.len(),
        names.collect::<Vec<_>>().join(", "),
    );
    Error::new(ErrorKind::Linking, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_found_among_what_is_mapped() {
        let maps = "7f00-7f01 r-xp 00000000 fe:00 17  /home/ada/my work/libcode_1.so\n\
                    7f01-7f02 rw-p 00000000 00:00 0   [heap]\n\
                    7f02-7f03 r--p 00000000 fe:00 18  /usr/lib/locale/C.utf8/LC_CTYPE\n";
        assert_eq!(libraries(maps).collect::<Vec<_>>(), [Path::new("/home/ada/my work/libcode_1.so")]);
    }

    #[test]
    fn this_program_holds_candle_and_a_text_does_not() {
        let tensor = candle_core::Tensor::zeros(1, candle_core::DType::F32, &candle_core::Device::Cpu);
        assert!(tensor.is_ok());
        assert!(holds_candle(&std::env::current_exe().unwrap()));
        assert!(!holds_candle(Path::new(file!())));
    }

    #[test]
    fn the_error_names_the_libraries_and_the_remedy() {
        let error = several(&["/s/libcode_3.so".into(), "/s/libtealight.so".into()]);
        assert_eq!(error.kind(), ErrorKind::Linking);
        let text = error.to_string();
        assert!(text.contains("2 copies of candle (in libcode_3.so, libtealight.so)"), "{text}");
        assert!(text.contains(":dep tealight = { path = \"../crate/tealight\" }"), "{text}");
        assert!(text.contains("restart the kernel"), "{text}");
    }
}
