# SPDX-License-Identifier: AGPL-3.0-or-later
"""C14: whether the bill of materials of what runs here says how it was changed, and is valid."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.utils import canonicalize_name
from tresen.sdk import Desk, Refused, lazy

from tresen_licensing.audits.records import NOT_YET, NOTHING, Audit, Looked, ended
from tresen_licensing.boms.reading import read
from tresen_licensing.clearances.checks.records import Found
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import queries as publications
from tresen_licensing.sources import queries as sources
from tresen_licensing.sources.sbom import own_bill


def _look(desk: Desk, row: Development) -> Looked:
    if row.state not in states.PUBLIC:
        return NOT_YET
    name = canonicalize_name(row.component)
    if name not in {canonicalize_name(each.name) for each in sources.running(desk)}:
        # What does not run here stands in the bills of those who run it.
        return NOTHING
    change = publications.public_source(desk, row).change
    base = change.base if change else ""
    return ended([*faults(own_bill(desk, "json"), name, row.reference, base)])


def faults(bill: str, name: str, reference: str, base: str) -> Iterator[Found]:
    """Yield what a bill lacks: its form, or the pedigree of the part with this canonical name.

    The pedigree names the development and the commit that its patches stand on.
    """
    try:
        read(bill.encode())
    except Refused:
        yield Found("invalid")
        return
    parts = json.loads(bill)["components"]
    pedigree = next((each.get("pedigree") for each in parts if _is(each, name)), None) or {}
    commits = {each["uid"] for each in pedigree.get("commits", ())}
    if reference not in pedigree.get("notes", "") or base not in commits:
        yield Found("no_pedigree")


def _is(part: Mapping[str, Any], name: str) -> bool:
    return canonicalize_name(part["name"]) == name


BILL = Audit(
    "C14",
    lazy("The bill of materials says how it was changed"),
    lazy("Let a worker look at what runs here, and name the distribution as component."),
    {
        "invalid": lazy("The bill of materials is not as its schema asks for."),
        "no_pedigree": lazy("The bill of materials lacks the pedigree of the component."),
    },
    _look,
)
