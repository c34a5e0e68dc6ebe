# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes commits as the mailbox that `git format-patch` makes of them (git-format-patch(1)).

What is written is read again and put on its base: a series counts only where it gives the very tree
of the last commit. So what a plain diff cannot say is refused, and never lost.
"""

from datetime import datetime, timedelta, timezone
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from io import BytesIO

from dulwich.object_store import BaseObjectStore
from dulwich.objects import Commit, ObjectID
from dulwich.patch import write_tree_diff
from tresen.sdk import Refused, _

from tresen_licensing.patches.applying import PatchError, apply_series
from tresen_licensing.patches.series import MOST_PATCHES, read_series

# git's own line before each mail of a mailbox; its date is the same in all of them.
_BETWEEN = b"From %s Mon Sep 17 00:00:00 2001\n"
_PLAIN_TEXT = (
    "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
)
_END = b"-- \nTresen\n\n"


def mailbox_of(store: BaseObjectStore, base: str, head: str) -> bytes:
    """Return the patches that lead from one commit to another, which names its base.

    Both are 40 hexadecimal digits. Raises Refused where the one does not lead to the other in a
    line, for more than MOST_PATCHES, and for commits that plain patches cannot say.
    """
    commits = _line(store, base, head)
    mails = [_mail(store, each, at, len(commits)) for at, each in enumerate(commits, start=1)]
    body = b"".join(mails) + b"base-commit: %s\n" % base.encode()
    _demand_same(store, base, commits[-1], body)
    return body


def _line(store: BaseObjectStore, base: str, head: str) -> list[Commit]:
    """Return the commits after the base, the first first."""
    found: list[Commit] = []
    at = head
    while at != base:
        commit = _commit(store, at)
        if len(commit.parents) > 1:
            words = {"commit": at[:12]}
            raise Refused(_("%(commit)s is a merge: rebase the branch first.") % words)
        if not commit.parents:
            raise Refused(_("The branch does not come out of %(commit)s.") % {"commit": base[:12]})
        found.append(commit)
        if len(found) > MOST_PATCHES:
            raise Refused(_("A series of more than 200 patches is too long: split it."))
        at = commit.parents[0].decode()
    if not found:
        raise Refused(_("The branch has no commit after %(commit)s.") % {"commit": base[:12]})
    return found[::-1]


def _commit(store: BaseObjectStore, name: str) -> Commit:
    try:
        found = store[ObjectID(name.encode())]
    except KeyError as error:
        words = {"commit": name[:12]}
        raise Refused(
            _("The commit %(commit)s is not there: send all of the branch.") % words
        ) from error
    if not isinstance(found, Commit):
        raise Refused(_("%(commit)s is no commit.") % {"commit": name[:12]})
    return found


def _mail(store: BaseObjectStore, commit: Commit, number: int, count: int) -> bytes:
    """Return a commit as one mail of a mailbox."""
    charset = (commit.encoding or b"utf-8").decode("ascii", "replace")
    name, address = parseaddr(_text(commit.author, charset))
    subject, _gap, rest = _text(commit.message, charset).strip("\n").partition("\n\n")
    numbered = f"[PATCH {number}/{count}] " if count > 1 else "[PATCH] "
    title = numbered + " ".join(subject.split("\n"))
    zone = timezone(timedelta(seconds=commit.author_timezone))
    at = format_datetime(datetime.fromtimestamp(commit.author_time, zone))
    body = f"{rest}\n" if rest else ""
    head = f"From: {formataddr((name, address))}\nDate: {at}\nSubject: {_folded(title)}\n"
    plain = "" if body.isascii() else _PLAIN_TEXT
    diff = BytesIO()
    parent = _commit(store, commit.parents[0].decode())
    write_tree_diff(diff, store, parent.tree, commit.tree)
    text = f"{head}{plain}\n{body}---\n\n".encode()
    return _BETWEEN % commit.id + text + diff.getvalue() + _END


def _text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _folded(title: str) -> str:
    return title if title.isascii() else Header(title, "utf-8", header_name="Subject").encode()


def _demand_same(store: BaseObjectStore, base: str, head: Commit, body: bytes) -> None:
    try:
        applied = apply_series(store, base, read_series([body]).patches)
    except (PatchError, Refused):
        applied = None
    if applied is None or applied.tree != head.tree.decode():
        raise Refused(
            _("Plain patches cannot say these commits: send what “git format-patch” writes.")
        )
