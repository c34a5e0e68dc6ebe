# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens a trace of hooks around every request, in a process that was started to trace.

In any other one nothing is installed, so that tracing costs nothing while it is off.
"""

from flask import Flask, Response, g, request

from tresen.desk import Core
from tresen.hooks.trace import TracingPlugins
from tresen.web import assets

# Looking at traces leaves none: they would push out what is looked for.
PAGES = ("admin.traces", "admin.trace")


def install(app: Flask, core: Core) -> None:
    """Trace every request but those of files and of the traces themselves."""
    register = core.plugins
    if not isinstance(register, TracingPlugins):
        return

    def begin() -> None:
        if request.endpoint == assets.ENDPOINT or request.endpoint in PAGES:
            return
        route = request.url_rule.rule if request.url_rule else ""
        g.tracing = register.tracing(request.method, route, core.clock())
        g.trace = g.tracing.__enter__()

    def answered(response: Response) -> Response:
        if "trace" in g:
            g.trace.status = response.status_code
        return response

    def end(_error: BaseException | None = None) -> None:
        if tracing := g.pop("tracing", None):
            tracing.__exit__(None, None, None)

    app.before_request(begin)
    app.after_request(answered)
    app.teardown_request(end)
