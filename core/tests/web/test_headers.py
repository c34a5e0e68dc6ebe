# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every response carries the same headers, unless its view has set another."""

from tresen.web.headers import secure
from werkzeug.wrappers import Response


def test_headers_hold_a_strict_policy() -> None:
    policy = secure(Response(), is_https=False).headers["Content-Security-Policy"].split("; ")
    assert "unsafe" not in " ".join(policy)
    assert dict(rule.split(" ", 1) for rule in policy) == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-src": "'self'",
        "frame-ancestors": "'none'",
    }


def test_headers_let_no_page_ask_for_anything_of_the_device() -> None:
    policy = secure(Response(), is_https=False).headers["Permissions-Policy"]
    assert policy.split(", ") == [
        *("camera=()", "display-capture=()", "geolocation=()", "microphone=()", "payment=()"),
        "usb=()",
    ]


def test_view_that_shares_the_screen_says_so_itself() -> None:
    own = Response(headers={"Permissions-Policy": "display-capture=(self)"})
    headers = secure(own, is_https=False).headers
    assert headers.getlist("Permissions-Policy") == ["display-capture=(self)"]


def test_headers_are_complete() -> None:
    headers = dict(secure(Response(), is_https=True).headers)
    del headers["Content-Security-Policy"], headers["Permissions-Policy"]
    assert headers == {
        "Content-Type": "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=63072000",
    }


def test_headers_promise_https_only_where_it_is_used() -> None:
    assert "Strict-Transport-Security" not in secure(Response(), is_https=False).headers


def test_headers_of_the_view_stay() -> None:
    response = secure(Response(headers={"X-Frame-Options": "SAMEORIGIN"}), is_https=False)
    assert response.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]
