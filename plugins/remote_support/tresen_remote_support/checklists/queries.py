# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds out what is known of the requirements: the sessions of a year, and the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, active_agents, read_settings

from tresen_remote_support import queries as sessions
from tresen_remote_support import states
from tresen_remote_support.checklists.models import ChecklistAnswer
from tresen_remote_support.figures.queries import was_agreed
from tresen_remote_support.models import Consent, Offer, RemoteSession
from tresen_remote_support.protocols.models import Protocol
from tresen_remote_support.providers import registry
from tresen_remote_support.recordings import queries as recordings
from tresen_remote_support.recordings import retention

DAYS = 365


@dataclass(frozen=True)
class Counts:
    """Sessions that were requested in the last year, by what is said of them."""

    ran: int = 0
    planned: int = 0
    without_consent: int = 0
    left_open: int = 0
    without_note: int = 0
    without_review: int = 0
    without_protocol: int = 0
    watched: int = 0
    standing_still: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Sight:
    """All that Tresen knows about the requirements."""

    counts: Counts
    is_secure: bool
    offer_minutes: int
    idle_minutes: int
    has_own_words: bool
    recording_days: int
    overdue_recordings: int
    tools: tuple[str, ...]
    agents: int


def sight(desk: Desk) -> Sight:
    """Return what Tresen knows; the number of statements is the same for any data."""
    chosen = read_settings(desk, sessions.SETTINGS)
    return Sight(
        counts=_counts(desk, int(chosen["idle_minutes"])),
        is_secure=desk.config.is_secure,
        offer_minutes=int(chosen["offer_minutes"]),
        idle_minutes=int(chosen["idle_minutes"]),
        has_own_words=bool(chosen["consent_en"] or chosen["consent_de"]),
        recording_days=int(read_settings(desk, retention.SETTINGS)["days"]),
        overdue_recordings=recordings.overdue(desk),
        tools=tuple(str(each.title) for each in registry.PROVIDERS.values()),
        agents=len(active_agents(desk)),
    )


def answers(desk: Desk) -> Mapping[str, ChecklistAnswer]:
    """Return the operator's answers by requirement."""
    statement = select(ChecklistAnswer).options(joinedload(ChecklistAnswer.person))
    return {each.requirement: each for each in desk.session.scalars(statement)}


def answer(desk: Desk, key: str) -> ChecklistAnswer | None:
    """Return the operator's answer to a requirement."""
    found = select(ChecklistAnswer).where(ChecklistAnswer.requirement == key)
    return desk.session.scalar(found)


def _counts(desk: Desk, idle_minutes: int) -> Counts:
    told = _told(desk, idle_minutes)
    counted = [func.count(case((holds, 1))).label(name) for name, holds in told.items()]
    statement = select(*counted).where(RemoteSession.requested_at >= desk.ago(days=DAYS))
    found: dict[str, Any] = dict(desk.session.execute(statement).mappings().one())
    return Counts(**found)


def _told(desk: Desk, idle_minutes: int) -> dict[str, ColumnElement[bool]]:
    row = RemoteSession
    ran, over = row.started_at.is_not(None), row.ended_at.is_not(None)
    has_note = row.documented_at.is_not(None)
    return {
        "ran": ran,
        "planned": and_(ran, row.planned_from.is_not(None)),
        "without_consent": and_(ran, ~was_agreed()),
        "left_open": and_(row.state.not_in(states.OPEN), _has_a_way_in()),
        "without_note": and_(over, ~has_note),
        "without_review": and_(has_note, row.reviewed_at.is_(None)),
        "without_protocol": and_(has_note, ~exists().where(Protocol.session_id == row.id)),
        "watched": and_(ran, row.second_agent_id.is_not(None)),
        # The job that ends them comes by every minute.
        "standing_still": and_(
            row.state.in_(states.RUNNING), row.seen_at < desk.ago(minutes=idle_minutes + 5)
        ),
        "failed": row.state == states.FAILED,
    }


def _has_a_way_in() -> ColumnElement[bool]:
    row = RemoteSession
    return or_(
        row.seat_hash.is_not(None),
        exists().where(Consent.session_id == row.id, Consent.withdrawn_at.is_(None)),
        exists().where(Offer.session_id == row.id, Offer.used_at.is_(None)),
    )
