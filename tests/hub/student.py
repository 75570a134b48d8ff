"""A student at the hub: what a browser does, without one."""

import json
import pwd
import time
import uuid
from contextlib import closing
from pathlib import Path

import requests
import websocket

LESSON = "01-dropout.ipynb"
PATIENCE = 900


class Hub:
    url = "http://127.0.0.1:8000"

    def wait(self):
        deadline = time.monotonic() + 120
        while True:
            try:
                if requests.get(f"{self.url}/hub/health", timeout=5).ok:
                    return
            except requests.ConnectionError:
                pass
            assert time.monotonic() < deadline, "the hub does not answer"
            time.sleep(0.2)


HUB = Hub()


class Student:
    def __init__(self, name):
        account = pwd.getpwnam(name)
        self.name, self.user, self.home = name, account.pw_uid, Path(account.pw_dir)
        self.secret = f"secret of {name}: {uuid.uuid4()}"

    def log_in(self):
        """Through the page of the hub, where the first log-in chooses the password; then a token, for what follows."""
        browser = requests.Session()
        browser.get(f"{HUB.url}/hub/login").raise_for_status()
        form = {"username": self.name, "password": f"password of {self.name}", "_xsrf": browser.cookies["_xsrf"]}
        page = browser.post(f"{HUB.url}/hub/login", data=form, allow_redirects=False)
        assert page.status_code == 302, f"{page.status_code}: the hub let {self.name} not in"
        wrong = requests.Session()
        wrong.get(f"{HUB.url}/hub/login").raise_for_status()
        form |= {"password": "another password", "_xsrf": wrong.cookies["_xsrf"]}
        refused = wrong.post(f"{HUB.url}/hub/login", data=form, allow_redirects=False)
        assert refused.status_code != 302, f"a wrong password let {self.name} in"
        browser.get(f"{HUB.url}/hub/token").raise_for_status()
        given = browser.post(
            f"{HUB.url}/hub/api/users/{self.name}/tokens",
            headers={"X-XSRFToken": browser.cookies.get("_xsrf", path="/hub/"), "Referer": f"{HUB.url}/hub/token"},
        )
        assert given.ok, given.text
        self.token = given.json()["token"]
        self.headers = {"Authorization": f"token {self.token}"}

    def hub(self, method, path):
        return requests.request(method, f"{HUB.url}/hub/api{path}", headers=self.headers, timeout=60)

    def server(self, method, path, **options):
        url = f"{HUB.url}/user/{self.name}/api{path}"
        answer = requests.request(method, url, headers=self.headers, timeout=PATIENCE, **options)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def start_server(self):
        start = time.monotonic()
        answer = self.hub("POST", f"/users/{self.name}/server")
        assert answer.status_code in (201, 202), answer.text
        while not self.hub("GET", f"/users/{self.name}").json()["servers"].get("", {}).get("ready"):
            assert time.monotonic() < start + PATIENCE, "the server does not start"
            time.sleep(0.2)
        self.server_seconds = time.monotonic() - start

    def run_lesson(self):
        """Opens the lesson, writes fewer epochs into it, saves it, and runs all of its cells."""
        lesson = self.server("GET", f"/contents/{LESSON}")
        cells = [cell for cell in lesson["content"]["cells"] if cell["cell_type"] == "code"]
        self.cells, self.epochs = len(cells), 2
        for cell in cells:
            cell["source"] = cell["source"].replace("let epochs = 20;", f"let epochs = {self.epochs};")
        assert any(f"let epochs = {self.epochs};" in cell["source"] for cell in cells)
        self.server("PUT", f"/contents/{LESSON}", json={"type": "notebook", "content": lesson["content"]})
        start = time.monotonic()
        names = {"path": LESSON, "name": LESSON, "type": "notebook", "kernel": {"name": "rust"}}
        self.kernel = self.server("POST", "/sessions", json=names)["kernel"]["id"]
        for index, cell in enumerate(cells):
            error, _ = self.run(cell["source"])
            assert not error, f"cell {index}: {error}"
            if index == 0:
                self.first_seconds = time.monotonic() - start

    def run(self, code):
        """Runs a cell; gives its error, if any, and all that it printed and showed as text."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": self.name, "version": "5.3"}
        header |= {"username": self.name, "date": "2026-01-01T00:00:00Z"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        # One for each cell: a socket at which nobody listens for half a minute is closed.
        address = f"{HUB.url.replace('http', 'ws')}/user/{self.name}/api/kernels/{self.kernel}/channels"
        with closing(websocket.create_connection(address, header=self.headers, timeout=PATIENCE)) as socket:
            socket.send(json.dumps(request | {"buffers": []}))
            return self.listen(socket, header["msg_id"])

    def listen(self, socket, request):
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
        """What a program prints that a cell starts."""
        code = f'let out = std::process::Command::new("sh").args(["-c", {json.dumps(command)}]).output()?;\n'
        code += 'println!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));'
        error, text = self.run(code)
        assert not error, error
        return text

    def keep_a_secret(self):
        error, _ = self.run(f"let secret = {json.dumps(self.secret)}.to_string(); std::fs::write(\"mine.txt\", &secret)?;")
        assert not error, error
        assert self.secret in self.shell("cat mine.txt")

    def pry(self):
        """Looks for another's files, sockets and code, in all ways a cell has."""
        other = self.neighbour
        for path in [".", "tealight/notebooks/mine.txt", ".cache/tealight", ".local/share/jupyter/runtime"]:
            assert "Permission denied" in self.shell(f"ls {other.home / path}"), path
        places = "/home /tmp /var/tmp /dev/shm /srv /opt/tealight/.tealight"
        found = self.shell(f"grep -rlsF 'secret of' {places}")
        assert str(self.home) in found and str(other.home) not in found, found
        assert other.secret not in self.shell(f"grep -rhsF 'secret of' {places}")
        assert other.secret not in self.shell("cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '")
        for path in ["/hub/api/users", f"/hub/api/users/{other.name}", f"/user/{other.name}/api/contents"]:
            answer = requests.get(f"{HUB.url}{path}", headers=self.headers, timeout=60)
            assert answer.status_code in (403, 404), f"{path}: {answer.status_code}"
        for shared in ["/opt/tealight/.tealight/engine/template", "/opt/tealight/crate", "/usr/local/cargo", "/usr/local/rustup"]:
            assert not self.shell(f"find {shared} -writable -not -type l").strip(), f"{shared} can be changed"

    def take_too_much(self):
        error, text = self.run("let all: Vec<u8> = vec![1; 4 << 30]; println!(\"{}\", all.len());")
        assert error and "memory" in error + text, (error, text)
        error, text = self.run("println!(\"{}\", 1 + 1);")
        assert not error and text == "2\n", (error, text)

    def is_still_there(self):
        error, text = self.run("println!(\"{secret}\");")
        assert not error and self.secret in text, (error, text)

    def cores(self):
        return int(self.run("println!(\"{}\", std::thread::available_parallelism()?);")[1])

    def stop_server(self):
        answer = self.hub("DELETE", f"/users/{self.name}/server")
        assert answer.status_code in (202, 204), answer.text
