# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts and address lines: kept as typed, read as mail programs write them, never a fault."""

from contextlib import suppress
from email.utils import formataddr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tickets.bench import Bench
from tresen.errors import Refused
from tresen.files import service as files
from tresen.tickets import service, writing
from tresen.tickets.models import Draft, Presence
from tresen.tickets.records import NewMessage, Written

LOCAL = st.from_regex(r"[a-z0-9]{1,12}(\.[a-z0-9]{1,8})?", fullmatch=True)
DOMAIN = st.from_regex(r"[a-z]{2,10}\.(example|test\.example)", fullmatch=True)
ADDRESS = st.builds("{}@{}".format, LOCAL, DOMAIN)
NAME = st.text(st.characters(categories=("L", "Nd", "Zs"), exclude_characters="\0"), max_size=20)


@given(
    pairs=st.lists(st.tuples(NAME, ADDRESS), max_size=12), comma=st.sampled_from([",", ";", ", "])
)
def test_line_of_any_mail_program_is_read(pairs: list[tuple[str, str]], comma: str) -> None:
    line = comma.join(formataddr((" ".join(name.split()), address)) for name, address in pairs)
    assert writing.addresses_in(line) == list(dict.fromkeys(address for _name, address in pairs))


@given(line=st.text(max_size=80))
def test_no_line_is_a_fault(line: str) -> None:
    found: list[str] = []
    with suppress(Refused):
        found = writing.addresses_in(line)
    assert [each for each in found if "@" not in each or "\n" in each or "\r" in each] == []


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("Karla@KUNDE.example", ["Karla@kunde.example"]),
        ("  karla@kunde.example  ", ["karla@kunde.example"]),
        ('"Kundin; Karla" <karla@kunde.example>', ["karla@kunde.example"]),
        ("karla+tag@kunde.example", ["karla+tag@kunde.example"]),
        ("a@b.example,\n c@d.example", ["a@b.example", "c@d.example"]),
        ("Grüße <karla@kunde.example>", ["karla@kunde.example"]),
        ("karla@bücher.example", ["karla@bücher.example"]),
        ("A <a@b.example> (office)", ["a@b.example"]),
    ],
)
def test_odd_spellings_are_understood(line: str, addresses: list[str]) -> None:
    assert writing.addresses_in(line) == addresses


@pytest.mark.parametrize("count", [1, 40, 41])
def test_forty_people_may_get_a_reply(count: int) -> None:
    line = ", ".join(f"p{number}@kunde.example" for number in range(count))
    if count <= 40:
        assert len(writing.addresses_in(line)) == count
        return
    with pytest.raises(Refused, match=r"^At most 40 people can get one reply\.$"):
        writing.addresses_in(line)


def test_same_address_many_times_is_one(bench: Bench) -> None:
    assert writing.addresses_in(", ".join(["a@b.example"] * 100)) == ["a@b.example"]


TYPED = Written("note", "Half a thought", "a@b.example", "c@d.example", "solved")


def drafts(bench: Bench) -> list[tuple[object, ...]]:
    bench.desk.session.flush()
    rows = select(Draft.person_id, Draft.kind, Draft.body, Draft.to, Draft.cc, Draft.state)
    return [tuple(row) for row in bench.desk.session.execute(rows.order_by(Draft.person_id))]


def test_draft_is_kept_as_it_was_typed(bench: Bench) -> None:
    ticket = bench.ticket()
    writing.keep_draft(bench.at("agent"), ticket, TYPED)
    assert drafts(bench) == [
        (bench.ids["agent"], "note", "Half a thought", "a@b.example", "c@d.example", "solved")
    ]


def test_later_draft_takes_the_place_of_the_earlier(bench: Bench) -> None:
    ticket, desk = bench.ticket(), bench.at("agent")
    writing.keep_draft(desk, ticket, TYPED)
    desk.session.flush()
    bench.clock.go(minutes=5)
    writing.keep_draft(desk, ticket, Written("reply", "A whole one"))
    kept = writing.draft_of(desk, ticket)
    assert drafts(bench) == [(bench.ids["agent"], "reply", "A whole one", None, None, "")]
    assert kept is not None
    assert kept.changed_at == bench.clock.moment


@pytest.mark.parametrize("body", ["", "  ", "\n\t"])
def test_draft_without_a_word_is_forgotten(bench: Bench, body: str) -> None:
    ticket, desk = bench.ticket(), bench.at("agent")
    writing.keep_draft(desk, ticket, Written("reply", body))
    first = drafts(bench)
    writing.keep_draft(desk, ticket, TYPED)
    desk.session.flush()
    writing.keep_draft(desk, ticket, Written("reply", body, "a@b.example"))
    assert (first, drafts(bench)) == ([], [])


def test_draft_of_files_alone_is_kept_and_nobody_seems_to_write(bench: Bench) -> None:
    ticket, desk = bench.ticket(), bench.at("agent")
    kept = files.store_file(desk, "log.txt", "text/plain", b"log")
    writing.keep_draft(desk, ticket, Written("reply", "", files=(kept.id,)))
    desk.session.flush()
    found = writing.draft_of(desk, ticket)
    present = desk.session.scalars(select(Presence.is_writing)).all()
    assert found is not None
    assert ([file.name for file in found.files], present) == (["log.txt"], [False])


def test_agents_have_drafts_of_their_own_on_each_ticket(bench: Bench) -> None:
    one, other = bench.ticket(), bench.ticket()
    for who, ticket in (("agent", one), ("other", one), ("agent", other)):
        writing.keep_draft(bench.at(who), ticket, Written("reply", f"{who} {ticket.id}"))
        bench.desk.session.flush()
    found = {
        (who, ticket.id): draft.body
        for who in ("agent", "other")
        for ticket in (one, other)
        if (draft := writing.draft_of(bench.at(who), ticket))
    }
    assert found == {
        ("agent", one.id): f"agent {one.id}",
        ("agent", other.id): f"agent {other.id}",
        ("other", one.id): f"other {one.id}",
    }


@pytest.mark.parametrize(
    ("who", "kind", "body", "since", "is_found"),
    [
        ("agent", "note", "Done.", 0, True),
        ("agent", "note", "Done. ", 0, False),
        ("agent", "reply", "Done.", 0, False),
        ("other", "note", "Done.", 0, False),
        ("agent", "note", "Done.", 1, False),
        ("agent", "note", "Done.", None, False),
    ],
)
def test_form_that_came_twice_is_known_by_its_words(
    bench: Bench, who: str, kind: str, body: str, since: int | None, is_found: bool
) -> None:
    ticket = bench.ticket()
    bench.desk.session.flush()
    made = service.add_message(bench.at("agent"), ticket, NewMessage("Done.", "web", kind="note"))
    seen = None if since is None else made.id - 1 + since
    again = writing.sent_already(bench.at(who), ticket, kind, body, seen)
    assert (again == made) is is_found
