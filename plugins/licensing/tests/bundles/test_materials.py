# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bill in a bundle says what was made, from what, by which patches and under which licence."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from gits import Repository
from tresen.sdk import Desk, Product, ProductVersion
from tresen.testing import factories
from tresen_licensing.boms import reading
from tresen_licensing.bundles import packing
from tresen_licensing.bundles.materials import FIELDS, materials
from tresen_licensing.changes import service as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.changes.queries import change_sets_of
from tresen_licensing.developments import queries
from tresen_licensing.developments.models import Development
from tresen_licensing.publications.models import Publication
from tresen_licensing.repositories import service as repositories
from tresen_licensing.repositories.models import SourceTree

Begin = Callable[..., Development]


def told(desk: Desk, row: Development) -> dict[str, Any]:
    """Return what the bill of a development says, which its own schema takes."""
    text = materials(desk, queries.development(desk, row.reference))
    assert text is not None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found: dict[str, Any] = json.loads(text)
    return found


def component(desk: Desk, row: Development) -> dict[str, Any]:
    """Return what it says of the component."""
    (found,) = told(desk, row)["components"]
    return dict(found)


@pytest.fixture
def at_upstream(agent_desk: Desk, upstream: Development) -> Development:
    """Return a development whose source is known, with its archive."""
    (change,) = change_sets_of(agent_desk, upstream.id)
    repositories.apply(agent_desk, change)
    agent_desk.commit()
    return upstream


def test_development_without_changes_has_no_bill(agent_desk: Desk, begin: Begin) -> None:
    row = queries.development(agent_desk, begin().reference)
    assert materials(agent_desk, row) is None


def test_bill_names_the_base_and_the_patches(
    agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    name = "A fourth berth"
    assert component(agent_desk, development) == {
        "bom-ref": "component",
        "licenses": [{"license": {"acknowledgement": "declared", "id": "AGPL-3.0-or-later"}}],
        "name": name,
        "pedigree": {
            "ancestors": [{"bom-ref": "base", "name": name, "type": "library"}],
            "commits": [{"uid": change.base}],
            "notes": f"Changed by {development.reference}.",
            "patches": [{"diff": {"url": "changes/v1.mbox"}, "type": "unofficial"}],
        },
        "type": "library",
    }


def test_heading_says_who_made_what_when(
    agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    found = told(agent_desk, development)["metadata"]
    about, config = found["component"], agent_desk.config
    assert (about["name"], about["version"], found["manufacturer"], found["timestamp"]) == (
        f"{development.reference}: {development.title}",
        "1",
        {"name": config.operator, "url": [config.base_url]},
        change.made_at.isoformat(),
    )


def test_source_in_the_bundle_is_named_with_its_hash(
    agent_desk: Desk, at_upstream: Development
) -> None:
    row = queries.development(agent_desk, at_upstream.reference)
    digest = packing.sha512(packing._files(agent_desk, row)["source.tar"])
    proof = [{"alg": "SHA-512", "content": digest}]
    found = component(agent_desk, at_upstream)
    said = {each["name"]: each["value"] for each in found["properties"]}
    assert (found["hashes"], said, found["externalReferences"]) == (
        proof,
        FIELDS,
        [
            {"hashes": proof, "type": "source-distribution", "url": "source.tar"},
            {"type": "vcs", "url": "https://forge.example/quay.git"},
        ],
    )


def test_source_that_is_not_in_the_bundle_is_not_named(
    agent_desk: Desk, development: Development, source_tree: SourceTree
) -> None:
    found = component(agent_desk, development)
    digest = [{"alg": "SHA-512", "content": source_tree.archive_sha512}]
    named = {"externalReferences", "properties"} & set(found)
    assert (found["hashes"], named) == (digest, set())


def test_component_is_the_named_one_or_the_product_in_its_version(
    agent_desk: Desk, begin: Begin, product: Product, version: ProductVersion, series: bytes
) -> None:
    row = begin(product_id=product.id, base_version_id=version.id)
    changes.add(agent_desk, row, [series], "")
    whole = component(agent_desk, row)
    row.component = "quay-core"
    named = component(agent_desk, row)
    assert [
        (each["name"], each["version"], each["pedigree"]["ancestors"][0]["version"])
        for each in (whole, named)
    ] == [(product.name, "4.1", "4.1"), ("quay-core", "4.1", "4.1")]


def test_licence_is_the_one_that_was_published(
    agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    made = Publication(
        development_id=development.id,
        change_set_id=change.id,
        tree="1" * 40,
        licence="MIT OR Apache-2.0",
        published_at=agent_desk.now(),
    )
    agent_desk.session.add(made)
    agent_desk.session.flush()
    assert component(agent_desk, development)["licenses"] == [
        {"acknowledgement": "declared", "expression": "MIT OR Apache-2.0"}
    ]


def test_patches_that_were_taken_away_are_not_named(
    desk: Desk, agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    author = factories.make_person(desk, "Dora Developer", "dora@tresen.example", role="agent")
    desk.commit()
    factories.erase_person(desk, author)
    desk.commit()
    agent_desk.session.expire_all()
    assert component(agent_desk, development)["pedigree"].get("patches") is None


def test_last_version_counts(
    agent_desk: Desk, development: Development, change: ChangeSet, repo: Repository
) -> None:
    base = repo.text("rev-parse", "HEAD~2")
    repo.commit({"README": b"Other words\n"}, "Write anew")
    changes.add(agent_desk, development, [repo.series(base)], "")
    found = component(agent_desk, development)["pedigree"]["patches"]
    assert found == [{"diff": {"url": "changes/v2.mbox"}, "type": "unofficial"}]


def test_bill_is_one_that_comes_in_again(
    agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    text = materials(agent_desk, queries.development(agent_desk, development.reference))
    (part,) = reading.read((text or "").encode()).parts
    assert (part.name, part.declared) == ("A fourth berth", "AGPL-3.0-or-later")
