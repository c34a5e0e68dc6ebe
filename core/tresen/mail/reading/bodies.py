# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which parts are the text of a mail and which are files, after RFC 8621 section 4.1.4.

That algorithm settles what mails of all programs mean by their nesting; nothing falls between.
Unlike it, images and other media between texts are always files: a page shows them below.
"""

from dataclasses import dataclass, field

from tresen.mail.reading.entities import Entity


@dataclass(slots=True)
class Bodies:
    """The leaves of a mail by use, in the order of the mail."""

    text: list[Entity] = field(default_factory=list)
    html: list[Entity] = field(default_factory=list)
    files: list[Entity] = field(default_factory=list)


@dataclass(slots=True)
class _Scope:
    """The multipart around, whether an alternative is further out, and which lists are open."""

    around: str
    in_alternative: bool = False
    to_text: bool = True
    to_html: bool = True


def sort_out(root: Entity) -> Bodies:
    """Each leaf of the mail in at least one of the three lists."""
    bodies = Bodies()
    _sort((root,), _Scope("mixed"), bodies)
    return bodies


def _sort(entities: tuple[Entity, ...], scope: _Scope, bodies: Bodies) -> None:
    before = len(bodies.text), len(bodies.html)
    fills = scope.around == "alternative" and scope.to_text and scope.to_html
    for number, entity in enumerate(entities):
        if entity.children:
            _sort(entity.children, _inner(scope, entity), bodies)
        elif _is_body(entity, number, scope.around):
            _place(entity, scope, bodies)
        else:
            bodies.files.append(entity)
    if fills:
        _fill(bodies, before)


def _inner(scope: _Scope, entity: Entity) -> _Scope:
    around = entity.media_type.partition("/")[2]
    in_alternative = scope.in_alternative or around == "alternative"
    return _Scope(around, in_alternative, scope.to_text, scope.to_html)


def _is_body(entity: Entity, number: int, around: str) -> bool:
    if entity.disposition.name == "attachment":
        return False
    if entity.media_type not in {"text/plain", "text/html"}:
        return False
    return number == 0 or (around != "related" and not entity.file_name)


def _place(entity: Entity, scope: _Scope, bodies: Bodies) -> None:
    """To the lists that are open; within an alternative a type closes the list of the other."""
    is_html = entity.media_type == "text/html"
    if scope.in_alternative and scope.around != "alternative":
        scope.to_text &= not is_html
        scope.to_html &= is_html
    if scope.to_text and not (scope.around == "alternative" and is_html):
        bodies.text.append(entity)
    if scope.to_html and not (scope.around == "alternative" and not is_html):
        bodies.html.append(entity)
    if entity.disposition.parameters.get("filename"):
        bodies.files.append(entity)


def _fill(bodies: Bodies, before: tuple[int, int]) -> None:
    """An alternative with only one of the two stands for both."""
    text, html = bodies.text[before[0] :], bodies.html[before[1] :]
    bodies.text.extend([] if text else html)
    bodies.html.extend([] if html else text)
