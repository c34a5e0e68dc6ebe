# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is erased leaves developments, unless their sign-off is public; seals hold all the same."""

from collections.abc import Callable

import pytest
from gits import Repository
from tresen.sdk import Desk, Person, StoredFile
from tresen.testing import factories
from tresen_licensing import hooks
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes import service
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import service as developments
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import broken_at, entries_of
from tresen_licensing.journals.service import append
from tresen_licensing.waivers import queries as waivers
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waiving

Begin = Callable[..., Development]


@pytest.fixture
def author(desk: Desk) -> Person:
    """Return the developer whose address is in the patches."""
    made = factories.make_person(desk, "Dora Developer", "dora@tresen.example", role="agent")
    desk.commit()
    return made


def titles(desk: Desk, person: Person) -> dict[str, int]:
    """Return how many rows each data set about a person has, without the empty ones."""
    desk.session.refresh(person, ["addresses"])
    found = {str(each.title): len(each.rows) for each in hooks.personal_data(desk, person)}
    return {title: count for title, count in found.items() if count}


def test_export_names_what_an_agent_did(
    agent_desk: Desk, agent: Person, begin: Begin, development: Development
) -> None:
    begin(owner_id=agent.id)
    waiving.ask(agent_desk, development, reasons.SECRET, "Why.", agent_desk.today())
    assert titles(agent_desk, agent) == {
        "Developments that the person sees to": 1,
        "Entries in journals of developments": 4,
        "Waivers": 1,
    }


def test_export_names_patches_by_their_address(
    agent_desk: Desk, author: Person, change: ChangeSet
) -> None:
    assert titles(agent_desk, author) == {"Patches": 2}


def test_export_names_who_sent_changes_in(
    agent_desk: Desk, agent: Person, change: ChangeSet
) -> None:
    assert titles(agent_desk, agent)["Changes sent in"] == 1


def test_erased_agent_leaves_and_the_seal_holds(
    desk: Desk, agent_desk: Desk, agent: Person, development: Development
) -> None:
    append(agent_desk, development, "stepped", {"from": "draft", "to": "draft"}, agent.name)
    agent_desk.commit()
    factories.erase_person(desk, agent)
    desk.commit()
    entries = entries_of(desk, development.id)
    assert {each.actor_id for each in entries} == {None}
    assert (entries[-1].note, broken_at(development.reference, entries)) == ("[…]", [])


def test_erased_author_leaves_what_is_not_public(
    desk: Desk, author: Person, development: Development, change: ChangeSet
) -> None:
    file_id = change.file_id
    factories.erase_person(desk, author)
    desk.commit()
    found = changes.change_set(desk, development, 1)
    names = {each.author_address for each in changes.patches_of(desk, found.id)}
    assert (names, found.file, desk.session.get(StoredFile, file_id)) == ({""}, None, None)


@pytest.mark.parametrize("state", [states.PUBLISHED, states.MERGED])
def test_public_sign_off_stays(
    desk: Desk, author: Person, development: Development, change: ChangeSet, state: str
) -> None:
    development.state = state
    desk.commit()
    factories.erase_person(desk, author)
    desk.commit()
    found = changes.change_set(desk, development, 1)
    names = {each.author_address for each in changes.patches_of(desk, found.id)}
    assert (names, found.file is not None) == ({"dora@tresen.example"}, True)


def test_patches_of_others_stay(
    desk: Desk, author: Person, agent_desk: Desk, begin: Begin, repo: Repository
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Change")
    other = repo.series(base).replace(b"dora@tresen.example", b"olga@other.example")
    row = begin()
    made = service.add(agent_desk, row, [other], "")
    agent_desk.commit()
    factories.erase_person(desk, author)
    desk.commit()
    (kept,) = changes.patches_of(desk, made.id)
    assert kept.author_address == "olga@other.example"


def test_erased_customer_is_blotted_out_of_words(
    desk: Desk, agent_desk: Desk, customer: Person, begin: Begin
) -> None:
    row = begin(title=f"A berth for {customer.name}", description=f"{customer.name} asked.")
    row.agreement.clause = f"{customer.name} signed."
    waiver = waiving.ask(
        agent_desk, row, reasons.CUSTOMER_DATA, f"{customer.name}'s list.", agent_desk.today()
    )
    agent_desk.commit()
    factories.erase_person(desk, customer)
    desk.commit()
    words = (row.title, row.description, row.agreement.clause, waiver.explanation)
    assert words == ("A berth for […]", "[…] asked.", "[…] signed.", "[…]'s list.")


def test_erased_pair_of_a_waiver_leaves_the_decision(
    desk: Desk, agent_desk: Desk, boss_desk: Desk, agent: Person, development: Development
) -> None:
    waiver = waiving.ask(agent_desk, development, reasons.SECRET, "Why.", agent_desk.today())
    waiving.grant(boss_desk, development, waiver)
    boss_desk.commit()
    factories.erase_person(desk, agent)
    desk.commit()
    (found,) = waivers.waivers_of(desk, development.id)
    assert (found.asked_by, found.granted_by is not None, found.granted_at is not None) == (
        None,
        True,
        True,
    )


def test_owner_who_is_erased_owns_nothing(
    desk: Desk, agent: Person, begin: Begin, agent_desk: Desk
) -> None:
    row = begin(owner_id=agent.id)
    agent_desk.commit()
    factories.erase_person(desk, agent)
    desk.commit()
    assert developments.queries.development(desk, row.reference).owner is None
