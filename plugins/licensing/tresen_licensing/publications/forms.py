# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of anchors, and what the operator decides about them."""

from tresen.sdk import Form, choices, lazy
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from tresen_licensing.publications import kinds

_ADDED = {kind: kinds.TITLES[kind] for kind in kinds.ADDRESSED}


class AnchorSettings(PlainForm):
    """Which hosts are ours."""

    own_hosts = TextAreaField(
        lazy("Our own hosts"),
        [Length(max=5000)],
        default="",
        description=lazy("One in a line. What stands there is ours and shows nothing by itself."),
        render_kw={"rows": 3},
    )


class AnchorForm(Form):
    """Where else the source is."""

    kind = SelectField(lazy("Kind"), choices=choices(_ADDED.items()))
    address = StringField(
        lazy("Address"),
        [Optional(), Length(max=300)],
        description=lazy("As anybody reaches it. That of Software Heritage is known."),
    )
    revision = StringField(
        lazy("Branch, tag or commit"),
        [Optional(), Length(max=200)],
        description=lazy("In a repository: where the changes stand."),
    )
    is_ours = BooleanField(
        lazy("Ours: we could take it back or change it"),
        default=True,
        description=lazy("A repository of upstream, a customer or an archive is not."),
    )


class WithdrawForm(Form):
    """Why an anchor counts no more."""

    note = TextAreaField(lazy("Why?"), [InputRequired(), Length(max=5000)])


class CountersignForm(Form):
    """The word of a customer's contact; `tree` is what the page showed."""

    tree = HiddenField()
    is_confirmed = BooleanField(lazy("I confirm this"), [InputRequired()])
