# SPDX-License-Identifier: AGPL-3.0-or-later
"""Test mails of free licence that lie outside the repository: where ``TRESEN_CORPORA`` points.

Without it the tests that read them are skipped, one skip for each, so that the count shows.
"""

import os
from pathlib import Path

import pytest

MAILS = (
    "cpython",
    "enmime",
    "mikel-mail",
    "mime4j",
    "stalwart-mail-parser",
    "zbateson-mime",
    "email-reply-trimmer",
)
_ENDINGS = {".eml", ".msg", ".raw", ".txt"}
_RESULTS = {"trimmed", "elided", "embedded", "before", "files"}


def corpus(name: str) -> Path:
    """The folder of one corpus; skips the test where there is none."""
    root = os.environ.get("TRESEN_CORPORA")
    if not root or not (Path(root) / name).is_dir():
        pytest.skip(f"TRESEN_CORPORA names no folder with {name}")
    return Path(root) / name


def mails(name: str) -> list[Path]:
    """The mails of one corpus, without what says how they are to be read."""
    return sorted(
        path
        for path in corpus(name).rglob("*")
        if path.suffix in _ENDINGS and "README" not in path.name and not _RESULTS & {*path.parts}
    )
