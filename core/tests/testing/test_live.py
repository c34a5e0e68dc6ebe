# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server of the tests ends only when every request that it took has ended."""

from contextlib import closing
from http.client import HTTPConnection
from threading import Event, Thread
from urllib.parse import urlsplit

from flask import Flask
from tresen.testing.live import served


def test_a_request_under_way_ends_before_the_server() -> None:
    started, may_end, ended = Event(), Event(), Event()
    app = Flask(__name__)

    @app.get("/")
    def slow() -> str:
        started.set()
        may_end.wait()
        ended.set()
        return "done"

    with served(app) as address:
        asking = HTTPConnection(urlsplit(address).netloc)
        asking.request("GET", "/")
        started.wait()
        # In a thread of its own: here the server already waits for the request.
        Thread(target=may_end.set).start()
    assert ended.is_set()
    with closing(asking):
        assert asking.getresponse().read() == b"done"


def test_a_connection_that_says_nothing_holds_nobody_up() -> None:
    with served(Flask(__name__)) as address:
        silent = HTTPConnection(urlsplit(address).netloc)
        silent.connect()
        with closing(HTTPConnection(urlsplit(address).netloc)) as later:
            later.request("GET", "/")
            assert later.getresponse().status == 404
    with closing(silent):
        assert silent.sock.recv(1) == b""
