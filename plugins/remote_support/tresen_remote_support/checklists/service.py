# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the operator's answer to a requirement, with name, day and journal."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Missing, Refused, _, change

from tresen_remote_support.checklists import queries, requirements, states
from tresen_remote_support.checklists.models import ChecklistAnswer

ANSWER = "remote_support.checklist_answer"


def answer(desk: Desk, key: str, values: Mapping[str, Any]) -> ChecklistAnswer:
    """Keep `verdict` and `words`; raises Missing for no such requirement, and Refused."""
    if key not in requirements.KEYS:
        raise Missing(_("There is no such requirement."))
    words = values["words"].strip()
    if values["verdict"] != states.YES and not words:
        raise Refused(_("Say why: a no and a “not applicable” need a reason."))
    row = queries.answer(desk, key)
    if row is None:
        row = ChecklistAnswer(requirement=key, verdict="", words="", answered_at=desk.now())
        desk.session.add(row)
        desk.session.flush()
    row.answered_at, row.person_id = desk.now(), desk.actor.person_id
    change(desk, ANSWER, row, {"verdict": values["verdict"], "words": words})
    desk.session.flush()
    return row
