# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends a proposal: what goes over the network goes before anything is written.

On SQLite nobody else writes from a desk's first statement on, and a forge may take its time.
"""

from dataclasses import dataclass
from datetime import timedelta

from tresen.sdk import Desk, Refused, _, desk_for, enqueue, read_file

from tresen_licensing.changes import queries as changes
from tresen_licensing.connections import service as connections
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import registry, routes
from tresen_licensing.forges.directory import Directory
from tresen_licensing.forges.mail import Mail
from tresen_licensing.forges.records import Access, Contribution, Sent
from tresen_licensing.networks.faults import Fault
from tresen_licensing.patches.series import read_series
from tresen_licensing.proposals import queries, service, states
from tresen_licensing.proposals.models import UpstreamProposal

# Tries before somebody has to look, and the pause that doubles between them.
MOST_TRIES, PAUSE = 6, timedelta(minutes=1)


@dataclass(frozen=True)
class Prepared:
    """All that is needed to send a proposal, read before the first word to another server."""

    route: str
    wanted: Contribution
    access: Access | None
    mailbox_id: int | None


def send(desk: Desk, proposal_id: int) -> None:
    """Send a proposal that waits to be sent; one that went out stays as it is.

    Where a forge fails for a time it is tried again; what cannot be done is noted, and somebody
    decides.
    """
    try:
        with desk_for(desk.core) as reading:
            prepared = _prepared(reading, proposal_id)
        sent = _over_network(prepared) if prepared else None
    except Refused as refusal:
        _note(desk, proposal_id, refusal)
        return
    if prepared is None:
        return
    found = queries.proposal(desk, proposal_id)
    if found.state == states.SENDING:
        _keep(found, sent or _here(desk, found, prepared))
        service.arrived(desk, found)


def contribution(desk: Desk, found: UpstreamProposal, row: Development) -> Contribution:
    """Return what a proposal sends; raises Refused where the patches are gone."""
    is_first = found.next_version is None
    change = changes.change_set(desk, row, found.next_version or found.change_set.version)
    if change.file is None:
        raise Refused(_("Its patches are not here any more."))
    return Contribution(
        reference=row.reference,
        title=found.title,
        text=found.text,
        repository=found.repository,
        url=row.upstream_url,
        branch=row.upstream_branch,
        base=change.base,
        patches=read_series([read_file(desk, change.file)]).patches,
        version=found.version if is_first else found.version + 1,
        news=found.news,
        before=None if is_first else _known(found),
    )


def _known(found: UpstreamProposal) -> Sent:
    return Sent(found.number, found.address, found.ticket_id, found.file_id)


def _prepared(desk: Desk, proposal_id: int) -> Prepared | None:
    found = desk.session.get(UpstreamProposal, proposal_id)
    if found is None or found.state != states.SENDING:
        return None
    found = queries.proposal(desk, proposal_id)
    row = desk.session.get_one(Development, found.development_id)
    access = connections.access(desk, found.connection) if found.connection else None
    mailbox_id = queries.mailbox_of(desk, row.id)
    return Prepared(found.route, contribution(desk, found, row), access, mailbox_id)


def _over_network(prepared: Prepared) -> Sent | None:
    """Return what came of it at a forge; None for a way without one."""
    if prepared.route not in routes.WITH_SERVER:
        return None
    if prepared.access is None:
        raise Refused(_("The connection was removed."))
    return registry.server(prepared.route, prepared.access).propose(prepared.wanted)


def _here(desk: Desk, found: UpstreamProposal, prepared: Prepared) -> Sent:
    if found.route == routes.DIRECTORY:
        return Directory(desk).propose(prepared.wanted)
    return Mail(desk, found.proposed_by, prepared.mailbox_id).propose(prepared.wanted)


def _keep(found: UpstreamProposal, sent: Sent) -> None:
    # A forge that took a later version need not say again what it calls it.
    found.number, found.address = sent.number or found.number, sent.address or found.address
    found.ticket_id, found.file_id = sent.ticket_id, sent.file_id


def _note(desk: Desk, proposal_id: int, refusal: Refused) -> None:
    """Note what went wrong, and try again later where that may help."""
    found = queries.proposal(desk, proposal_id)
    found.fault = refusal.sentence
    found.idle_looks += 1
    if isinstance(refusal, Fault) and refusal.may_pass and found.idle_looks < MOST_TRIES:
        wait = max(PAUSE * 2**found.idle_looks, timedelta(seconds=refusal.pause))
        enqueue(desk, service.SEND, {"proposal_id": found.id}, delay=wait)
        return
    if found.next_version is None:
        found.state = states.FAILED
        return
    # Upstream still has the version before, and may say something of it.
    row = desk.session.get_one(Development, found.development_id)
    found.state, found.next_version, found.idle_looks = states.OF_PROPOSAL[row.state], None, 0
