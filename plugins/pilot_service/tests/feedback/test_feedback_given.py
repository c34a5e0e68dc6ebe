# SPDX-License-Identifier: AGPL-3.0-or-later
"""Feedback is taken with what is known, and about the build that the participant has."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tresen.sdk import Desk, Missing, Person, Refused
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme

Give = Callable[..., Feedback]
AddBuild = Callable[..., Build]


def journal(desk: Desk) -> list[tuple[str, str]]:
    """Return what the journal says of feedback: the act, and the field that it changed."""
    found = desk.session.execute(
        text("SELECT action, field FROM journal_entry WHERE subject_kind = :kind ORDER BY id"),
        {"kind": service.FEEDBACK},
    )
    return [(action, field) for action, field in found]


def test_feedback_is_kept_as_it_was_told(desk: Desk, give: Give, customer: Person) -> None:
    row = give(kind="defect", severity="major", title="Lost", text="A pallet.", area="Stock")
    found = queries.feedback(desk, row.id)
    assert (found.kind, found.severity, found.title) == ("defect", "major", "Lost")
    assert (found.text, found.area, found.channel) == ("A pallet.", "Stock", "agent")
    assert (found.state, found.created_at, found.person) == ("new", desk.now(), customer)
    assert (found.triaged_at, found.resolved_at, found.answered_at) == (None, None, None)
    assert (found.answer, journal(desk)) == ("", [("given", "")])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": "  "}, "Say in a few words what it is about"),
        ({"kind": "shout"}, "Choose what kind of feedback it is"),
        ({"kind": "defect"}, "Say how severe the defect is"),
        ({"kind": "defect", "severity": "huge"}, "Say how severe the defect is"),
        ({"kind": "usability", "severity": "huge"}, "Choose one of the severities"),
        ({"build_id": 99}, "This build belongs to another programme"),
    ],
)
def test_feedback_that_does_not_fit_is_refused(
    desk: Desk, give: Give, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        give(**wrong)
    assert queries.of_programme(desk, 1) == []


@pytest.mark.parametrize(
    ("kind", "severity"),
    [("defect", "minor"), ("usability", "minor"), ("wish", ""), ("praise", ""), ("question", "")],
)
def test_only_some_kinds_have_a_severity(give: Give, kind: str, severity: str) -> None:
    assert give(kind=kind, severity="minor").severity == severity


def test_usability_problem_needs_no_severity(give: Give) -> None:
    assert give(kind="usability").severity == ""


def test_defect_by_mail_may_lack_its_severity(give: Give) -> None:
    assert give(kind="defect", channel="mail").severity == ""


def test_build_of_another_programme_is_refused(
    desk: Desk, give: Give, other_programme: Programme
) -> None:
    build = Build(programme_id=other_programme.id, number="6.0", created_at=desk.now())
    desk.session.add(build)
    desk.session.flush()
    with pytest.raises(Refused, match="belongs to another programme"):
        give(build_id=build.id)


def test_newest_build_of_the_ring_is_meant_unless_said_otherwise(
    give: Give, add_build: AddBuild
) -> None:
    add_build("5.0", date(2026, 3, 2))
    newest = add_build("5.1", date(2026, 3, 9))
    add_build("5.2", date(2026, 3, 11))
    add_build("5.3", date(2026, 3, 9), withdrawn_on=date(2026, 3, 10))
    add_build("5.4", date(2026, 3, 9), ring=0)
    add_build("5.5")
    assert give().build_id == newest.id


def test_build_that_is_withdrawn_tomorrow_is_still_there_today(
    give: Give, add_build: AddBuild
) -> None:
    build = add_build("5.1", date(2026, 3, 9), withdrawn_on=date(2026, 3, 11))
    assert give().build_id == build.id


def test_no_build_is_meant_where_that_was_said(give: Give, add_build: AddBuild) -> None:
    add_build("5.0", date(2026, 3, 2))
    assert give(build_id=None).build_id is None


def test_no_build_is_meant_where_none_was_rolled_out(give: Give, add_build: AddBuild) -> None:
    add_build("5.0")
    assert give().build_id is None


def test_builds_of_a_participant_begin_with_what_is_tried(
    desk: Desk, participation: Participation, add_build: AddBuild
) -> None:
    add_build("5.0", date(2026, 3, 2))
    add_build("5.1", date(2026, 3, 9), withdrawn_on=date(2026, 3, 9))
    add_build("5.2", date(2026, 3, 4))
    add_build("5.9", date(2026, 3, 11))
    found = [build.number for build in queries.builds_in(desk, participation)]
    assert found == ["5.2", "5.0", "5.1"]


def test_who_takes_no_part_gives_feedback_of_no_participation(
    desk: Desk, programme: Programme
) -> None:
    values = {"kind": "wish", "title": "Faster", "channel": "ticket"}
    row = service.give(desk, None, programme, values)
    assert (row.participation_id, row.programme_id, row.build_id) == (None, programme.id, None)


@pytest.mark.parametrize(
    ("path", "may_tell"),
    [
        ((), False),
        ((steps.AGREED,), True),
        ((steps.AGREED, steps.ACTIVE), True),
        ((steps.AGREED, steps.ACTIVE, steps.FINISHED), False),
        ((steps.DECLINED,), False),
        ((steps.AGREED, steps.WITHDRAWN), False),
    ],
)
def test_customers_tell_while_they_take_part(
    desk: Desk,
    invited: Participation,
    brief: Callable[[Participation], None],
    path: tuple[str, ...],
    may_tell: bool,
) -> None:
    for state in path:
        if state == steps.ACTIVE:
            brief(invited)
        pilots.move(desk, invited, state)
    assert service.may_tell(invited) is may_tell


def test_unknown_feedback_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing, match="There is no such feedback"):
        queries.feedback(desk, 1)


# -------------------------------------------------------------------------------- how much there is


def test_counts_say_what_is_open_and_unanswered(
    desk: Desk, give: Give, programme: Programme, other_programme: Programme
) -> None:
    give(kind="defect", severity="blocker")
    accepted = give(kind="defect", severity="minor")
    resolved = give(kind="defect", severity="blocker")
    give(kind="usability", severity="blocker")
    give(kind="praise")
    service.move(desk, accepted, states.ACCEPTED)
    service.move(desk, resolved, states.RESOLVED)
    resolved.answered_at = desk.now()
    elsewhere = {"kind": "praise", "title": "Fine", "channel": "agent"}
    service.give(desk, None, other_programme, elsewhere)
    assert queries.counts(desk, programme.id) == {
        "open_defects": 2,
        "open_blockers": 2,
        "total": 5,
        "unanswered": 4,
    }
    assert queries.new_count(desk, programme.id) == 3


def test_counts_of_a_programme_without_feedback_are_nothing(
    desk: Desk, programme: Programme
) -> None:
    names = ("open_defects", "open_blockers", "total", "unanswered")
    assert queries.counts(desk, programme.id) == dict.fromkeys(names, 0)


def test_reply_on_the_ticket_answers_feedback(desk: Desk, give: Give, customer: Person) -> None:
    ticket = factories.make_ticket(desk, customer)
    row = give(ticket_id=ticket.id)
    before = queries.counts(desk, 1)["unanswered"], queries.is_answered(_whole(desk, row))
    ticket.first_replied_at = desk.now()
    desk.session.flush()
    after = queries.counts(desk, 1)["unanswered"], queries.is_answered(_whole(desk, row))
    assert (before, after) == ((1, False), (0, True))


def _whole(desk: Desk, row: Feedback) -> Feedback:
    return queries.feedback(desk, row.id)


def test_counts_and_lists_cost_one_statement_each(
    desk: Desk, give: Give, customer: Person, add_build: AddBuild
) -> None:
    add_build("5.0", date(2026, 3, 2))
    for _number in range(3):
        give(ticket_id=factories.make_ticket(desk, customer).id)
    desk.session.expire_all()
    with recorded(desk.core.engine) as statements:
        queries.counts(desk, 1)
        found = queries.of_programme(desk, 1)
        seen = [
            (row.participation.organisation.name, row.build.number, row.person.name)
            for row in found
            if row.participation and row.build and row.person
        ]
    assert (len(statements), seen) == (2, [("Kunde GmbH", "5.0", "Karla Kundin")] * 3)
    assert [queries.customer(row) for row in found] == [customer_home(found[0])] * 3


def customer_home(row: Feedback) -> Any:
    assert row.participation is not None
    return row.participation.organisation


def test_feedback_of_no_participation_is_the_tickets_customers(
    desk: Desk, programme: Programme, stranger: Person
) -> None:
    ticket = factories.make_ticket(desk, stranger)
    values = {"kind": "wish", "title": "Faster", "channel": "ticket"}
    of_ticket = service.give(desk, None, programme, values | {"ticket_id": ticket.id})
    of_nobody = service.give(desk, None, programme, values)
    names = [
        home.name if home else None
        for home in (queries.customer(_whole(desk, row)) for row in (of_ticket, of_nobody))
    ]
    assert names == ["Fernlager GmbH", None]


def test_part_that_goes_on_is_found_before_one_that_is_over(
    desk: Desk, participation: Participation
) -> None:
    home = participation.organisation_id
    over = Participation(
        programme_id=participation.programme_id,
        organisation_id=home,
        state=steps.WITHDRAWN,
        ended_on=date(2026, 3, 3),
        created_at=desk.now() + timedelta(days=1),
    )
    desk.session.add(over)
    desk.session.flush()
    found = [queries.participation_at(desk, 1, home), queries.participation_at(desk, 1, None)]
    assert found == [participation, None]
    participation.ended_on, participation.state = date(2026, 3, 4), steps.WITHDRAWN
    desk.session.flush()
    assert queries.participation_at(desk, 1, home) == over
