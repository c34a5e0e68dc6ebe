# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from flask import Blueprint

from tresen.hooks import hookimpl
from tresen.hooks.records import CUSTOMER, Permission, SettingsForm
from tresen.i18n import lazy
from tresen.portal import views
from tresen.portal.brand import SETTINGS
from tresen.portal.forms import BrandSettings


@hookimpl
def permissions() -> list[Permission]:
    """Return what customers do; agents work on the same tickets at their own pages."""
    return [Permission("portal.use", lazy("Ask for help and follow one's requests"), (CUSTOMER,))]


@hookimpl
def settings_forms() -> list[SettingsForm]:
    """Return what the operator decides about the look."""
    return [SettingsForm(SETTINGS, lazy("Look of the portal"), BrandSettings)]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the customers' pages."""
    return [views.blueprint]
