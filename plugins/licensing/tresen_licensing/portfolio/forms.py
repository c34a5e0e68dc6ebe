# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of offerings, releases, setups, vendors and their contracts."""

from typing import Any, ClassVar

from tresen.sdk import Desk, Form, _, active_agents, choices, lazy
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    FileField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_licensing.forms import identity
from tresen_licensing.portfolio import contracts, states
from tresen_licensing.portfolio.files import Upload
from tresen_licensing.portfolio.models import Offering

# As long as the columns are.
ADDRESS = (
    Optional(),
    Length(max=300),
    Regexp(r"^https?://\S+$", message=lazy("An address begins with https://.")),
)


class OfferingForm(Form):
    """How a product is offered."""

    pairs: ClassVar = {"support_from": "support_until"}

    lifecycle = SelectField(lazy("Lifecycle"), choices=choices(states.LIFECYCLES.items()))
    owner_id = SelectField(
        lazy("Answers for it"),
        coerce=identity,
        description=lazy("Gets a ticket 12, 6, 3 and 1 months before support ends."),
    )
    support_from = DateField(lazy("Supported from"), [Optional()])
    support_until = DateField(lazy("Supported until"), [Optional()])
    upstream = StringField(
        lazy("Address of the upstream project"),
        ADDRESS,
        description=lazy("Where it comes from, if it is made of something else."),
    )
    vendor_id = SelectField(lazy("Vendor"), coerce=identity)

    def offer(self, desk: Desk, known: Offering | None) -> None:
        """Fill in who can be chosen; an owner who is gone meanwhile stays in the list."""
        agents = {each.id: each.name for each in active_agents(desk)}
        if known is not None and known.owner is not None:
            agents.setdefault(known.owner.id, known.owner.name)
        self.owner_id.choices = choices([("", _("Nobody")), *agents.items()])
        vendors = [(each.id, each.name) for each in contracts.vendors(desk)]
        self.vendor_id.choices = choices([("", _("None")), *vendors])


class ReleaseForm(Form):
    """How a version was given out."""

    pairs: ClassVar = {"released_on": "support_until"}

    channel = SelectField(
        lazy("Channel"), choices=choices(states.CHANNELS.items()), default="stable"
    )
    released_on = DateField(lazy("Released on"), [Optional()])
    support_until = DateField(lazy("Supported until"), [Optional()])
    notes_de = TextAreaField(
        lazy("Release notes in German"), [Length(max=50_000)], render_kw={"rows": 6, "lang": "de"}
    )
    notes_en = TextAreaField(
        lazy("Release notes in English"), [Length(max=50_000)], render_kw={"rows": 6, "lang": "en"}
    )
    source = FileField(
        lazy("Archive of the source"),
        description=lazy("Takes the place of the one that is kept. At most 50 MB."),
    )


class SetupForm(Form):
    """What is particular about an installation."""

    criticality = SelectField(
        lazy("Importance"), choices=choices(states.CRITICALITIES.items()), default="normal"
    )
    modules = TextAreaField(
        lazy("Modules"),
        [Length(max=10_000)],
        description=lazy("One in each line."),
        render_kw={"rows": 3},
    )
    customer_changes = TextAreaField(
        lazy("Changes made for this customer"),
        [Length(max=10_000)],
        description=lazy("One in each line: what differs from the version as it was released."),
        render_kw={"rows": 4},
    )


class VendorForm(Form):
    """Who makes a product of others'."""

    name = StringField(lazy("Name"), [InputRequired(), Length(max=200)])
    website = StringField(lazy("Address on the web"), ADDRESS)
    support_contact = StringField(
        lazy("Where support is had"),
        [Length(max=300)],
        description=lazy("Phone, mail or address of their portal."),
    )
    note = TextAreaField(lazy("Note"), [Length(max=10_000)], render_kw={"rows": 3})


class ContractForm(Form):
    """What a vendor owes us, for which products and how long."""

    pairs: ClassVar = {"starts_on": "ends_on", "renew_months": "notice_months"}

    vendor_id = SelectField(lazy("Vendor"), [InputRequired()], coerce=int)
    number = StringField(lazy("Number"), [InputRequired(), Length(max=80)])
    products = SelectMultipleField(
        lazy("Products"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy("Products of others that it is about."),
    )
    starts_on = DateField(lazy("Begins on"), [InputRequired()])
    ends_on = DateField(
        lazy("First term ends on"), [Optional()], description=lazy("Empty is without end.")
    )
    renew_months = IntegerField(
        lazy("Goes on by itself (months)"),
        [InputRequired(), NumberRange(0, 120)],
        default=0,
        description=lazy("0 where it ends with its term."),
    )
    notice_months = IntegerField(
        lazy("Period of notice (months)"), [InputRequired(), NumberRange(0, 60)], default=0
    )
    support_contact = StringField(
        lazy("Where support is had"),
        [Length(max=300)],
        description=lazy("Empty is that of the vendor."),
    )
    note = TextAreaField(lazy("Note"), [Length(max=10_000)], render_kw={"rows": 3})

    def offer(self, desk: Desk) -> None:
        """Fill in vendors and products."""
        self.vendor_id.choices = choices((each.id, each.name) for each in contracts.vendors(desk))
        self.products.choices = choices((each.id, each.name) for each in contracts.products(desk))


def uploads(given: dict[str, Any]) -> dict[str, Upload]:
    """Take the files out of what was filled in; return those that were chosen, by field."""
    files = {name: value for name, value in given.items() if name == "source"}
    for name in files:
        del given[name]
    return {
        name: Upload(file.filename, file.read())
        for name, file in files.items()
        if isinstance(file, FileStorage) and file.filename
    }
