# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs read the register: as JSON, as Atom after RFC 4287, as fragments of publiccode.yml."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tresen.sdk import Desk, Product
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.contributions import feeds
from tresen_licensing.contributions.cards import Card
from tresen_licensing.developments import service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.repositories.models import SourceTree

INDEX = "/licensing/contributions"
A = "{http://www.w3.org/2005/Atom}"
MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CARD = Card(
    reference="CD-2026-0001",
    title="A fourth berth",
    description="",
    kind="feature",
    state="published",
    licence="MIT",
    component="",
    base_version="",
    upstream_url="",
    credit="",
    is_funder=False,
    version=1,
    base="4" * 40,
    tree="6" * 40,
    sha512="5" * 128,
    published_at=MOMENT,
    moved_at=MOMENT,
)


def read(told: list[Card]) -> Any:
    """Return the feed of cards, read as XML."""
    body = feeds.feed(
        told, "What we gave back", "Firm", "https://desk.example/atom", lambda c: c.reference
    )
    return etree.fromstring(body)


def test_json_tells_what_the_page_tells(
    client: FlaskClient, public: Development, tree: SourceTree, change: ChangeSet
) -> None:
    answer = client.get(f"{INDEX}/contributions.json")
    assert (answer.headers["Cache-Control"], answer.get_json()) == (
        "public, max-age=300",
        {
            "contributions": [
                {
                    "reference": public.reference,
                    "title": "A fourth berth",
                    "description": "",
                    "kind": "feature",
                    "state": "published",
                    "licence": "AGPL-3.0-or-later",
                    "component": "",
                    "upstream": "",
                    "credit": None,
                    "base": change.base,
                    "tree": tree.tree,
                    "swhid": f"swh:1:dir:{tree.tree}",
                    "patches_sha512": change.sha512,
                    "published_at": public.moved_at.isoformat(),
                }
            ]
        },
    )


def test_json_of_nothing_is_an_empty_list(client: FlaskClient) -> None:
    assert client.get(f"{INDEX}/contributions.json").get_json() == {"contributions": []}


def test_feed_has_what_the_standard_asks_for(client: FlaskClient, public: Development) -> None:
    answer = client.get(f"{INDEX}/contributions.atom")
    top = etree.fromstring(answer.data)
    entry = top.find(f"{A}entry")
    assert entry is not None
    asked = ("id", "title", "updated")
    assert (
        answer.content_type,
        [len(top.findall(A + each)) for each in (*asked, "author", "link")],
        [len(entry.findall(A + each)) for each in (*asked, "summary", "published", "link")],
    ) == ("application/atom+xml", [1] * 5, [1] * 6)


def test_addresses_of_the_feed_are_absolute_and_lead_there(
    desk: Desk, client: FlaskClient, public: Development
) -> None:
    base = desk.config.base_url.rstrip("/")
    top = etree.fromstring(client.get(f"{INDEX}/contributions.atom").data)
    own, page = (each.attrib["href"] for each in top.iter(f"{A}link"))
    paths = [each.removeprefix(base) for each in (own, page)]
    assert (paths, [client.get(each).status_code for each in paths]) == (
        [f"{INDEX}/contributions.atom", f"{INDEX}/{public.reference}"],
        [200, 200],
    )


def test_entry_is_updated_by_each_step(
    agent_desk: Desk, client: FlaskClient, public: Development
) -> None:
    service.take(agent_desk, public, states.PROPOSED)
    agent_desk.commit()
    top = etree.fromstring(client.get(f"{INDEX}/contributions.atom").data)
    found = top.findtext(f"{A}entry/{A}updated"), top.findtext(f"{A}updated")
    assert found == (public.moved_at.isoformat(),) * 2


def test_feed_of_nothing_is_one_all_the_same() -> None:
    top = read([])
    assert (top.tag, top.findtext(f"{A}updated"), top.findall(f"{A}entry")) == (
        f"{A}feed",
        "1970-01-01T00:00:00+00:00",
        [],
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_feed_can_be_read_whatever_people_type(title: str, component: str) -> None:
    top = read([replace(CARD, title=title, description=title, component=component)])
    assert len(top.findall(f"{A}entry")) == 1


def test_markup_in_a_title_stays_text() -> None:
    said = "<b>& </title> ]]>"
    assert read([replace(CARD, title=said)]).findtext(f"{A}entry/{A}title") == said


@pytest.fixture
def berths(agent_desk: Desk, public: Development) -> Development:
    """Return the contribution, to a component with an upstream."""
    public.component, public.upstream_url = "berths", "https://up.example/berths.git"
    agent_desk.commit()
    return public


def fragment(client: FlaskClient, component: str = "berths") -> object:
    """Return the fragment of a component as YAML reads it."""
    answer = client.get(f"{INDEX}/publiccode.yml?component={component}")
    return yaml.safe_load(answer.data)


def test_fragment_of_a_component_says_what_is_known(
    client: FlaskClient, berths: Development
) -> None:
    assert fragment(client) == {
        "publiccodeYmlVersion": "0.5",
        "name": "berths",
        "isBasedOn": ["https://up.example/berths.git"],
        "legal": {"license": "AGPL-3.0-or-later"},
    }


@pytest.mark.parametrize(
    ("credit", "named"),
    [
        (terms.NAMED, {"usedBy": ["Kunde GmbH"]}),
        (terms.FUNDER, {"usedBy": ["Kunde GmbH"], "fundedBy": [{"name": "Kunde GmbH"}]}),
        (terms.ANONYMOUS, {}),
    ],
)
def test_fragment_names_customers_with_consent_alone(
    agent_desk: Desk,
    client: FlaskClient,
    berths: Development,
    agreement: Agreement,
    credit: str,
    named: dict[str, object],
) -> None:
    agreement.credit = credit
    agent_desk.commit()
    found = fragment(client)
    assert isinstance(found, dict)
    assert {key: found[key] for key in ("usedBy", "fundedBy") if key in found} == named


def test_fragment_names_what_is_left_to_its_keeper(
    client: FlaskClient, berths: Development
) -> None:
    answer = client.get(f"{INDEX}/publiccode.yml?component=berths")
    left = [line[4:] for line in answer.text.splitlines() if line.startswith("#   ")]
    assert (left, answer.headers["Content-Disposition"]) == (
        [
            *("url", "platforms", "developmentStatus", "softwareType", "organisation/uri"),
            *("description", "maintenance/type", "localisation/localisationReady"),
            "localisation/availableLanguages",
        ],
        "attachment; filename=publiccode.yml",
    )


def test_component_may_be_named_by_its_product(
    agent_desk: Desk, client: FlaskClient, public: Development, product: Product
) -> None:
    public.product_id = product.id
    agent_desk.commit()
    found = fragment(client, product.name)
    page = client.get(f"{INDEX}/{public.reference}").text
    assert (isinstance(found, dict) and found["name"], page.count("publiccode.yml?component=")) == (
        product.name,
        1,
    )


def test_name_that_is_no_yaml_is_quoted(
    agent_desk: Desk, client: FlaskClient, public: Development
) -> None:
    public.component = "berths: {a} #1"
    agent_desk.commit()
    found = fragment(client, "berths%3A%20%7Ba%7D%20%231")
    assert isinstance(found, dict)
    assert found["name"] == "berths: {a} #1"


@pytest.mark.parametrize("component", ["", "quays", "x" * 5000])
def test_component_without_contribution_is_not_there(
    client: FlaskClient, berths: Development, component: str
) -> None:
    assert client.get(f"{INDEX}/publiccode.yml?component={component}").status_code == 404


def test_name_of_a_customer_without_consent_finds_nothing(
    agent_desk: Desk,
    client: FlaskClient,
    berths: Development,
    publish: Callable[[Development], Development],
) -> None:
    # Whoever guesses a component's name must not learn by it who the customer is.
    berths.component = "Kunde GmbH"
    agent_desk.commit()
    assert client.get(f"{INDEX}/publiccode.yml?component=Kunde%20GmbH").status_code == 404
