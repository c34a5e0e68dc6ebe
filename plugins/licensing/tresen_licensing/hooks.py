# SPDX-License-Identifier: AGPL-3.0-or-later
"""What licensing and giving back add to Tresen."""

from types import ModuleType

from flask import Blueprint
from tresen.sdk import (
    ADMINISTRATOR,
    AGENT,
    CUSTOMER,
    DataSet,
    Desk,
    Permission,
    Person,
    hookimpl,
    lazy,
    traces_of,
)

from tresen_licensing import pages

# Their views stand on the one blueprint of the plugin's pages.
PAGES: tuple[ModuleType, ...] = ()
# Keep something about people.
PRIVATE: tuple[ModuleType, ...] = ()


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done with licences and contributions."""
    workers = (ADMINISTRATOR, AGENT)
    return [
        Permission("licensing.read", lazy("See licences and contributions"), workers),
        Permission("licensing.work", lazy("Record licences and contributions"), workers),
        Permission(
            "licensing.administer", lazy("Manage licences and contributions"), (ADMINISTRATOR,)
        ),
        Permission("licensing.take_part", lazy("See own developments"), (CUSTOMER,)),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of agents, of customers and of the public."""
    return [pages.blueprint]


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Say what each part of the plugin keeps about the person."""
    return [each for part in PRIVATE for each in part.data_sets(desk, person)]


@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    """Take the person out of what each part of the plugin keeps."""
    traces = traces_of(desk, person)
    for part in PRIVATE:
        part.forget(desk, person, traces)
