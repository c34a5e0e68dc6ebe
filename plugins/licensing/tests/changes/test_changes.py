# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes come in as patches, are numbered, superseded, and never edited."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from gits import Repository
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused, read_file
from tresen_licensing.changes import queries, service
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of

Begin = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


def page(row: Development, rest: str = "") -> str:
    return f"/licensing/developments/{row.reference}{rest}"


def test_change_set_says_what_was_sent(
    agent_desk: Desk, agent: Person, change: ChangeSet, repo: Repository, series: bytes
) -> None:
    assert (change.version, change.base, change.made_by_id) == (
        1,
        repo.text("rev-parse", "HEAD~2"),
        agent.id,
    )
    assert change.sha512 == hashlib.sha512(series.rstrip(b"\n") + b"\n").hexdigest()


def test_bytes_come_back_as_they_were_sent(
    agent_desk: Desk, development: Development, change: ChangeSet, series: bytes
) -> None:
    found = queries.change_set(agent_desk, development, 1)
    assert found.file is not None
    assert read_file(agent_desk, found.file) == series.rstrip(b"\n") + b"\n"


def test_patches_are_kept_in_their_order(agent_desk: Desk, change: ChangeSet) -> None:
    found = [
        (each.position, each.subject, each.paths, each.added, each.removed)
        for each in queries.patches_of(agent_desk, change.id)
    ]
    assert found == [
        (1, "Add a berth", "src/quay.py", 1, 1),
        (2, "Say so", "README", 2, 0),
    ]


def test_patch_is_named_by_gits_own_id(
    agent_desk: Desk, change: ChangeSet, repo: Repository, series: bytes
) -> None:
    said = repo.text("patch-id", "--stable", given=series).splitlines()
    found = [each.patch_id for each in queries.patches_of(agent_desk, change.id)]
    assert found == [line.partition(" ")[0] for line in said]


def test_next_version_supersedes_and_keeps_the_first(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository
) -> None:
    base = change.base
    repo.commit({"README": b"Harbour\n\nFive berths.\n"}, "Say more")
    service.add(agent_desk, development, [repo.series(base)], base)
    found = queries.change_sets_of(agent_desk, development.id)
    patches = [len(queries.patches_of(agent_desk, each.id)) for each in found]
    assert ([each.version for each in found], patches) == ([2, 1], [3, 2])


def test_same_patches_are_not_kept_twice(
    agent_desk: Desk, development: Development, change: ChangeSet, series: bytes
) -> None:
    with pytest.raises(Refused, match="These patches are version 1 already"):
        service.add(agent_desk, development, [series], "")


def test_journal_seals_which_bytes_came_in(
    agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    last = entries_of(agent_desk, development.id)[-1]
    assert (last.kind, change.sha512 in last.facts, change.base in last.facts) == (
        "changes_added",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [("main", "40 hexadecimal digits"), ("1" * 40, "The patches themselves name another base")],
)
def test_base_that_does_not_fit_is_refused(
    agent_desk: Desk, development: Development, series: bytes, typed: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        service.add(agent_desk, development, [series], typed)


def test_base_is_typed_where_the_patches_do_not_name_it(
    agent_desk: Desk, development: Development, repo: Repository, series: bytes
) -> None:
    unnamed = repo.git("format-patch", "--stdout", "HEAD~2..HEAD")
    with pytest.raises(Refused, match="Which commit do they stand on"):
        service.add(agent_desk, development, [unnamed], " ")
    base = repo.text("rev-parse", "HEAD~2")
    assert service.add(agent_desk, development, [unnamed], f" {base.upper()} ").base == base


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (states.READY, "It is cleared"),
        (states.MERGED, "No new version follows here"),
        (states.CLOSED, "No new version follows here"),
    ],
)
def test_what_is_cleared_takes_no_more_patches(
    agent_desk: Desk, development: Development, series: bytes, state: str, sentence: str
) -> None:
    development.state = state
    with pytest.raises(Refused, match=sentence):
        service.add(agent_desk, development, [series], "")


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (ChangeSet, "base", "1" * 40),
        (ChangeSet, "sha512", "0"),
        (ChangeSet, "version", 7),
        (Patch, "author_name", "Somebody else"),
        (Patch, "patch_id", "2" * 40),
    ],
)
def test_change_set_is_never_edited(
    agent_desk: Desk, change: ChangeSet, model: Any, field: str, value: Any
) -> None:
    row = agent_desk.session.scalars(select(model).limit(1)).one()
    setattr(row, field, value)
    with pytest.raises(RuntimeError, match="never edited"):
        agent_desk.session.flush()
    agent_desk.rollback()


def test_same_patch_of_two_customers_is_seen(
    agent_desk: Desk, begin: Begin, change: ChangeSet, series: bytes
) -> None:
    other = begin(title="The same at another place")
    made = service.add(agent_desk, other, [series], "")
    found = [
        (each.development.id, each.subject)
        for row in (change, made)
        for each in queries.twins(agent_desk, row)
    ]
    assert found == [(other.id, "Add a berth"), (change.development_id, "Add a berth")]


def test_patches_are_sent_in_from_the_page(
    browser: FlaskClient, development: Development, series: bytes
) -> None:
    data = {"files": (BytesIO(series), "series.mbox"), "base": ""}
    with browser.post(page(development, "/changes/new"), data=data) as answer:
        answer.request.input_stream.close()
    shown = browser.get(page(development)).text
    assert (answer.status_code, shown.count("Add a berth"), shown.count("Say so")) == (302, 1, 1)


def test_page_without_a_file_asks_for_one(browser: FlaskClient, development: Development) -> None:
    answer = browser.post(page(development, "/changes/new"), data={"base": "1" * 40})
    said = "Choose the files or mails with the patches, or name a branch."
    assert (answer.status_code, answer.text.count(said)) == (422, 1)
    assert answer.text.count("1" * 40) == 1


def test_version_is_shown_patch_by_patch(
    browser: FlaskClient, development: Development, change: ChangeSet
) -> None:
    shown = browser.get(page(development, "/changes/1")).text
    parts = ("dora@tresen.example</td>", "<ins>+BERTHS = 4\n</ins>")
    assert [shown.count(each) for each in parts] == [2, 1]


def test_markup_in_a_patch_stays_text(
    browser: FlaskClient, agent_desk: Desk, begin: Begin, repo: Repository
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"x.html": b"<script>alert(1)</script>\n"}, "<b>Bold</b>")
    row = begin()
    service.add(agent_desk, row, [repo.series(base)], "")
    agent_desk.commit()
    shown = browser.get(page(row, "/changes/1")).text
    assert [shown.count(each) for each in ("<b>Bold", "<script>alert", "&lt;b&gt;Bold")] == [
        0,
        0,
        2,
    ]


def test_long_series_is_cut_on_the_page_alone(
    browser: FlaskClient, development: Development, change: ChangeSet, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tresen_licensing.changes.views.SHOWN", 40)
    shown = browser.get(page(development, "/changes/1")).text
    whole = browser.get(page(development, "/changes/1.mbox")).data
    assert (shown.count("The rest is left out here"), b"+BERTHS = 4" in whole) == (1, True)


@pytest.mark.parametrize("rest", ["/changes/2", "/changes/2.mbox"])
def test_version_there_is_not_is_said(
    browser: FlaskClient, development: Development, change: ChangeSet, rest: str
) -> None:
    assert browser.get(page(development, rest)).status_code == 404


def test_patches_are_taken_along_as_a_mailbox(
    browser: FlaskClient, development: Development, change: ChangeSet
) -> None:
    found = browser.get(page(development, "/changes/1.mbox"))
    name = f"{development.reference}-v1.mbox"
    assert (found.headers["Content-Disposition"], found.status_code) == (
        f"attachment; filename={name}",
        200,
    )
