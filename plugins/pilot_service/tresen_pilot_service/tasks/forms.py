# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of tasks and of how they went."""

from tresen.sdk import Form, lazy
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tresen_pilot_service.tasks.models import TaskResult


class TaskForm(Form):
    """What participants are asked to try."""

    title = StringField(lazy("Title"), [DataRequired(), Length(max=200)])
    instructions = TextAreaField(
        lazy("Instructions"),
        [Length(max=20_000)],
        description=lazy("What to do, and by what one sees that it worked."),
    )


class ResultForm(Form):
    """How a task went; the button that is pressed says the outcome."""

    outcome = StringField()
    note = TextAreaField(lazy("Note"), [Length(max=5000)])


def result_form(task_id: int, known: TaskResult | None) -> ResultForm:
    """Return the form of a task with what was said before; a page has one for each task."""
    return ResultForm(obj=known, prefix=f"task-{task_id}-")
