# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the answers to hooks: one of another form is its plugin's error, not the page's.

The form is the one that the specification's annotation names. Classes are told by their names,
because the door knows neither Flask nor click, whose objects some hooks return.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

Shape = Callable[[Any], Any]


@cache
def shape_of(spec: Callable[..., Any]) -> Shape:
    """Return what reads an answer to the hook; it raises TypeError for one of another form."""
    annotation = str(spec.__annotations__["return"])
    if annotation.startswith("list["):
        return _list_of(spec.__name__, _class_in(annotation.removeprefix("list[")))
    if annotation.endswith(" | None"):
        return _one_or_none(spec.__name__, _class_in(annotation))
    return _anything


def _class_in(annotation: str) -> str:
    """Return `Panel` of `Panel] | None`, `Command` of `click.Command`, `dict` of `dict[int, …`."""
    first = annotation.partition("[")[0].partition("]")[0].partition(" ")[0]
    return first.rpartition(".")[2]


def _list_of(hook: str, called: str) -> Shape:
    def read(answer: Any) -> list[Any]:
        found = list(answer or ())
        for record in found:
            _demand(hook, record, called)
        return found

    return read


def _one_or_none(hook: str, called: str) -> Shape:
    def read(answer: Any) -> Any:
        if answer is not None:
            _demand(hook, answer, called)
        return answer

    return read


def _demand(hook: str, record: Any, called: str) -> None:
    if not any(each.__name__ == called for each in type(record).__mro__):
        raise TypeError(f"Its hook {hook} answers {record!r:.60}, which is no {called}.")


def _anything(answer: Any) -> Any:
    return answer
