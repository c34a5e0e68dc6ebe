# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is entitled by a licence is told so, and an erased person stands on none."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from tresen.sdk import Desk, Person, Traces
from tresen.testing import factories
from tresen_licensing.holdings import privacy, service
from tresen_licensing.holdings.models import Entitled, Licence

Values = Callable[..., dict[str, Any]]


def test_person_is_told_by_which_licences(desk: Desk, licence: Licence, customer: Person) -> None:
    (found,) = privacy.data_sets(desk, customer)
    assert list(found.rows) == [{"product": "Lagerwerk", "edition": "Standard", "ends_on": None}]


def test_who_is_entitled_by_none_has_no_rows(desk: Desk, licence: Licence, agent: Person) -> None:
    (found,) = privacy.data_sets(desk, agent)
    assert list(found.rows) == []


def test_erased_person_is_entitled_no_more_and_the_licence_stays(
    desk: Desk, licence: Licence, customer: Person
) -> None:
    factories.erase_person(desk, customer)
    left = desk.session.scalar(select(func.count()).select_from(Entitled))
    assert (left, desk.session.get(Licence, licence.id)) == (0, licence)


def test_erased_person_is_taken_out_of_notes(
    desk: Desk, licence: Licence, customer: Person, licence_values: Values
) -> None:
    wanted = licence_values(note=f"As {customer.name} ordered")
    service.keep_licence(desk, licence, wanted)
    privacy.forget(desk, customer, Traces(names=(customer.name,), addresses=()))
    assert licence.note == "As […] ordered"


def test_notes_on_licences_of_others_stay(desk: Desk, licence: Licence, agent: Person) -> None:
    licence.note = f"As {agent.name} ordered"
    privacy.forget(desk, agent, Traces(names=(agent.name,), addresses=()))
    assert licence.note == "As Anna Agent ordered"
