# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads YAML as the values that JSON would have, for SPDX documents written in it.

Looked at by its events first: references (`*name`) could make a huge file of a small one, and
nesting could go deeper than anything that builds values of it stands.
"""

import re
from functools import cache
from typing import Any

from tresen.sdk import Refused, _

from tresen_licensing.boms import documents

_START = re.compile(r"^[\"']?spdxVersion[\"']?[ \t]*:", re.MULTILINE)
_TAG = "tag:yaml.org,2002:"


def is_document(text: str) -> bool:
    """Tell whether a text names SPDX's version as YAML does, at the start of a line."""
    return bool(_START.search(text))


def values_of(text: str) -> dict[str, Any]:
    """Return what the file holds; raises Refused for what is no YAML, or for references in it."""
    # Read where a file comes in, not in every web process.
    import yaml  # noqa: PLC0415 - as above

    try:
        _demand_plain(yaml.parse(text, Loader=_loader()))
        found = _loader()(text).get_single_data()
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        # Where a tag says that a text is something else, its reader stumbles.
        words = {"fault": " ".join(str(error).split())[:400]}
        raise Refused(_("The file is no YAML: %(fault)s") % words) from error
    if not isinstance(found, dict):
        raise Refused(_("The file is neither CycloneDX nor SPDX."))
    documents.walk(found)
    return found


def _demand_plain(events: Any) -> None:
    """Raise Refused for references, and for what is nested too deep."""
    import yaml  # noqa: PLC0415 - as above

    depth = 0
    for each in events:
        if isinstance(each, yaml.AliasEvent):
            text = _("The file refers to its own parts (“*%(name)s”): write each of them out.")
            raise Refused(text % {"name": str(each.anchor)[:100]})
        if isinstance(each, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(each, yaml.CollectionEndEvent):
            depth -= 1
        if depth > documents.DEEPEST:
            raise documents.too_deep()


@cache
def _loader() -> Any:
    """Return a reader of plain values: a version 4.10 is a text, and a moment is one, too."""
    import yaml  # noqa: PLC0415 - as above

    quick: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Plain(quick):  # type: ignore[misc] # found where it runs
        """Takes each name once, and no scalars but truth, whole numbers, nothing and text."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            """Return the object, whose names are texts."""
            pairs = [
                (self.construct_object(key, deep=True), self.construct_object(value, deep=deep))
                for key, value in node.value
            ]
            if not all(isinstance(name, str) for name, _value in pairs):
                raise Refused(_("The file has a name that is no text."))
            return documents.once(pairs)

    Plain.yaml_implicit_resolvers = {}
    Plain.add_implicit_resolver(f"{_TAG}bool", re.compile("^(true|false)$"), list("tf"))
    Plain.add_implicit_resolver(f"{_TAG}int", re.compile("^(0|[1-9][0-9]*)$"), list("0123456789"))
    Plain.add_implicit_resolver(f"{_TAG}null", re.compile("^(null|~|)$"), ["n", "~", ""])
    return Plain
