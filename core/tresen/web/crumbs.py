# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages that stand below others: the way back up, their forms, and steps that need no words.

Why: a plugin's records are added, changed and taken along in the same few steps, and only the verb
differs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template
from wtforms import FileField

from tresen.errors import Refused
from tresen.web.forms import Form

FORM = "form.html"


@dataclass(frozen=True)
class Crumb:
    """A page above the one that is shown, and where it is."""

    title: str
    url: str


def form_below(
    form: Form,
    heading: str,
    above: Sequence[Crumb],
    refusal: Refused | None = None,
    template: str = FORM,
    **more: Any,
) -> Any:
    """Show a form below the pages `above` it; the last of them is where Cancel leads.

    `template` extends "form.html" where fields are to be grouped; `more` are values for it. Fields
    that the form names in `pairs` {first: second} stand side by side.
    """
    shown = {"form": form, "heading": heading, "above": above, "refusal": refusal}
    sends_files = any(isinstance(field, FileField) for field in form)
    page = render_template(template, **shown, sends_files=sends_files, **more)
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
        return form_below(form, heading, above, template=template)
    try:
        keep(filled_in(form))
    except Refused as refusal:
        return form_below(form, heading, above, refusal, template)
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


def filled_in(form: Form) -> dict[str, Any]:
    """Return what was filled in, by the names of the fields."""
    return {field.name: field.data for field in form if field.name != "csrf_token"}
