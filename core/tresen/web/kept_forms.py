# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells the browser that what it kept of a form has arrived (static/js/keeping.js).

Why: a form that was sent into a dead session or a broken line leads to another page just as one
that was taken does. Only the server knows which it was.
"""

from flask import current_app
from werkzeug.wrappers import Response

COOKIE = "taken"
# As long as the browser keeps what was typed.
LIFE_SECONDS = 30 * 86_400


def taken(answer: Response, path: str) -> Response:
    """Return the answer with the mark that the form at `path` was taken; it holds no data."""
    is_https = current_app.extensions["tresen"].config.is_secure
    answer.set_cookie(COOKIE, "1", max_age=LIFE_SECONDS, path=path, secure=is_https, samesite="Lax")
    return answer
