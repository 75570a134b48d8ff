//! A notebook without tealight: the kernel of `crate/kernel/examples/plain_rust_kernel.rs`, whose host has no library.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use acceptance::{Notebook, Run, multiline, outputs, root};

/// Builds an example program and returns its path.
fn build_example(example: &str) -> PathBuf {
    let build = Command::new(env!("CARGO"))
        // Of the whole workspace, so that nothing is rebuilt with other features.
        .args(["build", "--release", "--example", example, "--message-format", "json"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let messages = String::from_utf8(build.stdout).unwrap();
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back().unwrap()
}

/// Starts the runner with the plain kernel on a notebook.
fn start(notebook: &Notebook, options: &[&str]) -> Child {
    let folder = std::env::temp_dir().join("plain-rust-kernel-test");
    Command::new(build_example("run_with_kernel"))
        .arg(build_example("plain_rust_kernel"))
        .args(options)
        .arg(notebook.path())
        .env("PLAIN_RUST_FOLDER", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn run(notebook: &Notebook, options: &[&str]) -> Run {
    notebook.read_run(start(notebook, options).wait_with_output().unwrap()).unwrap()
}

#[test]
fn plain_notebook_shows_outputs_in_order_and_uses_a_crate() {
    let notebook = Notebook::with_cells(&[
        "println!(\"before\");\n\
         println!(\"EVCXR_BEGIN_CONTENT text/html\\n<b>shown</b>\\nEVCXR_END_CONTENT\");\n\
         println!(\"after\");",
        ":dep itoa = \"1\"",
        "println!(\"{}\", itoa::Buffer::new().format(42));",
        "let kept = 1 + 1;\nkept",
    ])
    .unwrap();
    let run = run(&notebook, &[]);
    run.passed().unwrap();
    let shown: Vec<String> = outputs(&run.notebook, 0)
        .into_iter()
        .map(|output| multiline(&output["text"]) + multiline(&output["data"]["text/html"]).trim())
        .collect();
    assert_eq!(shown, ["before\n", "<b>shown</b>", "after\n"]);
    assert_eq!(run.text(2, "stdout"), "42\n");
    assert_eq!(run.shown(3, "text/plain"), ["2"]);
}

#[test]
fn plain_notebook_shows_output_while_a_cell_runs() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    // The cell prints, then waits until the test, which has read the text, creates a file.
    let cell = format!(
        "println!(\"waiting\");\nwhile !std::path::Path::new({go:?}).exists() {{\n    \
         std::thread::sleep(std::time::Duration::from_millis(20));\n}}\nprintln!(\"done\");"
    );
    let notebook = Notebook::with_cells(&[&cell]).unwrap();
    let mut child = start(&notebook, &["--verbose", "--timeout", "120"]);
    let stdout = child.stdout.take().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(stdout)).map_while(Result::ok);
    assert_eq!(lines.next().as_deref(), Some("waiting"));
    fs::write(&go, "").unwrap();
    assert_eq!(lines.next().as_deref(), Some("done"));
    assert!(child.wait().unwrap().success());
}

#[test]
fn plain_notebook_interrupts_an_endless_loop() {
    let notebook = Notebook::with_cells(&[
        "println!(\"running\");\nloop {\n    std::thread::sleep(std::time::Duration::from_millis(1));\n}",
    ]);
    // The runner interrupts at the limit, and a second time if the code continues.
    let run = run(&notebook.unwrap(), &["--timeout", "30"]);
    assert_eq!(run.output.status.code(), Some(1), "{}", run.printed());
    assert_eq!(run.text(0, "stdout"), "running\n");
    let stopped = "took longer than 30 s, so it was stopped; it did not react, so its process was ended";
    assert!(run.printed().contains(stopped), "{}", run.printed());
}
