# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of signing in and out; secrets are compared and stored as hashes only."""

import secrets
import unicodedata
from base64 import b64encode
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError

from tresen.access.models import Attempt, Password, SignInSession, hash_token
from tresen.desk import Actor, Desk, desk_for
from tresen.errors import Refused, TooMany
from tresen.hooks import specs
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.log import log
from tresen.people import queries as people
from tresen.people.models import AGENT_ROLES, Person

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
# Tries at one account from one network address, and at all from one, within the window.
SIGN_IN_TRIES = 10
SOURCE_TRIES = 60
SIGN_IN_WINDOW = timedelta(minutes=15)

_hasher = PasswordHasher()


def _hash_of_nobody() -> str:
    """Return a hash that fits no password and takes as long to check as a real one."""
    # Made up of chance and not of a password, so that the start does not wait for one.
    salt, digest = (
        b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


# Checked when nobody has the address, so that the answer takes as long (safety U02).
_NOBODY = _hash_of_nobody()


def set_password(desk: Desk, person: Person, password: str) -> None:
    """Keep a new password and end every session of the person; raises Refused when too short."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            _("A password has between %(least)s and %(most)s characters.")
            % {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD}
        )
    row = desk.session.get(Password, person.id)
    if row is None:
        row = Password(person_id=person.id)
        desk.session.add(row)
    row.hash, row.changed_at = _hasher.hash(_composed(password)), desk.now()
    end_sessions(desk, person.id)
    journal.record(desk, "person", person.id, "password_changed")


def check_password(desk: Desk, address: str, password: str) -> Person | None:
    """Return whose address and password these are; takes as long when they are nobody's."""
    # Cut beyond what a password can have, so that a huge one costs no more.
    password = _composed(password[: LONGEST_PASSWORD + 1])
    person = people.person_by_address(desk, address)
    row = desk.session.get(Password, person.id) if person else None
    try:
        _hasher.verify(row.hash if row else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return person if row and person and person.is_active else None


def limit(desk: Desk, key: str, most: int, window: timedelta) -> None:
    """Count one attempt; raises TooMany when there were `most` within the window already."""
    key = key[:120]
    since = desk.now() - window
    count = desk.session.scalar(select(func.count()).where(Attempt.key == key, Attempt.at > since))
    if (count or 0) >= most:
        minutes = int(window.total_seconds() // 60)
        raise TooMany(
            _("Too many attempts. Please try again in %(minutes)s minutes.") % {"minutes": minutes},
            int(window.total_seconds()),
        )
    desk.session.add(Attempt(key=key, at=desk.now()))


def _composed(password: str) -> str:
    """The password as every keyboard shall give it: some send ä as a and two dots (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


def source_of(network_address: str) -> str:
    """Return whom tries are counted for: of IPv6 the /64 that one household or server gets."""
    try:
        found = ip_address(network_address)
    except ValueError:
        return network_address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def count_sign_in(desk: Desk, address: str, network_address: str) -> None:
    """Count a try at an account and from a network address; raises TooMany.

    The tries of one source at one account are counted together, so that a stranger cannot lock
    the owner out from elsewhere (safety U05).
    """
    source = source_of(network_address)
    limit(desk, f"sign-in:{source}:{address}", SIGN_IN_TRIES, SIGN_IN_WINDOW)
    limit(desk, f"sign-in:{source}", SOURCE_TRIES, SIGN_IN_WINDOW)


def count_link(desk: Desk, network_address: str) -> None:
    """Count a wish for a link by mail from a network address; raises TooMany."""
    limit(desk, f"link-from:{source_of(network_address)}", SOURCE_TRIES, SIGN_IN_WINDOW)


def note_seen(desk: Desk, session_id: int) -> None:
    """Note that a session is in use; a reading desk borrows a writing one for it.

    A page that only reads is shown though nothing can be written just now.
    """
    noted = update(SignInSession).where(SignInSession.id == session_id).values(seen_at=desk.now())
    if desk.is_writing:
        desk.session.execute(noted)
        return
    try:
        with desk_for(desk.core, write=True) as own:
            own.session.execute(noted)
    except OperationalError as error:
        log.warning("session_not_noted", error=str(error)[:200])


def forget_attempts(desk: Desk) -> None:
    """Delete attempts that no limit looks at any more."""
    desk.session.execute(delete(Attempt).where(Attempt.at < desk.ago(days=2)))


def start_session(desk: Desk, person: Person, network_address: str, user_agent: str) -> str:
    """Sign a person in; return the token for the cookie, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    desk.session.add(
        SignInSession(
            person_id=person.id,
            token_hash=hash_token(token),
            created_at=desk.now(),
            seen_at=desk.now(),
            network_address=network_address[:60],
            user_agent=user_agent[:300],
        )
    )
    journal.record(desk, "person", person.id, "signed_in")
    return token


def end_session(desk: Desk, person_id: int, session_id: int) -> None:
    """End one session of the person."""
    desk.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.person_id == person_id)
        .where(SignInSession.ended_at.is_(None))
        .values(ended_at=desk.now())
    )


def end_sessions(desk: Desk, person_id: int) -> None:
    """End every session of the person."""
    desk.session.execute(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=desk.now())
    )


def choose_language(desk: Desk, person_id: int, code: str) -> None:
    """Speak this language with the person from now on, in pages and in mails."""
    desk.session.execute(update(Person).where(Person.id == person_id).values(language=code))


def grants(desk: Desk) -> dict[str, frozenset[str]]:
    """Return the permissions of each role as the plugins declare them."""
    if "grants" not in desk.core.shelf:
        found: dict[str, set[str]] = {}
        for permission in desk.core.plugins.collect(specs.permissions):
            for role in permission.roles:
                found.setdefault(role, set()).add(permission.name)
        desk.core.shelf["grants"] = {role: frozenset(names) for role, names in found.items()}
    kept: dict[str, frozenset[str]] = desk.core.shelf["grants"]
    return kept


def actor_for(desk: Desk, person: Person, scopes: frozenset[str] | None = None) -> Actor:
    """Return the person as an actor; a token's scopes narrow what the role grants."""
    granted = grants(desk).get(person.role, frozenset())
    is_agent = person.role in AGENT_ROLES
    return Actor(
        name=person.name,
        kind="agent" if is_agent else "customer",
        person_id=person.id,
        organisation_id=person.organisation_id,
        permissions=granted if scopes is None else granted & scopes,
        team_ids=people.team_ids_of(desk, person.id) if is_agent else frozenset(),
        sees_organisation=person.sees_organisation,
    )
