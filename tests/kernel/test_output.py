"""Output arrives while a cell runs: all of it, in order."""

import queue
import unittest

from notebook import Notebook, SlowClient
from paths import LESSONS
from processes import peak_memory
from shared_kernel import MODEL, SharedKernelTestCase

class Output(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run(MODEL)

    def run_cell(self, code, **options):
        return self.notebook.run(code, **options)

    def test_text_arrives_before_the_cell_ends(self):
        sleep = "std::thread::sleep(std::time::Duration::from_millis(700));"
        cell = self.run_cell(f'println!("one"); {sleep} print!("two"); std::io::Write::flush(&mut std::io::stdout())?; {sleep}')
        times = {content["text"]: seconds for seconds, kind, content in cell.published if kind == "stream"}
        self.assertLess(times["one\n"] + 1.0, cell.seconds)
        self.assertLess(times["two"] + 0.4, cell.seconds)

    def test_text_without_a_final_newline_is_not_lost(self):
        self.assertEqual(self.run_cell('print!("half");').text(), "half")
        self.assertEqual(self.run_cell('print!("a\\rb");').text(), "a\rb")
        self.assertEqual(self.run_cell('eprint!("half");').text("stderr"), "half")

    def test_outputs_and_text_arrive_in_order(self):
        show = 'tealight::notebook::display(&[("text/plain", "{}")]);'
        code = show.format("1") + 'println!("between");' + show.format("2") + show.format("3") + "40 + 2"
        cell = self.run_cell(code)
        seen = [content.get("text") or content["data"]["text/plain"] for content in cell.messages("stream", "display_data", "execute_result")]
        self.assertEqual(seen, ["1", "between\n", "2", "3", "42"])

    def test_a_display_can_be_updated(self):
        cell = self.run_cell(
            'let mut live = tealight::notebook::LiveOutput::new(); live.update(&[("text/plain", "1")]); live.update(&[("text/plain", "2")]);'
        )
        shown, changed = cell.messages("display_data")[0], cell.messages("update_display_data")[0]
        self.assertEqual(shown["transient"]["display_id"], changed["transient"]["display_id"])
        self.assertEqual((shown["data"]["text/plain"], changed["data"]["text/plain"]), ("1", "2"))
        later = self.run_cell('live.update(&[("text/plain", "3")]);')
        self.assertEqual(later.messages("update_display_data")[0]["transient"], shown["transient"])

    def test_a_training_shows_a_progress_bar_and_live_curves_and_keeps_their_last_state(self):
        cell = self.run_cell("let history = model.fit(&train, Fit::new().epochs(12).batch_size(32).validation_data(&test))?;")
        self.assertEqual(cell.status, "ok")
        first = next(seconds for seconds, kind, _ in cell.published if kind == "display_data")
        self.assertLess(first, cell.seconds)
        updates = [seconds for seconds, kind, _ in cell.published if kind == "update_display_data"]
        self.assertGreater(len(updates), 3)
        final = {}
        for content in cell.messages("display_data", "update_display_data"):
            final[content["transient"]["display_id"]] = content["data"]
        bar, curves = final.values()
        self.assertIn("12 epochs in", bar["text/plain"])
        self.assertIn("Figure: Training by epoch", curves["text/plain"])
        self.assertLess(sum(len(form) for data in final.values() for form in data.values()), 60_000)
        self.assertEqual(cell.text(), "", "no text lines in addition to the bar")

    def test_verbose_silent_and_lines(self):
        fit = "let history = model.fit(&test, Fit::new().epochs(2).verbose(Verbose::{}))?;"
        self.assertEqual(self.run_cell(fit.format("Silent")).messages("stream", "display_data"), [])
        lines = self.run_cell(fit.format("Lines"))
        self.assertEqual(lines.text().count("Epoch "), 2)
        self.assertEqual(lines.messages("display_data"), [])

    def test_a_hundred_thousand_lines(self):
        cell = self.run_cell('for line in 0..100_000 { println!("line {line}"); }')
        self.assertEqual(cell.text(), "".join(f"line {line}\n" for line in range(100_000)))
        self.assertLess(len(cell.messages("stream")), 5_000)

    def test_a_display_of_fifty_megabytes(self):
        cell = self.run_cell('tealight::notebook::display(&[("text/plain", &"x".repeat(50_000_000))]);')
        self.assertEqual(len(cell.messages("display_data")[0]["data"]["text/plain"]), 50_000_000)

    def test_a_slow_client_gets_everything_and_the_kernel_buffers_little(self):
        notebook = Notebook(LESSONS)
        client = SlowClient(notebook)
        try:
            for count, size in ((150_000, 1), (1_000, 1_000_000)):
                show = 'tealight::notebook::display(&[("text/plain", &text)]);'
                sent = notebook.client.execute(f'let text = "x".repeat({size}); for _ in 0..{count} {{ {show} }}')
                # The client reads nothing for 15 seconds, like a page that is busy drawing, and the cell must wait.
                with self.assertRaises(queue.Empty):
                    notebook.client.get_shell_msg(timeout=15)
                self.assertEqual(client.outputs_until_idle(sent), count)
                notebook.reply(sent)
            self.assertLess(peak_memory(notebook.manager.provisioner.pid), 300e6)
        finally:
            client.close()
            notebook.close()

    def test_loading_tealight_again_is_free(self):
        load = ':dep tealight = { path = "../crate/tealight" }\nuse tealight::prelude::*;'
        cells = [self.run_cell(load) for _ in range(3)]
        self.assertEqual({cell.status for cell in cells}, {"ok"})
        # Nothing is compiled for these lines; `bench_kernel.py` measures them.
        compiled = [self.run_cell('println!("1");') for _ in range(3)]
        self.assertLess(min(cell.seconds for cell in cells), min(cell.seconds for cell in compiled))

    def test_a_cell_can_clear_its_output(self):
        for wait in (False, True):
            cell = self.notebook.run(f'println!("before"); clear_output({str(wait).lower()}); println!("after");')
            shown = [(kind, content.get("text", content.get("wait"))) for _, kind, content in cell.published if kind in ("stream", "clear_output")]
            self.assertEqual(shown, [("stream", "before\n"), ("clear_output", wait), ("stream", "after\n")])


if __name__ == "__main__":
    unittest.main()
