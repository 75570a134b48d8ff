//! The library that a host brings into every notebook.

use std::path::{Path, PathBuf};

/// A library that every cell can use from the start.
#[derive(Clone, Debug)]
pub struct HostLibrary {
    /// The name of its package, which is the name of its crate, too.
    pub name: &'static str,
    /// The folder of its package.
    pub path: PathBuf,
    /// The folders of the packages whose source may change, including the library itself. A change rebuilds the library.
    pub packages: Vec<PathBuf>,
    /// The manifest of the library's workspace, whose profiles and versions apply to it.
    pub workspace_manifest: PathBuf,
    /// The lock file, which also fixes the versions of the notebook's packages.
    pub lock_file: PathBuf,
    /// The line that brings its names into scope.
    pub prelude: &'static str,
    /// A statement that runs once in each process that runs cells.
    pub attach: &'static str,
    /// The module of the library's `LastValue`, which shows the value that a cell ends with. Without one, evcxr prints it.
    pub last_value: Option<&'static str>,
    /// The packages below the library whose items its users name. Completion and tooltips see nothing else below it.
    pub visible_dependencies: &'static [&'static str],
    /// The packages below the library of which a process must hold one copy. A crate that needs one is built together
    /// with the library.
    pub shared_dependencies: &'static [&'static str],
    /// Paths that error messages leave out before the name of a type, the longest first.
    pub short_paths: &'static [&'static str],
    /// Methods that completion offers first, in the order in which a user needs them.
    pub first_methods: &'static [&'static str],
    /// A cell that uses what first cells use. It fills the caches of the compiler and of cargo.
    pub warmup_cell: &'static str,
    /// Half a cell, whose completion makes rust-analyzer read what first cells use.
    pub warmup_completion: &'static str,
}

impl HostLibrary {
    /// Returns the evcxr command that makes cells depend on the library.
    #[must_use]
    pub fn dependency_command(&self) -> String {
        // A JSON string is a valid TOML string.
        format!(":dep {} = {{ path = {} }}", self.name, serde_json::Value::from(self.path.to_string_lossy()))
    }

    /// Returns the name of the shared library's file.
    pub(crate) fn file_name(&self) -> String {
        format!("{}{}{}", std::env::consts::DLL_PREFIX, self.name, std::env::consts::DLL_SUFFIX)
    }

    /// Returns whether a line of a manifest is the dependency on the library, as evcxr writes it.
    pub(crate) fn is_dependency_line(&self, line: &str) -> bool {
        line.strip_prefix(self.name).is_some_and(|rest| rest.trim_start().starts_with('='))
    }

    /// Returns whether `path` is the folder of the library's package.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|path| self.path.canonicalize().is_ok_and(|own| path == own))
    }
}

/// A library for tests, with the names of the library that the engine was made for.
#[cfg(test)]
pub(crate) fn test_library() -> HostLibrary {
    HostLibrary {
        name: "nets",
        path: PathBuf::from("/t"),
        packages: Vec::new(),
        workspace_manifest: PathBuf::new(),
        lock_file: PathBuf::new(),
        prelude: "use nets::prelude::*;",
        attach: "nets::attach()?;",
        last_value: Some("nets::notebook::last_value"),
        visible_dependencies: &["tensors", "tensors-nn"],
        shared_dependencies: &["tensors"],
        short_paths: &["nets::prelude::", "nets::tensors::", "nets::"],
        first_methods: &[
            "new",
            "add",
            "build",
            "compile",
            "fit",
            "evaluate",
            "predict",
            "predict_classes",
            "summary",
            "history",
        ],
        warmup_cell: "",
        warmup_completion: "",
    }
}
