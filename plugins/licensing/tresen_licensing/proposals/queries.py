# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds proposals, the words about them, and what they are about."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, Ticket, _

from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development, DevelopmentTicket
from tresen_licensing.proposals import states
from tresen_licensing.proposals.models import (
    JoinedDevelopment,
    MergedPatch,
    ReviewWord,
    UpstreamProposal,
)
from tresen_licensing.publications import queries as publications
from tresen_licensing.publications.models import Anchor

# As many in one go of a job: each is a question to another server.
AT_ONCE, SEARCHED_AT_ONCE = 10, 3
_WHOLE = (
    joinedload(UpstreamProposal.change_set),
    joinedload(UpstreamProposal.connection),
    joinedload(UpstreamProposal.proposed_by),
    joinedload(UpstreamProposal.ticket),
    joinedload(UpstreamProposal.file),
)


def proposals_of(desk: Desk, development_id: int) -> Sequence[UpstreamProposal]:
    """Return what serves a development, the latest first, each loaded whole."""
    joined = select(JoinedDevelopment.proposal_id).where(
        JoinedDevelopment.development_id == development_id
    )
    wanted = or_(UpstreamProposal.development_id == development_id, UpstreamProposal.id.in_(joined))
    return desk.session.scalars(
        select(UpstreamProposal).where(wanted).options(*_WHOLE).order_by(UpstreamProposal.id.desc())
    ).all()


def current(desk: Desk, development_id: int) -> UpstreamProposal | None:
    """Return the proposal that counts for a development: the latest, or None."""
    found = proposals_of(desk, development_id)
    return found[0] if found else None


def proposal(desk: Desk, proposal_id: int) -> UpstreamProposal:
    """Return a proposal, loaded whole; raises Missing."""
    found = desk.session.scalar(
        select(UpstreamProposal).where(UpstreamProposal.id == proposal_id).options(*_WHOLE)
    )
    if found is None:
        raise Missing(_("There is no such proposal."))
    return found


def served(desk: Desk, row: UpstreamProposal) -> Sequence[Development]:
    """Return the developments that a proposal serves, whose it is first."""
    joined = select(JoinedDevelopment.development_id).where(JoinedDevelopment.proposal_id == row.id)
    found = desk.session.scalars(
        select(Development)
        .where(or_(Development.id == row.development_id, Development.id.in_(joined)))
        .options(joinedload(Development.owner))
        .order_by(Development.id)
    ).all()
    return sorted(found, key=lambda each: each.id != row.development_id)


def next_version(desk: Desk, row: UpstreamProposal) -> ChangeSet | None:
    """Return what was published since upstream got a proposal and is to go there next, or None."""
    if row.state not in states.WAITING:
        return None
    made = publications.publication(desk, row.development_id)
    if made is None or made.change_set_id == row.change_set_id:
        return None
    return made.change_set


def words_of(desk: Desk, proposal_id: int) -> Sequence[ReviewWord]:
    """Return what was said of a proposal, the first first."""
    return desk.session.scalars(
        select(ReviewWord)
        .where(ReviewWord.proposal_id == proposal_id)
        .order_by(ReviewWord.written_at, ReviewWord.id)
    ).all()


def word(desk: Desk, row: Development, word_id: int) -> ReviewWord:
    """Return a word about a development's proposal; raises Missing."""
    found = desk.session.get(ReviewWord, word_id)
    if found is None or found.proposal_id not in {each.id for each in proposals_of(desk, row.id)}:
        raise Missing(_("There are no such words."))
    return found


def of_development(desk: Desk, row: Development, proposal_id: int) -> UpstreamProposal:
    """Return a proposal that serves a development; raises Missing."""
    for each in proposals_of(desk, row.id):
        if each.id == proposal_id:
            return each
    raise Missing(_("There is no such proposal."))


def merged_patches(desk: Desk, proposal_id: int) -> Sequence[MergedPatch]:
    """Return where patches of a proposal were found, in their order."""
    return desk.session.scalars(
        select(MergedPatch)
        .where(MergedPatch.proposal_id == proposal_id)
        .order_by(MergedPatch.position)
    ).all()


def to_look_at(desk: Desk) -> Sequence[UpstreamProposal]:
    """Return proposals about which upstream is to be asked now, each loaded whole."""
    return desk.session.scalars(
        select(UpstreamProposal)
        .where(
            UpstreamProposal.state.in_(states.WAITING),
            UpstreamProposal.next_look_at <= desk.now(),
        )
        .options(*_WHOLE)
        .order_by(UpstreamProposal.next_look_at)
        .limit(AT_ONCE)
    ).all()


def to_search_for(desk: Desk) -> Sequence[tuple[UpstreamProposal, Development]]:
    """Return proposals for which upstream's history is to be looked through now."""
    found = desk.session.execute(
        select(UpstreamProposal, Development)
        .join(Development, Development.id == UpstreamProposal.development_id)
        .where(
            UpstreamProposal.state.in_((*states.WAITING, states.MERGED)),
            UpstreamProposal.next_search_at <= desk.now(),
            UpstreamProposal.release == "",
            Development.upstream_url != "",
        )
        .options(joinedload(UpstreamProposal.change_set))
        .order_by(UpstreamProposal.next_search_at)
        .limit(SEARCHED_AT_ONCE)
    )
    return [(row[0], row[1]) for row in found]


def to_sync(desk: Desk) -> Sequence[Development]:
    """Return the developments with an anchor that counts, or of which upstream has the word."""
    anchored = select(Anchor.development_id).where(Anchor.withdrawn_at.is_(None))
    asked = UpstreamProposal.state.in_((*states.WAITING, states.MERGED))
    proposed = select(UpstreamProposal.development_id).where(asked)
    wanted = Development.id.in_(anchored) | Development.id.in_(proposed)
    return desk.session.scalars(select(Development).where(wanted).order_by(Development.id)).all()


def current_of(desk: Desk, development_ids: Sequence[int]) -> dict[int, UpstreamProposal]:
    """Return the proposal that counts for each of several developments, by their ids."""
    joined = select(JoinedDevelopment.development_id, UpstreamProposal).join(
        UpstreamProposal, UpstreamProposal.id == JoinedDevelopment.proposal_id
    )
    own = select(UpstreamProposal.development_id, UpstreamProposal)
    rows = [
        *desk.session.execute(own.where(UpstreamProposal.development_id.in_(development_ids))),
        *desk.session.execute(joined.where(JoinedDevelopment.development_id.in_(development_ids))),
    ]
    return {row[0]: row[1] for row in sorted(rows, key=lambda row: row[1].id)}


def twins_proposal(desk: Desk, row: Development) -> UpstreamProposal | None:
    """Return a proposal of another development that holds all patches of this one, or None."""
    own = publications.public_change(desk, row)
    if own is None:
        return None
    wanted = {each.patch_id for each in changes.patches_of(desk, own.id)}
    found = desk.session.execute(
        select(UpstreamProposal, Patch.patch_id)
        .join(Patch, Patch.change_set_id == UpstreamProposal.change_set_id)
        .where(
            Patch.patch_id.in_(wanted),
            UpstreamProposal.development_id != row.id,
            UpstreamProposal.state.in_((*states.WAITING, states.MERGED)),
        )
        .order_by(UpstreamProposal.id)
    )
    held: dict[UpstreamProposal, set[str]] = {}
    for proposed, patch_id in found:
        held.setdefault(proposed, set()).add(patch_id)
    return next((each for each, ids in held.items() if ids == wanted), None)


def tickets_to_tell(desk: Desk, development_ids: Sequence[int]) -> Sequence[Ticket]:
    """Return the tickets of developments, on which is noted what upstream says."""
    linked = select(DevelopmentTicket.ticket_id).where(
        DevelopmentTicket.development_id.in_(development_ids)
    )
    return desk.session.scalars(
        select(Ticket).where(Ticket.id.in_(linked)).order_by(Ticket.id)
    ).all()


def mailbox_of(desk: Desk, development_id: int) -> int | None:
    """Return the mailbox of the latest ticket of a development, from which is written."""
    return desk.session.scalar(
        select(Ticket.mailbox_id)
        .join(DevelopmentTicket, DevelopmentTicket.ticket_id == Ticket.id)
        .where(DevelopmentTicket.development_id == development_id, Ticket.mailbox_id.is_not(None))
        .order_by(Ticket.id.desc())
        .limit(1)
    )


def settled(desk: Desk) -> Sequence[Development]:
    """Return the developments that upstream released: in use from there, or not yet."""
    states_ = (developing.RELEASED, developing.ADOPTED)
    return desk.session.scalars(
        select(Development).where(Development.state.in_(states_)).order_by(Development.id)
    ).all()


def silent(desk: Desk) -> Sequence[tuple[UpstreamProposal, Development]]:
    """Return proposals on which upstream has the word, with their developments and owners."""
    latest = (
        select(func.max(UpstreamProposal.id))
        .where(UpstreamProposal.state.in_(states.WAITING))
        .group_by(UpstreamProposal.development_id)
    )
    found = desk.session.execute(
        select(UpstreamProposal, Development)
        .join(Development, Development.id == UpstreamProposal.development_id)
        .where(
            UpstreamProposal.id.in_(latest),
            Development.state.in_(developing.WITH_UPSTREAM),
        )
        .options(joinedload(Development.owner), joinedload(Development.product))
        .order_by(UpstreamProposal.id)
    )
    return [(row[0], row[1]) for row in found]
