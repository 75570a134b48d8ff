//! The process that runs cells: it loads what was compiled and calls it.
//!
//! evcxr has such a process of its own, which takes its commands from its standard input. A cell that reads from the keyboard
//! would read the commands. Here the commands come in at the same place, but their pipe is moved away before a cell runs, and
//! the standard input of each cell is the [keyboard](super::keeper).

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use anyhow::{Context as _, Result, bail};
use rustix::fs::{Mode, OFlags};

use super::keeper;
use super::patch::statics;
use super::signals::COMPLETE;

/// The command that loads a library and runs a function of it.
pub(super) const RUN: &str = "LOAD_AND_RUN ";
/// The command after which every read from the keyboard is an error.
pub(super) const UNPLUG: &str = "UNPLUG_KEYBOARD";

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
}

/// What is called of a cell: it takes the variables and gives them back.
type Function = unsafe extern "C" fn(*mut c_void) -> *mut c_void;

/// Runs cells until the engine has gone.
pub(super) fn run() -> Result<()> {
    let keyboard = PathBuf::from(std::env::var_os(keeper::PIPES).context("the kernel's pipes are not known")?);
    let keyboard = keyboard.join(keeper::KEYBOARD);
    let commands = File::from(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?);
    plug(&keyboard)?;
    let (sender, commanded) = mpsc::channel();
    std::thread::Builder::new().name("tealight commands".to_owned()).spawn(move || {
        for line in BufReader::new(commands).lines().map_while(Result::ok) {
            if line == UNPLUG {
                // To read from a folder is an error.
                let _ = File::open("/").map(|folder| rustix::stdio::dup2_stdin(folder.as_fd()));
            } else if sender.send(line).is_err() {
                break;
            }
        }
    })?;
    let mut variables = std::ptr::null_mut();
    for command in commanded {
        let what = command.strip_prefix(RUN).and_then(|what| what.rsplit_once(' '));
        let Some((library, function)) = what else { bail!("unknown command: {command}") };
        plug(&keyboard)?;
        variables = call(Path::new(library), function, variables)?;
        println!("{COMPLETE}");
    }
    Ok(())
}

/// Makes the keyboard the standard input. Without it, the input is at its end.
fn plug(keyboard: &Path) -> Result<()> {
    // Without waiting for the other end, which the keeper may not have opened.
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

/// Loads a library, which stays loaded: what a cell has made may lead into it. Calls a function of it.
fn call(library: &Path, function: &str, variables: *mut c_void) -> Result<*mut c_void> {
    const LAZY: c_int = 1;
    /// Of a library that is loaded: lets those that are loaded later see its names.
    const SEEN: c_int = 0x100 | 0x4 | LAZY;
    let path = CString::new(library.as_os_str().as_encoded_bytes())?;
    let name = CString::new(function)?;
    // SAFETY: both are strings that end with a zero. What the library does when it is loaded is the compiler's.
    let found = unsafe {
        let library = dlopen(path.as_ptr(), LAZY);
        if !library.is_null() && !dlsym(library, statics::SEEN.as_ptr()).is_null() {
            dlopen(path.as_ptr(), SEEN);
        }
        if library.is_null() { library } else { dlsym(library, name.as_ptr()) }
    };
    if found.is_null() {
        // SAFETY: after a failure it is a string, until the next call, which only this thread makes.
        let why = unsafe { CStr::from_ptr(dlerror()) };
        bail!("loading {}: {}", library.display(), why.to_string_lossy());
    }
    // SAFETY: evcxr has written the function with this type, and gives the name of it.
    let function = unsafe { std::mem::transmute::<*mut c_void, Function>(found) };
    // SAFETY: the variables are those that the function before has given back, or none, as evcxr has it.
    Ok(unsafe { function(variables) })
}
