# SPDX-License-Identifier: AGPL-3.0-or-later
"""A forge on loopback: real repositories through git's own http-backend, and a REST API by rows.

The rows have the shapes that each forge documents; what a test does not name is 404, as there.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from gits import PLAIN

Row = Any
TOKEN = "s3cr3t-t0ken"


@dataclass
class Asked:
    """A question as it arrived."""

    method: str
    path: str
    given: Any
    headers: dict[str, str]


@dataclass
class Reply:
    """An answer that is not simply 200 with JSON."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass
class ForgeServer:
    """What it answers, what it was asked, and where its repositories lie."""

    folder: Path
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    address: str = ""

    def url(self, name: str) -> str:
        """Return the address of a repository."""
        return f"{self.address}/{name}"

    def paths(self, method: str) -> list[str]:
        """Return what was asked of the API with a method."""
        return [each.path for each in self.asked if each.method == method and "/api/" in each.path]

    def git(self, name: str, *words: str) -> str:
        """Run git in a repository of the server; return the line that it says."""
        ran = subprocess.run(
            ["git", "-C", str(self.folder / name), *words],
            env=PLAIN,
            capture_output=True,
            check=True,
        )
        return ran.stdout.decode().strip()

    def mirror(self, source: Path, name: str) -> None:
        """Serve a copy of a repository, into which may be pushed."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        words = ["git", "clone", "-q", "--bare", str(source), str(target)]
        subprocess.run(words, env=PLAIN, check=True, capture_output=True)
        self.git(name, "config", "http.receivepack", "true")
        self.git(name, "config", "receive.advertisePushOptions", "true")


@contextmanager
def forge_server(folder: Path) -> Iterator[ForgeServer]:
    """Yield a forge that listens on loopback."""
    folder.mkdir(parents=True, exist_ok=True)
    forge = ForgeServer(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"forge": forge}))
    forge.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers for one forge."""

    forge: ForgeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""

    def _handle(self) -> None:
        body = self._body()
        if ".git" in self.path or "git-" in self.path or "service=git" in self.path:
            self._git(body)
            return
        given = json.loads(body) if body else None
        self.forge.asked.append(Asked(self.command, self.path, given, dict(self.headers)))
        row = self.forge.rows.get((self.command, self.path), Reply(404, {"message": "Not Found"}))
        found = row(self.forge.asked[-1]) if isinstance(row, Callable) else row
        self._say(found if isinstance(found, Reply) else Reply(200, found))

    do_GET = do_POST = do_PUT = _handle  # noqa: N815 - the library's names

    def _say(self, reply: Reply) -> None:
        body = reply.body if reply.body is not None else json.dumps(reply.data).encode()
        body = b"" if reply.status == 304 else body
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _git(self, body: bytes) -> None:
        path, _mark, query = self.path.partition("?")
        given = {
            "GIT_PROJECT_ROOT": str(self.forge.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "somebody",
        }
        words = ["git", "http-backend"]
        self.forge.asked.append(Asked(self.command, self.path, None, dict(self.headers)))
        ran = subprocess.run(words, input=body, env=PLAIN | given, capture_output=True, check=False)
        head, _gap, rest = ran.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        status = int(fields.pop("Status", "200").split()[0])
        self._say(Reply(status, headers=fields, body=rest))
