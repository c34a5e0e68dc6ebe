# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every view says who may call it; a view that says nothing keeps its plugin out (Z10)."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, redirect, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from tresen.errors import NeedsPermission
from tresen.web.work import current_desk

V = TypeVar("V", bound=Callable[..., Any])

MARK = "tresen_permission"
BY_ITSELF = "tresen_by_itself"


def needs(permission: str) -> Callable[[V], V]:
    """Mark a view: only an actor with the permission comes in."""

    def mark(view: V) -> V:
        setattr(view, MARK, permission)
        return view

    return mark


def open_to_all(reason: str) -> Callable[[V], V]:
    """Mark a view that anybody may call; the reason stands for reviewers."""

    def mark(view: V) -> V:
        setattr(view, MARK, None)
        view.__doc__ = f"{view.__doc__ or ''}\n\nOpen to all: {reason}"
        return view

    return mark


def asked_by_itself(view: V) -> V:
    """Mark a view that pages ask every few seconds or while somebody types.

    Where the session is over it leads nowhere: whoever is typing there would be interrupted.
    """
    setattr(view, BY_ITSELF, True)
    return view


def permission_of(view: Callable[..., Any], method: str = "GET") -> str | None:
    """Return the permission that a view names for a method, None for one open to all.

    Raises LookupError for a view that names neither.
    """
    kind = getattr(view, "view_class", None)
    marked = getattr(kind, {"HEAD": "get"}.get(method, method.lower()), None) if kind else view
    found = getattr(marked, MARK, LookupError)
    if found is LookupError:
        raise LookupError(f"The view {view.__module__}.{view.__name__} names no permission.")
    return str(found) if found is not None else None


def install(app: Flask) -> None:
    """Check the permission of every view before it runs."""

    def check() -> Any:
        if request.endpoint in (None, "static") or request.method == "OPTIONS":
            return None
        view = app.view_functions[str(request.endpoint)]
        permission = permission_of(view, request.method)
        actor = current_desk().actor
        if permission is None or actor.may(permission):
            return None
        if actor.kind != "anonymous":
            raise NeedsPermission(permission)
        if request.path.startswith("/api/"):
            raise Unauthorized(
                "Send a token that is not ended: Authorization: Bearer tresen_…",
                www_authenticate=WWWAuthenticate("bearer"),
            )
        if "HX-Request" in request.headers and hasattr(view, BY_ITSELF):
            return "", 204
        return _to_sign_in(url_for("access.sign_in", next=_page_to_return_to()))

    app.before_request(check)


def _to_sign_in(address: str) -> Any:
    """Lead to the sign-in; a part of a page is not replaced by it, the whole page goes there."""
    if "HX-Request" not in request.headers:
        return redirect(address)
    return "", 204, {"HX-Redirect": address}


def _page_to_return_to() -> str:
    """Return where signing in leads back: the page asked for, or the one whose form was sent.

    A form's own address shows nothing. What was typed into it stands in the browser's copy, which
    the page brings back. Without a page that we know it is the front page, which leads on.
    """
    if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
        return request.full_path.rstrip("?")
    origin, page = urlsplit(request.host_url), urlsplit(request.referrer or "")
    if (page.scheme, page.netloc) != (origin.scheme, origin.netloc):
        return url_for("portal.home")
    return page._replace(scheme="", netloc="", fragment="").geturl() or url_for("portal.home")


def check_views(app: Flask, endpoints: Collection[str] | None = None) -> None:
    """Raise LookupError for the first view that names no permission for one of its methods.

    Only the views at these `endpoints` are looked at, all where none are given.
    """
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or (endpoints is not None and rule.endpoint not in endpoints):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            permission_of(app.view_functions[rule.endpoint], method)
