# SPDX-License-Identifier: AGPL-3.0-or-later
"""A web site on this machine: bare repositories over git's protocol, and given answers."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain
from gits import Repository
from tresen_licensing.networks.guards import Limits

Environment = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]
Answer = Callable[[Environment, Start], Iterable[bytes]]

# Enough for a busy machine; tests of limits bring their own.
PATIENT = Limits(seconds=30, let_in=frozenset({"127.0.0.1"}))


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, *_words: object) -> None:
        """Say nothing where a client hung up, as clients do that had enough."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@dataclass
class Site:
    """What is served, by path; `asked` are the paths that were asked for."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    repositories: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def address(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def publish(self, path: str, repository: Repository, folder: Path) -> str:
        """Serve a bare copy of a repository under a path; return its address."""
        repository.git("clone", "-q", "--bare", ".", str(folder))
        self.repositories[path] = make_wsgi_chain(DictBackend({"/": Repo(str(folder))}))
        return self.address(path)

    def answer(self, path: str, body: bytes, status: str = "200 OK", **headers: str) -> str:
        """Answer a path with bytes; return its address."""
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]

        def go(_environment: Environment, start: Start) -> list[bytes]:
            start(status, [("Content-Length", str(len(body))), *named])
            return [body]

        self.answers[path] = go
        return self.address(path)

    def __call__(self, environment: Environment, start: Start) -> Iterable[bytes]:
        """Answer as WSGI has it."""
        path = environment["PATH_INFO"]
        self.asked.append(path)
        for prefix, repository in self.repositories.items():
            if path.startswith(f"{prefix}/"):
                environment["PATH_INFO"] = path.removeprefix(prefix)
                return repository(environment, start)
        if path in self.answers:
            return self.answers[path](environment, start)
        start("404 Not Found", [("Content-Length", "0")])
        return []


@contextmanager
def served() -> Iterator[Site]:
    """Serve a site on a free port of this machine."""
    site = Site()
    server = make_server("127.0.0.1", 0, site, server_class=_Server, handler_class=_Quiet)
    site.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
