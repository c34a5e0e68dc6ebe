# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is erased is in no PDF any more; that a protocol was sent stays on record."""

from typing import Any

import pytest
from sqlalchemy import func, select
from tresen.sdk import Desk, Person, StoredFile
from tresen.testing import factories
from tresen_remote_support.protocols import privacy
from tresen_remote_support.protocols.models import Protocol


def files(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(StoredFile)) or 0


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_pdf_goes_with_whom_it_names(
    request: pytest.FixtureRequest, desk: Desk, sent: Protocol, who: str
) -> None:
    before = files(desk)
    factories.erase_person(desk, request.getfixturevalue(who))
    desk.session.expire_all()
    kept = desk.session.scalars(select(Protocol)).one()
    assert (before, files(desk), kept.file_id, kept.version) == (1, 0, None, 1)


def test_pdf_stays_when_somebody_else_is_erased(
    desk: Desk, sent: Protocol, colleague: Person
) -> None:
    factories.erase_person(desk, colleague)
    assert files(desk) == 1


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_people_are_told_of_their_protocols(
    request: pytest.FixtureRequest, desk: Desk, sent: Protocol, who: str
) -> None:
    (found,) = privacy.data_sets(desk, request.getfixturevalue(who))
    rows: list[Any] = [dict(row) for row in found.rows]
    assert rows == [{"version": 1, "sent_at": sent.sent_at, "sha256": sent.sha256}]


def test_others_are_told_of_none(desk: Desk, sent: Protocol, colleague: Person) -> None:
    (found,) = privacy.data_sets(desk, colleague)
    assert list(found.rows) == []
