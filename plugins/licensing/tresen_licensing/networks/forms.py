# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decides about the own network."""

from tresen.sdk import lazy
from wtforms import Form as PlainForm
from wtforms import TextAreaField
from wtforms.validators import Length, Optional


class NetworkSettings(PlainForm):
    """Which hosts of private networks may be asked."""

    let_in = TextAreaField(
        lazy("Hosts of our own network that may be asked"),
        [Optional(), Length(max=5000)],
        default="",
        description=lazy(
            "By name, with spaces between them: forges, upstream's repositories and anchors that"
            " have a private address, another port or no https. All others must be public."
        ),
        render_kw={"rows": 3},
    )
