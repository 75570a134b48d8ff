//! Cells that bring tealight in, in a session where it is there already.
//!
//! A lesson begins with `:dep tealight = …` and `use tealight::prelude::*;`, which it needs on the stock kernel. Here the
//! engine has done both before the first cell; done again they would cost a second or more.

use std::path::Path;

use notebook_engine::HostLibrary;

/// The cell without what is done already: its other lines stay where they are.
pub(super) fn without(code: &str, library: &HostLibrary) -> String {
    let done = |line: &str| {
        line.trim() == library.prelude
            || dependency(line, library.name).is_some_and(|path| library.is_at(Path::new(&path)))
    };
    code.split_inclusive('\n')
        .map(|line| {
            if !done(line) {
                line
            } else if line.ends_with('\n') {
                "\n"
            } else {
                ""
            }
        })
        .collect()
}

/// The path in a line that brings tealight in by its path and says no more about it.
fn dependency(line: &str, name: &str) -> Option<String> {
    let table = line.trim().strip_prefix(":dep ")?.trim_start().strip_prefix(name)?.trim_start().strip_prefix('=')?;
    let setting = table.trim().strip_prefix('{')?.strip_suffix('}')?.trim().strip_prefix("path")?.trim_start();
    let path = setting.strip_prefix('=')?.trim();
    // A TOML string is a JSON string, as long as nothing in it is escaped in a way of its own.
    serde_json::from_str(path).ok()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn only_what_is_done_is_left_out() {
        let library = tempfile::tempdir().unwrap();
        let path = library.path().display();
        let library = HostLibrary {
            name: "tealight",
            path: library.path().to_owned(),
            packages: Vec::new(),
            workspace_manifest: PathBuf::new(),
            lock_file: PathBuf::new(),
            prelude: "use tealight::prelude::*;",
            attach: "",
            last_value: None,
            visible_dependencies: &[],
            shared_dependencies: &[],
            short_paths: &[],
            first_methods: &[],
            warmup_cell: "",
            warmup_completion: "",
        };
        let cell = format!(":dep tealight = {{ path = \"{path}\" }}\nuse tealight::prelude::*;\nlet x = 1;");
        assert_eq!(without(&cell, &library), "\n\nlet x = 1;");
        for other in [
            ":dep tealight = { path = \"/elsewhere\" }",
            ":dep tealight = \"0.1\"",
            ":dep tealighter = { path = \"/\" }",
            "use tealight::prelude::{Dense};",
            "// use tealight::prelude::*;",
        ] {
            assert_eq!(without(other, &library), other);
        }
        let more = format!(":dep tealight = {{ path = \"{path}\", features = [\"x\"] }}");
        assert_eq!(without(&more, &library), more);
    }
}
