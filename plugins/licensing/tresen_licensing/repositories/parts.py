# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of the source: do the patches fit, and what comes out."""

import json
from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.changes import queries as changes
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part
from tresen_licensing.repositories import identifiers, outcomes, queries, service


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    last = changes.latest(desk, row.id)
    tried = queries.attempt(desk, last.id) if last else None
    made = queries.source_tree(desk, last.id) if last else None
    return {
        "change": last,
        "mirror": queries.mirror(desk, row.upstream_url) if row.upstream_url else None,
        "tried": tried,
        "sentence": service.said(tried) if tried else "",
        "made": made,
        "ids": identifiers.of_tree(made) if made else [],
        "submodules": json.loads(made.submodules) if made else [],
        "outcomes": outcomes,
    }


PART = Part("licensing/repositories/part.html", _load)
