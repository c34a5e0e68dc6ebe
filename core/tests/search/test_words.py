# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions as an index takes them, and words that meet however a German types them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.search.stems import fold, question_words, stems, word_stems
from tresen.search.words import MOST_WORDS, fts5_question, tsquery, tsquery_of_kind


def meet(written: str, asked: str) -> bool:
    """Whether every word of the question shares a stem with the text."""
    have = set(stems(written).split())
    words = question_words(asked)
    return bool(words) and all(have & set(word_stems(word)) for word in words)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Müller", "Mueller"),
        ("Mueller", "Müller"),
        ("Müller", "Muller"),
        ("MÜLLER", "müller"),
        ("Größe", "Groesse"),
        ("Grösse", "Größe"),
        ("Straße", "Strasse"),
        ("STRASSE", "Straße"),
        ("Bürodrucker", "Buerodrucker"),
        ("Übersicht der Aufträge", "uebersicht auftraege"),
        ("Café", "cafe"),
        ("naïve", "naive"),
        ("Łódź", "Łódź"),
        ("Ünïcödé", "unicode"),
        ("ﬁnance", "finance"),
        ("\uff34\uff4f\uff4b\uff59\uff4f", "tokyo"),
        ("Привет, мир", "привет"),
        ("Rechnung", "Rechnungen"),
        ("Drucker druckt nicht", "drucken"),
        ("invoices", "invoice"),
        ("printing", "printed"),
        ("Lizenzen", "Lizenz"),
        ("Server-Ausfall", "Serverausfall"),
        ("Serverausfall", "Server-Ausfall"),
        ("Windows-Update KB5034441", "kb5034441"),
        ("Version 3.14.2", "3.14.2"),
        ("0x80070005", "0x80070005"),
        ("my_log_file", "log"),
        ("karla@kunde.example", "karla"),
        ("https://kunde.example/pfad?x=1", "kunde.example"),
        ("C++ und C#", "c"),
        ("don't", "don't"),
    ],
)
def test_text_is_found_by_the_question(written: str, asked: str) -> None:
    assert meet(written, asked)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Müller", "Miller"),
        ("Drucker", "Druide"),
        ("Rechnung", "Rechner"),
        ("10001", "1000"),
        ("neue", "nü"),
    ],
)
def test_other_word_is_another_word(written: str, asked: str) -> None:
    assert not meet(written, asked)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_decomposed_umlaut_is_no_end_of_a_word(form: str) -> None:
    text = unicodedata.normalize(form, "Jörg Müßiggänger")  # type: ignore[arg-type] # the four forms
    assert stems(text) == stems("Jörg Müßiggänger")
    assert question_words(text) == ["Jörg", "Müßiggänger"]


@pytest.mark.parametrize(
    ("word", "folded"),
    [("ÄÖÜß", "aouss"), ("ẞ", "ss"), ("İstanbul", "istanbul"), ("ﬀ", "ff"), ("", ""), ("²", "2")],
)
def test_fold_leaves_base_letters(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize(
    "question", ["", " ", "…", '"', "* OR NEAR(", "()", "-", "_", "😀", "'; --"]
)
def test_question_without_a_word_asks_nothing(question: str) -> None:
    if not question_words(question):
        assert (fts5_question(question, "ticket", "title"), tsquery(question)) == ("", "")


def test_question_asks_for_each_word_by_stem_or_beginning() -> None:
    assert fts5_question("Printer X", "ticket", "title") == (
        '{kind} : "ticket" AND {title_stems} : (("print" OR "printer" OR "printer"*) AND ("x"))'
    )
    assert tsquery("Printer X") == "('print' | 'printer' | 'printer':*) & ('x')"


def test_short_beginning_is_not_completed() -> None:
    assert ("*" in fts5_question("ab", "t", "body"), ":*" in tsquery("ab")) == (False, False)
    assert ('"abc"*' in fts5_question("abc", "t", "body"), "'abc':*" in tsquery("abc")) == (
        True,
        True,
    )


def test_only_so_many_words_are_asked_for() -> None:
    question = " ".join(f"word{number}" for number in range(50))
    assert fts5_question(question, "t", "body").count(" AND (") == MOST_WORDS - 1
    assert tsquery(question).count(" & ") == MOST_WORDS - 1


def test_word_asked_twice_is_asked_once() -> None:
    assert fts5_question("Drucker Drucker", "t", "body") == fts5_question("Drucker", "t", "body")


def test_kind_is_told_apart_from_a_word_of_that_name() -> None:
    assert (tsquery_of_kind("ticket"), "'=" in tsquery("=ticket")) == ("'=ticket'", False)


@given(st.text(max_size=80))
def test_no_question_breaks_out_of_its_quotes(question: str) -> None:
    asked = fts5_question(question, "ticket", "body")
    assert asked.count('"') % 2 == 0
    inside = asked.split('"')[3::2] if asked else []
    assert [stem for stem in inside if set(stem) & set("\"'\\*():&|!")] == []
    assert tsquery(question).count("'") % 2 == 0


@given(st.text("äöüßÄÖÜaeiousrtnl", min_size=1, max_size=12))
def test_every_german_word_meets_its_transcription(word: str) -> None:
    umlauts = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
    assert meet(word, "".join(umlauts.get(letter, letter) for letter in word))
