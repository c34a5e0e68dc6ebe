# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a plugin may count on a hook: since when it exists, whether it is settled, when it ends.

A company plans its update day by it, so each specification must say it where it is written, and a
plugin that answers what will end is noted when it is taken in, long before it breaks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import pluggy

F = TypeVar("F", bound=Callable[..., Any])
Stability = Literal["stable", "provisional"]

# How many minor releases after the one that deprecates it something ends at the earliest.
GRACE = 2
# The attribute of a specification that holds its standing.
STANDING = "tresen_standing"

_marker = pluggy.HookspecMarker("tresen")


@dataclass(frozen=True)
class Deprecated:
    """Something that ends: deprecated in release `since`, gone in `ends`, `instead` takes over.

    Releases are "major.minor". Raises ValueError when fewer than two minor releases lie between.
    """

    since: str
    ends: str
    instead: str

    def __post_init__(self) -> None:
        if _releases_between(self.since, self.ends) < GRACE:
            raise ValueError(
                f"What is deprecated in {self.since} stays for {GRACE} minor releases at least, "
                f"so it cannot end in {self.ends}."
            )

    def warning(self, what: str) -> DeprecationWarning:
        """Return the warning that pluggy gives to the author of a plugin that uses it."""
        return DeprecationWarning(f"{what} ends in release {self.ends}: use {self.instead}")


@dataclass(frozen=True)
class Standing:
    """What a specification promises; `arguments` holds those of its arguments that end."""

    since: str
    stability: Stability
    deprecated: Deprecated | None = None
    arguments: Mapping[str, Deprecated] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """A plugin uses a hook that ends, or one `argument` of a hook."""

    plugin: str
    hook: str
    argument: str
    deprecated: Deprecated

    @property
    def sentence(self) -> str:
        """What is used, when it ends and what takes over."""
        what = f"the argument {self.argument} of {self.hook}" if self.argument else self.hook
        ends = self.deprecated
        return f"It uses {what}, which ends in {ends.ends}: use {ends.instead} instead."


def hookspec(
    *,
    since: str,
    stability: Stability,
    firstresult: bool = False,
    deprecated: Deprecated | None = None,
    arguments: Mapping[str, Deprecated] | None = None,
) -> Callable[[F], F]:
    """Mark a function as the specification of a hook that exists since the release `since`.

    Releases are those of the core, or of the plugin that offers the hook in its `hookspecs`.
    `deprecated` says that the hook ends, `arguments` which of its arguments do; pluggy warns the
    authors of plugins that use them. Raises ValueError for an argument that the hook lacks.
    """

    def marked(function: F) -> F:
        ending = dict(arguments or {})
        if strange := ending.keys() - set(arguments_of(function)):
            raise ValueError(f"{function.__name__} has no argument {', '.join(sorted(strange))}")
        setattr(function, STANDING, Standing(since, stability, deprecated, ending))
        specified: F = _marker(
            function,
            firstresult=firstresult,
            warn_on_impl=deprecated.warning(function.__name__) if deprecated else None,
            warn_on_impl_args={name: ends.warning(name) for name, ends in ending.items()},
        )
        return specified

    return marked


def standing_of(spec: Callable[..., Any]) -> Standing | None:
    """Return what a specification promises; None for one that pluggy's own marker made."""
    found: Standing | None = getattr(spec, STANDING, None)
    return found


def answered(manager: pluggy.PluginManager, plugin: str) -> dict[str, Standing]:
    """Return the standing of each hook that a plugin answers, by the hook's name."""
    found = {}
    for hook in manager.get_hookcallers(manager.get_plugin(plugin)) or ():
        if hook.spec is not None and (standing := standing_of(hook.spec.function)):
            found[hook.name] = standing
    return found


def notices_of(manager: pluggy.PluginManager, plugin: str) -> tuple[Notice, ...]:
    """Return what a plugin uses that ends: one notice for a hook, or for each such argument."""
    found: list[Notice] = []
    for name, standing in sorted(answered(manager, plugin).items()):
        if standing.deprecated:
            found.append(Notice(plugin, name, "", standing.deprecated))
            continue
        named = {
            argument
            for implementation in getattr(manager.hook, name).get_hookimpls()
            if implementation.plugin_name == plugin
            for argument in implementation.argnames
        }
        found += [
            Notice(plugin, name, argument, ends)
            for argument, ends in sorted(standing.arguments.items())
            if argument in named
        ]
    return tuple(found)


def arguments_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the arguments that a specification has."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def _releases_between(first: str, last: str) -> int:
    """Return how many minor releases follow `first` up to `last`, whatever is released between.

    Nobody knows beforehand how many minor releases a major one still sees, so none is counted.
    """
    (major, minor), (last_major, last_minor) = _parts(first), _parts(last)
    if last_major > major:
        return last_major - major + last_minor
    return last_minor - minor if last_major == major else 0


def _parts(release: str) -> tuple[int, int]:
    major, minor = release.split(".")
    return int(major), int(minor)
