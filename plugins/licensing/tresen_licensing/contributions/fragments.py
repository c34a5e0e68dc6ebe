# SPDX-License-Identifier: AGPL-3.0-or-later
"""What giving back adds to a component's `publiccode.yml`, by which public bodies find software.

It is a fragment: what nobody here knows is left to who keeps the file, and named at its top.
"""

from collections.abc import Sequence
from typing import Any

import yaml

from tresen_licensing.contributions import crediting
from tresen_licensing.contributions.cards import Card
from tresen_licensing.contributions.queries import Contribution

MEDIA_TYPE = "application/yaml"
STANDARD = "0.5"
# Keys that the standard asks for, as far as they are no facts of giving back.
MANDATORY = (
    *("url", "platforms", "developmentStatus", "softwareType", "organisation/uri", "description"),
    *("legal/license", "maintenance/type", "localisation/localisationReady"),
    "localisation/availableLanguages",
)


def fragment(component: str, found: Sequence[Contribution], told: Sequence[Card]) -> str:
    """Return the fragment of a component; names stand in it with consent alone."""
    named = sorted(
        {_line(crediting.name(each.row)) for each in found if crediting.is_named(each.row)}
    )
    funding = sorted(
        {_line(crediting.name(each.row)) for each in found if crediting.is_funder(each.row)}
    )
    upstream = sorted({each.upstream_url for each in told if each.upstream_url})
    licences = sorted({each.licence for each in told})
    facts: dict[str, Any] = {"publiccodeYmlVersion": STANDARD, "name": _line(component)}
    if upstream:
        facts["isBasedOn"] = upstream
    facts["legal"] = {"license": " AND ".join(_whole(each, licences) for each in licences)}
    if named:
        facts["usedBy"] = named
    if funding:
        facts["fundedBy"] = [{"name": each} for each in funding]
    missing = [each for each in MANDATORY if each.partition("/")[0] not in facts]
    body: str = yaml.safe_dump(facts, sort_keys=False, allow_unicode=True)
    return _head(missing, is_funded=bool(funding)) + body


def _line(text: str) -> str:
    """Return a text in one line: readers of YAML differ in what ends one."""
    return " ".join(text.split())


def _whole(licence: str, among: Sequence[str]) -> str:
    """Return a licence as it stands among others: a choice keeps together."""
    return f"({licence})" if len(among) > 1 and " OR " in licence else licence


def _head(missing: Sequence[str], *, is_funded: bool) -> str:
    lines = ["# A fragment of publiccode.yml: what is known of contributions.", "# Still to add:"]
    lines += [f"#   {each}" for each in missing]
    if is_funded:
        lines.append("#   fundedBy/uri")
    return "\n".join(lines) + "\n"
