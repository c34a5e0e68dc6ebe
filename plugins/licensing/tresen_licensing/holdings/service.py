# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the licences of customers; a key comes out on demand, and stands in no journal."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete
from tresen.sdk import Desk, Missing, Refused, _, record

from tresen_licensing.holdings import queries, states
from tresen_licensing.holdings.models import Entitled, Licence
from tresen_licensing.portfolio.service import keep, plain

LICENCE = "licensing.licence"


def keep_licence(desk: Desk, row: Licence, values: Mapping[str, Any]) -> Licence:
    """Add or change a licence from the fields of its form; an empty key leaves the kept one.

    Raises Refused where count, days or people do not fit.
    """
    wanted = plain(values)
    key, person_ids = wanted.pop("key"), set(wanted.pop("entitled") or ())
    if wanted["metric"] == states.UNLIMITED:
        wanted["count"] = None
    before = _entitled_ids(desk, row)
    _check(desk, row, wanted, person_ids - before)
    keep(desk, LICENCE, row, wanted)
    if key:
        row.key = key
        record(desk, LICENCE, row.id, "key_kept")
    if person_ids != before:
        _entitle(desk, row, person_ids)
        told = {"entitled": (sorted(before), sorted(person_ids))}
        record(desk, LICENCE, row.id, "changed", told)
    return row


def show_key(desk: Desk, row: Licence) -> str:
    """Return the key, with an entry in the journal of who read it; raises Missing for none."""
    desk.demand("licensing.work")
    if not row.key:
        raise Missing(_("This licence has no key."))
    record(desk, LICENCE, row.id, "key_shown")
    return row.key


def remove_licence(desk: Desk, row: Licence) -> None:
    """Remove a licence that was written down by mistake; one that is given up stays."""
    told = {"product_id": (row.product_id, None), "edition": (row.edition, None)}
    record(desk, LICENCE, row.id, "removed", told)
    desk.session.delete(row)
    desk.session.flush()


def _check(desk: Desk, row: Licence, wanted: Mapping[str, Any], new_ids: Collection[int]) -> None:
    if wanted["metric"] != states.UNLIMITED and not wanted["count"]:
        raise Refused(_("Say how many, or choose “Unlimited”."))
    first, last = wanted["starts_on"], wanted["ends_on"]
    if first and last and last < first:
        raise Refused(_("The licence would end before it begins: correct one of the two days."))
    if not set(new_ids) <= {each.id for each in queries.people(desk, row.organisation_id)}:
        raise Refused(_("Only people of the customer can be entitled."))


def _entitled_ids(desk: Desk, row: Licence) -> set[int]:
    return {each.id for each in queries.entitled(desk, [row.id]).get(row.id, ())}


def _entitle(desk: Desk, row: Licence, person_ids: Collection[int]) -> None:
    desk.session.execute(delete(Entitled).where(Entitled.licence_id == row.id))
    desk.session.add_all(Entitled(licence_id=row.id, person_id=each) for each in sorted(person_ids))
    desk.session.flush()
