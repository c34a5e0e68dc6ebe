# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of components: a bill to import, and a licence to clear."""

from tresen.sdk import Form, Refused, _, lazy, ngettext
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tresen_licensing import licences
from tresen_licensing.components.models import Component
from tresen_licensing.components.names import suggestion
from tresen_licensing.portfolio.files import Upload


class BomForm(Form):
    """A bill of materials from a file."""

    file = FileField(
        lazy("SBOM"),
        description=lazy(
            "CycloneDX 1.4 to 1.7 (JSON, XML), SPDX 3.0.1 (JSON-LD) or SPDX 2.2 and 2.3 (JSON, "
            "YAML, XML, RDF/XML, tag-value), at most 50 MB. It takes the place of the one before."
        ),
    )


class ClearForm(Form):
    """Under which licence a component is."""

    expression = StringField(
        lazy("Licence (SPDX expression)"), [InputRequired(), Length(max=licences.LONGEST)]
    )
    note = TextAreaField(
        lazy("Why?"),
        [Length(max=5000)],
        description=lazy("Where it is written, such as the address of the licence file."),
        render_kw={"rows": 3},
    )
    is_for_all = BooleanField(lazy("For all that say the same"), default=True)

    def offer(self, one: Component, count: int) -> None:
        """Say what the file says and what it most likely means; fill that in."""
        said = one.said or _("nothing")
        self.expression.description = _("The file says: %(said)s") % {"said": said}
        if not self.is_submitted():
            self.expression.data = one.expression or suggestion(one.said)
            self.note.data = one.clearing.note if one.clearing else ""
        text = ngettext("One component", "%(num)s components", count)
        self.is_for_all.description = text % {"num": count}


def upload_of(file: object) -> Upload:
    """Return the file that was chosen; raises Refused where there is none."""
    if not isinstance(file, FileStorage) or not file.filename:
        raise Refused(_("Choose a file."))
    return Upload(file.filename, file.read())
