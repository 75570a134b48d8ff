"""What lives on from cell to cell: the state of statics, and variables when a crate comes in."""

import pathlib
import tempfile
import unittest

from here import LESSONS
from notebook import Notebook


class Items(unittest.TestCase):
    def setUp(self):
        self.notebook = Notebook(LESSONS)

    def tearDown(self):
        self.notebook.close()

    def out(self, code):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", f"{code}\n{cell.error}")
        return cell.text()

    def test_a_static_keeps_its_state_and_begins_anew_where_it_is_defined_again(self):
        counter = "use std::sync::atomic::{AtomicU32, Ordering};\nstatic RUNS: AtomicU32 = AtomicU32::new(0);\n"
        count = 'println!("{}", RUNS.fetch_add(1, Ordering::SeqCst));'
        self.assertEqual([self.out(counter + count), self.out(count), self.out(count)], ["0\n", "1\n", "2\n"])
        self.assertEqual([self.out(counter + count), self.out(count)], ["0\n", "1\n"])
        self.assertEqual(self.notebook.run('static BAD: AtomicU32 = AtomicU32::new("x");').status, "error")
        self.assertEqual(self.out(count), "2\n", "a cell that does not compile changes nothing")

        self.out('use std::sync::LazyLock;\nstatic CARDS: LazyLock<Vec<u64>> = LazyLock::new(|| { println!("made"); vec![1, 2] });')
        self.assertEqual(self.out('println!("{}", CARDS.len());'), "made\n2\n")
        self.assertEqual(self.out('println!("{}", CARDS.len());'), "2\n")

        self.out("static mut SUM: i32 = 0;\nunsafe { SUM += 1; }")
        self.assertEqual(self.out('let sum = unsafe { SUM += 1; SUM }; println!("{sum}");'), "2\n")

        self.out("fn next() -> u32 { static AT: AtomicU32 = AtomicU32::new(10); AT.fetch_add(1, Ordering::SeqCst) }\nnext();")
        self.assertEqual(self.out('println!("{}", next());'), "11\n")

    def test_a_static_whose_type_changes_begins_anew(self):
        self.out(
            "use std::sync::{Mutex, OnceLock};\n#[derive(Debug)] struct Inner { a: i32 }\n#[derive(Debug)] struct Conf { inner: Inner }\n"
            "static CONF: OnceLock<Mutex<Conf>> = OnceLock::new();\nCONF.get_or_init(|| Mutex::new(Conf { inner: Inner { a: 1 } }));"
        )
        self.out("CONF.get().unwrap().lock().unwrap().inner.a += 1;")
        self.assertIn("a: 2", self.out('println!("{:?}", CONF.get());'))
        self.out("#[derive(Debug)] struct Inner { a: i32, b: [f64; 8] }")
        self.assertEqual(self.out('println!("{:?}", CONF.get());'), "None\n")

    def test_a_static_begins_anew_with_the_process(self):
        self.out("use std::sync::atomic::{AtomicU32, Ordering};\nstatic RUNS: AtomicU32 = AtomicU32::new(0);\nRUNS.fetch_add(5, Ordering::SeqCst);")
        self.assertEqual(self.notebook.run("std::process::exit(3);").status, "error")
        self.assertEqual(self.out('println!("{}", RUNS.load(Ordering::SeqCst));'), "0\n")

    def test_a_crate_comes_in_without_a_variable_lost_or_tealight_built_again(self):
        library = next((self.notebook.folder() / "cell/target").rglob("deps/libtealight.so"))
        before = library.stat()
        self.out("#[derive(Debug, Clone)] struct P { a: i32 }\nlet p = P { a: 1 }; let v = vec![P { a: 2 }]; let n = 3;")
        with tempfile.TemporaryDirectory() as folder:
            crate = pathlib.Path(folder)
            (crate / "src").mkdir()
            (crate / "Cargo.toml").write_text('[package]\nname = "own"\nversion = "0.1.0"\nedition = "2021"\n')
            (crate / "src/lib.rs").write_text("pub fn answer() -> i32 { 41 }\n")
            self.out(f':dep own = {{ path = "{crate}" }}')
            self.assertEqual(self.out('println!("{n} {p:?} {v:?} {}", own::answer());'), "3 P { a: 1 } [P { a: 2 }] 41\n")
            (crate / "src/lib.rs").write_text("pub fn answer() -> i32 { 42 }\n")
            self.assertEqual(self.out('println!("{p:?} {}", own::answer());'), "P { a: 1 } 42\n", "its source has changed")
            self.out(':dep itoa = "1"')
            self.assertEqual(self.out('println!("{v:?} {} {}", itoa::Buffer::new().format(7), own::answer());'), "[P { a: 2 }] 7 42\n")
        after = library.stat()
        self.assertEqual((before.st_mtime, before.st_ino), (after.st_mtime, after.st_ino))


if __name__ == "__main__":
    unittest.main()
