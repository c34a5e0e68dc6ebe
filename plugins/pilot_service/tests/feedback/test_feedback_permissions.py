# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what with feedback: customers and agents without the permission nothing."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person
from tresen_pilot_service.feedback import queries
from tresen_pilot_service.feedback.models import Feedback

Give = Callable[..., Feedback]
SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/feedback/1"
RECORD = "/pilot_service/1/feedback/new"
SAID = "It stands under Stock."


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an agent."""
    return sign_in(agent)


def fresh(desk: Desk, number: int = 1) -> Feedback:
    desk.session.expire_all()
    found = queries.feedback(desk, number)
    # Let go of the database, so that the browser can write.
    desk.commit()
    return found


READ = ["/pilot_service/1/feedback", PAGE]
WRITE = ["step", "duplicate", "ticket", "ticket/remove", "answer", "edit"]


@pytest.mark.parametrize(
    "path", [*READ, RECORD, f"{PAGE}/edit", "/pilot_service/tickets/1/feedback"]
)
def test_customer_sees_no_page_of_agents(
    give: Give, customer: Person, sign_in: SignIn, path: str
) -> None:
    give()
    assert sign_in(customer).get(path).status_code == 403


@pytest.mark.parametrize("path", WRITE)
def test_customer_changes_nothing(
    desk: Desk, give: Give, customer: Person, sign_in: SignIn, path: str
) -> None:
    give()
    assert sign_in(customer).post(f"{PAGE}/{path}").status_code == 403
    assert fresh(desk).state == "new"


def grant(core: Core, *names: str) -> None:
    """Let the role of agents have these permissions and no others."""
    core.shelf["grants"] = {"agent": frozenset({"tickets.read", *names})}


@pytest.mark.parametrize("path", READ)
def test_agent_without_the_permission_reads_nothing(
    core: Core, browser: FlaskClient, give: Give, path: str
) -> None:
    give()
    grant(core)
    assert browser.get(path).status_code == 403


def test_agent_who_may_only_read_reads_and_changes_nothing(
    core: Core, desk: Desk, browser: FlaskClient, give: Give
) -> None:
    give(), give()
    grant(core, "pilot_service.read")
    pages = [browser.get(path) for path in READ]
    assert [page.status_code for page in pages] == [200, 200]
    texts = [page.text.partition('id="main"')[2] for page in pages]
    assert ['method="post"' in text or "Record feedback" in text for text in texts] == [False] * 2
    answers = [browser.post(f"{PAGE}/{path}").status_code for path in WRITE]
    assert answers == [403] * len(WRITE)
    assert fresh(desk).state == "new"


def test_agent_who_may_not_work_on_tickets_triages_and_does_not_answer(
    core: Core, desk: Desk, browser: FlaskClient, give: Give
) -> None:
    give()
    grant(core, "pilot_service.read", "pilot_service.work")
    assert "Your answer" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/answer", data={"body": SAID}).status_code == 403
    assert browser.post(f"{PAGE}/step", data={"state": "accepted"}).status_code == 302
    assert (fresh(desk).state, fresh(desk).answer) == ("accepted", "")
