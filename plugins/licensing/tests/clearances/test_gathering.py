# SPDX-License-Identifier: AGPL-3.0-or-later
"""What checks look at is gathered whole: names, addresses, texts, terms and the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from clearances.conftest import CLEAN, SPDX, Amend, Files
from gits import Repository
from tresen.sdk import Desk, EmailAddress, Organisation
from tresen.testing import factories
from tresen_licensing.agreements import terms
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes import service as changing
from tresen_licensing.clearances import gathering
from tresen_licensing.clearances.checks.records import Subject
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import clocks
from tresen_licensing.developments import service as developing
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole
from tresen_licensing.repositories import outcomes
from tresen_licensing.repositories.standings import standing


@contextmanager
def gathered(desk: Desk, row: Development) -> Iterator[Subject]:
    """Yield what is gathered of the latest changes, with all objects at hand."""
    row = whole(desk, row.reference)
    last = changes.latest(desk, row.id)
    assert last is not None
    with standing(desk, row, changes.change_set(desk, row, last.version)) as found:
        yield gathering.subject_of(desk, row, found)


def send(desk: Desk, row: Development, repo: Repository, files: Files, **how: Any) -> None:
    """Send in changes of these files on the known base."""
    repo.git("checkout", "-q", "-B", "change", "main")
    repo.commit(files, how.pop("message", "Change"), **how)
    changing.add(desk, row, [repo.series(repo.text("rev-parse", "main"))], "")


def named(desk: Desk, name: str) -> Organisation:
    """Return another organisation of that name."""
    made = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
    desk.session.add(made)
    desk.session.flush()
    return made


def test_texts_are_as_the_changes_leave_them(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    send(agent_desk, upstream, repo, {"src/quay.py": b"BERTHS = 4\n", "new": b"\xff\n"})
    with gathered(agent_desk, upstream) as about:
        found = [about.texts(path) for path in ("src/quay.py", "README", "new", "gone", "src")]
    assert found == ["BERTHS = 4\n", "Harbour\n", "\ufffd\n", None, None]


def test_what_is_there_is_known(agent_desk: Desk, upstream: Development, repo: Repository) -> None:
    send(agent_desk, upstream, repo, {"LICENSES/MIT.txt": b"x\n", "README": None})
    with gathered(agent_desk, upstream) as about:
        found = [about.exists(path) for path in ("LICENSES", "LICENSES/MIT.txt", "README", "src")]
    assert found == [True, True, False, True]


def test_links_are_no_texts(agent_desk: Desk, upstream: Development, repo: Repository) -> None:
    (repo.folder / "link").symlink_to("README")
    send(agent_desk, upstream, repo, {"src/quay.py": b"BERTHS = 4\n"})
    with gathered(agent_desk, upstream) as about:
        assert (about.texts("link"), about.exists("link")) == (None, True)


def test_without_a_base_new_files_are_read_from_the_patches(
    agent_desk: Desk, upstream: Development, series: bytes, repo: Repository
) -> None:
    repo.git("checkout", "-q", "-B", "change", "main")
    base = repo.text("rev-parse", "main")
    repo.commit({"new": b"one\ntwo\n", "README": b"Other\n"}, "Change")
    body = repo.series(base).replace(base.encode(), b"1" * 40)
    changing.add(agent_desk, upstream, [body], "")
    with gathered(agent_desk, upstream) as about:
        found = about.texts("new"), about.texts("README"), about.exists("new"), about.is_whole
    assert found == ("one\ntwo", None, True, False)


def test_unknown_history_is_told(agent_desk: Desk, development: Development, series: bytes) -> None:
    changing.add(agent_desk, development, [series], "")
    with gathered(agent_desk, development) as about:
        assert (about.outcome, about.conflicts, len(about.patches)) == (
            *(outcomes.NO_HISTORY, None, 2),
        )


def test_unknown_branch_gives_no_conflicts(agent_desk: Desk, upstream: Development) -> None:
    upstream.upstream_branch = "stable"
    agent_desk.session.flush()
    with gathered(agent_desk, upstream) as about:
        assert (about.conflicts, about.outcome) == (None, outcomes.APPLIED)


def test_all_addresses_of_an_author_are_known(agent_desk: Desk, upstream: Development) -> None:
    dora = factories.make_person(agent_desk, "Dora Developer", "dora@tresen.example", role="agent")
    agent_desk.session.add(EmailAddress(person_id=dora.id, address="dora@work.example"))
    agent_desk.session.flush()
    with gathered(agent_desk, upstream) as about:
        both = frozenset({"dora@tresen.example", "dora@work.example"})
        assert about.aliases == {"dora@tresen.example": both}


def test_addresses_of_others_are_no_aliases(agent_desk: Desk, upstream: Development) -> None:
    factories.make_person(agent_desk, "Emil Else", "emil@tresen.example", role="agent")
    with gathered(agent_desk, upstream) as about:
        assert about.aliases == {}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Molenkopf GmbH", ("molenkopf",)),
        ("Molenkopf GmbH & Co. KG", ("molenkopf",)),
        ("Stadt Grünhafen", ("stadt", "grünhafen")),
        ("Kai AG", None),
        ("Hafen Nord e.V.", ("hafen", "nord")),
        ("GmbH", None),
    ],
)
def test_names_of_firms_go_without_their_legal_form(
    agent_desk: Desk, upstream: Development, name: str, found: tuple[str, ...] | None
) -> None:
    with gathered(agent_desk, upstream) as before:
        known = before.names.organisations
    named(agent_desk, name)
    with gathered(agent_desk, upstream) as about:
        assert about.names.organisations - known == (frozenset({found}) if found else frozenset())


def test_operator_may_be_named(agent_desk: Desk, upstream: Development) -> None:
    with gathered(agent_desk, upstream) as before:
        known = before.names.organisations
    named(agent_desk, agent_desk.config.operator)
    with gathered(agent_desk, upstream) as about:
        assert about.names.organisations == known


@pytest.mark.parametrize("credit", [*terms.CREDITS])
def test_customer_is_named_only_where_that_is_agreed(
    agent_desk: Desk, upstream: Development, amend: Amend, credit: str
) -> None:
    upstream.organisation.name = "Molenkopf GmbH"
    amend(credit=credit)
    with gathered(agent_desk, upstream) as about:
        is_kept_away = ("molenkopf",) in about.names.organisations
    assert is_kept_away is (credit == terms.ANONYMOUS)


def test_people_are_known_in_both_orders(agent_desk: Desk, upstream: Development) -> None:
    factories.make_person(agent_desk, "Olga Outside", "olga@outside.example")
    with gathered(agent_desk, upstream) as about:
        pair = {("olga", "outside"), ("outside", "olga")}
        assert pair <= about.names.people


def test_single_names_are_left_out(agent_desk: Desk, upstream: Development) -> None:
    factories.make_person(agent_desk, "Anna", "anna@outside.example")
    with gathered(agent_desk, upstream) as about:
        assert ("anna",) not in about.names.people


@pytest.mark.parametrize(
    ("message", "is_public"),
    [
        ("Change\n\nSigned-off-by: Olga Outside <olga@outside.example>", True),
        ("Change\n\nReported-by: Olga Outside <olga@outside.example>", False),
        ("Change", False),
    ],
)
def test_who_signs_off_is_public(
    agent_desk: Desk, upstream: Development, repo: Repository, message: str, is_public: bool
) -> None:
    factories.make_person(agent_desk, "Olga Outside", "olga@outside.example")
    send(agent_desk, upstream, repo, CLEAN, message=message)
    with gathered(agent_desk, upstream) as about:
        found = (
            ("olga", "outside") not in about.names.people,
            "olga@outside.example" in about.names.allowed,
        )
    assert found == (is_public, is_public)


def test_authors_address_is_public(agent_desk: Desk, upstream: Development) -> None:
    with gathered(agent_desk, upstream) as about:
        assert "dora@tresen.example" in about.names.allowed


@pytest.mark.parametrize(
    ("days", "expected"), [(0, clocks.RUNNING), (30, clocks.RUNNING), (31, clocks.OVERDUE)]
)
def test_clock_is_the_developments_own(
    agent_desk: Desk, upstream: Development, days: int, expected: str
) -> None:
    change = changes.latest(agent_desk, upstream.id)
    assert change is not None
    day = agent_desk.today() - timedelta(days=days)
    place = deployments.Place(upstream.organisation_id, None, day)
    deployments.deploy(agent_desk, upstream, change, place)
    with gathered(agent_desk, upstream) as about:
        assert about.clock.standing == expected


def test_licence_is_the_one_that_was_agreed(
    agent_desk: Desk, upstream: Development, amend: Amend
) -> None:
    amend(licence="EUPL-1.2")
    with gathered(agent_desk, upstream) as about:
        assert (about.licence, about.kind) == ("EUPL-1.2", way.FEATURE)


def test_without_an_agreement_there_is_no_licence(agent_desk: Desk, upstream: Development) -> None:
    given = {name: getattr(upstream, name) for name in developing.FIELDS}
    developing.edit(agent_desk, upstream, given | {"agreement_id": None})
    agent_desk.session.expire(upstream)
    with gathered(agent_desk, upstream) as about:
        assert about.licence is None


def test_files_that_stay_are_listed_by_path(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    send(agent_desk, upstream, repo, {"b": SPDX, "a": SPDX, "README": None})
    with gathered(agent_desk, upstream) as about:
        assert [each.path for each in about.kept_files] == ["a", "b"]
