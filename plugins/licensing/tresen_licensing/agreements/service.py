# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of agreements."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from tresen.sdk import Desk, Refused, _, change, record, store_file

from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.licences import demand_expression

AGREEMENT = "licensing_agreement"
FIELDS = (
    *("title", "reference", "agreed_on", "licence", "publishing", "clause", "deadline_days"),
    *("embargo_days", "credit", "privacy_note"),
)


@dataclass(frozen=True)
class Document:
    """A signed document as it was sent in."""

    name: str
    media_type: str
    body: bytes


def agree(
    desk: Desk, organisation_id: int, given: dict[str, Any], document: Document | None = None
) -> Agreement:
    """Keep an agreement from FIELDS; raises Refused for terms that do not fit together."""
    fields = _checked(desk, given)
    row = Agreement(organisation_id=organisation_id, created_at=desk.now(), **fields)
    desk.session.add(row)
    desk.session.flush()
    record(desk, AGREEMENT, row.id, "added")
    if document is not None:
        sign(desk, row, document)
    return row


def amend(
    desk: Desk, row: Agreement, given: dict[str, Any], document: Document | None = None
) -> None:
    """Change an agreement and record each field; raises Refused as `agree`."""
    change(desk, AGREEMENT, row, _checked(desk, given))
    if document is not None:
        sign(desk, row, document)


def sign(desk: Desk, row: Agreement, document: Document) -> None:
    """Keep the signed document with the SHA-512 of its bytes; an earlier one stays in the files."""
    file = store_file(desk, document.name, document.media_type, document.body)
    digest = hashlib.sha512(document.body).hexdigest()
    change(desk, AGREEMENT, row, {"document_id": file.id, "document_sha512": digest})


def end(desk: Desk, row: Agreement, day: date) -> None:
    """End an agreement with a day; developments that are under it stay under it."""
    if day < row.agreed_on:
        raise Refused(_("The agreement was made on a later day."))
    change(desk, AGREEMENT, row, {"ended_on": day})


def _checked(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an agreement from those of its form."""
    fields: dict[str, Any] = {name: given.get(name) for name in FIELDS}
    fields |= {name: (fields[name] or "").strip() for name in ("title", "reference", "clause")}
    fields["privacy_note"] = (fields["privacy_note"] or "").strip()
    fields["licence"] = demand_expression(fields["licence"] or "")
    if fields["agreed_on"] > desk.today():
        raise Refused(_("This day is still to come."))
    if fields["publishing"] == terms.NO and not fields["clause"]:
        raise Refused(
            _("Which clause forbids to publish it? Without one, what is developed is published.")
        )
    if fields["embargo_days"] < fields["deadline_days"]:
        raise Refused(_("An embargo cannot end before the days to publish it are over."))
    return fields
