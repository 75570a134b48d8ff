"""A simulated student at the hub, who sends the requests of a browser."""

import json
import pwd
import time
import uuid
from contextlib import closing
from pathlib import Path

import requests
import websocket

LESSON = "01-dropout.ipynb"
TIMEOUT_SECONDS = 900


class Hub:
    url = "http://127.0.0.1:8000"

    def wait(self):
        """Waits until the hub responds."""
        deadline = time.monotonic() + 120
        while True:
            try:
                if requests.get(f"{self.url}/hub/health", timeout=5).ok:
                    return
            except requests.ConnectionError:
                pass
            assert time.monotonic() < deadline, "the hub does not respond"
            time.sleep(0.2)


HUB = Hub()


class Student:
    def __init__(self, name):
        account = pwd.getpwnam(name)
        self.name, self.user, self.home = name, account.pw_uid, Path(account.pw_dir)
        self.secret = f"secret of {name}: {uuid.uuid4()}"

    def log_in(self):
        """Logs in through the hub's page, where the first login sets the password, and gets a token for the later requests."""
        browser = requests.Session()
        browser.get(f"{HUB.url}/hub/login").raise_for_status()
        form = {"username": self.name, "password": f"password of {self.name}", "_xsrf": browser.cookies["_xsrf"]}
        page = browser.post(f"{HUB.url}/hub/login", data=form, allow_redirects=False)
        assert page.status_code == 302, f"{page.status_code}: the hub rejected {self.name}"
        stranger = requests.Session()
        stranger.get(f"{HUB.url}/hub/login").raise_for_status()
        form |= {"password": "another password", "_xsrf": stranger.cookies["_xsrf"]}
        refused = stranger.post(f"{HUB.url}/hub/login", data=form, allow_redirects=False)
        assert refused.status_code != 302, f"the hub accepted a wrong password for {self.name}"
        browser.get(f"{HUB.url}/hub/token").raise_for_status()
        created = browser.post(
            f"{HUB.url}/hub/api/users/{self.name}/tokens",
            headers={"X-XSRFToken": browser.cookies.get("_xsrf", path="/hub/"), "Referer": f"{HUB.url}/hub/token"},
        )
        assert created.ok, created.text
        self.token = created.json()["token"]
        self.headers = {"Authorization": f"token {self.token}"}

    def hub(self, method, path):
        return requests.request(method, f"{HUB.url}/hub/api{path}", headers=self.headers, timeout=60)

    def server(self, method, path, **options):
        url = f"{HUB.url}/user/{self.name}/api{path}"
        response = requests.request(method, url, headers=self.headers, timeout=TIMEOUT_SECONDS, **options)
        assert response.ok, f"{path}: {response.status_code} {response.text}"
        return response.json()

    def start_server(self):
        start = time.monotonic()
        response = self.hub("POST", f"/users/{self.name}/server")
        assert response.status_code in (201, 202), response.text
        while not self.hub("GET", f"/users/{self.name}").json()["servers"].get("", {}).get("ready"):
            assert time.monotonic() < start + TIMEOUT_SECONDS, "the server did not start"
            time.sleep(0.2)
        self.server_seconds = time.monotonic() - start

    def run_lesson(self):
        """Opens the lesson, reduces its epochs, saves it and runs all its cells."""
        lesson = self.server("GET", f"/contents/{LESSON}")
        cells = [cell for cell in lesson["content"]["cells"] if cell["cell_type"] == "code"]
        self.cells, self.epochs = len(cells), 2
        for cell in cells:
            cell["source"] = cell["source"].replace("let epochs = 20;", f"let epochs = {self.epochs};")
        assert any(f"let epochs = {self.epochs};" in cell["source"] for cell in cells)
        self.server("PUT", f"/contents/{LESSON}", json={"type": "notebook", "content": lesson["content"]})
        start = time.monotonic()
        session = {"path": LESSON, "name": LESSON, "type": "notebook", "kernel": {"name": "rust"}}
        self.kernel = self.server("POST", "/sessions", json=session)["kernel"]["id"]
        for index, cell in enumerate(cells):
            error, _ = self.run(cell["source"])
            assert not error, f"cell {index}: {error}"
            if index == 0:
                self.first_seconds = time.monotonic() - start

    def run(self, code):
        """Runs a cell. Returns its error, if any, and everything that it printed or displayed as text."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": self.name, "version": "5.3"}
        header |= {"username": self.name, "date": "2026-01-01T00:00:00Z"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        # Each cell has its own socket, because the server closes a socket that nobody reads for half a minute.
        address = f"{HUB.url.replace('http', 'ws')}/user/{self.name}/api/kernels/{self.kernel}/channels"
        with closing(websocket.create_connection(address, header=self.headers, timeout=TIMEOUT_SECONDS)) as socket:
            socket.send(json.dumps(request | {"buffers": []}))
            return self.receive(socket, header["msg_id"])

    def receive(self, socket, request):
        """Collects the messages of a request until the kernel is idle."""
        error, text = None, []
        while True:
            message = json.loads(socket.recv())
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind == "stream":
                text.append(content["text"])
            elif kind == "execute_result":
                text.append(content["data"].get("text/plain", ""))
            elif kind == "status" and content["execution_state"] == "idle":
                return error, "".join(text)

    def shell(self, command):
        """Runs a shell command from a cell and returns its output."""
        code = f'let out = std::process::Command::new("sh").args(["-c", {json.dumps(command)}]).output()?;\n'
        code += 'println!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));'
        error, text = self.run(code)
        assert not error, error
        return text

    def write_secret(self):
        """Stores a secret in a variable and a file."""
        error, _ = self.run(f"let secret = {json.dumps(self.secret)}.to_string(); std::fs::write(\"mine.txt\", &secret)?;")
        assert not error, error
        assert self.secret in self.shell("cat mine.txt")

    def try_to_read_neighbor(self):
        """Looks for another student's files, sockets and code in every way that a cell can."""
        other = self.neighbor
        for path in [".", "tealight/notebooks/mine.txt", ".cache/tealight", ".local/share/jupyter/runtime"]:
            assert "Permission denied" in self.shell(f"ls {other.home / path}"), path
        folders = "/home /tmp /var/tmp /dev/shm /srv /opt/tealight/.tealight"
        found = self.shell(f"grep -rlsF 'secret of' {folders}")
        assert str(self.home) in found and str(other.home) not in found, found
        assert other.secret not in self.shell(f"grep -rhsF 'secret of' {folders}")
        assert other.secret not in self.shell("cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '")
        for path in ["/hub/api/users", f"/hub/api/users/{other.name}", f"/user/{other.name}/api/contents"]:
            response = requests.get(f"{HUB.url}{path}", headers=self.headers, timeout=60)
            assert response.status_code in (403, 404), f"{path}: {response.status_code}"
        for shared in ["/opt/tealight/.tealight/engine/prebuilt", "/opt/tealight/crate", "/usr/local/cargo", "/usr/local/rustup"]:
            assert not self.shell(f"find {shared} -writable -not -type l").strip(), f"{shared} is writable"

    def exceed_memory_limit(self):
        """Allocates too much memory, and checks that the cell fails and the kernel survives."""
        error, text = self.run("let all: Vec<u8> = vec![1; 4 << 30]; println!(\"{}\", all.len());")
        assert error and "memory" in error + text, (error, text)
        error, text = self.run("println!(\"{}\", 1 + 1);")
        assert not error and text == "2\n", (error, text)

    def check_variables_survived(self):
        error, text = self.run("println!(\"{secret}\");")
        assert not error and self.secret in text, (error, text)

    def cores(self):
        return int(self.run("println!(\"{}\", std::thread::available_parallelism()?);")[1])

    def stop_server(self):
        response = self.hub("DELETE", f"/users/{self.name}/server")
        assert response.status_code in (202, 204), response.text
