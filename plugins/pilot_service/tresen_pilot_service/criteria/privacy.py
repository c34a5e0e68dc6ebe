# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hypotheses and criteria point at nobody, but their words may name somebody who is erased."""

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces

from tresen_pilot_service import queries
from tresen_pilot_service.criteria.models import Criterion, Hypothesis


def data_sets(desk: Desk, person: Person) -> list[DataSet]:  # noqa: ARG001 - as every part's
    """Say nothing: who a text names cannot be found by a key."""
    return []


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take the name of an erased person out of what was written about their programmes."""
    ids = [each.id for each in queries.programmes_around(desk, person)]
    assumed = select(Hypothesis).where(Hypothesis.programme_id.in_(ids))
    demanded = select(Criterion).where(Criterion.programme_id.in_(ids))
    for row in (*desk.session.scalars(assumed), *desk.session.scalars(demanded)):
        row.text = traces.blot(row.text)
        row.evidence = traces.blot(row.evidence)
