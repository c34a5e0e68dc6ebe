# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many findings in supported releases wait for somebody to judge them."""

from tresen.sdk import Check, Desk, ngettext

from tresen_licensing.advisories import queries

NAME = "licensing_advisories"


def checks(desk: Desk) -> list[Check]:
    """Say what nobody has judged yet; nothing where all is."""
    count = queries.waiting(desk)
    text = ngettext(
        "One finding of an advisory in a supported release is not judged.",
        "%(num)s findings of advisories in supported releases are not judged.",
        count,
    )
    return [Check(NAME, "warning", text % {"num": count})] if count else []
