# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saved views belong to one agent, have a title, and are not many."""

from dataclasses import replace

import pytest
from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.people.models import Person
from tresen.tickets import queries, saved


@pytest.fixture
def here(desk: Desk, agent: Person) -> Desk:
    return replace(desk, actor=access.actor_for(desk, agent))


def kept(desk: Desk) -> list[tuple[str, str]]:
    return [(view.title, view.query) for view in queries.saved_views(desk)]


def test_view_is_kept_by_title(here: Desk) -> None:
    saved.save_view(here, "  Printers \n today ", "tag=printer")
    saved.save_view(here, "Calls", "channel=phone")
    assert kept(here) == [("Calls", "channel=phone"), ("Printers today", "tag=printer")]


def test_same_list_again_gets_the_new_title(here: Desk) -> None:
    saved.save_view(here, "Printers", "tag=printer")
    saved.save_view(here, "Printing", "tag=printer")
    assert kept(here) == [("Printing", "tag=printer")]


def test_view_is_renamed_and_deleted(here: Desk) -> None:
    view = saved.save_view(here, "Printers", "tag=printer")
    saved.rename_view(here, view.id, "Print")
    renamed = kept(here)
    gone = saved.delete_view(here, view.id)
    here.session.flush()
    assert (gone.title, gone.query) == ("Print", "tag=printer")
    assert (renamed, kept(here)) == ([("Print", "tag=printer")], [])


def test_view_of_another_is_missing(here: Desk, desk: Desk, administrator: Person) -> None:
    theirs = replace(desk, actor=access.actor_for(desk, administrator))
    view = saved.save_view(theirs, "Theirs", "")
    with pytest.raises(Missing):
        saved.rename_view(here, view.id, "Mine")
    with pytest.raises(Missing):
        saved.delete_view(here, view.id)
    assert (kept(here), kept(theirs)) == ([], [("Theirs", "")])


@pytest.mark.parametrize("title", ["", "  ", "\n"])
def test_view_without_a_title_is_refused(here: Desk, title: str) -> None:
    with pytest.raises(Refused, match="needs a title"):
        saved.save_view(here, title, "tag=x")


def test_long_address_is_refused(here: Desk) -> None:
    with pytest.raises(Refused, match="too many filters"):
        saved.save_view(here, "Long", "x" * 1001)


def test_views_are_not_endless(here: Desk) -> None:
    for number in range(saved.MOST):
        saved.save_view(here, f"View {number}", f"tag={number}")
    with pytest.raises(Refused, match="30 views already"):
        saved.save_view(here, "One more", "tag=more")
