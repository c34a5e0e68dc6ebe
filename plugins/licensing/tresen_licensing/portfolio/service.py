# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says how products are offered, how versions were given out, and what is particular where."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy import inspect
from tresen.sdk import (
    Desk,
    Installation,
    Product,
    ProductVersion,
    Refused,
    _,
    active_agents,
    change,
    record,
)

from tresen_licensing.portfolio import files, queries
from tresen_licensing.portfolio.files import Upload
from tresen_licensing.portfolio.models import Offering, Release, Setup


class Numbered(Protocol):
    """A row that has a number of its own."""

    id: Any


Row = TypeVar("Row", bound=Numbered)

OFFERING, RELEASE = "licensing.offering", "licensing.release"
SETUP, VERSION = "licensing.setup", "licensing.version"
# These stand in the core's version.
DAYS = ("released_on", "support_until")


def keep_offering(desk: Desk, product: Product, values: Mapping[str, Any]) -> Offering:
    """Say how a product is offered; raises Refused for support that ends before it begins."""
    wanted = plain(values)
    first, last = wanted["support_from"], wanted["support_until"]
    if first and last and last < first:
        raise Refused(_("Support would end before it begins: correct one of the two days."))
    known = queries.offering(desk, product.id)
    if wanted["owner_id"] is not None and (known is None or wanted["owner_id"] != known.owner_id):
        _check_owner(desk, wanted["owner_id"])
    return keep(desk, OFFERING, known or Offering(product_id=product.id), wanted)


def keep_release(
    desk: Desk,
    version: ProductVersion,
    values: Mapping[str, Any],
    uploads: Mapping[str, Upload],
) -> Release:
    """Say how a version was given out; `uploads` are files by kind, in the place of earlier ones.

    Raises Refused for support that ends before the release, and for a file without a byte.
    """
    wanted = plain(values)
    first, last = wanted["released_on"], wanted["support_until"]
    if first and last and last < first:
        told = {"number": version.number}
        raise Refused(_("The support of %(number)s would end before its release.") % told)
    files.check(uploads.values())
    change(desk, VERSION, version, {name: wanted.pop(name) for name in DAYS})
    row = queries.release(desk, version.id) or Release(version_id=version.id)
    keep(desk, RELEASE, row, wanted)
    for kind, upload in uploads.items():
        record(desk, RELEASE, row.id, "file_kept", files.attach(desk, row, kind, upload))
    return row


def keep_setup(desk: Desk, installation: Installation, values: Mapping[str, Any]) -> Setup:
    """Say what is particular about an installation."""
    row = queries.setup(desk, installation.id) or Setup(installation_id=installation.id)
    return keep(desk, SETUP, row, plain(values))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fields hold as it is kept: texts without space around them."""
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }


def _check_owner(desk: Desk, person_id: int) -> None:
    if person_id not in {each.id for each in active_agents(desk)}:
        raise Refused(_("Only an active agent can answer for a product."))


def keep(desk: Desk, kind: str, row: Row, wanted: Mapping[str, Any]) -> Row:
    """Add the row or change it, with an entry in the journal for what is new.

    A field that nobody sent leaves what must not be empty as it is.
    """
    columns = inspect(row).mapper.columns
    wanted = {n: value for n, value in wanted.items() if value is not None or columns[n].nullable}
    if inspect(row).transient:
        for name, value in wanted.items():
            setattr(row, name, value)
        desk.session.add(row)
        desk.session.flush()
        told = {name: (None, value) for name, value in wanted.items()}
        record(desk, kind, row.id, "added", told)
        return row
    change(desk, kind, row, wanted)
    return row
