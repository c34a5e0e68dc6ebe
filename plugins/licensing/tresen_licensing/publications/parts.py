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
    source, shown = queries.source(desk, row), queries.meant(desk, rows)
    published = queries.publication(desk, row.id)
    target = queries.bound(published, source)
    rework = queries.reworks(desk, {row.id: published}).get(row.id) if published else None
    is_ready = row.state == states.READY or rework is not None
    return {
        "rows": rows,
        "held": {
            each.id
            for each in rows
            if rules.holds(queries.seen(desk, each), shown[each.id].tree, today)
        },
        "source": source,
        "kinds": kinds,
        "publication": published,
        "published_on": desk.today(published.published_at) if published is not None else None,
        "conditions": publishing.conditions(desk, row) if is_ready else [],
        "may_anchor": row.state in service.ANCHORED,
        "has_home": any(
            each.kind == kinds.OWN_PAGE
            and each.withdrawn_at is None
            and each.publication_id == target
            for each in rows
        ),
        "rework": rework,
        "versions": {each.id: _version(shown[each.id]) for each in rows},
    }


def _version(source: queries.Source) -> int:
    return source.change.version if source.change is not None else 0


PART = Part("licensing/publications/part.html", _load)
