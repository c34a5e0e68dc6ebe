# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far the database has come with each distribution's migrations; changes nothing.

Every start and every probe asks this, and needs no Alembic for it: a revision is called after
the number in front of its file, which `tresen upgrade` holds the files to.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from tresen.errors import Misconfigured
from tresen.hooks.caller import Plugins

# What the version table of every chain begins with; the chain's name follows.
VERSIONS = "schema_version_"


@dataclass(frozen=True)
class Chain:
    """The migrations of one distribution; the core's own chain is called `core`."""

    name: str
    folder: Path

    @property
    def version_table(self) -> str:
        """The table that says how far this chain has come."""
        return f"{VERSIONS}{self.name}"

    @property
    def revisions(self) -> list[str]:
        """The revisions that the code knows, oldest first."""
        return sorted(file.name.partition("_")[0] for file in self.folder.glob("[0-9]*_*.py"))

    def owns(self, name: str, others: tuple[str, ...]) -> bool:
        """Whether the table belongs to this chain: by prefix, the core has what is left."""
        if self.name != "core":
            return name.startswith(f"{self.name}_")
        return not name.startswith((VERSIONS, *[f"{other}_" for other in others]))


def chains_of(plugins: Plugins) -> list[Chain]:
    """Return the core's chain, then those of the plugins by name."""
    found = [Chain("core", Path(__file__).parent / "migrations")]
    for name, info in sorted(plugins.taken_in.items()):
        if (info.folder / "migrations").is_dir():
            found.append(Chain(name, info.folder / "migrations"))
    return found


def current_revision(connection: Connection, chain: Chain) -> str | None:
    """Return how far the database has come with the chain, None where it has not begun."""
    if not inspect(connection).has_table(chain.version_table):
        return None
    version = table(chain.version_table, column("version_num"))
    found: str | None = connection.scalar(select(version.c.version_num))
    return found


def pending_revisions(connection: Connection, chain: Chain) -> list[str]:
    """Return the revisions that `tresen upgrade` would still run, oldest first.

    Raises Misconfigured when the database has a revision that this code does not know.
    """
    known = chain.revisions
    current = current_revision(connection, chain)
    if current is None:
        return known
    if current not in known:
        raise Misconfigured(
            f"The database is at revision {current} of {chain.name}, newer than the installed "
            f"code: install the version that made it, or restore the backup from before."
        )
    return known[known.index(current) + 1 :]
