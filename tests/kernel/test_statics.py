"""Statics keep their state from cell to cell."""

import unittest

from notebook import Notebook
from paths import LESSONS


class Statics(unittest.TestCase):
    def setUp(self):
        self.notebook = Notebook(LESSONS)

    def tearDown(self):
        self.notebook.close()

    def run_ok(self, code):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", f"{code}\n{cell.error}")
        return cell.text()

    def test_a_static_keeps_its_state_until_it_is_defined_again(self):
        counter = "use std::sync::atomic::{AtomicU32, Ordering};\nstatic RUNS: AtomicU32 = AtomicU32::new(0);\n"
        count = 'println!("{}", RUNS.fetch_add(1, Ordering::SeqCst));'
        self.assertEqual([self.run_ok(counter + count), self.run_ok(count), self.run_ok(count)], ["0\n", "1\n", "2\n"])
        self.assertEqual([self.run_ok(counter + count), self.run_ok(count)], ["0\n", "1\n"])
        self.assertEqual(self.notebook.run('static BAD: AtomicU32 = AtomicU32::new("x");').status, "error")
        self.assertEqual(self.run_ok(count), "2\n", "a cell that does not compile changes nothing")

        self.run_ok('use std::sync::LazyLock;\nstatic CARDS: LazyLock<Vec<u64>> = LazyLock::new(|| { println!("made"); vec![1, 2] });')
        self.assertEqual(self.run_ok('println!("{}", CARDS.len());'), "made\n2\n")
        self.assertEqual(self.run_ok('println!("{}", CARDS.len());'), "2\n")

        self.run_ok("static mut SUM: i32 = 0;\nunsafe { SUM += 1; }")
        self.assertEqual(self.run_ok('let sum = unsafe { SUM += 1; SUM }; println!("{sum}");'), "2\n")

        self.run_ok("fn next() -> u32 { static AT: AtomicU32 = AtomicU32::new(10); AT.fetch_add(1, Ordering::SeqCst) }\nnext();")
        self.assertEqual(self.run_ok('println!("{}", next());'), "11\n")

    def test_a_static_whose_type_changes_is_reset(self):
        self.run_ok(
            "use std::sync::{Mutex, OnceLock};\n#[derive(Debug)] struct Inner { a: i32 }\n#[derive(Debug)] struct Conf { inner: Inner }\n"
            "static CONF: OnceLock<Mutex<Conf>> = OnceLock::new();\nCONF.get_or_init(|| Mutex::new(Conf { inner: Inner { a: 1 } }));"
        )
        self.run_ok("CONF.get().unwrap().lock().unwrap().inner.a += 1;")
        self.assertIn("a: 2", self.run_ok('println!("{:?}", CONF.get());'))
        self.run_ok("#[derive(Debug)] struct Inner { a: i32, b: [f64; 8] }")
        self.assertEqual(self.run_ok('println!("{:?}", CONF.get());'), "None\n")

    def test_a_static_is_reset_with_the_process(self):
        self.run_ok("use std::sync::atomic::{AtomicU32, Ordering};\nstatic RUNS: AtomicU32 = AtomicU32::new(0);\nRUNS.fetch_add(5, Ordering::SeqCst);")
        self.assertEqual(self.notebook.run("std::process::exit(3);").status, "error")
        self.assertEqual(self.run_ok('println!("{}", RUNS.load(Ordering::SeqCst));'), "0\n")


if __name__ == "__main__":
    unittest.main()
