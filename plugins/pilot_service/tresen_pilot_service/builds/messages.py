# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes to participants what they get and what is taken back: a ticket each, so that they answer.

Everybody is written to in their own language.
"""

from collections.abc import Sequence

from tresen.sdk import Desk, _

from tresen_pilot_service import letters
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Participation


def tell_rolled_out(desk: Desk, build: Build, rows: Sequence[Participation]) -> list[str]:
    """Write to the participants what is new in their build, and how to go back.

    Returns the customers who have nobody to write to. The build's programme and product and the
    participations' people must be loaded.
    """

    def compose() -> tuple[str, str]:
        subject = _("Build %(number)s of %(product)s is ready for you") % _words(build)
        parts = (
            _part(_("What is new"), build.notes),
            _part(_("Known issues"), build.known_issues),
            _part(_("How to go back"), build.rollback_note),
        )
        return subject, _letter(subject + ".", *parts)

    return letters.tell(desk, rows, compose)


def tell_withdrawn(
    desk: Desk, build: Build, rows: Sequence[Participation], earlier: Build | None
) -> list[str]:
    """Write to the participants that their build is taken back, and how they go back to `earlier`.

    Expects and returns the same as `tell_rolled_out`.
    """

    def compose() -> tuple[str, str]:
        subject = _("Build %(number)s of %(product)s is withdrawn") % _words(build)
        yours = _("Your build is %(number)s again.") % {"number": earlier.number} if earlier else ""
        back = _part(_("How to go back"), build.rollback_note)
        return subject, _letter(subject + ".", yours, back)

    return letters.tell(desk, rows, compose)


def _words(build: Build) -> dict[str, str]:
    return {"number": build.number, "product": build.programme.product.name}


def _part(title: str, text: str) -> str:
    return f"**{title}**\n\n{text}" if text else ""


def _letter(*parts: str) -> str:
    answer = _("You can answer this message: your support contact reads it.")
    return "\n\n".join(part for part in (*parts, answer) if part)
