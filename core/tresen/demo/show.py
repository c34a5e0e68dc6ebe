# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prepares an installation of the demo's own and says how to come in.

Its options go into the environment, because the web process and the worker read them there.
"""

import os
import secrets
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import inspect

from tresen.demo import load
from tresen.demo.content import read_content
from tresen.demo.sink import HOST, free_port
from tresen.demo.timing import SIGNING_IN
from tresen.desk import Core, desk_for
from tresen.errors import Refused
from tresen.i18n import _

PORTS = range(8080, 8100)
INTAKE_PORTS = range(8125, 8145)
PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of a file
MAIL_FOLDER = "mails"


@dataclass(frozen=True)
class Place:
    """Where the demo lives: its folder and ports.

    Mails that it sends go to `smtp_port`, where they are kept; mails to it come to `intake_port`.
    """

    folder: Path
    port: int
    smtp_port: int
    intake_port: int

    @property
    def bind(self) -> str:
        """Host and port to listen on."""
        return f"{HOST}:{self.port}"

    @property
    def mails(self) -> Path:
        """Where the demo's mail server keeps what was sent."""
        return self.folder / MAIL_FOLDER


def choose_place(folder: Path, port: int = 0) -> Place:
    """Return a place with free ports; `port` 0 takes the first free one from 8080 on."""
    web = port or free_port(*PORTS)
    return Place(folder, web, free_port(), free_port(*INTAKE_PORTS))


def configure(place: Place, database_url: str = "") -> None:
    """Set the options of the demo for this process and its children.

    The database is always named, so that an option of another installation on this machine
    never leads the demo to its data.
    """
    content = read_content()
    options = {
        "DATA_DIR": str(place.folder),
        "DATABASE_URL": database_url,
        "BASE_URL": f"http://{place.bind}",
        "OPERATOR": content.name,
        "MAIL_FROM": content.support,
        "SMTP_URL": f"smtp://{HOST}:{place.smtp_port}",
        "SMTP_LISTEN": f"{HOST}:{place.intake_port}",
    }
    os.environ.update({f"TRESEN_{name}": value for name, value in options.items()})


def check_database(core: Core) -> None:
    """Raise Refused when the database holds data that the demo did not make.

    Called before the schema is touched; a database without tables is as good as an empty one.
    """
    if not inspect(core.engine).has_table("person"):
        return
    with desk_for(core) as desk:
        if not load.is_demo(desk) and not load.is_empty(desk):
            raise Refused(
                _("This database holds other data than the demo. Name another one in data_dir.")
            )


def fill(core: Core, folder: Path) -> tuple[bool, str]:
    """Fill the database unless it is filled; return whether it was, and everybody's password.

    A lost or empty password file gets a new password, which then counts for everybody.
    """
    file = folder / PASSWORD_FILE
    if file.exists() and (password := file.read_text(encoding="ascii").strip()):
        return load.fill(core, password), password
    password = f"tresen-{secrets.token_hex(4)}"
    filled = load.fill(core, password)
    if not filled:
        load.renew_password(core, password)
    file.touch(mode=0o600)
    file.write_text(password, encoding="ascii")
    return filled, password


def fill_apart(make_core: Callable[[], Core], folder: Path) -> str:
    """Fill the database in a process of its own; return everybody's password.

    What filling loads may run threads, as the making of PDFs does. They do not outlive the fork by
    which web processes are made, where whoever needs one would wait for ever.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_password_of, make_core, folder).result()


def _password_of(make_core: Callable[[], Core], folder: Path) -> str:
    core = make_core()
    try:
        return fill(core, folder)[1]
    finally:
        core.engine.dispose()


def welcome(place: Place, password: str) -> str:
    """Return what is printed at the start: address, sign-ins, and where mails go."""
    content = read_content()
    agents = sorted(content.agents, key=lambda a: not a.administrator)
    customers = [c for c in content.customers if c.key in SIGNING_IN]
    lines = [
        f"{content.name} is open: http://{place.bind}",
        "",
        f"  {'administrator':14} {agents[0].address}",
        *(f"  {'agent':14} {agent.address}" for agent in agents[1:4]),
        *(f"  {'customer':14} {c.contacts[0].address}  ({c.name})" for c in customers),
        f"  {'password':14} {password}  (the same for everybody)",
        "",
        f"Mails that you send never leave this machine: they are kept in {place.mails}.",
        f"Mails to {content.support} are taken by SMTP on {HOST}:{place.intake_port}.",
        "Ctrl+C ends the demo; its data stays there for the next start.",
    ]
    return "\n".join(lines)
