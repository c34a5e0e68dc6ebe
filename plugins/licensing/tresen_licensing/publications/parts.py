# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of its anchors, and of the step into the public."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part
from tresen_licensing.publications import kinds, publishing, queries, rules, service


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    rows, today = queries.anchors_of(desk, row.id), desk.today()
    source = queries.source(desk, row)
    published = queries.publication(desk, row.id)
    is_ready = row.state == states.READY
    return {
        "rows": rows,
        "held": {
            each.id for each in rows if rules.holds(queries.seen(desk, each), source.tree, today)
        },
        "source": source,
        "kinds": kinds,
        "publication": published,
        "published_on": desk.today(published.published_at) if published is not None else None,
        "conditions": publishing.conditions(desk, row) if is_ready else [],
        "may_anchor": row.state in service.ANCHORED,
        "has_home": any(each.kind == kinds.OWN_PAGE and each.withdrawn_at is None for each in rows),
    }


PART = Part("licensing/publications/part.html", _load)
