# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from flask import Blueprint
from sqlalchemy import func, select

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import ADMINISTRATOR, AGENT, Check, Permission
from tresen.i18n import _, lazy
from tresen.search import views
from tresen.search.models import SearchEntry


@hookimpl
def permissions() -> list[Permission]:
    """Return who may search; each source still shows only what the actor may see."""
    return [Permission("search.use", lazy("Search"), (ADMINISTRATOR, AGENT))]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the page of results."""
    return [views.blueprint]


@hookimpl
def health_checks(desk: Desk) -> list[Check]:
    """Say how many texts the index holds."""
    count = desk.session.scalar(select(func.max(SearchEntry.id))) or 0
    sentence = _("The search index reaches to entry %(count)s.") % {"count": count}
    return [Check("search", "good", sentence, _("Search"))]
