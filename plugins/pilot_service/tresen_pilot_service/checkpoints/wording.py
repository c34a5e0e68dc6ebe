# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written to those who are asked to a checkpoint: it is planned, moved or cancelled.

Each letter is in the language of who reads it.
"""

from collections.abc import Iterator, Sequence

from tresen.sdk import Desk, Refused, _, day, lazy, ngettext

from tresen_pilot_service import clocks, letters
from tresen_pilot_service.checkpoints import queries
from tresen_pilot_service.checkpoints.models import Checkpoint
from tresen_pilot_service.models import Participation

PLANNED = "planned"
MOVED = "moved"
CANCELLED = "cancelled"

_SUBJECTS = {
    PLANNED: lazy("Checkpoint “%(title)s” on %(when)s"),
    MOVED: lazy("Changed: checkpoint “%(title)s” on %(when)s"),
    CANCELLED: lazy("Cancelled: checkpoint “%(title)s” on %(when)s"),
}
_BEGINNINGS = {
    PLANNED: lazy("we would like to talk with you about the pilot “%(programme)s”:"),
    MOVED: lazy("our meeting about the pilot “%(programme)s” has changed. This counts now:"),
    CANCELLED: lazy("our meeting about the pilot “%(programme)s” is cancelled:"),
}


def when(desk: Desk, meeting: Checkpoint) -> str:
    """Return day and time on the operator's clock, and how long it lasts."""
    begins = clocks.on_operators_clock(desk, meeting.starts_at)
    lasts = ngettext("%(num)s minute", "%(num)s minutes", meeting.duration)
    words = {
        "day": day(begins.date(), "full"),
        "time": begins.strftime("%H:%M"),
        "zone": desk.config.time_zone,
        "lasts": lasts % {"num": meeting.duration},
    }
    return _("%(day)s, %(time)s (%(zone)s), %(lasts)s") % words


def inform(desk: Desk, meeting: Checkpoint, what: str) -> str:
    """Write to the key user of everybody who is asked; return a sentence of how that went."""
    return _tell(desk, meeting, [(row, what) for row in queries.asked(desk, meeting)])


def inform_of_change(
    desk: Desk, meeting: Checkpoint, before: Sequence[Participation], *, is_moved: bool
) -> str:
    """Write to whom a change concerns, of those who were asked `before` and those who are now.

    Who is asked no longer reads that it is cancelled, who is new that it is planned.
    """
    now = queries.asked(desk, meeting)
    letters_to = [(row, CANCELLED) for row in before if row not in now]
    letters_to += [(row, PLANNED) for row in now if row not in before]
    letters_to += [(row, MOVED) for row in now if row in before and is_moved]
    return _tell(desk, meeting, letters_to) if letters_to else ""


def _tell(desk: Desk, meeting: Checkpoint, letters_to: Sequence[tuple[Participation, str]]) -> str:
    missed = [
        row.organisation.name for row, what in letters_to if not _write(desk, meeting, row, what)
    ]
    reached = len(letters_to) - len(missed)
    said = ngettext("%(num)s customer is informed.", "%(num)s customers are informed.", reached)
    sentences = [said % {"num": reached}]
    if missed:
        words = {"names": ", ".join(missed)}
        sentences.append(_("Not written to: %(names)s. Is a key user named there?") % words)
    return " ".join(sentences)


def _write(desk: Desk, meeting: Checkpoint, row: Participation, what: str) -> bool:
    person = letters.receiver(row)
    if person is None:
        return False
    with letters.in_their_language(desk, row):
        begins = clocks.on_operators_clock(desk, meeting.starts_at)
        words = {"title": meeting.title, "when": day(begins.date(), "long")}
        subject = str(_SUBJECTS[what]) % words
        body = "\n\n".join(_paragraphs(desk, meeting, row, what))
    try:
        return letters.send(desk, row, subject, body) is not None
    except Refused:
        # The checkpoint stands all the same; who planned it reads whom it did not reach.
        return False


def _paragraphs(desk: Desk, meeting: Checkpoint, row: Participation, what: str) -> Iterator[str]:
    person = letters.receiver(row)
    name = person.name if person else ""
    yield _("Hello %(name)s,") % {"name": name}
    yield str(_BEGINNINGS[what]) % {"programme": row.programme.title}
    facts = [meeting.title, when(desk, meeting)]
    yield "\n".join(f"- {fact}" for fact in (*facts, meeting.place) if fact)
    if what != CANCELLED:
        if meeting.agenda:
            yield meeting.agenda
        yield _("With a file for your calendar it stands here:") + f"\n{letters.address(desk, row)}"
    yield _("Kind regards") + f"\n{desk.actor.name}"
