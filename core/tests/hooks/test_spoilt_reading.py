# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin that fails while a page is only read takes nothing of the page with it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hooks.workshop import HOOK, Workshop
from sqlalchemy import select
from tresen import app as application
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.desk import Core, desk_for
from tresen.people.models import Organisation
from tresen.testing import factories

PANEL = f"""
from sqlalchemy import text
from tresen.sdk import Organisation
{HOOK}def page_panels(desk, page, subject):
    {{}}
    raise ValueError("and fails")
@hookimpl
def rail_groups(desk): return []
"""
LOST = "desk.session.add(Organisation(name='Lost', created_at=desk.now(), changed_at=desk.now()))"
FAULTS = {
    "it reads": "desk.session.execute(text('SELECT 1'))",
    "its statement is wrong": "desk.session.execute(text('SELECT nothing FROM nowhere'))",
    "it adds a row": LOST,
    "it writes a row": f"{LOST}; desk.session.flush()",
}


def browser_of(core: Core) -> FlaskClient:
    """Return the browser of the only person there is, an administrator."""
    app = application.create_app(core)
    with desk_for(core, write=True) as desk:
        person = factories.make_person(desk, "Ada", "ada@tresen.example", role="administrator")
        token = access.start_session(desk, person, "127.0.0.1", "test")
    browser = app.test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    return browser


@pytest.mark.parametrize("fault", FAULTS)
def test_own_page_is_whole_but_for_the_panel(
    workshop: Workshop, lenient: Callable[[], Core], fault: str
) -> None:
    workshop.make("frail", PANEL.format(FAULTS[fault]))
    core = lenient()
    answer = browser_of(core).get("/people/1")
    assert (answer.status_code, "ada@tresen.example" in answer.text) == (200, True)
    with desk_for(core) as desk:
        assert desk.session.scalars(select(Organisation.name)).all() == []
