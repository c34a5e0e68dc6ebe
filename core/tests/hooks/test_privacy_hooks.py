# SPDX-License-Identifier: AGPL-3.0-or-later
"""What plugins are asked and told about a person's data."""

import json
from dataclasses import dataclass, field

import pytest
from tresen.desk import Core, Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import DataSet
from tresen.people import privacy
from tresen.people.models import Person


@dataclass
class Album:
    """A plugin that keeps pictures of people."""

    told: list[tuple[str, list[str]]] = field(default_factory=list)

    @hookimpl
    def personal_data(self, desk: Desk, person: Person) -> list[DataSet]:
        return [DataSet("Pictures", [{"of": person.name, "taken_at": desk.now()}])]

    @hookimpl
    def person_erased(self, person: Person) -> None:
        self.told.append((person.name, [each.address for each in person.addresses]))


@pytest.fixture
def album(core: Core) -> Album:
    """Return the plugin, taken in."""
    made = Album()
    core.plugins.pm.register(made, "album")
    return made


def test_hook_personal_data(album: Album, desk: Desk, customer: Person) -> None:
    found = json.loads(privacy.export(desk, customer.id))["data"][-1]
    taken = desk.now().isoformat()
    rows = [{"of": "Karla Kundin", "taken_at": taken}]
    assert found == {"part": "album", "title": "Pictures", "rows": rows}


def test_hook_person_erased(album: Album, desk: Desk, customer: Person) -> None:
    privacy.erase(desk, customer.id)
    assert album.told == [("Karla Kundin", ["karla@kunde.example"])]
