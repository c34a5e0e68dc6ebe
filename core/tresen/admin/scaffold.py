# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the folder of a new plugin, whose tests are green before anybody wrote a line.

The template is data of this distribution; copier fills it in and writes the answers down, so that
the folder can be brought to a newer scaffold.
"""

from importlib.util import find_spec
from pathlib import Path

from packaging.version import Version

import tresen
from tresen.errors import Refused

TEMPLATE = Path(tresen.__file__).parent / "scaffold"
# copier comes with what authors of plugins install for their tests, not with a server.
NEEDED = "Making a plugin needs copier: pip install 'tresen[testing]'"


def make_plugin(name: str, folder: Path, answers: dict[str, str]) -> None:
    """Write a new plugin into a folder that is empty or not there yet.

    `answers` may hold title, title_de, author and source_url; the rest follows from the name.
    Raises Refused for a name that is no lower-case identifier, a folder that holds something,
    and without copier.
    """
    if not (name.isidentifier() and name.islower() and name.isascii()):
        raise Refused(f"The name {name!r} is not a lower-case identifier, such as call_backs.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is not empty.")
    if find_spec("copier") is None:
        raise Refused(NEEDED)
    from copier import run_copy  # noqa: PLC0415 - only here, and not with every installation

    run_copy(
        str(TEMPLATE),
        folder,
        data={"name": name, **_defaults(name), **answers},
        defaults=True,
        quiet=True,
    )


def _defaults(name: str) -> dict[str, str]:
    words = name.replace("_", " ").capitalize()
    core = Version(tresen.__version__)
    return {
        "title": words,
        "title_de": words,
        "author": f"The {words} authors",
        # A name that RFC 2606 keeps for examples: the ladder asks for the real one at silver.
        "source_url": f"https://forge.example/tresen-{name.replace('_', '-')}",
        "series": f"{core.major}.{core.minor}",
        "next_major": str(core.major + 1),
    }
