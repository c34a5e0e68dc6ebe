# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who keeps the duty to give back is told what runs, and its word stands on the page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, Product, Ticket, hookimpl
from tresen.testing import factories
from tresen_pilot_service import hooks
from tresen_pilot_service.developments import duties, service, states
from tresen_pilot_service.developments.models import Development

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
ANSWER = {"title": "CD-2026-0001", "url": "/kept/1", "text": "20 days are left.", "tone": "amber"}


@dataclass
class Keeper:
    """A plugin that keeps duties, and what it is told."""

    answer: Any = None
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    @hookimpl(optionalhook=True)
    def pilot_service_deployed(self, facts: dict[str, Any]) -> None:
        self.told.append(facts)

    @hookimpl(optionalhook=True)
    def pilot_service_duty(self, development_id: int) -> Any:
        self.asked.append(development_id)
        return self.answer


class Broken:
    """A plugin that fails whatever it is asked or told."""

    @hookimpl(optionalhook=True)
    def pilot_service_deployed(self) -> None:
        raise ZeroDivisionError

    @hookimpl(optionalhook=True)
    def pilot_service_duty(self) -> Any:
        raise ZeroDivisionError


@pytest.fixture
def keeper(core: Core) -> Keeper:
    """Return the plugin, taken in."""
    made = Keeper()
    core.plugins.pm.register(made, "keeper")
    return made


@pytest.fixture
def broken(core: Core) -> None:
    """Take in the plugin that fails, as one that is installed and whose errors are set aside."""
    core.plugins.pm.register(Broken(), "broken")
    core.plugins.taken_in["broken"] = core.plugins.taken_in["pilot_service"]
    core.plugins.strict = False


def page_of(browser: FlaskClient, row: Development) -> str:
    """Return the page of a development."""
    return browser.get(f"/pilot_service/developments/{row.id}").get_data(as_text=True)


def test_hook_pilot_service_deployed(
    desk: Desk,
    keeper: Keeper,
    walk: Walk,
    ticket: Ticket,
    step_values: Values,
    contact: Person,
) -> None:
    row = walk(states.ACCEPTED)
    service.link(desk, row, ticket)
    before = list(keeper.told)
    service.move(desk, row, states.DEPLOYED, step_values())
    facts = {
        "id": row.id,
        "title": "Scanner bridge",
        "kind": "feature",
        "description": "Pallets are scanned at the gate.",
        "organisation_id": row.organisation_id,
        "product_id": row.product_id,
        "base_version_id": row.base_version_id,
        "owner_id": contact.id,
        "deployed_on": date(2026, 3, 10),
        "tickets": [ticket.id],
    }
    assert (before, keeper.told) == ([], [facts])


def test_further_place_is_told_with_the_earliest_day(
    desk: Desk, keeper: Keeper, walk: Walk, product: Product
) -> None:
    row = walk(states.DEPLOYED)
    row.accepted_on = None
    more = factories.make_installation(desk, row.organisation_id, product)
    service.deploy_too(desk, row, more.id, desk.today() - timedelta(days=3))
    assert [each["deployed_on"] for each in keeper.told] == [date(2026, 3, 10), date(2026, 3, 7)]


@pytest.mark.parametrize("state", [states.DEPLOYED, states.GIVEN_BACK, states.EXEMPT])
def test_what_is_owed_is_told_day_by_day(
    desk: Desk, keeper: Keeper, walk: Walk, state: str
) -> None:
    walk(state)
    keeper.told.clear()
    for job in hooks.jobs():
        job.run(desk)
        job.run(desk)
    assert len(keeper.told) == (2 if state == states.DEPLOYED else 0)


def test_hook_pilot_service_duty(
    desk: Desk, keeper: Keeper, walk: Walk, step_values: Values, boss: FlaskClient
) -> None:
    keeper.answer = ANSWER
    row = walk(states.ACCEPTED)
    page_of(boss, row)
    early = list(keeper.asked)
    service.move(desk, row, states.DEPLOYED, step_values())
    desk.commit()
    shown = page_of(boss, row)
    told = '<a href="/kept/1"><bdi>CD-2026-0001</bdi></a>: 20 days are left.'
    found = told in shown, "To be given back until" in shown
    assert (early, found, keeper.asked) == ([], (True, False), [row.id])


def test_reminder_stays_where_nobody_keeps_the_duty(walk: Walk, boss: FlaskClient) -> None:
    shown = page_of(boss, walk(states.DEPLOYED))
    assert shown.count("To be given back until April 9, 2026.") == 1


@pytest.mark.parametrize(
    "answer", [None, {}, {"title": "CD"}, ANSWER | {"url": None}, ANSWER | {"text": 7}]
)
def test_half_an_answer_is_none(
    desk: Desk, keeper: Keeper, development: Development, answer: Any
) -> None:
    keeper.answer = answer
    assert duties.duty_of(desk, development) is None


def test_unknown_tone_is_plain(desk: Desk, keeper: Keeper, development: Development) -> None:
    keeper.answer = ANSWER | {"tone": "pink"}
    found = duties.duty_of(desk, development)
    assert found == duties.Duty("CD-2026-0001", "/kept/1", "20 days are left.", "")


@pytest.mark.usefixtures("broken")
def test_deployment_is_kept_where_a_listener_raises(
    core: Core, walk: Walk, boss: FlaskClient
) -> None:
    row = walk(states.DEPLOYED)
    shown = page_of(boss, row)
    errors = [
        core.plugins.tallies["broken", each].errors
        for each in core.plugins.offers
        if each.startswith("pilot_")
    ]
    assert (row.state, "To be given back until" in shown, errors) == ("deployed", True, [1, 1])
