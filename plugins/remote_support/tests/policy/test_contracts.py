# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a contract is wanted, one that other plugins know has to cover the session."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, Refused, Ticket, hookimpl
from tresen_remote_support import answers, offers, queries, service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import contracts, rules
from tresen_remote_support.policy import service as policy
from tresen_remote_support.protocols import sheets

Acting = Callable[[Person], Desk]
Settings = Callable[..., None]
SignIn = Callable[[Person], FlaskClient]
Wish = Callable[..., service.Wish]

COVERS: dict[str, Any] = {"title": "Care 4711", "is_covering": True}
ENDED: dict[str, Any] = {
    "title": "Care 4711",
    "is_covering": False,
    "reason": "Care 4711 ended yesterday.",
    "way_out": "Renew it.",
}
UNKNOWN = rules.Reason(
    "No contract of the customer is known that covers remote support.",
    "Enter the contract, or have an administrator go beyond it with a reason.",
    may_be_passed=True,
)


@dataclass
class Ledger:
    """A plugin that knows contracts, and keeps what it is asked."""

    answer: list[Any] = field(default_factory=list)
    asked: list[tuple[int, datetime]] = field(default_factory=list)

    @hookimpl(optionalhook=True)
    def remote_support_contracts(self, ticket: Ticket, moment: datetime) -> list[Any]:
        self.asked.append((ticket.id, moment))
        return self.answer


@pytest.fixture
def ledger(core: Core) -> Ledger:
    """Return the plugin, taken in."""
    made = Ledger()
    core.plugins.pm.register(made, "ledger")
    return made


@pytest.fixture
def wanted(settings: Settings) -> None:
    """Give remote support with a contract alone."""
    settings(contract_needed=True)


def against(desk: Desk, ticket: Ticket, agent: Person) -> list[rules.Reason]:
    """Return what stands against a session that would begin now."""
    return rules.judge(desk, rules.Case(ticket, agent.id, desk.now(), desk.now()))


@pytest.mark.usefixtures("wanted")
def test_hook_remote_support_contracts(
    desk: Desk, ticket: Ticket, agent: Person, ledger: Ledger
) -> None:
    assert against(desk, ticket, agent) == [UNKNOWN]
    assert ledger.asked == [(ticket.id, desk.now())]
    ledger.answer = [ENDED]
    reason = rules.Reason("Care 4711 ended yesterday.", "Renew it.", may_be_passed=True)
    assert against(desk, ticket, agent) == [reason]
    ledger.answer = [ENDED, COVERS]
    assert against(desk, ticket, agent) == []


def test_nobody_is_asked_and_nothing_refused_where_none_is_wanted(
    desk: Desk, ticket: Ticket, agent: Person, ledger: Ledger
) -> None:
    ledger.answer = [ENDED]
    assert (against(desk, ticket, agent), ledger.asked) == ([], [])


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"title": " ", "is_covering": True},
        {"is_covering": True},
        # Only a plain yes is one.
        {"title": "Care", "is_covering": "yes"},
        {"title": "Care", "is_covering": 1},
    ],
)
def test_what_cannot_be_read_covers_nothing(
    desk: Desk, ticket: Ticket, agent: Person, ledger: Ledger, answer: dict[str, Any]
) -> None:
    ledger.answer = [answer]
    assert against(desk, ticket, agent) == [UNKNOWN]


@pytest.mark.usefixtures("wanted")
def test_each_contract_says_why_it_does_not_cover(
    desk: Desk, ticket: Ticket, agent: Person, ledger: Ledger
) -> None:
    other = {"title": "Fleet", "reason": "Fleet is for cars."}
    ledger.answer = [ENDED, other, {"title": "Silent"}]
    told = [(each.sentence, each.way_out) for each in against(desk, ticket, agent)]
    assert told == [("Care 4711 ended yesterday.", "Renew it."), ("Fleet is for cars.", "")]


@pytest.mark.usefixtures("wanted")
def test_who_raises_covers_nothing(desk: Desk, ticket: Ticket, agent: Person, core: Core) -> None:
    class Broken:
        @hookimpl(optionalhook=True)
        def remote_support_contracts(self) -> list[Any]:
            raise ZeroDivisionError

    core.plugins.pm.register(Broken(), "broken")
    core.plugins.taken_in["broken"] = core.plugins.taken_in["remote_support"]
    core.plugins.strict = False
    assert against(desk, ticket, agent) == [UNKNOWN]


@pytest.mark.usefixtures("wanted")
def test_session_is_refused_when_requested_and_when_begun(
    ticket: Ticket, agent: Person, customer: Person, acting: Acting, wish: Wish, ledger: Ledger
) -> None:
    working = acting(agent)
    with pytest.raises(Refused, match="No contract of the customer is known"):
        service.request(working, ticket, wish())
    ledger.answer = [COVERS]
    row = service.request(working, ticket, wish())
    service.offer(working, row)
    answers.agree(acting(customer), row, offers.LINK, customer.name)
    ledger.answer = [ENDED]
    with pytest.raises(Refused, match=r"Care 4711 ended yesterday\. Renew it\."):
        service.begin(working, row)
    ledger.answer = [COVERS]
    service.begin(working, row)
    assert (row.state, row.contract) == (states.ACTIVE, "Care 4711")


def test_administrator_may_go_beyond_a_contract(
    agreed: RemoteSession,
    agent: Person,
    administrator: Person,
    acting: Acting,
    settings: Settings,
    ledger: Ledger,
) -> None:
    settings(contract_needed=True)
    ledger.answer = [ENDED]
    with pytest.raises(Refused, match="Care 4711 ended yesterday"):
        service.begin(acting(agent), agreed)
    policy.go_beyond(acting(administrator), agreed, "They renew it tomorrow.")
    service.begin(acting(agent), agreed)
    assert (agreed.state, agreed.contract) == (states.ACTIVE, "")


def test_session_keeps_its_contract_whether_one_is_wanted_or_not(
    desk: Desk, agreed: RemoteSession, agent: Person, acting: Acting, ledger: Ledger
) -> None:
    ledger.answer = [ENDED, COVERS | {"title": "x" * 300}, COVERS]
    working = acting(agent)
    service.begin(working, agreed)
    assert (agreed.contract, len(ledger.asked)) == ("x" * contracts.LONGEST, 1)
    service.pause(working, agreed)
    ledger.answer = [COVERS]
    service.begin(working, agreed)
    # It is the one that it began under.
    assert (agreed.contract, len(ledger.asked)) == ("x" * contracts.LONGEST, 1)


def test_protocol_and_page_name_the_contract(
    desk: Desk,
    agreed: RemoteSession,
    agent: Person,
    acting: Acting,
    ledger: Ledger,
    sign_in: SignIn,
) -> None:
    ledger.answer = [COVERS | {"title": "Care <4711>"}]
    working = acting(agent)
    service.begin(working, agreed)
    whole = queries.remote_session(working, agreed.reference)
    subject = sheets.sheet(desk, whole, 1).sections[0].entries
    assert [each.value for each in subject if each.title == "Contract"] == ["Care <4711>"]
    desk.commit()
    text = sign_in(agent).get(f"/remote_support/sessions/{agreed.reference}").text
    assert text.count("Care &lt;4711&gt;") == 1


def test_protocol_without_a_contract_says_nothing_of_it(
    desk: Desk, agreed: RemoteSession, agent: Person, acting: Acting
) -> None:
    working = acting(agent)
    service.begin(working, agreed)
    whole = queries.remote_session(working, agreed.reference)
    titles = [each.title for each in sheets.sheet(desk, whole, 1).sections[0].entries]
    assert titles == ["Session", "Ticket", "Purpose", "What was allowed", "Tool"]


def test_page_of_a_request_says_by_what_it_is_covered(
    ticket: Ticket, agent: Person, ledger: Ledger, sign_in: SignIn, desk: Desk
) -> None:
    ledger.answer = [COVERS]
    desk.commit()
    text = sign_in(agent).get(f"/remote_support/tickets/{ticket.number}/new").text
    assert text.count("Covered by <bdi>Care 4711</bdi>") == 1
