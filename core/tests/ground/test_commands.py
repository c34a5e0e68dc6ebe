# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen` as it is typed: an installation is made, upgraded, looked through, and well refused."""

import stat
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tresen import cli
from tresen.config import option_names
from tresen.db import make_engine

Tresen = Callable[..., Result]


@pytest.fixture
def tresen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tresen]:
    """Return a function that runs `tresen` in an empty folder, without plugins."""
    monkeypatch.setenv("TRESEN_SAFE", "1")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.main, words, prog_name="tresen")

    with chdir(tmp_path):
        yield run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation that `tresen init` made; it is only looked at."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch, chdir(folder):
        patch.setenv("TRESEN_SAFE", "1")
        assert CliRunner().invoke(cli.main, ["init"]).exit_code == 0
    return folder


@pytest.fixture
def in_made(made: Path, tresen: Tresen) -> Iterator[Tresen]:
    """Return the function that runs `tresen` in that installation."""
    with chdir(made):
        yield tresen


def sql(folder: Path, statement: str) -> None:
    engine = make_engine(f"sqlite:///{folder / 'tresen-data' / 'tresen.sqlite3'}")
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_init_makes_folder_key_and_database(made: Path) -> None:
    names = {file.name.partition("-")[0] for file in (made / "tresen-data").iterdir()}
    assert names == {"secret.key", "tresen.sqlite3"}


def test_key_is_long_random_and_for_its_owner_alone(made: Path, tresen: Tresen) -> None:
    tresen("init")
    files = [made / "tresen-data" / "secret.key", Path("tresen-data") / "secret.key"]
    keys = [file.read_text("ascii") for file in files]
    assert [len(bytes.fromhex(key)) for key in keys] == [32, 32]
    assert keys[0] != keys[1]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]


def test_init_a_second_time_keeps_the_key_and_says_that_all_is_done(in_made: Tresen) -> None:
    key = Path("tresen-data/secret.key").read_text("ascii")
    assert in_made("init").output == "core: up to date\n"
    assert Path("tresen-data/secret.key").read_text("ascii") == key


@pytest.mark.parametrize("command", [("plugins", "list"), ("doctor",), ("worker",)])
def test_command_without_a_database_says_how_to_make_one(
    tresen: Tresen, command: tuple[str, ...]
) -> None:
    told = tresen(*command)
    reason = "unable to open database file"
    sentence = f"The database cannot be opened ({reason}): start it, or make one with tresen init."
    assert (told.exit_code, told.output) == (1, f"Error: {sentence}\n")


def test_upgrade_says_that_all_is_done(in_made: Tresen) -> None:
    assert in_made("upgrade").output == "core: up to date\n"


def test_doctor_of_a_new_installation_finds_nothing_bad(in_made: Tresen) -> None:
    result = in_made("doctor")
    states = [line.split()[0] for line in result.output.splitlines()]
    assert (result.exit_code, set(states) - {"good", "warning"}) == (0, set())
    # What wants attention stands last, beside the prompt.
    assert states == sorted(states, key=cli.SEVERITY.index)


@pytest.mark.parametrize("command", ["doctor", "worker", "serve"])
def test_database_that_was_never_made_is_refused_with_the_way_out(
    tresen: Tresen, command: str
) -> None:
    Path("tresen-data").mkdir()
    result = tresen(command, *(["--bind", "unix:x.sock"] if command == "serve" else []))
    assert result.exit_code == 1
    assert result.output.startswith("Error: The database lacks ")
    assert result.output.endswith(" revisions of core: tresen upgrade\n")


def test_database_of_a_newer_tresen_is_refused(tresen: Tresen) -> None:
    tresen("init")
    sql(Path(), "UPDATE schema_version_core SET version_num = '9999'")
    result = tresen("doctor")
    assert (result.exit_code, "9999" in result.output) == (1, True)
    assert "Traceback" not in result.output


def test_every_option_is_listed_with_its_meaning(in_made: Tresen) -> None:
    lines = in_made("config").output.splitlines()
    assert [line.partition(" = ")[0] for line in lines] == list(option_names())
    assert [line for line in lines if not line.partition("  # ")[2]] == []


@pytest.mark.parametrize("name", ["operator", "language"])
def test_one_option_is_listed_alone(
    in_made: Tresen, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TRESEN_OPERATOR", "Example Software")
    monkeypatch.setenv("TRESEN_LANGUAGE", "de@du")
    values = {"operator": "Example Software", "language": "de@du"}
    assert in_made("config", name).output.partition("  # ")[0] == f"{name} = {values[name]}"


@pytest.mark.parametrize(
    ("variable", "secret"),
    [
        ("TRESEN_SECRET_KEY", "correct-horse-battery"),
        ("TRESEN_SECRET_KEY_FALLBACKS", "correct-horse-battery"),
        ("TRESEN_SMTP_URL", "smtps://desk:correct-horse-battery@mail.example:465"),
        ("TRESEN_DATABASE_URL", "postgresql+psycopg://desk:correct-horse-battery@db/desk"),
    ],
)
def test_no_secret_is_ever_listed(
    in_made: Tresen, monkeypatch: pytest.MonkeyPatch, variable: str, secret: str
) -> None:
    monkeypatch.setenv(variable, secret)
    assert "correct-horse-battery" not in in_made("config").output


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("TRESEN_LANGUAGE", "fr", "Error: The option language does not take 'fr': en, de, de@du\n"),
        (
            "TRESEN_SAFE",
            "perhaps",
            "Error: The option safe does not take 'perhaps': Start without any plugin\n",
        ),
    ],
)
@pytest.mark.parametrize("command", ["doctor", "config", "upgrade"])
def test_wrong_option_is_one_line_whatever_was_asked(
    in_made: Tresen,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    variable: str,
    value: str,
    sentence: str,
) -> None:
    monkeypatch.setenv(variable, value)
    result = in_made(command)
    assert (result.exit_code, result.output) == (1, sentence)


@pytest.mark.parametrize(
    "words", [("nonsense",), ("people", "nonsense"), ("mail", "mailboxes", "nonsense")]
)
def test_unknown_command_is_refused_by_its_name(in_made: Tresen, words: tuple[str, ...]) -> None:
    result = in_made(*words)
    assert (result.exit_code, "No such command 'nonsense'" in result.output) == (2, True)


def test_help_names_the_commands_of_every_slice(in_made: Tresen) -> None:
    said = in_made("--help").output
    named = {line.split()[0] for line in said.partition("Commands:\n")[2].splitlines()}
    brought = {"jobs", "mail", "people", "plugins"}
    own = {"config", "demo", "doctor", "init", "serve", "upgrade", "worker"}
    assert brought | own <= named


@pytest.mark.parametrize("words", [(), ("people",), ("mail",), ("mail", "mailboxes"), ("jobs",)])
def test_group_alone_shows_its_help(in_made: Tresen, words: tuple[str, ...]) -> None:
    assert "Commands:" in in_made(*words).output


def test_people_are_added_listed_and_refused_twice(tresen: Tresen) -> None:
    tresen("init")
    given = ("people", "add", "Mia Berg", "Mia@Example.org", "--role", "agent", "--password")
    said = [tresen(*given, "a long first sentence") for _time in range(2)]
    assert [result.output for result in said] == [
        "Mia Berg <Mia@Example.org> can sign in as agent.\n",
        "Error: The address mia@example.org belongs to somebody already.\n",
    ]
    assert tresen("people", "list").output == "agent          Mia Berg <mia@example.org>\n"
    assert tresen("people", "list", "--role", "customer").output == ""


def test_short_password_adds_nobody(tresen: Tresen) -> None:
    tresen("init")
    result = tresen("people", "add", "Mia", "mia@example.org", "--password", "short")
    assert result.output == "Error: A password has between 12 and 1024 characters.\n"
    assert tresen("people", "list").output == ""


def test_password_of_nobody_is_refused_with_the_way_out(in_made: Tresen) -> None:
    given = ("people", "password", "no@example.org", "--password", "a long first sentence")
    assert in_made(*given).output == (
        "Error: Nobody has the address no@example.org; `tresen people list` lists them.\n"
    )
