"""What is answered while a cell runs, and how long cells take."""

import statistics
import time
import unittest

from one_kernel import OneKernel
from test_output import MODEL


class Aside(OneKernel):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run(MODEL)
        cls.notebook.ask(cls.notebook.client.complete("model.", 6))

    def test_completion_and_documentation_come_while_a_training_runs(self):
        client, waits = self.notebook.client, []

        def ask(send):
            start = time.monotonic()
            reply = self.notebook.ask(send)
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
            matches = ask(client.complete("model.ev", 8))["matches"]
            self.assertTrue(any(match.startswith("evaluate") for match in matches), matches)
            # What the cell that runs defines is known, for the cells that are written meanwhile.
            matches = ask(client.complete("history.plot_l", 14))["matches"]
            self.assertTrue(any(match.startswith("plot_loss") for match in matches), matches)
            self.assertTrue(ask(client.inspect("Dense::new", 10))["found"])
        for question in (client.kernel_info(), client.is_complete("1 + 1"), client.history(), client.comm_info()):
            self.assertIn(ask(question).get("status", "ok"), ("ok", "complete"))
        # A generous bound: this is no measurement, and other things may run here.
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
        counts = [cell.count for cell in cells]
        self.assertEqual(counts, sorted(counts))
        del question

    def test_a_cell_says_that_it_runs_until_its_end(self):
        sent = self.notebook.send('println!("on"); std::thread::sleep(std::time::Duration::from_secs(2));')
        time.sleep(1)
        self.notebook.ask(self.notebook.client.complete("mod", 3))
        states = [content["execution_state"] for content in self.notebook.receive(sent).of("status")]
        self.assertEqual(states[-1], "idle")
        self.assertEqual(set(states[:-1]), {"busy"})

    def test_timing_shows_the_times_of_a_cell(self):
        self.notebook.run(":timing")
        cell = self.notebook.run('println!("x");')
        self.assertRegex(cell.text(), r"^x\ncompiled in \d+\.\d\d s, ran in \d+\.\d\d s\n$")
        self.notebook.run(":timing")
        self.assertEqual(self.notebook.run('println!("x");').text(), "x\n")


if __name__ == "__main__":
    unittest.main()
