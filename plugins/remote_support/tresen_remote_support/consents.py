# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's yes: what exactly it was said to, by whom, when, and whether it still holds.

A session rests on a consent in force that covers its scope; without one nothing may be shown
(safety R02). The words are kept by version, so that they can be read years later.
"""

from sqlalchemy import bindparam, func, or_, select
from tresen.sdk import Desk, _, ngettext, read_settings

from tresen_remote_support import queries, scopes
from tresen_remote_support.models import Consent, ConsentText, RemoteSession
from tresen_remote_support.recordings import retention

# Between the paragraphs of the text.
GAP = "\n\n"
# The scope of the yes that holds `at` a moment, made once: each page of a session asks for it.
_GIVEN = Consent.__table__.c
_SCOPE_IN_FORCE = (
    select(_GIVEN.scope)
    .where(
        _GIVEN.session_id == bindparam("of"),
        _GIVEN.withdrawn_at.is_(None),
        or_(_GIVEN.until.is_(None), _GIVEN.until > bindparam("at")),
    )
    .order_by(_GIVEN.id.desc())
    .limit(1)
)


def words(desk: Desk, recording_days: int | None = None) -> str:
    """Return what customers consent to now, in the language in use.

    `recording_days` are those after which a recording is deleted; None where nothing is recorded.
    """
    own = read_settings(desk, queries.SETTINGS)[f"consent_{_base(desk.language)}"]
    paragraphs = [
        _(
            "You choose what of your screen you show. Close beforehand what is nobody else's"
            " business: mail, personnel files, patients' data."
        ),
        _(
            "Before you agree nothing is seen, and nothing after you stop. You can stop at any time"
            " with one click, without a reason and without any disadvantage."
        ),
        _(
            "We keep who took part, when, why, what was done, what was written in the chat, which"
            " files were sent, and which pictures were sent or taken of what you show: each of"
            " those you see at once. You get the record when the session is over."
            " Sound is never recorded, and the picture only where that is named below."
        ),
        recording_words(recording_days) if recording_days else "",
        str(own or "").strip(),
    ]
    return GAP.join(filter(None, paragraphs))


def recording_words(days: int) -> str:
    """Return what is agreed to where the picture may be recorded."""
    told = ngettext(
        "The moving picture that you share may be recorded: the picture alone, never sound. While"
        " it is recorded your page says so, and you can stop the recording there without ending"
        " the session. It is deleted after %(num)s day. Who watches or downloads it until then is"
        " noted with name and time; signed in to the portal you can watch it yourself and read"
        " these notes.",
        "The moving picture that you share may be recorded: the picture alone, never sound. While"
        " it is recorded your page says so, and you can stop the recording there without ending"
        " the session. It is deleted after %(num)s days. Who watches or downloads it until then is"
        " noted with name and time; signed in to the portal you can watch it yourself and read"
        " these notes.",
        days,
    )
    return told % {"num": days}


def current_text(desk: Desk, recording_days: int | None = None) -> ConsentText:
    """Return the version of the words that are in use, made when it is the first with them."""
    return text_with(desk, words(desk, recording_days))


def text_with(desk: Desk, body: str) -> ConsentText:
    """Return the version of a text, made when it is the first with these words."""
    language = desk.language
    of_language = ConsentText.language == language
    same = select(ConsentText).where(of_language, ConsentText.body == body)
    known = desk.session.scalar(same.order_by(ConsentText.version.desc()).limit(1))
    if known is not None:
        return known
    highest = select(func.max(ConsentText.version)).where(of_language)
    version = (desk.session.scalar(highest) or 0) + 1
    made = ConsentText(language=language, version=version, body=body, created_at=desk.now())
    desk.session.add(made)
    desk.session.flush()
    return made


def give(desk: Desk, row: RemoteSession, scope: str, channel: str, name: str) -> Consent:
    """Record the yes to a scope; one that was given before is replaced.

    For how long recordings are kept stays as it was told when they were first agreed to.
    """
    days = days_told(desk, row, scope)
    withdraw(desk, row)
    made = Consent(
        session_id=row.id,
        text_id=current_text(desk, days).id,
        scope=scope,
        channel=channel,
        person_id=row.person_id,
        name=name.strip(),
        given_at=desk.now(),
        recording_days=days,
    )
    desk.session.add(made)
    desk.session.flush()
    return made


def withdraw(desk: Desk, row: RemoteSession) -> None:
    """Take back what is in force; it stays on record."""
    if (found := in_force(desk, row)) is not None:
        found.withdrawn_at = desk.now()
        desk.session.flush()


def days_told(desk: Desk, row: RemoteSession, scope: str) -> int | None:
    """Return after how many days a recording is deleted that a yes to the scope allows."""
    days, before = retention.days_told(desk, row, scope), in_force(desk, row)
    return days and ((before.recording_days if before else None) or days)


def in_force(desk: Desk, row: RemoteSession) -> Consent | None:
    """Return the yes that holds now."""
    statement = select(Consent).where(
        Consent.session_id == row.id,
        Consent.withdrawn_at.is_(None),
        or_(Consent.until.is_(None), Consent.until > desk.now()),
    )
    return desk.session.scalar(statement.order_by(Consent.id.desc()).limit(1))


def is_covered(desk: Desk, row: RemoteSession) -> bool:
    """Tell whether a yes in force covers all that the session may do."""
    return allows(desk, row, row.scope)


def allows(desk: Desk, row: RemoteSession, scope: str) -> bool:
    """Tell whether a yes in force covers a scope, or one kind of access."""
    values = {"of": row.id, "at": desk.now()}
    found = desk.session.read(_SCOPE_IN_FORCE, **values).scalar()
    return found is not None and scopes.covers(found, scope)


def _base(language: str) -> str:
    """Return which of the operator's two additions is read: `de` for both forms of address."""
    return "de" if language.startswith("de") else "en"
