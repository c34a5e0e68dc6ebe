# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that every page of the plugin stands on, and the parts that slices put on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from tresen.sdk import Desk, Form, Refused, _

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.offers import spoken

blueprint = Blueprint("remote_support", __name__)

FORM = "remote_support/form.html"


@dataclass(frozen=True)
class Crumb:
    """A page above the one that is shown, and where it is."""

    title: str
    url: str


@dataclass(frozen=True)
class Part:
    """What a slice shows on a session's page, the agent's or the customer's.

    `load(desk, row)` returns the template's `part`, or None where there is nothing to show.
    """

    template: str
    load: Callable[[Desk, RemoteSession], Mapping[str, Any] | None]


def loaded(
    desk: Desk, row: RemoteSession, parts: Sequence[Part]
) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Return the templates of all parts with their values, None where there is nothing to show.

    Those keep their place on the page, which may come to show them while it stands.
    """
    return [(each.template, each.load(desk, row)) for each in parts]


def crumbs(row: RemoteSession | None = None) -> list[Crumb]:
    """Return the way to a session's page, or to the list where none is given."""
    found = [Crumb(_("Remote support"), url_for("remote_support.index"))]
    if row is not None:
        url = url_for("remote_support.show", reference=row.reference)
        found.append(Crumb(spoken(row.reference), url))
    return found


def followed(row: RemoteSession) -> dict[str, str]:
    """Return what either side's page asks for again and again, to be shown anew once it changed."""
    told = {"state": row.state, "wanted": row.wanted_scope, "scope": row.scope}
    return told | {"recording": "on" if row.recorded_since else ""}


def form_page(
    form: Form,
    heading: str,
    above: Sequence[Crumb],
    refusal: Refused | None = None,
    template: str = FORM,
    **more: Any,
) -> Any:
    """Show a form below the pages `above` it; the last of them is where Cancel leads.

    `template` extends the plain one where fields are to be grouped.
    """
    page = render_template(
        template,
        form=form,
        heading=heading,
        above=above,
        refusal=refusal,
        **more,
    )
    return page, 422 if refusal or form.errors else 200


def kept(
    form: Form,
    heading: str,
    above: Sequence[Crumb],
    keep: Callable[[dict[str, Any]], object],
    said: str,
    template: str = FORM,
) -> Any:
    """Show the form, with the refusal of `keep` if there is one; once kept, lead back and say so.

    `keep` takes what was filled in, by the names of the fields, and may raise Refused.
    """
    if not form.validate_on_submit():
        return form_page(form, heading, above, template=template)
    try:
        keep(values(form))
    except Refused as refusal:
        return form_page(form, heading, above, refusal, template)
    flash(said)
    return redirect(above[-1].url)


def taken(act: Callable[[], object], said: str, url: str) -> Any:
    """Take a step that needs no words, and say so or why it is refused; lead to `url`."""
    try:
        act()
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(said)
    return redirect(url)


def values(form: Form) -> dict[str, Any]:
    """Return what was filled in, by the names of the fields."""
    return {field.name: field.data for field in form if field.name != "csrf_token"}
