# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of tools: one for each kind, so that none asks for what does not matter."""

from tresen.sdk import Form, choices, lazy
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp

from tresen_remote_support import scopes
from tresen_remote_support.forms import ScopeField, at_least_one
from tresen_remote_support.providers import vault
from tresen_remote_support.providers.registry import Entry

SECRET = rf"^$|^{vault.PREFIX}[A-Z0-9_]+$"


class ToolForm(Form):
    """Whether a built-in tool is offered, and what customers read of it."""

    is_offered = BooleanField(lazy("Agents may choose it"))
    relay = StringField(
        lazy("Where its lines run"),
        [Length(max=300)],
        description=lazy(
            "Customers read it before they agree, such as “over servers of the maker in Germany”."
            " Name a third country here."
        ),
    )


class ServerForm(ToolForm):
    """The same for a tool that needs a server of the operator's."""

    address = StringField(
        lazy("Address of the server"),
        [Length(max=300)],
        render_kw={"inputmode": "url", "placeholder": "https://"},
    )
    secret_name = StringField(
        lazy("Environment variable with its secret"),
        [Length(max=100), Regexp(SECRET, message=lazy("Name a variable, not the secret itself."))],
        description=lazy("Its name alone is kept. It begins with TRESEN_REMOTE_SUPPORT_."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class RecordingServerForm(ServerForm):
    """The same for one that records."""

    recording_path = StringField(
        lazy("Folder of its recordings"),
        [Length(max=200)],
        description=lazy("On the server. Without one nothing is recorded."),
    )


class LinkForm(ToolForm):
    """A link of the operator's own."""

    title = StringField(lazy("Name"), [DataRequired(), Length(max=60)])
    pattern = StringField(
        lazy("Address of the link"),
        [DataRequired(), Length(max=300)],
        description=lazy(
            "With {device_id}, {reference} and {ticket} where the device's number, the session and"
            " the ticket stand. No password."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    kinds = ScopeField(lazy("What it can do"), [at_least_one], default=[scopes.VIEW])
    instruction = TextAreaField(
        lazy("What the customer does"),
        [Length(max=500)],
        description=lazy("They read it on their page."),
        render_kw={"rows": 2},
    )

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.kinds.choices = choices(scopes.CHOICES)


def form_of(entry: Entry) -> ToolForm:
    """Return the form of a tool with what is said of it."""
    kept = entry.tool
    if entry.is_own:
        begun = {"kinds": list(scopes.kinds_in(kept.kinds))}
        own = ("is_offered", "relay", "title", "pattern", "instruction")
        form = LinkForm(data=begun | {name: getattr(kept, name) for name in own})
        form.offer()
        return form
    if not entry.is_server:
        return ToolForm(obj=kept)
    records = scopes.RECORD in entry.provider.scopes
    return RecordingServerForm(obj=kept) if records else ServerForm(obj=kept)


class NumberForm(Form):
    """The number under which a tool knows the device, or the session."""

    number = StringField(
        lazy("Number at the tool"),
        [Length(max=200)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
