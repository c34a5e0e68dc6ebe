# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts come from chained catalogues: du over Sie, the core over plugins, English where none is."""

from pathlib import Path
from threading import Thread

import pytest
from babel.messages.pofile import PoFileError
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from tresen import i18n
from tresen.i18n import Catalogues, lazy, ngettext, pgettext, speaking

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def catalogue(folder: Path, language: str, name: str, entries: str) -> None:
    target = folder / language
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{name}.po").write_text(HEAD + entries, encoding="utf-8")


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    core, plugin = tmp_path / "core", tmp_path / "plugin"
    catalogue(core, "de", "a", '\nmsgid "Open"\nmsgstr "Offen"\n\nmsgid "You"\nmsgstr "Sie"\n')
    catalogue(
        core,
        "de",
        "b",
        '\nmsgid "%(num)s mail"\nmsgid_plural "%(num)s mails"\n'
        'msgstr[0] "%(num)s Mail"\nmsgstr[1] "%(num)s Mails"\n'
        '\nmsgctxt "month"\nmsgid "May"\nmsgstr "Mai"\n',
    )
    catalogue(core, "de@du", "a", '\nmsgid "You"\nmsgstr "Du"\n')
    catalogue(plugin, "de", "p", '\nmsgid "Open"\nmsgstr "Auf"\n\nmsgid "Pilot"\nmsgstr "Pilot!"\n')
    return Catalogues([core, plugin])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", ["Open", "You", "Pilot", "Unknown"]),
        ("de", ["Offen", "Sie", "Pilot!", "Unknown"]),
        ("de@du", ["Offen", "Du", "Pilot!", "Unknown"]),
        ("fr", ["Open", "You", "Pilot", "Unknown"]),
    ],
)
def test_text_is_in_the_language_in_use(catalogues: Catalogues, code: str, said: list[str]) -> None:
    with speaking(catalogues.language(code)):
        assert [i18n._(text) for text in ("Open", "You", "Pilot", "Unknown")] == said


@pytest.mark.parametrize(
    ("code", "said"),
    [("en", ["0 mails", "1 mail", "2 mails"]), ("de", ["0 Mails", "1 Mail", "2 Mails"])],
)
def test_plural_follows_the_number(catalogues: Catalogues, code: str, said: list[str]) -> None:
    with speaking(catalogues.language(code)):
        found = [ngettext("%(num)s mail", "%(num)s mails", n) % {"num": n} for n in range(3)]
    assert found == said


def test_context_tells_words_apart(catalogues: Catalogues) -> None:
    with speaking(catalogues.language("de")):
        assert (pgettext("month", "May"), i18n._("May")) == ("Mai", "May")


def test_lazy_text_is_said_when_it_is_shown(catalogues: Catalogues) -> None:
    label = lazy("Open")
    with speaking(catalogues.language("de")):
        german = str(label)
    assert (german, str(label)) == ("Offen", "Open")


def test_lazy_text_is_escaped_in_a_page() -> None:
    assert str(escape(lazy("<b> & more"))) == "&lt;b&gt; &amp; more"


def test_lazy_text_takes_values() -> None:
    assert lazy("%(n)s left") % {"n": 3} == "3 left"


def test_lazy_texts_are_equal_by_their_message() -> None:
    assert {lazy("Open"), lazy("Open"), lazy("Shut")} == {lazy("Open"), lazy("Shut")}


def test_block_gives_the_language_back(catalogues: Catalogues) -> None:
    before = i18n.current().code
    with speaking(catalogues.language("de")):
        within = i18n.current().code
    assert (within, i18n.current().code) == ("de", before)


def test_page_of_du_is_german_for_browsers(catalogues: Catalogues) -> None:
    assert catalogues.language("de@du").tag == "de"


def test_catalogue_is_read_once(catalogues: Catalogues) -> None:
    assert catalogues.language("de") is catalogues.language("de")


@pytest.mark.parametrize(
    ("code", "tag", "weekday"),
    [("en", "en", "Monday"), ("de", "de", "Montag"), ("de@du", "de", "Montag")],
)
def test_language_knows_its_tag_and_its_calendar(
    catalogues: Catalogues, code: str, tag: str, weekday: str
) -> None:
    language = catalogues.language(code)
    assert (language.tag, language.locale.days["format"]["wide"][0]) == (tag, weekday)


@pytest.mark.parametrize("code", ["", "xx", "DE", "../de", "de@sie"])
def test_unknown_code_is_english(catalogues: Catalogues, code: str) -> None:
    assert catalogues.language(code).code == "en"


def test_fuzzy_and_empty_translations_are_not_used(tmp_path: Path) -> None:
    entries = '\n#, fuzzy\nmsgid "Ink"\nmsgstr "Tusche?"\n\nmsgid "Paper"\nmsgstr ""\n'
    catalogue(tmp_path, "de", "a", entries)
    with speaking(Catalogues([tmp_path]).language("de")):
        assert [i18n._(text) for text in ("Ink", "Paper")] == ["Ink", "Paper"]


def test_broken_catalogue_is_a_fault_and_no_silent_english(tmp_path: Path) -> None:
    catalogue(tmp_path, "de", "a", '\nmsgid "Ink"\nnonsense "Tinte"\n')
    with pytest.raises(PoFileError):
        Catalogues([tmp_path]).language("de")


def test_plural_without_a_translation_follows_the_number_in_english(
    catalogues: Catalogues,
) -> None:
    with speaking(catalogues.language("de")):
        assert [ngettext("pen", "pens", n) for n in (0, 1, 2)] == ["pens", "pen", "pens"]


def test_plural_asked_for_as_one_text_is_its_singular(catalogues: Catalogues) -> None:
    with speaking(catalogues.language("de")):
        assert i18n._("%(num)s mail") == "%(num)s Mail"


def test_blocks_of_languages_nest(catalogues: Catalogues) -> None:
    german, english = catalogues.language("de"), catalogues.language("en")
    with speaking(german):
        with speaking(english):
            inner = i18n._("Open")
        assert (inner, i18n._("Open")) == ("Open", "Offen")


def test_language_is_given_back_after_an_error(catalogues: Catalogues) -> None:
    before = i18n.current()
    with pytest.raises(ZeroDivisionError), speaking(catalogues.language("de")):
        raise ZeroDivisionError
    assert i18n.current() is before


def test_thread_begins_in_english_whatever_another_one_speaks(catalogues: Catalogues) -> None:
    heard: list[str] = []
    with speaking(catalogues.language("de")):
        thread = Thread(target=lambda: heard.append(i18n._("Open")))
        thread.start()
        thread.join()
    assert heard == ["Open"]


@given(st.text(), st.text())
def test_lazy_texts_are_one_key_exactly_when_their_messages_are_one(one: str, other: str) -> None:
    assert (len({lazy(one), lazy(other)}) == 1) == (one == other)


@given(st.text())
def test_lazy_text_is_never_markup(message: str) -> None:
    shown = str(escape(lazy(message)))
    assert ("<" in shown, ">" in shown) == (False, False)
