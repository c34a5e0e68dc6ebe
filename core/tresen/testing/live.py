# SPDX-License-Identifier: AGPL-3.0-or-later
"""Serves a WSGI application on a free loopback port while a test runs.

Why: a browser needs a real server; nothing of it is played.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


# Seconds after which a connection that a browser opened ahead, and never used, is given up.
IDLE = 2


class _Handler(WSGIRequestHandler):
    timeout = IDLE


class _Server(ThreadedWSGIServer):
    # A page still polls when its test ends. Its request has to finish before the database goes
    # away: SQLite crashes the process when a connection is closed under a running statement.
    daemon_threads = False


@contextmanager
def served(application: "WSGIApplication") -> Iterator[str]:
    """Serve `application` and yield its address, such as ``http://127.0.0.1:40123``."""
    server = _Server("127.0.0.1", 0, application, _Handler)
    thread = Thread(target=server.serve_forever, name="live server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
