# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from typing import TYPE_CHECKING

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import DataSet
from tresen.journal import privacy

if TYPE_CHECKING:
    from tresen.people.models import Person


@hookimpl
def personal_data(desk: Desk, person: "Person") -> list[DataSet]:
    """Return what the journal says of the person."""
    return privacy.data_of(desk, person)


@hookimpl
def person_erased(desk: Desk, person: "Person") -> None:
    """Forget who did it and whom it was done to."""
    privacy.erase(desk, person)
