# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who met duties and chose licences, and how it goes when a person is erased."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.obligations.models import Choice, Obligation


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which duties the person met, and which licences they chose."""
    met = [
        {
            "duty": each.duty,
            "licence": each.licence,
            "how": each.how,
            "evidence": each.evidence,
            "met_at": each.met_at,
        }
        for each in _met(desk, person)
    ]
    chosen = [
        {"expression": each.expression, "chosen": each.chosen, "note": each.note}
        for each in _chosen(desk, person)
    ]
    return [DataSet(lazy("Licence duties met"), met), DataSet(lazy("Licences chosen"), chosen)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that the duty is met stays on record."""
    for row in _met(desk, person):
        row.how, row.evidence = traces.blot(row.how), traces.blot(row.evidence)
        row.met_by_id = None
    for choice in _chosen(desk, person):
        choice.note, choice.chosen_by_id = traces.blot(choice.note), None


def _met(desk: Desk, person: Person) -> Sequence[Obligation]:
    wanted = select(Obligation).where(Obligation.met_by_id == person.id).order_by(Obligation.id)
    return desk.session.scalars(wanted).all()


def _chosen(desk: Desk, person: Person) -> Sequence[Choice]:
    wanted = select(Choice).where(Choice.chosen_by_id == person.id).order_by(Choice.id)
    return desk.session.scalars(wanted).all()
