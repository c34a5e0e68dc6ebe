# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is not well with giving back: developments whose day to be public has passed."""

from tresen.sdk import Check, Desk, ngettext

from tresen_licensing.developments import queries


def checks(desk: Desk) -> list[Check]:
    """Say how many developments are overdue; nothing where none is."""
    late = len(queries.overdue(desk))
    if not late:
        return []
    sentence = ngettext(
        "One development runs outside and should be public by now.",
        "%(num)s developments run outside and should be public by now.",
        late,
    )
    return [Check("licensing", "warning", sentence % {"num": late})]
