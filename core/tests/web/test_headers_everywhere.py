# SPDX-License-Identifier: AGPL-3.0-or-later
"""No answer of the application leaves without its headers: pages, files, refusals, errors."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule
from werkzeug.wrappers import Response

NAMES = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
)


def lacking(response: Response) -> list[str]:
    """Return the headers that the response lacks, and an unsafe word in its policy."""
    unsafe = ["unsafe"] if "unsafe" in response.headers.get("Content-Security-Policy", "") else []
    return [name for name in NAMES if name not in response.headers] + unsafe


def example_of(converter: BaseConverter) -> int | str:
    """Return a value that a part of an address can have."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def address_of(rule: Rule) -> str:
    """Return an address that the rule answers."""
    values = {name: example_of(converter) for name, converter in rule._converters.items()}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def test_every_route_answers_with_all_headers(app: Flask, client: FlaskClient) -> None:
    found = {}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            answer = client.open(address_of(rule), method=method)
            found[f"{method} {rule.rule}"] = lacking(answer)
    assert {name: missing for name, missing in found.items() if missing} == {}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/", 405), ("GET", "/api/v1/nowhere", 404)],
)
def test_refusal_answers_with_all_headers(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, lacking(answer)) == (status, [])


def test_failure_answers_with_all_headers(app: Flask) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail() -> None:
        raise ZeroDivisionError

    app.before_request_funcs[None].insert(0, fail)
    answer = app.test_client().get("/")
    assert (answer.status_code, lacking(answer)) == (500, [])
