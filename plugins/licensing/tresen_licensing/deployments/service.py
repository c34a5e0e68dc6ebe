# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of deployments: the first one outside starts the clock."""

import re
from dataclasses import dataclass
from datetime import date

from tresen.sdk import Desk, Installation, Refused, _, day

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import ways
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import take
from tresen_licensing.journals.service import append
from tresen_licensing.publications import queries as publications

# The id of a tree of git, as it is typed or printed.
TREE = re.compile(r"\s*[0-9a-fA-F]{40}\s*")


@dataclass(frozen=True)
class Place:
    """Where and since when something runs; `is_outside` is what starts a clock."""

    organisation_id: int
    installation_id: int | None
    first_seen_on: date
    is_outside: bool = True


def deploy(desk: Desk, row: Development, change: ChangeSet, place: Place) -> Deployment:
    """Write down that a change set runs somewhere; raises Refused for a day to come.

    Nothing that runs is without a change set, and so without a base.
    """
    if change.development_id != row.id:
        raise Refused(_("These changes are of another development."))
    if place.first_seen_on > desk.today():
        raise Refused(_("This day is still to come."))
    _demand_installation(desk, place)
    public = publications.publication(desk, row.id)
    if place.is_outside and public is not None and change.version > public.change_set.version:
        # What runs outside is public; of what is public already, no new clock begins.
        words = {"number": change.version}
        raise Refused(
            _("Version %(number)s is not public yet: publish it before it runs outside.") % words
        )
    made = Deployment(
        development_id=row.id,
        change_set_id=change.id,
        organisation_id=place.organisation_id,
        installation_id=place.installation_id,
        is_outside=place.is_outside,
        first_seen_on=place.first_seen_on,
        method=ways.MANUAL,
    )
    desk.session.add(made)
    desk.session.flush()
    facts = {"version": change.version, "since": place.first_seen_on.isoformat()}
    append(desk, row, "deployed", facts | {"outside": str(place.is_outside).lower()})
    if row.state == states.ADOPTED:
        # Whoever carries patches again does not use upstream's release alone.
        take(desk, row, states.RELEASED, _("It runs with its own patches again."))
    return made


def end(desk: Desk, row: Development, deployment: Deployment, on: date) -> None:
    """Write down that something runs there no more; that it ran stays, and so does the clock."""
    if deployment.ended_on is not None:
        raise Refused(_("It ended already."))
    if on > desk.today():
        raise Refused(_("This day is still to come."))
    if on < deployment.first_seen_on:
        raise Refused(
            _("It runs there only since %(day)s.") % {"day": day(deployment.first_seen_on)}
        )
    deployment.ended_on = on
    append(desk, row, "deployment_ended", {"on": on.isoformat()})


def verify(desk: Desk, row: Development, deployment: Deployment, tree: str) -> None:
    """Write down which tree of git was found at a place; raises Refused where it runs no more.

    `tree` is its id, 40 hexadecimal digits. Whether that is public is reckoned, not typed. The
    journal tells what is new: a place may be looked at every night.
    """
    if deployment.ended_on is not None:
        raise Refused(_("It runs there no more."))
    if not TREE.fullmatch(tree):
        raise Refused(_("A tree has 40 digits."))
    found = tree.strip().lower()
    deployment.verified_at = desk.now()
    if found != deployment.tree:
        deployment.tree = found
        append(desk, row, "deployment_verified", {"tree": found})


def _demand_installation(desk: Desk, place: Place) -> None:
    if place.installation_id is None:
        return
    found = desk.session.get(Installation, place.installation_id)
    if found is None or found.organisation_id != place.organisation_id:
        raise Refused(_("This installation is another customer's."))
