# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks forges how upstream stands to proposals, and brings home what reviewers say.

All questions are asked before anything is written: on SQLite nobody else writes from then on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from tresen.sdk import Actor, Desk, NewMessage, Refused, _, add_message, desk_for

from tresen_licensing.connections import service as connections
from tresen_licensing.forges import registry, routes
from tresen_licensing.forges.mail import CHANNEL, Mail
from tresen_licensing.forges.records import Spot, Standing, Word
from tresen_licensing.journals.service import append
from tresen_licensing.proposals import queries, service, states, texts
from tresen_licensing.proposals.models import ReviewWord, UpstreamProposal

# Between two looks: after news, and at most; each look without news doubles it.
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=1)
# As many words are kept of one proposal, and as many signs of one word.
MOST_WORDS, MOST_SIGNS = 500, 20_000


# As long as nobody said anything.
UNKNOWN = Standing(is_known=False)


@dataclass(frozen=True)
class Heard:
    """What a forge said of a proposal, or why it said nothing."""

    standing: Standing = UNKNOWN
    words: Sequence[Word] = ()
    fault: Refused | None = None


def look(desk: Desk, proposal_id: int | None = None) -> Mapping[int, Heard]:
    """Ask about what is due, or about one proposal alone; write down and return what was said."""
    with desk_for(desk.core) as reading:
        if proposal_id is None:
            rows = queries.to_look_at(reading)
        else:
            rows = [queries.proposal(reading, proposal_id)]
        heard = {row.id: ask(reading, row) for row in rows if row.state in states.WAITING}
    for known_id, said in heard.items():
        hear(desk, queries.proposal(desk, known_id), said)
    return heard


def ask(desk: Desk, found: UpstreamProposal) -> Heard:
    """Return what a forge says of a proposal; writes nothing."""
    try:
        if found.route == routes.MAIL:
            spot = Spot(found.repository, str(found.ticket_id or 0))
            return Heard(words=Mail(desk).comments(spot))
        if found.route not in routes.WITH_SERVER or found.connection is None or not found.number:
            return Heard()
        forge = registry.server(found.route, connections.access(desk, found.connection))
        spot = Spot(found.repository, found.number, found.etag)
        standing = forge.state(spot)
        # Where nothing changed nobody said anything.
        return Heard(standing, forge.comments(spot) if standing.is_known else ())
    except Refused as refusal:
        return Heard(fault=refusal)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Heard(fault=Refused(_("The forge answers with something else than its API does.")))


def hear(desk: Desk, found: UpstreamProposal, heard: Heard) -> None:
    """Write down what a forge said: new words, and the state that follows from it."""
    if found.state not in states.WAITING:
        return
    if heard.fault is not None:
        found.fault = heard.fault.sentence
        _wait(desk, found, is_news=False, pause=getattr(heard.fault, "pause", 0))
        return
    found.fault, found.etag = "", heard.standing.etag[:200]
    fresh = _kept(desk, found, heard.words)
    is_other = _is_other(found, heard)
    _wait(desk, found, is_news=bool(fresh) or is_other)
    if any(not each.is_own for each in fresh):
        _tell(desk, found, [each for each in fresh if not each.is_own])
    if is_other:
        reason = heard.standing.reason or _last_word(heard.words)
        service.decide(
            desk, found, heard.standing.state, reason, {"commit": heard.standing.commit[:40]}
        )


def _is_other(found: UpstreamProposal, heard: Heard) -> bool:
    """Tell whether upstream stands to it otherwise than is known.

    Forges go on asking for changes until the reviewer says something else; what was asked for
    before upstream got the version that it has, is not asked for any more.
    """
    standing = heard.standing
    if not standing.is_known or standing.state == found.state:
        return False
    if standing.state != states.CHANGES_REQUESTED or found.renewed_at is None:
        return True
    said = [each.written_at for each in heard.words if not each.is_own]
    asked_at = standing.asked_at or max(said, default=None)
    return asked_at is not None and asked_at > found.renewed_at


def _kept(desk: Desk, found: UpstreamProposal, words: Sequence[Word]) -> list[Word]:
    """Keep the words that are not known yet, and return them."""
    known = set(
        desk.session.scalars(select(ReviewWord.key).where(ReviewWord.proposal_id == found.id))
    )
    fresh = [each for each in words if each.key not in known][: max(0, MOST_WORDS - len(known))]
    for each in fresh:
        desk.session.add(
            ReviewWord(
                proposal_id=found.id,
                key=each.key[:80],
                author=each.author[:200],
                written_at=each.written_at,
                text=each.text[:MOST_SIGNS].replace("\0", ""),
                address=each.address if each.address.startswith("https://") else "",
                is_own=each.is_own,
            )
        )
    desk.session.flush()
    return fresh


def _tell(desk: Desk, found: UpstreamProposal, fresh: Sequence[Word]) -> None:
    """Note on the tickets what was said: upstream is not silent."""
    found.last_word_at = desk.now()
    rows = queries.served(desk, found)
    for row in rows:
        row.moved_at = desk.now()
        append(desk, row, "answered", {"words": len(fresh)})
    text = texts.note(found.title, [(each.author, each.text[:MOST_SIGNS]) for each in fresh])
    own = replace(desk, actor=Actor("Tresen", "system"))
    for ticket in queries.tickets_to_tell(desk, [row.id for row in rows]):
        # By mail they stand on a ticket of their own already.
        if ticket.id != found.ticket_id:
            add_message(own, ticket, NewMessage(text, CHANNEL, kind="note", format="text"))


def _wait(desk: Desk, found: UpstreamProposal, *, is_news: bool, pause: int = 0) -> None:
    found.idle_looks = 0 if is_news else min(found.idle_looks + 1, 10)
    wait = min(SHORTEST * 2**found.idle_looks, LONGEST)
    found.next_look_at = desk.now() + max(wait, timedelta(seconds=pause))


def _last_word(words: Sequence[Word]) -> str:
    said = [each.text.strip() for each in words if not each.is_own and each.text.strip()]
    return said[-1][:5000] if said else _("Upstream gave no reason.")
