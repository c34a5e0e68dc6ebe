# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from datetime import timedelta

from tresen.hooks import hookimpl
from tresen.hooks.records import Job
from tresen.rest import idempotency


@hookimpl
def jobs() -> list[Job]:
    """Return the clearing of kept answers."""
    return [Job("rest.forget_old", idempotency.forget_old, every=timedelta(hours=1))]
