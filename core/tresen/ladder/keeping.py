# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps how plugins came out, so that no process reads all of their files for a page again.

A plugin comes out the same as long as its files, its metadata and the core are the same; files are
known by size and time. The commands judge anew.
"""

import hashlib
import json
import sys
from contextlib import suppress
from pathlib import Path

import tresen
from tresen.ladder.records import Candidate, Finding, Report
from tresen.ladder.service import RULES, judge, report_of
from tresen.stamps import keep, stamps

CORE = Path(tresen.__file__).parent


def judged(candidate: Candidate, folder: Path) -> Report:
    """Return how the plugin comes out, as it is kept in `folder` or else judged and kept there."""
    file, state = folder / f"{candidate.name}.json", state_of(candidate)
    try:
        return _read(candidate, file, state)
    except (OSError, ValueError, LookupError, TypeError):
        report = judge(candidate)
        # A page does without it where nothing can be written.
        with suppress(OSError):
            _write(file, state, report)
        return report


def state_of(candidate: Candidate) -> str:
    """Return a hash of all that decides how a plugin comes out."""
    dist = candidate.installed
    record = dist.read_text("RECORD") if dist else None
    found = hashlib.sha256(repr((sys.version, str(candidate.metadata), record)).encode())
    for folder in (candidate.package, CORE):
        for line in sorted(stamps(str(folder))):
            found.update(line.encode(errors="surrogateescape"))
    return found.hexdigest()


def _read(candidate: Candidate, file: Path, state: str) -> Report:
    """Return what is kept; raises OSError, ValueError, LookupError and TypeError for none."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    if kept["state"] != state:
        raise LookupError(file)
    found = kept["rules"]
    findings = [
        Finding(rule, level, str(found[rule.name][0]), tuple(map(str, found[rule.name][1])))
        for level, rules in RULES.items()
        for rule in rules
    ]
    return report_of(candidate, tuple(findings))


def _write(file: Path, state: str, report: Report) -> None:
    rules = {each.rule.name: [each.state, each.details] for each in report.findings}
    keep(file, json.dumps({"state": state, "rules": rules}))
