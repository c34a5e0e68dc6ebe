# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we say of the findings of a release, as a document of OpenVEX 0.2.0.

Source: https://github.com/openvex/spec, OPENVEX-SPEC.md, and its JSON schema.
"""

import json
from datetime import datetime
from typing import Any

from tresen.sdk import Desk, Missing, ProductVersion, _

from tresen_licensing.advisories import queries, states
from tresen_licensing.advisories.models import AdvisoryFinding

CONTEXT = "https://openvex.dev/ns/v0.2.0"


def document(desk: Desk, version: ProductVersion) -> bytes:
    """Return the document of a release, the same bytes as long as nothing changes; in UTF-8.

    Raises Missing where nothing is found: a document has one statement at least.
    """
    found = sorted(queries.of_release(desk, version.id), key=_place)
    if not found:
        raise Missing(_("No advisory names a component of this release."))
    whole = {
        "@context": CONTEXT,
        "@id": f"{desk.config.base_url}/licensing/portfolio/versions/{version.id}/vex.json",
        "author": desk.config.operator or desk.config.base_url,
        "timestamp": max(_written(each) for each in map(_said_at, found)),
        "version": queries.revision(desk, version.id),
        "statements": [_statement(version, each) for each in found],
    }
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()


def _statement(version: ProductVersion, found: AdvisoryFinding) -> dict[str, Any]:
    product = {
        "@id": product_id(version),
        "subcomponents": [{"@id": found.purl}],
    }
    aliases = [each for each in found.advisory.aliases if each != found.advisory.osv_id]
    name = {"name": found.advisory.osv_id, **({"aliases": aliases} if aliases else {})}
    return {
        "vulnerability": name,
        "timestamp": _written(_said_at(found)),
        "products": [product],
        "status": found.status,
        **_words(found),
    }


def _words(found: AdvisoryFinding) -> dict[str, str]:
    """Return the note in the field that goes with the status."""
    note = found.note
    if found.status == states.NOT_AFFECTED:
        said = {"justification": found.justification}
        return {**said, **({"impact_statement": note} if note else {})}
    field = "action_statement" if found.status == states.AFFECTED else "status_notes"
    return {field: note} if note else {}


def product_id(version: ProductVersion) -> str:
    """Return the purl by which the document names the release."""
    from packageurl import PackageURL  # noqa: PLC0415 - read where a document is asked for

    return PackageURL("generic", None, version.product.code, version.number).to_string()


def _place(found: AdvisoryFinding) -> tuple[str, str, str]:
    return found.advisory.osv_id, found.package, found.component_version


def _said_at(found: AdvisoryFinding) -> datetime:
    return found.assessed_at or found.found_at


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
