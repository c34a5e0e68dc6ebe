# SPDX-License-Identifier: AGPL-3.0-or-later
"""A web process carries what its pages need and nothing of the worker, the commands or the tests.

What is imported decides how long a start takes and how much memory each process keeps.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.clock import now
from tresen.config import Config
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing.fixtures import SteppedClock

# What each is for stands in no page: migrations, the way of mail in and out, written text,
# the log, drawn tables and coloured tracebacks, languages other than English, the tests; and what
# only programs, commands or few pages of administrators need.
HEAVY = (
    *("alembic", "mako", "tresen.migrate"),
    *("aiosmtpd", "imapclient", "inscriptis", "lxml", "striprtf", "compressed_rtf"),
    *("tresen.mail.cli", "tresen.mail.reading.parse", "tresen.mail.worker", "tresen.mail.imap"),
    *("email_validator", "markdown_it", "dns", "cronsim"),
    *("structlog", "rich", "pygments", "attr"),
    *("babel.messages", "gunicorn", "tresen.demo", "tresen.server"),
    *("tresen.testing", "pytest", "hypothesis", "playwright"),
    *("marshmallow", "webargs", "flask_smorest", "apispec", "tresen.tickets.rest"),
    *("tresen.people.rest", "tresen.rest.v1", "tresen.manifest_form", "linkify_it"),
    *("nh3", "snowballstemmer"),
    *("tresen.admin.plan", "tresen.admin.cli", "tresen.ladder", "tresen.access.cli"),
)
LIST = """
import json, os, sys
from tresen import cli
from tresen.start import wsgi
browser = wsgi().test_client()
browser.set_cookie(os.environ["COOKIE_NAME"], os.environ["COOKIE"], domain="localhost")
status = browser.get("/tickets/").status_code
print(json.dumps([status, [name for name in json.loads(sys.argv[1]) if name in sys.modules]]))
"""


@pytest.fixture
def environ(config: Config, desk: Desk, agent: Person, clock: SteppedClock) -> dict[str, str]:
    """Return what a process, whose clock is the machine's, needs to answer the agent."""
    clock.moment = now()
    cookie = access.start_session(desk, agent, "127.0.0.1", "a browser")
    desk.commit()
    return os.environ | {
        "TRESEN_DATA_DIR": str(config.data_dir),
        "TRESEN_DATABASE_URL": config.database,
        "TRESEN_SECRET_KEY": config.secret_key,
        "COOKIE_NAME": cookie_name(config),
        "COOKIE": cookie,
    }


# A worker that is told to end as soon as it listens to that, so that all of it ran once.
IDLE = """
import json, os, signal, sys
from tresen import start
listened = signal.signal
def told(number, handler):
    listened(number, handler)
    if number == signal.SIGINT:
        os.kill(os.getpid(), signal.SIGTERM)
signal.signal = told
names, sys.argv = json.loads(sys.argv[1]), ["tresen", "worker"]
try:
    start.main()
except SystemExit as end:
    print(json.dumps([end.code, [name for name in names if name in sys.modules]]))
"""
NOT_OF_THE_WORKER = (
    *("marshmallow", "webargs", "flask_smorest", "apispec", "tresen.tickets.rest"),
    *("alembic", "mako", "tresen.migrate", "gunicorn", "tresen.demo", "tresen.server"),
    *("tresen.testing", "pytest", "hypothesis", "playwright"),
    *("tresen.admin.plan", "tresen.admin.cli", "tresen.ladder", "linkify_it"),
    *("structlog", "rich", "pygments", "babel.messages"),
)


def carried(program: str, names: tuple[str, ...], environ: dict[str, str]) -> Any:
    command = [sys.executable, "-c", program, json.dumps(names)]
    done = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_list_is_answered_without_anything_heavy(environ: dict[str, str]) -> None:
    # The first start looks at everything that is installed, and with it at the REST interface.
    carried(LIST, HEAVY, environ)
    assert carried(LIST, HEAVY, environ) == [200, []]


def test_worker_carries_neither_pages_for_programs_nor_commands(environ: dict[str, str]) -> None:
    carried(LIST, HEAVY, environ)
    assert carried(IDLE, NOT_OF_THE_WORKER, environ) == [0, []]


def test_core_on_sqlite_does_without_the_other_databases(
    config: Config, environ: dict[str, str]
) -> None:
    if not config.database.startswith("sqlite"):
        pytest.skip("PostgreSQL is in use")
    # A plugin may well name another database in its models.
    alone = environ | {"TRESEN_SAFE": "1"}
    assert carried(LIST, ("sqlalchemy.dialects.postgresql", "psycopg"), alone) == [200, []]


def test_what_is_heavy_is_there_to_be_imported() -> None:
    assert [name for name in (*HEAVY, *NOT_OF_THE_WORKER) if find_spec(name) is None] == []
