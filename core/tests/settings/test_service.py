# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings are what was set, over the defaults of their form; every change is recorded."""

from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from tresen.desk import Core, Desk
from tresen.errors import Missing, Refused
from tresen.hooks import hookimpl
from tresen.hooks.records import SettingsForm
from tresen.journal.queries import entries_of
from tresen.settings import service
from tresen.settings.models import Setting
from tresen.testing.fixtures import SteppedClock
from tresen.web.forms import Form
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField


class LampForm(Form):
    """Settings of a lamp."""

    colour = StringField(default="white")
    watts = IntegerField(default=5)
    is_on = BooleanField(default=True)


class ShelfForm(Form):
    """Settings with a default that somebody could change."""

    rows = SelectMultipleField(default=["low"], choices=["low", "top"])


class ClockForm(Form):
    """Settings with a default that is found anew each time."""

    at = IntegerField(default=count(1).__next__)


class Lamp:
    """A plugin with settings."""

    @hookimpl
    def settings_forms(self) -> list[SettingsForm]:
        return [SettingsForm("lamp", "Lamp", LampForm)]


@pytest.fixture(autouse=True)
def lamp(core: Core, app: object) -> None:
    core.plugins.pm.register(Lamp(), name="lamp")


DEFAULTS = {"colour": "white", "watts": 5, "is_on": True}


def test_defaults_are_the_forms(desk: Desk) -> None:
    assert service.read(desk, "lamp") == DEFAULTS


def test_defaults_are_not_what_another_form_sends(app: Flask, desk: Desk) -> None:
    sent = {"colour": "red", "watts": "60"}
    with app.test_request_context("/", method="POST", data=sent):
        # A box that is not ticked is not sent, so that it would read as off.
        assert service.read(desk, "lamp") == DEFAULTS


def test_defaults_are_each_readers_own(desk: Desk) -> None:
    declared = SettingsForm("shelf", "Shelf", ShelfForm)
    first = service.defaults(declared)
    first["rows"].append("top")
    assert service.defaults(declared)["rows"] == ["low"]


def test_default_that_is_found_anew_is_asked_each_time(desk: Desk) -> None:
    declared = SettingsForm("clock", "Clock", ClockForm)
    found = [service.defaults(declared)["at"] for _time in range(3)]
    assert found == sorted(set(found))


def test_what_was_set_stands_over_the_defaults(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9})
    desk.session.flush()
    assert service.read(desk, "lamp") == DEFAULTS | {"watts": 9}


def test_what_was_set_and_brought_back_is_seen_at_once(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9})
    service.write(desk, "lamp", {"colour": "red"})
    found = [service.read(desk, "lamp")]
    service.reset(desk, "lamp")
    assert [*found, service.read(desk, "lamp")] == [
        DEFAULTS | {"watts": 9, "colour": "red"},
        DEFAULTS,
    ]


def test_later_values_replace_earlier_ones(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9, "colour": "red"})
    desk.session.flush()
    service.write(desk, "lamp", {"watts": 7})
    desk.session.flush()
    assert service.read(desk, "lamp") == DEFAULTS | {"watts": 7, "colour": "red"}


def test_change_is_recorded_from_what_to_what(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9, "colour": "white"})
    desk.session.flush()
    entries = entries_of(desk, "settings:lamp", 0)
    assert [(each.field, each.old, each.new) for each in entries] == [("watts", 5, 9)]


def test_nothing_changed_is_nothing_recorded(desk: Desk) -> None:
    service.write(desk, "lamp", dict(DEFAULTS))
    desk.session.flush()
    assert entries_of(desk, "settings:lamp", 0) == []


def test_unknown_settings_are_missing(desk: Desk) -> None:
    with pytest.raises(Missing):
        service.read(desk, "torch")


@pytest.mark.parametrize(
    "values",
    [
        {"colour": "rot wie Blut", "watts": 0, "is_on": False},
        {"colour": "", "watts": -1, "is_on": True},
        {"colour": "\U0001f4a1 日本", "watts": 2**31, "is_on": True},
    ],
)
def test_values_come_back_as_they_were_kept(desk: Desk, values: dict[str, object]) -> None:
    service.write(desk, "lamp", values)
    desk.commit()
    desk.session.expire_all()
    assert service.read(desk, "lamp") == values


def test_value_of_a_field_that_is_gone_does_no_harm(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9, "dimmer": True})
    desk.commit()
    assert service.read(desk, "lamp") == DEFAULTS | {"watts": 9, "dimmer": True}


def test_reset_brings_the_defaults_back_and_records_it(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9, "colour": "red"})
    desk.commit()
    service.reset(desk, "lamp")
    desk.commit()
    entries = entries_of(desk, "settings:lamp", 0)
    assert service.read(desk, "lamp") == DEFAULTS
    assert sorted((each.field, each.old, each.new) for each in entries[:2]) == [
        ("colour", "red", "white"),
        ("watts", 9, 5),
    ]
    assert {each.action for each in entries[:2]} == {"reset"}


def test_reset_is_taken_back_whole_and_once(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9, "colour": "red"})
    desk.commit()
    service.reset(desk, "lamp")
    desk.commit()
    service.take_back_reset(desk, "lamp")
    desk.commit()
    assert service.read(desk, "lamp") == DEFAULTS | {"watts": 9, "colour": "red"}
    with pytest.raises(Refused) as refusal:
        service.take_back_reset(desk, "lamp")
    assert refusal.value.sentence == "Nothing was undone: it has been changed since."


def test_reset_is_not_taken_back_over_what_was_set_after_it(desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9})
    desk.commit()
    service.reset(desk, "lamp")
    desk.commit()
    service.write(desk, "lamp", {"watts": 7})
    desk.commit()
    with pytest.raises(Refused):
        service.take_back_reset(desk, "lamp")
    assert service.read(desk, "lamp") == DEFAULTS | {"watts": 7}


def test_reset_of_what_was_never_set_changes_and_records_nothing(desk: Desk) -> None:
    assert service.reset(desk, "lamp") is False
    desk.session.flush()
    assert (entries_of(desk, "settings:lamp", 0), service.read(desk, "lamp")) == ([], DEFAULTS)


VERBS = [service.read, service.reset, service.settings_form, service.take_back_reset]


@pytest.mark.parametrize("verb", VERBS)
def test_unknown_settings_are_named(desk: Desk, verb: Callable[[Desk, str], object]) -> None:
    with pytest.raises(Missing) as refusal:
        verb(desk, "torch")
    assert refusal.value.sentence == "No part of Tresen has settings called “torch”."


def test_change_in_a_transaction_that_fails_is_undone(core: Core, desk: Desk) -> None:
    service.write(desk, "lamp", {"watts": 9})
    desk.rollback()
    assert (service.read(desk, "lamp"), entries_of(desk, "settings:lamp", 0)) == (DEFAULTS, [])


def test_moment_of_the_last_change_is_kept(desk: Desk, clock: SteppedClock) -> None:
    for watts in (6, 7):
        clock.go(hours=1)
        service.write(desk, "lamp", {"watts": watts})
        desk.session.flush()
    assert desk.session.get_one(Setting, "lamp").changed_at == clock.moment
