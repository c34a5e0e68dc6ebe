# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the administration shows of a plugin."""

from dataclasses import dataclass, field

TAKEN_IN, MUTED, SET_ASIDE, OFF = "taken_in", "muted", "set_aside", "off"
# The states that nobody chose.
FAULTY = (MUTED, SET_ASIDE)


@dataclass(frozen=True)
class PluginState:
    """One installed plugin; `sentence` says what is wrong with it, and is empty for a sound one."""

    name: str
    title: str
    version: str
    distribution: str
    state: str
    sentence: str = ""
    # How often it failed within the last minutes; ten times mute it.
    errors: int = 0


@dataclass(frozen=True)
class Declared:
    """What a plugin that was taken in brings, by name."""

    hooks: tuple[str, ...] = ()
    # Those among the hooks that may still change with any minor release.
    provisionals: tuple[str, ...] = ()
    # Those that it specifies itself, for others to answer.
    offers: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class HookCost:
    """What one hook of a plugin cost in this process since it started; times in microseconds."""

    hook: str
    calls: int
    mean: int
    longest: int
    errors: int


@dataclass(frozen=True)
class Remains:
    """What is kept in a plugin's name: its tables with their rows, its rows in the core's, files.

    `rows` goes by the core's table; `mentions` are rows of people, by table, that name something of
    the plugin; `files` are those that the plugin's rows point at.
    """

    plugin: str
    tables: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)
    files: int = 0
    has_version: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return not (self.tables or self.rows or self.mentions or self.has_version)
