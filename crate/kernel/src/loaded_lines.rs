//! Removal of lines that load the host library again.
//!
//! A notebook may begin with `:dep LIBRARY = …` and `use LIBRARY::prelude::*;`, because evcxr's own kernel needs both. The engine
//! has done both before the first cell, and repeating them would cost a second or more.

use std::path::Path;

use notebook_engine::HostLibrary;

/// Blanks the lines of a cell that load the host library. All other lines keep their line numbers.
pub(super) fn remove_loaded_lines(code: &str, library: &HostLibrary) -> String {
    let is_loaded = |line: &str| {
        line.trim() == library.prelude
            || path_dependency(line, library.name).is_some_and(|path| library.is_at(Path::new(&path)))
    };
    code.split_inclusive('\n')
        .map(|line| {
            if !is_loaded(line) {
                line
            } else if line.ends_with('\n') {
                "\n"
            } else {
                ""
            }
        })
        .collect()
}

/// Returns the path of a `:dep` line for this package that has a path and no other settings.
fn path_dependency(line: &str, name: &str) -> Option<String> {
    let table = line.trim().strip_prefix(":dep ")?.trim_start().strip_prefix(name)?.trim_start().strip_prefix('=')?;
    let setting = table.trim().strip_prefix('{')?.strip_suffix('}')?.trim().strip_prefix("path")?.trim_start();
    let path = setting.strip_prefix('=')?.trim();
    // A TOML string is a JSON string unless it has escapes that only TOML knows.
    serde_json::from_str(path).ok()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn only_lines_that_load_the_library_are_removed() {
        let library = tempfile::tempdir().unwrap();
        let path = library.path().display();
        let library = HostLibrary {
            name: "mylib",
            path: library.path().to_owned(),
            packages: Vec::new(),
            workspace_manifest: PathBuf::new(),
            lock_file: PathBuf::new(),
            prelude: "use mylib::prelude::*;",
            attach: "",
            last_value: None,
            visible_dependencies: &[],
            shared_dependencies: &[],
            short_paths: &[],
            first_methods: &[],
            warmup_cell: "",
            warmup_completion: "",
        };
        let cell = format!(":dep mylib = {{ path = \"{path}\" }}\nuse mylib::prelude::*;\nlet x = 1;");
        assert_eq!(remove_loaded_lines(&cell, &library), "\n\nlet x = 1;");
        for other in [
            ":dep mylib = { path = \"/elsewhere\" }",
            ":dep mylib = \"0.1\"",
            ":dep mylibrary = { path = \"/\" }",
            "use mylib::prelude::{Dense};",
            "// use mylib::prelude::*;",
        ] {
            assert_eq!(remove_loaded_lines(other, &library), other);
        }
        let more = format!(":dep mylib = {{ path = \"{path}\", features = [\"x\"] }}");
        assert_eq!(remove_loaded_lines(&more, &library), more);
    }
}
