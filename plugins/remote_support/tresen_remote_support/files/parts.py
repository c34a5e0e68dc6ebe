# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of a session show of files: the agent's the record, the customer's the way."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support import queries
from tresen_remote_support.files import service
from tresen_remote_support.files.forms import HandOverForm
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part


def _moved(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    may_note = row.started_at is not None and row.reviewed_at is None
    files = queries.moved_files(desk, row)
    if not files and not may_note:
        return None
    return {"files": files, "may_note": may_note and desk.actor.may("remote_support.work")}


def _way(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    if not service.may_hand_over(desk, row):
        return None
    return {"files": queries.moved_files(desk, row), "form": HandOverForm(formdata=None)}


MOVED = Part("remote_support/files/part.html", _moved)
HAND_OVER = Part("remote_support/files/seat.html", _way)
