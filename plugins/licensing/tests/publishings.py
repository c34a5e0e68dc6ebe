# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development that is cleared, with its source, anchors and the people around it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from dulwich.repo import Repo
from gits import repository
from sites import Site, served
from tresen.sdk import Actor, Desk, Person
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import queries, service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.patches.applying import apply_series
from tresen_licensing.patches.series import read_series
from tresen_licensing.publications import kinds, publishing
from tresen_licensing.publications import queries as anchored
from tresen_licensing.publications import service as anchors
from tresen_licensing.publications.models import Anchor
from tresen_licensing.publications.records import Reading
from tresen_licensing.repositories.models import SourceTree

Sign = Callable[[Development], Anchor]
Publish = Callable[[Development], Development]
Elsewhere = Callable[..., Anchor]


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a web site on this machine."""
    with served() as made:
        yield made


@dataclass(frozen=True)
class Given:
    """Patches, and the source that they give."""

    series: bytes
    head: str
    tree: str
    archive_sha512: str


@pytest.fixture(scope="session")
def given_back(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """Return two patches with what they give on a real repository: made once, as git is slow."""
    repo = repository(tmp_path_factory.mktemp("given") / "repo")
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth")
    repo.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    series = repo.series(base)
    store = Repo(str(repo.folder)).object_store
    applied = apply_series(store, base, read_series([series]).patches)
    archive = repo.git("archive", "--format=tar", applied.tree)
    store.close()
    return Given(series, applied.head, applied.tree, hashlib.sha512(archive).hexdigest())


@pytest.fixture
def series(given_back: Given) -> bytes:
    """Return two patches."""
    return given_back.series


@pytest.fixture
def tree(desk: Desk, change: ChangeSet, given_back: Given) -> SourceTree:
    """Return the source that the changes give."""
    made = SourceTree(
        change_set_id=change.id,
        head=given_back.head,
        tree=given_back.tree,
        archive_sha512=given_back.archive_sha512,
        made_at=desk.now(),
    )
    desk.session.add(made)
    desk.commit()
    return made


@pytest.fixture
def ready(agent_desk: Desk, development: Development, tree: SourceTree) -> Development:
    """Return the development, cleared and loaded whole."""
    for state in (states.CLEARANCE, states.READY):
        service.take(agent_desk, development, state)
    whole = queries.development(agent_desk, development.reference)
    agent_desk.commit()
    return whole


@pytest.fixture
def customer_desk(desk: Desk, customer: Person) -> Desk:
    """Return the customer's desk."""
    return acting_for(desk, customer)


@pytest.fixture
def sign(customer_desk: Desk) -> Sign:
    """Return a function by which the customer confirms the source."""

    def go(row: Development) -> Anchor:
        meant = anchored.source(customer_desk, row).tree
        made = anchors.countersign(customer_desk, row, "We confirm it.", meant)
        customer_desk.commit()
        return made

    return go


@pytest.fixture
def elsewhere_shown(agent_desk: Desk) -> Elsewhere:
    """Return a function that adds an anchor of others which was seen to show the source."""

    def go(row: Development, address: str = "https://git.example/berth", **more: bool) -> Anchor:
        place = anchors.Place(kinds.FORGE, address, "main", **{"is_ours": False, **more})
        made = anchors.add(agent_desk, row, place)
        meant = anchored.source(agent_desk, row)
        seen = Reading(kinds.HELD, meant.tree, meant.head, kinds.TREE, "a" * 64)
        anchors.note(agent_desk, row, made, seen)
        agent_desk.commit()
        return made

    return go


@pytest.fixture
def publish(agent_desk: Desk, sign: Sign) -> Publish:
    """Return a function that publishes without any network: own page and countersignature."""

    def go(row: Development) -> Development:
        anchors.offer(agent_desk, row)
        sign(row)
        publishing.publish(agent_desk, row)
        agent_desk.commit()
        return row

    return go


@pytest.fixture
def public(ready: Development, publish: Publish) -> Development:
    """Return the development, published."""
    return publish(ready)


def acting_for(desk: Desk, person: Person, **more: object) -> Desk:
    """Return the desk of a customer's contact who may take part."""
    may = frozenset({"licensing.take_part"})
    actor = Actor(person.name, "customer", person.id, person.organisation_id, may)
    return replace(desk, actor=replace(actor, **more))
