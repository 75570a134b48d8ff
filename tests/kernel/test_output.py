"""Output is seen while a cell runs: all of it, in order."""

import queue
import unittest

from here import LESSONS
from notebook import Notebook, SlowPage
from one_kernel import OneKernel
from processes import most_memory

MODEL = """
let (train, test) = mnist::load()?;
let (train, test) = (train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0));
let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(64).activation(Relu))
    .add(Dense::new(10).activation(Softmax)).build(1)?;
model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
"""


class Output(OneKernel):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run(MODEL)

    def run_cell(self, code, **options):
        return self.notebook.run(code, **options)

    def test_text_is_seen_before_the_cell_ends(self):
        sleep = "std::thread::sleep(std::time::Duration::from_millis(700));"
        cell = self.run_cell(f'println!("one"); {sleep} print!("two"); std::io::Write::flush(&mut std::io::stdout())?; {sleep}')
        times = {content["text"]: seconds for seconds, kind, content in cell.published if kind == "stream"}
        self.assertLess(times["one\n"] + 1.0, cell.seconds)
        self.assertLess(times["two"] + 0.4, cell.seconds)

    def test_text_without_a_final_newline_is_not_lost(self):
        self.assertEqual(self.run_cell('print!("half");').text(), "half")
        self.assertEqual(self.run_cell('print!("a\\rb");').text(), "a\rb")
        self.assertEqual(self.run_cell('eprint!("half");').text("stderr"), "half")

    def test_any_number_of_outputs_in_order_with_text_between(self):
        show = 'tealight::notebook::display(&[("text/plain", "{}")]);'
        code = show.format("1") + 'println!("between");' + show.format("2") + show.format("3") + "40 + 2"
        cell = self.run_cell(code)
        seen = [content.get("text") or content["data"]["text/plain"] for content in cell.of("stream", "display_data", "execute_result")]
        self.assertEqual(seen, ["1", "between\n", "2", "3", "42"])

    def test_an_output_can_be_changed_and_taken_away(self):
        cell = self.run_cell(
            'let mut live = tealight::notebook::Live::new(); live.update(&[("text/plain", "1")]); live.update(&[("text/plain", "2")]);'
        )
        shown, changed = cell.of("display_data")[0], cell.of("update_display_data")[0]
        self.assertEqual(shown["transient"]["display_id"], changed["transient"]["display_id"])
        self.assertEqual((shown["data"]["text/plain"], changed["data"]["text/plain"]), ("1", "2"))
        later = self.run_cell('live.update(&[("text/plain", "3")]);')
        self.assertEqual(later.of("update_display_data")[0]["transient"], shown["transient"])

    def test_a_training_shows_a_bar_and_growing_curves_and_keeps_the_end_of_both(self):
        cell = self.run_cell("let history = model.fit(&train, Fit::new().epochs(12).batch_size(32).validation_data(&test))?;")
        self.assertEqual(cell.status, "ok")
        first = next(seconds for seconds, kind, _ in cell.published if kind == "display_data")
        self.assertLess(first, cell.seconds)
        updates = [seconds for seconds, kind, _ in cell.published if kind == "update_display_data"]
        self.assertGreater(len(updates), 3)
        final = {}
        for content in cell.of("display_data", "update_display_data"):
            final[content["transient"]["display_id"]] = content["data"]
        bar, curves = final.values()
        self.assertIn("12 epochs in", bar["text/plain"])
        self.assertIn("Figure: Training by epoch", curves["text/plain"])
        self.assertLess(sum(len(form) for data in final.values() for form in data.values()), 60_000)
        self.assertEqual(cell.text(), "", "no lines beside the bar")

    def test_verbose_chooses_silence_or_lines(self):
        fit = "let history = model.fit(&test, Fit::new().epochs(2).verbose(Verbose::{}))?;"
        self.assertEqual(self.run_cell(fit.format("Silent")).of("stream", "display_data"), [])
        lines = self.run_cell(fit.format("Lines"))
        self.assertEqual(lines.text().count("Epoch "), 2)
        self.assertEqual(lines.of("display_data"), [])

    def test_a_hundred_thousand_lines(self):
        cell = self.run_cell('for line in 0..100_000 { println!("line {line}"); }')
        self.assertEqual(cell.text(), "".join(f"line {line}\n" for line in range(100_000)))
        self.assertLess(len(cell.of("stream")), 5_000)

    def test_a_display_of_fifty_megabytes(self):
        cell = self.run_cell('tealight::notebook::display(&[("text/plain", &"x".repeat(50_000_000))]);')
        self.assertEqual(len(cell.of("display_data")[0]["data"]["text/plain"]), 50_000_000)

    def test_a_page_that_is_slow_gets_everything_and_the_kernel_keeps_little_of_it(self):
        notebook = Notebook(LESSONS)
        page = SlowPage(notebook)
        try:
            for count, size in ((150_000, 1), (1_000, 1_000_000)):
                show = 'tealight::notebook::display(&[("text/plain", &text)]);'
                sent = notebook.client.execute(f'let text = "x".repeat({size}); for _ in 0..{count} {{ {show} }}')
                # So long it reads nothing, as one that draws, and so long the cell has not ended.
                with self.assertRaises(queue.Empty):
                    notebook.client.get_shell_msg(timeout=15)
                self.assertEqual(page.outputs_until_idle(sent), count)
                notebook.reply(sent)
            self.assertLess(most_memory(notebook.manager.provisioner.pid), 300e6)
        finally:
            page.close()
            notebook.close()

    def test_what_brings_tealight_in_costs_nothing_here(self):
        bring_in = ':dep tealight = { path = "../crate/tealight" }\nuse tealight::prelude::*;'
        cells = [self.run_cell(bring_in) for _ in range(3)]
        self.assertEqual({cell.status for cell in cells}, {"ok"})
        # Nothing is compiled for it; `bench.py` says how long it takes.
        compiled = [self.run_cell('println!("1");') for _ in range(3)]
        self.assertLess(min(cell.seconds for cell in cells), min(cell.seconds for cell in compiled))

    def test_a_cell_can_take_away_what_it_has_shown(self):
        for wait in (False, True):
            cell = self.notebook.run(f'println!("before"); clear_output({str(wait).lower()}); println!("after");')
            shown = [(kind, content.get("text", content.get("wait"))) for _, kind, content in cell.published if kind in ("stream", "clear_output")]
            self.assertEqual(shown, [("stream", "before\n"), ("clear_output", wait), ("stream", "after\n")])


if __name__ == "__main__":
    unittest.main()
