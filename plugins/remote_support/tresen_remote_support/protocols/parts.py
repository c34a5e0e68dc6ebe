# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the agent's page of a session says of its protocol."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part
from tresen_remote_support.protocols import documents, queries


def _protocol(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    if row.documented_at is None:
        return None
    return {
        "sent": queries.protocols(desk, row),
        "is_possible": documents.is_possible(),
        "extra": documents.EXTRA,
    }


PROTOCOL = Part("remote_support/protocols/part.html", _protocol)
