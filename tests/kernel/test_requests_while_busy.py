"""Requests that the kernel answers while a cell runs, the order of cells, and the times that `:timing` prints."""

import statistics
import time
import unittest

from shared_kernel import MODEL, SharedKernelTestCase


class RequestsWhileBusy(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run(MODEL)
        cls.notebook.reply(cls.notebook.client.complete("model.", 6))

    def test_completion_and_tooltips_are_answered_during_training(self):
        client, waits = self.notebook.client, []

        def timed_reply(request_id):
            start = time.monotonic()
            reply = self.notebook.reply(request_id)
            waits.append(time.monotonic() - start)
            return reply

        sent = self.notebook.send("let history = model.fit(&train, Fit::new().epochs(500))?;")
        last = self.notebook.send('println!("{}", history.epochs() > 0);')
        published = []
        while "display_data" not in published:
            message = client.get_iopub_msg(timeout=300)
            if message["parent_header"].get("msg_id") == sent[0]:
                published.append(message["msg_type"])
        for _ in range(5):
            matches = timed_reply(client.complete("model.ev", 8))["matches"]
            self.assertTrue(any(match.startswith("evaluate") for match in matches), matches)
            # Variables of the running cell are known, so that they complete in cells written in the meantime.
            matches = timed_reply(client.complete("history.plot_l", 14))["matches"]
            self.assertTrue(any(match.startswith("plot_loss") for match in matches), matches)
            self.assertTrue(timed_reply(client.inspect("Dense::new", 10))["found"])
        for request_id in (client.kernel_info(), client.is_complete("1 + 1"), client.history(), client.comm_info()):
            self.assertIn(timed_reply(request_id).get("status", "ok"), ("ok", "complete"))
        # A generous bound: this is not a benchmark, and the machine may be busy.
        self.assertLess(statistics.median(waits), 2.0, waits)
        self.notebook.manager.interrupt_kernel()
        self.assertEqual(self.notebook.receive(sent).status, "error")
        self.assertEqual(self.notebook.reply(last[0])["status"], "aborted")

    def test_cells_keep_their_order(self):
        nap = "std::thread::sleep(std::time::Duration::from_millis(300));"
        sent = [self.notebook.send(f'{nap} println!("{number}");') for number in range(3)]
        question = self.notebook.client.complete("mod", 3)
        cells = [self.notebook.receive(cell) for cell in sent]
        self.assertEqual([cell.text() for cell in cells], ["0\n", "1\n", "2\n"])
        counts = [cell.execution_count for cell in cells]
        self.assertEqual(counts, sorted(counts))
        del question

    def test_a_cell_is_busy_until_it_ends(self):
        sent = self.notebook.send('println!("on"); std::thread::sleep(std::time::Duration::from_secs(2));')
        time.sleep(1)
        self.notebook.reply(self.notebook.client.complete("mod", 3))
        states = [content["execution_state"] for content in self.notebook.receive(sent).messages("status")]
        self.assertEqual(states[-1], "idle")
        self.assertEqual(set(states[:-1]), {"busy"})

    def test_timing_shows_the_times_of_a_cell(self):
        self.notebook.run(":timing")
        cell = self.notebook.run('println!("x");')
        times = ["type inference", "compile", "load", "run", "total"]
        line = ", ".join(rf"{time} \d+\.\d\d s" for time in times)
        self.assertRegex(cell.text(), rf"^x\n{line}\n$")
        self.notebook.run(":timing")
        self.assertEqual(self.notebook.run('println!("x");').text(), "x\n")


if __name__ == "__main__":
    unittest.main()
