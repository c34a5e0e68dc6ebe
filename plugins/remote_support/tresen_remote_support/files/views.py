# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's note of a moved file, and the customer's way to hand one over."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from tresen.sdk import (
    Refused,
    _,
    current_desk,
    needs,
    open_to_all,
    taken,
)
from werkzeug.datastructures import FileStorage

from tresen_remote_support import queries
from tresen_remote_support.files import service
from tresen_remote_support.files.forms import FROM, HandOverForm, NoteForm
from tresen_remote_support.pages import blueprint, crumbs
from tresen_remote_support.seating import seated


@blueprint.route("/sessions/<reference>/files/new", methods=["GET", "POST"])
@needs("remote_support.work")
def note_file(reference: str) -> Any:
    """Note a file that another tool moved."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    form, refusal = NoteForm(), None
    if form.validate_on_submit():
        values = {
            "is_from_customer": form.direction.data == FROM,
            "name": form.name.data,
            "size": form.size.data,
            "sha256": form.sha256.data,
        }
        try:
            service.note(desk, row, values)
        except Refused as refused:
            refusal = refused
        else:
            flash(_("The file is on record."))
            return redirect(url_for("remote_support.show", reference=reference))
    page = render_template(
        "remote_support/files/note.html", form=form, above=crumbs(row), refusal=refusal
    )
    return page, 422 if refusal or form.errors else 200


@blueprint.post("/sessions/<reference>/files/<int:file_id>/strike")
@needs("remote_support.work")
def strike_file(reference: str, file_id: int) -> Any:
    """Take back a file that was noted by mistake."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    url = url_for("remote_support.show", reference=reference)
    return taken(lambda: service.strike(desk, row, file_id), _("The file is taken back."), url)


@blueprint.post("/seat/<reference>/files")
@open_to_all("the cookie of the seat proves the customer's browser")
def hand_over(reference: str) -> Any:
    """Take a file from the customer."""
    desk, row = seated(reference)
    url = url_for("remote_support.seat", reference=reference)
    chosen = HandOverForm().file.data
    if not isinstance(chosen, FileStorage) or not chosen.filename:
        flash(_("Choose a file first."), "error")
        return redirect(url)
    # One byte more than may be: enough to know that it is too large.
    name, body = chosen.filename, chosen.read(service.MOST_BYTES + 1)
    said = _("The file is handed over.")
    return taken(lambda: service.hand_over(desk, row, name, body), said, url)
