# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every format comes in by the same form, and what it says is read in the reader's language."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from bills_of_tests import (
    ROPE,
    SPDX_CRANE,
    SPDX_LINKS,
    SPDX_TEXTS,
    SPDX_WHOLE,
    as_bytes,
    cyclonedx,
    cyclonedx_xml,
    spdx,
)
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, ProductVersion
from tresen_licensing.components import queries
from tresen_licensing.components.models import Bom

SignIn = Callable[[Person], FlaskClient]
TakeIn = Callable[..., Bom]
DOCUMENT = spdx(
    SPDX_WHOLE, SPDX_CRANE, relationships=SPDX_LINKS, hasExtractedLicensingInfos=SPDX_TEXTS
)
XML = cyclonedx_xml(
    "<components><component type='library'><name>rope</name><version>1.1</version>"
    "<licenses><expression>MIT OR Apache-2.0</expression></licenses></component></components>"
)


@pytest.fixture
def path(version: ProductVersion) -> str:
    """Return the address of the version's components."""
    return f"/licensing/portfolio/versions/{version.id}/components"


def sent(body: bytes, name: str) -> dict[str, Any]:
    """Return the form of an import, as a browser sends it."""
    return {"data": {"file": (BytesIO(body), name)}, "content_type": "multipart/form-data"}


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [
        (as_bytes(cyclonedx(ROPE)), "a.cdx.json", ("CycloneDX 1.6", "rope")),
        (as_bytes(cyclonedx(ROPE, version="1.4")), "bom.json", ("CycloneDX 1.4", "rope")),
        (XML, "a.cdx.xml", ("CycloneDX 1.6", "rope")),
        (as_bytes(DOCUMENT), "a.spdx.json", ("SPDX 2.3", "crane")),
        # The name says nothing, the bytes do.
        (as_bytes(DOCUMENT), "a.xml", ("SPDX 2.3", "crane")),
        (XML, "noname", ("CycloneDX 1.6", "rope")),
    ],
)
def test_file_is_told_by_its_bytes(
    agent: Person, sign_in: SignIn, path: str, body: bytes, name: str, told: tuple[str, str]
) -> None:
    browser = sign_in(agent)
    answer = browser.post(f"{path}/import", **sent(body, name))
    page, (shown, title) = browser.get(path).text, told
    assert (answer.location, page.count(shown), page.count(f">{title}</bdi></a>")) == (path, 1, 1)


def test_text_that_spdx_brought_stands_in_the_notices(
    agent: Person, sign_in: SignIn, path: str
) -> None:
    browser = sign_in(agent)
    browser.post(f"{path}/import", **sent(as_bytes(DOCUMENT), "a.spdx.json"))
    text = browser.get(f"{path.removesuffix('components')}notices.txt").text
    assert (text.count("Lift well."), text.count("LicenseRef-crane\ncrane\n")) == (1, 1)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Die Datei ist leer: bitte eine andere wählen."),
        (b"hello", "Die Datei ist weder CycloneDX noch SPDX."),
        (b'{"@graph": []}', "SPDX 3 wird nur mit"),
        (b"<!DOCTYPE a><a/>", "Die Datei vereinbart Entitäten oder einen Dokumenttyp"),
    ],
)
def test_refusal_is_read_in_german(
    agent: Person, sign_in: SignIn, path: str, body: bytes, sentence: str
) -> None:
    browser = sign_in(agent)
    browser.set_cookie("language", "de")
    answer = browser.post(f"{path}/import", **sent(body, "a"))
    assert (answer.status_code, answer.text.count(sentence)) == (422, 1)


def test_what_is_odd_about_a_file_stands_on_the_page(
    agent: Person, sign_in: SignIn, path: str
) -> None:
    links = [{"ref": "rope", "dependsOn": ["gone", "lost"]}]
    browser = sign_in(agent)
    body = as_bytes(cyclonedx({**ROPE, "purl": "<none>"}, dependencies=links))
    browser.post(f"{path}/import", **sent(body, "a.json"))
    page = browser.get(path).text
    said = [
        "One package URL is none and was left out.",
        "2 dependencies lead to something that the file does not name.",
    ]
    assert [page.count(each) for each in said] == [1, 1]


@pytest.mark.parametrize("name", ["<script>.json", "a/../../b.json", "x" * 400, "a\x00b.json"])
def test_name_of_a_file_does_no_harm(
    desk: Desk, agent: Person, sign_in: SignIn, version: ProductVersion, path: str, name: str
) -> None:
    browser = sign_in(agent)
    browser.post(f"{path}/import", **sent(as_bytes(cyclonedx(ROPE)), name))
    page = browser.get(path)
    found = queries.current(desk, version.id)
    assert found is not None
    assert found.file is not None
    assert (page.status_code, "<script>.json" in page.text, "/" in found.file.name) == (
        *(200, False, False),
    )


def test_customers_see_nothing_of_it(
    customer: Person, sign_in: SignIn, path: str, bom: Bom
) -> None:
    browser = sign_in(customer)
    own = path.removesuffix("components")
    found = [browser.get(each).status_code for each in (path, f"{own}obligations")]
    assert (found, browser.get(f"{own}notices.txt").status_code) == ([403, 403], 403)


def test_conclusion_by_hand_is_not_lost_by_a_stale_form(
    desk: Desk, agent: Person, sign_in: SignIn, path: str, bom: Bom, take_in: TakeIn
) -> None:
    (unclear,) = queries.unclear(desk, bom.id)
    desk.rollback()
    take_in(ROPE)
    data = {"expression": "MIT", "is_for_all": "y"}
    answer = sign_in(agent).post(f"{path}/{unclear.component_id}", data=data)
    assert answer.status_code == 404
