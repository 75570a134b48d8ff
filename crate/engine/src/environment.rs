//! The environment of the processes that work in a session's folder.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;

use crate::analyzer::sysroot;
use crate::host_library::HostLibrary;
use crate::layout;
use crate::shims::toolchain;

/// Returns the variables that an evcxr needs to work in the folder `session`, and creates the folders that they name.
///
/// # Errors
/// If cargo is not found, or a folder can't be written.
pub(crate) fn session_environment(
    session: &Path,
    library: Option<&HostLibrary>,
) -> Result<HashMap<&'static str, OsString>> {
    let mut environment = HashMap::from([
        ("EVCXR_TMPDIR", layout::cell_folder(session).into_os_string()),
        // The user's evcxr settings are for the user's own evcxr.
        ("EVCXR_CONFIG_DIR", session.join("config").into_os_string()),
        ("LD_LIBRARY_PATH", library_path(session, library)?),
        // evcxr asks for backtraces of panics; without this, the errors of libraries would print backtraces, too.
        ("RUST_LIB_BACKTRACE", "0".into()),
    ]);
    let cargo = toolchain::find_cargo()?;
    environment.extend(sysroot::environment(session, &cargo)?);
    environment.extend(toolchain::environment(&session.join("tools"), cargo)?);
    Ok(environment)
}

/// Returns the path on which the loader looks for the host's library. The session's folder comes first; folders that hold
/// another build of the library are left out: `cargo run` puts its own on the path of every process below it.
fn library_path(session: &Path, library: Option<&HostLibrary>) -> Result<OsString> {
    let inherited = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let holds_library = |folder: &Path| library.is_some_and(|library| folder.join(library.file_name()).exists());
    let inherited =
        std::env::split_paths(&inherited).filter(|path| !path.as_os_str().is_empty() && !holds_library(path));
    Ok(std::env::join_paths(std::iter::once(layout::library_folder(session)).chain(inherited))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sessions_library_is_found_first() {
        let path = library_path(Path::new("/sessions/1"), None).unwrap();
        let first = std::env::split_paths(&path).next().unwrap();
        assert!(first.starts_with("/sessions/1/cell/target") && first.ends_with("debug/deps"), "{}", first.display());
    }
}
