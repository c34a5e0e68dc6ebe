# SPDX-License-Identifier: AGPL-3.0-or-later
"""C19: whether the fragment of `publiccode.yml` is valid, and names with consent alone.

It is judged as far as it goes: what the standard asks for and nobody here knows is named in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml
from tresen.sdk import Desk, lazy

from tresen_licensing.audits.records import NOT_YET, NOTHING, Audit, Looked, ended
from tresen_licensing.clearances.checks.records import Found
from tresen_licensing.contributions import cards, crediting, fragments, queries
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.licences import expression_of


def _look(desk: Desk, row: Development) -> Looked:
    if row.state not in states.PUBLIC:
        return NOT_YET
    component = queries.component_of(row)
    found = queries.of_component(desk, component) if component else []
    if not found:
        return NOTHING
    text = fragments.fragment(component, found, [cards.card(each) for each in found])
    named = {_line(each.row) for each in found if crediting.is_named(each.row)}
    funding = {_line(each.row) for each in found if crediting.is_funder(each.row)}
    return ended([*faults(text, named, funding)])


def faults(text: str, named: set[str], funding: set[str]) -> Iterator[Found]:
    """Yield what is wrong with a fragment; who agreed to be named as user and as who paid."""
    try:
        facts = yaml.safe_load(text)
    except yaml.YAMLError:
        facts = None
    if not isinstance(facts, dict):
        yield Found("unreadable")
        return
    yield from (Found("key", facts={"key": key}) for key in _wrong(facts))
    used, paid = facts.get("usedBy", []), [each["name"] for each in facts.get("fundedBy", [])]
    if set(used) - named or set(paid) - funding:
        yield Found("named")


def _wrong(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys whose values are not as the standard asks for."""
    if facts.get("publiccodeYmlVersion") != fragments.STANDARD:
        yield "publiccodeYmlVersion"
    if not facts.get("name"):
        yield "name"
    if not all(urlsplit(each).scheme in ("http", "https") for each in facts.get("isBasedOn", ())):
        yield "isBasedOn"
    if not expression_of(facts.get("legal", {}).get("license", "")):
        yield "legal/license"


def _line(row: Development) -> str:
    return " ".join(crediting.name(row).split())


FRAGMENT = Audit(
    "C19",
    lazy("Its fragment of publiccode.yml is valid, and names with consent alone"),
    lazy("Mend upstream's address, the licence or how the customer is named in the agreement."),
    {
        "unreadable": lazy("The fragment is no YAML."),
        "key": lazy("The fragment's %(key)s is not as the standard asks for."),
        "named": lazy("The fragment names somebody who did not agree to it."),
    },
    _look,
)
