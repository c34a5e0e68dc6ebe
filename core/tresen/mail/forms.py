# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of mail: a mailbox, and the operator's own rules.

A mailbox's form asks for the place of the secret and never for the secret.
"""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tresen.i18n import lazy
from tresen.mail.service import MailboxValues
from tresen.web.forms import Form, choices


class MailboxForm(Form):
    """An address that customers write to, and where its mails are fetched."""

    address = StringField(lazy("Address"), [InputRequired(), Length(max=320)])
    name = StringField(lazy("Name"), [Optional(), Length(max=120)])
    team_id = SelectField(lazy("Team of new tickets"), coerce=int)
    host = StringField(
        lazy("IMAP server"),
        [Optional(), Length(max=255)],
        description=lazy("Empty when a mail server hands the mails to Tresen itself."),
    )
    port = IntegerField(lazy("Port"), [NumberRange(1, 65_535)], default=993)
    security = SelectField(
        lazy("Encryption"),
        choices=choices(
            [
                ("tls", lazy("TLS from the start")),
                ("starttls", lazy("STARTTLS")),
                ("none", lazy("None (this machine only)")),
            ]
        ),
    )
    login = StringField(lazy("Name to sign in with"), [Optional(), Length(max=255)])
    login_method = SelectField(
        lazy("Signs in by"),
        choices=choices([("password", lazy("Password")), ("xoauth2", lazy("Token (XOAUTH2)"))]),
    )
    secret_ref = StringField(
        lazy("Where the secret is"),
        [Optional(), Length(max=255)],
        description=lazy(
            "file:support for the file secrets/support in the data folder, or "
            "env:TRESEN_MAIL_SUPPORT. The secret itself is never stored here."
        ),
    )
    folder = StringField(lazy("Folder"), [InputRequired(), Length(max=255)], default="INBOX")
    after_fetch = StringField(
        lazy("After a mail is stored"),
        [InputRequired(), Length(max=255)],
        default="seen",
        description=lazy("seen marks it as read, delete removes it; else a folder to move it to."),
    )
    takes_subaddresses = BooleanField(
        lazy("Mail to name+anything@… arrives here too"),
        description=lazy("Answers then find their ticket by a signed address."),
    )

    def values(self) -> MailboxValues:
        """Return what was typed, spaces around it left out."""
        given: dict[str, Any] = {
            name: self[name].data for name in MailboxValues.__dataclass_fields__
        }
        texts = {name: value.strip() for name, value in given.items() if isinstance(value, str)}
        return MailboxValues(**given | texts | {"team_id": self.team_id.data or None})


class MailSettingsForm(Form):
    """What the operator says about every mail that comes in or goes out."""

    ignored_senders = TextAreaField(
        lazy("Ignore mail from"),
        [Optional(), Length(max=20_000)],
        default="",
        description=lazy(
            "One address or domain a line. Such mails are kept and listed as ignored."
        ),
        render_kw={"rows": 6},
    )
    links_in_replies = BooleanField(
        lazy("Put a link to the request into replies"),
        default=True,
        description=lazy(
            "By it a customer reads and answers the request without an account. It stands in "
            "replies that go to one person alone."
        ),
    )
