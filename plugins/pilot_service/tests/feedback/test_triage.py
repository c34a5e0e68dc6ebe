# SPDX-License-Identifier: AGPL-3.0-or-later
"""Triage follows its table, keeps its moments and lets no duplicate point in circles."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from tresen.sdk import Desk, Person, Refused
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Programme

Give = Callable[..., Feedback]
AddBuild = Callable[..., Build]


def changed(desk: Desk) -> list[tuple[str, Any]]:
    """Return the fields of feedback that the journal says were changed, and to what."""
    found = desk.session.execute(
        text(
            "SELECT field, new FROM journal_entry"
            " WHERE subject_kind = :kind AND action = 'changed' ORDER BY id"
        ),
        {"kind": service.FEEDBACK},
    )
    return [(field, new) for field, new in found]


@pytest.mark.parametrize("old", list(states.TITLES))
@pytest.mark.parametrize("new", [*states.TITLES, "lost"])
def test_step_is_taken_if_the_table_has_it(desk: Desk, give: Give, old: str, new: str) -> None:
    row = give()
    row.state = old
    if new == old or (new in states.STEPS[old] and new != states.DUPLICATE):
        service.move(desk, row, new)
        assert row.state == new
    else:
        with pytest.raises(Refused, match="the allowed steps are"):
            service.move(desk, row, new)
        assert row.state == old


def test_every_state_is_in_the_table() -> None:
    assert list(states.STEPS) == list(states.TITLES)
    assert {new for steps in states.STEPS.values() for new in steps} == set(states.TITLES) - {"new"}


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("new", "accepted", "Accept"),
        ("new", "resolved", "Resolve"),
        ("accepted", "declined", "Decline"),
        ("resolved", "accepted", "Reopen"),
        ("declined", "accepted", "Reopen"),
        ("duplicate", "accepted", "Reopen"),
    ],
)
def test_button_says_what_it_does(old: str, new: str, word: str) -> None:
    assert str(states.verb(old, new)) == word


def test_moments_of_triage_are_kept(desk: Desk, clock: SteppedClock, give: Give) -> None:
    row = give()
    clock.go(hours=1)
    first = desk.now()
    service.move(desk, row, states.ACCEPTED)
    clock.go(hours=1)
    service.move(desk, row, states.RESOLVED)
    assert (row.triaged_at, row.resolved_at) == (first, desk.now())
    clock.go(hours=1)
    service.move(desk, row, states.ACCEPTED)
    assert (row.triaged_at, row.resolved_at) == (first, None)


def test_staying_is_no_step(desk: Desk, give: Give) -> None:
    row = give()
    service.move(desk, row, states.NEW)
    assert (row.triaged_at, changed(desk)) == (None, [])


def test_each_step_stands_in_the_journal(desk: Desk, give: Give) -> None:
    row = give()
    service.move(desk, row, states.ACCEPTED)
    moment = f'"{desk.now().isoformat()}"'
    found = [(field, str(new)) for field, new in changed(desk)]
    assert [field for field, _new in found] == ["state", "triaged_at"]
    assert [new.strip('"') for _field, new in found] == ["accepted", moment.strip('"')]


@pytest.mark.parametrize("state", [states.ACCEPTED, states.RESOLVED])
def test_defect_needs_its_severity_before_work_goes_on(desk: Desk, give: Give, state: str) -> None:
    row = give(kind="defect", channel="mail")
    with pytest.raises(Refused, match="Say how severe the defect is"):
        service.move(desk, row, state)
    service.triage(desk, row, {"kind": "defect", "severity": "major", "area": "", "build_id": None})
    service.move(desk, row, state)
    assert (row.state, row.severity) == (state, "major")


def test_defect_is_declined_without_a_severity(desk: Desk, give: Give) -> None:
    row = give(kind="defect", channel="mail")
    service.move(desk, row, states.DECLINED)
    assert row.state == "declined"


# --------------------------------------------------------------------------------------- triage


def test_triage_changes_kind_severity_place_and_build(
    desk: Desk, give: Give, add_build: AddBuild
) -> None:
    build = add_build("5.0")
    row = give()
    wanted = {"kind": "defect", "severity": "blocker", "area": "Stock", "build_id": build.id}
    service.triage(desk, row, wanted)
    assert {name: getattr(row, name) for name in wanted} == wanted
    assert sorted(field for field, _new in changed(desk)) == sorted(wanted)


def test_severity_goes_with_a_kind_that_has_none(desk: Desk, give: Give) -> None:
    row = give(kind="defect", severity="major")
    service.triage(desk, row, {"kind": "wish", "severity": "major", "area": "", "build_id": None})
    assert (row.kind, row.severity) == ("wish", "")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "defect"}, "Say how severe the defect is"),
        ({"kind": "shout"}, "Choose what kind of feedback it is"),
        ({"build_id": 99}, "This build belongs to another programme"),
    ],
)
def test_triage_that_does_not_fit_is_refused(
    desk: Desk, give: Give, wrong: dict[str, Any], sentence: str
) -> None:
    row = give()
    fields = {"kind": "question", "severity": "", "area": "", "build_id": None}
    with pytest.raises(Refused, match=sentence):
        service.triage(desk, row, fields | wrong)
    assert row.kind == "question"


# ----------------------------------------------------------------------------------- duplicates


def test_duplicate_points_to_the_first(desk: Desk, give: Give) -> None:
    first, second = give(), give(title="The list is gone")
    service.mark_duplicate(desk, second, first.id)
    assert (second.state, second.duplicate_of_id) == ("duplicate", first.id)
    assert (second.triaged_at, second.resolved_at) == (desk.now(), None)
    assert list(queries.duplicates(desk, first)) == [second]
    whole = queries.feedback(desk, second.id)
    assert whole.duplicate_of == first


def test_nothing_is_a_duplicate_of_itself(desk: Desk, give: Give) -> None:
    row = give()
    with pytest.raises(Refused, match="cannot be a duplicate of itself"):
        service.mark_duplicate(desk, row, row.id)


def test_nothing_is_a_duplicate_of_a_duplicate(desk: Desk, give: Give) -> None:
    first, second, third = give(), give(), give()
    service.mark_duplicate(desk, second, first.id)
    with pytest.raises(Refused, match="That one is a duplicate itself"):
        service.mark_duplicate(desk, third, second.id)
    # So there is no way round in a circle either.
    with pytest.raises(Refused, match="That one is a duplicate itself"):
        service.mark_duplicate(desk, first, second.id)


def test_duplicates_of_a_duplicate_follow_it(desk: Desk, give: Give) -> None:
    first, second, third = give(), give(), give()
    service.mark_duplicate(desk, third, second.id)
    service.mark_duplicate(desk, second, first.id)
    assert [row.duplicate_of_id for row in (first, second, third)] == [None, first.id, first.id]
    assert list(queries.duplicates(desk, first)) == [second, third]


def test_feedback_of_another_programme_is_no_original(
    desk: Desk, give: Give, other_programme: Programme
) -> None:
    values = {"kind": "wish", "title": "Faster", "channel": "agent"}
    elsewhere = service.give(desk, None, other_programme, values)
    row = give()
    for original_id in (elsewhere.id, 99):
        with pytest.raises(Refused, match="Choose feedback of the same programme"):
            service.mark_duplicate(desk, row, original_id)
    assert list(queries.originals(desk, row)) == []


def test_resolved_feedback_becomes_no_duplicate(desk: Desk, give: Give) -> None:
    first, second = give(), give()
    service.move(desk, second, states.RESOLVED)
    with pytest.raises(Refused, match="the allowed steps are"):
        service.mark_duplicate(desk, second, first.id)


def test_duplicate_that_is_taken_up_again_repeats_nothing(desk: Desk, give: Give) -> None:
    first, second = give(), give()
    service.mark_duplicate(desk, second, first.id)
    service.move(desk, second, states.ACCEPTED)
    assert (second.state, second.duplicate_of_id) == ("accepted", None)


def test_originals_are_the_others_that_are_no_duplicates(desk: Desk, give: Give) -> None:
    first, second, third, fourth = (give(title=f"No. {number}") for number in range(4))
    service.mark_duplicate(desk, second, first.id)
    assert list(queries.originals(desk, third)) == [fourth, first]


# --------------------------------------------------------------------------------------- ticket


def test_ticket_is_linked_and_unlinked(desk: Desk, give: Give, customer: Person) -> None:
    row, ticket = give(), factories.make_ticket(desk, customer)
    service.link(desk, row, ticket)
    assert list(queries.of_ticket(desk, ticket.id)) == [row]
    service.detach(desk, row)
    assert (row.ticket_id, list(queries.of_ticket(desk, ticket.id))) == (None, [])
    assert [field for field, _new in changed(desk)] == ["ticket_id", "ticket_id"]
