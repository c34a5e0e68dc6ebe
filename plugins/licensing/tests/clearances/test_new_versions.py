# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new version of what is public: sent in, cleared by two, published; the earlier one stays."""

from collections.abc import Callable

import pytest
from clearances.conftest import CLEAN, SPDX, Look, closed
from flask.testing import FlaskClient
from publishings import Elsewhere, Publish, Sign, customer_desk, elsewhere_shown, publish, sign
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused, read_file
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.changes import privacy
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes import service as changing
from tresen_licensing.clearances import approving
from tresen_licensing.clearances.queries import Review
from tresen_licensing.contributions import queries as register
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import clocks, queries, states
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.journals.queries import broken_at, entries_of
from tresen_licensing.proposals import service as proposals
from tresen_licensing.proposals import states as proposed
from tresen_licensing.publications import kinds, publishing
from tresen_licensing.publications import queries as anchored
from tresen_licensing.publications import service as anchors
from tresen_licensing.publications.models import Publication
from tresen_licensing.publications.records import Reading
from tresen_licensing.sources import pedigrees

__all__ = ["customer_desk", "elsewhere_shown", "publish", "sign"]
BETTER = CLEAN | {"src/quay.py": SPDX + b"BERTHS = 5\n"}
Rework = Callable[[], Review]
Clear = Callable[[Review], None]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def clear(speaker: Desk, second: Desk, upstream: Development) -> Clear:
    """Return a function by which our house and the customer approve what was looked at."""

    def go(review: Review) -> None:
        approving.approve(second, upstream, review.clearance.id)
        approving.agree(speaker, upstream, review.clearance.id)
        second.commit()

    return go


@pytest.fixture
def first(upstream: Development, clean: Review, clear: Clear, publish: Publish) -> Publication:
    """Return the publication of the first version, of which upstream has the word."""
    clear(clean)
    publish(upstream)
    return published(upstream)[0]


@pytest.fixture
def asked(desk: Desk, upstream: Development, first: Publication) -> Development:
    """Return the development, of which upstream asked for changes."""
    closed(desk, upstream, states.PROPOSED)
    closed(desk, upstream, states.CHANGES_REQUESTED)
    return upstream


@pytest.fixture
def rework(asked: Development, look: Look) -> Rework:
    """Return a function that sends in the reworked changes, and runs the checks."""
    return lambda: look(BETTER)


def published(row: Development) -> list[Publication]:
    """Return all publications of a development, the earliest first."""
    from sqlalchemy.orm import object_session  # noqa: PLC0415 - only here

    session = object_session(row)
    assert session is not None
    wanted = select(Publication).where(Publication.development_id == row.id)
    return [*session.scalars(wanted.order_by(Publication.id))]


def trees(desk: Desk, row: Development) -> list[tuple[str, int | None, str]]:
    """Return kind, publication and tree of each anchor."""
    rows = anchored.anchors_of(desk, row.id)
    return [(each.kind, each.publication_id, each.tree) for each in rows]


def test_new_version_goes_the_whole_way_while_the_first_stays(
    agent_desk: Desk, asked: Development, rework: Rework, clear: Clear, publish: Publish
) -> None:
    clear(rework())
    publish(asked)
    one, other = published(asked)
    assert (asked.state, one.tree == other.tree, trees(agent_desk, asked)) == (
        states.CHANGES_REQUESTED,
        False,
        [
            (kinds.OWN_PAGE, one.id, one.tree),
            (kinds.COUNTERSIGNATURE, one.id, one.tree),
            (kinds.OWN_PAGE, other.id, other.tree),
            (kinds.COUNTERSIGNATURE, other.id, other.tree),
        ],
    )


def test_journal_tells_of_both_and_holds(
    agent_desk: Desk, asked: Development, rework: Rework, clear: Clear, publish: Publish
) -> None:
    clear(rework())
    publish(asked)
    entries = entries_of(agent_desk, asked.id)
    kept = [
        each.kind for each in entries if each.kind in ("changes_added", "published", "approved")
    ]
    assert (kept[1:], broken_at(asked.reference, entries)) == (
        [
            *("changes_added", "approved", "approved", "published"),
            *("changes_added", "approved", "approved", "published"),
        ],
        [],
    )


@pytest.mark.parametrize("state", states.REWORKED)
def test_new_version_comes_in_wherever_upstream_has_not_taken_it(
    desk: Desk, upstream: Development, first: Publication, look: Look, state: str
) -> None:
    for each in (states.PROPOSED, state):
        if state != states.PUBLISHED and upstream.state != each:
            closed(desk, upstream, each)
    assert (look(BETTER).change.version, upstream.state) == (3, state)


@pytest.mark.parametrize("state", [states.MERGED, states.RELEASED, states.ADOPTED, states.CLOSED])
def test_nothing_follows_what_upstream_took_or_what_is_closed(
    agent_desk: Desk, upstream: Development, series: bytes, state: str
) -> None:
    upstream.state = state
    with pytest.raises(Refused) as refusal:
        changing.add(agent_desk, upstream, [series], "4" * 40)
    assert refusal.value.sentence == (
        "No new version follows here: begin another development for it."
    )


def test_until_it_is_cleared_anchors_stand_for_the_first(
    agent_desk: Desk, asked: Development, first: Publication, rework: Rework
) -> None:
    rework()
    source = anchored.source(agent_desk, asked)
    assert (source.tree, anchored.target(agent_desk, asked)) == (first.tree, first.id)


def test_from_its_clearance_on_anchors_stand_for_the_new_one(
    agent_desk: Desk, asked: Development, rework: Rework, clear: Clear, elsewhere_shown: Elsewhere
) -> None:
    review = rework()
    clear(review)
    made = elsewhere_shown(asked)
    source = anchored.source(agent_desk, asked)
    assert (source.change, made.publication_id, made.tree) == (review.change, None, source.tree)


def test_one_approval_is_not_enough(
    agent_desk: Desk, second: Desk, asked: Development, first: Publication, rework: Rework
) -> None:
    approving.approve(second, asked, rework().clearance.id)
    unmet = [each.sentence for each in publishing.conditions(agent_desk, asked) if not each.is_met]
    assert (unmet[0], anchored.target(agent_desk, asked)) == ("It is cleared.", first.id)


def test_anchors_of_the_first_do_not_count_for_the_second(
    agent_desk: Desk, asked: Development, rework: Rework, clear: Clear
) -> None:
    clear(rework())
    with pytest.raises(Refused) as refusal:
        publishing.publish(agent_desk, asked)
    assert refusal.value.sentence == (
        "Still missing: Two anchors show this source. One of them is not ours: a repository of "
        "others, an archive, the customer's word."
    )


def test_another_version_after_the_clearance_has_to_be_cleared_anew(
    agent_desk: Desk, asked: Development, rework: Rework, clear: Clear, look: Look, sign: Sign
) -> None:
    clear(rework())
    look(CLEAN | {"src/quay.py": SPDX + b"BERTHS = 6\n"})
    unmet = [each.sentence for each in publishing.conditions(agent_desk, asked) if not each.is_met]
    assert unmet[0] == "It is cleared."


def test_first_is_looked_at_by_its_own_tree_for_good(
    agent_desk: Desk, clock: SteppedClock, asked: Development, rework: Rework, clear: Clear
) -> None:
    place = anchors.Place(kinds.FORGE, "https://git.example/berth", "main", is_ours=False)
    made = anchors.add(agent_desk, asked, place)
    one = published(asked)[0]
    anchors.note(agent_desk, asked, made, Reading(kinds.HELD, one.tree, "a" * 40, kinds.TREE))
    clear(rework())
    again = anchors.add(agent_desk, asked, place)
    clock.go(days=8)
    asks = {key: (each.tree, each.commit) for key, each in anchored.due(agent_desk)}
    coming = anchored.source(agent_desk, asked).tree
    assert (asks[made.id], asks[again.id]) == ((one.tree, "a" * 40), (coming, ""))


def test_lost_anchor_of_the_first_is_told_after_the_second(
    agent_desk: Desk,
    asked: Development,
    first: Publication,
    rework: Rework,
    clear: Clear,
    publish: Publish,
) -> None:
    clear(rework())
    publish(asked)
    before = anchored.all_orphaned(agent_desk)
    home = next(each for each in anchored.anchors_of(agent_desk, asked.id))
    anchors.note(agent_desk, asked, home, Reading(kinds.GONE))
    assert (home.publication_id, before, anchored.all_orphaned(agent_desk)) == (
        *(first.id, set(), {asked.id}),
    )


def test_own_page_of_what_is_public_is_not_withdrawn(
    agent_desk: Desk, asked: Development, rework: Rework, clear: Clear
) -> None:
    clear(rework())
    fresh = anchors.offer(agent_desk, asked)
    anchors.withdraw(agent_desk, asked, fresh, "Not yet.")
    home = anchored.anchors_of(agent_desk, asked.id)[0]
    with pytest.raises(Refused, match="our own page stays"):
        anchors.withdraw(agent_desk, asked, home, "Gone.")


def test_new_version_runs_inside_before_it_is_public_and_outside_after(
    agent_desk: Desk, asked: Development, rework: Rework, clear: Clear, publish: Publish
) -> None:
    review = rework()
    place = deployments.Place(asked.organisation_id, None, agent_desk.today())
    with pytest.raises(Refused) as refusal:
        deployments.deploy(agent_desk, asked, review.change, place)
    clear(review)
    publish(asked)
    deployments.deploy(agent_desk, asked, review.change, place)
    whole = queries.development(agent_desk, asked.reference)
    assert (refusal.value.sentence, queries.standings(agent_desk, [whole])[asked.id].clock) == (
        "Version 3 is not public yet: publish it before it runs outside.",
        clocks.Clock(clocks.MET, agent_desk.today()),
    )


def test_public_learns_nothing_of_what_is_still_to_come(
    agent_desk: Desk, asked: Development, first: Publication, rework: Rework, client: FlaskClient
) -> None:
    rework()
    found = register.contribution(agent_desk, asked.reference).publication
    asked.component = "berths"
    named = pedigrees.pedigrees(agent_desk, {"berths"})["berths"][0].patches
    agent_desk.commit()
    page = client.get(f"/licensing/contributions/{asked.reference}/v3.mbox")
    assert (found.id, "BERTHS = 5" in named, page.status_code) == (first.id, False, 404)


def test_register_names_it_once_and_hands_out_both(
    agent_desk: Desk,
    asked: Development,
    rework: Rework,
    clear: Clear,
    publish: Publish,
    client: FlaskClient,
) -> None:
    clear(rework())
    publish(asked)
    bodies = {
        each.version: read_file(agent_desk, each.file)
        for each in changes.change_sets_of(agent_desk, asked.id)
        if each.file
    }
    agent_desk.commit()
    own = f"/licensing/contributions/{asked.reference}"
    paths = (f"{own}.mbox", f"{own}/v3.mbox", f"{own}/v2.mbox")
    found = [client.get(each).data for each in paths]
    told = [each.row.id for each in register.contributions(agent_desk)]
    assert (told, found) == ([asked.id], [bodies[3], bodies[3], bodies[2]])


def test_version_that_was_never_published_is_handed_to_nobody(
    asked: Development, client: FlaskClient
) -> None:
    paths = (f"/licensing/contributions/{asked.reference}/v{number}.mbox" for number in (1, 9))
    assert [client.get(each).status_code for each in paths] == [404, 404]


def test_public_page_names_what_was_published_before(
    asked: Development, rework: Rework, clear: Clear, publish: Publish, client: FlaskClient
) -> None:
    clear(rework())
    publish(asked)
    page = client.get(f"/licensing/contributions/{asked.reference}").text
    one, other = published(asked)
    asked_for = (f"/licensing/contributions/{asked.reference}/v2.mbox", one.tree, other.tree)
    assert [each in page for each in asked_for] == [True, True, True]


def test_what_is_proposed_is_what_is_public(
    agent_desk: Desk, desk: Desk, upstream: Development, first: Publication, look: Look
) -> None:
    look(BETTER)
    wish = proposals.Wish(routes.DIRECTORY, "", "A berth", "Please.")
    made = proposals.propose(agent_desk, upstream, wish)
    assert made.change_set_id == first.change_set_id


def test_upstream_has_the_new_version_again(
    agent_desk: Desk,
    upstream: Development,
    first: Publication,
    look: Look,
    clear: Clear,
    publish: Publish,
) -> None:
    made = proposals.record(agent_desk, upstream, "https://forge.example/1", "A berth")
    proposals.decide(agent_desk, made, proposed.CHANGES_REQUESTED, "Five berths, please.")
    clear(look(BETTER))
    publish(upstream)
    before = made.change_set_id
    proposals.again(agent_desk, made, "")
    one, other = published(upstream)
    assert (before, made.change_set_id, upstream.state, made.version) == (
        *(one.change_set_id, other.change_set_id, states.PROPOSED, 2),
    )


def test_pages_lead_through_the_new_version(
    asked: Development, rework: Rework, clear: Clear, agent: Person, sign_in: SignIn
) -> None:
    address, browser = f"/licensing/developments/{asked.reference}", sign_in(agent)
    before = browser.get(address).text
    clear(rework())
    after = browser.get(address).text
    told = "Version 3 is to follow: it is cleared and published as the first one was"
    words = ("Send in patches", told, "What publishing needs")
    assert ([each in before for each in words], [each in after for each in words]) == (
        [True, False, False],
        [True, True, True],
    )


def test_customer_sees_what_is_asked_of_them(
    asked: Development, rework: Rework, customer: Person, sign_in: SignIn
) -> None:
    address, browser = f"/licensing/own/{asked.reference}/clearance", sign_in(customer)
    before = browser.get(address).text
    rework()
    after = browser.get(address).text
    assert ["I agree for my organisation" in each for each in (before, after)] == [False, True]


def test_erasing_an_author_takes_them_out_of_what_is_not_public_yet(
    desk: Desk, asked: Development, rework: Rework
) -> None:
    review = rework()
    found = privacy._private_sets(desk, ["dora@tresen.example"])
    assert [each.id for each in found] == [review.change.id]
