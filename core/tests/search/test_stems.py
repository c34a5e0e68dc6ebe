# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words meet their stems in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.search.stems import LONGEST_WORD, MOST_WORDS, fold, question_words, stems, word_stems


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Drucker", "drucker"),
        ("Rechnungen", "Rechnung"),
        ("printers", "printer"),
        ("Häuser", "haus"),
        ("crashed", "crashes"),
        ("Größe", "groesse".replace("oe", "o")),
        ("E-Mail", "email"),
        ("karla@kunde.example", "kunde.example"),
    ],
)
def test_word_shares_a_stem_with_its_other_form(written: str, asked: str) -> None:
    have = set(stems(written).split())
    assert [bool(have & set(word_stems(word))) for word in question_words(asked)] == [True]


def test_fold_takes_case_and_accents_off() -> None:
    assert [fold("ÄRGER"), fold("Straße"), fold("Café")] == ["arger", "strasse", "cafe"]


def test_question_words_are_each_once() -> None:
    assert question_words("Drucker, drucker! Drucker?") == ["Drucker", "drucker"]


def test_text_without_words_has_no_stems() -> None:
    assert stems("… — ✉ !?") == ""


def test_long_texts_are_cut() -> None:
    assert len(stems("a " * (MOST_WORDS + 10)).split()) == MOST_WORDS


@given(st.text())
def test_stems_hold_nothing_that_an_index_would_read_as_syntax(text: str) -> None:
    assert [mark for mark in "\"'*:()&|!<>\\" if mark in stems(text)] == []


@given(st.text(min_size=1))
def test_words_are_bounded(text: str) -> None:
    assert [word for word in question_words(text) if len(word) > LONGEST_WORD] == []
