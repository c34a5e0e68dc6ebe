# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole start on one page: core, then application, then the check of the schema.

`create_app` never touches the database; nothing migrates when the web process starts.
"""

from functools import partial
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tresen import fitness, known, loader
from tresen.access import views as access_views
from tresen.admin.ledger import open_ledger
from tresen.config import Config, load_config
from tresen.db import make_engine
from tresen.desk import Core
from tresen.errors import Misconfigured
from tresen.heap import undisturbed
from tresen.portal import brand
from tresen.rest import idempotency, later
from tresen.web import (
    addresses,
    errors,
    formats,
    headers,
    health,
    permissions,
    shell,
    tracing,
    values,
    work,
)
from tresen.web.frame import BRAND

# The core's own slices, answered through the same hooks as plugins.
SLICES = (
    "journal",
    "settings",
    "jobs",
    "files",
    "search",
    "people",
    "access",
    "products",
    "snippets",
    "tickets",
    "mail",
    "rest",
    "portal",
    "admin",
)

# Two parts of a mail may be large: the text that an agent pastes, and the files.
MAX_FORM_BYTES = 5_000_000
MAX_REQUEST_BYTES = 60_000_000


def create_core(
    config: Config | None = None, *, is_known: bool = False, **engine_options: Any
) -> Core:
    """Return configuration, engine and plugins, without touching the database.

    `is_known` says that an earlier start found all that is installed fit.
    """
    config = config or load_config()
    plugins = loader.load_plugins(config, SLICES, is_known=is_known)
    return Core(config, make_engine(config.database, **engine_options), plugins)


def create_app(core: Core) -> Flask:
    """Return the web application of the core."""
    if not core.config.secret_key:
        raise Misconfigured("There is no secret key yet: run `tresen init` first.")
    app = (_pages_first if core.plugins.is_known else _whole)(core)
    permissions.check_views(app)
    if core.config.trusted_proxies:
        hops = core.config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    return app


def _whole(core: Core) -> Flask:
    return fitness.filled(core, lambda: _bare(core))


def _pages_first(core: Core) -> Flask:
    """Return an application that makes itself whole when somebody calls the REST interface."""
    app = fitness.filled(core, lambda: _bare(core), fitness.fill_pages)
    muted = frozenset(core.plugins.muted)

    def whole() -> Flask:
        fill = partial(fitness.fill_whole, muted=muted)
        return fitness.filled(core, lambda: _bare(core), fill)

    later.install(app, whole)
    return app


def _bare(core: Core) -> Flask:
    """Return the application with all that happens around a page, and still without a page."""
    app = Flask("tresen", static_folder=None)
    app.url_rule_class = addresses.AddressRule
    app.extensions["tresen"] = core
    app.config.update(_flask_options(core.config))
    tracing.install(app, core)
    # In this order for every request: desk and actor, language, form token, permission.
    work.install(app, access_views.identify)
    shell.install(app, core)
    app.extensions[BRAND] = brand.brand_of
    CSRFProtect(app)
    for part in (permissions, values, errors, formats, health):
        part.install(app)
    is_https = core.config.is_secure
    app.after_request(lambda response: headers.secure(response, is_https=is_https))
    idempotency.install(app)
    return app


def wsgi() -> Flask:
    """Return the application of a web process, for `tresen.start`."""
    with undisturbed():
        config = load_config()
        state = known.state_of(config)
        core = create_core(config, is_known=known.is_known(config, state))
        fitness.check_schema(core)
        open_ledger(core)
        app = create_app(core)
        known.remember(core, state)
        return app


def _flask_options(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.secret_key_fallbacks),
        "SESSION_COOKIE_NAME": "__Host-tresen-form" if config.is_secure else "tresen-form",
        "SESSION_COOKIE_SECURE": config.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_BYTES,
        # A page may stay open all day; signing out ends its token.
        "WTF_CSRF_TIME_LIMIT": None,
    }
