# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every audit there is, by its id; the clearance's checks have a registry of their own."""

from collections.abc import Mapping

from tresen_licensing.audits import (
    anchors,
    archives,
    deployed,
    fragments,
    materials,
    signatures,
)
from tresen_licensing.audits.records import Audit

AUDITS: Mapping[str, Audit] = {
    each.id: each
    for each in (
        *(materials.BILL, archives.REPRODUCED, anchors.ANCHORS, deployed.SAME),
        *(fragments.FRAGMENT, signatures.SIGNED),
    )
}
