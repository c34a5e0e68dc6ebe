# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of change sets: they are added, and superseded by the next."""

import hashlib
import re
from collections.abc import Sequence

from tresen.sdk import Desk, Refused, _, store_file

from tresen_licensing.changes import queries
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.service import append
from tresen_licensing.patches.series import PatchText, read_series

_COMMIT = re.compile(r"[0-9a-f]{40}")
MAILBOX = "application/mbox"


def add(desk: Desk, row: Development, bodies: Sequence[bytes], base: str) -> ChangeSet:
    """Keep patches as the next version of a development's changes.

    `base` is the commit that they stand on where they do not say so themselves. Raises Refused for
    what holds no patch, has no base, equals the version before, or comes after the clearance.
    What is public takes a new version as long as upstream has not merged it; the public one stays.
    """
    demand_open(row)
    series = read_series(bodies)
    commit = _base(series.base, base)
    body = b"\n".join(each.rstrip(b"\n") + b"\n" for each in bodies)
    digest = hashlib.sha512(body).hexdigest()
    last = queries.latest(desk, row.id)
    if last is not None and (last.sha512, last.base) == (digest, commit):
        raise Refused(_("These patches are version %(number)s already.") % {"number": last.version})
    made = _made(desk, row, commit, body, digest)
    _keep(desk, made, series.patches)
    facts = {"version": made.version, "base": commit, "sha512": digest}
    append(desk, row, "changes_added", facts | {"patches": len(series.patches)})
    return made


def demand_open(row: Development) -> None:
    """Raise Refused where no other version may come in."""
    if row.state == states.READY:
        raise Refused(_("It is cleared: take it back into clearance to change it."))
    if row.state not in (*states.OPEN, *states.REWORKED):
        raise Refused(_("No new version follows here: begin another development for it."))


def _base(said: str, typed: str) -> str:
    """Return the commit that the patches stand on; raises Refused where nobody says it."""
    plain = typed.strip().lower()
    if plain and not _COMMIT.fullmatch(plain):
        raise Refused(_("A commit is named by its 40 hexadecimal digits."))
    if said and plain and said != plain:
        words = {"commit": said}
        raise Refused(_("The patches themselves name another base: %(commit)s.") % words)
    if not said and not plain:
        raise Refused(
            _("Which commit do they stand on? “git format-patch --base=…” writes it down.")
        )
    return said or plain


def _made(desk: Desk, row: Development, base: str, body: bytes, digest: str) -> ChangeSet:
    version = queries.next_version(desk, row.id)
    file = store_file(desk, f"{row.reference}-v{version}.mbox", MAILBOX, body)
    made = ChangeSet(
        development_id=row.id,
        version=version,
        base=base,
        file_id=file.id,
        sha512=digest,
        made_at=desk.now(),
        made_by_id=desk.actor.person_id,
    )
    desk.session.add(made)
    desk.session.flush()
    return made


def _keep(desk: Desk, made: ChangeSet, patches: Sequence[PatchText]) -> None:
    for position, each in enumerate(patches, start=1):
        desk.session.add(
            Patch(
                change_set_id=made.id,
                position=position,
                subject=each.subject,
                author_name=each.author_name,
                author_address=each.author_address,
                authored_at=each.authored_at,
                signed_off="\n".join(each.signed_off),
                patch_id=each.patch_id,
                added=each.added,
                removed=each.removed,
                paths="\n".join(each.paths),
            )
        )
    desk.session.flush()
