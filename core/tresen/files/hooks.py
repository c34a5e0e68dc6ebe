# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

import shutil
from typing import TYPE_CHECKING

from flask import Blueprint

from tresen.desk import Desk
from tresen.files import privacy, views
from tresen.hooks import hookimpl
from tresen.hooks.records import Check, DataSet
from tresen.i18n import _

if TYPE_CHECKING:
    from tresen.people.models import Person

# Megabytes; a mail with its files may take 100.
LITTLE, TOO_LITTLE = 1_000, 200


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the door through which mail frames get their pictures."""
    return [views.blueprint]


@hookimpl
def health_checks(desk: Desk) -> list[Check]:
    """Say how much room the disk of the data folder has."""
    folder = desk.config.data_dir.resolve()
    while not folder.exists():  # with PostgreSQL nothing may have been put there yet
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    state = "bad" if free < TOO_LITTLE else "warning" if free < LITTLE else "good"
    sentence = _("%(free)s MB are free on the disk of the data folder.")
    return [Check("disk", state, sentence % {"free": free}, _("Room on the disk"))]


@hookimpl
def personal_data(desk: Desk, person: "Person") -> list[DataSet]:
    """Return the files that the person uploaded."""
    return privacy.data_of(desk, person)
