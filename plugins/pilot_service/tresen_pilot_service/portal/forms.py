# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a customer answers: to an agreement, and a word on the way out."""

from typing import Any

from tresen.sdk import Form, _, lazy
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from tresen_pilot_service.models import Agreement, Participation


class AgreeForm(Form):
    """That the customer agrees, to the version that was read."""

    version = HiddenField()
    accepted = BooleanField(
        lazy("I agree"), [InputRequired(lazy("Tick the sentence if you agree."))]
    )

    def offer(self, row: Participation, agreement: Agreement | None) -> None:
        """Say in the sentence to what the customer agrees."""
        words: dict[str, Any] = {"customer": row.organisation.name}
        if agreement is None:
            self.accepted.label.text = _("%(customer)s takes part in this pilot.") % words
            return
        words["version"] = agreement.version
        self.accepted.label.text = (
            _("I have read version %(version)s of the agreement and agree to it for %(customer)s.")
            % words
        )

    def read_version(self) -> int | None:
        """Return the version that was read; None where there was nothing to read."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() else None

    def show_version(self, agreement: Agreement | None) -> None:
        """Put another version before the customer, to which nobody said anything yet."""
        self.version.data = str(agreement.version) if agreement else ""
        self.accepted.data = False


class DeclineForm(Form):
    """Why a customer does not want to take part."""

    reason = TextAreaField(
        lazy("Why not?"),
        [Length(max=2000)],
        description=lazy("Say nothing, or a word that helps the next time."),
    )


class LeaveForm(Form):
    """Why a customer leaves."""

    reason = TextAreaField(
        lazy("Why do you leave?"),
        [Length(max=2000)],
        description=lazy("Say nothing, or a word that helps the next time."),
    )
