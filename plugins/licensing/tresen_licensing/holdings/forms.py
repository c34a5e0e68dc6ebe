# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a licence that a customer holds."""

from collections.abc import Iterable
from typing import ClassVar

from tresen.sdk import Desk, Form, Person, Product, choices, lazy
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_licensing.holdings import queries, states


class LicenceForm(Form):
    """What a customer may use, how much of it and how long, and who is entitled by it."""

    pairs: ClassVar = {
        "metric": "count",
        "starts_on": "ends_on",
        "maintenance_until": "reminder_days",
    }

    product_id = SelectField(lazy("Product"), [InputRequired()], coerce=int)
    edition = StringField(lazy("Edition"), [Length(max=80)])
    metric = SelectField(lazy("Counted are"), choices=choices(states.METRICS.items()))
    count = IntegerField(
        lazy("How many"),
        [Optional(), NumberRange(1, 10_000_000)],
    )
    key = StringField(
        lazy("Licence key"),
        [Optional(), Length(max=2000)],
        description=lazy("It is not shown here again. Empty leaves the one that is kept."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    starts_on = DateField(lazy("In force from"), [Optional()])
    ends_on = DateField(
        lazy("In force until"), [Optional()], description=lazy("Empty is for good.")
    )
    maintenance_until = DateField(
        lazy("Updates and support until"), [Optional()], description=lazy("The last day of both.")
    )
    reminder_days = IntegerField(
        lazy("Reminder (days before)"),
        [InputRequired(), NumberRange(0, 365)],
        default=60,
        description=lazy("Who answers for the product gets a ticket then."),
    )
    entitled = SelectMultipleField(
        lazy("Entitled contacts"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy("People of the customer who may ask for support by it."),
    )
    is_active = BooleanField(
        lazy("The customer goes on with it"),
        default=True,
        description=lazy("Without the tick it stays on record and nobody is reminded."),
    )
    note = TextAreaField(
        lazy("Note"),
        [Length(max=10_000)],
        description=lazy("Customers do not see it."),
        render_kw={"rows": 3},
    )

    def offer(
        self, desk: Desk, organisation_id: int, products: Iterable[Product], kept: Iterable[Person]
    ) -> None:
        """Fill in products and people; those who are entitled stay in the list."""
        self.product_id.choices = choices((each.id, each.name) for each in products)
        found = {each.id: each.name for each in queries.people(desk, organisation_id)}
        found |= {each.id: each.name for each in kept}
        self.entitled.choices = choices(found.items())
