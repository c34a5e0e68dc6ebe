# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's side of pictures: what is sent from the seat, and what comes back.

Whoever has no seat in a session that goes on finds nothing here, not even what they sent.
"""

from typing import Any

from flask import url_for
from tresen.sdk import Desk, Missing, _, open_to_all

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.offers import spoken
from tresen_remote_support.pages import blueprint
from tresen_remote_support.seating import find_seat, over, seated
from tresen_remote_support.stills import answering, queries, service


@blueprint.post("/seat/<reference>/stills")
@open_to_all("the cookie of the seat proves the customer's browser")
def send_still(reference: str) -> Any:
    """Take a picture of the screen that the customer chose to send."""

    def keep() -> None:
        desk, row = seated(reference)
        words = _("Picture of the screen, session %(session)s")
        told = {"session": spoken(row.reference)}
        service.keep(desk, row, answering.sent(), words % told)

    url = url_for("remote_support.seat", reference=reference)
    return answering.told(keep, _("The picture is sent."), url)


@blueprint.get("/seat/<reference>/stills")
@open_to_all("the cookie of the seat proves the customer's browser")
def seat_stills(reference: str) -> Any:
    """Return what the page does not show yet of the pictures; the customer's page asks."""
    desk, row = _looking(reference)
    found = answering.unknown(desk, row)
    return answering.newer("remote_support/stills/customer_lines.html", row, found)


@blueprint.get("/seat/<reference>/stills/<int:still_id>/picture")
@open_to_all("the cookie of the seat proves the customer's browser")
def seat_picture(reference: str, still_id: int) -> Any:
    """Hand out a picture of their own session to the customer while it goes on."""
    desk, row = _looking(reference)
    return answering.shown(desk, queries.find(desk, row, still_id))


@blueprint.post("/seat/<reference>/stills/<int:still_id>/remove")
@open_to_all("the cookie of the seat proves the customer's browser")
def remove_still(reference: str, still_id: int) -> Any:
    """Throw away a picture that an agent took of what the customer showed."""

    def drop() -> None:
        desk, row = _looking(reference)
        service.remove(desk, row, queries.find(desk, row, still_id))

    url = url_for("remote_support.seat", reference=reference)
    return answering.told(drop, _("The picture is removed."), url)


def _looking(reference: str) -> tuple[Desk, RemoteSession]:
    """Return the customer's desk and session; to look on does not move the session on."""
    found = find_seat(reference)
    if found is None:
        raise Missing(over())
    return found
