# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who only signed off somebody else's patch is exported, and leaves what is not public."""

from collections.abc import Callable

import pytest
from gits import Repository
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing.changes import privacy, queries, service
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development

Begin = Callable[..., Development]
Patches = Callable[[str], bytes]
AUTHOR, SIGNER = "dora@tresen.example", "rita@tresen.example"


@pytest.fixture
def signer(desk: Desk) -> Person:
    """Return who checks patches of others and signs them off."""
    made = factories.make_person(desk, "Rita Reviewer", SIGNER, role="agent")
    desk.commit()
    return made


@pytest.fixture
def patches(repo: Repository) -> Patches:
    """Return a function that gives a patch of Dora's, signed off by another address, too."""

    def go(address: str) -> bytes:
        base = repo.text("rev-parse", "HEAD")
        repo.commit({"README": address.encode()}, "Change")
        own = f"Signed-off-by: Dora Developer <{AUTHOR}>".encode()
        return repo.series(base).replace(own, own + f"\nSigned-off-by: R <{address}>".encode(), 1)

    return go


@pytest.fixture
def signed(agent_desk: Desk, development: Development, patches: Patches) -> ChangeSet:
    """Return changes that Dora made and Rita signed off."""
    made = service.add(agent_desk, development, [patches("Rita@tresen.example")], "")
    agent_desk.commit()
    return made


def kept(desk: Desk, row: Development, version: int = 1) -> tuple[list[tuple[str, str]], bool]:
    """Return author and sign-offs of each patch of a version, and whether its bytes are there."""
    desk.session.expire_all()
    found = queries.change_set(desk, row, version)
    rows = queries.patches_of(desk, found.id)
    return [(each.author_address, each.signed_off) for each in rows], found.file is not None


def told(desk: Desk, person: Person) -> list[list[dict[str, object]]]:
    """Return the rows of each data set about a person."""
    desk.session.refresh(person, ["addresses"])
    return [[dict(row) for row in each.rows] for each in privacy.data_sets(desk, person)]


def test_export_names_what_a_person_signed_off(
    desk: Desk, signer: Person, signed: ChangeSet
) -> None:
    row = {"reference": "CD-2026-0001", "version": 1, "subject": "Change", "signed_off": SIGNER}
    assert told(desk, signer) == [[], [row], []]


def test_own_patches_are_exported_as_own_alone(
    desk: Desk, signed: ChangeSet, other_customer: Person
) -> None:
    author = factories.make_person(desk, "Dora Developer", AUTHOR, role="agent")
    desk.commit()
    patches, others, _sent = told(desk, author)
    assert ([each["author_address"] for each in patches], others) == ([AUTHOR], [])


def test_erased_signer_leaves_what_is_not_public(
    desk: Desk, signer: Person, development: Development, signed: ChangeSet
) -> None:
    before = kept(desk, development)
    factories.erase_person(desk, signer)
    desk.commit()
    assert (before, kept(desk, development)) == (
        ([(AUTHOR, f"{AUTHOR}\n{SIGNER}")], True),
        ([(AUTHOR, AUTHOR)], False),
    )


@pytest.mark.parametrize("state", [states.PUBLISHED, states.DECLINED])
def test_public_sign_off_of_others_patches_stays(
    desk: Desk, signer: Person, development: Development, signed: ChangeSet, state: str
) -> None:
    development.state = state
    desk.commit()
    factories.erase_person(desk, signer)
    desk.commit()
    assert kept(desk, development) == ([(AUTHOR, f"{AUTHOR}\n{SIGNER}")], True)


@pytest.mark.parametrize("address", ["brita@tresen.example", "rita@tresen.example.org"])
def test_longer_address_is_another_one(
    desk: Desk,
    agent_desk: Desk,
    signer: Person,
    development: Development,
    patches: Patches,
    address: str,
) -> None:
    service.add(agent_desk, development, [patches(address)], "")
    agent_desk.commit()
    exported = told(desk, signer)
    factories.erase_person(desk, signer)
    desk.commit()
    assert (exported, kept(desk, development)) == (
        [[], [], []],
        ([(AUTHOR, f"{AUTHOR}\n{address}")], True),
    )


def test_address_with_signs_of_a_pattern_is_taken_to_the_letter(
    desk: Desk, agent_desk: Desk, development: Development, patches: Patches
) -> None:
    person = factories.make_person(desk, "Rita", "r_ta@tresen.example", role="agent")
    service.add(agent_desk, development, [patches(SIGNER)], "")
    agent_desk.commit()
    assert told(desk, person) == [[], [], []]


def test_erased_author_leaves_with_all_sign_offs(
    desk: Desk, development: Development, signed: ChangeSet
) -> None:
    author = factories.make_person(desk, "Dora Developer", AUTHOR, role="agent")
    desk.commit()
    factories.erase_person(desk, author)
    desk.commit()
    assert kept(desk, development) == ([("", "")], False)
