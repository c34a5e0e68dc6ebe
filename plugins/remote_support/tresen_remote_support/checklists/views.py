# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report after OPS.1.2.5, and the page of one answer."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from tresen.sdk import (
    Crumb,
    Missing,
    _,
    current_desk,
    kept,
    needs,
)

from tresen_remote_support.checklists import queries, requirements, service, states
from tresen_remote_support.checklists.facts import Fact, facts
from tresen_remote_support.checklists.forms import AnswerForm
from tresen_remote_support.checklists.models import ChecklistAnswer
from tresen_remote_support.checklists.requirements import Requirement
from tresen_remote_support.pages import blueprint, crumbs


@dataclass(frozen=True)
class Line:
    """A requirement with what Tresen and the operator say to it."""

    requirement: Requirement
    facts: list[Fact]
    answer: ChecklistAnswer | None
    standing: str


@blueprint.get("/checklist")
@needs("remote_support.read")
def checklist() -> Any:
    """Show each requirement with what is known and what was answered; it can be printed."""
    desk = current_desk()
    sight, answers = queries.sight(desk), queries.answers(desk)
    lines = [
        _line(each, facts(each.key, sight), answers.get(each.key)) for each in requirements.ALL
    ]
    return render_template(
        "remote_support/checklists/show.html",
        above=crumbs(),
        lines=lines,
        overall=states.overall({each.standing for each in lines}),
        operator=desk.config.operator,
        now=desk.now(),
        states=states,
    )


@blueprint.route("/checklist/<key>", methods=["GET", "POST"])
@needs("remote_support.administer")
def answer_requirement(key: str) -> Any:
    """Answer a requirement."""
    desk = current_desk()
    found = next((each for each in requirements.ALL if each.key == key), None)
    if found is None:
        raise Missing(_("There is no such requirement."))
    row = queries.answer(desk, key)
    form = AnswerForm(data={"verdict": row.verdict, "words": row.words} if row else None)
    form.verdict.label.text = found.question
    above = [*crumbs(), Crumb(_("Checklist"), url_for("remote_support.checklist"))]

    def keep(given: dict[str, Any]) -> None:
        service.answer(desk, key, given)

    return kept(form, f"{key} {found.title}", above, keep, _("The answer is kept."))


def _line(requirement: Requirement, said: list[Fact], answer: ChecklistAnswer | None) -> Line:
    verdict = answer.verdict if answer else None
    standing = states.standing(verdict, [each.is_good for each in said])
    return Line(requirement, said, answer, standing)
