# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin's row may be the only one that needs a file, and then it is enough."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from hooks.workshop import TABLE, Workshop
from sqlalchemy import func, insert, select
from sqlalchemy.orm import close_all_sessions
from tresen import sdk
from tresen.access import service as access
from tresen.db import metadata
from tresen.desk import Core, Desk, desk_for
from tresen.files import privacy
from tresen.files.models import Blob, StoredFile
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets.models import MessageFile

Start = Callable[[], Core]
COLUMN = (
    "file_id: Mapped[int | None] = mapped_column("
    "ForeignKey('stored_file.id', ondelete={!r}), index=True)"
)
GIF = b"GIF89a" + bytes((2, 0, 3, 0)) + b"\x00\x00\x00;"


@pytest.fixture
def album(workshop: Workshop, lenient: Start) -> Iterator[Callable[[str], Core]]:
    """Return a function that starts a core with a plugin whose row points at a file."""
    with ExitStack() as made:

        def start(rule: str) -> Core:
            workshop.make("album", TABLE.format(base="album", column=COLUMN.format(rule)))
            core = lenient()
            table = metadata.tables["album_thing"]
            table.create(core.engine)
            # PostgreSQL's database is that of all tests, so the table goes with its own.
            made.callback(table.drop, core.engine)
            made.callback(close_all_sessions)
            return core

        yield start


def uploaded(desk: Desk, person: Person, body: bytes = GIF) -> StoredFile:
    own = replace(desk, actor=access.actor_for(desk, person))
    return sdk.store_file(own, "a.gif", "image/gif", body)


def keep(desk: Desk, file: StoredFile) -> None:
    desk.session.execute(insert(metadata.tables["album_thing"]).values(file_id=file.id))


def counts(desk: Desk) -> list[int | None]:
    return [desk.session.scalar(select(func.count()).select_from(m)) for m in (StoredFile, Blob)]


def rows(desk: Desk) -> list[Any]:
    return list(desk.session.scalars(select(metadata.tables["album_thing"].c.file_id)))


def test_file_of_a_plugin_comes_back_and_knows_its_size_in_pixels(desk: Desk) -> None:
    file = sdk.store_file(desk, "a.gif", "image/gif", GIF)
    assert (sdk.read_file(desk, file), file.width, file.height) == (GIF, 2, 3)


def test_picture_of_a_plugin_hangs_on_a_message(desk: Desk, customer: Person) -> None:
    ticket = factories.make_ticket(desk, customer)
    file = sdk.store_file(desk, "a.gif", "image/gif", GIF)
    new = sdk.NewMessage("Look.", "web", files=((file.id, ""),))
    message = sdk.add_message(desk, ticket, new)
    hung = select(MessageFile.file_id).where(MessageFile.message_id == message.id)
    assert list(desk.session.scalars(hung)) == [file.id]


def test_plugin_may_point_at_a_file(album: Callable[[str], Core]) -> None:
    assert album("CASCADE").plugins.taken_in["album"].tables == {"album_thing"}


def test_upload_that_only_a_plugin_needs_is_not_removed_with_its_uploader(
    album: Callable[[str], Core],
) -> None:
    with desk_for(album("CASCADE"), write=True) as desk:
        person = factories.make_customer(desk)
        kept, unused = uploaded(desk, person), uploaded(desk, person, b"unused")
        keep(desk, kept)
        assert privacy.unused_uploads(desk, person) == [unused.id]
        privacy.remove_files(desk, privacy.unused_uploads(desk, person))
        assert (counts(desk), rows(desk)) == ([1, 1], [kept.id])


def test_bytes_that_a_plugins_file_shares_stay(album: Callable[[str], Core]) -> None:
    with desk_for(album("CASCADE"), write=True) as desk:
        person = factories.make_customer(desk)
        kept, other = uploaded(desk, person), uploaded(desk, person)
        keep(desk, kept)
        privacy.remove_files(desk, [other.id])
        assert (counts(desk), sdk.read_file(desk, kept)) == ([1, 1], GIF)


@pytest.mark.parametrize(("rule", "left"), [("CASCADE", []), ("SET NULL", [None])])
def test_rule_of_the_plugin_says_what_becomes_of_its_row(
    album: Callable[[str], Core], rule: str, left: list[None]
) -> None:
    with desk_for(album(rule), write=True) as desk:
        file = uploaded(desk, factories.make_customer(desk))
        keep(desk, file)
        privacy.remove_files(desk, [file.id])
        assert (rows(desk), counts(desk)) == (left, [0, 0])
