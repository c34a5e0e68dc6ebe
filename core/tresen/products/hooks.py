# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from typing import Any

from flask import Blueprint

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.places import Page, Place
from tresen.hooks.records import ADMINISTRATOR, AGENT, NavItem, Panel, Permission
from tresen.i18n import lazy
from tresen.products import queries, views


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done to products and installations."""
    return [
        Permission("products.read", lazy("See products and installations"), (ADMINISTRATOR, AGENT)),
        Permission(
            "products.change", lazy("Change products and installations"), (ADMINISTRATOR, AGENT)
        ),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of products."""
    return [views.blueprint]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the entry of the rail."""
    return [
        NavItem(
            lazy("Products"), "products.index", "products.read", icon="package", weight=30, key="r"
        )
    ]


@hookimpl
def page_panels(desk: Desk, page: Page, subject: Any) -> list[Panel]:
    """Show what runs at an organisation."""
    if page is not Page.ORGANISATION or not desk.actor.may("products.read"):
        return []
    found = queries.installations_of(desk, subject.id)
    values = {"installations": found, "organisation": subject}
    return [Panel(Place.SIDE, lazy("Installations"), "products/_installations.html", values)]
