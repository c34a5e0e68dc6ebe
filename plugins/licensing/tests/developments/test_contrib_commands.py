# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib` does what the pages do, and says by its exit status how it stands."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing import hooks
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.bundles import verify
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import cli, queries
from tresen_licensing.developments.models import Development
from tresen_licensing.waivers.models import Waiver

Deploy = Callable[..., Any]
Run = Callable[..., Result]


@pytest.fixture
def run(core: Core) -> Run:
    """Return a function that runs one of the commands on the core of the test."""
    _source, contrib = hooks.cli_commands()

    def go(*words: str) -> Result:
        return CliRunner().invoke(contrib, words, obj=lambda: core)

    return go


def rows_of(core: Core) -> list[tuple[str, str, str]]:
    """Return reference, title and state of every development."""
    with desk_for(core) as desk:
        found = desk.session.scalars(select(Development).order_by(Development.id))
        return [(each.reference, each.title, each.state) for each in found]


def told(result: Result) -> tuple[int, str, str]:
    """Return status, output and complaint of a command."""
    return result.exit_code, result.stdout.strip(), result.stderr.strip()


def test_commands_are_these() -> None:
    _source, contrib = hooks.cli_commands()
    names = sorted(contrib.commands)  # type: ignore[attr-defined]  # a group
    known = ["bundle", "due", "embargo", "import", "new", "start", "verify", "waive"]
    assert (contrib.name, [each for each in names if each in known]) == ("contrib", known)


def test_new_begins_a_development_of_a_ticket(
    core: Core, desk: Desk, run: Run, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    result = run("new", "A berth", "--customer", "Kunde GmbH", "--ticket", str(ticket.number))
    with desk_for(core) as opened:
        row = queries.development(opened, "CD-2026-0001")
        linked = [each.id for each in queries.tickets_of(opened, row.id)]
    assert (told(result), linked) == ((0, "CD-2026-0001", ""), [ticket.id])


def test_new_answers_programs_as_json(run: Run, customer: Person) -> None:
    result = run("new", "A berth", "--customer", "Kunde GmbH", "--kind", "fix", "--json")
    assert json.loads(result.stdout) == {"reference": "CD-2026-0001"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "A", "--customer", "Nobody"), "There is no organisation Nobody."),
        (("start", "CD-1"), "There is no development CD-1."),
        (("bundle", "CD-1"), "There is no development CD-1."),
        (
            ("embargo", "CD-1", "--until", "2026-05-01", "--because", "x"),
            "There is no development CD-1.",
        ),
    ],
)
@pytest.mark.usefixtures("customer")
def test_what_is_refused_is_said_and_ends_with_two(
    core: Core, run: Run, words: tuple[str, ...], sentence: str
) -> None:
    assert (told(run(*words)), rows_of(core)) == ((2, "", sentence), [])


def test_new_of_a_ticket_that_is_not_there_begins_nothing(
    core: Core, run: Run, customer: Person
) -> None:
    result = run("new", "A", "--customer", "Kunde GmbH", "--ticket", "999")
    assert (result.exit_code, rows_of(core)) == (2, [])


def test_start_takes_the_first_step(core: Core, run: Run, customer: Person) -> None:
    run("new", "A berth", "--customer", "Kunde GmbH")
    result, again = run("start", "CD-2026-0001"), run("start", "CD-2026-0001")
    rows = [("CD-2026-0001", "A berth", "in_development")]
    assert (told(result), again.exit_code, rows_of(core)) == ((0, "", ""), 2, rows)


def test_import_takes_a_folder_of_patches_as_one_version(
    core: Core, run: Run, development: Development, repo: Any, tmp_path: Path
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"a": b"a\n"}, "First")
    repo.commit({"b": b"b\n"}, "Second")
    repo.git("format-patch", f"--base={base}", "-o", str(tmp_path / "out"), f"{base}..HEAD")
    result = run("import", development.reference, str(tmp_path / "out"), "--json")
    with desk_for(core) as desk:
        (kept,) = desk.session.scalars(select(ChangeSet)).all()
    facts = {"reference": development.reference, "version": 1, "sha512": kept.sha512}
    assert (json.loads(result.stdout), kept.base) == (facts, base)


def test_import_says_why_it_takes_nothing(
    run: Run, development: Development, series: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.mbox").write_bytes(series)
    other = "5" * 40
    result = run("import", development.reference, str(tmp_path / "a.mbox"), "--base", other)
    assert (result.exit_code, "name another base" in result.stderr) == (2, True)


def test_due_ends_with_one_once_something_is_overdue(
    run: Run, desk: Desk, development: Development, deploy: Deploy, clock: SteppedClock
) -> None:
    before = run("due")
    deploy()
    desk.commit()
    running = run("due")
    clock.go(days=31)
    late = run("due")
    sentence = f"{development.reference}: It runs outside since Mar 10, 2026: 30 days are left to"
    assert (told(before), running.exit_code, running.stdout[:70], late.exit_code) == (
        (0, "", ""),
        0,
        f"{sentence} publish it."[:70],
        1,
    )


def test_due_tells_programs_the_days(
    run: Run, desk: Desk, development: Development, deploy: Deploy
) -> None:
    deploy()
    desk.commit()
    (line,) = json.loads(run("due", "--json").stdout)
    assert line == {
        "reference": development.reference,
        "title": development.title,
        "state": "in_development",
        "standing": "running",
        "started_on": "2026-03-10",
        "due_on": "2026-04-09",
    }


def test_embargo_is_kept_within_the_agreement(
    core: Core, run: Run, development: Development
) -> None:
    words = ("embargo", development.reference, "--because", "A fault")
    good, bad = run(*words, "--until", "2026-05-01"), run(*words, "--until", "2027-05-01")
    with desk_for(core) as desk:
        until = queries.development(desk, development.reference).embargoed_until
    assert (good.exit_code, bad.exit_code, until) == (0, 2, date(2026, 5, 1))


def test_waiver_is_asked_for_by_a_person(
    core: Core, run: Run, desk: Desk, development: Development, agent: Person
) -> None:
    until = (desk.today() + timedelta(days=30)).isoformat()
    words = ("waive", development.reference, "--reason", "secret", "--because", "A key")
    result = run(*words, "--until", until, "--as", "anna@tresen.example")
    with desk_for(core) as opened:
        (made,) = opened.session.scalars(select(Waiver)).all()
    assert (told(result), made.asked_by_id, made.granted_at) == ((0, "", ""), agent.id, None)


@pytest.mark.parametrize("address", ["nobody@tresen.example", "karla@kunde.example"])
def test_waiver_is_not_asked_for_by_anybody_else(
    run: Run, development: Development, customer: Person, address: str
) -> None:
    words = ("waive", development.reference, "--reason", "secret", "--because", "A key")
    result = run(*words, "--until", "2026-05-01", "--as", address)
    assert told(result) == (2, "", f"{address} is no agent's address.")


@pytest.mark.usefixtures("change", "agreement")
def test_bundle_is_written_and_verified(run: Run, development: Development, tmp_path: Path) -> None:
    out, key = tmp_path / "proof.zip", tmp_path / "key.pub"
    written = run("bundle", development.reference, "--out", str(out))
    key.write_bytes(verify.Bundle(out.read_bytes()).files["signer.pub"])
    good = run("verify", str(out), "--signer", str(key))
    out.write_bytes(out.read_bytes()[:-30])
    bad = run("verify", str(out))
    counted = good.stdout.count("PASS"), bad.stdout.count("FAIL")
    assert (told(written), good.exit_code, bad.exit_code, counted) == (
        (0, str(out), ""),
        0,
        1,
        (len(verify.CHECKS), 1),
    )


def test_bundle_bears_the_references_name_by_itself(
    run: Run, development: Development, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("bundle", development.reference)
    assert [each.name for each in tmp_path.glob("*.zip")] == [f"{development.reference}.zip"]


def test_exit_statuses_are_those_of_the_sources_commands(agreement: Agreement) -> None:
    assert (cli.CLEAN, cli.FOUND, cli.WRONG) == (0, 1, 2)
