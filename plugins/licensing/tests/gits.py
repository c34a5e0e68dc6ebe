# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real repositories, made by the real git, which the plugin itself never runs."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Nothing of who runs the tests, and the same ids on every machine.
PLAIN = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Dora Developer",
    "GIT_AUTHOR_EMAIL": "dora@tresen.example",
    "GIT_COMMITTER_NAME": "Dora Developer",
    "GIT_COMMITTER_EMAIL": "dora@tresen.example",
    "GIT_AUTHOR_DATE": "2026-03-02T10:00:00+01:00",
    "GIT_COMMITTER_DATE": "2026-03-02T10:00:00+01:00",
}


@dataclass(frozen=True)
class Repository:
    """A repository with a working copy."""

    folder: Path

    def git(self, *words: str, given: bytes = b"") -> bytes:
        """Run git and return what it says."""
        ran = subprocess.run(
            ["git", "-C", str(self.folder), *words],
            input=given,
            env=PLAIN,
            capture_output=True,
            check=True,
        )
        return ran.stdout

    def text(self, *words: str, given: bytes = b"") -> str:
        """Run git and return the one line it says."""
        return self.git(*words, given=given).decode().strip()

    def commit(self, files: dict[str, bytes | None], message: str, *, signed: bool = True) -> str:
        """Write files (None removes one) and commit them; return the commit."""
        for name, body in files.items():
            path = self.folder / name
            if body is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message, *(["-s"] if signed else []))
        return self.text("rev-parse", "HEAD")

    def tree(self, revision: str = "HEAD") -> str:
        """Return the tree of a revision."""
        return self.text("rev-parse", f"{revision}^{{tree}}")

    def series(self, base: str, *more: str) -> bytes:
        """Return the patches since `base` as one mailbox that names it."""
        return self.git("format-patch", "--stdout", f"--base={base}", *more, f"{base}..HEAD")

    def bundle(self, *words: str) -> bytes:
        """Return a bundle of revisions, `main` or `base..main`."""
        return self.git("bundle", "create", "-q", "-", *words)


def repository(folder: Path) -> Repository:
    """Return a new repository with one commit."""
    folder.mkdir(parents=True)
    made = Repository(folder)
    made.git("init", "-q", "-b", "main")
    made.commit({"README": b"Harbour\n", "src/quay.py": b"BERTHS = 3\n"}, "Begin")
    return made
