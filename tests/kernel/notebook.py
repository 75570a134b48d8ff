"""A notebook without a page: Jupyter's own client, with what the tests ask of it."""

import os
import pathlib
import re
import signal
import threading
import time

import zmq
from jupyter_client.manager import KernelManager

# How long a cell may take on a busy machine before the test gives it up.
PATIENCE = 300


class Cell:
    """A cell that was run: its reply, and what was published about it, with the seconds since it was sent."""

    def __init__(self, reply, published, seconds):
        self.reply = reply
        self.published = published
        self.seconds = seconds

    @property
    def status(self):
        return self.reply["status"]

    @property
    def count(self):
        return self.reply["execution_count"]

    def of(self, *kinds):
        return [content for _, kind, content in self.published if kind in kinds]

    def text(self, stream="stdout"):
        return "".join(content["text"] for content in self.of("stream") if content["name"] == stream)

    @property
    def error(self):
        errors = self.of("error")
        return errors[-1] if errors else None

    @property
    def traceback(self):
        """What a page prints for the error, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(self.error["traceback"]))

    def value(self, mime_type="text/plain"):
        results = self.of("execute_result")
        return results[-1]["data"].get(mime_type) if results else None


class Notebook:
    """A kernel, by default this clone's, in a folder."""

    def __init__(self, folder, kernel="rust"):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel(cwd=folder)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def send(self, code, **options):
        return self.client.execute(code, **options), time.monotonic()

    def receive(self, sent, watch=None):
        identity, start = sent
        published = []
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != identity:
                continue
            kind, content = message["msg_type"], message["content"]
            published.append((time.monotonic() - start, kind, content))
            if watch:
                watch(kind, content)
            if kind == "status" and content["execution_state"] == "idle":
                break
        return Cell(self.reply(identity), published, time.monotonic() - start)

    def reply(self, identity):
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"]["msg_id"] == identity:
                return reply["content"]

    def run(self, code, watch=None, **options):
        return self.receive(self.send(code, **options), watch)

    def ask(self, identity):
        return self.reply(identity)

    def folder(self):
        """The folder that the kernel works in."""
        cell = self.run('println!("{}", std::env::var("EVCXR_TMPDIR").unwrap());').text().strip()
        return pathlib.Path(cell).parent

    def stop_after(self, seconds, by="message"):
        """Presses stop so many seconds from now."""

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


class SlowPage:
    """A page of a notebook that takes what is published by hand, in place of the client's own, and keeps little waiting."""

    def __init__(self, notebook):
        notebook.client.iopub_channel.stop()
        connection = notebook.manager.get_connection_info()
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.rcvhwm = 10
        self.socket.subscribe(b"")
        self.socket.connect(f"tcp://{connection['ip']}:{connection['iopub_port']}")
        # Until the kernel knows that somebody listens.
        while not self.socket.poll(200):
            notebook.reply(notebook.client.kernel_info())

    def outputs_until_idle(self, identity):
        """How many displays came until the cell of this request had ended. Little of what comes is looked into."""
        outputs = 0
        while self.socket.poll(PATIENCE * 1000):
            _, _, header, parent, _, content = self.socket.recv_multipart()
            if b'"display_data"' in header:
                outputs += 1
            elif identity.encode() in parent and b'"status"' in header and b'"idle"' in content:
                return outputs
        raise TimeoutError(f"{outputs} outputs came, and not that the cell has ended")

    def close(self):
        self.context.destroy(linger=0)
