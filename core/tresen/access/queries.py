# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds sessions."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from tresen.access.models import SESSION_LIFE, Password, SignInSession, hash_token
from tresen.desk import Desk
from tresen.people.models import Person

# Every request asks it, so it is made once.
_LIVING = (
    select(SignInSession)
    .join(SignInSession.person)
    .where(
        SignInSession.token_hash == bindparam("token_hash"),
        SignInSession.ended_at.is_(None),
        SignInSession.created_at > bindparam("since"),
        Person.is_active,
    )
    .options(joinedload(SignInSession.person))
)


def session_by_token(desk: Desk, token: str) -> SignInSession | None:
    """Return the living session of an active person that the cookie's value belongs to."""
    asked = {"token_hash": hash_token(token), "since": desk.now() - SESSION_LIFE}
    return desk.session.scalar(_LIVING, asked)


def sessions_of(desk: Desk, person_id: int) -> Sequence[SignInSession]:
    """Return the living sessions of a person, the latest seen first."""
    return desk.session.scalars(
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.created_at > desk.now() - SESSION_LIFE,
        )
        .order_by(SignInSession.seen_at.desc())
    ).all()


def has_password(desk: Desk, person_id: int) -> bool:
    """Whether the person has set a password."""
    found = select(Password.person_id).where(Password.person_id == person_id)
    return desk.session.scalar(found) is not None
