# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen licensing source` says in words, as JSON and by its exit status whether all is well."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from tresen.sdk import Core, desk_for
from tresen_licensing import hooks
from tresen_licensing.sources import cli, distributions, queries
from tresen_licensing.sources.distributions import Running
from tresen_licensing.sources.models import RunningDistribution, SourceArchive

Install = Callable[..., Running]
Look = Callable[..., int]
Run = Callable[..., Result]
FIRST = "Nobody looked yet what runs here. Start a worker."


@pytest.fixture
def run(core: Core) -> Run:
    """Return a function that runs one of the commands on the core of the test."""

    def go(*words: str) -> Result:
        return CliRunner().invoke(cli.source, words, obj=lambda: core)

    return go


@pytest.fixture
def own(core: Core, install: Install) -> list[Running]:
    """Return Tresen and its plugins as they run, each with the small distribution's files."""
    one, names = install(), distributions.own_names(core)
    found = distributions.installed(names).items()
    return [
        replace(one, origin=replace(one.origin, name=each.name, version=each.version))
        for name, each in found
        if name in names
    ]


def answered(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_commands_of_the_source_are_five() -> None:
    group, _contrib, _advisories = hooks.cli_commands()
    commands = sorted(group.commands)  # type: ignore[attr-defined]  # it is a group
    assert (group.name, commands) == (
        "source",
        ["manifest", "pack", "sbom", "serve-check", "verify"],
    )


def test_manifest_before_the_first_look_is_a_finding(run: Run) -> None:
    result = run("manifest")
    assert (result.exit_code, result.stdout, result.stderr) == (cli.FOUND, "", f"{FIRST}\n")


def test_manifest_lists_what_runs(run: Run, own: list[Running], look: Look) -> None:
    look(*own)
    result = run("manifest")
    lines = result.stdout.splitlines()
    line = "tresen 0.1.0: unmodified, AGPL-3.0-or-later, "
    assert (result.exit_code, len(lines), lines[0].startswith(line)) == (cli.CLEAN, len(own), True)


def test_manifest_says_where_no_licence_is_named(
    run: Run, own: list[Running], look: Look, core: Core
) -> None:
    look(*own)
    with desk_for(core, write=True) as desk:
        desk.session.execute(update(RunningDistribution).values(licence="", archive_id=None))
    assert run("manifest").stdout.splitlines()[0] == "tresen 0.1.0: unmodified, no licence, -"


def test_manifest_answers_as_json(run: Run, own: list[Running], look: Look) -> None:
    look(*own)
    told = answered(run("manifest", "--json"))
    assert (told["findings"], sorted(row["name"] for row in told["distributions"])) == (
        *([], sorted(each.origin.name for each in own)),
    )


def test_manifest_packs_nothing(run: Run, core: Core) -> None:
    run("manifest")
    with desk_for(core) as desk:
        assert list(queries.running(desk)) == []


@pytest.mark.parametrize(
    "words", [("nothing",), ("manifest", "--xml"), ("verify", "something"), ()], ids=str
)
def test_call_that_is_none_exits_with_two(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_pack_packs_what_really_runs_and_verify_finds_it_packed(run: Run, core: Core) -> None:
    told = answered(run("pack", "--json"))
    mine = [row for row in told["distributions"] if row["is_own"]]
    found = answered(run("verify", "--json"))["findings"]
    assert all(row["archive"] for row in mine)
    assert {row["name"] for row in mine} >= {"tresen", "tresen-licensing"}
    assert [sentence for sentence in found if "otherwise" in sentence or "hash" in sentence] == []


def test_verify_finds_what_runs_otherwise_than_it_is_packed(
    run: Run, own: list[Running], look: Look
) -> None:
    # What is packed here are the small distribution's files, under the names of what runs.
    look(*own)
    found = answered(run("verify", "--json"))["findings"]
    text = "tresen 0.1.0 runs otherwise than it is packed: source pack packs it."
    assert text in found


def test_verify_exits_with_one_where_it_found_something(
    run: Run, own: list[Running], look: Look
) -> None:
    look(*own)
    assert run("verify").exit_code == cli.FOUND


def test_verify_finds_an_archive_that_is_not_what_was_packed(
    run: Run, own: list[Running], look: Look, core: Core
) -> None:
    look(*own)
    with desk_for(core, write=True) as desk:
        mine = SourceArchive.name == "tresen"
        desk.session.execute(update(SourceArchive).where(mine).values(sha512="0" * 128))
    found = answered(run("verify", "--json"))["findings"]
    assert "The archive of tresen 0.1.0 is not what it was when it was packed." in found


def test_serve_check_finds_the_offer_of_a_running_service(
    run: Run, own: list[Running], look: Look, live_address: str
) -> None:
    look(*own)
    result = run("serve-check", "--at", live_address, "--json")
    assert (result.exit_code, answered(result)["findings"]) == (cli.CLEAN, [])


def test_serve_check_finds_an_archive_that_arrives_otherwise(
    run: Run, own: list[Running], look: Look, core: Core, live_address: str
) -> None:
    look(*own)
    with desk_for(core, write=True) as desk:
        mine = SourceArchive.name == "tresen"
        desk.session.execute(update(SourceArchive).where(mine).values(sha512="0" * 128))
    result = run("serve-check", "--at", live_address)
    text = "The archive of tresen arrives with another SHA-512 than is shown.\n"
    assert (result.exit_code, result.stderr) == (cli.FOUND, text)


def test_serve_check_exits_with_three_where_nobody_answers(run: Run) -> None:
    # Port 9 is that of discard, which nobody serves (RFC 863).
    result = run("serve-check", "--at", "http://127.0.0.1:9")
    assert (result.exit_code, "http://127.0.0.1:9 cannot be reached" in result.stderr) == (
        *(cli.NETWORK, True),
    )
