"""Adding a crate with `:dep` keeps all variables."""

import pathlib
import tempfile
import unittest

from notebook import Notebook
from paths import LESSONS


class Dependencies(unittest.TestCase):
    def setUp(self):
        self.notebook = Notebook(LESSONS)

    def tearDown(self):
        self.notebook.close()

    def run_ok(self, code):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", f"{code}\n{cell.error}")
        return cell.text()

    def test_a_new_dependency_keeps_the_variables_and_does_not_rebuild_tealight(self):
        library = next((self.notebook.kernel_folder() / "cell/target").rglob("deps/libtealight.so"))
        before = library.stat()
        self.run_ok("#[derive(Debug, Clone)] struct P { a: i32 }\nlet p = P { a: 1 }; let v = vec![P { a: 2 }]; let n = 3;")
        with tempfile.TemporaryDirectory() as folder:
            crate = pathlib.Path(folder)
            (crate / "src").mkdir()
            (crate / "Cargo.toml").write_text('[package]\nname = "own"\nversion = "0.1.0"\nedition = "2021"\n')
            (crate / "src/lib.rs").write_text("pub fn answer() -> i32 { 41 }\n")
            self.run_ok(f':dep own = {{ path = "{crate}" }}')
            self.assertEqual(self.run_ok('println!("{n} {p:?} {v:?} {}", own::answer());'), "3 P { a: 1 } [P { a: 2 }] 41\n")
            (crate / "src/lib.rs").write_text("pub fn answer() -> i32 { 42 }\n")
            self.assertEqual(self.run_ok('println!("{p:?} {}", own::answer());'), "P { a: 1 } 42\n", "its source has changed")
            self.run_ok(':dep itoa = "1"')
            self.assertEqual(self.run_ok('println!("{v:?} {} {}", itoa::Buffer::new().format(7), own::answer());'), "[P { a: 2 }] 7 42\n")
        after = library.stat()
        self.assertEqual((before.st_mtime, before.st_ino), (after.st_mtime, after.st_ino))


if __name__ == "__main__":
    unittest.main()
