# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judges a plugin by every rule; the level is the highest whose rules, and all below, hold."""

from typing import Any

from tresen.ladder import bronze, gold, platinum, silver
from tresen.ladder.records import EXEMPT, FAILED, LEVELS, PASSED, Candidate, Finding, Report, Rule

RULES: dict[str, tuple[Rule, ...]] = dict(
    zip(LEVELS, (bronze.RULES, silver.RULES, gold.RULES, platinum.RULES), strict=True)
)
# A page is to be read: of two hundred missing translations the first ones say enough.
MOST = 20


def judge(candidate: Candidate) -> Report:
    """Return how the plugin comes out; nothing of it is imported."""
    findings = tuple(
        _finding(candidate, level, rule) for level, rules in RULES.items() for rule in rules
    )
    return report_of(candidate, findings)


def report_of(candidate: Candidate, findings: tuple[Finding, ...]) -> Report:
    """Return the report of a plugin whose rules came out so."""
    return Report(candidate.name, candidate.version, _reached(candidate, findings), findings)


def _finding(candidate: Candidate, level: str, rule: Rule) -> Finding:
    exempt = candidate.manifest.exempt if candidate.manifest else {}
    if rule.name in exempt:
        return Finding(rule, level, EXEMPT, (exempt[rule.name],))
    try:
        wrong = tuple(rule.test(candidate))
    except Exception as error:  # noqa: BLE001 - what is judged may be broken in any way
        # A file that cannot be read proves nothing, for any rule that reads it.
        wrong = (f"{type(error).__name__}: {error}",)
    return Finding(rule, level, FAILED if wrong else PASSED, wrong[:MOST])


def _reached(candidate: Candidate, findings: tuple[Finding, ...]) -> str:
    reached = ""
    # Without a manifest nobody said what it does, whatever else it does well.
    for level in LEVELS if candidate.manifest else ():
        if any(each.state == FAILED for each in findings if each.level == level):
            break
        reached = level
    return reached


def is_at_least(report: Report, level: str) -> bool:
    """Whether the plugin reaches the level or a higher one."""
    return bool(report.level) and LEVELS.index(report.level) >= LEVELS.index(level)


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as a JSON object; `level` is null where it does not reach bronze."""
    return {
        "plugin": report.name,
        "version": report.version,
        "level": report.level or None,
        "rules": [
            {
                "rule": each.rule.name,
                "level": each.level,
                "state": each.state,
                "title": str(each.rule.title),
                "hint": str(each.rule.hint) if each.state == FAILED else None,
                "details": list(each.details),
            }
            for each in report.findings
        ],
    }
