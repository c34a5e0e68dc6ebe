# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a release's components: imported, cleared, exported and given on with notices."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from bills_of_tests import BUOY, CRANE, ROPE, as_bytes, cyclonedx
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, ProductVersion
from tresen_licensing.boms import reading
from tresen_licensing.components import queries, views
from tresen_licensing.components.models import Bom, Component

Count = Callable[[FlaskClient, str], int]
SignIn = Callable[[Person], FlaskClient]
TakeIn = Callable[..., Bom]
OURS = {"license": {"name": "Ours", "text": {"content": "Lift <well>."}}}


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def own(version: ProductVersion) -> str:
    """Return the address of the version's pages."""
    return f"/licensing/portfolio/versions/{version.id}"


def sent(body: bytes, name: str = "lager.cdx.json") -> dict[str, Any]:
    """Return the form of an import, as a browser sends it."""
    return {"data": {"file": (BytesIO(body), name)}, "content_type": "multipart/form-data"}


def test_agent_imports_a_bill_and_sees_what_the_release_consists_of(
    browser: FlaskClient, own: str
) -> None:
    before = browser.get(f"{own}/components").text
    answer = browser.post(f"{own}/components/import", **sent(as_bytes(cyclonedx())))
    page = browser.get(f"{own}/components").text
    shown = [
        "harbour/crane",
        "GPL-2.0-only",
        "pkg:pypi/crane@2.0",
        "Crane Works",
        "to be clarified",
    ]
    assert (before.count("Nobody imported an SBOM yet"), answer.location) == (
        1,
        f"{own}/components",
    )
    assert [page.count(each) > 0 for each in shown] == [True] * len(shown)
    assert (page.count("most likely AGPL-3.0-only"), page.count("CycloneDX 1.6")) == (1, 1)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"data": {}}, "Choose a file."),
        (sent(b""), "The file is empty: choose another one."),
        (sent(b"<bom>", "a.xml"), "The file is no XML: "),
        (
            sent(as_bytes(cyclonedx({**ROPE, "type": "<b>"}))),
            "CycloneDX 1.6 does not take the file: &#34;&lt;b&gt;&#34; is not one of",
        ),
    ],
)
def test_file_that_is_refused_leaves_nothing(
    desk: Desk,
    browser: FlaskClient,
    version: ProductVersion,
    own: str,
    form: dict[str, Any],
    sentence: str,
) -> None:
    answer = browser.post(f"{own}/components/import", **form)
    desk.rollback()
    assert (answer.status_code, answer.text.count(sentence), queries.current(desk, version.id)) == (
        *(422, 1, None),
    )


def test_agent_clears_what_is_not_clear(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom
) -> None:
    (unclear,) = queries.unclear(desk, bom.id)
    desk.rollback()
    path = f"{own}/components/{unclear.component_id}"
    form = browser.get(path).text
    data = {"expression": "AGPL-3.0-only", "note": "Asked.", "is_for_all": "y"}
    answer = browser.post(path, data=data)
    desk.rollback()
    row = desk.session.get_one(Component, unclear.component_id)
    seen = row.expression, queries.unclear(desk, bom.id)
    desk.rollback()
    assert (form.count('value="AGPL-3.0-only"'), form.count("The file says: AGPLv3")) == (1, 1)
    assert (answer.location, *seen) == (f"{own}/components", "AGPL-3.0-only", [])
    again = browser.get(path).text
    assert (again.count("Asked."), browser.get(f"{own}/components").text.count(">clarified<")) == (
        *(1, 1),
    )


def test_no_expression_is_refused_and_nothing_typed_is_lost(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom
) -> None:
    (unclear,) = queries.unclear(desk, bom.id)
    desk.rollback()
    path = f"{own}/components/{unclear.component_id}"
    answer = browser.post(path, data={"expression": "AGPLv3", "note": "Typed."})
    assert (answer.status_code, answer.text.count("Typed."), answer.text.count('"AGPLv3"')) == (
        *(422, 1, 1),
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [("crane", [1, 0, 0]), ("agplv3", [0, 1, 0]), ("mit or", [0, 0, 1]), ("100%", [0, 0, 0])],
)
def test_list_is_narrowed_by_name_and_licence(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom, words: str, shown: list[int]
) -> None:
    found = [each.name for each in queries.components(desk, bom.id, words)]
    desk.rollback()
    page = browser.get(f"{own}/components", query_string={"words": words})
    names = ["crane", "buoy", "rope"]
    assert ([found.count(each) for each in names], page.status_code) == (shown, 200)


def test_long_list_is_turned_page_by_page(
    browser: FlaskClient, own: str, take_in: TakeIn, count: Count
) -> None:
    few = [{"type": "library", "name": f"oar {n:03}", "bom-ref": f"r{n}"} for n in range(3)]
    take_in(*few)
    statements = count(browser, f"{own}/components")
    many = [{"type": "library", "name": f"oar {n:03}", "bom-ref": f"r{n}"} for n in range(250)]
    take_in(*many)
    pages = [browser.get(f"{own}/components?page={each}").text for each in (1, 3, 4)]
    assert [(each.count("oar 000"), each.count("oar 249")) for each in pages] == [
        *((1, 0), (0, 1), (0, 0)),
    ]
    assert [each.count('rel="next"') for each in pages] == [1, 0, 0]
    assert count(browser, f"{own}/components") == statements


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_page_that_is_none_is_no_error(browser: FlaskClient, own: str, bom: Bom, page: str) -> None:
    assert browser.get(f"{own}/components?page={page}").status_code == 200


@pytest.mark.parametrize(
    ("form", "wanted"), [("json", OutputFormat.JSON), ("xml", OutputFormat.XML)]
)
def test_bill_is_handed_on_as_its_schema_takes_it(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom, form: str, wanted: OutputFormat
) -> None:
    answer = browser.get(f"{own}/components.{form}")
    validator = make_schemabased_validator(wanted, SchemaVersion.V1_6)
    parts = sorted(reading.read(answer.data).parts, key=lambda each: each.name)
    assert (validator.validate_str(answer.text), tuple(parts)) == (
        None,
        queries.bill_of(desk, bom).parts,
    )


def test_export_names_product_version_and_who_made_it(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom
) -> None:
    answer = browser.get(f"{own}/components.json")
    about = json.loads(answer.text)["metadata"]
    assert (about["component"]["name"], about["component"]["version"]) == ("Lagerwerk", "4.1")
    assert (about["manufacturer"]["name"], answer.headers["Content-Disposition"]) == (
        desk.config.operator,
        "attachment; filename=lager-4.1.cdx.json",
    )


def test_bill_that_takes_too_long_is_not_written_anew(
    browser: FlaskClient, own: str, bom: Bom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_WRITTEN", 2)
    answer = browser.get(f"{own}/components.json")
    assert answer.text.count("More than 2 components are not written anew") == 1


NOTICES = """Third-party notices for Lagerwerk 4.1
=====================================

buoy 0.3
Licence: Ours

harbour/crane 2.0
Licence: GPL-2.0-only
2024 Crane Works

rope 1.1
Licence: MIT OR Apache-2.0

------------------------------------------------------------------------------
Apache-2.0

Its text: https://spdx.org/licenses/Apache-2.0.html

------------------------------------------------------------------------------
GPL-2.0-only

Its text: https://spdx.org/licenses/GPL-2.0-only.html

------------------------------------------------------------------------------
MIT

Its text: https://spdx.org/licenses/MIT.html

------------------------------------------------------------------------------
Ours
buoy

Lift <well>.

"""


def test_notices_name_components_licences_and_what_texts_there_are(
    browser: FlaskClient, own: str, take_in: TakeIn
) -> None:
    take_in({**BUOY, "licenses": [OURS]}, CRANE, ROPE)
    text, page = browser.get(f"{own}/notices.txt"), browser.get(f"{own}/notices.html")
    assert (text.text, page.text.count("Lift &lt;well&gt;."), page.text.count("<script")) == (
        *(NOTICES, 1, 0),
    )
    assert [each.headers["Content-Disposition"] for each in (text, page)] == [
        "attachment; filename=third-party-notices.txt",
        "attachment; filename=third-party-notices.html",
    ]


def test_notices_are_honest_where_no_text_can_be_named(
    browser: FlaskClient, own: str, take_in: TakeIn
) -> None:
    take_in({**BUOY, "licenses": [{"expression": "LicenseRef-Ours"}]}, {**ROPE, "licenses": []})
    text = browser.get(f"{own}/notices.txt").text
    assert (
        text.count("The bill of materials brought no text of it."),
        text.count("Licence: licence not named"),
    ) == (1, 1)


def test_earlier_file_is_handed_out_as_it_came(
    browser: FlaskClient, own: str, bom: Bom, take_in: TakeIn
) -> None:
    first = bom.id
    take_in(ROPE)
    answer = browser.get(f"{own}/boms/{first}")
    page = browser.get(f"{own}/components").text
    assert (answer.data, page.count(f"{own}/boms/{first}"), page.count("One earlier file")) == (
        *(as_bytes(cyclonedx()), 1, 1),
    )


@pytest.mark.parametrize("path", ["components.json", "notices.txt", "boms/7", "components/7"])
def test_what_was_not_imported_is_not_there(browser: FlaskClient, own: str, path: str) -> None:
    assert browser.get(f"{own}/{path}").status_code == 404


def test_product_page_leads_to_components_and_counts_what_is_open(
    browser: FlaskClient, version: ProductVersion, own: str, take_in: TakeIn, count: Count
) -> None:
    path = f"/licensing/portfolio/{version.product_id}"
    before = browser.get(path).text
    take_in(ROPE)
    page = browser.get(path).text
    assert (before.count(f"{own}/components/import"), page.count("one duty open")) == (1, 1)
    assert page.count(f'href="{own}/components"') == 1
