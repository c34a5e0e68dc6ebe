# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads and writes settings; what was never set has its form field's default."""

from copy import deepcopy
from functools import lru_cache
from itertools import takewhile
from typing import Any

from sqlalchemy import bindparam, select

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.hooks import specs
from tresen.hooks.records import SettingsForm
from tresen.i18n import _
from tresen.journal import queries as journal_queries
from tresen.journal import service as journal
from tresen.settings.models import Setting

_setting = Setting.__table__.c
_VALUES = select(_setting["values"]).where(_setting.name == bindparam("name"))


def settings_form(desk: Desk, name: str) -> SettingsForm:
    """Return the declared form of that name; raises Missing."""
    for declared in desk.core.plugins.collect(specs.settings_forms):
        if declared.name == name:
            return declared
    raise Missing(_("No part of Tresen has settings called “%(name)s”.") % {"name": name})


def read(desk: Desk, name: str) -> dict[str, Any]:
    """Return the values of a settings form: what was set, over the fields' defaults."""
    return dict(desk.once(f"settings:{name}", lambda: _read(desk, name)))


def _read(desk: Desk, name: str) -> dict[str, Any]:
    # `write` and `reset` write at once; what else waits need not go out for this.
    with desk.session.no_autoflush:
        values: dict[str, Any] | None = desk.session.read(_VALUES, name=name).scalar()
    return defaults(settings_form(desk, name)) | (values or {})


def defaults(declared: SettingsForm) -> dict[str, Any]:
    """Return the defaults that the form's fields name, whatever is being sent just now."""
    return deepcopy(_fixed_defaults(declared.form) or _defaults(declared.form))


@lru_cache(maxsize=256)
def _fixed_defaults(form: type[Any]) -> dict[str, Any] | None:
    """Return the defaults; None where one of them is found anew each time."""
    if any(callable(field.default) for field in _bare(form)):
        return None
    return _defaults(form)


def _defaults(form: type[Any]) -> dict[str, Any]:
    return {field.name: field.data for field in _bare(form) if field.type != "CSRFTokenField"}


def _bare(form: type[Any]) -> Any:
    # Without being told, Flask-WTF would fill it with what the request brings for another form.
    return form(formdata=None, meta={"csrf": False})


def write(desk: Desk, name: str, values: dict[str, Any]) -> None:
    """Keep the values of a settings form and record what changed."""
    old = read(desk, name)
    row = desk.session.get(Setting, name)
    if row is None:
        row = Setting(name=name, values={}, changed_at=desk.now())
        desk.session.add(row)
    row.values, row.changed_at = old | values, desk.now()
    desk.session.flush()
    changes = {key: (old.get(key), new) for key, new in values.items() if old.get(key) != new}
    if changes:
        journal.record(desk, f"settings:{name}", 0, "changed", changes)


def reset(desk: Desk, name: str) -> bool:
    """Bring a settings form back to its defaults and record what changed; return whether any did.

    Raises Missing.
    """
    old, new = read(desk, name), defaults(settings_form(desk, name))
    row = desk.session.get(Setting, name)
    if row is not None:
        desk.session.delete(row)
        desk.session.flush()
    changes = {key: (old[key], value) for key, value in new.items() if old.get(key) != value}
    if changes:
        journal.record(desk, f"settings:{name}", 0, "reset", changes)
    return bool(changes)


def take_back_reset(desk: Desk, name: str) -> None:
    """Set again what a reset took away; raises Missing, and Refused once anything came after it."""
    settings_form(desk, name)
    entries = journal_queries.entries_of(desk, f"settings:{name}", 0)
    if not entries or entries[0].action != "reset":
        raise Refused(_("Nothing was undone: it has been changed since."))
    # Two resets never meet: the second has nothing to change.
    last = takewhile(lambda each: each.action == "reset", entries)
    write(desk, name, {each.field: each.old for each in last})
