//! What figures look like, by the structure of their SVG.
//!
//! With `TEALIGHT_FIGURES=folder`, the test of the gallery also writes every figure there, to be looked at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;

#[test]
fn gallery() {
    let folder = std::env::var_os("TEALIGHT_FIGURES").map(std::path::PathBuf::from);
    for (name, figure) in cases::all() {
        if let Some(folder) = &folder {
            figure.save(folder.join(name).with_extension("svg")).unwrap();
        }
    }
}
