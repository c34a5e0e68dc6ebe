# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that every page of the plugin stands on, and the parts that slices put on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from tresen.sdk import Crumb, Desk, _

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.offers import spoken

blueprint = Blueprint("remote_support", __name__)


@dataclass(frozen=True)
class Part:
    """What a slice shows on a session's page, the agent's or the customer's.

    `load(desk, row)` returns the template's `part`, or None where there is nothing to show.
    """

    template: str
    load: Callable[[Desk, RemoteSession], Mapping[str, Any] | None]


def loaded(
    desk: Desk, row: RemoteSession, parts: Sequence[Part]
) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Return the templates of all parts with their values, None where there is nothing to show.

    Those keep their place on the page, which may come to show them while it stands.
    """
    return [(each.template, each.load(desk, row)) for each in parts]


def crumbs(row: RemoteSession | None = None) -> list[Crumb]:
    """Return the way to a session's page, or to the list where none is given."""
    found = [Crumb(_("Remote support"), url_for("remote_support.index"))]
    if row is not None:
        url = url_for("remote_support.show", reference=row.reference)
        found.append(Crumb(spoken(row.reference), url))
    return found


def followed(row: RemoteSession) -> dict[str, str]:
    """Return what either side's page asks for again and again, to be shown anew once it changed."""
    told = {"state": row.state, "wanted": row.wanted_scope, "scope": row.scope}
    return told | {"recording": "on" if row.recorded_since else ""}
