# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public register: what is published stands there for everybody, and nothing else does."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, remove_files
from tresen.testing.statements import recorded
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.contributions import queries
from tresen_licensing.developments import service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds
from tresen_licensing.publications import service as anchors
from tresen_licensing.publications.models import Anchor, Publication
from tresen_licensing.repositories.models import SourceTree

Begin = Callable[..., Development]
Elsewhere = Callable[..., Anchor]
SignIn = Callable[[Person], FlaskClient]

INDEX = "/licensing/contributions"
JSON, ATOM = "/licensing/contributions/contributions.json", f"{INDEX}/contributions.atom"


@pytest.fixture
def page(public: Development) -> str:
    """Return the address of the contribution's page."""
    return f"{INDEX}/{public.reference}"


@pytest.fixture
def many(agent_desk: Desk, public: Development, begin: Begin, change: ChangeSet) -> int:
    """Let there be more contributions than stand on a page; return how many."""
    for number in range(queries.PAGE):
        row = begin(title=f"Berth {number}")
        row.state = states.PUBLISHED
        agent_desk.session.add(
            Publication(
                development_id=row.id,
                change_set_id=change.id,
                tree="6" * 40,
                licence="AGPL-3.0-or-later",
                published_at=agent_desk.now(),
            )
        )
    agent_desk.commit()
    return queries.PAGE + 1


def everything(client: FlaskClient, reference: str = "") -> str:
    """Return all that a stranger gets to read: every page that leads on from the first."""
    waiting, seen = [INDEX, "/source", JSON, ATOM, f"{INDEX}/{reference}"], {}
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = client.get(path)
        seen[path] = answer.text if answer.status_code == 200 else ""
        for found in re.findall(r'(?:href|src)="([^"]+)"', seen[path]):
            parts = urlsplit(urljoin(path, found.replace("&amp;", "&")))
            is_ours = not parts.netloc and parts.path.startswith((INDEX, "/source"))
            if is_ours:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return "\n".join(seen.values())


def test_register_is_found_at_a_short_address(client: FlaskClient) -> None:
    found = client.get("/contributions?before=7")
    assert (found.status_code, found.location) == (302, f"{INDEX}?before=7")
    assert client.get("/contributions", follow_redirects=True).status_code == 200


def test_register_is_there_for_everybody(client: FlaskClient, public: Development) -> None:
    shown = client.get(INDEX)
    assert (shown.status_code, [shown.text.count(each) for each in _SHOWN]) == (200, [1] * 4)


_SHOWN = ("A fourth berth", "CD-2026-0001 ·", ">Published<", "AGPL-3.0-or-later")


def test_register_without_anything_says_so(client: FlaskClient) -> None:
    assert client.get(INDEX).text.count("Nothing is published yet") == 1


def test_page_tells_what_why_licence_and_where(
    agent_desk: Desk,
    client: FlaskClient,
    page: str,
    public: Development,
    change: ChangeSet,
    tree: SourceTree,
) -> None:
    public.description, public.upstream_url = "Ships had to wait.", "https://up.example/berth"
    agent_desk.commit()
    shown = client.get(page).text
    expected = (
        *("Ships had to wait.", "AGPL-3.0-or-later", "https://up.example/berth", "New function"),
        *(change.base, change.sha512, f"swh:1:dir:{tree.tree}", tree.archive_sha512),
        *("Our own page", "this page", "Countersignature of the customer", "We cannot change it."),
    )
    assert [each for each in expected if each not in shown] == []


def test_patches_are_handed_out_byte_for_byte(
    client: FlaskClient, page: str, change: ChangeSet
) -> None:
    answer = client.get(f"{page}.mbox")
    assert (
        hashlib.sha512(answer.data).hexdigest(),
        answer.headers["Content-Disposition"].startswith("attachment"),
        answer.headers["X-Content-Type-Options"],
    ) == (change.sha512, True, "nosniff")


def test_browser_that_has_the_patches_gets_none(client: FlaskClient, page: str) -> None:
    tag = client.get(f"{page}.mbox").headers["ETag"]
    answer = client.get(f"{page}.mbox", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_downloads_from_one_place_are_limited(
    client: FlaskClient, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tresen_licensing.contributions.views.MOST_DOWNLOADS", 2)
    assert [client.get(f"{page}.mbox").status_code for _each in range(3)] == [200, 200, 429]


def test_page_without_its_patches_says_so(
    agent_desk: Desk, client: FlaskClient, page: str, change: ChangeSet
) -> None:
    remove_files(agent_desk, [change.file_id or 0])
    agent_desk.commit()
    shown = client.get(page).text
    assert (
        shown.count("taken away with their author"),
        shown.count(".mbox"),
        client.get(f"{page}.mbox").status_code,
    ) == (1, 0, 404)


def test_history_tells_steps_and_no_words(
    agent_desk: Desk, client: FlaskClient, page: str, public: Development
) -> None:
    service.take(agent_desk, public, states.PROPOSED, "Sent to Mara Maintainer.")
    agent_desk.commit()
    shown = client.get(page).text
    assert (
        shown.count("Version 1 published under AGPL-3.0-or-later"),
        shown.count("From “Published” to “Proposed upstream”"),
        shown.count("Cleared"),
        shown.count("Mara Maintainer"),
    ) == (1, 1, 0, 0)


def test_lost_anchor_is_told_to_the_public_too(
    agent_desk: Desk,
    client: FlaskClient,
    page: str,
    public: Development,
    elsewhere_shown: Elsewhere,
) -> None:
    made = elsewhere_shown(public)
    before = client.get(page).text.count("shows it no more")
    made.outcome = kinds.GONE
    agent_desk.commit()
    assert (before, client.get(page).text.count("shows it no more")) == (0, 1)


def test_withdrawn_anchor_is_not_told_of(
    agent_desk: Desk,
    client: FlaskClient,
    page: str,
    public: Development,
    elsewhere_shown: Elsewhere,
) -> None:
    made = elsewhere_shown(public)
    anchors.withdraw(agent_desk, public, made, "Wrong.")
    agent_desk.commit()
    assert client.get(page).text.count(made.address) == 0


@pytest.mark.parametrize("state", [each for each in states.STEPS if each not in (*states.PUBLIC,)])
def test_nothing_stands_there_before_it_is_published(
    agent_desk: Desk, client: FlaskClient, ready: Development, state: str
) -> None:
    ready.state = state
    agent_desk.commit()
    read = everything(client, ready.reference)
    assert [each for each in ("A fourth berth", ready.reference) if each in read] == []


def test_what_is_closed_without_a_publication_is_not_in_the_register(
    agent_desk: Desk, client: FlaskClient, ready: Development
) -> None:
    """No step leads there; the register goes by the publication all the same."""
    ready.state = states.CLOSED
    agent_desk.commit()
    read = everything(client, ready.reference)
    assert (ready.state in states.PUBLIC, "A fourth berth" in read) == (True, False)


@pytest.mark.parametrize(("days", "is_shown"), [(-1, True), (0, False), (9, False)])
def test_embargo_is_respected_to_its_last_day(
    agent_desk: Desk, client: FlaskClient, public: Development, days: int, is_shown: bool
) -> None:
    public.embargoed_until = agent_desk.today() + timedelta(days=days)
    agent_desk.commit()
    read = everything(client, public.reference)
    assert ("A fourth berth" in read, client.get(f"{INDEX}/{public.reference}").status_code) == (
        is_shown,
        200 if is_shown else 404,
    )


@pytest.mark.parametrize("path", ["", ".mbox"])
def test_what_is_not_public_is_not_there(
    client: FlaskClient, ready: Development, path: str
) -> None:
    assert client.get(f"{INDEX}/{ready.reference}{path}").status_code == 404


def test_nothing_of_customer_people_or_notes_gets_out(
    agent_desk: Desk,
    client: FlaskClient,
    public: Development,
    agreement: Agreement,
    customer: Person,
    agent: Person,
) -> None:
    agreement.clause, agreement.privacy_note = "Clause of the contract", "Told in May"
    public.component, public.owner_id = "berths", agent.id
    service.take(agent_desk, public, states.PROPOSED, "A note of ours")
    agent_desk.commit()
    home = agent_desk.session.get_one(Organisation, customer.organisation_id).name
    secrets = (home, customer.name, agent.name, agreement.title, agreement.reference)
    words = (*secrets, "Clause of the contract", "Told in May", "A note of ours", "We confirm it.")
    agent_desk.commit()
    read = everything(client, public.reference)
    assert ([each for each in words if each in read], "A fourth berth" in read) == ([], True)


@pytest.mark.parametrize(
    ("credit", "said"),
    [
        (terms.NAMED, "Made for Kunde GmbH"),
        (terms.FUNDER, "Paid for by Kunde GmbH"),
        (terms.ANONYMOUS, ""),
    ],
)
def test_customer_is_named_as_the_agreement_says(
    agent_desk: Desk,
    client: FlaskClient,
    public: Development,
    agreement: Agreement,
    credit: str,
    said: str,
) -> None:
    agreement.credit = credit
    agent_desk.commit()
    shown = client.get(INDEX).text
    told: Any = client.get(JSON).get_json()["contributions"][0]["credit"]
    expected = {"name": "Kunde GmbH", "is_funder": credit == terms.FUNDER} if said else None
    assert (shown.count(said) if said else shown.count("Kunde GmbH"), told) == (
        1 if said else 0,
        expected,
    )


def test_customer_who_takes_the_consent_back_is_named_nowhere_any_more(
    agent_desk: Desk, client: FlaskClient, public: Development, agreement: Agreement
) -> None:
    public.title, public.description = "Berths for Kunde GmbH", "The KUNDE gmbh pays."
    public.component, agreement.credit = "kunde gmbh berths", terms.FUNDER
    agent_desk.commit()
    before = everything(client, public.reference).lower().count("kunde gmbh")
    agreement.credit = terms.ANONYMOUS
    agent_desk.commit()
    after = everything(client, public.reference)
    assert (before > 5, after.lower().count("kunde gmbh"), "Berths for […]" in after) == (
        True,
        0,
        True,
    )


def test_agreement_that_is_taken_off_names_nobody(
    agent_desk: Desk, client: FlaskClient, public: Development, agreement: Agreement
) -> None:
    agreement.credit, public.agreement_id = terms.NAMED, None
    agent_desk.commit()
    assert everything(client, public.reference).count("Kunde GmbH") == 0


def test_licence_stays_the_one_of_the_day(
    agent_desk: Desk, client: FlaskClient, page: str, agreement: Agreement
) -> None:
    agreement.licence = "MIT"
    agent_desk.commit()
    assert client.get(page).text.count("MIT") == 0


def test_register_goes_on_over_pages(client: FlaskClient, many: int) -> None:
    first = client.get(INDEX).text
    more = re.search(r'href="(/licensing/contributions\?before=\d+)"', first)
    assert more is not None
    second = client.get(more[1]).text
    rows = [each.count('href="/licensing/contributions/CD-') for each in (first, second)]
    assert (rows, second.count("?before=")) == ([queries.PAGE, many - queries.PAGE], 0)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, ""])
def test_address_that_means_nothing_narrows_nothing(
    client: FlaskClient, public: Development, before: str
) -> None:
    assert client.get(f"{INDEX}?before={before}").text.count(public.reference) > 0


def test_pages_ask_no_question_per_contribution(
    desk: Desk, client: FlaskClient, public: Development, request: pytest.FixtureRequest
) -> None:
    def statements() -> list[int]:
        counted = []
        for path in (INDEX, JSON, ATOM):
            client.get(path)
            with recorded(desk.core.engine) as found:
                client.get(path)
            counted.append(len(found))
        return counted

    one = statements()
    request.getfixturevalue("many")
    assert statements() == one


def test_page_of_source_leads_to_what_was_given_back(
    client: FlaskClient, ready: Development, publish: Callable[[Development], Development]
) -> None:
    before = client.get("/source").text.count("What we gave back")
    publish(ready)
    shown = client.get("/source").text
    assert (before, shown.count("A fourth berth"), shown.count(f'href="{INDEX}"')) == (0, 1, 1)


def test_page_speaks_german(client: FlaskClient, page: str) -> None:
    client.set_cookie("language", "de")
    shown = client.get(page).text
    assert [shown.count(each) for each in ("<h2>Die Patches", "Lizenz<", "Veröffentlicht<")] == [
        1,
        1,
        1,
    ]


def test_who_is_signed_in_sees_the_same(
    sign_in: SignIn, customer: Person, public: Development
) -> None:
    assert sign_in(customer).get(INDEX).text.count("A fourth berth") == 1
