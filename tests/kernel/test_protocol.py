"""Jupyter's own conformance tests for kernels, and tests of the protocol that they lack."""

import hashlib
import hmac
import json
import unittest
import uuid

import jupyter_kernel_test
import nbformat
import zmq

from notebook import Notebook
from paths import LESSONS, ROOT
from shared_kernel import SharedKernelTestCase


class KernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "rust"
    language_name = "Rust"
    file_extension = ".rs"
    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("oh no");'
    completion_samples = [{"text": "Sequenti", "matches": {"Sequential"}}]
    complete_code_samples = ["1 + 2", "let x = 1;", "fn f(x: i32) -> i32 { x }", 'println!("(");']
    incomplete_code_samples = ["fn f() {", "let x =", 'println!("a', "vec![1,"]
    invalid_code_samples = ["let = 3;", ")", "fn f() }"]
    code_generate_error = 'panic!("no");'
    code_execute_result = [{"code": "1 + 2", "result": "3"}, {"code": '"a"', "result": '"a"'}]
    code_display_data = [
        {"code": 'tealight::notebook::display(&[("text/html", "<b>1</b>"), ("text/plain", "1")]);', "mime": "text/html"},
        {"code": 'show!(Curves::new("c").line("a", [1.0, 2.0]));', "mime": "text/html"},
    ]
    code_history_pattern = "1*2"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Sequential"
    code_clear_output = (
        "println!(\"{}{{\\\"do\\\":\\\"clear\\\",\\\"wait\\\":false}}\", '\\u{1e}'.to_string() + \"tealight \");"
    )


class Protocol(SharedKernelTestCase):
    def test_execution_counts_start_at_one_and_silent_cells_do_not_count(self):
        fresh = Notebook(LESSONS)
        try:
            self.assertEqual(fresh.run("1").execution_count, 1)
            fresh.run("2", silent=True)
            self.assertEqual(fresh.run("3").execution_count, 2)
        finally:
            fresh.close()

    def test_busy_comes_first_and_idle_last(self):
        kinds = [(kind, content.get("execution_state")) for _, kind, content in self.notebook.run("1 + 1").published]
        self.assertEqual(kinds[0], ("status", "busy"))
        self.assertEqual(kinds[1][0], "execute_input")
        self.assertEqual(kinds[-1], ("status", "idle"))

    def test_no_message_is_lost_in_five_thousand_requests(self):
        client = self.notebook.client
        for _ in range(5_000):
            identity = client.kernel_info()
            states = []
            while states != ["busy", "idle"]:
                message = client.get_iopub_msg(timeout=60)
                if message["parent_header"]["msg_id"] == identity:
                    states.append(message["content"]["execution_state"])
            self.notebook.reply(identity)

    def test_there_are_no_open_comms(self):
        reply = self.notebook.reply(self.notebook.client.comm_info())
        self.assertEqual(reply, {"status": "ok", "comms": {}})

    def test_a_cell_can_request_input(self):
        client = self.notebook.client
        code = (
            'println!("EVCXR_INPUT_REQUEST:name? "); let mut name = String::new();\n'
            'std::io::stdin().read_line(&mut name)?; println!("hello {}", name.trim());'
        )
        sent = self.notebook.send(code, allow_stdin=True)
        request = client.get_stdin_msg(timeout=60)
        self.assertEqual(request["content"], {"prompt": "name? ", "password": False})
        client.input("Ada")
        self.assertEqual(self.notebook.receive(sent).text(), "hello Ada\n")

    def test_a_message_with_a_wrong_signature_is_dropped(self):
        connection = self.notebook.manager.get_connection_info()
        context = zmq.Context()
        socket = context.socket(zmq.DEALER)
        socket.connect(f"tcp://{connection['ip']}:{connection['shell_port']}")
        header = {
            "msg_id": uuid.uuid4().hex,
            "username": "eve",
            "session": uuid.uuid4().hex,
            "date": "2026-01-01T00:00:00Z",
            "msg_type": "kernel_info_request",
            "version": "5.3",
        }
        parts = [json.dumps(part).encode() for part in (header, {}, {}, {})]

        def send(key):
            signature = hmac.new(key, digestmod=hashlib.sha256)
            for part in parts:
                signature.update(part)
            socket.send_multipart([b"<IDS|MSG>", signature.hexdigest().encode(), *parts])
            return bool(socket.poll(2_000))

        self.assertFalse(send(b"not the key"))
        socket.send_multipart([b"nonsense"])
        self.assertTrue(send(connection["key"]), "the kernel still answers clients with the key")
        socket.close(0)
        context.term()

    def test_saving_a_lesson_does_not_change_its_file(self):
        """JupyterLab inserts the language info of the kernel, and its server writes the file with nbformat."""
        language = self.notebook.reply(self.notebook.client.kernel_info())["language_info"]
        lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
        self.assertGreaterEqual(len(lessons), 6)
        for lesson in lessons:
            before = lesson.read_text()
            notebook = nbformat.reads(before, as_version=4)
            notebook.metadata["language_info"] = language
            saved = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
            self.assertEqual(saved.splitlines(), before.splitlines(), lesson.name)
            self.assertTrue(before.endswith("}\n"), lesson.name)

    def test_completion_and_tooltips_know_tealight(self):
        client = self.notebook.client
        reply = self.notebook.reply(client.complete("Sequential::new([1]).", 21))
        self.assertIn("summary", reply["matches"])
        self.assertFalse([match for match in reply["matches"] if match.startswith("evcxr")])
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (21, 21))
        reply = self.notebook.reply(client.inspect("Dropout", 7))
        self.assertTrue(reply["found"])
        self.assertIn("Dropout", reply["data"]["text/plain"])
        self.assertFalse(self.notebook.reply(client.inspect("nowhere_to_be_found", 5))["found"])


if __name__ == "__main__":
    unittest.main()
