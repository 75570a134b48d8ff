//! The runtime: the process that loads compiled cells and calls them.
//!
//! evcxr's own runtime reads its commands from standard input, so a cell that reads from the keyboard would read the commands.
//! Here the commands arrive there, too, but their pipe is moved before a cell runs, and the standard input of each cell is the
//! [keyboard](crate::supervisor).

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use anyhow::{Context as _, Result, bail};
use rustix::fs::{Mode, OFlags};

use crate::patch::statics;
use crate::pipes::{FOLDER_VARIABLE, KEYBOARD, RUN_COMMAND, UNPLUG_COMMAND};
use crate::signal_lines::COMPLETE;

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
}

/// The function of a cell. It takes the variables and returns them.
type Function = unsafe extern "C" fn(*mut c_void) -> *mut c_void;

/// Runs cells until the engine has ended.
pub(crate) fn run() -> Result<()> {
    let keyboard = PathBuf::from(std::env::var_os(FOLDER_VARIABLE).context("the kernel's pipes are not known")?);
    let keyboard = keyboard.join(KEYBOARD);
    let commands = File::from(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?);
    plug_keyboard(&keyboard)?;
    let (sender, commanded) = mpsc::channel();
    std::thread::Builder::new().name("notebook commands".to_owned()).spawn(move || {
        for line in BufReader::new(commands).lines().map_while(Result::ok) {
            if line == UNPLUG_COMMAND {
                // Reading from a folder is an error.
                let folder = File::open("/").map_err(anyhow::Error::from);
                if let Err(error) = folder.and_then(|folder| Ok(rustix::stdio::dup2_stdin(folder.as_fd())?)) {
                    tracing::warn!(%error, "the keyboard could not be unplugged");
                }
            } else if sender.send(line).is_err() {
                break;
            }
        }
    })?;
    let mut variables = std::ptr::null_mut();
    for command in commanded {
        let arguments = command.strip_prefix(RUN_COMMAND).and_then(|arguments| arguments.rsplit_once(' '));
        let Some((library, function)) = arguments else { bail!("unknown command: {command}") };
        plug_keyboard(&keyboard)?;
        variables = call(Path::new(library), function, variables)?;
        println!("{COMPLETE}");
    }
    Ok(())
}

/// Makes the keyboard the standard input. Without a keyboard, the input is empty.
fn plug_keyboard(keyboard: &Path) -> Result<()> {
    // It does not wait for the other end, which the supervisor may not have opened.
    let opened = rustix::fs::open(keyboard, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty());
    let input = match opened {
        Ok(input) => {
            rustix::fs::fcntl_setfl(&input, OFlags::empty())?;
            input
        }
        Err(_) => File::open("/dev/null")?.into(),
    };
    Ok(rustix::stdio::dup2_stdin(input)?)
}

/// Loads a library and calls a function of it. The library stays loaded, because variables may refer to its code and data.
fn call(library: &Path, function: &str, variables: *mut c_void) -> Result<*mut c_void> {
    const LAZY: c_int = 1;
    /// Makes the symbols of a loaded library visible to those that are loaded later.
    const MAKE_GLOBAL: c_int = 0x100 | 0x4 | LAZY;
    let path = CString::new(library.as_os_str().as_encoded_bytes())?;
    let name = CString::new(function)?;
    // SAFETY: both strings end with a zero. The library was built by rustc from a cell, and may be loaded.
    let found = unsafe {
        let library = dlopen(path.as_ptr(), LAZY);
        if !library.is_null() && !dlsym(library, statics::EXPORTS_MARKER.as_ptr()).is_null() {
            dlopen(path.as_ptr(), MAKE_GLOBAL);
        }
        if library.is_null() { library } else { dlsym(library, name.as_ptr()) }
    };
    if found.is_null() {
        // SAFETY: after a failure this is a string until the next call, and only this thread makes calls.
        let reason = unsafe { CStr::from_ptr(dlerror()) };
        bail!("loading {}: {}", library.display(), reason.to_string_lossy());
    }
    // SAFETY: evcxr has generated the function with this type, and has sent its name.
    let function = unsafe { std::mem::transmute::<*mut c_void, Function>(found) };
    // SAFETY: the variables are those that the last function has returned, or null at first, as evcxr requires.
    Ok(unsafe { function(variables) })
}
