# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was found at a place is kept, and what runs as the public does not have it has drifted."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import drifts, queries, service
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import last_entry
from tresen_licensing.publications.models import Publication

Deploy = Callable[..., Deployment]
SignIn = Callable[[Person], FlaskClient]
TREE, OTHER = "a" * 40, "b" * 40
TITLES = [str(each) for each in drifts.TITLES.values()]
DRIFTED = "Something else runs than is public"


@pytest.fixture
def public(agent_desk: Desk, development: Development, change: ChangeSet) -> Development:
    """Return a development whose changes are public."""
    publish(agent_desk, development, change)
    development.state = states.PUBLISHED
    agent_desk.commit()
    return development


def publish(desk: Desk, row: Development, change: ChangeSet, tree: str = TREE) -> None:
    """Write down that a version is public."""
    own = {"development_id": row.id, "change_set_id": change.id, "tree": tree}
    desk.session.add(Publication(licence="MIT", published_at=desk.now(), **own))
    desk.session.flush()


def next_version(desk: Desk, row: Development, change: ChangeSet) -> ChangeSet:
    """Return a further version of the changes."""
    own = {"development_id": row.id, "version": 2, "base": change.base, "sha512": "0" * 128}
    made = ChangeSet(made_at=desk.now(), **own)
    desk.session.add(made)
    desk.session.flush()
    return made


@pytest.mark.parametrize(("found", "is_drifted"), [("", False), (TREE, False), (OTHER, True)])
def test_tree_that_no_publication_has_is_drift(
    agent_desk: Desk, public: Development, deploy: Deploy, found: str, is_drifted: bool
) -> None:
    made = deploy()
    if found:
        service.verify(agent_desk, public, made, found)
    agent_desk.session.flush()
    assert queries.drifted(agent_desk, [public.id]) == ({public.id} if is_drifted else set())
    assert developments.standings(agent_desk, [public])[public.id].is_drifted is is_drifted


def test_version_that_was_never_published_is_drift(
    agent_desk: Desk, public: Development, change: ChangeSet, deploy: Deploy
) -> None:
    made = deploy()
    made.change_set_id = next_version(agent_desk, public, change).id
    agent_desk.session.flush()
    assert queries.drifted(agent_desk, [public.id]) == {public.id}


def test_earlier_version_that_is_public_is_none(
    agent_desk: Desk, public: Development, change: ChangeSet, deploy: Deploy
) -> None:
    made = deploy()
    publish(agent_desk, public, next_version(agent_desk, public, change), OTHER)
    for found in (TREE, OTHER):
        service.verify(agent_desk, public, made, found)
        agent_desk.session.flush()
        assert queries.drifted(agent_desk, [public.id]) == set()


def test_what_is_not_public_has_a_clock_and_no_drift(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    service.verify(agent_desk, development, deploy(), OTHER)
    agent_desk.session.flush()
    assert queries.drifted(agent_desk, [development.id]) == set()


def test_what_runs_no_more_has_not_drifted(
    agent_desk: Desk, public: Development, deploy: Deploy
) -> None:
    made = deploy()
    service.verify(agent_desk, public, made, OTHER)
    service.end(agent_desk, public, made, agent_desk.today())
    agent_desk.session.flush()
    assert queries.drifted(agent_desk, [public.id]) == set()
    with pytest.raises(Refused, match="It runs there no more"):
        service.verify(agent_desk, public, made, TREE)


def test_look_is_kept_and_stands_in_the_journal(
    agent_desk: Desk, public: Development, deploy: Deploy
) -> None:
    made = deploy()
    service.verify(agent_desk, public, made, f" {OTHER.upper()} ")
    assert (made.tree, made.verified_at) == (OTHER, agent_desk.now())
    last = last_entry(agent_desk, public.id)
    assert last is not None
    assert last.kind == "deployment_verified"


def test_agent_writes_down_what_runs_there(
    agent_desk: Desk, agent: Person, public: Development, deploy: Deploy, sign_in: SignIn
) -> None:
    made = deploy()
    agent_desk.commit()
    browser, page = sign_in(agent), f"/licensing/developments/{public.reference}"
    path = f"{page}/deployments/{made.id}/verify"
    wrong = browser.post(path, data={"tree": "abc"})
    assert (wrong.status_code, wrong.text.count("A tree has 40 digits.")) == (422, 2)
    text = browser.post(path, data={"tree": OTHER}, follow_redirects=True).text
    shown = [text.count(each) for each in (f"<code>{OTHER}</code>", DRIFTED, *TITLES)]
    assert shown == [1, 1, 0, 0, 0, 1]
    text = browser.post(path, data={"tree": TREE}, follow_redirects=True).text
    shown = [text.count(each) for each in (f"<code>{TREE}</code>", DRIFTED, *TITLES)]
    assert shown == [2, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("tree", "trees", "expected"),
    [
        ("", {1: TREE}, drifts.UNKNOWN),
        ("", {2: TREE}, drifts.VERSION),
        (TREE, {1: TREE}, drifts.SAME),
        (TREE, {2: TREE}, drifts.SAME),
        (OTHER, {1: TREE}, drifts.OTHER),
        (OTHER, {1: TREE, 2: OTHER}, drifts.SAME),
    ],
)
def test_tree_counts_and_the_version_where_nobody_looked(
    tree: str, trees: dict[int, str], expected: str
) -> None:
    assert drifts.drift(Deployment(tree=tree, change_set_id=1), trees) == expected


def test_second_look_at_the_same_tree_is_nothing_new(
    agent_desk: Desk, clock: SteppedClock, public: Development, deploy: Deploy
) -> None:
    made = deploy()
    service.verify(agent_desk, public, made, TREE)
    first = last_entry(agent_desk, public.id)
    clock.go(days=1)
    service.verify(agent_desk, public, made, TREE)
    assert (made.verified_at, last_entry(agent_desk, public.id)) == (agent_desk.now(), first)


@pytest.mark.parametrize("tree", ["", "x" * 40, TREE[1:], f"{TREE}a", f"{TREE} {TREE}"])
def test_what_is_no_tree_is_refused(
    agent_desk: Desk, public: Development, deploy: Deploy, tree: str
) -> None:
    made = deploy()
    with pytest.raises(Refused, match="A tree has 40 digits"):
        service.verify(agent_desk, public, made, tree)
    assert (made.tree or "", made.verified_at) == ("", None)


def test_published_is_said_once(
    agent_desk: Desk, agent: Person, public: Development, deploy: Deploy, sign_in: SignIn
) -> None:
    service.verify(agent_desk, public, deploy(), OTHER)
    agent_desk.commit()
    page = sign_in(agent).get(f"/licensing/developments/{public.reference}").text
    head = page.partition('<div class="page-head">')[2].partition("</div>")[0]
    assert [head.count(each) for each in (">Published<", DRIFTED)] == [1, 1]
