# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remembers which installed state a start found fit, so that the next one need not look again.

What was installed does not change by being started. Whatever could make a verdict another one is
in the state: the distributions, the files of the core and of the plugins, and who is switched off.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from tresen.config import Config
from tresen.desk import Core
from tresen.loader import GROUP
from tresen.stamps import keep, stamps
from tresen.switches import switched_off

METADATA = (".dist-info", ".egg-info")
CODE = (".py", ".toml")


def state_of(config: Config) -> str:
    """Return a hash of all that decides whether what is installed is fit."""
    off = sorted({*config.plugins_off, *switched_off(config.data_dir)})
    found = hashlib.sha256(repr((sys.version, off, config.safe, config.strict)).encode())
    for line in (*_distributions(), *_code()):
        found.update(line.encode(errors="surrogateescape"))
    return found.hexdigest()


def is_known(config: Config, state: str) -> bool:
    """Whether an earlier start found the state fit."""
    try:
        return _file(config).read_text(encoding="ascii") == state
    except (OSError, ValueError):
        return False


def remember(core: Core, state: str) -> None:
    """Keep the state of a start at which nobody was set aside but who was switched off."""
    plugins = core.plugins
    if plugins.is_known or plugins.set_aside.keys() - plugins.switched_off:
        return
    # A start does without it where nothing can be written.
    with suppress(OSError):
        keep(_file(core.config), state)


def _file(config: Config) -> Path:
    return config.data_dir / "compiled" / "fit"


def _distributions() -> Iterator[str]:
    """Yield what installing, upgrading or removing anything changes: names with their versions."""
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as entries:
            yield from sorted(
                f"{folder}/{each.name}:{each.stat().st_mtime_ns}\n"
                for each in entries
                if each.name.endswith(METADATA)
            )


def _code() -> Iterator[str]:
    """Yield what changing a file of the core or of a plugin changes."""
    packages = {point.module.partition(".")[0] for point in entry_points(group=GROUP)}
    for package in sorted({"tresen", *packages}):
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            yield from sorted(stamps(folder, CODE))
