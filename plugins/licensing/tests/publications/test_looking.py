# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker looks at anchors every week; what vanished or was changed makes an orphan."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from gits import Repository
from sites import Site
from sqlalchemy import select
from tresen.sdk import Desk, Person
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_licensing import health
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.networks.guards import Limits
from tresen_licensing.publications import jobs, kinds, queries, service
from tresen_licensing.publications.models import Anchor
from tresen_licensing.publications.service import Place
from tresen_licensing.repositories.models import SourceTree

Look = Callable[..., None]
Elsewhere = Callable[..., Anchor]


@pytest.fixture(autouse=True)
def let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine be asked, as the operator of a private network does."""
    near = Limits(seconds=30, let_in=frozenset({"127.0.0.1"}))
    monkeypatch.setattr(service.settings, "limits", lambda _desk: near)


@pytest.fixture
def look(desk: Desk) -> Look:
    """Return a function that does what the worker does."""

    def go(*words: int) -> None:
        desk.commit()
        jobs.look(desk, *words)
        desk.commit()

    return go


@pytest.fixture
def berth(repo: Repository, given_back: object) -> Repository:
    """Return the repository in which the changes stand."""
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth")
    repo.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    return repo


@pytest.fixture
def forge(
    agent_desk: Desk, public: Development, site: Site, berth: Repository, tmp_path: Path
) -> Anchor:
    """Return a repository on the site that was added after the publication."""
    address = site.publish("/berth.git", berth, tmp_path / "berth.git")
    made = service.add(agent_desk, public, Place(kinds.FORGE, address, "main", is_ours=False))
    agent_desk.commit()
    return made


def orphans(desk: Desk, row: Development) -> tuple[bool, int]:
    """Return whether a development is an orphan, and how many the health checks tell of."""
    whole = developments.development(desk, row.reference)
    standing = developments.standings(desk, [whole])[whole.id]
    told = [each for each in health.checks(desk) if each.name == "licensing_anchors"]
    return standing.is_orphaned, len(told)


def test_forge_that_shows_the_source_is_seen(
    look: Look, forge: Anchor, tree: SourceTree, berth: Repository
) -> None:
    look()
    assert (forge.outcome, forge.tree, forge.commit, forge.observer_id) == (
        kinds.HELD,
        tree.tree,
        berth.text("rev-parse", "HEAD"),
        None,
    )


def test_who_asked_for_the_look_is_its_observer(
    look: Look,
    forge: Anchor,
    public: Development,
    agent: Person,
) -> None:
    look(public.id, agent.id)
    assert forge.observer_id == agent.id


def test_development_is_no_orphan_while_all_is_there(
    desk: Desk, look: Look, forge: Anchor, public: Development
) -> None:
    look()
    assert orphans(desk, public) == (False, 0)


def test_forge_that_was_deleted_makes_an_orphan(
    desk: Desk,
    look: Look,
    clock: SteppedClock,
    site: Site,
    forge: Anchor,
    public: Development,
) -> None:
    look()
    site.repositories.clear()
    clock.go(days=7)
    look()
    assert (forge.outcome, orphans(desk, public)) == (kinds.GONE, (True, 1))


def test_tree_that_was_changed_makes_an_orphan(
    desk: Desk,
    look: Look,
    clock: SteppedClock,
    forge: Anchor,
    public: Development,
    berth: Repository,
) -> None:
    look()
    berth.git("reset", "-q", "--hard", "HEAD~1")
    berth.git("push", "-q", "--force", "../berth.git", "main")
    clock.go(days=7)
    look()
    assert (forge.outcome, forge.tree, orphans(desk, public)) == (
        kinds.OTHER,
        berth.tree(),
        (True, 1),
    )


def test_repository_that_never_showed_it_is_no_loss(
    desk: Desk, look: Look, site: Site, forge: Anchor, public: Development
) -> None:
    site.repositories.clear()
    look()
    assert (forge.outcome, orphans(desk, public)) == (kinds.GONE, (False, 0))


def test_silence_becomes_a_loss_after_four_weeks(
    desk: Desk,
    look: Look,
    clock: SteppedClock,
    site: Site,
    forge: Anchor,
    public: Development,
) -> None:
    look()
    site.repositories.clear()
    site.answer("/berth.git/info/refs", b"", "503 Service Unavailable")
    lost = []
    for _week in range(5):
        clock.go(days=7)
        look()
        lost.append(orphans(desk, public)[0])
    assert (forge.outcome, lost) == (kinds.SILENT, [False, False, False, False, True])


def test_patches_that_vanished_from_our_own_page_make_an_orphan(
    desk: Desk, look: Look, clock: SteppedClock, public: Development, change: ChangeSet
) -> None:
    change.file_id = None
    desk.commit()
    desk.session.expire_all()
    clock.go(days=7)
    look()
    assert orphans(desk, public) == (True, 1)


def test_countersignature_is_not_looked_at_again(
    desk: Desk, look: Look, clock: SteppedClock, public: Development
) -> None:
    before = desk.now()
    clock.go(days=70)
    look()
    desk.session.expire_all()
    signed = [e for e in queries.anchors_of(desk, public.id) if e.kind == kinds.COUNTERSIGNATURE]
    assert ([each.observed_at for each in signed], orphans(desk, public)) == (
        [before],
        (False, 0),
    )


@pytest.mark.parametrize(("hours", "asked"), [(167, 0), (168, 1)])
def test_anchor_is_looked_at_again_after_a_week(
    desk: Desk, look: Look, clock: SteppedClock, forge: Anchor, hours: int, asked: int
) -> None:
    look()
    clock.go(hours=hours)
    # The forge and our own page, which was seen a moment before.
    assert len([each for each, _wanted in queries.due(desk) if each == forge.id]) == asked


def test_somebody_who_asks_need_not_wait_a_week(
    desk: Desk, look: Look, forge: Anchor, public: Development, begin: Callable[[], Development]
) -> None:
    look()
    assert (len(queries.due(desk, public.id)), queries.due(desk, begin().id)) == (2, [])


def test_withdrawn_anchor_is_not_looked_at(
    agent_desk: Desk, forge: Anchor, public: Development
) -> None:
    service.withdraw(agent_desk, public, forge, "It moves.")
    assert forge.id not in [each for each, _wanted in queries.due(agent_desk, public.id)]


def test_anchor_that_was_withdrawn_during_the_look_stays_as_it_was(
    agent_desk: Desk, look: Look, forge: Anchor, public: Development, site: Site
) -> None:
    # A worker reads first and writes later; meanwhile somebody withdraws.
    kept = site.repositories["/berth.git"]

    def slowly(environment: dict[str, object], start: object) -> object:
        if forge.withdrawn_at is None:
            service.withdraw(agent_desk, public, forge, "It moves.")
            agent_desk.commit()
        return kept(environment, start)  # type: ignore[arg-type]

    site.repositories["/berth.git"] = slowly  # type: ignore[assignment]
    look()
    agent_desk.session.expire_all()
    assert forge.outcome == kinds.PENDING


def test_look_takes_as_many_statements_before_writing_for_many(
    agent_desk: Desk, public: Development, elsewhere_shown: Elsewhere, clock: SteppedClock
) -> None:
    def statements() -> int:
        agent_desk.session.expire_all()
        with recorded(agent_desk.core.engine) as found:
            queries.due(agent_desk)
        return len(found)

    clock.go(days=8)
    one = statements()
    for number in range(4):
        elsewhere_shown(public, f"https://git.example/{number}")
    clock.go(days=8)
    assert statements() == one


def test_first_are_those_that_nobody_saw_and_then_the_oldest(
    agent_desk: Desk, public: Development, elsewhere_shown: Elsewhere, clock: SteppedClock
) -> None:
    made = []
    for number in range(12):
        made.append(elsewhere_shown(public, f"https://git.example/{number}"))
        clock.go(minutes=1)
    place = Place(kinds.FORGE, "https://git.example/new", "main", is_ours=False)
    new = service.add(agent_desk, public, place)
    clock.go(days=8)
    due = [each for each, _wanted in queries.due(agent_desk)]
    home = queries.at_place(agent_desk, public, kinds.OWN_PAGE)
    assert due == [new.id, home.id if home else 0, *(each.id for each in made[:8])]


def test_weekly_looks_that_find_the_same_leave_the_journal_alone(
    desk: Desk, look: Look, clock: SteppedClock, forge: Anchor, public: Development
) -> None:
    look()
    before = len(entries_of(desk, public.id))
    for _week in range(3):
        clock.go(days=7)
        look()
    assert len(entries_of(desk, public.id)) == before


def test_private_address_is_not_asked_where_nobody_let_it_in(
    desk: Desk,
    look: Look,
    forge: Anchor,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service.settings, "limits", lambda _desk: Limits())
    look()
    assert (forge.outcome, site.asked) == (kinds.REFUSED, [])


def test_job_comes_every_hour() -> None:
    assert (jobs.LOOK.name, jobs.LOOK.every) == (service.LOOK, timedelta(hours=1))


def test_question_names_the_commit_that_was_seen(
    desk: Desk, look: Look, forge: Anchor, tree: SourceTree, public: Development
) -> None:
    look()
    wanted = dict(queries.due(desk, public.id))[forge.id]
    commit = desk.session.scalar(select(Anchor.commit).where(Anchor.id == forge.id))
    assert (wanted.commit, wanted.tree, wanted.archive_sha512) == (
        commit,
        tree.tree,
        tree.archive_sha512,
    )
