# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing contrib` does what the pages do, and says by its exit status how it stands."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select
from tresen.sdk import Core, Desk, Missing, Person, Refused, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing import commands, hooks
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.bundles import verify
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import queries
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.networks.faults import Fault
from tresen_licensing.waivers.models import Waiver

Deploy = Callable[..., Any]
Run = Callable[..., Result]


def rows_of(core: Core) -> list[tuple[str, str, str]]:
    """Return reference, title and state of every development."""
    with desk_for(core) as desk:
        found = desk.session.scalars(select(Development).order_by(Development.id))
        return [(each.reference, each.title, each.state) for each in found]


def told(result: Result) -> tuple[int, str, str]:
    """Return status, output and complaint of a command."""
    return result.exit_code, result.stdout.strip(), result.stderr.strip()


def test_commands_are_these() -> None:
    _source, contrib, _advisories = hooks.cli_commands()
    names = sorted(contrib.commands)  # type: ignore[attr-defined]  # a group
    known = ["badge", "bundle", "check", "clear", "due", "embargo", "import", "new", "propose"]
    known += ["publish", "report", "runs", "start", "sync", "verify", "waive"]
    assert (contrib.name, names) == ("contrib", known)


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


def test_import_takes_a_bundle_of_one_branch(
    core: Core, run: Run, development: Development, repo: Any, tmp_path: Path
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "berths")
    repo.commit({"a": b"a\n"}, "First")
    file = tmp_path / "berths.bundle"
    file.write_bytes(repo.bundle("--all"))
    words = "import", development.reference, str(file), "--branch", "berths", "--base", base
    result = run(*words, "--json")
    with desk_for(core) as desk:
        (kept,) = desk.session.scalars(select(ChangeSet)).all()
    facts = {"reference": development.reference, "version": 1, "sha512": kept.sha512}
    assert (json.loads(result.stdout), kept.base) == (facts, base)


def test_import_fetches_a_branch_from_where_it_may(
    core: Core, run: Run, development: Development, repo: Any
) -> None:
    words = "import", development.reference, "--branch", "main", "--from", f"file://{repo.folder}"
    result = run(*words)
    said = "The operator allows no folder of this machine that holds it."
    assert (result.exit_code, said in result.stderr) == (2, True)
    with desk_for(core) as desk:
        assert desk.session.scalars(select(ChangeSet)).all() == []


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refused("No."), 2),
        (Missing("Nowhere."), 2),
        (Fault("Not now.", 503), 3),
        (Fault("Never.", 403), 2),
        (Fault("Nobody answers."), 3),
    ],
)
def test_what_only_the_network_kept_from_being_done_ends_with_three(
    core: Core, capsys: pytest.CaptureFixture[str], refusal: Refused, status: int
) -> None:
    with pytest.raises(SystemExit) as ended, commands.reading(lambda: core):
        raise refusal
    assert (ended.value.code, capsys.readouterr().err) == (status, f"{refusal.sentence}\n")


def test_import_of_nothing_is_no_call(run: Run, development: Development) -> None:
    result = run("import", development.reference)
    assert (result.exit_code, "Name PATCHES or --branch." in result.stderr) == (2, True)


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
    found = commands.CLEAN, commands.FOUND, commands.WRONG, commands.NETWORK
    assert found == (0, 1, 2, 3)


def test_start_tells_programs_the_state(run: Run, customer: Person) -> None:
    run("new", "A berth", "--customer", "Kunde GmbH")
    result = run("start", "CD-2026-0001", "--json")
    facts = {"reference": "CD-2026-0001", "state": "in_development"}
    assert (result.exit_code, json.loads(result.stdout)) == (0, facts)


def test_embargo_tells_programs_its_day(run: Run, development: Development) -> None:
    words = ("--because", "A fault", "--until", "2026-05-01", "--json")
    result = run("embargo", development.reference, *words)
    facts = {"reference": development.reference, "embargoed_until": "2026-05-01"}
    assert (result.exit_code, json.loads(result.stdout)) == (0, facts)


def test_waive_tells_programs_what_was_asked_for(
    run: Run, development: Development, agent: Person
) -> None:
    words = ("--reason", "secret", "--because", "A key", "--until", "2026-05-01", "--json")
    result = run("waive", development.reference, *words, "--as", "anna@tresen.example")
    facts = {"reference": development.reference, "reason": "secret", "until": "2026-05-01"}
    assert (result.exit_code, json.loads(result.stdout)) == (0, facts)


@pytest.mark.usefixtures("change")
def test_bundle_and_verify_tell_programs_what_holds(
    run: Run, development: Development, tmp_path: Path
) -> None:
    out = tmp_path / "proof.zip"
    written = json.loads(run("bundle", development.reference, "--out", str(out), "--json").stdout)
    checked = json.loads(run("verify", str(out), "--json").stdout)
    digest = hashlib.sha512(out.read_bytes()).hexdigest()
    facts = {"reference": development.reference, "file": str(out), "sha512": digest}
    first = {"number": "", "holds": True, "faults": []}
    assert (written, checked["file"], checked["holds"], len(checked["promises"])) == (
        *(facts, str(out), True, len(verify.CHECKS)),
    )
    assert checked["promises"][0] == first | {"promise": verify.CHECKS[0][2]}


def test_verify_tells_programs_of_no_bundle(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no zip")
    result = run("verify", str(tmp_path / "a.zip"), "--json")
    told_ = json.loads(result.stdout)
    assert (result.exit_code, told_["holds"], told_["promises"]) == (1, False, [])


def test_verify_tells_programs_which_promise_does_not_hold(
    run: Run, development: Development, tmp_path: Path
) -> None:
    out = tmp_path / "proof.zip"
    run("bundle", development.reference, "--out", str(out))
    files = verify.Bundle(out.read_bytes()).files | {"README": b"Other words."}
    out.write_bytes(verify.packed(files))
    result = run("verify", str(out), "--json")
    found = [each["faults"] for each in json.loads(result.stdout)["promises"] if each["faults"]]
    assert (result.exit_code, found) == (1, [["README"]])


def test_bundle_that_can_not_be_written_says_why(
    run: Run, development: Development, tmp_path: Path
) -> None:
    result = run("bundle", development.reference, "--out", str(tmp_path / "no" / "a.zip"))
    assert (result.exit_code, result.stdout, "No such file" in result.stderr) == (2, "", True)


def test_journal_names_who_acted(
    core: Core, run: Run, agent: Person, customer: Person, repo: Any, tmp_path: Path
) -> None:
    who = ("--as", "anna@tresen.example")
    run("new", "A berth", "--customer", "Kunde GmbH", *who)
    run("start", "CD-2026-0001", *who)
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"a": b"a\n"}, "First")
    (tmp_path / "a.mbox").write_bytes(repo.series(base))
    run("import", "CD-2026-0001", str(tmp_path / "a.mbox"), *who)
    run("embargo", "CD-2026-0001", "--because", "A fault", "--until", "2026-05-01", *who)
    with desk_for(core) as desk:
        row = queries.development(desk, "CD-2026-0001")
        actors = [each.actor_id for each in entries_of(desk, row.id)]
        (change,) = desk.session.scalars(select(ChangeSet)).all()
    assert (set(actors), len(actors), change.made_by_id) == ({agent.id}, 4, agent.id)


@pytest.mark.parametrize("command", [("new", "A", "--customer", "Kunde GmbH"), ("start", "CD-1")])
def test_nobody_acts_as_a_customer_or_as_who_left(
    core: Core, run: Run, desk: Desk, agent: Person, customer: Person, command: tuple[str, ...]
) -> None:
    agent.is_active = False
    desk.commit()
    found = [run(*command, "--as", each) for each in ("karla@kunde.example", "anna@tresen.example")]
    assert ([each.exit_code for each in found], rows_of(core)) == ([2, 2], [])


def test_commands_speak_the_language_of_the_installation(
    core: Core, run: Run, customer: Person
) -> None:
    core.config = replace(core.config, language="de")
    result = run("new", "A", "--customer", "Nobody")
    assert told(result) == (2, "", "Es gibt keine Organisation Nobody.")


def test_every_command_answers_programs() -> None:
    source, contrib, advisories = hooks.cli_commands()
    groups: list[Any] = [source, contrib, advisories]
    names = {name: each.params for group in groups for name, each in group.commands.items()}
    mute = [name for name, params in names.items() if "is_json" not in {p.name for p in params}]
    assert mute == []
