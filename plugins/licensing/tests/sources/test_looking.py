# SPDX-License-Identifier: AGPL-3.0-or-later
"""The job notes what runs here, packs each source once, and keeps it as long as it is owed."""

import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tresen.sdk import Core, Desk, StoredFile, desk_for, read_file
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_licensing.sources import queries, service, states
from tresen_licensing.sources.distributions import Running
from tresen_licensing.sources.jobs import LOOK
from tresen_licensing.sources.models import RunningDistribution, SourceArchive

Install = Callable[..., Running]
Again = Callable[..., Running]
Look = Callable[..., int]
CODE = "tresen_kettle/__init__.py"


def one_row(desk: Desk) -> RunningDistribution:
    (found,) = queries.running(desk)
    return found


def text_of(desk: Desk, archive: SourceArchive, name: str) -> str:
    with tarfile.open(fileobj=io.BytesIO(read_file(desk, archive.file)), mode="r:gz") as tar:
        file = tar.extractfile(f"{archive.name}-{archive.version}/{name}")
        assert file is not None
        return file.read().decode()


def test_what_runs_is_noted_with_all_that_is_known(
    install: Install, look: Look, fresh: Desk, clock: SteppedClock
) -> None:
    look(install())
    row = one_row(fresh)
    assert (row.name, row.version, row.licence, row.source_url, row.state, row.is_own) == (
        *("tresen-kettle", "2.1", "AGPL-3.0-or-later", "https://forge.example/kettle"),
        *(states.UNMODIFIED, True),
    )
    assert (row.commit, row.differing, row.left_out, row.seen_at) == ("", [], [], clock.moment)


def test_first_look_packs(install: Install, look: Look, fresh: Desk, clock: SteppedClock) -> None:
    made = look(install())
    archive = one_row(fresh).archive
    assert archive is not None
    assert (made, archive.file.name, archive.packed_at, archive.last_seen_at) == (
        *(1, "tresen-kettle-2.1.tar.gz", clock.moment, clock.moment),
    )
    assert text_of(fresh, archive, CODE) == "ANSWER = 42\n"


def test_second_look_packs_nothing_and_notes_the_hour(
    install: Install, look: Look, fresh: Desk, clock: SteppedClock
) -> None:
    one = install()
    look(one)
    first = clock.moment
    clock.go(hours=1)
    made, row = look(one), one_row(fresh)
    archive = row.archive
    assert archive is not None
    assert (made, row.seen_at, archive.packed_at, archive.last_seen_at) == (
        *(0, clock.moment, first, clock.moment),
    )


def test_local_edit_is_found_and_packed_by_itself(
    install: Install, again: Again, site: Path, look: Look, fresh: Desk
) -> None:
    look(install())
    (site / CODE).write_text("ANSWER = 43\n")
    made, row = look(again()), one_row(fresh)
    assert (made, row.state, row.differing) == (1, states.CHANGED, [CODE])
    assert row.archive is not None
    assert text_of(fresh, row.archive, CODE) == "ANSWER = 43\n"


def test_edit_that_is_undone_has_its_first_archive_again(
    install: Install, again: Again, site: Path, look: Look, core: Core
) -> None:
    ids = []
    for text in ("ANSWER = 42\n", "ANSWER = 43\n", "ANSWER = 42\n"):
        one = install() if not ids else again()
        (site / CODE).write_text(text)
        look(again() if ids else one)
        with desk_for(core) as desk:
            ids.append(one_row(desk).archive_id)
    assert (ids[0] == ids[2], ids[0] == ids[1]) == (True, False)


def test_parts_of_others_are_noted_and_not_packed(
    install: Install, look: Look, fresh: Desk
) -> None:
    made, row = look(install(is_own=False)), one_row(fresh)
    assert (made, row.is_own, row.archive) == (0, False, None)


def test_changed_part_of_others_is_packed_as_well(
    install: Install, again: Again, site: Path, look: Look, fresh: Desk
) -> None:
    install()
    (site / CODE).write_text("ANSWER = 43\n")
    made, row = look(again(is_own=False)), one_row(fresh)
    assert (made, row.is_own, row.archive is not None) == (1, False, True)


def test_what_runs_no_more_is_not_noted_any_longer_and_its_archive_stays(
    install: Install, look: Look, fresh: Desk
) -> None:
    look(install())
    look()
    earlier = queries.earlier(fresh)
    assert (list(queries.running(fresh)), [each.name for each in earlier]) == (
        *([], ["tresen-kettle"]),
    )


def test_what_still_runs_is_not_earlier(install: Install, look: Look, fresh: Desk) -> None:
    look(install())
    assert list(queries.earlier(fresh)) == []


@pytest.mark.parametrize(("years", "is_kept"), [(2.9, True), (3.1, False)])
def test_archive_is_kept_for_three_years_after_it_last_ran(
    install: Install, look: Look, fresh: Desk, clock: SteppedClock, years: float, *, is_kept: bool
) -> None:
    look(install())
    clock.go(days=years * 365.25)
    look()
    counts = [fresh.session.scalar(select(func.count()).select_from(SourceArchive))]
    counts += [fresh.session.scalar(select(func.count()).select_from(StoredFile))]
    assert counts == [int(is_kept)] * 2


def test_archive_of_what_runs_is_kept_however_old_it_is(
    install: Install, look: Look, fresh: Desk, clock: SteppedClock
) -> None:
    one = install()
    look(one)
    clock.go(days=4000)
    look(one)
    assert one_row(fresh).archive is not None


def test_hash_that_is_shown_is_that_of_the_stored_bytes(
    install: Install, look: Look, fresh: Desk
) -> None:
    look(install())
    archive = one_row(fresh).archive
    assert archive is not None
    found = queries.archive(fresh, archive.sha512)
    assert service.archives.sha512(read_file(fresh, found.file)) == archive.sha512


def test_source_that_runs_in_place_is_packed_with_its_commit(
    in_place: Running, look: Look, fresh: Desk
) -> None:
    look(in_place)
    row = one_row(fresh)
    assert (row.state, len(row.commit), row.differing) == (states.IN_PLACE, 40, [])
    assert row.archive is not None
    assert text_of(fresh, row.archive, "setup.cfg") == "[metadata]\nname = tresen-kettle\n"


def test_left_out_files_are_noted(
    install: Install, again: Again, site: Path, look: Look, fresh: Desk
) -> None:
    install()
    (site / "tresen_kettle" / ".env").write_text("PASSWORD=hush")
    look(again())
    assert one_row(fresh).left_out == ["tresen_kettle/.env"]


def test_what_runs_is_read_with_one_statement_however_much_it_is(
    core: Core, install: Install, look: Look
) -> None:
    one = install()
    named = [replace(one, origin=replace(one.origin, name=f"kettle-{n}")) for n in range(5)]
    counts = []
    for found in (named[:1], named):
        look(*found)
        with desk_for(core) as desk, recorded(core.engine) as statements:
            rows = queries.running(desk)
            sizes = [row.archive.file.size > 0 for row in rows if row.archive]
        counts.append((len(statements), len(sizes)))
    assert counts == [(1, 1), (1, 5)]


def test_job_runs_every_hour_under_the_name_that_the_button_queues() -> None:
    assert (LOOK.name, LOOK.every and LOOK.every.total_seconds()) == (service.LOOK, 3600)
