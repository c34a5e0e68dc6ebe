# SPDX-License-Identifier: AGPL-3.0-or-later
"""What moved files tell about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_remote_support.models import MovedFile, RemoteSession


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which files were moved in the sessions in which the person sat at the screen."""
    rows = [
        {"name": each.name, "size": each.size, "sha256": each.sha256, "moved_at": each.moved_at}
        for each in _of(desk, person)
    ]
    return [DataSet(lazy("Moved files"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person's name out of the names of files, and let go of what they handed over.

    The core removes what an erased person uploaded as soon as nothing holds it.
    """
    for each in _of(desk, person):
        each.name, each.file_id = traces.blot(each.name), None


def _of(desk: Desk, person: Person) -> Sequence[MovedFile]:
    return desk.session.scalars(
        select(MovedFile)
        .join(RemoteSession, RemoteSession.id == MovedFile.session_id)
        .where(RemoteSession.person_id == person.id)
        .order_by(MovedFile.id)
    ).all()
