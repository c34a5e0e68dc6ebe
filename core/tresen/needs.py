# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which plugins need which others, told from the metadata of their distributions.

A plugin may ask another's hooks or read its pages; without it, what it promises is not there.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import EntryPoint

Needs = Mapping[str, set[str]]


def needs_of(points: Iterable[EntryPoint]) -> dict[str, set[str]]:
    """Return the plugins that each one's distribution requires, by name."""
    known = list(points)
    return {
        point.name: needed_by((point.dist.requires if point.dist else None) or (), known)
        for point in known
    }


def needed_by(requires: Iterable[str], points: Iterable[EntryPoint]) -> set[str]:
    """Return the plugins whose distributions these lines (`Requires-Dist`) name."""
    from packaging.requirements import (  # noqa: PLC0415 - only plugins require
        InvalidRequirement,
        Requirement,
    )
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - as above

    wanted = set()
    for line in requires:
        # What cannot be read is refused with a sentence when the plugin is taken in.
        with suppress(InvalidRequirement):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.add(canonicalize_name(requirement.name))
    return {
        point.name
        for point in points
        if point.dist and canonicalize_name(point.dist.name) in wanted
    }


def circles(needs: Needs) -> dict[str, str]:
    """Return a sentence for each plugin that needs itself by way of others.

    Neither could be upgraded, switched off or removed before the other.
    """
    found: dict[str, str] = {}
    for name in needs:
        partners = {each for each in reached(needs, name) if name in reached(needs, each)}
        if partners:
            others = ", ".join(sorted(partners - {name})) or name
            found[name] = f"It and {others} need each other; one of them must do without."
    return found


def reached(needs: Needs, start: str) -> set[str]:
    """Return all that a plugin needs, directly or by way of others."""
    found, ahead = set[str](), set(needs.get(start, ()))
    while ahead:
        name = ahead.pop()
        found.add(name)
        ahead |= needs.get(name, set()) - found
    return found


def depth(needs: Needs, name: str) -> int:
    """Return how many others a plugin stands on: who needs it stands on more."""
    return len(reached(needs, name))


def lacking(name: str, needed: str, *, is_off: bool) -> str:
    """Return why a plugin is set aside without another one."""
    why = "is switched off" if is_off else "was set aside"
    return f"{name} needs the plugin {needed}, which {why}."
