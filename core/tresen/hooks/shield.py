# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wraps what plugins bring to be called later, so that it fails as gently as a hook does.

A hook is called by `caller`; the functions inside the records it returned are called from
everywhere, and each place would have to remember that they may raise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, false

from tresen.hooks.records import (
    Column,
    Filter,
    NavItem,
    SearchHit,
    SearchSource,
    SettingsForm,
)

if TYPE_CHECKING:
    from tresen.hooks.caller import Plugins


@dataclass(frozen=True)
class Part:
    """A function of a record: the class of its answer, and what answers where it fails.

    `instead` gets the same arguments.
    """

    answers: type | tuple[type, ...]
    instead: Callable[..., Any]


NOTHING = type(None)
# By record and field. A filter that cannot narrow shows nothing: bulk changes must not reach what
# was filtered out.
PARTS: dict[type, dict[str, Part]] = {
    Column: {"load": Part(Mapping, lambda _desk, _ids: {})},
    Filter: {
        "choices": Part(Sequence, lambda _desk: []),
        "apply": Part(Select, lambda _desk, statement, _value: statement.where(false())),
        "name": Part(str, lambda _desk, value: value),
    },
    NavItem: {"badge": Part((int, NOTHING), lambda _desk: None)},
    SearchSource: {
        "scope": Part(ColumnElement, lambda _desk: false()),
        "hits": Part(Mapping, lambda _desk, _ids: {}),
        "direct": Part((SearchHit, NOTHING), lambda _desk, _question: None),
    },
    SettingsForm: {"offer": Part(object, lambda _desk, _form: None)},
}


def shielded(plugins: "Plugins", plugin: str, record: Any) -> Any:
    """Return the record with its functions wrapped; one without functions as it is."""
    wrapped = {
        name: _wrapped(plugins, plugin, f"{type(record).__name__}.{name}", run, part)
        for name, part in PARTS.get(type(record), {}).items()
        if (run := getattr(record, name)) is not None
    }
    return replace(record, **wrapped) if wrapped else record


def _wrapped(
    plugins: "Plugins", plugin: str, what: str, run: Callable[..., Any], part: Part
) -> Callable[..., Any]:
    def call(desk: Any, *arguments: Any) -> Any:
        if plugin in plugins.muted:
            return part.instead(desk, *arguments)
        desk.session.flush()
        try:
            # On PostgreSQL a failed statement would spoil the transaction of the page.
            with desk.session.lent():
                return _read(what, plugins.run(plugin, what, run, desk, *arguments), part)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - what this module is for
            plugins.note(plugin, what, error)
            return part.instead(desk, *arguments)

    return call


def _read(what: str, answer: Any, part: Part) -> Any:
    if part.answers is Sequence:
        # Choices may be made one by one; each is a value and its title.
        return [(value, title) for value, title in answer]
    if not isinstance(answer, part.answers):
        raise TypeError(f"{what} answered {answer!r:.60}")
    return answer
