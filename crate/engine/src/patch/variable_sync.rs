//! Corrects evcxr's list of variables.
//!
//! evcxr updates its list as soon as a cell begins to run, so that the engine is free while the cell runs. If the cell then
//! fails, the store contains the variables that were there before, and evcxr's list is wrong. evcxr has no function to
//! change the list, but it can be given a cell to run: one that defines the restored variables with their types. Nothing is
//! compiled and nothing runs for this cell. The [shim of cargo](crate::shims) gives evcxr a placeholder library, whose
//! content is the signals that the cell would send, and the [supervisor](crate::supervisor) sends them.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::restore::Variables;
use crate::layout::{self, CELL_CRATE};
use crate::signal_lines::CHANGED_TYPE;

/// The folder in a session's folder for the placeholder libraries.
const FOLDER: &str = "ledger";
/// The file in it that exists while no cell is to be built. It contains the names of the variables to forget.
const FORGOTTEN_FILE: &str = "names";

/// While this lives, cells are not built and don't run.
pub(crate) struct VariableSync(PathBuf);

impl VariableSync {
    /// Begins to correct the list of a session, and has evcxr forget these variables.
    pub(crate) fn open(session: &Path, forgotten: &[String]) -> Result<Self> {
        let folder = session.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let file = folder.join(FORGOTTEN_FILE);
        fs::write(&file, forgotten.iter().map(|name| format!("{name}\n")).collect::<String>())?;
        Ok(Self(file))
    }
}

impl Drop for VariableSync {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, "the correction of the variables could not be ended; no cell will run");
        }
    }
}

/// Ends a correction that a killed engine has left open.
pub(crate) fn close(session: &Path) {
    // In most sessions there is none.
    let _ = fs::remove_file(session.join(FOLDER).join(FORGOTTEN_FILE));
}

/// Returns the names that evcxr must forget, and the cell that defines the restored variables.
pub(crate) fn definitions(variables: &Variables) -> (Vec<String>, String) {
    let is_restored = |name: &&String| !variables.restored.iter().any(|variable| variable.name == **name);
    let forgotten = variables.new.iter().filter(is_restored).cloned().collect();
    let defined = variables.restored.iter().map(|variable| {
        let mutable = if variable.mutable { "mut " } else { "" };
        format!("let {mutable}{}: {} = ::std::unimplemented!();\n", variable.name, variable.type_name)
    });
    (forgotten, defined.chain(["();".to_owned()]).collect())
}

fn folder() -> Option<PathBuf> {
    Some(layout::session_of_this_process()?.join(FOLDER))
}

/// Returns whether the cell that evcxr builds is not to be built.
pub(crate) fn is_open() -> bool {
    folder().is_some_and(|folder| folder.join(FORGOTTEN_FILE).exists())
}

/// Gives evcxr a placeholder library in place of a build.
pub(crate) fn build() -> Result<()> {
    let folder = folder().context("the session's folder is not known")?;
    let forgotten = fs::read_to_string(folder.join(FORGOTTEN_FILE))?;
    // evcxr may build again; it knows the names then.
    fs::write(folder.join(FORGOTTEN_FILE), "")?;
    let library = folder.join(format!("{DLL_PREFIX}{CELL_CRATE}{DLL_SUFFIX}"));
    fs::write(&library, forgotten)?;
    println!("{}", json!({"reason": "compiler-artifact", "target": {"name": CELL_CRATE}, "filenames": [library]}));
    Ok(())
}

/// Returns the signals that a placeholder library stands for, or `None` if the library is a real one.
pub(crate) fn signals_of(library: &Path) -> Option<Vec<String>> {
    if library.parent()?.file_name()? != FOLDER {
        return None;
    }
    let names = fs::read_to_string(library).unwrap_or_default();
    if let Err(error) = fs::remove_file(library) {
        tracing::debug!(%error, "a placeholder library could not be removed");
    }
    Some(names.lines().map(|name| format!("{CHANGED_TYPE}{name}")).collect())
}

#[cfg(test)]
mod tests {
    use super::super::restore::Variable;
    use super::*;

    #[test]
    fn restored_variables_are_defined_and_new_ones_forgotten() {
        let variable = |name: &str, mutable| Variable { name: name.to_owned(), type_name: "i32".to_owned(), mutable };
        let variables = Variables {
            restored: vec![variable("a", true), variable("b", false)],
            lost: vec!["c".to_owned()],
            new: ["a", "c", "d"].map(str::to_owned).to_vec(),
            ..Variables::default()
        };
        let (forgotten, code) = definitions(&variables);
        assert_eq!(forgotten, ["c", "d"]);
        assert_eq!(code, "let mut a: i32 = ::std::unimplemented!();\nlet b: i32 = ::std::unimplemented!();\n();");
    }

    #[test]
    fn a_placeholder_library_is_not_run() {
        let session = tempfile::tempdir().unwrap();
        let sync = VariableSync::open(session.path(), &["c".to_owned()]).unwrap();
        let folder = session.path().join(FOLDER);
        assert_eq!(fs::read_to_string(folder.join(FORGOTTEN_FILE)).unwrap(), "c\n");
        fs::rename(folder.join(FORGOTTEN_FILE), folder.join("libcode_3.so")).unwrap();
        assert_eq!(signals_of(&folder.join("libcode_3.so")).unwrap(), ["EVCXR_VARIABLE_CHANGED_TYPE:c"]);
        assert_eq!(signals_of(&session.path().join("deps/libcode_3.so")), None);
        drop(sync);
        std::mem::forget(VariableSync::open(session.path(), &[]).unwrap());
        close(session.path());
        assert!(!folder.join(FORGOTTEN_FILE).exists());
    }
}
