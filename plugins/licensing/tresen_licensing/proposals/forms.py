# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of proposals."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tresen.sdk import Form, Refused, _, choices, lazy
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import URL, InputRequired, Length, Optional, Regexp

from tresen_licensing.connections.models import Connection
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals.service import Wish

COMMIT = r"^[0-9a-fA-F]{40}$"
# Before the id of a connection, among the ways that need none.
_OVER = "over-"


class ProposalForm(Form):
    """On which way, where to, and with which words."""

    pairs: ClassVar = {"way": "repository"}

    way = SelectField(lazy("On which way"))
    repository = StringField(
        lazy("Where to"),
        [Length(max=300)],
        description=lazy("A repository as “owner/name”, or an address for mail."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    title = StringField(lazy("Title"), [InputRequired(), Length(max=200)])
    text = TextAreaField(
        lazy("What upstream reads"),
        [InputRequired(), Length(max=20_000)],
        description=lazy("It becomes public: no customer, no person."),
        render_kw={"rows": 14},
    )

    def offer(self, connections: Sequence[Connection]) -> None:
        """Fill in what can be chosen."""
        over = [(f"{_OVER}{each.id}", each.name) for each in connections]
        plain = [(each, routes.TITLES[each]) for each in (routes.MAIL, routes.DIRECTORY)]
        self.way.choices = choices([*over, *plain])


class NewsForm(Form):
    """What is new in a version."""

    news = TextAreaField(
        lazy("What is new in it"),
        [InputRequired(), Length(max=5000)],
        description=lazy("Upstream reads it: it becomes public. No customer, no person."),
        render_kw={"rows": 8},
    )


class RecordForm(Form):
    """A proposal that was made elsewhere."""

    title = StringField(lazy("Title"), [InputRequired(), Length(max=200)])
    address = StringField(
        lazy("Where it is"),
        [InputRequired(), URL(), Length(max=500)],
        description=lazy("The address of the request, or of the mail in an archive."),
        render_kw={"inputmode": "url", "placeholder": "https://"},
    )


class WordForm(Form):
    """What is said of a step."""

    note = TextAreaField(lazy("Note"), [Length(max=5000)], default="")


class ReasonForm(Form):
    """Why upstream decided so."""

    note = TextAreaField(
        lazy("What upstream said"),
        [InputRequired(), Length(max=5000)],
        description=lazy("In its own words, where it can be."),
    )


class MergedForm(Form):
    """Where it arrived."""

    commit = StringField(
        lazy("Commit"),
        [Optional(), Regexp(COMMIT, message=lazy("A commit has 40 hexadecimal digits."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    is_different = BooleanField(
        lazy("Upstream did the same in another way"),
        description=lazy("Our patches are superseded by that commit."),
    )
    note = TextAreaField(lazy("How do we know?"), [Length(max=5000)], default="")


class ReleasedForm(Form):
    """Which release holds it, and since when."""

    version = StringField(lazy("Release"), [InputRequired(), Length(max=80)])
    released_on = DateField(lazy("Released on"), [InputRequired()])


FORMS: dict[str, type[Form]] = {
    developing.PROPOSED: WordForm,
    developing.CHANGES_REQUESTED: ReasonForm,
    developing.MERGED: MergedForm,
    developing.DECLINED: ReasonForm,
    developing.RELEASED: ReleasedForm,
    developing.ADOPTED: WordForm,
    developing.CLOSED: WordForm,
}


def wish(given: dict[str, Any], connections: Sequence[Connection]) -> Wish:
    """Return what was wished for; raises Refused for a way that is gone."""
    way, own = str(given["way"]), None
    if way.startswith(_OVER):
        own = next((each for each in connections if f"{_OVER}{each.id}" == way), None)
        if own is None:
            raise Refused(_("There is no such connection."))
    return Wish(
        route=own.kind if own else way,
        repository=given["repository"] or "",
        title=given["title"],
        text=given["text"],
        connection_id=own.id if own else None,
    )


def begun(row: Development, connections: Sequence[Connection]) -> dict[str, Any]:
    """Return what the form begins with: the forge and the name that upstream's address shows."""
    parts = urlsplit(row.upstream_url)
    own = next((each for each in connections if urlsplit(each.address)[:2] == parts[:2]), None)
    name = parts.path.strip("/").removesuffix(".git")
    return {
        "way": f"{_OVER}{own.id}" if own else routes.MAIL if not name else routes.DIRECTORY,
        "repository": name,
        "title": row.title,
    }
