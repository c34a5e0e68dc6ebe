# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns refusals into answers: a page for people, a problem document for programs (RFC 9457)."""

from typing import Any

from flask import (
    Flask,
    Response,
    got_request_exception,
    jsonify,
    make_response,
    render_template,
    request,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tresen.db import is_disk_full, is_doubled
from tresen.errors import (
    Conflict,
    Forbidden,
    Missing,
    NeedsPermission,
    Refused,
    TooMany,
    TresenError,
)
from tresen.i18n import _
from tresen.web.work import current_core, forget_changes

STATUS: dict[type[TresenError], int] = {
    Missing: 404,
    Forbidden: 403,
    TooMany: 429,
    Conflict: 409,
    Refused: 422,
}


def install(app: Flask) -> None:
    """Answer every error in the form the caller asked for; nothing half done is kept."""
    app.register_error_handler(TresenError, _refused)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _doubled)
    app.register_error_handler(OperationalError, _database_away)
    got_request_exception.connect(_blame, app)


def _blame(_app: Flask, exception: Exception, **_more: Any) -> None:
    """Count the error of a plugin's own page; it mutes nobody, for a stranger may cause it."""
    # Pages of plugins, and only they, stand under the plugin's name.
    name = request.path.removeprefix("/api/v1").split("/")[1]
    plugins = current_core().plugins
    if name in plugins.taken_in:
        plugins.count_error(name, request.endpoint or request.path, exception)


def answer(status: int, title: str, sentence: str) -> Response:
    """Return the error as a page, or as application/problem+json under /api/."""
    forget_changes()
    if request.path.startswith("/api/"):
        response = jsonify({"status": status, "title": title, "detail": sentence})
        response.content_type = "application/problem+json"
    else:
        response = make_response(
            render_template("error.html", status=status, title=title, sentence=sentence)
        )
    response.status_code = status
    return response


def _refused(error: TresenError) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    sentence = error.sentence
    if isinstance(error, NeedsPermission):
        # Raised below translation, by desks and doors that know no language.
        sentence = _("This needs the permission %(name)s.") % {"name": error.permission}
    response = answer(status, _title(status), sentence)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def answer_http(error: HTTPException) -> Any:
    """Answer an error of HTTP with a page or a problem document; a redirect stays what it is."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    status = error.code or 500
    is_api = request.path.startswith("/api/")
    sentence = error.description if is_api and error.description else _sentence(status)
    response = answer(status, _title(status), sentence)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _doubled(error: IntegrityError) -> Response:
    # Any other broken rule of the database is a fault of ours, and told as one.
    if not is_doubled(error):
        raise error
    return _stale(error)


def _stale(_error: Exception) -> Response:
    return answer(
        409, _title(409), _("Somebody else changed this in the meantime. Please look again.")
    )


def _database_away(error: OperationalError) -> Response:
    if is_disk_full(error):
        response = answer(
            507,
            _title(507),
            _("The disk of the server is full. Nothing was changed, and your text is kept."),
        )
        response.headers["Retry-After"] = "60"
        return response
    response = answer(503, _title(503), _("The database does not answer. Please try again soon."))
    response.headers["Retry-After"] = "5"
    return response


def _sentence(status: int) -> str:
    """Say what happened, what is kept and what to do, in the reader's language."""
    sentences = {
        400: _("Please go back, load the page again and repeat what you did. Nothing was changed."),
        403: _("You are signed in, but this belongs to others. Nothing was changed."),
        404: _("The address may be old or mistyped. Nothing was changed or lost."),
        405: _("This address cannot be opened like that. Nothing was changed."),
        413: _("This is larger than Tresen takes. Leave out a file or send a smaller one."),
        429: _("Please wait a moment and try again."),
    }
    failed = _("This is our fault, not yours. It is written down; please try again in a moment.")
    return sentences.get(status, failed)


def _title(status: int) -> str:
    titles = {
        400: _("This request cannot be understood"),
        403: _("This is not open to you"),
        404: _("There is nothing here"),
        409: _("This has changed meanwhile"),
        413: _("This is too large"),
        422: _("This cannot be done"),
        429: _("Too many attempts"),
        503: _("Tresen is briefly away"),
        507: _("There is no room left"),
    }
    return titles.get(status, _("Something went wrong"))
