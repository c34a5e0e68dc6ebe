# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a bundle, and what the operator decides about upstream's history."""

from tresen.sdk import Form, lazy
from wtforms import FileField, IntegerField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional


class BundleForm(Form):
    """Upstream's history in one file."""

    bundle = FileField(
        lazy("Bundle"),
        [InputRequired()],
        description=lazy("What “git bundle create upstream.bundle --all” writes."),
    )


class RepositorySettings(PlainForm):
    """From where upstream's history may be fetched, and how much of it."""

    megabytes = IntegerField(
        lazy("Largest history in MB"), [InputRequired(), NumberRange(1, 1000)], default=100
    )
    seconds = IntegerField(
        lazy("Longest time to fetch it in seconds"),
        [InputRequired(), NumberRange(10, 3600)],
        default=300,
    )
    folder = StringField(
        lazy("Folder of this machine whose repositories may be read"),
        [Optional(), Length(max=300)],
        default="",
        description=lazy("For addresses that begin with file://. Empty: none."),
    )
