//! Tells evcxr which variables there are, where it believes something else.
//!
//! evcxr learns of a cell's variables as soon as the cell begins to run, so that the engine is free while it runs. Where the
//! cell fails, the store holds the variables of before, and evcxr has to learn that. It can't be told, but it can be given a
//! cell to run: one that defines the variables of before, with their types. Of this cell nothing is compiled and nothing
//! runs. [Cargo's place](super::cargo) gives evcxr a library whose content is what the cell would say, and the
//! [keeper](super::keeper) says it.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::patch::restore::Variables;
use super::session;
use super::signals::CHANGED_TYPE;

/// The folder in a session's folder for the libraries that are none.
const FOLDER: &str = "ledger";
/// The file in it that is there while nothing is to be built. It holds the names of the variables that there are not.
const NAMES: &str = "names";
/// While this lives, cells are not built and don't run.
pub(super) struct Ledger(PathBuf);

impl Ledger {
    /// Opens the ledger of a session, and strikes out these variables.
    pub(super) fn open(session: &Path, names: &[String]) -> Result<Self> {
        let folder = session.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let file = folder.join(NAMES);
        fs::write(&file, names.iter().map(|name| format!("{name}\n")).collect::<String>())?;
        Ok(Self(file))
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Closes a ledger that an engine has left open which was killed.
pub(super) fn close(session: &Path) {
    let _ = fs::remove_file(session.join(FOLDER).join(NAMES));
}

/// The names that evcxr must forget, and the cell by which it learns the others.
pub(super) fn entries(variables: &Variables) -> (Vec<String>, String) {
    let is_restored = |name: &&String| !variables.restored.iter().any(|variable| variable.name == **name);
    let forgotten = variables.new.iter().filter(is_restored).cloned().collect();
    let defined = variables.restored.iter().map(|variable| {
        let mutable = if variable.mutable { "mut " } else { "" };
        format!("let {mutable}{}: {} = ::std::unimplemented!();\n", variable.name, variable.type_name)
    });
    (forgotten, defined.chain(["();".to_owned()]).collect())
}

fn folder() -> Option<PathBuf> {
    Some(session::of_this_process()?.join(FOLDER))
}

/// Whether the cell that evcxr wants to build is not to be built.
pub(super) fn is_open() -> bool {
    folder().is_some_and(|folder| folder.join(NAMES).exists())
}

/// Builds nothing: gives evcxr a file that says what the cell would say.
pub(super) fn build() -> Result<()> {
    let folder = folder().context("there is no session")?;
    let names = fs::read_to_string(folder.join(NAMES))?;
    // What was said once, evcxr knows.
    fs::write(folder.join(NAMES), "")?;
    let library = folder.join(format!("{DLL_PREFIX}ctx{DLL_SUFFIX}"));
    fs::write(&library, names)?;
    println!("{}", json!({"reason": "compiler-artifact", "target": {"name": "ctx"}, "filenames": [library]}));
    Ok(())
}

/// What a cell says that evcxr wants to run; none where the cell is to be run.
pub(super) fn said(library: &Path) -> Option<Vec<String>> {
    if library.parent()?.file_name()? != FOLDER {
        return None;
    }
    let names = fs::read_to_string(library).unwrap_or_default();
    let _ = fs::remove_file(library);
    Some(names.lines().map(|name| format!("{CHANGED_TYPE}{name}")).collect())
}

#[cfg(test)]
mod tests {
    use super::super::patch::restore::Variable;
    use super::*;

    #[test]
    fn what_is_put_back_is_defined_and_what_is_new_is_forgotten() {
        let variable = |name: &str, mutable| Variable { name: name.to_owned(), type_name: "i32".to_owned(), mutable };
        let variables = Variables {
            restored: vec![variable("a", true), variable("b", false)],
            lost: vec!["c".to_owned()],
            new: ["a", "c", "d"].map(str::to_owned).to_vec(),
            ..Variables::default()
        };
        let (forgotten, code) = entries(&variables);
        assert_eq!(forgotten, ["c", "d"]);
        assert_eq!(code, "let mut a: i32 = ::std::unimplemented!();\nlet b: i32 = ::std::unimplemented!();\n();");
    }

    #[test]
    fn a_library_of_the_ledger_is_not_run() {
        let session = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(session.path(), &["c".to_owned()]).unwrap();
        let folder = session.path().join(FOLDER);
        assert_eq!(fs::read_to_string(folder.join(NAMES)).unwrap(), "c\n");
        fs::rename(folder.join(NAMES), folder.join("libcode_3.so")).unwrap();
        assert_eq!(said(&folder.join("libcode_3.so")).unwrap(), ["EVCXR_VARIABLE_CHANGED_TYPE:c"]);
        assert_eq!(said(&session.path().join("deps/libcode_3.so")), None);
        drop(ledger);
        std::mem::forget(Ledger::open(session.path(), &[]).unwrap());
        close(session.path());
        assert!(!folder.join(NAMES).exists());
    }
}
