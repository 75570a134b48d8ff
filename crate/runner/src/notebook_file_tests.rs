use super::*;

fn written(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ipynb");
    fs::write(&path, content).unwrap();
    (folder, path)
}

fn open_error(content: &str) -> String {
    let (_folder, path) = written(content);
    let error = format!("{:#}", NotebookFile::open(&path).unwrap_err());
    let start = format!("cannot run {}: ", path.display());
    error.strip_prefix(&start).unwrap_or_else(|| panic!("{error:?} does not begin with {start:?}")).to_owned()
}

fn rust_info() -> Value {
    json!({"name": "Rust", "file_extension": ".rs"})
}

/// As Jupyter saves it, with one of everything that is to stay as it is.
const SAVED_BY_JUPYTER: &str = r##"{
 "cells": [
  {
   "attachments": {
    "a.png": {
     "image/png": "aGk="
    }
   },
   "cell_type": "markdown",
   "id": "one",
   "metadata": {
    "zebra": 1,
    "ape": [
     0.5,
     {}
    ]
   },
   "source": [
    "# Tïtle\n",
    "text"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "from the future": true,
   "id": "two",
   "metadata": {
    "tags": []
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "1\n",
      "\u001b[31m2"
     ]
    }
   ],
   "source": [
    "println!(\"1\");\n",
    "two()"
   ]
  },
  {
   "cell_type": "raw",
   "id": "three",
   "metadata": {},
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "My Rust",
   "language": "rust",
   "name": "rust"
  },
  "language_info": {
   "file_extension": ".rs",
   "name": "Rust"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
"##;

#[test]
fn equal_outputs_give_equal_bytes() {
    let (folder, path) = written(SAVED_BY_JUPYTER);
    let mut notebook = NotebookFile::open(&path).unwrap();
    let cell = CodeCell { position: 1, source: "println!(\"1\");\ntwo()".to_owned() };
    assert_eq!(notebook.code_cells(), [cell]);
    notebook.clear_outputs();
    let text = json!({"name": "stdout", "output_type": "stream", "text": ["1\n", "\u{1b}[31m2"]});
    notebook.set_outputs(1, 1, vec![text]);
    notebook.set_language_info(&rust_info());
    notebook.save(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), SAVED_BY_JUPYTER);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
}

#[test]
fn missing_keys_are_inserted_in_order() {
    let (_folder, path) = written(
        r#"{"cells": [{"cell_type": "code", "metadata": {}, "source": "1"}, {"cell_type": "markdown", "source": "x"}],
            "nbformat": 4, "nbformat_minor": 5}"#,
    );
    let mut notebook = NotebookFile::open(&path).unwrap();
    notebook.set_outputs(0, 1, Vec::new());
    notebook.set_language_info(&rust_info());
    notebook.save(&path).unwrap();
    let first = fs::read_to_string(&path).unwrap();
    let saved: Value = serde_json::from_str(&first).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&saved), ["cells", "metadata", "nbformat", "nbformat_minor"]);
    assert_eq!(keys(&saved["cells"][0]), ["cell_type", "execution_count", "id", "metadata", "outputs", "source"]);
    assert_eq!(saved["metadata"]["kernelspec"]["name"], "rust");
    assert_eq!(keys(&saved["metadata"]["language_info"]), ["file_extension", "name"]);
    assert_ne!(saved["cells"][0]["id"], saved["cells"][1]["id"]);
    assert_eq!(saved["cells"][0]["id"].as_str().unwrap().len(), 8);

    let mut again = NotebookFile::open(&path).unwrap();
    again.save(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), first);
}

#[test]
fn cells_of_format_4_4_get_no_id() {
    let (_folder, path) =
        written(r#"{"cells": [{"cell_type": "raw", "source": "1"}], "nbformat": 4, "nbformat_minor": 4}"#);
    NotebookFile::open(&path).unwrap().save(&path).unwrap();
    let saved = fs::read_to_string(&path).unwrap();
    assert!(!saved.contains("\"id\""), "{saved}");
}

#[test]
fn equal_cells_get_different_ids() {
    let cell = r#"{"cell_type": "raw", "source": "1"}"#;
    let (_folder, path) = written(&format!(r#"{{"cells": [{cell}, {cell}], "nbformat": 4, "nbformat_minor": 5}}"#));
    let mut notebook = NotebookFile::open(&path).unwrap();
    notebook.add_missing_ids();
    assert_ne!(notebook.cells()[0]["id"], notebook.cells()[1]["id"]);
}

#[test]
fn empty_code_cells_lose_their_outputs() {
    let (_folder, path) = written(
        r#"{"cells": [{"cell_type": "code", "source": [" \n"], "execution_count": 4, "outputs": [{}]},
            {"cell_type": "code", "source": ["a\n", "b"]}], "nbformat": 4, "nbformat_minor": 4}"#,
    );
    let mut notebook = NotebookFile::open(&path).unwrap();
    assert_eq!(notebook.code_cells(), [CodeCell { position: 1, source: "a\nb".to_owned() }]);
    notebook.clear_outputs();
    assert_eq!(notebook.cells()[0]["outputs"], json!([]));
    assert_eq!(notebook.cells()[0]["execution_count"], Value::Null);
}

#[test]
fn indentation_is_kept() {
    let (_folder, path) = written("{\n    \"nbformat\": 4,\n    \"cells\": []\n}");
    NotebookFile::open(&path).unwrap().save(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\n    \"nbformat\": 4,\n    \"cells\": []\n}\n");
}

#[test]
fn notebook_that_changed_meanwhile_is_not_overwritten() {
    let (folder, path) = written(r#"{"cells": [], "nbformat": 4}"#);
    let mut notebook = NotebookFile::open(&path).unwrap();
    fs::write(&path, "edited").unwrap();
    let error = notebook.save(&path).unwrap_err().to_string();
    assert!(error.contains("was changed while it ran") && error.contains("a.run.ipynb"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "edited");
    NotebookFile::open(&folder.path().join("a.run.ipynb")).unwrap();
}

#[cfg(unix)]
#[test]
fn symbolic_links_and_permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, path) = written(r#"{"cells": [], "nbformat": 4}"#);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.ipynb");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    NotebookFile::open(&link).unwrap().save(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&path).unwrap().ends_with("}\n"));
}

#[test]
fn unwritable_target_is_found_before_the_run() {
    let (folder, path) = written(r#"{"cells": [], "nbformat": 4}"#);
    check_writable(&path).unwrap();
    check_writable(&folder.path().join("new.ipynb")).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
    let write_error = |target: &Path| format!("{:#}", check_writable(target).unwrap_err());
    let named = write_error(folder.path());
    assert!(named.starts_with("cannot write /") && named.ends_with(": there is a folder of this name"), "{named}");
    let missing = write_error(&folder.path().join("missing/a.ipynb"));
    assert!(missing.contains("missing/a.ipynb: ") && missing.contains("No such file or directory"), "{missing}");
}

#[test]
fn invalid_notebooks_are_rejected() {
    let missing = format!("{:#}", NotebookFile::open(Path::new("no/such.ipynb")).unwrap_err());
    assert!(missing.starts_with("cannot run no/such.ipynb: there is no such file (looked from /"), "{missing}");
    let folder = tempfile::tempdir().unwrap();
    let folder = format!("{:#}", NotebookFile::open(folder.path()).unwrap_err());
    assert!(folder.contains("it is a folder; name the notebooks in it"), "{folder}");
    assert!(open_error("fn main() {}").starts_with("the file is not JSON, so not a notebook"));
    assert_eq!(open_error("[]"), "the file is JSON but not a notebook");
    assert!(open_error("{}").contains("it has no number under \"nbformat\""));
    assert!(open_error(r#"{"nbformat": 3, "worksheets": []}"#).contains("the old format 3"));
    assert!(open_error(r#"{"nbformat": 5, "cells": []}"#).contains("format 5"));
    assert!(open_error(r#"{"nbformat": 4}"#).contains("no list under \"cells\""));
    assert!(open_error(r#"{"nbformat": 4, "cells": [{"cell_type": "code"}]}"#).contains("cell 1 has neither text"));
}

#[test]
fn notebooks_in_other_languages_are_rejected() {
    let notebook = |metadata: &str| format!(r#"{{"nbformat": 4, "cells": [], "metadata": {metadata}}}"#);
    let python = r#"{"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}"#;
    assert!(open_error(&notebook(python)).starts_with("the notebook is for python, and this command runs Rust"));
    let by_info = r#"{"language_info": {"name": "julia"}}"#;
    assert!(open_error(&notebook(by_info)).starts_with("the notebook is for julia"));
    let by_kernel = r#"{"kernelspec": {"name": "ir"}}"#;
    assert!(open_error(&notebook(by_kernel)).starts_with("the notebook is for ir,"));
    for rust in [r#"{"kernelspec": {"name": "rust"}}"#, r#"{"language_info": {"name": "Rust"}}"#, "{}"] {
        let (_folder, path) = written(&notebook(rust));
        NotebookFile::open(&path).unwrap();
    }
}
