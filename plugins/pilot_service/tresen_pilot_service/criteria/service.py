# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes hypotheses and criteria, and judges a programme by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tresen.sdk import Desk, Refused, _, change, record

from tresen_pilot_service.criteria import measures, queries, states
from tresen_pilot_service.criteria.models import Criterion, Hypothesis
from tresen_pilot_service.models import Programme

HYPOTHESIS = "pilot_service.hypothesis"
CRITERION = "pilot_service.criterion"


@dataclass(frozen=True)
class Judgement:
    """What a criterion demands, what was counted (empty by a person's word), and its light."""

    criterion: Criterion
    demand: str
    value: str
    light: str


def assume(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Hypothesis:
    """Add a hypothesis; raises Refused for a verdict without evidence."""
    _demand_evidence(values)
    made = Hypothesis(programme_id=programme.id, **values)
    desk.session.add(made)
    desk.session.flush()
    record(desk, HYPOTHESIS, made.id, "assumed")
    return made


def change_hypothesis(desk: Desk, row: Hypothesis, values: Mapping[str, Any]) -> None:
    """Change a hypothesis and the verdict on it; raises Refused for one without evidence."""
    _demand_evidence(values)
    change(desk, HYPOTHESIS, row, values)


def demand_criterion(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Criterion:
    """Add a criterion; raises Refused where text, measure and bound do not fit together."""
    _check(values)
    made = Criterion(programme_id=programme.id, **values)
    desk.session.add(made)
    desk.session.flush()
    record(desk, CRITERION, made.id, "demanded")
    return made


def change_criterion(desk: Desk, row: Criterion, values: Mapping[str, Any]) -> None:
    """Change a criterion; raises Refused where text, measure and bound do not fit together."""
    _check(values)
    change(desk, CRITERION, row, values)


def drop(desk: Desk, row: Criterion | Hypothesis) -> None:
    """Take a criterion or hypothesis out of sight."""
    change(desk, _kind(row), row, {"dropped_at": desk.now()})


def bring_back(desk: Desk, row: Criterion | Hypothesis) -> None:
    """Let what was dropped count again."""
    change(desk, _kind(row), row, {"dropped_at": None})


def judge(desk: Desk, programme_id: int) -> Sequence[Judgement]:
    """Judge a programme by each of its criteria, by what is counted now."""
    found = queries.criteria(desk, programme_id)
    is_counted = any(row.measure in measures.MEASURES for row in found)
    counted = queries.counted(desk, programme_id) if is_counted else {}
    return [_judgement(row, counted) for row in found]


def demand_entry(desk: Desk, programme_id: int) -> None:
    """Raise Refused unless each entry criterion is met."""
    missing = [
        each.demand
        for each in judge(desk, programme_id)
        if each.criterion.phase == states.ENTRY and each.light != states.GREEN
    ]
    if missing:
        raise Refused(
            _("An entry criterion is not met yet: %(criteria)s. Say so at the programme first.")
            % {"criteria": "; ".join(missing)}
        )


def _kind(row: Criterion | Hypothesis) -> str:
    return CRITERION if isinstance(row, Criterion) else HYPOTHESIS


def _judgement(row: Criterion, counted: Mapping[str, float | None]) -> Judgement:
    measure = measures.MEASURES.get(row.measure)
    if measure is None or row.bound is None:
        return Judgement(row, row.text, "", states.light_of_word(row.is_met))
    value = counted[row.measure]
    light = states.light(value, row.bound, is_most=measure.is_most)
    return Judgement(row, measures.demand(row), measures.shown(value, measure), light)


def _check(values: Mapping[str, Any]) -> None:
    if values["measure"] == measures.BY_WORD:
        if not values["text"].strip():
            raise Refused(_("Say in words what has to be met."))
        if values["is_met"] is not None and not values["evidence"].strip():
            raise Refused(_("Say by what it is known that the criterion is met or not."))
    elif values["bound"] is None:
        raise Refused(_("What is counted needs a bound: say at most or at least how many."))


def _demand_evidence(values: Mapping[str, Any]) -> None:
    if values["verdict"] != states.OPEN and not values["evidence"].strip():
        raise Refused(_("Say by what the hypothesis is confirmed or refuted."))
