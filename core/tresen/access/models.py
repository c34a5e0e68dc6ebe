# SPDX-License-Identifier: AGPL-3.0-or-later
"""How people prove who they are: passwords, sessions, one-time links, tokens, attempts.

Secrets are stored only as hashes: whoever reads the database cannot sign in with it.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tresen.db import Base
from tresen.people.models import Person

SESSION_LIFE = timedelta(days=14)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a random token; enough for 256 random bits, unlike for passwords."""
    return hashlib.sha256(token.encode()).hexdigest()


class Password(Base):
    """A person's password as an argon2id hash."""

    __tablename__ = "password"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class SignInSession(Base):
    """One signed-in browser; `token_hash` is the SHA-256 of the cookie's value."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    network_address: Mapped[str] = mapped_column(String(60), default="")
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class OneTimeLink(Base):
    """A link sent by mail: proves an address, or resets a password; used once, soon over."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address_id: Mapped[int] = mapped_column(
        ForeignKey("email_address.id", ondelete="CASCADE"), index=True
    )
    # What the link carries through, e.g. the request that waits for the proof.
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A key to the REST interface that acts for one person within its scopes."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Attempt(Base):
    """One try at something limited: `key` says what and by whom, e.g. `sign-in:address`."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_attempt_key_at", "key", "at"), Index("ix_attempt_at", "at"))
