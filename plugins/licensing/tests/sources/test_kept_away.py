# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys, passwords and somebody's data never stand in a public archive."""

from pathlib import Path

import pytest
from tresen_licensing.sources.kept_away import is_below, looks_secret


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        "kettle/.env",
        "kettle/.env.production",
        "deploy/production.env",
        "secret.key",
        "kettle/tls/SERVER.KEY",
        "certificate.pem",
        "store.p12",
        "store.PFX",
        "vault.kdbx",
        "id_rsa",
        "id_rsa.pub",
        "keys/id_ed25519",
        "tresen.sqlite3",
        "tresen.sqlite3-wal",
        "old.sqlite",
        "people.db",
        "people.dump",
        "backup.sql.gz",
        ".netrc",
        ".pypirc",
        ".pgpass",
        ".htpasswd",
        "credentials",
        "credentials.json",
        "tresen.toml",
        ".git/config",
        "kettle/.ssh/config",
        ".aws/config",
        "tresen-data/mails/1",
        "tresen-data/demo/mails/1.eml",
    ],
)
def test_what_looks_secret_is_kept_away(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "kettle/__init__.py",
        "kettle/secrets.py",
        "kettle/keys.py",
        "kettle/environment.py",
        "kettle/dotenv.py",
        "kettle/database.py",
        "kettle/static/keyboard.js",
        "pyproject.toml",
        "plugin.toml",
        ".gitignore",
        "LICENSES/AGPL-3.0-or-later.txt",
        "docs/git/config.md",
        "migrations/0001_dump.py",
    ],
)
def test_source_is_not_kept_away(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize(
    ("file", "is_in"),
    [("data/a", True), ("data/b/c", True), ("other/a", False), ("database", False)],
)
def test_file_is_below_a_folder_and_not_beside_it(tmp_path: Path, file: str, is_in: bool) -> None:
    assert is_below(tmp_path / file, [tmp_path / "data"]) == is_in


def test_file_is_found_where_a_symbolic_link_leads(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    assert is_below(tmp_path / "link" / "a", [tmp_path / "data"])


def test_nothing_is_below_no_folder(tmp_path: Path) -> None:
    assert not is_below(tmp_path / "a", [])
