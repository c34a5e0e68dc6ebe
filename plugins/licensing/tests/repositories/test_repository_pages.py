# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of upstream's history: handed in, fetched by a job, and source that is loaded."""

import gzip
import hashlib
import json
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from gits import Repository
from sqlalchemy import select
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import service as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.models import Base
from tresen_licensing.repositories import queries, service

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def path(upstream: Development) -> str:
    """Return where the development's page is."""
    return f"/licensing/developments/{upstream.reference}"


def test_page_shows_source_and_its_names(
    browser: FlaskClient, desk: Desk, upstream: Development, path: str
) -> None:
    made = desk.session.scalars(select(service.SourceTree)).one()
    shown = browser.get(path).text
    assert [shown.count(f"swh:1:{each}") for each in (f"rev:{made.head}", f"dir:{made.tree}")] == [
        *(1, 1),
    ]


def test_page_names_the_repositories_that_no_archive_holds(
    browser: FlaskClient, desk: Desk, path: str
) -> None:
    made = desk.session.scalars(select(service.SourceTree)).one()
    before = browser.get(path).text
    made.submodules = json.dumps([("lib/quay", "4" * 40)])
    desk.commit()
    words = ("Each of them has to be public on its own", "lib/quay", "4" * 40)
    found = browser.get(path).text
    assert [(each in before, each in found) for each in words] == [(False, True)] * 3


def test_source_is_loaded(browser: FlaskClient, desk: Desk, path: str) -> None:
    made = desk.session.scalars(select(service.SourceTree)).one()
    answer = browser.get(f"{path}/changes/1.tar.gz")
    whole = BytesIO(answer.data)

    digest = hashlib.sha512(gzip.decompress(whole.getvalue())).hexdigest()
    assert (answer.status_code, digest) == (200, made.archive_sha512)


def test_source_that_is_not_there_is_said(
    browser: FlaskClient, development: Development, change: ChangeSet
) -> None:
    answer = browser.get(f"/licensing/developments/{development.reference}/changes/1.tar.gz")
    assert answer.status_code == 404


def test_bundle_is_handed_in(
    browser: FlaskClient, agent_desk: Desk, development: Development, repo: Repository
) -> None:
    whole = developments.development(agent_desk, development.reference)
    given = {"title": whole.title, "kind": whole.kind, "agreement_id": whole.agreement_id}
    developing.edit(agent_desk, whole, given | {"upstream_url": "https://forge.example/quay"})
    agent_desk.commit()
    path = f"/licensing/developments/{development.reference}"
    sent = {"bundle": (BytesIO(repo.bundle("main")), "upstream.bundle")}
    answer = browser.post(f"{path}/history/bundle", data=sent, follow_redirects=True)
    mirror = queries.mirror(agent_desk, "https://forge.example/quay")
    assert (answer.text.count("history is taken in"), mirror is not None) == (1, True)


def test_broken_bundle_is_said_on_the_form(browser: FlaskClient, path: str) -> None:
    sent = {"bundle": (BytesIO(b"%PDF"), "upstream.bundle")}
    answer = browser.post(f"{path}/history/bundle", data=sent)
    assert (answer.status_code, answer.text.count("This is no bundle")) == (422, 1)


def test_fetching_is_queued_once(browser: FlaskClient, desk: Desk, path: str) -> None:
    for _time in range(2):
        browser.post(f"{path}/history/fetch")
    jobs = Base.metadata.tables["queued_job"].c
    assert list(desk.session.scalars(select(jobs.name).where(jobs.name == service.FETCH))) == [
        service.FETCH,
    ]


def test_fetching_without_an_address_is_refused(
    browser: FlaskClient, development: Development
) -> None:
    path = f"/licensing/developments/{development.reference}/history/fetch"
    answer = browser.post(path, follow_redirects=True)
    assert answer.text.count("Say first where upstream&#39;s repository is.") == 1


def test_changes_are_put_on_their_base_by_a_button(browser: FlaskClient, path: str) -> None:
    answer = browser.post(f"{path}/changes/1/apply", follow_redirects=True)
    assert answer.text.count('class="toast"') == 1


def test_failure_of_fetching_stands_on_the_page(
    browser: FlaskClient, desk: Desk, upstream: Development, path: str
) -> None:
    mirror = queries.mirror(desk, upstream.upstream_url)
    assert mirror is not None
    mirror.failure = "Upstream answered 503."
    desk.commit()
    assert browser.get(path).text.count("Upstream answered 503.") == 1


@pytest.mark.parametrize(
    ("address", "status"),
    [("file:///srv/quay.git", 302), ("https://forge.example/quay", 302), ("git@forge:quay", 422)],
)
def test_address_of_upstream_is_one_that_can_be_fetched(
    browser: FlaskClient, upstream: Development, path: str, address: str, status: int
) -> None:
    given = {"title": "A berth", "kind": "fix", "upstream_url": address}
    assert browser.post(f"{path}/edit", data=given).status_code == status


def test_history_stays_when_somebody_is_erased(
    desk: Desk, agent: Person, upstream: Development
) -> None:
    factories.erase_person(desk, agent)
    desk.commit()
    mirror = queries.mirror(desk, upstream.upstream_url)
    assert mirror is not None
    assert len(queries.packs_of(desk, mirror.id)) == 1
