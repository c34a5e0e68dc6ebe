# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of search results; a number leads straight to its ticket."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from tresen.search import queries
from tresen.web.permissions import needs
from tresen.web.work import current_desk

blueprint = Blueprint("search", __name__, url_prefix="/search")

LONGEST_QUESTION = 200


@blueprint.get("/")
@needs("search.use")
def results() -> Any:
    """Show what every source finds for `q`; a lone ticket number opens its ticket."""
    desk = current_desk()
    question = _cut(request.args.get("q", "").strip())
    for source in queries.sources(desk):
        if source.direct and (hit := source.direct(desk, question)):
            return redirect(url_for(hit.endpoint, **hit.values))
    found = queries.find(desk, question) if question else []
    return render_template("search/results.html", question=question, found=found)


def _cut(question: str) -> str:
    """The question without the words beyond its longest; half a word would find nothing."""
    if len(question) <= LONGEST_QUESTION:
        return question
    kept = question[: LONGEST_QUESTION + 1]
    return kept.rpartition(" ")[0].rstrip() or kept[:LONGEST_QUESTION]
