# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen doctor` and the health page say about mail; each sentence names the way out."""

from datetime import timedelta

from tresen.desk import Desk
from tresen.hooks.records import Check
from tresen.i18n import _, ngettext
from tresen.mail import queries
from tresen.mail.models import KEPT, REFUSED, Mailbox
from tresen.mail.reasons import reply_told

# A mail that waits longer, or a mailbox not looked into for longer, needs somebody.
LATE = timedelta(minutes=5)
SILENT = timedelta(minutes=30)


def all_checks(desk: Desk) -> list[Check]:
    """Return the state of the books, of what waits, of each mailbox and of the outbox."""
    boxes = [_mailbox(desk, box) for box in queries.mailboxes(desk) if box.is_active and box.host]
    return [_books(desk), _hashes(desk), _waiting(desk), _held(desk), *boxes, _outbox(desk)]


def _books(desk: Desk) -> Check:
    title = _("Mails and what became of them")
    books = queries.conservation(desk)
    values = {
        "inbound": books.inbound,
        "messages": books.messages,
        "held": books.held,
        "ignored": books.ignored,
        "pending": books.pending,
    }
    counted = _(
        "%(inbound)s mails came in: %(messages)s messages, %(held)s held, %(ignored)s ignored by "
        "a rule, %(pending)s pending."
    )
    if books.is_kept:
        return Check("mail_books", "good", counted % values, title)
    wrong = _(
        "%(lost)s lost their message, %(doubled)s are doubled, %(unsent)s replies are unsent."
    )
    numbers = {
        "lost": books.without_message,
        "doubled": books.doubled,
        "unsent": books.unsent_replies,
    }
    return Check("mail_books", "bad", f"{counted % values} {wrong % numbers}", title)


def _hashes(desk: Desk) -> Check:
    title = _("Stored mails")
    wrong = queries.wrong_hashes(desk)
    if not wrong:
        intact = _("The newest mails are stored intact; `tresen mail verify` looks at all of them.")
        return Check("mail_bytes", "good", intact, title)
    sentence = _("The stored bytes of mail %(id)s were changed: restore them from a backup.")
    return Check("mail_bytes", "bad", sentence % {"id": wrong[0]}, title)


def _waiting(desk: Desk) -> Check:
    title = _("Mails that wait")
    oldest = queries.oldest_pending(desk)
    if oldest is None or desk.now() - oldest < LATE:
        return Check("mail_pending", "good", _("Mails that come in are worked off."), title)
    sentence = _("A mail has waited for %(minutes)s minutes: is `tresen worker` running?")
    minutes = int((desk.now() - oldest).total_seconds() // 60)
    return Check("mail_pending", "bad", sentence % {"minutes": minutes}, title)


def _held(desk: Desk) -> Check:
    title = _("Held mails")
    held = queries.count_outcomes(desk).get("held", 0)
    if not held:
        return Check("mail_held", "good", _("No mail is held."), title)
    sentence = ngettext(
        "%(num)s mail is held; `tresen mail held` lists it.",
        "%(num)s mails are held; `tresen mail held` lists them.",
        held,
    )
    return Check("mail_held", "warning", sentence % {"num": held}, title)


def _mailbox(desk: Desk, box: Mailbox) -> Check:
    name = f"mailbox_{box.address}"
    title = _("Mailbox %(address)s") % {"address": box.address}
    since = box.last_fetch_at or box.created_at
    if box.last_error.startswith(REFUSED) or (box.last_error and desk.now() - since > LATE):
        sentence = _("%(address)s cannot be fetched: %(error)s")
        return Check(
            name,
            "bad",
            sentence % {"address": box.address, "error": reply_told(box.last_error)},
            title,
        )
    if box.last_error.startswith(KEPT):
        sentence = _("%(address)s is fetched, but its server refuses something: %(error)s")
        error = {"address": box.address, "error": reply_told(box.last_error)}
        return Check(name, "bad", sentence % error, title)
    if desk.now() - since > SILENT:
        sentence = _("%(address)s was not fetched for %(minutes)s minutes.")
        minutes = int((desk.now() - since).total_seconds() // 60)
        return Check(name, "bad", sentence % {"address": box.address, "minutes": minutes}, title)
    return Check(name, "good", _("%(address)s is fetched.") % {"address": box.address}, title)


def _outbox(desk: Desk) -> Check:
    title = _("Outgoing mails")
    failed, tried = queries.count_unsent(desk)
    if not desk.config.smtp_url:
        return Check("mail_out", "warning", _("No mail goes out: set the option smtp_url."), title)
    if reply := queries.server_failure(desk):
        sentence = _("No mail goes out: %(reply)s")
        return Check("mail_out", "bad", sentence % {"reply": reply_told(reply)}, title)
    if failed or tried:
        sentence = _("%(failed)s mails could not be delivered, %(tried)s are being tried again.")
        return Check("mail_out", "warning", sentence % {"failed": failed, "tried": tried}, title)
    return Check("mail_out", "good", _("All mails were delivered on the first attempt."), title)
