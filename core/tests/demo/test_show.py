# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo finds a place of its own, keeps its password, and takes its own mail."""

import asyncio
import os
import re
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import create_engine, update
from tresen import app as application
from tresen.access import service as access
from tresen.config import Config, load_config
from tresen.demo import load, show
from tresen.demo.show import Place
from tresen.demo.sink import HOST, Keeper, free_port, open_sink
from tresen.desk import Core, desk_for
from tresen.errors import Refused
from tresen.people.models import EmailAddress
from tresen.testing.factories import make_customer

ADDRESS = "annegret.voss@birkenhof.example"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the environment back as it was, whatever is added to it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def small_demo(core: Core, monkeypatch: pytest.MonkeyPatch) -> Core:
    """Return a core whose demo has sixty tickets, which is enough to sign in."""
    whole = load.fill
    monkeypatch.setattr(load, "fill", lambda core, word: whole(core, word, count=60))
    return core


def letter(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@firma.example", "b@kunde.example", subject
    mail.set_content("Guten Tag,\n\nja.\n")
    return mail


def may_sign_in(core: Core, password: str) -> bool:
    with desk_for(core) as desk:
        return access.check_password(desk, ADDRESS, password) is not None


def test_free_port_passes_over_one_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_free_port_takes_the_first_that_is_wanted() -> None:
    wanted = free_port()
    assert free_port(wanted) == wanted


def test_free_port_falls_back_to_any_when_all_wanted_are_taken() -> None:
    with socket.socket() as one, socket.socket() as other:
        taken = []
        for each in (one, other):
            each.bind((HOST, 0))
            each.listen()
            taken.append(each.getsockname()[1])
        assert free_port(*taken) not in (0, *taken)


def test_place_takes_the_first_free_port_of_the_demo(tmp_path: Path) -> None:
    place = show.choose_place(tmp_path)
    assert place.port == free_port(*show.PORTS)
    assert place.intake_port == free_port(*show.INTAKE_PORTS)
    assert place.folder == tmp_path


def test_place_takes_the_port_that_is_asked_for(tmp_path: Path) -> None:
    place = show.choose_place(tmp_path, 18_080)
    assert place.bind == "127.0.0.1:18080"
    assert len({place.port, place.smtp_port, place.intake_port}) == 3
    assert place.mails == tmp_path / "mails"


@pytest.mark.usefixtures("environment")
def test_options_of_another_installation_do_not_lead_to_its_data(tmp_path: Path) -> None:
    os.environ["TRESEN_DATABASE_URL"] = "postgresql+psycopg://somewhere/important"
    os.environ["TRESEN_DATA_DIR"] = "/var/lib/important"
    show.configure(Place(tmp_path, 8080, 2525, 8125))
    config = load_config()
    assert config.database == f"sqlite:///{tmp_path}/tresen.sqlite3"
    assert config.data_dir == tmp_path
    assert config.smtp_url == "smtp://127.0.0.1:2525"
    assert config.smtp_listen == "127.0.0.1:8125"
    assert config.base_url == "http://127.0.0.1:8080"
    assert config.operator == "Birkenhof Software GmbH"


@pytest.mark.usefixtures("environment")
def test_named_database_is_used(tmp_path: Path) -> None:
    show.configure(Place(tmp_path, 8080, 2525, 8125), "sqlite:///other.sqlite3")
    assert load_config().database == "sqlite:///other.sqlite3"


@pytest.mark.usefixtures("environment")
def test_configuring_sets_these_options_and_no_others(tmp_path: Path) -> None:
    before = dict(os.environ)
    show.configure(Place(tmp_path, 8081, 2526, 8126))
    changed = {name for name, value in os.environ.items() if before.get(name) != value}
    wanted = ("DATA_DIR", "BASE_URL", "OPERATOR", "MAIL_FROM", "SMTP_URL", "SMTP_LISTEN")
    assert changed - {"TRESEN_DATABASE_URL"} == {f"TRESEN_{name}" for name in wanted}
    assert os.environ["TRESEN_DATABASE_URL"] == ""
    assert os.environ["TRESEN_MAIL_FROM"] == "support@birkenhof.example"


def test_database_without_tables_is_fine(core: Core, tmp_path: Path) -> None:
    core.engine = create_engine(f"sqlite:///{tmp_path / 'none.sqlite3'}")
    show.check_database(core)
    core.engine.dispose()


def test_empty_database_is_fine(core: Core) -> None:
    show.check_database(core)


def test_database_with_other_data_is_refused(core: Core) -> None:
    with desk_for(core, write=True) as desk:
        make_customer(desk)
    with pytest.raises(Refused) as refused:
        show.check_database(core)
    assert str(refused.value) == (
        "This database holds other data than the demo. Name another one in data_dir."
    )


def test_refused_database_gets_no_password(core: Core, tmp_path: Path) -> None:
    with desk_for(core, write=True) as desk:
        make_customer(desk)
    with pytest.raises(Refused, match="other data than the demo"):
        show.fill(core, tmp_path)
    assert not (tmp_path / show.PASSWORD_FILE).exists()


def test_password_is_made_kept_and_private(small_demo: Core, tmp_path: Path) -> None:
    filled, password = show.fill(small_demo, tmp_path)
    file = tmp_path / "demo-password"
    assert filled
    assert re.fullmatch(r"tresen-[0-9a-f]{8}", password)
    assert file.read_text("ascii") == password
    assert file.stat().st_mode & 0o777 == 0o600
    assert may_sign_in(small_demo, password)
    show.check_database(small_demo)
    assert show.fill(small_demo, tmp_path) == (False, password)


def test_demo_is_filled_in_a_process_of_its_own(
    core: Core, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_for(core, write=True) as desk:
        make_customer(desk)
    # What is filled here would fail; another process knows nothing of it.
    monkeypatch.setattr(show, "fill", None)
    with pytest.raises(Refused, match="other data than the demo"):
        show.fill_apart(partial(application.create_core, config), tmp_path)


def test_lost_password_is_replaced_by_one_that_works(small_demo: Core, tmp_path: Path) -> None:
    _, lost = show.fill(small_demo, tmp_path)
    (tmp_path / "demo-password").unlink()
    filled, renewed = show.fill(small_demo, tmp_path)
    assert not filled
    assert renewed != lost
    assert may_sign_in(small_demo, renewed)
    assert not may_sign_in(small_demo, lost)
    (tmp_path / "demo-password").write_text("\n", encoding="ascii")
    _, again = show.fill(small_demo, tmp_path)
    assert (tmp_path / "demo-password").read_text("ascii") == again
    assert may_sign_in(small_demo, again)
    with desk_for(small_demo, write=True) as desk:
        desk.session.execute(update(EmailAddress).values(address=EmailAddress.address + ".old"))
    with pytest.raises(Refused) as refused:
        load.renew_password(small_demo, again)
    assert str(refused.value) == f"{ADDRESS} is no longer in the demo."


def test_welcome_names_address_sign_ins_and_mails(tmp_path: Path) -> None:
    lines = show.welcome(Place(tmp_path, 8080, 2525, 8125), "tresen-12345678").splitlines()
    assert lines[0] == "Birkenhof Software GmbH is open: http://127.0.0.1:8080"
    assert [line.split()[:2] for line in lines if line.startswith("  ")] == [
        ["administrator", "annegret.voss@birkenhof.example"],
        ["agent", "jonas.petersen@birkenhof.example"],
        ["agent", "miriam.oezdemir@birkenhof.example"],
        ["agent", "lukas.brandl@birkenhof.example"],
        ["customer", "birgit.thomsen@gruenhafen.example"],
        ["customer", "julie.braithwaite@fenwold.example"],
        ["password", "tresen-12345678"],
    ]
    assert lines[-3].endswith(f"they are kept in {tmp_path / 'mails'}.")
    assert lines[-2].endswith("are taken by SMTP on 127.0.0.1:8125.")


def test_welcome_says_in_its_last_lines_that_nothing_leaves(tmp_path: Path) -> None:
    text = show.welcome(Place(tmp_path, 8080, 2525, 8125), "tresen-12345678")
    assert text.splitlines()[-4:] == [
        "",
        f"Mails that you send never leave this machine: they are kept in {tmp_path / 'mails'}.",
        "Mails to support@birkenhof.example are taken by SMTP on 127.0.0.1:8125.",
        "Ctrl+C ends the demo; its data stays there for the next start.",
    ]
    assert "  password       tresen-12345678  (the same for everybody)" in text.splitlines()


def keep(folder: Path, body: bytes) -> str:
    """Hand one mail to a keeper as its server does; return the reply."""

    async def handed() -> str:
        keeper, envelope = Keeper(folder), Envelope()
        envelope.original_content = body
        loop = asyncio.get_running_loop()
        return await keeper.handle_DATA(SMTP(keeper, loop=loop), Session(loop), envelope)

    return asyncio.run(handed())


def test_tidied_folder_loses_no_mail_to_a_number_given_twice(tmp_path: Path) -> None:
    assert keep(tmp_path, b"eins") == "250 kept as 00001.eml, not sent any further"
    assert keep(tmp_path, b"zwei") == "250 kept as 00002.eml, not sent any further"
    (tmp_path / "00001.eml").unlink()
    assert keep(tmp_path, b"drei") == "250 kept as 00003.eml, not sent any further"
    assert (tmp_path / "00002.eml").read_bytes() == b"zwei"
    assert (tmp_path / "00003.eml").read_bytes() == b"drei"


def test_file_of_ones_own_in_the_folder_is_no_mail_of_the_sink(tmp_path: Path) -> None:
    (tmp_path / "copy of mine.eml").write_bytes(b"a name of one's own")
    assert keep(tmp_path, b"eins") == "250 kept as 00001.eml, not sent any further"


def test_sink_keeps_each_mail_as_it_came(tmp_path: Path) -> None:
    controller, port = open_sink(tmp_path / "mails")
    try:
        with smtplib.SMTP(HOST, port) as server:
            server.send_message(letter("eins"))
            server.send_message(letter("zwei"))
    finally:
        controller.stop()
    kept = sorted((tmp_path / "mails").iterdir())
    assert [file.name for file in kept] == ["00001.eml", "00002.eml"]
    assert b"Subject: zwei\r\n" in kept[1].read_bytes()


def test_sink_goes_on_numbering_after_a_new_start(tmp_path: Path) -> None:
    for subject in ("vorher", "nachher"):
        controller, port = open_sink(tmp_path)
        try:
            with smtplib.SMTP(HOST, port) as server:
                server.send_message(letter(subject))
        finally:
            controller.stop()
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["00001.eml", "00002.eml"]


def test_sink_says_that_it_sends_nothing_any_further(tmp_path: Path) -> None:
    controller, port = open_sink(tmp_path)
    try:
        with smtplib.SMTP(HOST, port) as server:
            server.ehlo()
            server.mail("a@firma.example")
            server.rcpt("b@kunde.example")
            code, reply = server.data(letter("x").as_bytes())
    finally:
        controller.stop()
    assert (code, reply) == (250, b"kept as 00001.eml, not sent any further")
