# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every word on every page comes from a catalogue or from what people wrote.

The German catalogue is marked at each end; what stands outside the marks was never translated.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from zoneinfo import available_timezones

import pytest
from access.test_routes import is_here, rows
from access.world import World, standing
from babel.dates import get_day_names
from sqlalchemy import select
from tresen import __version__, i18n
from tresen.admin import queries as administration
from tresen.db import metadata
from tresen.desk import desk_for
from tresen.hooks import specs

OPEN, CLOSE = "\u27e6", "\u27e7"
MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
DAY = r"(?:\d{1,2}\. )?[A-Z]\w+\.? \d{4}"
WORD = re.compile(r"[a-zäöüß]{2}")
SHOWN = ("200", "403", "404")
READ_ALOUD = ("title", "aria-label", "placeholder", "alt")
# Text of people, programs and machines: it is shown as it is.
VERBATIM = ("script", "style", "code", "kbd", "textarea", "pre", "bdi", "time")


class Marked(i18n._Texts):
    """A translation that shows where it begins and ends."""

    def gettext(self, message: str) -> str:
        found = super().gettext(message)
        return f"{OPEN}{found}{CLOSE}" if (None, message) in self.messages else found

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = super().ngettext(msgid1, msgid2, n)
        return f"{OPEN}{found}{CLOSE}" if (None, msgid1) in self.messages else found

    def pgettext(self, context: str, message: str) -> str:
        found = super().pgettext(context, message)
        return f"{OPEN}{found}{CLOSE}" if (context, message) in self.messages else found


class Reader(HTMLParser):
    """Collects what a page says, by eye and by ear."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._verbatim += tag in VERBATIM
        self.said.append("\n")
        self.said += [f"\n{value}\n" for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self._verbatim -= tag in VERBATIM
        self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._verbatim:
            self.said.append(data)


def untranslated(page: str) -> set[str]:
    """Return the parts of the page that stand outside every mark."""
    reader = Reader()
    reader.feed(page)
    text, count = "".join(reader.said), 1
    while count:
        text, count = MARKED.subn("\n", text)
    parts = re.split(rf"\n|·|,|:\s|:$|^\d{{5}} |{DAY}", text, flags=re.MULTILINE)
    return {part.strip() for part in parts if WORD.search(part) and "://" not in part}


def is_written(part: str, written: set[str]) -> bool:
    """Tell whether people wrote it, or each of its words, as in a product with its version."""
    return part in written or all(word in written for word in part.split() if WORD.search(word))


@pytest.fixture(scope="module")
def world(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the world, whose German shows its ends."""
    with standing(migrated_database, tmp_path_factory.mktemp("words")) as found:
        catalogues = i18n.catalogues(found.core)
        marked = Marked(catalogues.language("de").texts.messages)  # type: ignore[attr-defined]
        catalogues._languages["de"] = i18n.Language("de", marked)
        with desk_for(found.core, write=True) as desk:
            for person in found.people.values():
                desk.session.merge(person).language = "de"
        yield found


@pytest.fixture(scope="module")
def written(world: World) -> set[str]:
    """Return what people wrote into the world, and the names of its parts."""
    names = available_timezones() | set(i18n.LANGUAGES.values()) | set(metadata.tables)
    names |= {name for name in dir(specs) if not name.startswith("_")}
    names |= {permission.name for permission in world.core.plugins.collect(specs.permissions)}
    with desk_for(world.core) as desk:
        names |= {check.name for check in administration.health(desk)}
    for info in world.core.plugins.taken_in.values():
        names |= {info.name, info.distribution, f"{info.distribution} {info.version}"}
    with world.core.engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                lines = (value.splitlines() for value in row if isinstance(value, str))
                names |= {line.strip() for found in lines for line in found}
    # What others call their tools is the same in every language.
    return names | {
        "AnyDesk",
        "Tresen",
        f"tresen {__version__}",
        *get_day_names("wide", locale="de").values(),
    }


@pytest.mark.parametrize("role", ["anonymous", "customer", "agent", "administrator"])
def test_no_word_of_a_page_is_left_in_english(world: World, written: set[str], role: str) -> None:
    browser = world.browser(role)
    browser.set_cookie("language", "de", domain="localhost")
    left = {}
    for row in rows():
        if row["method"] != "GET" or row[role] not in SHOWN or not is_here(row, world.core):
            continue
        answer = browser.get(world.path(row["route"], row["object"]))
        if answer.mimetype != "text/html":
            continue
        if found := {each for each in untranslated(answer.text) if not is_written(each, written)}:
            left[row["route"]] = found
    assert left == {}


def test_reader_finds_what_stands_outside_the_marks() -> None:
    page = (
        f'<h1>{OPEN}Zu {OPEN}Tickets{CLOSE}{CLOSE} Ink</h1><a title="Paper">1</a><code>x y</code>'
    )
    assert untranslated(page) == {"Ink", "Paper"}
