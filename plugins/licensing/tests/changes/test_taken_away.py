# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches that went with their author's data leave a page, a hash and a number behind."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from gits import Repository
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing.changes import parts, privacy, queries, service
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development

Begin = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def author(desk: Desk) -> Person:
    """Return who made the patches."""
    made = factories.make_person(desk, "Dora Developer", "dora@tresen.example", role="agent")
    desk.commit()
    return made


@pytest.fixture
def gone(desk: Desk, author: Person, development: Development, change: ChangeSet) -> str:
    """Return the page of changes whose author was erased."""
    factories.erase_person(desk, author)
    desk.commit()
    return f"/licensing/developments/{development.reference}/changes/1"


def test_page_says_that_they_were_taken_away(
    agent: Person, sign_in: SignIn, change: ChangeSet, gone: str
) -> None:
    shown = sign_in(agent).get(gone).text
    said = "The patches were taken away with their", change.sha512, "nobody</td>"
    assert [shown.count(each) for each in said] == [1, 1, 2]


def test_mailbox_of_them_is_not_found(agent: Person, sign_in: SignIn, gone: str) -> None:
    found = sign_in(agent).get(f"{gone}.mbox")
    assert (found.status_code, found.text.count("The patches were taken away")) == (404, 1)


def test_page_offers_no_mailbox(agent: Person, sign_in: SignIn, gone: str) -> None:
    assert sign_in(agent).get(gone).text.count(f"{gone}.mbox") == 0


def test_same_patches_can_not_come_in_again_as_they_were(
    desk: Desk, agent_desk: Desk, development: Development, gone: str, repo: Repository
) -> None:
    """The hash stays, so that the next version still has another number and other bytes."""
    base = repo.text("rev-parse", "HEAD~2")
    repo.commit({"README": b"Other words\n"}, "Write anew")
    made = service.add(agent_desk, development, [repo.series(base)], "")
    found = queries.change_sets_of(agent_desk, development.id)
    assert (made.version, [each.version for each in found]) == (2, [2, 1])


def test_version_between_two_keeps_its_number(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository
) -> None:
    for number in (2, 3):
        repo.commit({"README": f"{number}\n".encode()}, f"Change {number}")
        service.add(agent_desk, development, [repo.series(change.base)], "")
    found = [queries.change_set(agent_desk, development, each).version for each in (3, 1, 2)]
    names = [each.file.name for each in queries.change_sets_of(agent_desk, development.id)]
    assert (found, names) == ([3, 1, 2], [f"CD-2026-0001-v{each}.mbox" for each in (3, 2, 1)])


def test_data_of_an_author_are_named_with_their_version(
    desk: Desk, author: Person, change: ChangeSet
) -> None:
    desk.session.refresh(author, ["addresses"])
    patches, signed, sent = privacy.data_sets(desk, author)
    told = [(each["reference"], each["version"], each["subject"]) for each in patches.rows]
    assert (told, [*signed.rows, *sent.rows]) == (
        [("CD-2026-0001", 1, "Add a berth"), ("CD-2026-0001", 1, "Say so")],
        [],
    )


def test_who_sent_them_in_is_forgotten_and_they_stay(
    desk: Desk, agent: Person, development: Development, change: ChangeSet
) -> None:
    factories.erase_person(desk, agent)
    desk.commit()
    desk.session.expire_all()
    found = queries.change_set(desk, development, 1)
    names = [each.author_name for each in queries.patches_of(desk, found.id)]
    assert (found.made_by, found.file is not None, names) == (None, True, ["Dora Developer"] * 2)


@pytest.mark.parametrize("state", [states.DRAFT, states.PILOTING, states.READY, states.CLOSED])
def test_part_takes_patches_while_it_is_open(
    agent_desk: Desk, development: Development, change: ChangeSet, state: str
) -> None:
    development.state = state
    loaded = parts.PART.load(agent_desk, development)
    assert (loaded["is_open"], [each.version for each in loaded["sets"]]) == (
        state in states.OPEN,
        [1],
    )


def test_part_of_nothing_is_empty(agent_desk: Desk, begin: Begin) -> None:
    loaded = parts.PART.load(agent_desk, begin())
    assert [[*loaded[name]] for name in ("sets", "patches", "twins")] == [[], [], []]


def test_patches_of_several_versions_are_read_at_once(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository
) -> None:
    repo.commit({"README": b"2\n"}, "Change 2")
    second = service.add(agent_desk, development, [repo.series(change.base)], "")
    found = queries.patches_of_all(agent_desk, [second.id, change.id, 99])
    places = {key: [each.position for each in rows] for key, rows in found.items()}
    assert places == {change.id: [1, 2], second.id: [1, 2, 3]}


def test_page_of_a_version_is_german(
    agent: Person, sign_in: SignIn, development: Development, change: ChangeSet
) -> None:
    browser = sign_in(agent)
    browser.set_cookie("language", "de")
    shown = browser.get(f"/licensing/developments/{development.reference}/changes/1").text
    assert shown.count("<h1>Version 1 der Änderungen</h1>") == 1


def test_customers_see_no_patches(
    customer: Person, sign_in: SignIn, development: Development, change: ChangeSet
) -> None:
    browser, path = sign_in(customer), f"/licensing/developments/{development.reference}/changes"
    paths = [f"{path}/1", f"{path}/1.mbox", f"{path}/new"]
    assert [browser.get(each).status_code for each in paths] == [403, 403, 403]
