# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programmes and participations keep about people, and how it goes when they are erased."""

from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import agreements, briefings, consents, queries, service


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say in which pilots the person cares or speaks for a customer, signed and was briefed."""
    rows = [
        {
            "programme": row.programme.title,
            "organisation_id": row.organisation_id,
            "part": part,
            "state": row.state,
            "created_at": row.created_at,
            "ended_on": row.ended_on,
        }
        for row in queries.parts_of(desk, person)
        for column, part in queries.PARTS.items()
        if getattr(row, column) == person.id
    ]
    signed = [
        {"agreement_id": each.agreement_id, "version": each.agreement.version, "on": each.signed_on}
        for each in agreements.signed_by(desk, person)
    ]
    allowed = [
        {
            "participation_id": each.participation_id,
            "given_on": each.given_on,
            "withdrawn_on": each.withdrawn_on,
        }
        for each in consents.given_by(desk, person)
    ]
    briefed = [
        {
            "participation_id": each.participation_id,
            "briefed_on": each.briefed_on,
            "part": "briefed" if each.person_id == person.id else "gave the briefing",
        }
        for each in briefings.around(desk, person)
    ]
    return [
        DataSet(lazy("Parts in pilots"), rows),
        DataSet(lazy("Signed agreements of pilots"), signed),
        DataSet(lazy("Consents to diagnostics in pilots"), allowed),
        DataSet(lazy("Briefings for pilots"), briefed),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of every pilot; in the place of a contact stands the deputy."""
    service.forget(desk, person, traces)
    agreements.forget(desk, person, traces)
    consents.forget(desk, person, traces)
    briefings.forget(desk, person)
