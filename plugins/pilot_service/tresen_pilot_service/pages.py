# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that every page of the plugin stands on, and the way to each."""

from flask import Blueprint, url_for
from tresen.sdk import Crumb, _

from tresen_pilot_service.models import Participation, Programme

blueprint = Blueprint("pilot_service", __name__)


def crumbs(programme: Programme | None = None) -> list[Crumb]:
    """Return the way to a programme's page, or to the list where none is given."""
    found = [Crumb(_("Pilot programmes"), url_for("pilot_service.index"))]
    if programme is not None:
        url = url_for("pilot_service.show", programme_id=programme.id)
        found.append(Crumb(programme.title, url))
    return found


def crumbs_of(row: Participation) -> list[Crumb]:
    """Return the way to a participant's page; programme and organisation must be loaded."""
    url = url_for("pilot_service.participant", participation_id=row.id)
    return [*crumbs(row.programme), Crumb(row.organisation.name, url)]
