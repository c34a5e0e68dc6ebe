# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminds who sees to a development that upstream said nothing for too long."""

from tresen.sdk import Desk, NewMessage, NewTicket, active_agents, open_ticket, speaking_to

from tresen_licensing.developments.clocks import is_stale
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import link
from tresen_licensing.forges.mail import CHANNEL
from tresen_licensing.journals.service import append
from tresen_licensing.proposals import queries, texts
from tresen_licensing.proposals.models import UpstreamProposal


def remind(desk: Desk) -> None:
    """Open a ticket for each silence that became too long, once for each."""
    agents = {each.id for each in active_agents(desk)}
    for found, row in queries.silent(desk):
        last = row.moved_at
        is_told = found.reminded_at is not None and found.reminded_at >= last
        if not is_told and is_stale(row.state, desk.today(last), desk.today()):
            _tell(desk, found, row, agents)
            found.reminded_at = desk.now()


def _tell(desk: Desk, found: UpstreamProposal, row: Development, agents: set[int]) -> None:
    days = (desk.today() - desk.today(row.moved_at)).days
    with speaking_to(desk, row.owner.language if row.owner else None):
        subject, body = texts.reminder(row, found.address, days)
    new = NewTicket(
        subject=subject,
        channel=CHANNEL,
        product_id=row.product_id,
        owner_id=row.owner_id if row.owner_id in agents else None,
    )
    # As one that came in: of such a message its owner is told by mail.
    first = NewMessage(body, CHANNEL, is_inbound=True, author_name="Tresen")
    link(desk, row, open_ticket(desk, new, first))
    append(desk, row, "reminded", {"days": days})
