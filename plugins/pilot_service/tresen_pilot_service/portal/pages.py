# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the forms of a participant's page are shown and kept: refused, they stand on a page alone."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from tresen.sdk import (
    Crumb,
    Form,
    Refused,
    _,
)

from tresen_pilot_service.models import Participation


def crumbs(row: Participation | None = None) -> Sequence[Crumb]:
    """Return the way from the start page to a participation, or to the list of them."""
    found = [
        Crumb(_("Start page"), "/"),
        Crumb(_("Your pilots"), url_for("pilot_service.own_pilots", all=1)),
    ]
    if row is not None:
        url = url_for("pilot_service.own_pilot", participation_id=row.id)
        found.append(Crumb(row.programme.title, url))
    return found


def answered(
    row: Participation,
    form: Form,
    words: tuple[str, str, str],
    keep: Callable[[], object],
    text: str = "",
) -> Any:
    """Keep what a customer answers and lead back to their page; else show form and refusal.

    `words` are the heading, what the button says, and what is said once it is kept; `text` is
    what the customer answers to.
    """
    heading, verb, said = words
    refusal = None
    if form.validate_on_submit():
        try:
            keep()
        except Refused as refused:
            refusal = refused
        else:
            flash(said)
            return redirect(url_for("pilot_service.own_pilot", participation_id=row.id))
    page = render_template(
        "pilot_service/portal/form.html",
        above=crumbs(row),
        form=form,
        heading=heading,
        refusal=refusal,
        text=text,
        verb=verb,
    )
    return page, 422 if refusal or form.errors else 200
