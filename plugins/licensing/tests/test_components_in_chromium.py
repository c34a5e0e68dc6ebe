# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of components and obligations in a real browser: usable by everybody, in any dress."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bills_of_tests import as_bytes, cyclonedx
from tresen.sdk import Desk, Person, ProductVersion
from tresen.testing.browser import assert_pages_usable
from tresen_licensing.components import queries, service
from tresen_licensing.portfolio.files import Upload

Page = Any


@pytest.mark.timeout(300)
def test_every_page_of_components_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Page],
    agent_desk: Desk,
    agent: Person,
    version: ProductVersion,
) -> None:
    row = agent_desk.session.get_one(ProductVersion, version.id)
    bom = service.take_in(agent_desk, row, Upload("a.json", as_bytes(cyclonedx())))
    one = queries.all_components(agent_desk, bom.id)[0].id
    agent_desk.commit()
    own = f"/licensing/portfolio/versions/{version.id}"
    pages = [
        f"{own}/components",
        f"{own}/components/import",
        f"{own}/components/{one}",
        f"{own}/obligations",
        f"{own}/obligations/meet?duty=source&licence=GPL-2.0-only",
        f"{own}/obligations/choose?expression=MIT+OR+Apache-2.0",
    ]
    assert_pages_usable(sign_in_page(agent), pages)


@pytest.mark.timeout(300)
def test_agent_goes_from_a_file_to_a_duty_that_is_met(
    sign_in_page: Callable[[Person], Page], agent: Person, version: ProductVersion, tmp_path: Path
) -> None:
    file = tmp_path / "lager.cdx.json"
    file.write_bytes(as_bytes(cyclonedx()))
    page = sign_in_page(agent)
    page.goto(f"/licensing/portfolio/{version.product_id}")
    page.get_by_role("link", name="Import an SBOM").click()
    page.get_by_label("SBOM").set_input_files(file)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Clarify").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Obligations").click()
    page.get_by_role("link", name="Choose").click()
    page.get_by_label("MIT", exact=True).check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Meet").first.click()
    page.get_by_label("How it is met").fill("Separate programs.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Separate programs.").wait_for()
    said = page.locator("main").inner_text()
    assert [said.count(each) for each in ("Chosen: MIT", "Separate programs.")] == [1, 1]
