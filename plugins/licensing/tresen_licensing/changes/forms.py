# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form with which changes are sent in: as files, by mails that came, or from a branch."""

from collections.abc import Sequence

from flask_wtf.file import MultipleFileField
from tresen.sdk import Form, choices, lazy
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_licensing.changes.mails import Posted


class ChangesForm(Form):
    """Changes by one of three ways, and the commit that they stand on."""

    files = MultipleFileField(
        lazy("Patches"),
        description=lazy(
            "What “git format-patch” wrote: one mailbox, or all files of a series; or one bundle of"
            " “git bundle create”."
        ),
    )
    mails = SelectMultipleField(
        lazy("Or mails on its tickets"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    branch = StringField(
        lazy("Or a branch"),
        [Length(max=200)],
        description=lazy("It is fetched. Of a bundle with several, the one with the changes."),
    )
    address = StringField(
        lazy("Repository of the branch"),
        [Length(max=300)],
        description=lazy("Empty: upstream's own."),
    )
    base = StringField(
        lazy("Base"),
        [Length(max=40)],
        description=lazy(
            "The commit that they stand on, unless the patches name it. Of commits, else the last"
            " one that upstream has."
        ),
    )

    def offer(self, posted: Sequence[Posted]) -> None:
        """Fill in which mails can be chosen."""
        if not posted:
            del self.mails
            return
        named = [(each.id, f"{each.title} ({each.author})") for each in posted]
        self.mails.choices = choices(named)

    def bodies(self) -> list[bytes]:
        """Return the bytes of each file that was sent."""
        return [each.read() for each in self.files.data or [] if each and each.filename]
