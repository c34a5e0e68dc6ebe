# SPDX-License-Identifier: AGPL-3.0-or-later
"""Serves Tresen with gunicorn, and keeps a worker beside it when asked.

The worker is a process of its own either way: a mail that eats memory must not cost the pages.
"""

import gc
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, cast

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from tresen.admin.ledger import follow_others
from tresen.app import wsgi
from tresen.desk import Core
from tresen.errors import Refused

# Seconds until a worker that died is started again (fault F52 allows five).
RESTART_AFTER = 1.0


@dataclass
class WorkerProcess:
    """Keeps `tresen worker` running as a child until it is stopped."""

    command: tuple[str, ...] = (sys.executable, "-m", "tresen", "worker")
    stopped: Event = field(default_factory=Event)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the child, and the thread that starts it again when it dies."""
        Thread(target=self._watch, name="worker-watch", daemon=True).start()

    def stop(self) -> None:
        """Stop the child and wait until it has put its work down."""
        self.stopped.set()
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def _watch(self) -> None:
        while not self.stopped.is_set():
            self.process = subprocess.Popen(self.command)  # noqa: S603 - our own command
            self.process.wait()
            self.stopped.wait(RESTART_AFTER)


class Server(BaseApplication):
    """gunicorn with threads: a page that waits for a stream must not hold the others."""

    def __init__(self, options: dict[str, Any], make: Callable[[], Flask] = wsgi) -> None:
        self.options = options
        self.make = make
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # Flask is a WSGI callable; typeshed wants the plain form
        """Return the application; called once, before the web processes are forked.

        They share what stands in memory then. No connection may be among it, and the garbage
        collector must not touch it, because a page of memory that is written to is copied.
        """
        app = self.make()
        core: Core = app.extensions["tresen"]
        core.engine.dispose()
        gc.collect()
        gc.freeze()
        return app


def follow_faults(worker: Worker) -> None:
    """Let a web process learn which plugins others muted; threads do not outlive its fork."""
    follow_others(cast("Flask", worker.wsgi).extensions["tresen"])


def demand_free(bind: str) -> None:
    """Raise Refused when the address, `host:port`, cannot be listened on."""
    host, _separator, port = bind.rpartition(":")
    if not port.isdecimal():
        return
    try:
        with socket.create_server((host.strip("[]"), int(port)), reuse_port=False):
            pass
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise Refused(
            f"Nothing can listen on {bind} ({reason}): end what listens there, "
            "or choose another port."
        ) from error


def serve(
    bind: str,
    *,
    processes: int,
    threads: int,
    with_worker: bool,
    when_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until the process is told to end; the worker ends with it.

    `when_ready` is called once, when the server listens.
    """
    worker = WorkerProcess() if with_worker else None

    def tell_ready(_server: object) -> None:
        if worker is not None:
            worker.start()
        when_ready()

    def end(_server: object) -> None:
        if worker is not None:
            worker.stop()

    options: dict[str, Any] = {
        "bind": bind,
        "workers": processes,
        "threads": threads,
        "worker_class": "gthread",
        "preload_app": True,
        "control_socket_disable": True,
        "post_worker_init": follow_faults,
        "graceful_timeout": 20,
        "accesslog": None,
        "when_ready": tell_ready,
        "on_exit": end,
    }
    Server(options).run()
