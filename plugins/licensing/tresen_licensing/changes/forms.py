# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form with which patches are sent in."""

from flask_wtf.file import MultipleFileField
from tresen.sdk import Form, Refused, _, lazy
from wtforms import StringField
from wtforms.validators import Length


class ChangesForm(Form):
    """Patches, and the commit that they stand on."""

    files = MultipleFileField(
        lazy("Patches"),
        description=lazy("What “git format-patch” wrote: one mailbox, or all files of a series."),
    )
    base = StringField(
        lazy("Base"),
        [Length(max=40)],
        description=lazy("The commit that they stand on, unless the patches name it."),
    )


def bodies_of(form: ChangesForm) -> list[bytes]:
    """Return the bytes of each file that was sent; raises Refused where there is none."""
    found = [each.read() for each in form.files.data or [] if each and each.filename]
    if not found:
        raise Refused(_("Choose the files with the patches."))
    return found
