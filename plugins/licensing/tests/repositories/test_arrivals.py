# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes come as commits, in a bundle or on a branch, and are kept as patches."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from gits import Repository
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused, desk_for
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments.models import Development
from tresen_licensing.repositories import arrivals, service
from tresen_licensing.repositories.models import SourceTree

SignIn = Callable[[Person], FlaskClient]
SUBJECTS = "Add a berth", "Say so"


@pytest.fixture
def branch(repo: Repository) -> str:
    """Return a branch with two commits after the first one of the repository."""
    repo.git("checkout", "-q", "-b", "berths")
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth")
    repo.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    return "berths"


@pytest.fixture
def row(agent_desk: Desk, development: Development, repo: Repository, forge: str) -> Development:
    """Return the development, of whose upstream the first commit is known."""
    development.upstream_url = forge
    service.take_bundle(agent_desk, development, repo.bundle("main"))
    agent_desk.commit()
    return development


def subjects(desk: Desk) -> list[str]:
    """Return what the patches say that were kept."""
    return list(desk.session.scalars(select(Patch.subject).order_by(Patch.id)))


@pytest.mark.parametrize("name", ["", "berths", "refs/heads/berths"])
def test_bundle_of_a_branch_stands_on_what_upstream_has(
    agent_desk: Desk, row: Development, repo: Repository, branch: str, name: str
) -> None:
    made = arrivals.from_bundle(agent_desk, row, repo.bundle(f"main..{branch}"), name, "")
    assert (made.base, subjects(agent_desk)) == (repo.text("rev-parse", "main"), [*SUBJECTS])
    whole = changes.change_set(agent_desk, row, made.version)
    assert service.attempt(agent_desk, row, whole).outcome == "applied"
    assert agent_desk.session.scalars(select(SourceTree.tree)).one() == repo.tree(branch)


def test_base_that_is_typed_counts(
    agent_desk: Desk, row: Development, repo: Repository, branch: str
) -> None:
    first = repo.text("rev-parse", f"{branch}~1")
    made = arrivals.from_bundle(agent_desk, row, repo.bundle("--all"), branch, first.upper())
    assert (made.base, subjects(agent_desk)) == (first, ["Say so"])


def test_bundle_needs_no_upstream_where_the_base_is_typed(
    agent_desk: Desk, development: Development, repo: Repository, branch: str
) -> None:
    base = repo.text("rev-parse", "main")
    made = arrivals.from_bundle(agent_desk, development, repo.bundle("--all"), branch, base)
    assert (made.base, subjects(agent_desk)) == (base, [*SUBJECTS])


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        ("--all", "", "Which branch of the bundle holds the changes"),
        ("--all", "quay", "The bundle has no branch “quay”"),
        ("main", "main", "The branch has no commit after"),
    ],
)
def test_branch_that_cannot_be_told_is_asked_for(
    agent_desk: Desk, row: Development, repo: Repository, words: str, name: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        arrivals.from_bundle(agent_desk, row, repo.bundle(words), name, "")
    assert agent_desk.session.scalars(select(ChangeSet)).all() == []


def test_commits_that_upstream_does_not_know_are_refused(
    agent_desk: Desk, row: Development, repo: Repository
) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit({"other": b"1\n"}, "Other")
    with pytest.raises(Refused, match="Upstream's history knows none of these commits"):
        arrivals.from_bundle(agent_desk, row, repo.bundle("refs/heads/other"), "", "")


def test_broken_bundle_is_refused(agent_desk: Desk, row: Development) -> None:
    with pytest.raises(Refused, match="This is no bundle"):
        arrivals.from_bundle(agent_desk, row, b"# vain\n", "", "")


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize("place", ["", "same"])
def test_branch_is_fetched(
    agent_desk: Desk, row: Development, repo: Repository, branch: str, forge: str, place: str
) -> None:
    arrivals.from_branch(agent_desk, row, forge if place else "", branch, "")
    with desk_for(agent_desk.core) as fresh:
        found = changes.latest(fresh, row.id)
        assert found is not None
        assert (found.base, subjects(fresh)) == (repo.text("rev-parse", "main"), [*SUBJECTS])


@pytest.mark.usefixtures("near")
def test_branch_that_is_not_there_is_said_on_the_form(
    agent: Person, row: Development, sign_in: SignIn, desk: Desk
) -> None:
    browser, page = sign_in(agent), f"/licensing/developments/{row.reference}"
    sent = {"branch": "quay", "address": "", "base": ""}
    answer = browser.post(f"{page}/changes/new", data=sent)
    assert (answer.status_code, answer.text.count("Upstream has no branch “quay”")) == (422, 1)
    assert answer.text.count('value="quay"') == 1
    assert browser.get(page).status_code == 200


@pytest.mark.usefixtures("near")
def test_agent_sends_in_a_branch(
    agent: Person, row: Development, branch: str, sign_in: SignIn, desk: Desk
) -> None:
    browser, page = sign_in(agent), f"/licensing/developments/{row.reference}"
    text = browser.post(
        f"{page}/changes/new", data={"branch": branch, "base": ""}, follow_redirects=True
    ).text
    assert (text.count("The patches are kept."), subjects(desk)) == (1, [*SUBJECTS])


def test_agent_sends_in_a_bundle(
    agent: Person, row: Development, repo: Repository, branch: str, sign_in: SignIn, desk: Desk
) -> None:
    browser, page = sign_in(agent), f"/licensing/developments/{row.reference}"
    sent = {"files": [(BytesIO(repo.bundle(f"main..{branch}")), "berths.bundle")], "base": ""}
    with browser.post(f"{page}/changes/new", data=sent, follow_redirects=True) as answer:
        assert (answer.text.count("The patches are kept."), subjects(desk)) == (1, [*SUBJECTS])


def test_form_without_anything_says_what_to_choose(
    agent: Person, row: Development, sign_in: SignIn
) -> None:
    page = f"/licensing/developments/{row.reference}/changes/new"
    answer = sign_in(agent).post(page, data={"base": ""})
    said = "Choose the files or mails with the patches, or name a branch."
    assert (answer.status_code, answer.text.count(said)) == (422, 1)
