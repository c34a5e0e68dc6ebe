# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every part needs to say what it keeps about a person, and to forget it.

A name that is gone is read in the reader's language, and one search finds a person's traces in
texts, so that nobody forgets half (GDPR, articles 15 and 17).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, TypeDecorator, select

from tresen.desk import Desk
from tresen.i18n import _

# What stands in the database in the place of an erased person's name.
ERASED_NAME = "Erased person"
# The sign of an omission, which needs no language.
OMITTED = "[…]"
# Shorter parts of a name are initials and titles, which stand in every text.
SHORTEST_PART = 3


class PersonName(TypeDecorator[str]):
    """A person's name; an erased person's is read in the reader's language."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Return the name, or the words that stand for one that is gone."""
        return _("Erased person") if value == ERASED_NAME else value


@dataclass(frozen=True)
class Traces:
    """What a person can be recognised by in texts: names, mail addresses in lower case, numbers."""

    names: tuple[str, ...]
    addresses: tuple[str, ...]
    numbers: tuple[str, ...] = ()

    @property
    def needles(self) -> tuple[str, ...]:
        """The longest first: a name may be a part of an address."""
        found = {*self.names, *self.addresses, *self.numbers} - {""}
        return tuple(sorted(found, key=lambda each: (-len(each), each)))

    def blot(self, text: str) -> str:
        """Return the text with `[…]` in the place of whatever names the person.

        Whole names, addresses and numbers go in either case, the parts of a name (of three letters
        or more) only as they are written: a Mr Cook must not cost a recipe its verbs.
        """
        for pattern in self._patterns:
            text = pattern.sub(OMITTED, text)
        return text

    def blot_value(self, value: Any) -> Any:
        """Return a JSON value with every text in it blotted."""
        if isinstance(value, str):
            return self.blot(value)
        if isinstance(value, list):
            return [self.blot_value(each) for each in value]
        if isinstance(value, dict):
            return {key: self.blot_value(each) for key, each in value.items()}
        return value

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        parts = {
            part
            for name in self.names
            for part in re.findall(r"[^\W\d_]+", name)
            if len(part) >= SHORTEST_PART
        }
        whole = [r"\s+".join(map(re.escape, needle.split())) for needle in self.needles]
        found = [re.compile(rf"(?<!\w){text}(?!\w)", re.IGNORECASE) for text in whole if text]
        if parts:
            found.append(re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts))})(?!\w)"))
        return found


def rows_of(
    desk: Desk, model: Any, *conditions: ColumnElement[bool], without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return rows of a table as column -> value, for a `DataSet`; `without` names secrets."""
    columns = [column for column in model.__table__.columns if column.name not in without]
    found = select(*columns).where(*conditions).order_by(*model.__table__.primary_key.columns)
    return [dict(row) for row in desk.session.execute(found).mappings()]
