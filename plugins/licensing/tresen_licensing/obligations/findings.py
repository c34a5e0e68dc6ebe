# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which supported releases owe something to the licences of their components."""

from tresen.sdk import Check, Desk, ngettext

from tresen_licensing.obligations import queries

NAME = "licensing_obligations"


def checks(desk: Desk) -> list[Check]:
    """Say of how many supported releases something is open; nothing where none is."""
    found = queries.standings(desk, queries.supported(desk))
    count = sum(1 for each in found.values() if each.owed)
    text = ngettext(
        "Of one release, duties of licences are open.",
        "Of %(num)s releases, duties of licences are open.",
        count,
    )
    return [Check(NAME, "warning", text % {"num": count})] if count else []
