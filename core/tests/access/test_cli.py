# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen people` on a real installation of its own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tresen.access import service
from tresen.app import create_core
from tresen.cli import main
from tresen.desk import desk_for

PASSWORD = "a sentence is a fine password"


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    made = CliRunner(env={"TRESEN_DATA_DIR": str(tmp_path), "TRESEN_SAFE": "1"})
    made.invoke(main, ["init"])
    return made


def run(runner: CliRunner, *words: str) -> tuple[int, str]:
    result = runner.invoke(main, ["people", *words])
    return result.exit_code, result.output


def test_first_administrator_is_added_and_can_sign_in(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    added = run(
        runner, "add", "Ada", "ada@x.example", "--role", "administrator", "--password", PASSWORD
    )
    monkeypatch.setenv("TRESEN_DATA_DIR", str(tmp_path))
    with desk_for(create_core()) as desk:
        person = service.check_password(desk, "ada@x.example", PASSWORD)
    assert added == (0, "Ada <ada@x.example> can sign in as administrator.\n")
    assert person is not None
    assert person.role == "administrator"


def test_people_are_listed_by_role(runner: CliRunner) -> None:
    run(runner, "add", "Ada", "ada@x.example", "--role", "agent", "--password", PASSWORD)
    run(runner, "add", "Kim", "kim@x.example", "--password", PASSWORD)
    assert [run(runner, "list", "--role", role)[1] for role in ("agent", "customer")] == [
        "agent          Ada <ada@x.example>\n",
        "customer       Kim <kim@x.example>\n",
    ]


def test_password_is_set_anew(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run(runner, "add", "Ada", "ada@x.example", "--password", PASSWORD)
    code, said = run(runner, "password", "ada@x.example", "--password", "another sentence here")
    monkeypatch.setenv("TRESEN_DATA_DIR", str(tmp_path))
    with desk_for(create_core()) as desk:
        found = service.check_password(desk, "ada@x.example", "another sentence here")
    assert (code, said, found is not None) == (0, "The password of Ada is set.\n", True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("password", "no@x.example", "--password", PASSWORD), "Nobody has the address"),
        (("add", "A", "a@x.example", "--password", "short"), "A password has between 12"),
    ],
)
def test_refusal_is_a_sentence(runner: CliRunner, words: tuple[str, ...], sentence: str) -> None:
    code, said = run(runner, *words)
    assert (code, sentence in said, "Traceback" in said) == (1, True, False)


@pytest.fixture
def kim(runner: CliRunner) -> str:
    """Return the address of a customer."""
    run(runner, "add", "Kim", "kim@x.example", "--password", PASSWORD)
    return "kim@x.example"


def test_person_is_exported_to_the_screen(runner: CliRunner, kim: str) -> None:
    code, said = run(runner, "export", kim)
    rows = {each["title"]: each["rows"] for each in json.loads(said)["data"]}
    assert (code, [row["address"] for row in rows["Mail addresses"]]) == (0, [kim])


def test_person_is_exported_into_a_new_file_only(
    runner: CliRunner, kim: str, tmp_path: Path
) -> None:
    file = tmp_path / "kim.json"
    first, second = (run(runner, "export", kim, "--to", str(file)) for _time in range(2))
    assert first == (0, f"All that is kept about {kim} is in {file}.\n")
    assert second == (1, f"Error: {file} cannot be written: File exists.\n")
    assert json.loads(file.read_text("utf-8"))["format"] == "tresen-person-export-1"


def test_person_is_erased_after_a_question(runner: CliRunner, kim: str) -> None:
    asked = runner.invoke(main, ["people", "erase", kim], input="n\n")
    assert (asked.exit_code, "It cannot be undone." in asked.output) == (1, True)
    assert run(runner, "list")[1] == "customer       Kim <kim@x.example>\n"
    code, said = run(runner, "erase", kim, "--yes")
    assert (code, said) == (0, f"Whoever had the address {kim} is erased.\n")
    assert run(runner, "list")[1] == ""


@pytest.mark.parametrize("verb", ["export", "erase"])
def test_nobody_has_nothing(runner: CliRunner, verb: str) -> None:
    code, said = run(runner, verb, "nobody@x.example")
    assert (code, "Nobody has the address nobody@x.example" in said) == (1, True)
