# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of advisories in a real browser: usable by everybody, from a file to a judgement."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bills_of_tests import as_bytes, cyclonedx
from records_of_osv import record
from tresen.sdk import Desk, Installation, Person, ProductVersion
from tresen.testing.browser import assert_pages_usable
from tresen_licensing.advisories import matching, osv, queries, service
from tresen_licensing.components import service as components
from tresen_licensing.portfolio.files import Upload

Page = Any


@pytest.fixture
def imported(agent_desk: Desk, version: ProductVersion) -> ProductVersion:
    """Return the version with a bill of materials."""
    row = agent_desk.session.get_one(ProductVersion, version.id)
    components.take_in(agent_desk, row, Upload("a.json", as_bytes(cyclonedx())))
    agent_desk.commit()
    return version


@pytest.mark.timeout(300)
def test_every_page_of_advisories_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Page],
    agent_desk: Desk,
    agent: Person,
    imported: ProductVersion,
    installation: Installation,
) -> None:
    service.take_in(agent_desk, [osv.read(record(details="It opens its hook."))])
    matching.match(agent_desk)
    (found,) = queries.of_release(agent_desk, imported.id)
    pages = [
        "/licensing/advisories",
        f"/licensing/advisories/{found.advisory_id}",
        f"/licensing/advisories/findings/{found.id}",
        "/licensing/advisories/import",
        f"/licensing/portfolio/versions/{imported.id}/advisories",
    ]
    agent_desk.commit()
    assert_pages_usable(sign_in_page(agent), pages)


@pytest.mark.timeout(300)
def test_agent_goes_from_a_file_to_a_finding_that_is_judged(
    sign_in_page: Callable[[Person], Page],
    agent_desk: Desk,
    agent: Person,
    imported: ProductVersion,
    tmp_path: Path,
) -> None:
    file = tmp_path / "TEST-1.json"
    file.write_text(json.dumps(record()))
    page = sign_in_page(agent)
    page.goto("/licensing/portfolio")
    page.get_by_role("link", name="Advisories").click()
    page.get_by_role("link", name="Import advisories").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("One advisory is taken in").wait_for()
    matching.match(agent_desk)
    agent_desk.commit()
    page.goto(f"/licensing/portfolio/versions/{imported.id}/components")
    page.get_by_role("link", name="one advisory").click()
    page.get_by_role("link", name="Judge").click()
    page.get_by_label("not affected", exact=True).check()
    page.get_by_label("Why it is not affected").select_option("component_not_present")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The component is not in the release").wait_for()
    said = page.locator("main").inner_text()
    assert [said.count(each) for each in ("not affected", "TEST-1")] == [1, 2]
