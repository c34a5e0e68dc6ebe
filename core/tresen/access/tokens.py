# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys to the REST interface: made, listed, ended, and found again by their hash."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from tresen.access import service
from tresen.access.models import ApiToken, hash_token
from tresen.desk import Actor, Desk
from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.people.models import Person

# Told apart at a glance, by people and by scanners for leaked secrets.
PREFIX = "tresen_"
# Its time of last use is written at most this often, so that reading stays reading.
USE_NOTED_EVERY = timedelta(minutes=5)
_LIVING = (
    select(ApiToken)
    .join(ApiToken.person)
    .where(
        ApiToken.token_hash == bindparam("token_hash"),
        ApiToken.ended_at.is_(None),
        ApiToken.expires_at.is_(None) | (ApiToken.expires_at > bindparam("now")),
        Person.is_active,
    )
    .options(joinedload(ApiToken.person))
)


def make_token(
    desk: Desk, person: Person, name: str, scopes: Sequence[str], life: timedelta | None = None
) -> str:
    """Make a token for a person; return its text, which is shown once and stored nowhere.

    `scopes` are permissions; raises Refused for one that the person's role does not have.
    """
    granted = service.grants(desk).get(person.role, frozenset())
    if beyond := sorted(set(scopes) - granted):
        raise Refused(_("You do not hold %(scopes)s yourself.") % {"scopes": ", ".join(beyond)})
    text = PREFIX + secrets.token_urlsafe(32)
    desk.session.add(
        ApiToken(
            person_id=person.id,
            name=name.strip(),
            token_hash=hash_token(text),
            scopes=sorted(set(scopes)),
            created_at=desk.now(),
            expires_at=desk.now() + life if life else None,
        )
    )
    journal.record(desk, "person", person.id, "token_made", {"token": (None, name)})
    return text


def token_by_text(desk: Desk, text: str) -> ApiToken | None:
    """Return the living token of an active person."""
    return desk.session.scalar(_LIVING, {"token_hash": hash_token(text), "now": desk.now()})


def actor_by_token(desk: Desk, text: str) -> Actor | None:
    """Return who the token acts for, within its scopes; None when it opens nothing."""
    token = token_by_text(desk, text)
    if token is None:
        return None
    if token.last_used_at is None or token.last_used_at < desk.now() - USE_NOTED_EVERY:
        token.last_used_at = desk.now()
    actor = service.actor_for(desk, token.person, frozenset(token.scopes))
    return replace(actor, token_id=token.id)


def tokens_of(desk: Desk, person_id: int) -> Sequence[ApiToken]:
    """Return the tokens of a person that have not ended, the newest first."""
    return desk.session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.ended_at.is_(None))
        .order_by(ApiToken.id.desc())
    ).all()


def end_token(desk: Desk, person_id: int, token_id: int) -> None:
    """End a token of the person; raises Missing for another's."""
    token = desk.session.get(ApiToken, token_id)
    if token is None or token.person_id != person_id:
        raise Missing(_("There is no such token."))
    if token.ended_at is not None:
        return
    token.ended_at = desk.now()
    journal.record(desk, "person", person_id, "token_ended", {"token": (token.name, None)})
