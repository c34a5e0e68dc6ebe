# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the patches of developments that changed what runs here, as far as they are public."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, read_file

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications.queries import public_version

# Characters of a series of patches that a bill of materials holds; a longer one is named.
LONGEST = 200_000


@dataclass(frozen=True)
class Changed:
    """A public development of a distribution: its reference, its base commit, and its patches."""

    reference: str
    base: str
    patches: str


def pedigrees(desk: Desk, names: Collection[str]) -> Mapping[str, list[Changed]]:
    """Return the public developments of these distributions, by canonical name, in one query.

    The version that the public has counts.
    """
    statement = (
        select(Development, ChangeSet)
        .join(ChangeSet, ChangeSet.development_id == Development.id)
        .where(
            Development.state.in_(states.PUBLIC),
            Development.component != "",
            ChangeSet.version == public_version(),
        )
        .options(joinedload(ChangeSet.file))
        .order_by(Development.id)
    )
    found: dict[str, list[Changed]] = {}
    for row, change in desk.session.execute(statement):
        name = canonicalize_name(row.component)
        if name in names:
            changed = Changed(row.reference, change.base, _patches(desk, change))
            found.setdefault(name, []).append(changed)
    return found


def _patches(desk: Desk, change: ChangeSet) -> str:
    if change.file is None or change.file.size > LONGEST:
        return ""
    return read_file(desk, change.file).decode("utf-8", "replace")
