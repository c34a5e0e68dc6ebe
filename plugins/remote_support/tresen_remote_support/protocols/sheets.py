# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a protocol says, in the customer's language; the mail and the PDF both show it.

It is made of the session's rows alone and on the operator's clock, so that the same record gives
the same protocol whoever asks, and years later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import dates, numbers
from tresen.sdk import Desk, _, lazy, ngettext, speaking_to

from tresen_remote_support import durations, offers, queries, scopes, states
from tresen_remote_support.models import Consent, ConsentText, MovedFile, RemoteSession
from tresen_remote_support.providers import registry
from tresen_remote_support.recordings import queries as recordings
from tresen_remote_support.recordings import retention
from tresen_remote_support.recordings.models import Recording
from tresen_remote_support.stills import queries as stills
from tresen_remote_support.stills.models import Still

LANGUAGES = {
    "en": lazy("English"),
    "de": lazy("German"),
    "de@du": lazy("German (informal)"),
}
DASH, TIMES = "\N{EN DASH}", "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Entry:
    """A title with what is to be said; `code` is a fingerprint, which is set apart."""

    title: str
    value: str
    code: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with entries, a text, or both."""

    heading: str
    entries: tuple[Entry, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Sheet:
    """A protocol; `annexes` are the texts that were agreed to, which the PDF alone repeats."""

    title: str
    lead: str
    language: str
    sections: tuple[Section, ...]
    annexes: tuple[Section, ...]


def language_of(desk: Desk, row: RemoteSession) -> str:
    """Return the customer's language, the installation's where they chose none."""
    return (row.person.language if row.person else None) or desk.config.language


def sheet(desk: Desk, row: RemoteSession, version: int) -> Sheet:
    """Return the protocol of a session that is loaded whole (queries.whole)."""
    language = language_of(desk, row)
    with speaking_to(desk, language):
        return _Writer(desk, row, language.partition("@")[0]).sheet(version)


class _Writer:
    """Writes one protocol in the language in use; `tag` is that of its dates and numbers."""

    def __init__(self, desk: Desk, row: RemoteSession, tag: str) -> None:
        self.row, self.tag = row, tag
        self.operator = desk.config.operator
        self.zone = ZoneInfo(desk.config.time_zone)
        self.consents = queries.consents(desk, row)
        self.files = queries.moved_files(desk, row)
        self.stills = list(reversed(stills.of_session(desk, row)))
        self.recordings = recordings.of_session(desk, row)

    def sheet(self, version: int) -> Sheet:
        day = dates.format_date(
            self._local(self.row.started_at or self.row.requested_at), "long", self.tag
        )
        told = {"day": day, "operator": self.operator, "zone": self.zone.key}
        lead = _("Remote session of %(day)s, by %(operator)s. Times are those of %(zone)s.") % told
        if version > 1:
            lead += " " + _("Corrected: version %(version)s.") % {"version": version}
        return Sheet(
            _("Protocol of a remote session"),
            lead,
            self.tag,
            tuple(self._sections()),
            tuple(self._annexes()),
        )

    def _sections(self) -> Iterator[Section]:
        row = self.row
        yield Section(_("What it was about"), self._subject())
        yield Section(_("Who took part"), self._people())
        yield Section(_("When"), self._times())
        agreed = tuple(map(self._consent, self.consents))
        nothing = _("The customer has not agreed to anything.")
        yield Section(_("What was agreed to"), agreed, "" if agreed else nothing)
        result = Entry(_("Result"), str(states.RESULTS[row.result]) if row.result else DASH)
        yield Section(_("What was done"), (result,), row.actions)
        moved = tuple(map(self._file, self.files))
        yield Section(_("Moved files"), moved, "" if moved else _("No file was moved."))
        sent = tuple(map(self._still, self.stills))
        yield Section(_("Pictures of the screen"), sent, "" if sent else _("No picture was sent."))
        if row.provider == retention.OWN_TOOL:
            kept = tuple(map(self._recording, self.recordings))
            yield Section(_("Recordings"), kept, "" if kept else _("Nothing was recorded."))

    def _subject(self) -> tuple[Entry, ...]:
        row = self.row
        tool = registry.PROVIDERS.get(row.provider)
        entries = (
            Entry(_("Session"), offers.spoken(row.reference)),
            Entry(_("Ticket"), f"#{row.ticket.number} {row.ticket.subject}"),
            Entry(_("Purpose"), row.purpose),
            Entry(_("Contract"), row.contract),
            Entry(_("What was allowed"), _kinds(row.scope)),
            Entry(_("Tool"), str(tool.title) if tool else row.provider),
        )
        return tuple(each for each in entries if each.value)

    def _people(self) -> tuple[Entry, ...]:
        row = self.row
        ended = states.ENDED_BY.get(row.ended_by, DASH)
        entries = [
            Entry(_("At the screen"), row.person.name if row.person else DASH),
            Entry(_("Agent"), row.agent.name if row.agent else DASH),
            Entry(_("Second agent"), row.second_agent.name if row.second_agent else ""),
            Entry(_("Ended by"), str(ended)),
            Entry(_("Reason"), row.reason),
        ]
        return tuple(each for each in entries if each.value)

    def _times(self) -> tuple[Entry, ...]:
        row = self.row
        planned = map(self._moment, filter(None, (row.planned_from, row.planned_to)))
        ran = durations.worked_minutes(row, row.ended_at or row.changed_at)
        entries = [
            Entry(_("Planned"), f" {DASH} ".join(planned)),
            Entry(_("Requested"), self._moment(row.requested_at)),
            Entry(_("Started"), self._moment(row.started_at)),
            Entry(_("Ended"), self._moment(row.ended_at)),
            Entry(_("Minutes run"), str(ran)),
            Entry(_("Minutes of work"), "" if row.minutes is None else str(row.minutes)),
        ]
        return tuple(each for each in entries if each.value)

    def _consent(self, given: Consent) -> Entry:
        language = LANGUAGES.get(given.text.language, given.text.language)
        told = {"version": given.text.version, "language": language}
        parts = [
            self._moment(given.given_at),
            _kinds(given.scope),
            given.name,
            str(offers.CHANNELS[given.channel]),
            _("text %(version)s in %(language)s") % told,
        ]
        if given.withdrawn_at is not None:
            parts.append(f"{_('in force until')} {self._moment(given.withdrawn_at)}")
        return Entry(_("Consent"), "; ".join(filter(None, parts)))

    def _file(self, moved: MovedFile) -> Entry:
        way = _("From the customer") if moved.is_from_customer else _("To the customer")
        return Entry(way, f"{moved.name}, {self._size(moved.size)}", moved.sha256)

    def _size(self, size: int) -> str:
        count = numbers.format_decimal(size, locale=self.tag)
        return ngettext("%(size)s byte", "%(size)s bytes", size) % {"size": count}

    def _still(self, still: Still) -> Entry:
        way = _("Drawn on by the agent") if still.is_drawn else _("Sent by the customer")
        told = f"{still.width} {TIMES} {still.height}"
        return Entry(way, f"{self._moment(still.taken_at)}, {told}", still.sha256)

    def _recording(self, kept: Recording) -> Entry:
        span = map(self._moment, filter(None, (kept.started_at, kept.ended_at)))
        day = dates.format_date(kept.delete_on, "long", self.tag)
        parts = [
            f" {DASH} ".join(span),
            self._size(kept.size),
            _("to be deleted on %(day)s") % {"day": day},
        ]
        return Entry(_("Picture without sound"), ", ".join(parts), kept.sha256)

    def _annexes(self) -> Iterator[Section]:
        texts: dict[int, ConsentText] = {each.text_id: each.text for each in self.consents}
        for text in texts.values():
            language = LANGUAGES.get(text.language, text.language)
            told = {"version": text.version, "language": language}
            yield Section(_("Consent, text %(version)s in %(language)s") % told, text=text.body)

    def _moment(self, value: datetime | None) -> str:
        if value is None:
            return ""
        local = self._local(value)
        time = dates.format_time(local, "short", locale=self.tag)
        return f"{dates.format_date(local, 'long', self.tag)}, {time}"

    def _local(self, value: datetime) -> datetime:
        return value.astimezone(self.zone)


def _kinds(kept: str) -> str:
    return ", ".join(str(scopes.TITLES[kind]) for kind in scopes.kinds_in(kept))
