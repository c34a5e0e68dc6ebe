# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bill of materials of what a development made: its component, and what it was made from.

CycloneDX 1.6 with the pedigree: the base as ancestor and commit, and the patches as files of the
bundle. The same state gives the same bytes.
"""

from tresen.sdk import Desk

from tresen_licensing.boms import writing
from tresen_licensing.boms.bills import CYCLONEDX, Bill, Part
from tresen_licensing.boms.pedigrees import Changes, Source, complete, pedigree_of
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import queries as publications
from tresen_licensing.repositories.models import SourceTree
from tresen_licensing.repositories.queries import source_tree

# The files of the bundle that the bill names.
SOURCE = "source.tar"
# What BSI TR-03183-2 asks of a component that is an archive of source.
FIELDS = {
    "bsi:component:archive": "archive",
    "bsi:component:executable": "non-executable",
    "bsi:component:filename": SOURCE,
    "bsi:component:structured": "structured",
}


def mailbox(change: ChangeSet) -> str:
    """Return the name that the patches of a version have in the bundle."""
    return f"changes/v{change.version}.mbox"


def materials(desk: Desk, row: Development) -> str | None:
    """Return the bill of the last version of the changes as JSON; None where there is none."""
    last = changes.latest(desk, row.id)
    if last is None:
        return None
    tree = source_tree(desk, last.id)
    part = _part(desk, row, tree)
    bill = Bill(CYCLONEDX, writing.VERSION, (part,), direct=(part.ref,))
    bom = writing.bom_of(_heading(desk, row, last), bill)
    (component,) = bom.components
    component.pedigree = pedigree_of(
        [last.base] if last.base else [],
        [Changes(url=mailbox(last))] if last.file_id else [],
        f"Changed by {row.reference}.",
        [Part("base", part.name, version=part.version)],
    )
    sha512 = tree.archive_sha512 if tree and tree.archive_id else ""
    source = Source(row.upstream_url, archive=SOURCE if sha512 else "", sha512=sha512)
    complete(component, source, FIELDS if sha512 else {})
    return writing.text_of(bom, "json")


def _heading(desk: Desk, row: Development, last: ChangeSet) -> writing.Heading:
    name = f"{row.reference}: {row.title}"
    by = desk.config
    return writing.Heading(name, str(last.version), by.operator, by.base_url, last.made_at)


def _part(desk: Desk, row: Development, tree: SourceTree | None) -> Part:
    """Return the component, named as the development or else its product names it."""
    made = publications.publication(desk, row.id)
    agreed = row.agreement.licence if row.agreement else ""
    return Part(
        ref="component",
        name=row.component or (row.product.name if row.product else row.title),
        version=row.base_version.number if row.base_version else "",
        declared=made.licence if made else agreed,
        hashes=(("SHA-512", tree.archive_sha512),) if tree else (),
    )
