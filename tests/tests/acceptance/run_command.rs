//! `tealight run` on small notebooks with the real kernel.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use acceptance::tealight;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of notebooks. The first cell of each is a text cell, so that code cell 1 has index 1.
struct Notebooks(TempDir);

impl Notebooks {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, cells: &[&str]) {
        let code = |source: &&str| {
            let lines: Vec<&str> = source.split_inclusive('\n').collect();
            json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": lines})
        };
        let text = json!({"cell_type": "markdown", "metadata": {}, "source": ["# Überschrift"]});
        let cells: Vec<Value> = std::iter::once(text).chain(cells.iter().map(code)).collect();
        let notebook = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
        fs::write(self.path(name), notebook.to_string()).unwrap();
    }

    /// Returns the command `tealight run` in this folder, with a separate folder for temporary files.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = tealight().unwrap();
        fs::create_dir_all(self.path("tmp")).unwrap();
        command.arg("run").args(arguments).current_dir(self.0.path()).env("TMPDIR", self.path("tmp"));
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        self.assert_no_temporary_files();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    fn assert_no_temporary_files(&self) {
        let left: Vec<_> = fs::read_dir(self.path("tmp")).unwrap().collect();
        assert!(left.is_empty(), "temporary files are left: {left:?}");
    }

    /// Returns the execution count and the outputs of the cell with this index.
    fn cell(&self, name: &str, index: usize) -> (Value, Vec<Value>) {
        let notebook: Value = serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap();
        let cell = &notebook["cells"][index];
        (cell["execution_count"].clone(), cell["outputs"].as_array().unwrap().clone())
    }

    fn outputs(&self, name: &str, index: usize) -> Vec<Value> {
        self.cell(name, index).1
    }

    /// Returns an endless cell that repeatedly writes a file.
    fn endless_cell(&self) -> String {
        let alive = self.path("alive");
        format!(
            "println!(\"begun\");\nloop {{\n    std::fs::write({alive:?}, \"\").unwrap();\n    \
             std::thread::sleep(std::time::Duration::from_millis(50));\n}}"
        )
    }

    fn assert_endless_cell_is_gone(&self) {
        let alive = self.path("alive");
        fs::remove_file(&alive).unwrap();
        std::thread::sleep(Duration::from_millis(500));
        assert!(!alive.exists(), "the cell still runs");
    }
}

fn stream(name: &str, lines: &[&str]) -> Value {
    json!({"name": name, "output_type": "stream", "text": lines})
}

fn result(data: Value, count: u32) -> Value {
    json!({"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"})
}

const HTML: &str = r#"println!("EVCXR_BEGIN_CONTENT text/html\n<b>three</b>\n<i>lines</i>\n!\nEVCXR_END_CONTENT");
println!("EVCXR_BEGIN_CONTENT text/plain\nthree\nEVCXR_END_CONTENT");"#;

#[test]
fn outputs_are_stored_and_runs_are_reproducible() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &["let a = 3;\nprintln!(\"größer\");\nprintln!(\"two\");", "a + 1", "", HTML]);
    let (code, stdout, stderr) = notebooks.run(&["a.ipynb"]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert!(stderr.contains("[1/3] let a = 3;"), "{stderr}");
    assert!(stderr.contains("a.ipynb: 3 cells, ") && stderr.ends_with(" s, written in place\n"), "{stderr}");

    assert_eq!(notebooks.cell("a.ipynb", 1), (json!(1), vec![stream("stdout", &["größer\n", "two\n"])]));
    assert_eq!(notebooks.cell("a.ipynb", 2), (json!(2), vec![result(json!({"text/plain": ["4"]}), 2)]));
    assert_eq!(notebooks.cell("a.ipynb", 3), (Value::Null, vec![]));
    let html = json!({"text/html": ["<b>three</b>\n", "<i>lines</i>\n", "!"], "text/plain": ["three"]});
    assert_eq!(notebooks.cell("a.ipynb", 4), (json!(3), vec![result(html, 3)]));

    let first = fs::read_to_string(notebooks.path("a.ipynb")).unwrap();
    let (code, _, stderr) = notebooks.run(&["a.ipynb"]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(fs::read_to_string(notebooks.path("a.ipynb")).unwrap(), first);
}

#[test]
fn text_is_stored_in_its_own_cell() {
    let notebooks = Notebooks::new();
    let many = "for i in 0..2000 { println!(\"out {i}\"); eprintln!(\"err {i}\"); }";
    notebooks.write("a.ipynb", &[many, "println!(\"next\"); eprintln!(\"last\");"]);
    let (code, stdout, stderr) = notebooks.run(&["--verbose", "a.ipynb"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("out 1999\n") && stdout.contains("next\n"), "{stdout}");
    let text = |index: usize, stream: &str| -> String {
        let outputs = notebooks.outputs("a.ipynb", index);
        let of_stream = outputs.iter().filter(|output| output["name"] == stream);
        let lines = of_stream.flat_map(|output| output["text"].as_array().unwrap());
        lines.map(|line| line.as_str().unwrap()).collect()
    };
    let expected = |name: &str| (0..2000).map(|i| format!("{name} {i}\n")).collect::<String>();
    assert_eq!(text(1, "stdout"), expected("out"));
    assert_eq!(text(1, "stderr"), expected("err"));
    assert_eq!((text(2, "stdout").as_str(), text(2, "stderr").as_str()), ("next\n", "last\n"));
}

#[test]
fn output_dir_leaves_the_notebooks_unchanged() {
    let notebooks = Notebooks::new();
    fs::create_dir(notebooks.path("one")).unwrap();
    fs::write(notebooks.path("one/value.txt"), "from its own folder").unwrap();
    notebooks.write("one/a.ipynb", &["println!(\"{}\", std::fs::read_to_string(\"value.txt\").unwrap());"]);
    notebooks.write("b.ipynb", &["1"]);
    let before = fs::read(notebooks.path("one/a.ipynb")).unwrap();
    let (code, _, stderr) = notebooks.run(&["one/a.ipynb", "b.ipynb", "--output-dir", "made/for it"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("one/a.ipynb: 1 cell, ") && stderr.contains("written to made/for it/a.ipynb"), "{stderr}");
    assert_eq!(fs::read(notebooks.path("one/a.ipynb")).unwrap(), before);
    assert_eq!(notebooks.outputs("made/for it/a.ipynb", 1), [stream("stdout", &["from its own folder\n"])]);
    assert_eq!(notebooks.outputs("made/for it/b.ipynb", 1)[0]["data"]["text/plain"], json!(["1"]));
}

#[test]
fn names_may_contain_spaces_and_unicode() {
    let notebooks = Notebooks::new();
    let folder = "Übung 1 – Künstliche Netze";
    let name = format!("{folder}/ein Heft mit Leerzeichen, 日本 é.ipynb");
    fs::create_dir(notebooks.path(folder)).unwrap();
    fs::write(notebooks.path(folder).join("größe der daten.txt"), "drei").unwrap();
    let cells = [
        "let größe = std::fs::read_to_string(\"größe der daten.txt\").unwrap();",
        "println!(\"{größe} in {:?}\", std::env::current_dir().unwrap().file_name().unwrap());",
        "Err(\"zu groß\")?;",
    ];
    notebooks.write(&name, &cells);
    let (code, _, stderr) = notebooks.run(&[&name, "--output-dir", "fertige Hefte"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains(&format!("error: {name}, cell [3] (cell 4 of 4), line 1:")), "{stderr}");
    let written = "fertige Hefte/ein Heft mit Leerzeichen, 日本 é.ipynb";
    assert_eq!(notebooks.outputs(written, 2), [stream("stdout", &[&format!("drei in \"{folder}\"\n")])]);
}

#[test]
fn home_path_may_contain_spaces_and_unicode() {
    let notebooks = Notebooks::new();
    let home = notebooks.path("Zuhause von Zoë 日本");
    fs::create_dir(&home).unwrap();
    notebooks.write("a.ipynb", &["println!(\"{}\", std::env::var(\"HOME\").unwrap());", "Dense::new(3);"]);
    // rustup and cargo stay where they are.
    let real = std::env::home_dir().unwrap();
    let stays = |variable: &str, usual: &str| std::env::var_os(variable).unwrap_or(real.join(usual).into_os_string());
    let mut command = notebooks.command(&["a.ipynb"]);
    command.env("HOME", &home).env("XDG_CACHE_HOME", home.join("ein Cache, größer"));
    command.env("CARGO_HOME", stays("CARGO_HOME", ".cargo")).env("RUSTUP_HOME", stays("RUSTUP_HOME", ".rustup"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(notebooks.outputs("a.ipynb", 1), [stream("stdout", &[&format!("{}\n", home.display())])]);
    notebooks.assert_no_temporary_files();
}

#[test]
fn huge_output_keeps_its_beginning() {
    let notebooks = Notebooks::new();
    let prints = "for line in 0..200_000 { println!(\"{line:06}{}\", \"x\".repeat(973)); }";
    notebooks.write("a.ipynb", &[prints, "println!(\"next\");"]);
    let (code, _, stderr) = notebooks.run(&["a.ipynb"]);
    assert_eq!(code, 0, "{stderr}");
    let outputs = notebooks.outputs("a.ipynb", 1);
    assert_eq!(outputs.len(), 2);
    let lines = outputs[0]["text"].as_array().unwrap();
    assert!((49_000..50_000).contains(&lines.len()), "{}", lines.len());
    let words = outputs[1]["text"][0].as_str().unwrap();
    assert!(
        words.contains(" MB more of this cell's outputs were left out: a notebook keeps 50 MB of a cell."),
        "{words}"
    );
    assert_eq!(notebooks.outputs("a.ipynb", 2), [stream("stdout", &["next\n"])]);
}

#[test]
fn panic_fails_its_cell_and_starts_no_other_notebook() {
    let notebooks = Notebooks::new();
    let panics = "// choose\nlet i = 7;\nprintln!(\"before\");\nlet x = v[i];";
    notebooks.write("a.ipynb", &["let v = vec![1, 2, 3];", panics, "println!(\"never\");"]);
    notebooks.write("b.ipynb", &["1"]);
    let (code, _, stderr) = notebooks.run(&["a.ipynb", "b.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("error: a.ipynb, cell [2] (cell 3 of 4), line 4:\n\n    let x = v[i];\n"), "{stderr}");
    let words = "The cell panicked:\n    index out of bounds: the len is 3 but the index is 7\n";
    assert!(stderr.contains(words), "{stderr}");
    assert!(stderr.contains("The cells after it were not run. The outputs so far are in a.ipynb."), "{stderr}");
    assert!(stderr.ends_with("b.ipynb was not run.\n"), "{stderr}");
    assert!(!stderr.contains("stack backtrace") && !stderr.contains('\u{1b}'), "{stderr}");

    let outputs = notebooks.outputs("a.ipynb", 2);
    assert!(outputs.contains(&stream("stdout", &["before\n"])), "{outputs:?}");
    let error = outputs.last().unwrap();
    assert_eq!((&error["output_type"], &error["ename"]), (&json!("error"), &json!("Panic")));
    assert!(error["evalue"].as_str().unwrap().contains("the index is 7"), "{error}");
    assert_eq!(notebooks.cell("a.ipynb", 3), (Value::Null, vec![]));
}

#[test]
fn concurrent_notebooks_are_named_in_each_line() {
    let notebooks = Notebooks::new();
    let meets = |mine: &str, other: &str| {
        let (mine, other) = (notebooks.path(mine), notebooks.path(other));
        format!(
            "std::fs::write({mine:?}, \"\").unwrap();\nwhile !std::path::Path::new({other:?}).exists() {{\n    \
             std::thread::sleep(std::time::Duration::from_millis(20));\n}}\nprintln!(\"met\");"
        )
    };
    notebooks.write("a.ipynb", &[&meets("first", "second")]);
    notebooks.write("long.ipynb", &[&meets("second", "first"), "2"]);
    let (code, _, stderr) = notebooks.run(&["--jobs", "2", "--timeout", "120", "a.ipynb", "long.ipynb"]);
    assert_eq!(code, 0, "{stderr}");
    for name in ["a.ipynb", "long.ipynb"] {
        assert_eq!(notebooks.outputs(name, 1), [stream("stdout", &["met\n"])]);
    }
    assert!(stderr.contains("\na     [1/1] std::fs::write(") && stderr.contains("\nlong  [2/2] 2"), "{stderr}");
}

#[test]
fn failure_lets_concurrent_notebooks_finish() {
    let notebooks = Notebooks::new();
    let failed = notebooks.path("failed");
    let slow = format!("while !std::path::Path::new({failed:?}).exists() {{ std::thread::yield_now(); }}");
    notebooks.write("a.ipynb", &[&format!("std::fs::write({failed:?}, \"\").unwrap();\npanic!(\"no\");")]);
    notebooks.write("b.ipynb", &[&slow, "println!(\"done\");"]);
    notebooks.write("c.ipynb", &["1"]);
    let (code, _, stderr) = notebooks.run(&["-j2", "--timeout", "120", "a.ipynb", "b.ipynb", "c.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    assert_eq!(notebooks.outputs("b.ipynb", 2), [stream("stdout", &["done\n"])]);
    assert!(stderr.contains("error: a.ipynb, cell [1]") && stderr.ends_with("c.ipynb was not run.\n"), "{stderr}");
}

#[test]
fn returned_error_fails_its_cell_and_names_the_line() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &["println!(\"x\");\nlet n: i32 = \"abc\".parse::<i32>()?;\nprintln!(\"{n}\");", "2"]);
    let (code, _, stderr) = notebooks.run(&["a.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    let expected = "error: a.ipynb, cell [1] (cell 2 of 3), line 2:\n\n    let n: i32 = \"abc\".parse::<i32>()?;\n\n  \
                    The cell ended with an error:\n    ";
    assert!(stderr.contains(expected), "{stderr}");
    let error = notebooks.outputs("a.ipynb", 1).pop().unwrap();
    assert_eq!(error["ename"], "Error");
    assert!(error["evalue"].as_str().unwrap().starts_with("invalid digit found in string"), "{error}");
}

#[test]
fn compile_error_shows_the_compilers_message() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &["let a = 1;", "let b = a;\nlet c = b + zzz;"]);
    let (code, _, stderr) = notebooks.run(&["a.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("cell [2] (cell 3 of 3), line 2:\n\n    let c = b + zzz;\n"), "{stderr}");
    assert!(stderr.contains("The cell does not compile:") && stderr.contains("cannot find value `zzz`"), "{stderr}");
    let outputs = notebooks.outputs("a.ipynb", 2);
    assert_eq!(outputs.len(), 1, "one error of the compiler is one error in the file: {outputs:?}");
    assert_eq!(outputs[0]["evalue"], "cannot find value `zzz` in this scope");
}

#[test]
fn cell_that_exits_its_process_fails() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &["std::process::exit(3)"]);
    let (code, _, stderr) = notebooks.run(&["a.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    let words = "The cell failed:\n    the process that runs the cells ended: its code ended the process (exit code 3)";
    assert!(stderr.contains(words), "{stderr}");
}

#[test]
fn endless_cell_is_stopped_at_the_timeout() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &[&notebooks.endless_cell(), "println!(\"never\");"]);
    let (code, _, stderr) = notebooks.run(&["--timeout", "20", "--keep-going", "a.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    let words = "The cell took longer than 20 s, so it was stopped; it did not react, so its process was ended:\n    \
                 allow it more with --timeout";
    assert!(stderr.contains(words), "{stderr}");
    assert!(stderr.contains("The cells after it were not run."), "{stderr}");
    let outputs = notebooks.outputs("a.ipynb", 1);
    assert_eq!(outputs[0], stream("stdout", &["begun\n"]));
    assert_eq!(outputs.last().unwrap()["ename"], "Timeout");
    notebooks.assert_endless_cell_is_gone();
}

#[test]
fn training_is_stopped_at_the_timeout_and_kept() {
    let notebooks = Notebooks::new();
    let cells = [
        "let x = Tensor::zeros((512, 64), DType::F32, &Device::Cpu)?;\n\
         let data = Dataset::from_tensors(&x, &Tensor::zeros((512, 1), DType::F32, &Device::Cpu)?)?;\n\
         let mut model = Sequential::new([64]).add(Dense::new(64)).add(Dense::new(1)).build(1)?;\n\
         model.compile(SGD::new(), MeanSquaredError, [MeanAbsoluteError])?;",
        "println!(\"begun\");\nlet history = model.fit(&data, Fit::new().epochs(100_000_000))?;",
        "println!(\"learned: {}\", model.epochs_trained() > 0);",
    ];
    notebooks.write("a.ipynb", &cells);
    let (code, _, stderr) = notebooks.run(&["--timeout", "60", "-k", "a.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("The cell took longer than 60 s, so it was stopped; the variables are kept"), "{stderr}");
    assert!(
        stderr
            .ends_with("failed: a.ipynb: cell [2] took longer than 60 s, so it was stopped; the variables are kept\n"),
        "{stderr}"
    );
    let outputs = notebooks.outputs("a.ipynb", 2);
    assert_eq!(outputs[0], stream("stdout", &["begun\n"]));
    assert_eq!(outputs.last().unwrap()["ename"], "Timeout");
    assert_eq!(notebooks.outputs("a.ipynb", 3), [stream("stdout", &["learned: true\n"])]);
}

#[test]
fn keep_going_runs_the_notebooks_after_a_failure() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &["panic!(\"no\");", "println!(\"never\");"]);
    notebooks.write("b.ipynb", &["println!(\"done\");"]);
    notebooks.write("c.ipynb", &["let a = zzz;"]);
    let (code, _, stderr) = notebooks.run(&["--keep-going", "a.ipynb", "b.ipynb", "c.ipynb"]);
    assert_eq!(code, 1, "{stderr}");
    assert_eq!(notebooks.outputs("b.ipynb", 1), [stream("stdout", &["done\n"])]);
    assert_eq!(notebooks.cell("a.ipynb", 2), (Value::Null, vec![]));
    let summary = "failed: a.ipynb: cell [1] panicked\nfailed: c.ipynb: cell [1] does not compile\n";
    assert!(stderr.ends_with(summary), "{stderr}");
}

#[test]
fn ctrl_c_keeps_the_outputs_and_ends_all_processes() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &["println!(\"one\");", &notebooks.endless_cell(), "3"]);
    let child = notebooks.command(&["a.ipynb"]).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !notebooks.path("alive").exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "the cell was never reached");
        std::thread::sleep(Duration::from_millis(100));
    }
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.ends_with("stopped by you: the outputs so far are in a.ipynb\n"), "{stderr}");
    assert_eq!(notebooks.outputs("a.ipynb", 1), [stream("stdout", &["one\n"])]);
    assert_eq!(notebooks.outputs("a.ipynb", 2).last().unwrap()["ename"], "Interrupted");
    notebooks.assert_no_temporary_files();
    notebooks.assert_endless_cell_is_gone();
}

#[test]
fn invalid_notebooks_are_rejected_before_anything_runs() {
    let notebooks = Notebooks::new();
    notebooks.write("a.ipynb", &["1"]);
    let before = fs::read(notebooks.path("a.ipynb")).unwrap();
    let refused = |arguments: &[&str]| {
        let (code, _, stderr) = notebooks.run(arguments);
        assert_eq!(code, 2, "{stderr}");
        stderr
    };
    let missing = refused(&["a.ipynb", "missing.ipynb"]);
    assert!(missing.starts_with("error: cannot run missing.ipynb: there is no such file"), "{missing}");
    fs::write(notebooks.path("text.ipynb"), "fn main() {}").unwrap();
    assert!(refused(&["text.ipynb"]).contains("the file is not JSON, so not a notebook"));
    let python =
        json!({"cells": [], "nbformat": 4, "metadata": {"kernelspec": {"name": "python3", "language": "python"}}});
    fs::write(notebooks.path("python.ipynb"), python.to_string()).unwrap();
    assert!(refused(&["python.ipynb"]).contains("the notebook is for python, and this command runs Rust"));
    fs::create_dir(notebooks.path("other")).unwrap();
    notebooks.write("other/a.ipynb", &["1"]);
    let twice = refused(&["a.ipynb", "other/a.ipynb", "--output-dir", "out"]);
    assert!(twice.contains("a.ipynb and other/a.ipynb would both be written to out/a.ipynb"), "{twice}");
    assert!(!notebooks.path("out").exists());
    assert!(refused(&["a.ipynb", "./a.ipynb"]).contains("a.ipynb and ./a.ipynb would both be written to ./a.ipynb"));
    assert!(refused(&[]).contains("NOTEBOOK"), "the usage says what is missing");
    fs::create_dir_all(notebooks.path("taken/a.ipynb")).unwrap();
    let taken = refused(&["a.ipynb", "--output-dir", "taken"]);
    let words = "there is a folder of this name. Nothing was run; choose another folder for the outputs with --output-dir FOLDER\n";
    assert!(taken.starts_with("error: cannot write /") && taken.ends_with(words), "{taken}");
    let long = refused(&["a.ipynb", "--timeout", "18446744073709551615"]);
    assert!(long.contains("18446744073709551615") && long.contains("0..=31536000"), "{long}");
    assert_eq!(fs::read(notebooks.path("a.ipynb")).unwrap(), before);
}
