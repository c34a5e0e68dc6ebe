# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development's page reads its journal from the last entry on, with who did what."""

from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing.developments.models import Development
from tresen_licensing.journals import parts
from tresen_licensing.journals.service import append


def test_last_entry_is_read_first(agent_desk: Desk, development: Development) -> None:
    append(agent_desk, development, "linked", {"ticket": 3})
    loaded = parts.PART.load(agent_desk, development)
    assert [sentence for _entry, sentence in loaded["lines"]] == [
        "Ticket #3 linked",
        "From “Draft” to “In development”",
        "Begun",
    ]


def test_whole_chain_is_not_called_broken(agent_desk: Desk, development: Development) -> None:
    assert parts.PART.load(agent_desk, development)["broken"] == []


def test_entry_of_somebody_who_was_erased_names_the_side(
    desk: Desk, agent: Person, development: Development
) -> None:
    factories.erase_person(desk, agent)
    desk.commit()
    loaded = parts.PART.load(desk, development)
    found = {(entry.actor, str(loaded["sides"].SIDES[entry.side])) for entry, _ in loaded["lines"]}
    assert found == {(None, "Our house")}
