# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of protocols when somebody is erased whom they name.

The message is a ticket's, which the core cleans; from a PDF no name can be taken.
"""

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy, remove_files

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols.models import Protocol


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which protocols were sent of sessions in which the person took part."""
    rows = [
        {"version": each.version, "sent_at": each.sent_at, "sha256": each.sha256}
        for each in _naming(desk, person)
    ]
    return [DataSet(lazy("Protocols of remote sessions"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:  # noqa: ARG001 - as every part
    """Remove the PDFs that name an erased person; that a protocol was sent stays on record."""
    files = [each.file_id for each in _naming(desk, person) if each.file_id is not None]
    remove_files(desk, files)


def _naming(desk: Desk, person: Person) -> list[Protocol]:
    row = RemoteSession
    named = or_(
        row.person_id == person.id, row.agent_id == person.id, row.second_agent_id == person.id
    )
    statement = select(Protocol).join(row, row.id == Protocol.session_id).where(named)
    return list(desk.session.scalars(statement.order_by(Protocol.id)))
