# SPDX-License-Identifier: AGPL-3.0-or-later
"""Old code on a newer schema refuses with one sentence at every door, and changes nothing."""

import io
import subprocess
import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from hooks.workshop import HOOK, Workshop
from sqlalchemy import text
from tresen.cli import main
from tresen.config import Config
from tresen.desk import Core
from upgrade.conftest import at_revision
from upgrade.schema import schema_of

SENTENCE = (
    "The database is at revision 9999 of core, newer than the installed code: install the version "
    "that made it, or restore the backup from before."
)
STEP = 'revision = "0001"\ndown_revision = None\ndef upgrade(): ...\n'
COMMANDS = (
    "upgrade",
    "upgrade --plan",
    "upgrade --plan --rehearse",
    "init",
    "worker",
    "doctor",
    "jobs list",
    "jobs retry 1",
    "mail held",
    "mail replay 1",
    "mail mailboxes list",
    "mail mailboxes fetch desk@tresen.example",
    "plugins disable pilot_service",
    "plugins purge gone --yes",
    "plugins orphans",
)


@pytest.fixture
def newer(
    monkeypatch: pytest.MonkeyPatch, core: Core, config: Config, workshop: Workshop
) -> Iterator[Core]:
    """Return a core whose database a later version has upgraded."""
    monkeypatch.setenv("TRESEN_DATABASE_URL", config.database_url)
    monkeypatch.setenv("TRESEN_DATA_DIR", str(config.data_dir))
    monkeypatch.setenv("TRESEN_SECRET_KEY", config.secret_key)
    monkeypatch.chdir(workshop.folder)
    with at_revision(core, "9999"):
        yield core


def tresen(words: str) -> Result:
    return CliRunner().invoke(main, words.split())


@pytest.mark.parametrize("words", COMMANDS)
def test_command_refuses_and_changes_nothing(newer: Core, words: str) -> None:
    before = schema_of(newer.engine)
    result = tresen(words)
    # `tresen init` makes its key first, and says so.
    said = [line for line in result.output.splitlines() if not line.startswith("Made ")]
    assert (result.exit_code, said) == (1, [f"Error: {SENTENCE}"])
    assert schema_of(newer.engine) == before


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize(
    "words",
    [
        ["-m", "tresen", "serve", "--bind", "unix:x.sock"],
        ["-c", "import tresen.app as a; a.wsgi()"],
    ],
)
def test_web_process_refuses(words: list[str]) -> None:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].endswith(f": {SENTENCE}")


def test_mail_from_a_pipe_stays_with_its_server(newer: Core) -> None:
    words = ["mail", "take", "--to", "desk@tresen.example"]
    result = CliRunner().invoke(main, words, input=io.BytesIO(b"Subject: late\n\nwords"))
    assert result.exit_code == 75
    assert result.output == f"Not stored, try again later: {SENTENCE}\n"


@pytest.mark.usefixtures("upgrade")
def test_plugin_on_a_newer_schema_is_set_aside_alone_everywhere(
    workshop: Workshop, core: Core
) -> None:
    files = {"migrations/0001_step.py": STEP}
    workshop.make("ahead", f"{HOOK}def permissions(): return []\n", **files)
    with core.engine.begin() as connection:
        connection.execute(text("CREATE TABLE schema_version_ahead (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO schema_version_ahead VALUES ('0005')"))
    sentence = SENTENCE.replace("9999 of core", "0005 of ahead")
    assert f"ahead                    1            will be paused: {sentence}\n" in (
        tresen("upgrade --plan").output
    )
    upgrade = tresen("upgrade")
    assert upgrade.exit_code == 1
    assert f"ahead: not upgraded: {sentence}\n" in upgrade.output
    doctor, listed = tresen("doctor"), tresen("plugins list")
    assert (doctor.exit_code, listed.exit_code) == (0, 0)
    assert f"warning  ahead: {sentence}\n" in doctor.output
    assert sentence in listed.output
