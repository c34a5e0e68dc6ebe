# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways between the pages of developments, and how their forms are kept."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Form,
    _,
    current_desk,
    kept,
)

from tresen_pilot_service.developments.models import Development

# Keeps what a form says of a development; raises Refused.
Keep = Callable[[Desk, Development, dict[str, Any]], object]


def above(row: Development | None = None) -> list[Crumb]:
    """Return the way to a development's page, or to the list where none is given."""
    found = [Crumb(_("Developments"), url_for("pilot_service.developments"))]
    if row is not None:
        found.append(Crumb(row.title, address(row)))
    return found


def address(row: Development) -> str:
    """Return where a development is shown."""
    return url_for("pilot_service.development", development_id=row.id)


def kept_of(row: Development, form: Form, heading: str, keep: Keep, said: str) -> Any:
    """Show a form of a development, keep what it says and lead back to its page."""

    def keep_here(given: dict[str, Any]) -> None:
        keep(current_desk(), row, given)

    return kept(form, heading, above(row), keep_here, said)
