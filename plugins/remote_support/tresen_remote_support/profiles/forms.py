# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of an access profile."""

from typing import Any

from tresen.sdk import Desk, Form, choices, lazy
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_remote_support.profiles import queries
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.profiles.words import WEEKDAYS, place
from tresen_remote_support.providers import registry

NAMES = (
    *("installation_id", "title", "provider", "target_id", "opens", "closes", "needs_consent"),
    *("standing_basis", "standing_from", "standing_until", "devices", "agreement_number"),
    *("agreement_until", "may_record", "recording_days", "data_class", "secret_place", "note"),
)


class Ticks(SelectMultipleField):
    """Several of a short list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProfileForm(Form):
    """How an installation is reached, and what was agreed on that."""

    title = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    installation_id = SelectField(lazy("Installation"), [InputRequired()], coerce=int)
    provider = SelectField(lazy("Tool"), [InputRequired()])
    target_id = StringField(
        lazy("Device"),
        [Length(max=200)],
        description=lazy("Its number or address, as the tool knows it."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    secret_place = StringField(
        lazy("Place in the vault"),
        [Length(max=200)],
        description=lazy("Where your vault keeps the access, never the password itself."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    days = Ticks(
        lazy("Days"),
        description=lazy("Without days and hours it may be used at any time."),
    )
    opens = TimeField(lazy("From"), [Optional()])
    closes = TimeField(lazy("Until"), [Optional()])
    approvers = Ticks(
        lazy("Who approves"),
        coerce=int,
        description=lazy("People of the customer; they are told after each use unattended."),
    )
    needs_consent = BooleanField(lazy("The customer is asked before each session"), default=True)
    standing_basis = StringField(
        lazy("Written permission"),
        [Length(max=200)],
        description=lazy("Which paper, by whom and of which day."),
    )
    standing_from = DateField(lazy("In force from"), [Optional()])
    standing_until = DateField(
        lazy("In force until"), [Optional()], description=lazy("Twelve months at most.")
    )
    devices = TextAreaField(
        lazy("Devices"),
        [Length(max=5000)],
        description=lazy("One in each line."),
        render_kw={"rows": 3},
    )
    agreement_number = StringField(
        lazy("Data processing agreement"),
        [Length(max=60)],
        description=lazy("Its number (GDPR article 28)."),
    )
    agreement_until = DateField(lazy("Ends on"), [Optional()])
    data_class = StringField(
        lazy("Data that may be seen"),
        [Length(max=200)],
    )
    may_record = BooleanField(lazy("The picture may be recorded"))
    recording_days = IntegerField(
        lazy("Recordings are deleted after (days)"), [Optional(), NumberRange(1, 365)]
    )
    note = TextAreaField(lazy("Note"), [Length(max=5000)], render_kw={"rows": 3})

    def offer(self, desk: Desk, organisation_id: int, kept: str = "") -> None:
        """Fill in what can be chosen; a tool that is kept stays in the list."""
        found = queries.installations(desk, organisation_id)
        self.installation_id.choices = choices((each.id, place(each)) for each in found)
        offered = dict(registry.choices(desk))
        if kept and kept not in offered:
            offered[kept] = registry.provider(desk, kept).title
        self.provider.choices = choices(offered.items())
        self.days.choices = choices(WEEKDAYS.items())
        people = queries.people(desk, organisation_id)
        self.approvers.choices = choices((each.id, each.name) for each in people)


def begun(row: AccessProfile, approver_ids: list[int]) -> dict[str, Any]:
    """Return what the form of a kept profile begins with."""
    kept = {name: getattr(row, name) for name in NAMES}
    return kept | {"days": list(row.days), "approvers": approver_ids}
