# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two answers for machines: is the process alive, can it do its work. No facts beyond that."""

from typing import Any

from flask import Blueprint, Flask
from sqlalchemy import text

from tresen import revisions
from tresen.desk import Core
from tresen.errors import Misconfigured
from tresen.web.permissions import open_to_all
from tresen.web.work import current_core, current_desk

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_to_all("a load balancer has no account")
def alive() -> Any:
    """Answer 200 as long as the process answers at all."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
@open_to_all("a load balancer has no account")
def ready() -> Any:
    """Answer 200 when the database answers and its schema is the code's, else 503."""
    current_desk().session.execute(text("SELECT 1"))
    is_ready = _is_at_head(current_core())
    status = 200 if is_ready else 503
    return ("ok\n" if is_ready else "not ready\n"), status, {"Content-Type": "text/plain"}


def _is_at_head(core: Core) -> bool:
    with core.engine.connect() as connection:
        chains = revisions.chains_of(core.plugins)
        try:
            return not any(revisions.pending_revisions(connection, chain) for chain in chains)
        except Misconfigured:
            # Another node has upgraded already: this one has to make way, not to fail.
            return False


def install(app: Flask) -> None:
    """Mount both."""
    app.register_blueprint(blueprint)
