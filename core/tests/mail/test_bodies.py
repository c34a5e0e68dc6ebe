# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text, HTML and files sorted as RFC 8621 section 4.1.4 says, its own example among them."""

import pytest
from mail.samples import multipart
from tresen.mail.reading.bodies import Bodies, sort_out
from tresen.mail.reading.entities import Entity, Walk, read_entity


def part(name: str, media_type: str = "text/plain", disposition: str = "") -> bytes:
    """A part whose body is its name."""
    lines = [f"Content-Type: {media_type}"]
    lines += [f"Content-Disposition: {disposition}"] if disposition else []
    return "\n".join([*lines, "", name]).encode()


def sorted_out(data: bytes) -> tuple[str, str, str]:
    """The names of the leaves in text, HTML and files."""
    walk = Walk(data, set())
    bodies: Bodies = sort_out(read_entity(walk, 0, len(data)))

    def names(entities: list[Entity]) -> str:
        return " ".join(data[each.start : each.end].decode().strip() for each in entities)

    return names(bodies.text), names(bodies.html), names(bodies.files)


def kind(name: bytes, *parts: bytes) -> bytes:
    return multipart(*parts, kind=name, boundary=b"of-" + name)


def test_sort_out_the_example_of_the_rfc() -> None:
    html = kind(b"related", part("E", "text/html"), part("F", "image/jpeg"))
    mixed = kind(b"mixed", part("B"), part("C", "image/jpeg", "inline"), part("D"))
    inner = kind(b"alternative", mixed, html)
    data = multipart(
        part("A", disposition="inline"),
        kind(b"x", inner, part("G", "image/jpeg", "attachment"), part("H", "application/x-excel")),
        part("J", "message/rfc822"),
        part("K", disposition="inline"),
        boundary=b"outermost",
    )
    assert sorted_out(data) == ("A B D K", "A E K", "C F G H J")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (part("a"), ("a", "a", "")),
        (part("a", "text/html"), ("a", "a", "")),
        (part("a", "image/png"), ("", "", "a")),
        (part("a", disposition="attachment"), ("", "", "a")),
        (part("a", "text/calendar"), ("", "", "a")),
        (multipart(part("a"), part("b")), ("a b", "a b", "")),
        (multipart(part("a"), part("b", "text/plain; name=b.txt")), ("a", "a", "b")),
        (multipart(part("a", disposition="inline; filename=a.txt")), ("a", "a", "a")),
        (kind(b"alternative", part("a"), part("b", "text/html")), ("a", "b", "")),
        (kind(b"alternative", part("b", "text/html"), part("a")), ("a", "b", "")),
        (kind(b"alternative", part("a")), ("a", "a", "")),
        (kind(b"alternative", part("b", "text/html")), ("b", "b", "")),
        (kind(b"alternative", part("a"), part("c", "text/calendar")), ("a", "a", "c")),
        (kind(b"related", part("a", "text/html"), part("b", "text/html")), ("a", "a", "b")),
        (kind(b"signed", part("a"), part("s", "application/pgp-signature")), ("a", "a", "s")),
    ],
)
def test_sort_out_puts_each_leaf_in_its_place(data: bytes, expected: tuple[str, str, str]) -> None:
    assert sorted_out(data) == expected
