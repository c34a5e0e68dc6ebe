# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin declares of itself in `plugin.toml`, read without importing any of its code.

Whoever decides about a plugin has to know before its first line runs which hosts it talks to
and whose data it keeps; so this is a data file in its package, and not a hook.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tresen.errors import Misconfigured

FILE_NAME = "plugin.toml"


@dataclass(frozen=True)
class Capabilities:
    """What a plugin does beyond pages and its own tables; `network` are the hosts it talks to."""

    network: tuple[str, ...] = ()
    mail: bool = False
    files: bool = False
    subprocess: bool = False


@dataclass(frozen=True)
class Manifest:
    """What one plugin declares.

    `title` and `summary` go by language ("en", "de"); `tested` is the newest release of the core
    that it was tested with, as "0.1" or "0.1.2"; `exempt` gives the reason for each quality rule
    that it does not want to be judged by.
    """

    area: str
    title: dict[str, str]
    summary: dict[str, str]
    tested: str
    maturity: str
    capabilities: Capabilities
    personal_data: tuple[str, ...]
    exempt: dict[str, str]


def read_manifest(package: str) -> Manifest | None:
    """Return what a top-level package declares, None where it has no `plugin.toml`.

    Raises Misconfigured with one sentence where the file cannot be understood.
    """
    # Of a top-level package, finding the specification runs none of its code.
    spec = find_spec(package)
    for place in (spec and spec.submodule_search_locations) or ():
        if (file := Path(place) / FILE_NAME).is_file():
            return parse_manifest(file.read_bytes())
    return None


def parse_manifest(content: bytes) -> Manifest:
    """Return what the bytes of a `plugin.toml` declare; raises Misconfigured."""
    from marshmallow import ValidationError  # noqa: PLC0415 - see the form

    from tresen.manifest_form import ManifestSchema  # noqa: PLC0415 - as above

    try:
        found = ManifestSchema().load(tomllib.loads(content.decode("utf-8")))
    except ValidationError as error:
        wrong = "; ".join(f"{key}: {text}" for key, text in _wrong(error.messages_dict))
        raise Misconfigured(f"Its {FILE_NAME} is not understood: {wrong}") from None
    except ValueError as error:  # neither TOML nor UTF-8
        raise Misconfigured(f"Its {FILE_NAME} cannot be read: {error}") from None
    return _made(found)


def _made(values: dict[str, Any]) -> Manifest:
    able = values.pop("capabilities")
    hosts = tuple(able.pop("network", ()))
    personal = tuple(values.pop("personal_data"))
    return Manifest(
        **values, capabilities=Capabilities(network=hosts, **able), personal_data=personal
    )


def _wrong(messages: dict[Any, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, said in sorted(messages.items(), key=lambda pair: str(pair[0])):
        if isinstance(said, dict):
            yield from _wrong(said, f"{path}{key}.")
        else:
            yield f"{path}{key}", " ".join(said)
