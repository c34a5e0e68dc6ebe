# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decides about the moving picture: by which servers two browsers find a way."""

from typing import Any

from tresen.sdk import _, lazy
from wtforms import BooleanField, Form, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from tresen_remote_support.live import turn


class LiveSettings(Form):
    """Servers for the direct way between browsers; none unless the operator names some."""

    ice_urls = TextAreaField(
        lazy("STUN and TURN servers"),
        [Length(max=2000)],
        default="",
        description=lazy(
            "One address a line, such as stun:stun.example.org or"
            " turns:turn.example.org:5349?transport=tcp. Without any, browsers find each other in"
            " one network alone, and pictures go over HTTPS otherwise."
        ),
    )
    turn_secret_ref = StringField(
        lazy("Where the secret of the TURN server is"),
        [Length(max=120)],
        default="",
        description=lazy(
            "file:turn for the file secrets/turn in the data folder, or env:TRESEN_TURN_SECRET."
            " The secret itself is never stored here."
        ),
    )
    relay_only = BooleanField(
        lazy("Only through the TURN server"),
        default=False,
        description=lazy("Neither side learns the other's network address."),
    )

    def validate_ice_urls(self, field: Any) -> None:
        """Refuse what is no address of a STUN or TURN server."""
        if not all(turn.is_url(line) for line in turn.urls_in(field.data or "")):
            raise ValidationError(
                _("Each line is an address that begins with stun:, turn: or turns:.")
            )

    def validate_turn_secret_ref(self, field: Any) -> None:
        """Refuse anything but a place: a secret that was typed here must not be stored."""
        if field.data and not turn.is_secret_ref(field.data):
            raise ValidationError(_("Write file:name or env:TRESEN_TURN_…, not the secret itself."))
