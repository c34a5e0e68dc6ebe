# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gives each development its reference, `CD-2026-0007`: by year, without a gap and never twice."""

from tresen.sdk import Desk

from tresen_licensing.developments.models import Number


def next_reference(desk: Desk) -> str:
    """Return the next reference of the operator's year."""
    year = desk.today().year
    # The row is locked, so that two who begin at once get two numbers.
    row = desk.session.get(Number, year, with_for_update=True)
    if row is None:
        row = Number(year=year, last=0)
        desk.session.add(row)
    row.last += 1
    desk.session.flush()
    return f"CD-{year}-{row.last:04d}"
