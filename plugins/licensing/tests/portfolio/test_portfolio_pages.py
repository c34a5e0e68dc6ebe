# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the portfolio: read by agents, filled in by them, and closed to customers."""

from collections.abc import Callable
from datetime import date
from hashlib import sha512
from io import BytesIO
from typing import Any

import pytest
from bills_of_tests import as_bytes, cyclonedx
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Installation, Person, Product, ProductVersion
from tresen.testing import factories
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio import service, states
from tresen_licensing.portfolio.models import Offering, Release, Setup, VendorContract

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]

OFFERED = {
    "lifecycle": "maintenance",
    "owner_id": "",
    "vendor_id": "",
    "upstream": "https://upstream.example/lager",
    "support_from": "2024-01-01",
    "support_until": "2027-12-31",
}
RELEASED = {
    "channel": "lts",
    "released_on": "2025-01-15",
    "support_until": "2026-12-31",
    "notes_de": "Neu: <b>Drucken</b>",
    "notes_en": "New: printing",
}


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


def rows(desk: Desk, model: Any) -> list[Any]:
    """Return the rows of a table as the database has them now."""
    desk.rollback()
    return list(desk.session.scalars(select(model).order_by(model.id)))


def test_catalogue_shows_products_with_what_is_wrong(
    desk: Desk, browser: FlaskClient, bought: Product, installation: Installation
) -> None:
    version = desk.session.get_one(ProductVersion, installation.version_id)
    version.support_until = date(2026, 3, 9)
    desk.commit()
    page = browser.get("/licensing/portfolio").text
    shown = ["Database", "no underpinning contract", "Lagerwerk", "1 unsupported"]
    assert [page.count(each) > 0 for each in shown] == [True] * 4


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [True, True]),
        ("?kind=own", [False, True]),
        ("?kind=third_party", [True, False]),
        ("?lifecycle=pilot", [False, False]),
        ("?lifecycle=active", [True, True]),
    ],
)
def test_catalogue_is_narrowed_by_its_address(
    browser: FlaskClient, product: Product, bought: Product, query: str, shown: list[bool]
) -> None:
    page = browser.get(f"/licensing/portfolio{query}").text
    assert [name in page for name in ("Database", "Lagerwerk")] == shown


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Nothing is offered yet"),
        ("?kind=own", "Nothing like it is offered"),
    ],
)
def test_empty_catalogue_says_why(browser: FlaskClient, query: str, sentence: str) -> None:
    assert sentence in browser.get(f"/licensing/portfolio{query}").text


def test_catalogue_takes_as_many_statements_for_many_products(
    desk: Desk, browser: FlaskClient, product: Product, bought: Product, count: Count
) -> None:
    one = count(browser, "/licensing/portfolio")
    for number in range(6):
        made = factories.make_product(desk, f"p{number}", f"Product {number}")
        made.kind = states.THIRD_PARTY
    desk.commit()
    assert count(browser, "/licensing/portfolio") == one


def test_agent_says_how_a_product_is_offered(
    desk: Desk, browser: FlaskClient, product: Product, agent: Person
) -> None:
    path = f"/licensing/portfolio/{product.id}/edit"
    assert browser.get(path).status_code == 200
    answer = browser.post(path, data=OFFERED | {"owner_id": str(agent.id)})
    (row,) = rows(desk, Offering)
    assert (answer.location, row.lifecycle, row.owner_id, row.support_until, row.upstream) == (
        f"/licensing/portfolio/{product.id}",
        "maintenance",
        agent.id,
        date(2027, 12, 31),
        "https://upstream.example/lager",
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"support_until": "2023-12-31"}, "Support would end before it begins"),
        ({"upstream": "javascript:alert(1)"}, "An address begins with https://"),
        ({"upstream": "javascript://x/%0aalert(1)"}, "An address begins with https://"),
        ({"lifecycle": "nonsense"}, "Not a valid choice"),
        ({"owner_id": "10000"}, "Not a valid choice"),
        ({"support_from": "soon"}, "Not a valid date value"),
    ],
)
def test_offering_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    desk: Desk, browser: FlaskClient, product: Product, given: dict[str, str], sentence: str
) -> None:
    sent = OFFERED | {"upstream": "https://typed.example"} | given
    answer = browser.post(f"/licensing/portfolio/{product.id}/edit", data=sent)
    assert (answer.status_code, sentence in answer.text, rows(desk, Offering)) == (422, True, [])
    assert sent["upstream"].split("?")[0] in answer.text


def test_form_of_an_offering_begins_with_what_is_kept(
    browser: FlaskClient, product: Product, offering: Offering, agent: Person
) -> None:
    page = browser.get(f"/licensing/portfolio/{product.id}/edit").text
    chosen = f'<option selected value="{agent.id}">Anna Agent</option>'
    assert (chosen in page, 'value="2024-01-01"' in page) == (True, True)


def test_agent_describes_a_version_and_keeps_its_files(
    desk: Desk, browser: FlaskClient, version: ProductVersion
) -> None:
    path = f"/licensing/portfolio/versions/{version.id}"
    files = {"source": (BytesIO(b"the source"), "lager.tar.gz")}
    assert 'enctype="multipart/form-data"' in browser.get(path).text
    answer = browser.post(path, data=RELEASED | files, content_type="multipart/form-data")
    (row,) = rows(desk, Release)
    assert (answer.status_code, row.channel, row.source_sha512) == (
        302,
        "lts",
        sha512(b"the source").hexdigest(),
    )


@pytest.mark.parametrize(
    ("kind", "page", "body", "media_type"),
    [
        ("source", "", b"the source", "application/gzip"),
        ("sbom", "/components/import", as_bytes(cyclonedx()), "application/json"),
    ],
)
def test_file_of_a_version_is_handed_out_as_a_download(
    browser: FlaskClient,
    version: ProductVersion,
    kind: str,
    page: str,
    body: bytes,
    media_type: str,
) -> None:
    path = f"/licensing/portfolio/versions/{version.id}"
    name = {"source": "lager.tar.gz", "sbom": "lager.cdx.json"}[kind]
    field = "file" if page else kind
    data = {field: (BytesIO(body), name)} | ({} if page else RELEASED)
    browser.post(path + page, data=data, content_type="multipart/form-data")
    answer = browser.get(f"{path}/{kind}")
    assert (answer.data, answer.content_type, answer.headers["Content-Disposition"]) == (
        body,
        media_type,
        f"attachment; filename={name}",
    )


@pytest.mark.parametrize("kind", ["source", "sbom", "licence"])
def test_file_that_is_not_there_is_not_found(
    browser: FlaskClient, version: ProductVersion, kind: str
) -> None:
    path = f"/licensing/portfolio/versions/{version.id}/{kind}"
    assert browser.get(path).status_code == 404


def test_empty_file_is_refused_and_the_notes_stay(
    desk: Desk, browser: FlaskClient, version: ProductVersion
) -> None:
    answer = browser.post(
        f"/licensing/portfolio/versions/{version.id}",
        data=RELEASED | {"support_until": "", "source": (BytesIO(b""), "empty.gz")},
        content_type="multipart/form-data",
    )
    kept = rows(desk, ProductVersion)[0].support_until
    assert (answer.status_code, "New: printing" in answer.text, kept) == (
        422,
        True,
        date(2026, 12, 31),
    )


def test_product_page_shows_versions_places_and_licences(
    browser: FlaskClient,
    product: Product,
    version: ProductVersion,
    installation: Installation,
    licence: Licence,
) -> None:
    browser.post(f"/licensing/portfolio/versions/{version.id}", data=RELEASED)
    page = browser.get(f"/licensing/portfolio/{product.id}").text
    shown = [
        "Long-term support",
        "Neu: &lt;b&gt;Drucken&lt;/b&gt;",
        "lager-1",
        "Kunde GmbH",
        "Named seats: 10",
    ]
    assert [each in page for each in shown] == [True] * 5


def test_product_page_never_shows_a_key(
    browser: FlaskClient, product: Product, licence: Licence
) -> None:
    page = browser.get(f"/licensing/portfolio/{product.id}").text
    assert ("Standard" in page, "KEY-4711" in page) == (True, False)


def test_product_page_marks_places_whose_version_is_over(
    desk: Desk, browser: FlaskClient, product: Product, installation: Installation
) -> None:
    factories.make_installation(desk, installation.organisation_id, product)
    desk.session.get_one(ProductVersion, installation.version_id).support_until = date(2026, 1, 1)
    desk.commit()
    page = browser.get(f"/licensing/portfolio/{product.id}").text
    assert (page.count("Unsupported"), page.count("Version not known")) == (2, 1)


def test_product_of_others_shows_its_contract_with_the_day_of_notice(
    desk: Desk, browser: FlaskClient, bought: Product, contract: VendorContract
) -> None:
    contract.renew_months, contract.notice_months = 12, 3
    desk.commit()
    page = browser.get(f"/licensing/portfolio/{bought.id}").text
    shown = ["Maker M-1", "Notice by Sep 30, 2026.", "help@maker.example", "no underpinning"]
    assert [each in page for each in shown] == [True, True, True, False]


def test_product_of_others_without_contract_says_so(browser: FlaskClient, bought: Product) -> None:
    page = browser.get(f"/licensing/portfolio/{bought.id}").text
    assert "What customers are promised for it rests on no vendor" in page


def test_product_page_takes_as_many_statements_for_many_places(
    desk: Desk, browser: FlaskClient, product: Product, installation: Installation, count: Count
) -> None:
    path = f"/licensing/portfolio/{product.id}"
    one = count(browser, path)
    for number in range(5):
        version = ProductVersion(product_id=product.id, number=f"5.{number}")
        desk.session.add(version)
        desk.session.flush()
        place = factories.make_installation(desk, installation.organisation_id, product)
        place.version_id = version.id
    desk.commit()
    assert count(browser, path) == one


def test_agent_says_what_is_particular_about_an_installation(
    desk: Desk, browser: FlaskClient, installation: Installation, home: int
) -> None:
    path = f"/licensing/portfolio/installations/{installation.id}"
    sent = {"criticality": "critical", "modules": "Stock", "customer_changes": "Own label"}
    assert browser.get(path).status_code == 200
    answer = browser.post(path, data=sent)
    (row,) = rows(desk, Setup)
    assert (answer.location, row.criticality, row.customer_changes) == (
        f"/people/organisations/{home}",
        "critical",
        "Own label",
    )


@pytest.mark.parametrize(
    "path",
    [
        "portfolio/10000",
        "portfolio/10000/edit",
        "portfolio/versions/10000",
        "portfolio/installations/10000",
    ],
)
def test_what_is_not_there_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/licensing/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["", "/figures", "/vendors", "/renewals", "/exports/licences.csv"],
)
def test_customers_do_not_read_the_portfolio(sign_in: SignIn, customer: Person, path: str) -> None:
    assert sign_in(customer).get(f"/licensing/portfolio{path}").status_code == 403


def test_organisation_shows_the_support_of_what_runs_there(
    desk: Desk, browser: FlaskClient, installation: Installation, home: int
) -> None:
    changed = {"criticality": "critical", "modules": "", "customer_changes": "Own label\nOwn bill"}
    service.keep_setup(desk, installation, changed)
    desk.commit()
    page = browser.get(f"/people/organisations/{home}").text
    shown = ["Support of what runs there", "Own label, Own bill", "Critical to the business"]
    assert [each in page for each in shown] == [True] * 3


def test_organisation_where_nothing_runs_shows_no_support(browser: FlaskClient, home: int) -> None:
    assert "Support of what runs there" not in browser.get(f"/people/organisations/{home}").text


def test_core_page_of_a_product_leads_to_the_portfolio(
    browser: FlaskClient, product: Product, offering: Offering
) -> None:
    page = browser.get(f"/products/{product.id}").text
    assert f'href="/licensing/portfolio/{product.id}"' in page
