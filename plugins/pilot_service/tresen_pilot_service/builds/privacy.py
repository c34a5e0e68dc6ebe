# SPDX-License-Identifier: AGPL-3.0-or-later
"""What builds keep about people: a name that somebody wrote into a text, and nothing else."""

from tresen.sdk import DataSet, Desk, Person, Traces

from tresen_pilot_service.builds import service


def data_sets(desk: Desk, person: Person) -> list[DataSet]:  # noqa: ARG001 - as every part answers
    """Say nothing: no build belongs to a person."""
    return []


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person's name out of the texts."""
    service.forget(desk, person, traces)
