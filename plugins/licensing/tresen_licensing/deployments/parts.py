# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of where it runs."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.announcements import queries as announcements
from tresen_licensing.changes import queries as changes
from tresen_licensing.deployments import drifts, queries
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part
from tresen_licensing.publications import queries as publications


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    rows, public = queries.deployments_of(desk, row.id), publications.public_trees(desk, row)
    return {
        "announced": announcements.running_since(desk, row.id),
        "rows": rows,
        "drifts": drifts,
        "found": drifts.known(rows, public),
        "may_deploy": changes.latest(desk, row.id) is not None,
    }


PART = Part("licensing/deployments/part.html", _load)
