# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first version of the REST interface: mounted resources and their OpenAPI document."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Flask, request
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from tresen import __version__
from tresen.desk import Core
from tresen.rest import idempotency
from tresen.rest.parser import StrictParser
from tresen.rest.problems import Problem
from tresen.web.errors import answer, answer_http
from tresen.web.permissions import open_to_all

PREFIX = "/api/v1"
PROBLEM_TYPE = "application/problem+json"
# What is no request, comes without a token or with too small a one, or asks for what is not there.
COMMON_ERRORS = (400, 401, 403, 404)


class Blueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """A group of REST resources; every error is a problem document (RFC 9457)."""

    ERROR_SCHEMA = Problem
    ARGUMENTS_PARSER = StrictParser()

    @staticmethod
    def _prepare_response_doc(doc: Any, doc_info: Any, **context: Any) -> Any:
        """Describe what any resource may answer beside its own, and the key that any POST takes."""
        if context["method"] == "post":
            doc.setdefault("parameters", []).append(dict(idempotency.DESCRIBED))
        found = doc_info.setdefault("response", {}).setdefault("responses", {})
        for status in COMMON_ERRORS:
            found.setdefault(status, [HTTPStatus(status).name])
        prepare = SmorestBlueprint._prepare_response_doc  # noqa: SLF001 - the class we extend
        return prepare(doc, doc_info, **context)


class RestApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest's registry, with our errors instead of its own."""

    ERROR_SCHEMA = Problem

    def __init__(self, app: Flask) -> None:
        """Begin the registry of the application."""
        super().__init__(app)
        self.csrf: CSRFProtect | None = app.extensions.get("csrf")

    def _register_responses(self) -> None:
        """Describe every error as the problem document that it is, not as plain JSON."""
        named = [(status.name, status.phrase) for status in HTTPStatus]
        for name, description in [*named, (self.DEFAULT_ERROR_RESPONSE_NAME, "Any other error")]:
            content = {PROBLEM_TYPE: {"schema": Problem}}
            component = {"description": description, "content": content}
            self.spec.components.response(name, component, lazy=True)

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Answer as every page does; under the API with what the validation found wrong."""
        if not request.path.startswith("/api/"):
            return answer_http(error)
        found = getattr(error, "data", None) or {}
        sentence = str(found.get("messages") or found.get("message") or error.description or "")
        response = answer(error.code or 500, error.name, sentence)
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                response.headers[name] = value
        return response


def make_api(app: Flask) -> RestApi:
    """Return the registry of the application's resources, still empty."""
    app.config.update(_options())
    api = RestApi(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    return api


def mount(api: RestApi, core: Core, name: str, blueprint: PlainBlueprint) -> None:
    """Mount one group of resources, a plugin's under the plugin's name."""
    if api.csrf:
        # No foreign page can make a browser send a token of the interface, as it could a cookie.
        api.csrf.exempt(blueprint)
    own = f"/{name}" if name in core.plugins.taken_in else ""
    api.register_blueprint(blueprint, url_prefix=f"{PREFIX}{own}{blueprint.url_prefix or ''}")


def describe(app: Flask) -> None:
    """Open flask-smorest's own views, which say the interface, to everybody."""
    for endpoint in [name for name in app.view_functions if name.startswith("api-docs.")]:
        app.view_functions[endpoint] = _described(app.view_functions[endpoint])


def _described(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return flask-smorest's own view (a bound method, which cannot be marked) as a function."""

    @open_to_all("the description of the interface holds no data")
    @wraps(view)
    def answered(**values: Any) -> Any:
        return view(**values)

    return answered


def _options() -> dict[str, Any]:
    return {
        "API_TITLE": "Tresen",
        "API_VERSION": __version__,
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": PREFIX,
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "info": {"license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"}},
            "security": [{"token": []}],
        },
    }
