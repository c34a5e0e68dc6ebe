# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings the REST interface into a web process when it is first called.

What describes and checks its resources takes a tenth of a start and six megabytes, and many a
process never sees a program. That the resources can be mounted was found out at an earlier start.
"""

from collections.abc import Callable, Iterable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def install(app: Flask, make: Callable[[], Flask]) -> None:
    """Give every call under /api/ to the whole application, which `make` makes once."""
    pages, lock = app.wsgi_app, Lock()
    made = cache(make)

    def whole() -> Flask:
        # Two first calls at once must not make two.
        with lock:
            return made()

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        is_call = environ.get("PATH_INFO", "").startswith("/api/")
        return (whole().wsgi_app if is_call else pages)(environ, start)

    def address(_error: Exception, endpoint: str, values: dict[str, Any]) -> str | None:
        """Return the address of a resource for a page that names it; None for what is none."""
        if not has_request_context() or endpoint not in whole().view_functions:
            return None
        with whole().request_context(request.environ):
            return whole().url_for(endpoint, **values)

    app.wsgi_app = answer  # type: ignore[assignment,method-assign]
    app.url_build_error_handlers.append(address)  # type: ignore[arg-type]  # Flask reads None as "not mine"
