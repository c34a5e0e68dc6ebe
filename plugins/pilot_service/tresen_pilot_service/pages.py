# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that every page of the plugin stands on, and how its forms are shown and kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from tresen.sdk import Form, Refused, _

from tresen_pilot_service.models import Participation, Programme

blueprint = Blueprint("pilot_service", __name__)


@dataclass(frozen=True)
class Crumb:
    """A page above the one that is shown, and where it is."""

    title: str
    url: str


def crumbs(programme: Programme | None = None) -> list[Crumb]:
    """Return the way to a programme's page, or to the list where none is given."""
    found = [Crumb(_("Pilot programmes"), url_for("pilot_service.index"))]
    if programme is not None:
        url = url_for("pilot_service.show", programme_id=programme.id)
        found.append(Crumb(programme.title, url))
    return found


def crumbs_of(row: Participation) -> list[Crumb]:
    """Return the way to a participant's page; programme and organisation must be loaded."""
    url = url_for("pilot_service.participant", participation_id=row.id)
    return [*crumbs(row.programme), Crumb(row.organisation.name, url)]


def form_page(
    form: Form, heading: str, above: Sequence[Crumb], refusal: Refused | None = None
) -> Any:
    """Show a form below the pages `above` it; the last of them is where Cancel leads."""
    page = render_template(
        "pilot_service/form.html", form=form, heading=heading, above=above, refusal=refusal
    )
    return page, 422 if refusal or form.errors else 200


def kept(
    form: Form,
    heading: str,
    above: Sequence[Crumb],
    keep: Callable[[dict[str, Any]], object],
    said: str,
) -> Any:
    """Show the form, with the refusal of `keep` if there is one; once kept, lead back and say so.

    `keep` takes what was filled in, by the names of the fields, and may raise Refused.
    """
    if not form.validate_on_submit():
        return form_page(form, heading, above)
    try:
        keep(values(form))
    except Refused as refusal:
        return form_page(form, heading, above, refusal)
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
