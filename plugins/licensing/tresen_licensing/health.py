# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is not well with giving back: what should be public by now, and requests without answer."""

from tresen.sdk import Check, Desk, ngettext

from tresen_licensing.developments import queries as developments
from tresen_licensing.requests import queries as requests


def checks(desk: Desk) -> list[Check]:
    """Say how many developments and requests for source are overdue; nothing where none is."""
    late, waiting = len(developments.overdue(desk)), requests.overdue(desk)
    owed = ngettext(
        "One development runs outside and should be public by now.",
        "%(num)s developments run outside and should be public by now.",
        late,
    )
    asked = ngettext("One request is overdue.", "%(num)s requests are overdue.", waiting)
    found = (("licensing", owed, late), ("licensing_requests", asked, waiting))
    return [Check(name, "warning", text % {"num": count}) for name, text, count in found if count]
