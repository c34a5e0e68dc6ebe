# SPDX-License-Identifier: AGPL-3.0-or-later
"""What criteria are measured by: each counted from what participants did, never typed."""

from dataclasses import dataclass

from tresen.sdk import _, lazy, number

from tresen_pilot_service.criteria.models import Criterion

# A person says whether such a criterion is met, with evidence.
BY_WORD = "word"


@dataclass(frozen=True)
class Measure:
    """Something that is counted (criteria.queries.counted); `is_most` where less is better."""

    title: str
    is_most: bool = False
    is_percent: bool = False


MEASURES = {
    "open_blockers": Measure(lazy("Open blockers"), is_most=True),
    "open_defects": Measure(lazy("Open defects"), is_most=True),
    "unanswered": Measure(lazy("Unanswered feedback"), is_most=True),
    "tasks_done": Measure(lazy("Tasks done")),
    "tasks_share": Measure(lazy("Share of tasks done"), is_percent=True),
    "satisfaction": Measure(lazy("Satisfaction (1 to 5)")),
    "feedback": Measure(lazy("Feedback given")),
    "customers": Measure(lazy("Customers who tried it")),
}

TITLES = {BY_WORD: lazy("By a person's word"), **{k: m.title for k, m in MEASURES.items()}}


def demand(criterion: Criterion) -> str:
    """Return what the criterion demands, in words: “Open defects: at most 3”."""
    measure = MEASURES.get(criterion.measure)
    if measure is None or criterion.bound is None:
        return criterion.text
    words = {"title": measure.title, "bound": shown(criterion.bound, measure)}
    sentence = (
        _("%(title)s: at most %(bound)s") if measure.is_most else _("%(title)s: at least %(bound)s")
    )
    return sentence % words


def shown(value: float | None, measure: Measure | None) -> str:
    """Return a counted value for readers, without needless digits; empty where none is known."""
    if value is None:
        return ""
    text = number(round(value, 1))
    # What belongs together stays on one line.
    return f"{text}\N{NO-BREAK SPACE}%" if measure is not None and measure.is_percent else text
