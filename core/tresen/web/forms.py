# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form that every page's form is made of: its built-in messages speak the reader's language.

Flask-WTF would take them from Flask-Babel, which Tresen does not need (experiment E20).
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import wtforms
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.i18n import get_translations
from wtforms.widgets import Select

from tresen.i18n import current


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form of a page; `validate_on_submit()` says whether it was sent and is right."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """Where WTForms looks for its own texts."""

        def get_translations(self, form: Any) -> Any:  # noqa: ARG002 - WTForms calls it so
            """Return WTForms' own catalogue of the language in use."""
            return _texts(current().tag)


class Options(Select):
    """Writes a select; its options, of which a ticket's page has some fifty, at once."""

    @classmethod
    def render_option(cls, choice: Any, **more: Any) -> Markup:  # type: ignore[override]  # newer than its types
        """Return one option; WTForms sorts and joins attributes that hardly any has."""
        if more or choice.render_kw or isinstance(choice.value, bool):
            return Markup(super().render_option(choice, **more))  # noqa: S704 - escaped by WTForms
        mark = " selected" if choice.selected else ""
        label = escape(choice.label or choice.value)
        return Markup(f'<option{mark} value="{escape(choice.value)}">{label}</option>')  # noqa: S704 - escaped here


class SelectField(wtforms.SelectField):
    """A field of which one choice is taken."""

    widget = Options()


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Return (value, title) pairs as the choices of a SelectField."""
    return [SelectChoice(value, title) for value, title in pairs]


def optional_id(text: str | None) -> int | None:
    """Read the value of a choice: an id, or nothing for the empty choice."""
    return int(text) if text else None


@cache
def _texts(tag: str) -> Any:
    return get_translations([tag])
