# SPDX-License-Identifier: AGPL-3.0-or-later
"""The field of a form that names an organisation: typed, with suggestions.

A choice of all of them would load and send thousands of names for the one that is wanted.
"""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup
from wtforms import Field
from wtforms.widgets import TextInput

from tresen.i18n import _
from tresen.people import naming
from tresen.web.work import current_desk


class OrganisationField(Field):
    """Data are the id of an organisation, or None; the page shows and takes its name.

    An unknown name, and one that several bear, is refused with a sentence.
    """

    data: int | None
    widget = TextInput()

    def __call__(self, **given: Any) -> Markup:
        """Return the input with the list of what is suggested."""
        known = f"{self.id}-known"
        asking = {
            "list": known,
            "autocomplete": "off",
            "hx-get": url_for("people.known_organisations", of=self.name),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{known}",
        }
        listed = Markup('<datalist id="{}"></datalist>').format(known)
        return Markup("").join([super().__call__(**asking | given), listed])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return naming.label_of(current_desk(), self.data) if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the name that was sent; raises ValueError for the form's sentence."""
        if not valuelist:
            return
        self.data = None
        if text := valuelist[0].strip():
            self.data = _meant(text)


def _meant(text: str) -> int:
    desk = current_desk()
    ids = naming.ids_labelled(desk, text)
    if not ids:
        raise ValueError(
            _("There is no organisation “%(text)s”. Take one that is suggested, or add it first.")
            % {"text": text}
        )
    if len(ids) > 1:
        raise ValueError(
            _("Several organisations are called so. Write which: %(names)s.")
            % {"names": ", ".join(naming.label_of(desk, found) for found in ids[:5])}
        )
    return ids[0]
