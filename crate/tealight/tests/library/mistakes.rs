//! What the compiler says of code that people write who come from Keras.

use std::path::PathBuf;
use std::process::Command;

/// Each mistake with what the compiler must say of it: the message and the note.
const MISTAKES: &[(&str, &str, &str)] = &[
    (r#"Dense::new(1).activation("relu")"#, "`&str` is not an activation", "`.activation(Relu)`"),
    (r#"Conv2D::new(8, 3).activation("relu")"#, "`&str` is not an activation", "without quotes"),
    (
        r#"Dense::new(1).kernel_initializer("he_normal")"#,
        "`&str` is not an initializer",
        "`.kernel_initializer(HeNormal)`",
    ),
    (
        r#"Dense::new(1).kernel_regularizer("l2")"#,
        "`&str` is not a regularizer",
        "`.kernel_regularizer(L2::new(0.01))`",
    ),
    (r#"Dense::new(1).kernel_regularizer(0.01)"#, "is not a regularizer", "L2::new(0.01)"),
    (r#"Dense::new(1).kernel_constraint(3.0)"#, "is not a constraint", "MaxNorm::new(3.0)"),
    (r#"Dense::new(128.0)"#, "`{float}` is not a whole number", "write `5` rather than `5.0`"),
    (r#"Dense::new("128")"#, "`&str` is not a whole number", "write `5`"),
    (r#"Fit::new().epochs(5.0)"#, "`{float}` is not a whole number", "write `5` rather than `5.0`"),
    (r#"Fit::new().verbose(0)"#, "is not a verbosity", "`.verbose(Verbose::Silent)` for Keras's 0"),
    (r#"Fit::new().sample_weight(["1"])"#, "`&str` is not a number", "without quotes"),
    (r#"Conv2D::new(8, 3).padding("same")"#, "`&str` is not a padding", "`.padding(Padding::Same)`"),
    (r#"Conv2D::new(8, "3")"#, "`&str` is not a height and a width", "`[3, 3]`"),
    (r#"MaxPooling2D::new().pool_size([2, 2, 2])"#, "`[{integer}; 3]` is not a height and a width", "`[3, 3]`"),
    (r#"EarlyStopping::new().mode("max")"#, "`&str` is not a mode", "`.mode(Mode::Max)`"),
    (r#"Adam::new().learning_rate("0.1")"#, "`&str` is not a learning rate", "`.learning_rate(0.001)`"),
    (r#"Sequential::new("4")"#, "`&str` is not the shape of an example", "`Sequential::new([28, 28])`"),
    (r#"Sequential::new(4.0)"#, "`{float}` is not the shape of an example", "whole numbers in brackets"),
    (r#"Sequential::new(4).add("dense")"#, "`&str` is not a layer", "one layer at a time"),
    (r#"Sequential::new(4).add([Dense::new(1)])"#, "Dense; 1]` is not a layer", "one layer at a time"),
    (
        r#"model.compile("adam", MeanSquaredError, [Accuracy])"#,
        "`&str` is not an optimizer",
        "model.compile(Adam::new()",
    ),
    (r#"model.compile(Adam::new(), "mse", [Accuracy])"#, "`&str` is not a loss", "without quotes"),
    (
        r#"model.compile(Adam::new(), MeanSquaredError, ["accuracy"])"#,
        "`[&str; 1]` is not a list of metrics",
        "`[Accuracy]`",
    ),
    (r#"model.compile(Adam::new(), MeanSquaredError, "accuracy")"#, "`&str` is not a list of metrics", "none: `()`"),
];

/// The newest of the library's builds beside this test: the one that it is linked with.
fn library() -> (PathBuf, PathBuf) {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let builds = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name == "libtealight.rlib" || (name.starts_with("libtealight-") && name.ends_with(".rlib"))
    });
    let newest = builds.max_by_key(|path| path.metadata().unwrap().modified().unwrap()).unwrap();
    (folder, newest)
}

#[test]
fn the_compiler_says_what_to_write() {
    let scratch = tempfile::tempdir().unwrap();
    let (source, (folder, library)) = (scratch.path().join("mistakes.rs"), library());
    let functions = MISTAKES.iter().enumerate().map(|(index, (code, ..))| {
        format!("pub fn mistake_{index}(model: &mut Model) {{ let _ = &model;\nlet _ = {code}; }}\n")
    });
    std::fs::write(&source, format!("use tealight::prelude::*;\n{}", functions.collect::<String>())).unwrap();
    let output = Command::new("rustc")
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--error-format=json", "--out-dir"])
        .arg(scratch.path())
        .arg("--extern")
        .arg(format!("tealight={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", folder.display()))
        .arg(&source)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let errors = said.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>();
    for (index, (code, message, note)) in MISTAKES.iter().enumerate() {
        let line = 3 + 2 * index;
        let of_line = |error: &&serde_json::Value| error["spans"][0]["line_start"] == line && error["level"] == "error";
        let error = errors.iter().find(of_line).unwrap_or_else(|| panic!("no error for {code}: {said}"));
        let text = error["rendered"].as_str().unwrap();
        assert!(error["message"].as_str().unwrap().contains(message), "{code}: {text}");
        assert!(text.contains(note), "{code}: {text}");
    }
}
