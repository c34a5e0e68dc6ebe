# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of one form: shown, sent, refused with a sentence at its field, or written.

Why: every record is added and changed by the same five steps, and only the verb differs.
"""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template
from wtforms import Field

from tresen.errors import Refused
from tresen.web.forms import Form

# Writes what the form holds; returns what to say about it, and the address to go on at.
Write = Callable[[], tuple[str, str]]


def form_page(heading: str, form: Form, back_url: str, write: Write, refused_at: Field) -> Any:
    """Answer a form's page; a refusal of `write` stands at the field and loses no input."""
    if form.validate_on_submit():
        try:
            said, url = write()
        except Refused as refused:
            refused_at.errors = [refused.sentence]
        else:
            flash(said)
            return redirect(url)
    page = render_template("admin/form.html", heading=heading, form=form, back_url=back_url)
    return page, 422 if form.errors else 200
