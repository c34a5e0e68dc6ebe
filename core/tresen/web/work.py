# SPDX-License-Identifier: AGPL-3.0-or-later
"""The unit of work of a request: its desk, opened before the view and committed after it.

Reading requests open a reading desk, so that a page never waits for a writer on SQLite.
"""

from collections.abc import Callable

from flask import Flask, Response, current_app, g, request, session

from tresen.desk import ANONYMOUS, Actor, Core, Desk, open_desk

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Finds who asks; handed in by the application, because signing in is a slice above this one.
Identify = Callable[[Desk], Actor]


def current_core() -> Core:
    """Return the core of the running application."""
    core: Core = current_app.extensions["tresen"]
    return core


def current_desk() -> Desk:
    """Return the desk of the request that is being answered."""
    desk: Desk = g.desk
    return desk


def release(desk: Desk) -> None:
    """Commit what the request did so far and give its connection back: for a view that stays open.

    What was read stays as it was. For all that follows the view opens desks of its own with
    `desk_for`, each for a moment; an error later on undoes nothing of what is committed here.
    """
    desk.commit()
    # Emptied, so that no row that is looked at later takes a connection again.
    desk.session.close()


def install(app: Flask, identify: Identify) -> None:
    """Give every request a desk whose actor `identify` finds."""

    def begin() -> None:
        if request.endpoint == "static":
            return
        g.desk = open_desk(current_core(), ANONYMOUS, write=request.method not in SAFE_METHODS)
        g.desk.actor = identify(g.desk)

    def finish(response: Response) -> Response:
        if "desk" not in g or "has_failed" in g:
            return response
        try:
            g.desk.commit()
        except Exception as error:  # noqa: BLE001 - answered as an error of the view is
            return _failed(error)
        return response

    def close(_error: BaseException | None = None) -> None:
        if desk := g.pop("desk", None):
            desk.session.close()

    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(close)


def _failed(error: Exception) -> Response:
    """Answer a commit that failed; what the view wanted to say of its success is not said."""
    g.has_failed = True
    g.desk.rollback()
    session.pop("_flashes", None)
    answered = current_app.make_response(current_app.handle_user_exception(error))
    return current_app.process_response(answered)


def forget_changes() -> None:
    """Undo what the request did so far; error pages call it before they answer."""
    if "desk" in g:
        g.desk.rollback()
