# SPDX-License-Identifier: AGPL-3.0-or-later
"""Advisories are taken in from files, on the page and by the command; the last modified counts."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from records_of_osv import affected, record
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person
from tresen_licensing.advisories import importing, osv, queries
from tresen_licensing.advisories.cli import advisories
from tresen_licensing.advisories.files import Fault
from tresen_licensing.advisories.models import Advisory, NamedPackage
from tresen_licensing.advisories.service import Taken
from tresen_licensing.components.service import MATCH
from tresen_licensing.models import Base

Know = Callable[..., Taken]
Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
SignIn = Callable[[Person], FlaskClient]
NEWER = "2026-03-05T10:00:00Z"
PAGE = "/licensing/advisories/import"


def packed(**parts: bytes) -> bytes:
    """Return a zip of parts by name."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, body in parts.items():
            made.writestr(f"{name}.json", body)
    return out.getvalue()


def kept(desk: Desk) -> list[tuple[str, str]]:
    """Return ids and summaries of what is known, as the database has it."""
    desk.rollback()
    found = desk.session.execute(select(Advisory.osv_id, Advisory.summary).order_by(Advisory.id))
    return [(row[0], row[1]) for row in found]


def named(desk: Desk) -> list[str]:
    """Return the keys of all packages that are named."""
    return sorted(desk.session.scalars(select(NamedPackage.package)))


def waiting(desk: Desk) -> int:
    """Return how many comparisons of all releases wait."""
    job = Base.metadata.tables["queued_job"].c
    return len(desk.session.scalars(select(job.id).where(job.name == MATCH)).all())


def test_record_is_kept_with_its_gravity(agent_desk: Desk, agent: Person, know: Know) -> None:
    assert know() == Taken(new=1)
    (row,) = agent_desk.session.scalars(select(Advisory))
    assert (row.osv_id, row.score, row.rating, row.aliases, row.taken_in_by_id) == (
        *("TEST-1", 9.8, "critical", ["CVE-2026-1"], agent.id),
    )
    assert row.modified_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("modified", "taken", "summary"),
    [
        (NEWER, Taken(newer=1), "Newer"),
        ("2026-03-01T10:00:00Z", Taken(known=1), "The crane drops what it lifts"),
        ("2026-02-01T10:00:00Z", Taken(known=1), "The crane drops what it lifts"),
    ],
)
def test_last_modified_record_counts(
    agent_desk: Desk, know: Know, modified: str, taken: Taken, summary: str
) -> None:
    know()
    assert know(record(modified=modified, summary="Newer")) == taken
    assert kept(agent_desk) == [("TEST-1", summary)]


@pytest.mark.parametrize("turn", [1, -1])
def test_last_modified_of_one_file_counts(agent_desk: Desk, know: Know, turn: int) -> None:
    both = [record(summary="Old"), record(modified=NEWER, summary="New")]
    assert know(*both[::turn]) == Taken(new=1, known=1)
    assert kept(agent_desk) == [("TEST-1", "New")]


def test_newer_record_names_its_own_packages_alone(agent_desk: Desk, know: Know) -> None:
    know(record(affected=[affected(), affected(name="rope")]))
    before = named(agent_desk)
    know(record(modified=NEWER, affected=[affected(name="buoy")]))
    assert (before, named(agent_desk)) == (
        ["pkg:pypi/crane", "pkg:pypi/rope"],
        ["pkg:pypi/buoy"],
    )


def test_import_is_noted_and_releases_are_compared(agent_desk: Desk, journal: Journal) -> None:
    found = [osv.read(record()), Fault("b.json", "No.")]
    done = importing.take_in(agent_desk, found)
    again = importing.take_in(agent_desk, found[:1])
    agent_desk.commit()
    assert (done, again) == ((Taken(new=1), [found[1]]), (Taken(known=1), []))
    assert journal("licensing.advisories")[:3] == [
        ("imported", "new", None, 1),
        ("imported", "newer", None, 0),
        ("imported", "refused", None, 1),
    ]
    assert waiting(agent_desk) == 1


def test_many_records_are_taken_in_in_as_many_questions_for_each_step(
    agent_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "STEP", 2)
    found = [osv.read(record(f"TEST-{each}")) for each in range(5)]
    assert importing.take_in(agent_desk, found) == (Taken(new=5), [])
    assert queries.count(agent_desk) == 5


def send(browser: FlaskClient, body: bytes, name: str = "all.zip") -> Any:
    """Send a file by the form."""
    data = {"file": (BytesIO(body), name)}
    return browser.post(PAGE, data=data, content_type="multipart/form-data")


def test_agent_imports_one_record(desk: Desk, agent: Person, sign_in: SignIn) -> None:
    browser = sign_in(agent)
    answer = send(browser, json.dumps(record()).encode(), "a.json")
    page = browser.get("/licensing/advisories").text
    assert (answer.location, kept(desk)) == (
        "/licensing/advisories",
        [("TEST-1", "The crane drops what it lifts")],
    )
    assert page.count("One advisory is taken in, 0 were known already.") == 1


def test_what_is_refused_is_named_and_the_rest_kept(
    desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    body = packed(a=json.dumps(record()).encode(), b=b"{", c=b"{}")
    page = send(sign_in(agent), body)
    assert (page.status_code, kept(desk)) == (200, [("TEST-1", "The crane drops what it lifts")])
    said = ["2 files are refused", "b.json", "c.json", "It has no id", "One advisory is taken in"]
    assert [page.text.count(each) for each in said] == [1] * 5


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{}", "“all.zip” is refused. It has no id, as every advisory of OSV has."),
        (b"PK no", "“all.zip” is refused. The zip cannot be read."),
        (b"", "“all.zip” is refused. The file is no JSON"),
    ],
)
def test_file_that_is_refused_whole_leaves_the_form(
    desk: Desk, agent: Person, sign_in: SignIn, body: bytes, sentence: str
) -> None:
    answer = send(sign_in(agent), body)
    assert (answer.status_code, answer.text.count(sentence), kept(desk)) == (422, 1, [])


def test_form_without_a_file_is_refused(agent: Person, sign_in: SignIn) -> None:
    answer = sign_in(agent).post(PAGE, data={})
    assert (answer.status_code, answer.text.count("Choose a file.")) == (422, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a record, a zip of two and a file that is none of either."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json").write_text(json.dumps(record()))
    (tmp_path / "notes.txt").write_text("{")
    more = {each: json.dumps(record(each)).encode() for each in ("T-2", "T-3")}
    (tmp_path / "all.zip").write_bytes(packed(**more))
    return tmp_path


def test_command_imports_files_and_folders(desk: Desk, core: Core, folder: Path) -> None:
    done = CliRunner().invoke(advisories, ["import", str(folder)], obj=lambda: core)
    assert (done.exit_code, done.output) == (0, "3 new, 0 newer, 0 known already, 0 refused.\n")
    assert [each for each, _summary in kept(desk)] == ["T-2", "T-3", "TEST-1"]
    assert waiting(desk) == 1


def test_command_names_what_is_refused_and_keeps_the_rest(
    desk: Desk, core: Core, folder: Path
) -> None:
    bad, good = folder / "notes.txt", folder / "deep" / "a.json"
    words = ["import", str(bad), str(good), "--json"]
    done = CliRunner().invoke(advisories, words, obj=lambda: core)
    found = json.loads(done.output)
    (refused,) = found.pop("refused")
    assert (done.exit_code, found, refused["name"]) == (
        *(1, {"new": 1, "newer": 0, "known": 0}, str(bad)),
    )
    assert [each for each, _summary in kept(desk)] == ["TEST-1"]


def test_command_says_in_words_what_is_refused(core: Core, folder: Path) -> None:
    bad = folder / "notes.txt"
    done = CliRunner().invoke(advisories, ["import", str(bad)], obj=lambda: core)
    assert (done.exit_code, done.stdout) == (1, "0 new, 0 newer, 0 known already, 1 refused.\n")
    assert done.stderr.startswith(f"{bad}: The file is no JSON")


def test_command_without_a_file_is_no_call(core: Core, tmp_path: Path) -> None:
    calls = [["import"], ["import", str(tmp_path / "none")]]
    done = [CliRunner().invoke(advisories, each, obj=lambda: core) for each in calls]
    assert [each.exit_code for each in done] == [2, 2]
