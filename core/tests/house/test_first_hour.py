# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tutorial is true: its files are written, its commands are run, and the desk is as it says.

The steps in the browser have tests of their own.
"""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from architecture.tree import ROOT
from click.testing import CliRunner
from mail.letters import process
from tresen import app as application
from tresen.cli import main
from tresen.mail.reading.parser import Parser

PAGE = (ROOT / "docs" / "tutorials" / "first-hour.md").read_text("utf-8")
FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^ {4,7}tresen (.*)$", re.MULTILINE)
# What needs another terminal, or a mailbox out in the world.
NOT_HERE = ("serve", "help@example.com")

Said = dict[str, str]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Said]:
    """Run the page's commands, in its order; return what each said when it ran last."""
    folder = tmp_path_factory.mktemp("my-desk")
    for name, text in FILE.findall(PAGE):
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, chdir(folder):
        for name in [name for name in os.environ if name.startswith("TRESEN_")]:
            patch.delenv(name)
        yield {command: run(command) for command in COMMAND.findall(PAGE) if is_for_us(command)}


def is_for_us(command: str) -> bool:
    return not any(word in command for word in NOT_HERE)


def run(command: str) -> str:
    """Run one command as a shell would; the worker then does what it left."""
    words, _, file = command.partition(" < ")
    given = Path(file).read_bytes() if file else b"a long first sentence\n" * 2
    result = CliRunner().invoke(main, shlex.split(words), input=given, prog_name="tresen")
    assert result.exit_code == 0, f"{command}\n{result.output}"
    core, parser = application.create_core(), Parser()
    if command.startswith("mail take"):
        process(core, parser)
    parser.close()
    core.engine.dispose()
    return result.output


def test_every_command_that_reaches_out_comes_last(said: Said) -> None:
    left = [command for command in COMMAND.findall(PAGE) if command not in said]
    assert [command.split()[0] for command in left] == ["serve", "mail", "mail"]


def test_first_commands_make_an_installation(said: Said) -> None:
    first, *schemas = said["init"].splitlines()
    assert first == "Made tresen-data/secret.key: keep a copy of it with every backup."
    assert schemas[0].startswith("core: 0001, 0002")


def test_people_of_the_page_can_sign_in(said: Said) -> None:
    assert said["people list"].splitlines() == [
        "administrator  Ada Lind <ada@example.org>",
        "agent          Jan Sohn <jan@example.org>",
        "agent          Mia Berg <mia@example.org>",
    ]


def test_mailbox_of_the_page_is_added_without_a_server(said: Said) -> None:
    added = 'mail mailboxes add service@example.org --name "Example service"'
    assert said[added] == "Added service@example.org.\n"


def test_mails_of_the_page_are_counted_as_it_says(said: Said) -> None:
    (promised,) = re.findall(r"`(2 mails came in: [^`]+)`", PAGE)
    (books,) = [line for line in said["doctor"].splitlines() if "mail_books" in line]
    assert books.split(": ", 1)[1] == promised


def test_answer_of_the_page_lands_on_the_ticket_of_the_first_mail(said: Said) -> None:
    assert said["mail take --to service@example.org < answer.eml"] == ""
    core = application.create_core()
    with core.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, ticket_id FROM message").all()
    core.engine.dispose()
    assert [tuple(row) for row in rows] == [(1, 1), (2, 1)]
