# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public register of what was given back: pages for people, feeds and files for programs."""

import json
from datetime import timedelta
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Missing,
    _,
    current_desk,
    desk_for,
    file_headers,
    limit,
    open_to_all,
    read_file,
    source_of,
    speaking_to,
)

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.contributions import cards, feeds, fragments, queries
from tresen_licensing.contributions.cards import Card
from tresen_licensing.developments import states
from tresen_licensing.journals import queries as journals
from tresen_licensing.journals import words
from tresen_licensing.journals.models import Entry
from tresen_licensing.pages import blueprint
from tresen_licensing.publications import kinds
from tresen_licensing.publications import queries as publications
from tresen_licensing.reports import badges
from tresen_licensing.reports.badges import Badge

REASON = "what was given back to the public is there for the public"
# Downloads from one network address; generous, as an office may share one.
MOST_DOWNLOADS, WINDOW = 60, timedelta(hours=1)
BRIEFLY = "public, max-age=300"


@blueprint.get("/contributions")
@open_to_all(REASON)
def contributions() -> Any:
    """List what was given back."""
    found = queries.contributions(current_desk(), _before())
    rows = found[: queries.PAGE]
    return render_template(
        "licensing/contributions/index.html",
        rows=[cards.card(each) for each in rows],
        more=rows[-1].publication.id if len(found) > queries.PAGE else None,
        states=states,
    )


@blueprint.get("/contributions/<any(contributions):what>.json")
@open_to_all(REASON)
def contributions_json(what: str) -> Any:
    """List the latest contributions for programs."""
    told = _latest()
    answer = jsonify({what: cards.as_json(told)})
    answer.headers["Cache-Control"] = BRIEFLY
    return answer


@blueprint.get("/contributions/<any(contributions):what>.atom")
@open_to_all(REASON)
def contributions_atom(what: str) -> Response:
    """List the latest contributions for readers of feeds."""
    config = current_desk().config
    own = _absolute(url_for("licensing.contributions_atom", what=what))
    title = _("Given back by %(name)s") % {"name": config.operator}
    body = feeds.feed(_latest(), title, config.operator, own, _page)
    return Response(body, content_type=feeds.MEDIA_TYPE, headers={"Cache-Control": BRIEFLY})


@blueprint.get("/contributions/<any(publiccode):what>.yml")
@open_to_all(REASON)
def contributions_fragment(what: str) -> Response:
    """Return what contributions add to the publiccode.yml of a component."""
    component = request.args.get("component", "")[:200]
    found = queries.of_component(current_desk(), component) if component else []
    told = [cards.card(each) for each in found]
    if not told or component not in {each.component for each in told}:
        raise Missing(_("Nothing was given back to this component."))
    body = fragments.fragment(component, found, told).encode()
    return Response(body, headers=file_headers(f"{what}.yml", fragments.MEDIA_TYPE, body))


@blueprint.get("/contributions/<any(badge):what>.svg")
@open_to_all(REASON)
def contributions_badge(what: str) -> Response:  # noqa: ARG001 - the address names it
    """Show in a picture how many contributions there are."""
    desk = current_desk()
    with speaking_to(desk, None):
        return _badge(Badge(_("given back"), str(queries.count(desk)), "green"))


@blueprint.get("/contributions/<reference>.svg")
@open_to_all(REASON)
def contribution_badge(reference: str) -> Response:
    """Show in a picture how far a contribution is."""
    desk = current_desk()
    with speaking_to(desk, None):
        return _badge(badges.of_development(queries.contribution(desk, reference).row))


@blueprint.get("/contributions/<reference>")
@open_to_all(REASON)
def contribution(reference: str) -> Any:
    """Show what was given back: what, why, under which licence, and where it is."""
    desk = current_desk()
    found = queries.contribution(desk, reference)
    return render_template(
        "licensing/contributions/show.html",
        above=[Crumb(_("What we gave back"), url_for("licensing.contributions"))],
        card=cards.card(found),
        marks=cards.marks(desk, found),
        archive_sha512=cards.archive_sha512(desk, found),
        history=_history(desk, found),
        earlier=publications.earlier(desk, found.publication),
        states=states,
        kinds=kinds,
    )


@blueprint.get("/contributions/<reference>.mbox")
@open_to_all(REASON)
def contribution_patches(reference: str) -> Any:
    """Hand out the patches byte for byte as they came in."""
    found = queries.contribution(current_desk(), reference)
    return _handed_out(found.publication.change_set)


@blueprint.get("/contributions/<reference>/v<int:version>.mbox")
@open_to_all(REASON)
def earlier_contribution_patches(reference: str, version: int) -> Any:
    """Hand out the patches of a version that was published before the latest; they stay public."""
    desk = current_desk()
    found = queries.contribution(desk, reference).publication
    known = [found.change_set, *(each.change_set for each in publications.earlier(desk, found))]
    change = next((each for each in known if each.version == version), None)
    if change is None:
        raise Missing(_("This version was not published."))
    return _handed_out(change)


def _handed_out(change: ChangeSet) -> Any:
    desk = current_desk()
    if change.file is None:
        raise Missing(_("The patches were taken away with their author's data."))
    answer = Response(headers={"Cache-Control": BRIEFLY})
    answer.set_etag(change.sha512)
    if answer.make_conditional(request).status_code == 304:
        return answer
    with desk_for(desk.core, write=True) as counting:
        who = source_of(request.remote_addr or "")
        limit(counting, f"contribution:{who}", MOST_DOWNLOADS, WINDOW)
    body = read_file(desk, change.file)
    file = change.file
    answer.headers.update(file_headers(file.name, file.media_type, body, may_show=False))
    answer.headers["Cache-Control"] = BRIEFLY
    answer.set_data(body)
    return answer


def _badge(made: Badge) -> Response:
    """Answer with a badge, in the language of the installation: other pages show it."""
    headers = {"Cache-Control": BRIEFLY}
    return Response(badges.drawn(made), content_type=badges.MEDIA_TYPE, headers=headers)


def _history(desk: Desk, found: queries.Contribution) -> list[tuple[Entry, str]]:
    """Return what happened since it became public, the latest first; no words of anybody."""
    entries = journals.entries_of(desk, found.row.id)
    began = next((each.number for each in entries if each.kind == "published"), 0)
    told = [each for each in entries if each.number >= began and _is_told(each)]
    return [(each, words.sentence(each)) for each in reversed(told)]


def _is_told(entry: Entry) -> bool:
    if entry.kind != "stepped":
        return entry.kind == "published"
    return json.loads(entry.facts)["to"] in set(states.PUBLIC) - {states.PUBLISHED}


def _latest() -> list[Card]:
    found = queries.contributions(current_desk())
    return [cards.card(each) for each in found[: queries.PAGE]]


def _page(told: Card) -> str:
    return _absolute(url_for("licensing.contribution", reference=told.reference))


def _absolute(path: str) -> str:
    return current_desk().config.base_url.rstrip("/") + path


def _before() -> int | None:
    text = request.args.get("before", "")
    # No identity is longer, and no database takes any length.
    return int(text) if text.isdecimal() and len(text) < 10 else None
