# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen mail`: take a mail from a pipe, mailboxes, held mails, a test of the way out."""

import sys
from collections.abc import Callable
from typing import Any

import click

from tresen.desk import Core, desk_for
from tresen.mail import queries, service
from tresen.mail.fetch import drain
from tresen.mail.imap import FAILURES, account_of, opened
from tresen.mail.intake import Arrival, take_in
from tresen.mail.models import Mailbox
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.mail.service import MailboxValues

# Exit statuses that mail servers understand (sysexits.h): what is wrong for good, and for now.
EX_DATAERR, EX_NOUSER, EX_TEMPFAIL = 65, 67, 75

# Makes the core when a command first needs it, so that a failure is the command's to answer.
MakeCore = Callable[[], Core]


@click.group()
def mail() -> None:
    """Mailboxes, and mails that wait for somebody."""


@mail.command()
@click.option("--to", "receiver", required=True, help="Address the mail was sent to.")
@click.option("--from", "sender", default=None, help="Envelope sender; empty for a bounce.")
@click.pass_obj
def take(make_core: MakeCore, receiver: str, sender: str | None) -> None:
    """Take one mail from standard input; exits with 75 when it cannot be stored now."""
    try:
        status = _take(make_core(), receiver, sender, sys.stdin.buffer)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail server must keep the mail
        click.echo(f"Not stored, try again later: {error}", err=True)
        status = EX_TEMPFAIL
    sys.exit(status)


def _take(core: Core, receiver: str, sender: str | None, source: Any) -> int:
    with desk_for(core) as desk:
        box = queries.mailbox_by_address(desk, receiver)
    if box is None:
        click.echo(f"There is no mailbox {receiver}.", err=True)
        return EX_NOUSER
    if not box.is_active:
        click.echo(f"The mailbox {box.address} is paused, try again later.", err=True)
        return EX_TEMPFAIL
    limit = core.config.mail_size_limit
    raw = source.read(limit + 1)
    if len(raw) > limit:
        click.echo(f"The mail is larger than {limit} bytes.", err=True)
        return EX_DATAERR
    arrival = Arrival(raw, "pipe", mailbox_id=box.id, envelope_from=sender, envelope_to=receiver)
    take_in(core, [arrival])
    return 0


@mail.command()
@click.pass_obj
def held(make_core: MakeCore) -> None:
    """List the mails that are held, with the reason."""
    with desk_for(make_core()) as desk:
        for row in queries.inbound_mails(desk, "held", limit=200):
            click.echo(f"{row.id}  {row.received_at:%Y-%m-%d %H:%M}  {row.sender}  {row.subject}")
            click.echo(f"    {row.reason}")


@mail.command()
@click.pass_obj
def verify(make_core: MakeCore) -> None:
    """Compare the bytes of every stored mail with their SHA-256; exits with 1 when any differ."""
    with desk_for(make_core()) as desk:
        wrong = queries.wrong_hashes(desk, None)
        count = sum(queries.count_outcomes(desk).values())
    for mail_id in wrong:
        click.echo(f"The stored bytes of mail {mail_id} were changed: restore them from a backup.")
    if wrong:
        sys.exit(1)
    click.echo(f"The stored bytes of all {count} mails are intact.")


@mail.command()
@click.argument("mail_id", type=int)
@click.pass_obj
def replay(make_core: MakeCore, mail_id: int) -> None:
    """Let a held or ignored mail be read again."""
    with desk_for(make_core(), write=True) as desk:
        service.replay(desk, queries.inbound_mail(desk, mail_id))
    click.echo(f"Mail {mail_id} waits for the worker.")


@mail.command("send-test")
@click.argument("address")
@click.pass_obj
def send_test(make_core: MakeCore, address: str) -> None:
    """Queue a test mail to an address; the worker delivers it."""
    with desk_for(make_core(), write=True) as desk:
        new = NewMail("notice", "Tresen can send mail", "It works.\n", [Receiver(address)])
        queued = queue(desk, new)
    click.echo(f"Queued as {queued.internet_message_id}.")


@mail.group()
def mailboxes() -> None:
    """Addresses that customers write to."""


@mailboxes.command("list")
@click.pass_obj
def list_mailboxes(make_core: MakeCore) -> None:
    """List the mailboxes and how their last fetch went."""
    with desk_for(make_core()) as desk:
        for box in queries.mailboxes(desk):
            state = "active" if box.is_active else "paused"
            where = f"{box.login} at {box.host}:{box.port}" if box.host else "fed by a door"
            click.echo(f"{box.address}  {state}  {where}  {box.last_error}".rstrip())


@mailboxes.command("add")
@click.argument("address")
@click.option("--name", default="", help="Name shown beside the address.")
@click.option("--host", default="", help="IMAP server; without one, mails come by a door.")
@click.option("--port", default=993, show_default=True)
@click.option("--security", type=click.Choice(service.SECURITIES), default="tls")
@click.option("--login", default="", help="Name to sign in with.")
@click.option("--login-method", type=click.Choice(service.LOGIN_METHODS), default="password")
@click.option("--secret", "secret_ref", default="", help="env:TRESEN_MAIL_… or file:name.")
@click.option("--folder", default="INBOX", show_default=True)
@click.option("--after-fetch", default="seen", help="seen, delete, or a folder to move to.")
@click.option("--subaddresses", "takes_subaddresses", is_flag=True, help="name+x@… arrives too.")
@click.pass_obj
def add_mailbox(make_core: MakeCore, /, **given: Any) -> None:
    """Add a mailbox."""
    with desk_for(make_core(), write=True) as desk:
        box = service.add_mailbox(desk, MailboxValues(**given))
        click.echo(f"Added {box.address}.")


@mailboxes.command()
@click.argument("address")
@click.option("--resume", is_flag=True, help="Take it up again.")
@click.pass_obj
def pause(make_core: MakeCore, address: str, resume: bool) -> None:
    """Fetch a mailbox no longer, until it is resumed."""
    with desk_for(make_core(), write=True) as desk:
        box = _named(queries.mailbox_by_address(desk, address), address)
        service.set_active(desk, box, is_active=resume)
        click.echo(f"{box.address} is fetched again." if resume else f"Paused {box.address}.")


@mailboxes.command()
@click.argument("address")
@click.pass_obj
def test(make_core: MakeCore, address: str) -> None:
    """Sign in to a mailbox and say how many mails lie there; nothing is fetched."""
    core = make_core()
    with desk_for(core) as desk:
        account = account_of(_named(queries.mailbox_by_address(desk, address), address))
    try:
        with opened(core.config, account) as client:
            found = client.select_folder(account.folder, readonly=True)
    except FAILURES as error:
        raise click.ClickException(f"{address}: {error}") from error
    click.echo(f"Signed in; {found[b'EXISTS']} mails in {account.folder}.")


@mailboxes.command()
@click.argument("address")
@click.pass_obj
def fetch(make_core: MakeCore, address: str) -> None:
    """Fetch a mailbox once."""
    core = make_core()
    with desk_for(core) as desk:
        account = account_of(_named(queries.mailbox_by_address(desk, address), address))
    try:
        with opened(core.config, account) as client:
            drained = drain(core, client, account)
    except FAILURES as error:
        raise click.ClickException(f"{address}: {error}") from error
    click.echo(f"{drained.stored} mails stored.")
    if drained.refusal:
        raise click.ClickException(f"{address}: {drained.refusal}")


def _named(box: Mailbox | None, address: str) -> Mailbox:
    if box is None:
        raise click.ClickException(f"There is no mailbox {address}.")
    return box
