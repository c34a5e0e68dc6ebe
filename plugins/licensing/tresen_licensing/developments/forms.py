# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of developments."""

from typing import Any, ClassVar

from tresen.sdk import Desk, Form, OrganisationField, active_agents, choices, lazy
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import URL, DataRequired, InputRequired, Length, Optional

from tresen_licensing.agreements.queries import agreements_of
from tresen_licensing.developments import queries, states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import FIELDS
from tresen_licensing.forms import identity

_ON_THE_WEB = URL()


def _is_repository(form: Any, field: Any) -> None:
    """Demand an address on the web, or of a folder of this machine that the operator allows."""
    if not (field.data or "").startswith("file:///"):
        _ON_THE_WEB(form, field)


class DevelopmentForm(Form):
    """What is developed, on what, and where it shall go."""

    pairs: ClassVar = {
        "kind": "owner_id",
        "product_id": "base_version_id",
        "upstream_url": "upstream_branch",
    }

    title = StringField(lazy("Title"), [InputRequired(), DataRequired(), Length(max=200)])
    kind = SelectField(lazy("Kind"), choices=choices(states.KINDS.items()))
    owner_id = SelectField(lazy("Who sees to it"), coerce=identity)
    product_id = SelectField(lazy("Product"), coerce=identity)
    base_version_id = SelectField(lazy("Version that it builds on"), coerce=identity)
    component = StringField(
        lazy("Component"),
        [Optional(), Length(max=200)],
        description=lazy("The distribution or repository that is changed."),
    )
    description = TextAreaField(
        lazy("What it does, and what for"),
        [Optional(), Length(max=10_000)],
        description=lazy("In words that may become public: no customer, no person."),
    )
    agreement_id = SelectField(lazy("Agreement"), coerce=identity)
    upstream_url = StringField(
        lazy("Upstream's repository"), [Optional(), _is_repository, Length(max=300)]
    )
    upstream_branch = StringField(lazy("Branch"), [Optional(), Length(max=120)])

    def offer(self, desk: Desk, organisation_id: int | None, row: Development | None) -> None:
        """Fill in what can be chosen; what was chosen stays even if it is no longer offered."""
        agents = [(each.id, each.name) for each in active_agents(desk)]
        owner = row.owner if row else None
        if owner is not None and (owner.id, owner.name) not in agents:
            agents.append((owner.id, owner.name))
        product_id = row.product_id if row else None
        version_id = row.base_version_id if row else None
        self.owner_id.choices = [("", lazy("Nobody")), *agents]
        self.product_id.choices = [("", lazy("None")), *queries.products(desk, product_id)]
        self.base_version_id.choices = [("", lazy("Unknown")), *queries.versions(desk, version_id)]
        self.agreement_id.choices = [("", lazy("None yet")), *_agreed(desk, organisation_id, row)]


class NewDevelopmentForm(DevelopmentForm):
    """For whom it is developed, too."""

    organisation_id = OrganisationField(lazy("Customer"), [InputRequired()])


class StepForm(Form):
    """What is said of a step."""

    note = TextAreaField(lazy("Note"), [Length(max=5000)], default="")


class EmbargoForm(Form):
    """Until when something is held back, and why."""

    until = DateField(lazy("Last day"), [InputRequired()])
    note = TextAreaField(lazy("Why?"), [InputRequired(), Length(max=5000)])


class LinkForm(Form):
    """Which ticket belongs to a development."""

    number = StringField(lazy("Number of the ticket"), [InputRequired(), Length(max=20)])


def begun(row: Development) -> dict[str, Any]:
    """Return what the form of a kept development begins with."""
    return {name: getattr(row, name) for name in FIELDS}


def _agreed(
    desk: Desk, organisation_id: int | None, row: Development | None
) -> list[tuple[int, str]]:
    """Return what can be chosen: agreements in force, and the one that it is under already."""
    found = [*agreements_of(desk, organisation_id)] if organisation_id else []
    kept = row.agreement if row else None
    if kept is not None and kept not in found:
        found.append(kept)
    return [(each.id, each.title) for each in found]
