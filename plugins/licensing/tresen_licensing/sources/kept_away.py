# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells by name what must never leave the machine: an archive of source is public.

A file too many that is left out is named and can be asked for; a key that was handed out is lost.
"""

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

NAMES = (
    *(".env", ".env.*", "*.env", ".netrc", ".pypirc", ".htpasswd", ".pgpass", "tresen.toml"),
    *("*.key", "*.pem", "*.p12", "*.pfx", "*.jks", "*.kdbx", "id_rsa*", "id_ed25519*", "id_ecdsa*"),
    *("*.sqlite", "*.sqlite3", "*.sqlite3-*", "*.db", "*.dump", "*.sql.gz", "credentials*"),
)
FOLDERS = {".git", ".ssh", ".gnupg", ".aws", "tresen-data"}


def looks_secret(name: str) -> bool:
    """Whether a path looks like a key, a configuration with passwords or somebody's data."""
    path = PurePosixPath(name)
    is_kept_away = bool(FOLDERS & set(path.parts[:-1]))
    return is_kept_away or any(fnmatch(path.name.lower(), pattern) for pattern in NAMES)


def is_below(file: Path, folders: Iterable[Path]) -> bool:
    """Whether a file lies in one of the folders, symbolic links followed."""
    real = file.resolve()
    return any(real.is_relative_to(folder.resolve()) for folder in folders)
