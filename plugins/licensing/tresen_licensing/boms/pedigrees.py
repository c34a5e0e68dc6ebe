# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes where a component and its source come from in CycloneDX 1.6, with cyclonedx-python-lib."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tresen_licensing.boms.bills import Part
from tresen_licensing.boms.writing import component_of

if TYPE_CHECKING:
    from cyclonedx.model import ExternalReference
    from cyclonedx.model.component import Component, Diff, Pedigree


@dataclass(frozen=True)
class Changes:
    """Patches by which a component differs: their text, or the address at which they are."""

    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Source:
    """Where a component's source is: a repository or a page, and an archive with its SHA-512."""

    address: str = ""
    is_repository: bool = True
    archive: str = ""
    sha512: str = ""


def complete(component: "Component", source: Source, facts: Mapping[str, str]) -> None:
    """Add to a component where its source is, and properties by their names."""
    from cyclonedx.model import Property  # noqa: PLC0415 - takes 10 MB

    component.external_references.update(_references(source))
    component.properties.update(Property(name=name, value=text) for name, text in facts.items())


def pedigree_of(
    commits: Iterable[str],
    changes: Iterable[Changes],
    notes: str,
    ancestors: Iterable[Part] = (),
) -> "Pedigree | None":
    """Return what a component was made of and how it differs; None where nothing is said of it."""
    from cyclonedx.model.component import (  # noqa: PLC0415 - as above
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


def _references(source: Source) -> Iterator["ExternalReference"]:
    from cyclonedx.model import (  # noqa: PLC0415 - as above
        ExternalReference,
        ExternalReferenceType,
        HashAlgorithm,
        HashType,
        XsUri,
    )

    if source.address:
        is_vcs = source.is_repository
        kind = ExternalReferenceType.VCS if is_vcs else ExternalReferenceType.WEBSITE
        yield ExternalReference(type=kind, url=XsUri(source.address))
    if source.archive:
        proof = HashType(alg=HashAlgorithm.SHA_512, content=source.sha512)
        kind = ExternalReferenceType.SOURCE_DISTRIBUTION
        yield ExternalReference(type=kind, url=XsUri(source.archive), hashes=[proof])


def _diff(changes: Changes) -> "Diff":
    from cyclonedx.model import AttachedText, XsUri  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Diff  # noqa: PLC0415

    return Diff(
        text=AttachedText(content=changes.text) if changes.text else None,
        url=XsUri(changes.url) if changes.url else None,
    )
