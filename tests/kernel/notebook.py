"""Kernels as the tests use them: Jupyter's own client, with helpers to run cells and inspect their outputs."""

import os
import pathlib
import re
import signal
import threading
import time

import zmq
from jupyter_client.manager import KernelManager

# The time that a cell may take on a busy machine before the test gives up.
TIMEOUT_SECONDS = 300


class Cell:
    """A cell that was run: its reply and the published messages, each with the seconds since the request was sent."""

    def __init__(self, reply, published, seconds):
        self.reply = reply
        self.published = published
        self.seconds = seconds

    @property
    def status(self):
        return self.reply["status"]

    @property
    def execution_count(self):
        return self.reply["execution_count"]

    def messages(self, *types):
        """Returns the contents of the published messages of these types."""
        return [content for _, message_type, content in self.published if message_type in types]

    def text(self, stream="stdout"):
        return "".join(content["text"] for content in self.messages("stream") if content["name"] == stream)

    @property
    def error(self):
        errors = self.messages("error")
        return errors[-1] if errors else None

    @property
    def traceback(self):
        """The traceback of the error, without its colors."""
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(self.error["traceback"]))

    def value(self, mime_type="text/plain"):
        results = self.messages("execute_result")
        return results[-1]["data"].get(mime_type) if results else None


class Notebook:
    """A running kernel, with a folder as its working directory. By default it is the kernel of this repository."""

    def __init__(self, folder, kernel="rust"):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel(cwd=folder)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT_SECONDS)

    def send(self, code, **options):
        """Sends a cell. Returns the id of the request and the time."""
        return self.client.execute(code, **options), time.monotonic()

    def receive(self, sent, watch=None):
        """Collects the messages of a sent cell until it has finished, and passes each to `watch`."""
        request_id, start = sent
        published = []
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT_SECONDS)
            if message["parent_header"].get("msg_id") != request_id:
                continue
            message_type, content = message["msg_type"], message["content"]
            published.append((time.monotonic() - start, message_type, content))
            if watch:
                watch(message_type, content)
            if message_type == "status" and content["execution_state"] == "idle":
                break
        return Cell(self.reply(request_id), published, time.monotonic() - start)

    def reply(self, request_id):
        """Waits for the reply to a request on the shell channel."""
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT_SECONDS)
            if reply["parent_header"]["msg_id"] == request_id:
                return reply["content"]

    def run(self, code, watch=None, **options):
        return self.receive(self.send(code, **options), watch)

    def kernel_folder(self):
        """Returns the session folder of the kernel."""
        cell_folder = self.run('println!("{}", std::env::var("EVCXR_TMPDIR").unwrap());').text().strip()
        return pathlib.Path(cell_folder).parent

    def press_stop_after(self, seconds, by="message"):
        """Interrupts the kernel after this many seconds, by a message or by a signal."""

        def press():
            if by == "message":
                self.manager.interrupt_kernel()
            else:
                os.kill(self.manager.provisioner.pid, signal.SIGINT)

        timer = threading.Timer(seconds, press)
        timer.start()
        return timer

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


class SlowClient:
    """A client that reads published messages slowly: it replaces the notebook's own subscription and has a short receive queue."""

    def __init__(self, notebook):
        notebook.client.iopub_channel.stop()
        connection = notebook.manager.get_connection_info()
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.rcvhwm = 10
        self.socket.subscribe(b"")
        self.socket.connect(f"tcp://{connection['ip']}:{connection['iopub_port']}")
        # Wait until the kernel has seen the subscription.
        while not self.socket.poll(200):
            notebook.reply(notebook.client.kernel_info())

    def outputs_until_idle(self, request_id):
        """Counts the displays until the cell of this request has finished. For speed, it parses as little as possible."""
        outputs = 0
        while self.socket.poll(TIMEOUT_SECONDS * 1000):
            _, _, header, parent, _, content = self.socket.recv_multipart()
            if b'"display_data"' in header:
                outputs += 1
            elif request_id.encode() in parent and b'"status"' in header and b'"idle"' in content:
                return outputs
        raise TimeoutError(f"received {outputs} outputs, but the cell has not finished")

    def close(self):
        self.context.destroy(linger=0)
