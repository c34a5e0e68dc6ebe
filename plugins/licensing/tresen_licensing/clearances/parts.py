# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of its clearance: checks, findings, and who approved."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.agreements import terms
from tresen_licensing.changes import queries as changes
from tresen_licensing.clearances import queries, states, words
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part
from tresen_licensing.publications import queries as publications


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    review = queries.review(desk, row)
    rework = publications.rework(desk, row) if row.state in way.REWORKED else None
    is_open = row.state in way.OPEN or rework is not None
    has_changes = review is not None or changes.latest(desk, row.id) is not None
    return {
        "review": review,
        "rows": words.rows_of(review) if review else [],
        "place": words.place,
        "states": states,
        "may_check": is_open and has_changes,
        "is_asked": (row.state == way.CLEARANCE or rework is not None)
        and review is not None
        and review.is_current,
        "is_forbidden": row.agreement is not None and row.agreement.publishing == terms.NO,
    }


PART = Part("licensing/clearances/part.html", _load)
