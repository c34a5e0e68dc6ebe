# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every check there is, in the order in which they are shown."""

from collections.abc import Mapping

from tresen_licensing.clearances.checks import (
    bases,
    contents,
    credentials,
    deadlines,
    headers,
    licences,
    people,
    sign_offs,
    tables,
    translations,
)
from tresen_licensing.clearances.checks.records import Check

CHECKS: Mapping[str, Check] = {
    check.id: check
    for check in (
        *(bases.RESOLVABLE, bases.FITS, bases.FITS_UPSTREAM, sign_offs.SIGNED, headers.MARKED),
        *(licences.COMPATIBLE, credentials.SECRETS, people.PEOPLE, contents.SOURCED),
        *(contents.TESTED, contents.NOTED, translations.COMPLETE, tables.OWN_TABLES),
        deadlines.IN_TIME,
    )
}
