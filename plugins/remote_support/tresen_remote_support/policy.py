# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may offer and begin a session when; a refusal names the reason and the way out."""

from tresen.sdk import Desk, Refused, _

from tresen_remote_support import queries
from tresen_remote_support.models import RemoteSession


def demand(desk: Desk, row: RemoteSession) -> None:
    """Raise Refused where the session may not be offered, or not begin."""
    _demand_words(desk, row)


def _demand_words(desk: Desk, row: RemoteSession) -> None:
    if row.agent_id is None:
        raise Refused(_("This session has no agent: request another one."))
    earlier = queries.undocumented(desk, row.agent_id)
    if earlier is not None and earlier.id != row.id:
        told = {"reference": earlier.reference}
        raise Refused(
            _("First write down what was done in the session %(reference)s: it has no note yet.")
            % told
        )
