# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is not well with giving back: what is late or lost, and requests without answer."""

from tresen.sdk import Check, Desk, ngettext

from tresen_licensing.developments import queries as developments
from tresen_licensing.publications import queries as publications
from tresen_licensing.requests import queries as requests


def checks(desk: Desk) -> list[Check]:
    """Say what is overdue, and which anchors are lost; nothing where all is well."""
    late, waiting = len(developments.overdue(desk)), requests.overdue(desk)
    owed = ngettext(
        "One development runs outside and should be public by now.",
        "%(num)s developments run outside and should be public by now.",
        late,
    )
    asked = ngettext("One request is overdue.", "%(num)s requests are overdue.", waiting)
    lost = len(publications.all_orphaned(desk))
    gone = ngettext(
        "One development that is public lost an anchor.",
        "%(num)s developments that are public lost an anchor.",
        lost,
    )
    found = (
        ("licensing", owed, late),
        ("licensing_requests", asked, waiting),
        ("licensing_anchors", gone, lost),
    )
    return [Check(name, "warning", text % {"num": count}) for name, text, count in found if count]
