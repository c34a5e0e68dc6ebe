# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a session may do under a profile, or without one, before anybody is asked."""

from tresen.sdk import Desk, Refused, Ticket, _

from tresen_remote_support import scopes
from tresen_remote_support.profiles import queries, states
from tresen_remote_support.profiles.models import AccessProfile


def profile_for(desk: Desk, ticket: Ticket, profile_id: int | None) -> AccessProfile | None:
    """Return the profile that was chosen for a ticket; raises Refused for another customer's."""
    if profile_id is None:
        return None
    found = queries.profile(desk, profile_id)
    if found.id not in {each.id for each in queries.of_ticket(desk, ticket)}:
        raise Refused(_("This access profile belongs to another installation than the ticket."))
    return found


def demand(desk: Desk, profile: AccessProfile | None, scope: str) -> None:
    """Raise Refused where the profile does not allow a scope, or one is lacking."""
    kinds = scopes.kinds_in(scope)
    if scopes.UNATTENDED in kinds and not has_permission(desk, profile):
        raise Refused(
            _(
                "To work while nobody is there needs an access profile with a written permission"
                " that is in force."
            )
        )
    if scopes.RECORD in kinds and profile is not None and not profile.may_record:
        raise Refused(_("This access profile does not allow to record."))


def has_permission(desk: Desk, profile: AccessProfile | None) -> bool:
    """Tell whether there is a standing permission in force today."""
    if profile is None:
        return False
    return states.standing_state(profile, desk.today()) in states.IN_FORCE


def is_enough(desk: Desk, profile: AccessProfile | None, scope: str) -> bool:
    """Tell whether the standing permission stands for the customer's consent to a session."""
    if profile is None or profile.needs_consent:
        return False
    return scopes.UNATTENDED in scopes.kinds_in(scope) and has_permission(desk, profile)
