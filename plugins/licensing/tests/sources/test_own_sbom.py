# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bill of materials of this installation: taken by the format's own schema, and true."""

import hashlib
import json
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
from cyclonedx.validation.json import JsonStrictValidator
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, desk_for
from tresen_licensing.boms import reading
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.sources import cli, distributions, queries, sbom, views
from tresen_licensing.sources.distributions import Running

Look = Callable[..., int]
Install = Callable[..., Running]


def told(desk: Desk) -> dict[str, Any]:
    """Return the bill in JSON."""
    found: dict[str, Any] = json.loads(sbom.own_bill(desk, "json"))
    return found


def component(bill: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one component of a bill by name."""
    (found,) = (each for each in bill["components"] if each["name"] == name)
    return dict(found)


def noted(one: dict[str, Any]) -> dict[str, str]:
    """Return the properties of a component by name."""
    return {each["name"]: each["value"] for each in one["properties"]}


@pytest.fixture
def running(core: Core, look: Look) -> Iterator[Desk]:
    """Return a desk once somebody looked what really runs."""
    look(*distributions.running(core))
    with desk_for(core) as desk:
        yield desk


@pytest.mark.timeout(300)
def test_own_bill_is_taken_by_the_strict_schema_and_names_what_runs(
    core: Core, running: Desk
) -> None:
    text = sbom.own_bill(running, "json")
    xml = sbom.own_bill(running, "xml")
    faults = [
        JsonStrictValidator(SchemaVersion.V1_6).validate_str(text),
        make_schemabased_validator(OutputFormat.XML, SchemaVersion.V1_6).validate_str(xml),
    ]
    bill, again = reading.read(text.encode()), reading.read(xml.encode())
    rows = queries.running(running)
    one = component(json.loads(text), "Flask")
    record = Path(str(distribution("flask").locate_file("")))
    (info,) = record.glob("flask-*.dist-info/RECORD")
    assert (faults, sorted(bill.parts, key=str), sbom.own_bill(running, "json")) == (
        [None, None],
        sorted(again.parts, key=str),
        text,
    )
    assert {each.name for each in bill.parts} == {row.name for row in rows}
    assert one["hashes"] == [
        {"alg": "SHA-512", "content": hashlib.sha512(info.read_bytes()).hexdigest()}
    ]
    assert noted(one) == {
        "bsi:component:archive": "no archive",
        "bsi:component:executable": "executable",
        "bsi:component:filename": f"{info.parent.name}/RECORD",
        "bsi:component:structured": "structured",
        "tresen:source:state": "unmodified",
    }
    assert ("dependencies" in json.loads(text), bill.remarks) == (True, ())


def test_bill_says_who_made_it_when_and_what_it_does_not_know(
    look: Look, install: Install, fresh: Desk
) -> None:
    look(install())
    bill = told(fresh)
    about = bill["metadata"]
    one = component(bill, "tresen-kettle")
    (row,) = queries.running(fresh)
    assert row.archive is not None
    assert (about["manufacturer"]["name"], about["component"]["name"]) == (
        fresh.config.operator,
        "Tresen",
    )
    assert about["timestamp"] == row.seen_at.isoformat()
    assert bill["compositions"] == [
        {"aggregate": "unknown", "dependencies": ["pkg:pypi/tresen-kettle@2.1"]}
    ]
    assert one["externalReferences"][0]["hashes"] == [
        {"alg": "SHA-512", "content": row.archive.sha512}
    ]
    assert (one["licenses"], "hashes" in one) == (
        [{"license": {"acknowledgement": "declared", "id": "AGPL-3.0-or-later"}}],
        False,
    )


def test_edited_file_stands_in_the_pedigree(
    look: Look, install: Install, again: Callable[..., Running], site: Path, fresh: Desk
) -> None:
    install()
    (site / "tresen_kettle" / "__init__.py").write_text("ANSWER = 43\n")
    look(again())
    one = component(told(fresh), "tresen-kettle")
    notes = "1 files are not as they were published: tresen_kettle/__init__.py"
    assert (one["pedigree"], noted(one)["tresen:source:state"]) == (
        {"notes": notes},
        "changed",
    )


@pytest.fixture
def kettle(look: Look, install: Install, agent_desk: Desk, development: Development) -> Development:
    """Return a development of the small distribution, which runs."""
    development.component = "Tresen_Kettle"
    agent_desk.commit()
    look(install())
    return development


@pytest.mark.parametrize(
    ("state", "is_told"), [(states.PUBLISHED, True), (states.IN_DEVELOPMENT, False)]
)
def test_pedigree_holds_patches_of_developments_that_are_public(
    kettle: Development, change: ChangeSet, fresh: Desk, agent_desk: Desk, state: str, is_told: bool
) -> None:
    kettle.state = state
    agent_desk.commit()
    found = component(told(fresh), "tresen-kettle").get("pedigree", {})
    patches = [each["diff"]["text"]["content"] for each in found.get("patches", ())]
    commits = [each["uid"] for each in found.get("commits", ())]
    assert (commits, ["Add a berth" in each for each in patches], found.get("notes")) == (
        ([change.base], [True], f"Changed by {kettle.reference}.") if is_told else ([], [], None)
    )


@pytest.mark.parametrize(
    ("form", "start", "media_type"),
    [("json", b"{", "application/json"), ("xml", b"<", "application/octet-stream")],
)
def test_everybody_loads_the_bill_from_the_page_of_the_source(
    look: Look,
    install: Install,
    client: FlaskClient,
    form: str,
    start: bytes,
    media_type: str,
) -> None:
    look(install())
    address = f"/licensing/source/sbom.{form}"
    answer = client.get(address)
    page = client.get("/source").text
    assert (answer.status_code, answer.data[:1], answer.content_type, page.count(address)) == (
        *(200, start, media_type, 1),
    )


@pytest.mark.parametrize(
    ("words", "start", "status"),
    [
        ([], "{", cli.FOUND),
        (["--json"], "{", cli.FOUND),
        (["--xml"], "<", cli.FOUND),
        (["--xml", "--json"], "", 2),
    ],
)
def test_command_prints_the_bill(
    core: Core, look: Look, install: Install, words: list[str], start: str, status: int
) -> None:
    look(install())
    result = CliRunner().invoke(cli.source, ["sbom", *words], obj=lambda: core)
    assert (result.exit_code, result.stdout[:1]) == (status, start)


def test_bill_is_handed_out_only_so_often_in_an_hour(
    look: Look, install: Install, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_DOWNLOADS", 1)
    look(install())
    found = [client.get(f"/licensing/source/sbom.{form}").status_code for form in ("json", "xml")]
    assert found == [200, 429]


@pytest.mark.parametrize("form", ["yaml", "html", ""])
def test_bill_has_two_forms(client: FlaskClient, form: str) -> None:
    assert client.get(f"/licensing/source/sbom.{form}").status_code == 404


def test_agents_find_the_bill_beside_what_runs(
    look: Look, install: Install, agent: Person, sign_in: Callable[[Person], FlaskClient]
) -> None:
    look(install())
    page = sign_in(agent).get("/licensing/sources").text
    assert [page.count(f"/licensing/source/sbom.{form}") for form in ("json", "xml")] == [1, 1]
