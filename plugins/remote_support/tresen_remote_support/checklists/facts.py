# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tresen says to each requirement: only what it really knows, from settings and data."""

from collections.abc import Iterator
from dataclasses import dataclass

from tresen.sdk import _, ngettext

import tresen_remote_support
from tresen_remote_support import queries as sessions
from tresen_remote_support.checklists.queries import Sight


@dataclass(frozen=True)
class Fact:
    """A sentence; `is_good` is None where it only informs, `listed` the list that shows more."""

    text: str
    is_good: bool | None = None
    listed: str = ""


def facts(key: str, sight: Sight) -> list[Fact]:
    """Return what there is to say to the requirement of that number."""
    return list(_SAY[key](sight))


def _planning(sight: Sight) -> Iterator[Fact]:
    yield Fact(_("Each session names its purpose before the customer is asked."), is_good=True)
    told = {"planned": sight.counts.planned, "ran": sight.counts.ran}
    yield Fact(_("Sessions of the last year with an appointment: %(planned)s of %(ran)s.") % told)


def _set_up(sight: Sight) -> Iterator[Fact]:
    count = sight.counts.without_consent
    if count:
        told = ngettext(
            "%(num)s session began without a consent in force.",
            "%(num)s sessions began without a consent in force.",
            count,
        )
        yield Fact(told % {"num": count}, is_good=False)
    else:
        yield Fact(_("No session began without a consent in force."), is_good=True)
    told = _(
        "A link is good once and for %(minutes)s minutes, a PIN for ten minutes and five tries."
    )
    yield Fact(told % {"minutes": sight.offer_minutes}, is_good=True)


def _interfaces(sight: Sight) -> Iterator[Fact]:
    count = sight.counts.left_open
    if count:
        told = ngettext(
            "%(num)s session that is over has a way in that is still open.",
            "%(num)s sessions that are over have a way in that is still open.",
            count,
        )
        yield Fact(told % {"num": count}, is_good=False)
    else:
        yield Fact(_("No session that is over has a way in that is still open."), is_good=True)


def _tools(sight: Sight) -> Iterator[Fact]:
    yield Fact(_("Tools that agents can choose: %(tools)s.") % {"tools": ", ".join(sight.tools)})


def _policy(sight: Sight) -> Iterator[Fact]:
    told = _("An offer holds for %(offer)s minutes; what stands still ends after %(idle)s.")
    yield Fact(told % {"offer": sight.offer_minutes, "idle": sight.idle_minutes})
    if sight.has_own_words:
        yield Fact(_("The consent has an addition of your own."))
    else:
        yield Fact(_("The consent has no addition of your own."))
    told = _(
        "Recordings need a consent of their own, have no sound and are deleted after %(days)s days"
        " unless an access profile says otherwise. Whoever watches one is noted."
    )
    yield Fact(told % {"days": sight.recording_days})


def _documentation(sight: Sight) -> Iterator[Fact]:
    counts = sight.counts
    told = _("Sessions without a note: %(count)s.") % {"count": counts.without_note}
    yield Fact(told, counts.without_note == 0, sessions.UNDOCUMENTED)
    told = _("Sessions whose customer got no protocol: %(count)s.")
    yield Fact(told % {"count": counts.without_protocol}, counts.without_protocol == 0)
    told = _("Sessions that nobody has reviewed: %(count)s.") % {"count": counts.without_review}
    yield Fact(told, None, sessions.UNREVIEWED)
    told = _("Recordings overdue for deletion: %(count)s.") % {"count": sight.overdue_recordings}
    yield Fact(told, sight.overdue_recordings == 0)


def _protocols(sight: Sight) -> Iterator[Fact]:
    if sight.is_secure:
        yield Fact(_("People reach this installation by HTTPS."), is_good=True)
    else:
        yield Fact(_("The base address of this installation is not HTTPS."), is_good=False)


def _versions(_sight: Sight) -> Iterator[Fact]:
    told = _("Version of this plugin: %(version)s.")
    yield Fact(told % {"version": tresen_remote_support.__version__})


def _accounts(sight: Sight) -> Iterator[Fact]:
    told = _("Agents with accounts of their own: %(count)s. Each session names its agent.")
    yield Fact(told % {"count": sight.agents}, is_good=True)
    yield Fact(_("Customers need no account: what lets them in ends with the session."))


def _authentication(_sight: Sight) -> Iterator[Fact]:
    yield Fact(_("Whether agents use a second factor is not known to this plugin."))
    told = _("A link holds 256 random bits; a PIN counts only with the session's 40 bits.")
    yield Fact(told, is_good=True)


def _third_parties(sight: Sight) -> Iterator[Fact]:
    told = {"watched": sight.counts.watched, "ran": sight.counts.ran}
    yield Fact(_("Sessions in which a second agent looked on: %(watched)s of %(ran)s.") % told)


def _operation(sight: Sight) -> Iterator[Fact]:
    count = sight.counts.standing_still
    told = _("Sessions that run on although nothing moves in them: %(count)s.")
    yield Fact(told % {"count": count}, is_good=count == 0)


def _fall_back(sight: Sight) -> Iterator[Fact]:
    told = _("Sessions that failed in the last year: %(count)s.")
    yield Fact(told % {"count": sight.counts.failed})


_SAY = {
    "A1": _planning,
    "A2": _set_up,
    "A3": _interfaces,
    "A5": _tools,
    "A6": _policy,
    "A7": _documentation,
    "A8": _protocols,
    "A9": _tools,
    "A10": _versions,
    "A14": _accounts,
    "A17": _authentication,
    "A19": _third_parties,
    "A20": _operation,
    "A21": _fall_back,
}
