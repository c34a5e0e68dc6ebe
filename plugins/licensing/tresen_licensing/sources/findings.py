# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with the offer of source, as sentences; the health page and the command tell them.

"unknown" is never clean: what cannot be compared may have been changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tresen.sdk import Check, Desk, _, lazy

from tresen_licensing.sources import distributions, queries, states
from tresen_licensing.sources.models import RunningDistribution

# The job looks every hour; a worker that stood still over a day and a night is worth a word.
STALE = timedelta(days=2)
NAME, TITLE = "licensing_sources", lazy("Source offers")
BAD, WARNING, GOOD = "bad", "warning", "good"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; `name` is that of the distribution, or empty for the whole."""

    name: str
    state: str
    sentence: str


def findings(desk: Desk) -> list[Finding]:
    """Return what is wrong with the offer, the whole first, then by distribution."""
    rows = queries.running(desk)
    if not rows:
        return [Finding("", WARNING, _("Nobody looked yet what runs here. Start a worker."))]
    whole = list(_whole(desk, rows))
    return [*whole, *(found for row in rows for found in _of(row))]


def checks(desk: Desk) -> list[Check]:
    """Return the findings for the health page, or that all is well."""
    found = findings(desk)
    if not found:
        return [Check(NAME, GOOD, _("The source of what runs here is on offer."), TITLE)]
    return [Check(NAME, each.state, each.sentence, TITLE) for each in found]


def _whole(desk: Desk, rows: Sequence[RunningDistribution]) -> Iterator[Finding]:
    if rows[0].seen_at < desk.now() - STALE:
        yield Finding("", BAD, _("Nobody looked for two days what runs here. Start a worker."))
    noted = {row.name: row.version for row in rows if row.is_own}
    present = _present(desk)
    if noted != present:
        names = sorted(name for name, _version in noted.items() ^ present.items())
        text = _(
            "Something else runs than was last packed: %(names)s. It is packed within an hour."
        )
        yield Finding("", WARNING, text % {"names": ", ".join(dict.fromkeys(names))})


def _present(desk: Desk) -> Mapping[str, str]:
    """Return the versions of Tresen and its plugins as they are installed at this moment."""
    own = distributions.own_names(desk.core)
    found = distributions.installed(own).items()
    return {each.name: each.version for name, each in found if name in own}


def _of(row: RunningDistribution) -> Iterator[Finding]:
    words = {"name": row.name}
    if row.archive is None and (row.is_own or row.state == states.CHANGED):
        yield Finding(row.name, BAD, _("%(name)s runs here, and its source is not packed.") % words)
    if row.state == states.UNKNOWN:
        text = _("%(name)s was installed without a RECORD: nobody can tell whether it was changed.")
        yield Finding(row.name, WARNING, text % words)
    if row.left_out:
        text = _("Of %(name)s these look secret and are not handed out: %(files)s.")
        yield Finding(row.name, WARNING, text % {**words, "files": ", ".join(row.left_out[:5])})
