# SPDX-License-Identifier: AGPL-3.0-or-later
"""The calendar files of checkpoints, for agents and for those who are asked."""

from collections.abc import Iterable
from typing import Any

from flask import Response
from tresen.sdk import Desk, Missing, _, current_desk, needs

from tresen_pilot_service import letters
from tresen_pilot_service import queries as pilots
from tresen_pilot_service.checkpoints import queries
from tresen_pilot_service.checkpoints.calendars import calendar
from tresen_pilot_service.checkpoints.models import Checkpoint
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint
from tresen_pilot_service.portal import queries as portal_queries


@blueprint.get("/<int:programme_id>/checkpoints.ics")
@needs("pilot_service.read")
def programme_calendar(programme_id: int) -> Any:
    """Return every checkpoint of a programme."""
    desk = current_desk()
    programme = pilots.programme(desk, programme_id)
    found = queries.of_programme(desk, programme_id)
    return _for_agents(desk, programme.title, found, f"checkpoints-{programme.id}.ics")


@blueprint.get("/checkpoints/<int:checkpoint_id>.ics")
@needs("pilot_service.read")
def checkpoint_calendar(checkpoint_id: int) -> Any:
    """Return one checkpoint."""
    desk = current_desk()
    found = queries.checkpoint(desk, checkpoint_id)
    return _for_agents(desk, found.programme.title, [found], f"checkpoint-{found.id}.ics")


@blueprint.get("/portal/<int:participation_id>/checkpoints.ics")
@needs("pilot_service.take_part")
def own_calendar(participation_id: int) -> Any:
    """Return every checkpoint to which the customer is asked."""
    desk = current_desk()
    row = portal_queries.own_one(desk, participation_id)
    found = queries.for_participant(desk, row)
    return _for_customers(desk, row, found, f"checkpoints-{row.programme_id}.ics")


@blueprint.get("/portal/<int:participation_id>/checkpoints/<int:checkpoint_id>.ics")
@needs("pilot_service.take_part")
def own_checkpoint_calendar(participation_id: int, checkpoint_id: int) -> Any:
    """Return one checkpoint to which the customer is asked."""
    desk = current_desk()
    row = portal_queries.own_one(desk, participation_id)
    found = [each for each in queries.for_participant(desk, row) if each.id == checkpoint_id]
    if not found:
        raise Missing(_("There is no such checkpoint."))
    return _for_customers(desk, row, found, f"checkpoint-{checkpoint_id}.ics")


def _for_agents(desk: Desk, title: str, found: Iterable[Checkpoint], name: str) -> Response:
    def address(meeting: Checkpoint) -> str:
        return f"{desk.config.base_url.rstrip('/')}/pilot_service/checkpoints/{meeting.id}"

    return _file(calendar(title, found, address), name)


def _for_customers(
    desk: Desk, row: Participation, found: Iterable[Checkpoint], name: str
) -> Response:
    def address(_meeting: Checkpoint) -> str:
        return letters.address(desk, row)

    return _file(calendar(row.programme.title, found, address), name)


def _file(content: bytes, name: str) -> Response:
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
