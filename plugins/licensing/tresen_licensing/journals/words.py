# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an entry of a journal says, in words for people."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tresen.sdk import _, day, lazy, ngettext

from tresen_licensing.clearances.states import GROUNDS, SIDES
from tresen_licensing.developments import states
from tresen_licensing.forges.routes import TITLES
from tresen_licensing.journals.models import Entry
from tresen_licensing.publications import kinds
from tresen_licensing.repositories import outcomes
from tresen_licensing.waivers.reasons import REASONS

Facts = Mapping[str, Any]


def _day(text: str) -> str:
    return day(date.fromisoformat(text))


def _stepped(facts: Facts) -> str:
    words = {"from": states.TITLES[facts["from"]], "to": states.TITLES[facts["to"]]}
    return _("From “%(from)s” to “%(to)s”") % words


def _changes_added(facts: Facts) -> str:
    count = int(facts["patches"])
    words = {"version": facts["version"], "num": count}
    return (
        ngettext(
            "Version %(version)s of the changes: one patch",
            "Version %(version)s of the changes: %(num)s patches",
            count,
        )
        % words
    )


def _deployed(facts: Facts) -> str:
    words = {"version": facts["version"], "day": _day(facts["since"])}
    return _("Version %(version)s runs since %(day)s") % words


def _deployment_ended(facts: Facts) -> str:
    return _("Runs there no more since %(day)s") % {"day": _day(facts["on"])}


def _deployment_verified(facts: Facts) -> str:
    return _("It was looked which source runs there: %(tree)s") % {"tree": facts["tree"]}


def _applied(facts: Facts) -> str:
    words = {"version": facts["version"], "outcome": outcomes.TITLES[facts["outcome"]]}
    return _("Version %(version)s put on its base: %(outcome)s") % words


def _checked(facts: Facts) -> str:
    count = int(facts["findings"])
    words = {"version": facts["version"], "num": count}
    return (
        ngettext(
            "Version %(version)s looked at: one finding",
            "Version %(version)s looked at: %(num)s findings",
            count,
        )
        % words
    )


def _finding_answered(facts: Facts) -> str:
    words = {"check": facts["check"]}
    if facts["strict"] == "true":
        return _("A finding of check %(check)s is none") % words
    return _("A finding of check %(check)s answered") % words


def _approved(facts: Facts) -> str:
    words = {"side": SIDES[facts["side"]], "ground": GROUNDS[facts["ground"]]}
    return _("Approved: %(side)s, %(ground)s") % words


def _anchor(text: Any) -> Callable[[Facts], str]:
    return lambda facts: f"{text}: {kinds.TITLES[facts['kind']]}"


def _anchor_seen(facts: Facts) -> str:
    words = {"kind": kinds.TITLES[facts["kind"]], "found": kinds.OUTCOMES[facts["outcome"]]}
    return _("Looked at “%(kind)s”: %(found)s") % words


def _published(facts: Facts) -> str:
    words = {"version": facts["version"], "licence": facts["licence"]}
    return _("Version %(version)s published under %(licence)s") % words


def _proposed(facts: Facts) -> str:
    words = {"way": TITLES.get(facts["route"], facts["route"]), "version": facts.get("version", 1)}
    if "version" in facts:
        return _("Version %(version)s sent upstream: %(way)s") % words
    return _("Proposed upstream: %(way)s") % words


def _joined(facts: Facts) -> str:
    words = {"way": TITLES.get(facts["route"], facts["route"])}
    return _("Served by another development's proposal: %(way)s") % words


def _answered(facts: Facts) -> str:
    count = int(facts["words"])
    return ngettext("Upstream said something", "Upstream said something, %(num)s times", count) % {
        "num": count
    }


def _waiver(text: Any) -> Callable[[Facts], str]:
    return lambda facts: f"{text}: {REASONS[facts['reason']]}"


# How each kind of entry is read.
SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "begun": lambda _facts: _("Begun"),
    "changed": lambda _facts: _("Changed"),
    "linked": lambda facts: _("Ticket #%(number)s linked") % {"number": facts["ticket"]},
    "unlinked": lambda facts: _("Ticket #%(number)s taken off") % {"number": facts["ticket"]},
    "stepped": _stepped,
    "embargoed": lambda facts: _("Under embargo until %(day)s") % {"day": _day(facts["until"])},
    "changes_added": _changes_added,
    "announced": lambda facts: (
        _("Runs at the customer since %(day)s, as another part of Tresen says")
        % {"day": _day(facts["since"])}
    ),
    "deployed": _deployed,
    "deployment_ended": _deployment_ended,
    "deployment_verified": _deployment_verified,
    "history_taken": lambda _facts: _("Upstream's history taken in"),
    "applied": _applied,
    "checked": _checked,
    "finding_answered": _finding_answered,
    "approved": _approved,
    "anchor_added": _anchor(lazy("Anchor added")),
    "anchor_seen": _anchor_seen,
    "anchor_withdrawn": _anchor(lazy("Anchor withdrawn")),
    "countersigned": lambda facts: (
        _("The customer confirms the source %(tree)s") % {"tree": facts["tree"][:12]}
    ),
    "published": _published,
    "proposed": _proposed,
    "proposal_joined": _joined,
    "answered": _answered,
    "found_upstream": lambda facts: (
        _("Found in upstream's history: %(found)s of %(total)s patches") % facts
    ),
    "released": lambda facts: _("Upstream's release %(version)s holds it") % facts,
    "reminded": lambda facts: _("No word from upstream for %(days)s days") % facts,
    "reviewer_erased": lambda _facts: _("A reviewer's name was taken out"),
    "waiver_asked": _waiver(lazy("Waiver asked for")),
    "waiver_granted": _waiver(lazy("Waiver granted")),
    "waiver_ended": _waiver(lazy("Waiver ended")),
}


def sentence(entry: Entry) -> str:
    """Return what an entry says; one of a kind that is no longer known says its kind."""
    read = SENTENCES.get(entry.kind)
    return entry.kind if read is None else read(json.loads(entry.facts))
