# SPDX-License-Identifier: AGPL-3.0-or-later
"""The environment of update day: what is installed, changed by what pip is going to install.

It is read from a constraints file and a folder of wheels, so that nothing has to be installed
before it is known what it would break.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PathDistribution, version
from pathlib import Path
from zipfile import BadZipFile, ZipFile
from zipfile import Path as ZipPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from tresen.errors import Misconfigured


@dataclass(frozen=True)
class Wheel:
    """What a wheel says of itself; `requires` are its Requires-Dist lines."""

    name: str
    version: Version
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """What will be installed: `pins` by normalised name (PEP 503), all else as it is here.

    `wheels` are at hand and go in only where they help; the newest comes first.
    """

    pins: dict[str, str] = field(default_factory=dict)
    wheels: tuple[Wheel, ...] = ()

    def version_of(self, name: str) -> str:
        """Return the version that will be there; raises PackageNotFoundError for none."""
        return self.pins.get(canonicalize_name(name)) or version(name)

    def wheels_of(self, name: str) -> list[Wheel]:
        """Return the wheels of a distribution, the newest first."""
        return [wheel for wheel in self.wheels if wheel.name == canonicalize_name(name)]


def read_target(constraints: Path | None, wheelhouse: Path | None) -> Target:
    """Return what the two say; raises Misconfigured for what cannot be read."""
    pins = dict(_pins(constraints)) if constraints else {}
    wheels = _wheels(wheelhouse) if wheelhouse else []
    return Target(pins, tuple(sorted(wheels, key=lambda wheel: wheel.version, reverse=True)))


def _pins(file: Path) -> Iterator[tuple[str, str]]:
    """Yield name and version of each line `name==version`, as `pip freeze` writes them.

    Hashes (`--hash=…`, also on lines of their own) are passed over, as the plan installs nothing.
    """
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        text = f" {line}".partition(" #")[0].partition(" --hash")[0].strip(" \t\\")
        if not text:
            continue
        try:
            requirement = Requirement(text)
            (pin,) = requirement.specifier
            is_pin = pin.operator in ("==", "===") and not pin.version.endswith(".*")
        except (InvalidRequirement, ValueError):
            is_pin = False
        if not is_pin:
            raise Misconfigured(f"{file.name}, line {number}: {text!r} is not name==version.")
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name), pin.version


def _wheels(folder: Path) -> Iterator[Wheel]:
    for file in sorted(folder.glob("*.whl")):
        try:
            name, number, _build, _tags = parse_wheel_filename(file.name)
            with ZipFile(file) as archive:
                yield Wheel(name, number, _requires(archive))
        except (InvalidWheelFilename, BadZipFile, StopIteration) as error:
            raise Misconfigured(f"{file.name} is no wheel that can be read.") from error


def _requires(archive: ZipFile) -> tuple[str, ...]:
    """Return the wheel's requirements from its `….dist-info/METADATA`."""
    metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    inside = ZipPath(archive, metadata.removesuffix("METADATA"))
    return tuple(PathDistribution(inside).requires or ())
