# SPDX-License-Identifier: AGPL-3.0-or-later
"""The administrator's pages of tools, and the agent's steps with the tool of a session."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Refused,
    _,
    current_desk,
    kept,
    needs,
    taken,
)

from tresen_remote_support import queries, scopes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import blueprint, crumbs
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.providers import gate, registry, service
from tresen_remote_support.providers.forms import LinkForm, NumberForm, form_of


@blueprint.get("/tools")
@needs("remote_support.administer")
def tools() -> Any:
    """List every tool, with whether it is offered."""
    found = registry.entries(current_desk())
    return render_template(
        "remote_support/providers/index.html", above=crumbs(), entries=found, scopes=scopes
    )


@blueprint.route("/tools/new", methods=["GET", "POST"])
@needs("remote_support.administer")
def add_tool() -> Any:
    """Add a link of the operator's own."""
    desk = current_desk()
    form = LinkForm(data={"is_offered": True})
    form.offer()

    def keep(given: dict[str, Any]) -> None:
        service.add_tool(desk, given)

    return kept(form, _("New tool"), _above(), keep, _("The tool is kept."))


@blueprint.route("/tools/<key>/edit", methods=["GET", "POST"])
@needs("remote_support.administer")
def edit_tool(key: str) -> Any:
    """Change what is said of a tool."""
    desk = current_desk()
    entry = registry.entry(desk, key)

    def keep(given: dict[str, Any]) -> None:
        service.keep_tool(desk, entry, given)

    said = _("The tool is kept.")
    return kept(form_of(entry), entry.provider.title, _above(), keep, said)


@blueprint.post("/sessions/<reference>/tool")
@needs("remote_support.work")
def open_tool(reference: str) -> Any:
    """Open the tool; its links are shown this one time."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    try:
        links = service.open_tool(desk, row)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return redirect(_page_of(row))
    tool = registry.provider(desk, row.provider)
    page = render_template(
        "remote_support/providers/opened.html", above=crumbs(row), row=row, links=links, tool=tool
    )
    # The links open what a customer has: no cache keeps them.
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.post("/sessions/<reference>/tool/number")
@needs("remote_support.work")
def note_number(reference: str) -> Any:
    """Note the number under which the tool knows device or session."""
    form = NumberForm()
    typed = form.number.data or ""
    said = _("The number is noted.")
    return _stepped(reference, lambda desk, row: service.note_number(desk, row, typed), said)


@blueprint.post("/sessions/<reference>/tool/phone")
@needs("remote_support.work")
def go_on_by_phone(reference: str) -> Any:
    """Leave a tool that does not work."""
    return _stepped(reference, service.go_on_by_phone, _("The session goes on by phone."))


@blueprint.get("/sessions/<reference>/tool/log")
@needs("remote_support.read")
def tool_log(reference: str) -> Any:
    """Show what the tool itself says of the session."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    tool = registry.provider(desk, row.provider)
    found: dict[str, Any] = {"state": None, "lines": (), "refusal": None}
    try:
        asked = gate.asked(desk, row, tool, profiles.of_session(desk, row))
        since = row.started_at or row.requested_at
        lines = [each for each in tool.log(asked) if each.at >= since]
        found |= {"state": tool.state(asked), "lines": lines}
    except Refused as refusal:
        found["refusal"] = refusal
    above = crumbs(row)
    return render_template("remote_support/providers/log.html", above=above, tool=tool, **found)


def _stepped(reference: str, act: Callable[[Desk, RemoteSession], None], said: str) -> Any:
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    return taken(lambda: act(desk, row), said, _page_of(row))


def _above() -> list[Crumb]:
    return [*crumbs(), Crumb(_("Tools"), url_for("remote_support.tools"))]


def _page_of(row: RemoteSession) -> str:
    return url_for("remote_support.show", reference=row.reference)
