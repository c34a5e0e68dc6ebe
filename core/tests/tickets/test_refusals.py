# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every refusal of the ticket's verbs: its sentence in both languages, and nothing left behind."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from tickets.bench import Bench
from tresen import i18n
from tresen.db import metadata
from tresen.errors import Conflict, Missing, Refused, TresenError
from tresen.files import service as files
from tresen.tickets import bulk, links, queries, saved, service, writing
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage, NewTicket

Act = Callable[[Bench, Ticket], Any]


def change(**wanted: Any) -> Act:
    return lambda bench, ticket: service.change(bench.desk, ticket, wanted)


def opened(**given: Any) -> Act:
    def run(bench: Bench, _ticket: Ticket) -> Ticket:
        new = NewTicket(**{"subject": "Hello", "channel": "web"} | given)
        return service.open_ticket(bench.desk, new, NewMessage("A word", "web"))

    return run


def said(**given: Any) -> Act:
    new = NewMessage(**{"body": "A word", "channel": "web"} | given)
    return lambda bench, ticket: service.add_message(bench.desk, ticket, new)


def closed_then(act: Act) -> Act:
    def run(bench: Bench, ticket: Ticket) -> Any:
        service.change(bench.desk, ticket, {"state": "closed"})
        return act(bench, ticket)

    return run


def inactive_owner(bench: Bench, ticket: Ticket) -> None:
    bench.person("other").is_active = False
    service.change(bench.desk, ticket, {"owner_id": bench.ids["other"]})


def customer_owner(bench: Bench, ticket: Ticket) -> None:
    service.change(bench.desk, ticket, {"owner_id": bench.ids["customer"]})


def foreign_file(bench: Bench, ticket: Ticket) -> None:
    kept = files.store_file(bench.at("other"), "plan.pdf", "application/pdf", b"plan")
    service.add_message(bench.at("agent"), ticket, NewMessage("x", "web", files=((kept.id, ""),)))


def late(act: Callable[[Bench, Ticket, int], Any]) -> Act:
    def run(bench: Bench, ticket: Ticket) -> Any:
        seen = ticket.revision
        service.change(bench.desk, ticket, {"priority": 1})
        bench.desk.session.flush()
        return act(bench, ticket, seen)

    return run


def to_itself(bench: Bench, ticket: Ticket) -> None:
    service.link(bench.desk, ticket, ticket, "relates")


def cousin(bench: Bench, ticket: Ticket) -> None:
    service.link(bench.desk, ticket, bench.ticket(), "cousin")


def altered_link(bench: Bench, ticket: Ticket) -> None:
    links.read_link(bench.desk, "x.y.z")


def many_views(bench: Bench, _ticket: Ticket) -> None:
    for number in range(31):
        saved.save_view(bench.at("agent"), f"View {number}", f"tag={number}")


CLOSED = (
    "Ticket {number} is closed. A new request can be linked to it.",
    "Ticket {number} ist geschlossen. Eine neue Anfrage lässt sich damit verknüpfen.",
)
EMPTY = (
    "The message is empty. Write something or attach a file.",
    "Die Nachricht ist leer. Schreiben Sie etwas oder hängen Sie eine Datei an.",
)
NO_SUBJECT = (
    "The subject is empty. Say in a few words what it is about.",
    "Der Betreff ist leer. Sagen Sie in wenigen Worten, worum es geht.",
)
MOVED_ON = (
    "Ticket {number} was changed by somebody else meanwhile.",
    "Ticket {number} wurde inzwischen von jemand anderem geändert.",
)
NO_OWNER = (
    "Only an active agent can own a ticket.",
    "Nur ein aktiver Agent kann für ein Ticket zuständig sein.",
)
GONE = "Dieser Link gilt nicht mehr. Bitte antworten Sie auf unsere E-Mail oder melden Sie sich an."
NO_TEAM = ("There is no such team.", "Dieses Team gibt es nicht.")
NO_PERSON = ("There is no such person.", "Diese Person gibt es nicht.")
NO_ORGANISATION = ("There is no such organisation.", "Diese Organisation gibt es nicht.")
NO_PRODUCT = ("There is no such product.", "Dieses Produkt gibt es nicht.")
NO_INSTALLATION = ("There is no such installation.", "Diese Installation gibt es nicht.")
REFUSALS: dict[str, tuple[Act, type[TresenError], tuple[str, str]]] = {
    "no subject": (change(subject=" \n"), Refused, NO_SUBJECT),
    "new without subject": (opened(subject="\t"), Refused, NO_SUBJECT),
    "closed, reply": (closed_then(said()), Refused, CLOSED),
    "closed, answer": (closed_then(said(is_inbound=True)), Refused, CLOSED),
    "empty": (said(body=" \n"), Refused, EMPTY),
    "empty note": (said(body="", kind="note"), Refused, EMPTY),
    "customer as owner": (customer_owner, Refused, NO_OWNER),
    "former agent as owner": (inactive_owner, Refused, NO_OWNER),
    "nobody as owner": (change(owner_id=999), Refused, NO_OWNER),
    "new, nobody as owner": (opened(owner_id=999), Refused, NO_OWNER),
    "no team": (change(team_id=999), Refused, NO_TEAM),
    "new, no team": (opened(team_id=999), Refused, NO_TEAM),
    "no person": (change(requester_id=999), Refused, NO_PERSON),
    "new, no person": (opened(requester_id=999), Refused, NO_PERSON),
    "no organisation": (change(organisation_id=999), Refused, NO_ORGANISATION),
    "no product": (change(product_id=999), Refused, NO_PRODUCT),
    "no installation": (change(installation_id=999), Refused, NO_INSTALLATION),
    "late change": (
        late(lambda bench, ticket, seen: service.change(bench.desk, ticket, {}, seen)),
        Conflict,
        MOVED_ON,
    ),
    "late message": (
        late(
            lambda bench, ticket, seen: service.add_message(
                bench.desk, ticket, NewMessage("x", "web"), seen
            )
        ),
        Conflict,
        MOVED_ON,
    ),
    "link to itself": (
        to_itself,
        Refused,
        (
            "A ticket cannot be linked to itself.",
            "Ein Ticket lässt sich nicht mit sich selbst verknüpfen.",
        ),
    ),
    "unknown link": (
        cousin,
        Refused,
        ("cousin is no kind of link.", "cousin ist keine Art von Verknüpfung."),
    ),
    "unknown fields": (
        change(id=3, revision=1),
        Refused,
        ("id, revision cannot be changed.", "id, revision lässt sich nicht ändern."),
    ),
    "another's file": (
        foreign_file,
        Refused,
        (
            "The file plan.pdf belongs to somebody else.",
            "Die Datei plan.pdf gehört jemand anderem.",
        ),
    ),
    "no address": (
        lambda _bench, _ticket: writing.addresses_in("Karla"),
        Refused,
        ("“Karla” is not a mail address.", "„Karla“ ist keine E-Mail-Adresse."),
    ),
    "altered link": (
        altered_link,
        Missing,
        (
            "This link is no longer valid. Please answer our mail, or sign in.",
            GONE,
        ),
    ),
    "unknown number": (
        lambda bench, _ticket: queries.ticket_by_number(bench.desk, 9),
        Missing,
        ("There is no ticket 9 here.", "Hier gibt es kein Ticket 9."),
    ),
    "too many views": (
        many_views,
        Refused,
        (
            "You keep 30 views already. Delete one first.",
            "Sie haben bereits 30 Ansichten. Löschen Sie zuerst eine.",
        ),
    ),
    "nothing selected": (
        lambda bench, _ticket: bulk.change_all(bench.desk, [], bulk.Wanted(state="open")),
        Refused,
        ("No ticket is selected.", "Es ist kein Ticket ausgewählt."),
    ),
    "nothing chosen": (
        lambda bench, ticket: bulk.change_all(bench.desk, [ticket.id], bulk.Wanted()),
        Refused,
        ("Choose what to change first.", "Wählen Sie zuerst, was geändert werden soll."),
    ),
}


@pytest.mark.parametrize("language", [0, 1], ids=["en", "de"])
@pytest.mark.parametrize("case", REFUSALS)
def test_refusal_is_said_in_the_readers_language(bench: Bench, case: str, language: int) -> None:
    act, kind, sentences = REFUSALS[case]
    ticket = bench.ticket()
    bench.desk.session.flush()
    with i18n.speaking(bench.speak(("en", "de")[language])), pytest.raises(kind) as refusal:
        act(bench, ticket)
    assert type(refusal.value) is kind
    assert refusal.value.sentence == sentences[language].format(number=ticket.number)


@pytest.mark.parametrize("value", [-1, 0, 5, 99])
@pytest.mark.parametrize(
    ("verb", "field"),
    [
        (change, "impact"),
        (change, "urgency"),
        (change, "priority"),
        (opened, "impact"),
        (opened, "urgency"),
    ],
)
def test_level_beyond_the_four_is_refused(
    bench: Bench, verb: Callable[..., Act], field: str, value: int
) -> None:
    ticket = bench.ticket()
    act = verb(**{field: value})
    with pytest.raises(Refused) as refusal:
        act(bench, ticket)
    assert refusal.value.sentence == f"{value} is not between 1 (low) and 4 (critical)."
    assert (ticket.impact, ticket.urgency, ticket.priority) == (2, 2, 2)


# What has no effect of its own before it is refused; the others begin by a step that stays.
CLEAN = [case for case in REFUSALS if case.startswith(("no ", "new", "empty", "unknown"))]


@pytest.mark.parametrize("case", [case for case in CLEAN if case != "unknown link"])
def test_refused_verb_leaves_no_row(bench: Bench, case: str) -> None:
    ticket = bench.ticket()
    bench.desk.session.flush()
    before = rows(bench)
    with pytest.raises(REFUSALS[case][1]):
        REFUSALS[case][0](bench, ticket)
    bench.desk.session.flush()
    assert rows(bench) == before


def rows(bench: Bench) -> dict[str, int]:
    """Return the number of rows of every table of the core."""
    names = ("ticket", "message", "journal_entry", "search_entry", "outbound_mail", "ticket_link")
    counts = [
        select(func.count()).select_from(metadata.tables[name]).scalar_subquery() for name in names
    ]
    return dict(zip(names, bench.desk.session.execute(select(*counts)).one(), strict=True))
