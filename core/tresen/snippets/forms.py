# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a text to insert."""

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tresen.i18n import LANGUAGES, lazy
from tresen.snippets.models import KINDS
from tresen.web.forms import Form, choices

BODY_LIMIT = 20_000
ALL, OWN = "all", "own"


def _language(text: str | None) -> str | None:
    return text or None


class SnippetForm(Form):
    """A text; `audience` is `ALL`, `OWN` or the id of a team."""

    title = StringField(
        lazy("Title"),
        [InputRequired(), Length(max=120)],
        description=lazy("By its words the text is found in the composer."),
    )
    kind = SelectField(lazy("Kind"), choices=choices(KINDS.items()))
    language = SelectField(
        lazy("Language"),
        choices=choices([("", lazy("any")), *LANGUAGES.items()]),
        coerce=_language,
        description=lazy("Texts in the customer's language are offered first."),
    )
    audience = SelectField(lazy("Who may insert it"), [InputRequired()])
    body = TextAreaField(
        lazy("Text"),
        [InputRequired(), Length(max=BODY_LIMIT)],
        description=lazy(
            "In Markdown. Filled in when it is inserted: {{requester}} (who asks), {{number}}, "
            "{{subject}}, {{organisation}}, {{agent}} (your own name)."
        ),
        render_kw={"rows": 12},
    )
