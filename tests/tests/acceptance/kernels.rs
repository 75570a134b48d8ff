//! Isolation of kernels: each works in a separate folder.

use std::thread;

use acceptance::Notebook;

#[test]
fn concurrent_kernels_run_their_own_code() {
    let kernels = ["first", "second", "third"].map(|name| {
        thread::spawn(move || {
            let cells = (0..6).map(|cell| format!("println!(\"{name} {cell}\");")).collect::<Vec<_>>();
            let cells = cells.iter().map(String::as_str).collect::<Vec<_>>();
            let run = Notebook::with_cells(&cells).unwrap().run().unwrap();
            run.passed().unwrap();
            for cell in 0..6 {
                assert_eq!(run.text(cell, "stdout"), format!("{name} {cell}\n"));
            }
        })
    });
    for kernel in kernels {
        kernel.join().unwrap();
    }
}

#[test]
fn kernel_removes_its_folder() {
    let notebook =
        Notebook::with_cells(&["let folder = std::env::var(\"EVCXR_TMPDIR\").unwrap(); println!(\"{folder}\");"]);
    let run = notebook.unwrap().run().unwrap();
    run.passed().unwrap();
    let folder = run.text(0, "stdout");
    let folder = std::path::Path::new(folder.trim());
    assert!(folder.ends_with("cell") && !folder.parent().unwrap().exists(), "{} was left", folder.display());
}
