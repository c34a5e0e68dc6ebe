# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes where a component comes from: the pedigree of CycloneDX 1.6, with cyclonedx-python-lib."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tresen_licensing.boms.bills import Part
from tresen_licensing.boms.writing import component_of

if TYPE_CHECKING:
    from cyclonedx.model.component import Diff, Pedigree


@dataclass(frozen=True)
class Changes:
    """Patches by which a component differs: their text, or the address at which they are."""

    text: str = ""
    url: str = ""


def pedigree_of(
    commits: Iterable[str],
    changes: Iterable[Changes],
    notes: str,
    ancestors: Iterable[Part] = (),
) -> "Pedigree | None":
    """Return what a component was made of and how it differs; None where nothing is said of it."""
    from cyclonedx.model.component import (  # noqa: PLC0415 - takes 10 MB
        Commit,
        Patch,
        PatchClassification,
        Pedigree,
    )

    made = [Commit(uid=each) for each in sorted(commits)]
    patches = [Patch(type=PatchClassification.UNOFFICIAL, diff=_diff(each)) for each in changes]
    before = [component_of(each) for each in ancestors]
    if not (made or patches or notes or before):
        return None
    return Pedigree(ancestors=before, commits=made, patches=patches, notes=notes or None)


def _diff(changes: Changes) -> "Diff":
    from cyclonedx.model import AttachedText, XsUri  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Diff  # noqa: PLC0415

    return Diff(
        text=AttachedText(content=changes.text) if changes.text else None,
        url=XsUri(changes.url) if changes.url else None,
    )
