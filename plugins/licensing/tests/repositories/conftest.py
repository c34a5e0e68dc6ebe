# SPDX-License-Identifier: AGPL-3.0-or-later
"""An upstream on this machine: by smart HTTP, and as a folder."""

import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain
from gits import Repository

Wsgi = Callable[[dict[str, Any], Any], Any]
Serve = Callable[[Wsgi], str]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves an application and gives its address."""
    running = []

    def go(application: Wsgi) -> str:
        server = make_server("127.0.0.1", 0, application, _Threads, _Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/quay.git"

    yield go
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def forge(repo: Repository, serve: Serve) -> Iterator[str]:
    """Return the address at which the repository can be fetched."""
    with Repo(str(repo.folder)) as opened:
        yield serve(make_wsgi_chain(DictBackend({"/quay.git": opened})))
