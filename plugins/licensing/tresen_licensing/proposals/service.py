# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of proposals: sent or written down, joined, decided, released, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from tresen.sdk import Desk, Refused, _, enqueue

from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import take
from tresen_licensing.forges import routes
from tresen_licensing.journals.service import append
from tresen_licensing.proposals import queries, states
from tresen_licensing.proposals.models import JoinedDevelopment, ReviewWord, UpstreamProposal
from tresen_licensing.publications import queries as publications

# The jobs that send a proposal, ask how upstream stands to it, and search its history.
SEND, LOOK = "licensing.send_proposal", "licensing.look_upstream"
SEARCH = "licensing.search_upstream"
FIRST_LOOK = timedelta(hours=1)


@dataclass(frozen=True)
class Wish:
    """What is to be proposed where: the way, its connection, upstream's name there, the words."""

    route: str
    repository: str
    title: str
    text: str
    connection_id: int | None = None


def propose(desk: Desk, row: Development, wish: Wish) -> UpstreamProposal:
    """Queue a proposal to be sent; raises Refused where it is not public, or proposed already.

    It takes the place of one that could not be sent.
    """
    change = _demand_proposable(desk, row)
    _demand_place(wish)
    found = _made(desk, row, change, wish, states.SENDING)
    _queue(desk, found)
    return found


def renew(desk: Desk, found: UpstreamProposal, news: str) -> None:
    """Queue what was published since as the next version of a proposal.

    `news` is what upstream reads about it. Raises Refused where nothing was published since, and
    where nobody could send it.
    """
    change = queries.next_version(desk, found)
    if change is None:
        raise Refused(_("Upstream has what is public: publish the next version first."))
    if found.route == routes.ELSEWHERE:
        raise Refused(_("It was proposed elsewhere: bring it there, and write it down."))
    if change.file_id is None:
        raise Refused(_("Its patches are not here any more."))
    if not news.strip():
        raise Refused(_("What is new in it?"))
    found.next_version, found.news = change.version, news.strip()
    found.state, found.fault, found.idle_looks = states.SENDING, "", 0
    _queue(desk, found)


def send_again(desk: Desk, found: UpstreamProposal) -> None:
    """Try once more to send what could not be sent; raises Refused for anything else."""
    if found.state != states.FAILED:
        raise Refused(_("It was sent already, or is just being sent."))
    found.state, found.fault, found.idle_looks = states.SENDING, "", 0
    _queue(desk, found)


def record(desk: Desk, row: Development, address: str, title: str) -> UpstreamProposal:
    """Write down a proposal that was made elsewhere; raises Refused as `propose`."""
    change = _demand_proposable(desk, row)
    wish = Wish(routes.ELSEWHERE, "", title, "")
    found = _made(desk, row, change, wish, states.OPEN)
    found.address = address.strip()
    arrived(desk, found)
    return found


def join(desk: Desk, row: Development, found: UpstreamProposal) -> None:
    """Let a proposal of the same patches serve this development, too; raises Refused."""
    twin = queries.twins_proposal(desk, row)
    if row.state not in states.FROM or twin is None or twin.id != found.id:
        raise Refused(_("This proposal does not hold all of its patches."))
    desk.session.add(JoinedDevelopment(proposal_id=found.id, development_id=row.id))
    desk.session.flush()
    append(desk, row, "proposal_joined", {"route": found.route})
    lead(desk, row, states.FOLLOWING[found.state], found.reason or _("As the proposal it joined."))


def arrived(desk: Desk, found: UpstreamProposal) -> None:
    """Note that upstream has a proposal, or its next version: its developments are proposed."""
    found.state, found.fault, found.idle_looks, now = states.OPEN, "", 0, desk.now()
    rows = queries.served(desk, found)
    facts: dict[str, Any] = {"route": found.route}
    if found.next_version is None:
        found.proposed_at = now
    else:
        _renewed(desk, found, changes.change_set(desk, rows[0], found.next_version).id)
        facts["version"] = found.version
    found.next_look_at = now + FIRST_LOOK if found.route in routes.HEARD else None
    found.next_search_at = now + FIRST_LOOK
    for each in rows:
        append(desk, each, "proposed", facts)
        lead(desk, each, developing.PROPOSED)


def decide(
    desk: Desk, found: UpstreamProposal, state: str, note: str, given: Mapping[str, Any] = {}
) -> None:
    """Write down how upstream stands to a proposal: OPEN, CHANGES_REQUESTED, MERGED or DECLINED.

    `given` holds `commit`, and `differently` where upstream merged something else instead. Raises
    Refused for a step there is not, and for one without its reason.
    """
    if given.get("differently") and not note.strip():
        raise Refused(_("Please say why."))
    for each in queries.served(desk, found):
        lead(desk, each, states.FOLLOWING[state], note)
    found.state, found.reason, found.last_word_at = state, note.strip(), desk.now()
    found.commit = given.get("commit") or found.commit
    found.differently = given.get("differently") or ""
    if state in states.WAITING and found.next_look_at is None and found.route in routes.HEARD:
        found.next_look_at = desk.now() + FIRST_LOOK
    if state not in states.WAITING:
        found.next_look_at = None


def again(desk: Desk, found: UpstreamProposal, note: str) -> None:
    """Write down that upstream has it again, as it was published last; raises Refused."""
    decide(desk, found, states.OPEN, note)
    made = publications.publication(desk, found.development_id)
    _renewed(desk, found, made.change_set_id if made else found.change_set_id)


def release(desk: Desk, found: UpstreamProposal, version: str, on: date) -> None:
    """Write down the release of upstream that holds it; raises Refused for a day to come."""
    if on > desk.today():
        raise Refused(_("This day is still to come."))
    if not version.strip():
        raise Refused(_("Which release holds it?"))
    for each in queries.served(desk, found):
        take(desk, each, developing.RELEASED)
        append(desk, each, "released", {"version": version.strip()})
    found.release, found.released_on = version.strip(), on
    found.next_search_at = None


def close(desk: Desk, row: Development, note: str) -> None:
    """Close a development from which nothing more is expected; raises Refused for another one."""
    take(desk, row, developing.CLOSED, note)


def forget_author(desk: Desk, row: Development, word: ReviewWord) -> None:
    """Take a reviewer's name out wherever it stands, as they may ask for."""
    author = word.author
    if author:
        desk.session.execute(
            update(ReviewWord).where(ReviewWord.author == author).values(author="")
        )
        append(desk, row, "reviewer_erased", {})


def lead(desk: Desk, row: Development, wanted: str, note: str = "") -> None:
    """Take a development to a state, over “proposed” where that lies between; harmless there.

    Raises Refused where no way leads there, and where it needs a reason.
    """
    if row.state == wanted:
        return
    way = developing.PROPOSED
    is_between = developing.may_follow(row.state, way) and developing.may_follow(way, wanted)
    if not developing.may_follow(row.state, wanted) and is_between:
        take(desk, row, way)
    take(desk, row, wanted, note)


def _renewed(desk: Desk, found: UpstreamProposal, change_set_id: int) -> None:
    """Note that upstream has a later version; what was said before is not about it."""
    if found.change_set_id != change_set_id:
        found.version += 1
    found.change_set_id, found.renewed_at = change_set_id, desk.now()
    found.next_version, found.news = None, ""


def _demand_proposable(desk: Desk, row: Development) -> ChangeSet:
    """Return the change set that is proposed; raises Refused."""
    if row.state not in states.FROM:
        raise Refused(_("What is proposed upstream is public already: publish it first."))
    running = queries.current(desk, row.id)
    if running is not None and running.state in states.RUNNING:
        raise Refused(_("It is proposed already; nothing is opened twice."))
    if running is not None and running.state == states.FAILED:
        desk.session.delete(running)
    change = publications.public_change(desk, row)
    if change is None or change.file_id is None:
        raise Refused(_("Its patches are not here any more."))
    return change


def _demand_place(wish: Wish) -> None:
    if wish.route not in routes.TITLES or wish.route == routes.ELSEWHERE:
        raise Refused(_("There is no such way."))
    if wish.route in routes.WITH_SERVER and wish.connection_id is None:
        raise Refused(_("This way needs a connection to a forge."))
    if wish.route != routes.DIRECTORY and not wish.repository.strip():
        raise Refused(_("Where does it go?"))
    if wish.route == routes.MAIL and "@" not in wish.repository:
        raise Refused(_("By mail it goes to an address."))
    parts = wish.repository.strip().strip("/").split("/")
    if wish.route in routes.WITH_SERVER and (len(parts) < 2 or {"", ".", ".."} & set(parts)):
        # It becomes part of an address that is asked with a token.
        raise Refused(_("A forge calls a repository “owner/name”."))


def _queue(desk: Desk, found: UpstreamProposal) -> None:
    enqueue(desk, SEND, {"proposal_id": found.id}, key=f"{SEND}:{found.id}")


def _made(
    desk: Desk, row: Development, change: ChangeSet, wish: Wish, state: str
) -> UpstreamProposal:
    found = UpstreamProposal(
        development_id=row.id,
        change_set_id=change.id,
        connection_id=wish.connection_id,
        route=wish.route,
        state=state,
        repository=wish.repository.strip().strip("/"),
        title=" ".join(wish.title.split()),
        text=wish.text.strip(),
        proposed_at=desk.now(),
        proposed_by_id=desk.actor.person_id,
    )
    desk.session.add(found)
    desk.session.flush()
    return found
