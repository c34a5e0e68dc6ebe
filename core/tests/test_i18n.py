# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every text that the core shows is translated, and no catalogue says more or less than it must."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tresen import i18n, texts
from tresen.desk import Desk
from tresen.i18n import LANGUAGES
from tresen.texts import Text
from tresen.web import shell

PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")
HEAD = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n\n'


def test_every_text_of_the_core_is_translated() -> None:
    assert texts.missing(shell.ROOT, "de") == {}


def test_familiar_catalogue_holds_what_differs_only() -> None:
    assert texts.needless(shell.ROOT) == set()


def test_familiar_reader_is_never_addressed_politely() -> None:
    assert texts.unfamiliar(shell.ROOT) == set()


@pytest.mark.parametrize("language", ["de", "de@du"])
def test_catalogues_hold_no_text_that_nobody_shows(language: str) -> None:
    assert texts.unused(shell.ROOT, language) == set()


@pytest.mark.parametrize("language", ["de", "de@du"])
def test_no_two_catalogues_translate_a_text_differently(language: str) -> None:
    assert texts.contradicted(shell.ROOT, language) == set()


@pytest.mark.parametrize("language", ["de", "de@du"])
def test_translations_keep_what_is_filled_in(language: str) -> None:
    # A singular may leave its number out: "one change".
    broken = {
        text.message: said
        for text, said in texts.translated(shell.ROOT, language).items()
        if isinstance(said, str) and sorted(PLACE.findall(said)) != sorted(PLACE.findall(text[1]))
    }
    assert broken == {}


def test_every_catalogue_is_of_a_language_that_can_be_chosen() -> None:
    folders = {path.name for path in (shell.ROOT / "locale").iterdir() if path.is_dir()}
    assert folders <= set(LANGUAGES) - {"en"}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a package with three texts of which German catalogues know one."""
    for language in ("de", "de@du"):
        (tmp_path / "locale" / language).mkdir(parents=True)
    (tmp_path / "code.py").write_text('_("Ink")\nlazy("Paper")\npgettext("of a door", "Key")\n')
    (tmp_path / "page.html").write_text('<p>{{ ngettext("%(num)s page", "%(num)s pages", 2) }}</p>')
    (tmp_path / "locale" / "de" / "all.po").write_text(f'{HEAD}msgid "Ink"\nmsgstr "Tinte"\n')
    return tmp_path


def test_texts_are_found_in_code_and_templates(package: Path) -> None:
    assert texts.used(package) == {
        Text(None, "Ink"): "code.py",
        Text(None, "Paper"): "code.py",
        Text("of a door", "Key"): "code.py",
        Text(None, "%(num)s page"): "page.html",
    }


def test_missing_translations_are_named_with_their_file(package: Path) -> None:
    assert texts.missing(package, "de") == {
        Text(None, "Paper"): "code.py",
        Text("of a door", "Key"): "code.py",
        Text(None, "%(num)s page"): "page.html",
    }


@pytest.mark.parametrize(
    ("entry", "needless"),
    [
        ('msgid "Ink"\nmsgstr "Tinte"\n', {Text(None, "Ink")}),
        ('msgid "Ink"\nmsgstr "Deine Tinte"\n', set()),
        ('msgid "Chalk"\nmsgstr "Kreide"\n', {Text(None, "Chalk")}),
    ],
)
def test_needless_familiar_translation_is_named(
    package: Path, entry: str, needless: set[Text]
) -> None:
    (package / "locale" / "de@du" / "all.po").write_text(HEAD + entry)
    assert texts.needless(package) == needless


def test_text_translated_twice_and_text_of_nobody_are_named(package: Path) -> None:
    (package / "locale" / "de" / "more.po").write_text(
        f'{HEAD}msgid "Ink"\nmsgstr "Tusche"\n\nmsgid "Chalk"\nmsgstr "Kreide"\n'
    )
    assert texts.contradicted(package, "de") == {Text(None, "Ink")}
    assert texts.unused(package, "de") == {Text(None, "Chalk")}


@pytest.mark.parametrize(
    ("message", "german", "is_polite"),
    [
        ("Choose one.", "Wählen Sie eines.", True),
        ("Your name", "Ihr Name", True),
        ("This is not yours.", "Das gehört nicht Ihnen.", True),
        ("Look:\n\nAdd one.", "Sehen Sie:\n\nFügen Sie eines hinzu.", True),
        ("They go to the team.", "Sie gehen an das Team.", False),
        (
            "Two have no contact: their tickets wait.",
            "Zwei sind allein: Ihre Tickets warten.",
            False,
        ),
        ("Its tickets", "ihre Tickets", False),
        ("Siege", "Siegel", False),
        ("One is yours.", ("Eines gehört Ihnen.", "Zwei gehören Ihnen."), True),
        ("One is here.", ("Eines ist hier.", "Zwei sind hier: Sie warten."), False),
    ],
)
def test_polite_address_is_told_from_they(
    message: str, german: str | tuple[str, str], is_polite: bool
) -> None:
    assert texts.is_polite(message, german) == is_polite


@pytest.mark.parametrize(
    ("familiar", "unfamiliar"),
    [
        ("Nimm deine Tinte.", set()),
        ("Nimm Ihre Tinte.", {Text(None, "Ink")}),
        ("", {Text(None, "Ink")}),
    ],
)
def test_text_that_stays_polite_is_named(
    package: Path, familiar: str, unfamiliar: set[Text]
) -> None:
    for language, said in (("de", "Nehmen Sie Tinte."), ("de@du", familiar)):
        entry = f'msgid "Ink"\nmsgstr "{said}"\n'
        (package / "locale" / language / "all.po").write_text(HEAD + entry)
    assert texts.unfamiliar(package) == unfamiliar


def test_half_translated_plural_counts_as_missing(package: Path) -> None:
    plural = 'msgid "%(num)s page"\nmsgid_plural "%(num)s pages"\nmsgstr[0] "%(num)s Seite"\n'
    (package / "locale" / "de" / "half.po").write_text(f'{HEAD}{plural}msgstr[1] ""\n')
    assert Text(None, "%(num)s page") in texts.missing(package, "de")


def test_familiar_language_falls_back_to_the_polite_one(package: Path) -> None:
    (package / "locale" / "de@du" / "all.po").write_text(
        f'{HEAD}msgid "Paper"\nmsgstr "Dein Papier"\n'
    )
    language = i18n.Catalogues([package / "locale"]).language("de@du")
    with i18n.speaking(language):
        assert [i18n._("Ink"), i18n._("Paper"), i18n._("Chalk")] == [
            "Tinte",
            "Dein Papier",
            "Chalk",
        ]


def test_translation_that_names_something_else_is_found(package: Path) -> None:
    (package / "locale" / "de" / "more.po").write_text(
        f'{HEAD}msgid "%(name)s is here"\nmsgstr "%(who)s ist da"\n\n'
        'msgid "%(a)s and %(b)s"\nmsgstr "%(b)s und %(a)s"\n'
    )
    assert texts.misfitting(package, "de") == {Text(None, "%(name)s is here")}


@pytest.mark.parametrize(
    ("chosen", "spoken"), [("en", "en"), ("de@du", "de@du"), (None, "de"), ("", "de"), ("xx", "en")]
)
def test_reader_who_chose_no_language_reads_that_of_the_installation(
    desk: Desk, chosen: str | None, spoken: str
) -> None:
    desk.core.config = replace(desk.core.config, language="de")
    before = i18n.current().code
    with i18n.speaking_to(desk, chosen):
        assert i18n.current().code == spoken
    assert i18n.current().code == before
