# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether what runs at a place is what the public has, as far as anybody looked.

`queries.drifted` asks the same of many developments at once.
"""

from collections.abc import Iterable, Mapping

from tresen.sdk import lazy

from tresen_licensing.deployments.models import Deployment

SAME, UNKNOWN, VERSION, OTHER = "same", "unknown", "version", "other"
DRIFTED = frozenset({VERSION, OTHER})
TITLES = {
    SAME: lazy("The public has it"),
    UNKNOWN: lazy("Nobody looked yet"),
    VERSION: lazy("This version is not public"),
    OTHER: lazy("Not the source that is public"),
}
TONES = {SAME: "green", VERSION: "red", OTHER: "red"}


def drift(place: Deployment, public: Mapping[int, str]) -> str:
    """Return what is known of a place; `public` are trees by the change sets that are public.

    A tree that was found there counts, and the version where nobody looked.
    """
    if place.tree:
        return SAME if place.tree in public.values() else OTHER
    return UNKNOWN if place.change_set_id in public else VERSION


def known(places: Iterable[Deployment], public: Mapping[int, str]) -> dict[int, str]:
    """Return what is known of each place where it runs, by its id; nothing before it is public."""
    running = [each for each in places if each.ended_on is None] if public else []
    return {each.id: drift(each, public) for each in running}
