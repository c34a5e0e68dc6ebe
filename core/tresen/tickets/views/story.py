# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells what happened to a ticket: journal entries as sentences, folded between the messages."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from markupsafe import Markup

from tresen.desk import Desk
from tresen.i18n import _, lazy
from tresen.journal.models import JournalEntry
from tresen.people.models import Organisation, Person, Team
from tresen.products.models import Installation, Product
from tresen.tickets import states, timeline
from tresen.web import formats

# The first message says this itself.
SILENT = ("opened",)
FIELDS = {
    "subject": lazy("subject"),
    "state": lazy("state"),
    "impact": lazy("impact"),
    "urgency": lazy("urgency"),
    "priority": lazy("priority"),
    "owner_id": lazy("owner"),
    "team_id": lazy("team"),
    "requester_id": lazy("requester"),
    "organisation_id": lazy("organisation"),
    "product_id": lazy("product"),
    "installation_id": lazy("installation"),
}
MODELS: dict[str, Any] = {
    "owner_id": Person,
    "requester_id": Person,
    "participant": Person,
    "team_id": Team,
    "organisation_id": Organisation,
    "product_id": Product,
    "installation_id": Installation,
}
ICONS = {
    "changed": {"icon": "pencil"},
    "state": {"icon": "progress-check"},
    "owner_id": {"icon": "user-check"},
    "team_id": {"icon": "users"},
    "tagged": {"icon": "tag"},
    "untagged": {"icon": "tag"},
    "linked": {"icon": "link"},
    "unlinked": {"icon": "link"},
    "joined": {"icon": "user-plus"},
    "left": {"icon": "user-minus"},
    "routed": {"icon": "arrows-right-left"},
    "taken_back": {"icon": "arrow-back-up"},
    "undone": {"icon": "arrow-back-up"},
}
Names = Mapping[str, Mapping[int, str]]


def told(desk: Desk, entries: Sequence[JournalEntry]) -> list[dict[str, Any]]:
    """Return the entries as {icon, text, at}; names are found by one query for each kind."""
    names = _names(desk, entries)
    return [
        {"icon": _icon(entry), "text": _sentence(entry, names), "at": entry.at}
        for entry in entries
        if entry.action not in SILENT
    ]


def woven(
    messages: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return messages and events in the order of time, each run of events folded into one."""
    moments = [("message", message["created_at"], message) for message in messages]
    moments += [("events", event["at"], event) for event in events]
    # Of the same moment the message comes first: the change followed from it.
    moments.sort(key=lambda moment: (moment[1], moment[0] == "events"))
    found: list[dict[str, Any]] = []
    for day, of_day in groupby(moments, key=lambda moment: formats.local(moment[1]).date()):
        found.append({"kind": "day", "title": _day(day)})
        for kind, run in groupby(of_day, key=lambda moment: moment[0]):
            found += _run(kind, [thing for _kind, _at, thing in run])
    return found


def _run(kind: str, things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if kind == "events":
        return [{"kind": "events", "events": things}]
    return [{"kind": "message", "message": message} for message in things]


def _day(value: date) -> str:
    return formats.day(value, "full")


def _icon(entry: JournalEntry) -> str:
    look = (
        (entry.action != "undone" and ICONS.get(entry.field))
        or ICONS.get(entry.action)
        or ICONS["changed"]
    )
    return look["icon"]


def _names(desk: Desk, entries: Sequence[JournalEntry]) -> Names:
    wanted: dict[Any, set[int]] = {}
    for entry in entries:
        if model := MODELS.get(entry.field):
            values = {value for value in (entry.old, entry.new) if isinstance(value, int)}
            wanted.setdefault(model, set()).update(values)
    by_model = {model: timeline.names(desk, model, ids) for model, ids in wanted.items()}
    return {field: by_model.get(model, {}) for field, model in MODELS.items()}


def _sentence(entry: JournalEntry, names: Names) -> Markup:
    who = Markup("<strong><bdi>{}</bdi></strong>").format(entry.actor_name or _("Somebody"))
    if entry.action == "changed":
        return _changed(entry, who, names)
    if entry.action == "undone":
        return _undone(entry, who, names)
    sentence, value = _acts(entry, names)
    return Markup(str(sentence)) % {"who": who, "what": Markup("<bdi>{}</bdi>").format(value)}  # noqa: S704 - our own words; the values are escaped


def _changed(entry: JournalEntry, who: Markup, names: Names) -> Markup:
    if entry.field == "owner_id":
        return _owned(entry, who, names)
    sentence = _("%(who)s changed the %(field)s from %(old)s to %(new)s")
    return Markup(sentence) % {  # noqa: S704 - our own words; the values are escaped
        "who": who,
        "field": FIELDS.get(entry.field, entry.field),
        "old": _value(entry.field, entry.old, names),
        "new": _value(entry.field, entry.new, names),
    }


def _undone(entry: JournalEntry, who: Markup, names: Names) -> Markup:
    sentence = _("%(who)s undid a change: the %(field)s is %(new)s again")
    return Markup(sentence) % {  # noqa: S704 - our own words; the values are escaped
        "who": who,
        "field": FIELDS.get(entry.field, entry.field),
        "new": _value(entry.field, entry.new, names),
    }


def _owned(entry: JournalEntry, who: Markup, names: Names) -> Markup:
    if entry.new is None:
        sentence = _("%(who)s gave the ticket back; nobody owns it")
    elif entry.new == entry.actor_id:
        sentence = _("%(who)s took the ticket")
    else:
        sentence = _("%(who)s assigned the ticket to %(new)s")
    return Markup(sentence) % {"who": who, "new": _value("owner_id", entry.new, names)}  # noqa: S704 - as above


def _value(field: str, value: Any, names: Names) -> Markup:
    if value is None:
        return Markup("<strong>{}</strong>").format(_("none"))
    titles: Mapping[Any, Any] = names.get(field, {})
    if field == "state":
        titles = states.TITLES
    elif field in ("impact", "urgency", "priority"):
        titles = states.PRIORITIES
    return Markup("<strong><bdi>{}</bdi></strong>").format(titles.get(value) or value)


def _acts(entry: JournalEntry, names: Names) -> tuple[str, Any]:
    known = {
        "tagged": _("%(who)s tagged the ticket: %(what)s"),
        "untagged": _("%(who)s took a tag off: %(what)s"),
        "linked": _("%(who)s linked ticket %(what)s"),
        "unlinked": _("%(who)s took the link to ticket %(what)s away"),
        "joined": _("%(who)s let %(what)s take part"),
        "left": _("%(who)s no longer lets %(what)s take part"),
        "routed": _("%(who)s routed the ticket: %(what)s"),
        "taken_back": _("%(who)s took a reply back before it went out"),
    }
    value = entry.new if entry.new is not None else entry.old
    shown: Any = ", ".join(value) if isinstance(value, list) else value
    # A participant stood there by name once.
    if isinstance(shown, int):
        shown = names.get(entry.field, {}).get(shown, shown)
    if entry.action in known:
        return known[entry.action], shown
    return "%(who)s: %(what)s", f"{entry.action} {shown or ''}"
