# SPDX-License-Identifier: AGPL-3.0-or-later
"""New text, signature and quote apart, in German and English and as a corpus of 64 pairs has it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail.corpora import corpus
from tresen.mail.reading.reply import split_text
from tresen.mail.records import Split

NEW = "Danke, das hat geholfen.\n\nViele Grüße\nAda"
OLD = "> Guten Tag,\n> bitte starten Sie neu."

GERMAN = [
    "Am 23.11.2026 um 10:15 schrieb Tresen <support@desk.example>:",
    "Am Mo., 23. Nov. 2026 um 10:15 Uhr schrieb Tresen <support@desk.example>:",
    "Am Mo., 23. Nov. 2026 um 10:15 Uhr schrieb Tresen <\nsupport@desk.example>:",
    "Am 23.11.2026 10:15 vorm. schrieb Tresen <support@desk.example>:",
    "Tresen <support@desk.example> schrieb am Mo., 23. Nov. 2026, 10:15:",
    "Tresen schrieb am 23.11.2026:",
    "Tresen schrieb:",
    "Zitat von Tresen <support@desk.example>:",
]
ENGLISH = [
    "On Mon, Nov 23, 2026 at 10:15 AM Tresen <support@desk.example> wrote:",
    "On Mon, Nov 23, 2026 at 10:15 AM Tresen <\nsupport@desk.example> wrote:",
    "On 23 Nov 2026, at 10:15, Tresen <support@desk.example> wrote:",
    "On 2026-11-23 10:15, Tresen wrote:",
    "At 11/23/2026 10:15 AM, you wrote:",
    "Tresen <support@desk.example> wrote:",
    "---- On Mon, 23 Nov 2026 10:15:00 +0100 Tresen <support@desk.example> wrote ----",
]
HEADS = [
    "Von: Tresen <support@desk.example>\nGesendet: Montag 10:15\nAn: Ada\nBetreff: Drucker",
    "*Von:* Tresen\n*Gesendet:* Montag\n*An:* Ada\n*Betreff:* Drucker",
    "________________________________\nFrom: Tresen\nSent: Monday\nTo: Ada\nSubject: Printer",
    "-----Ursprüngliche Nachricht-----\nVon: Tresen\nGesendet: Montag\nAn: Ada\nBetreff: Drucker",
    "-----Original Message-----\nFrom: Tresen\nSent: Monday\nTo: Ada\nSubject: Printer",
    "-------- Weitergeleitete Nachricht --------\nBetreff: Drucker\nDatum: Montag",
    "-------- Forwarded Message --------\nSubject: Printer\nDate: Monday",
]


@pytest.mark.parametrize("attribution", GERMAN + ENGLISH)
def test_split_text_cuts_at_an_attribution(attribution: str) -> None:
    found = split_text(f"{NEW}\n\n{attribution}\n{OLD}\n")
    assert found == Split(NEW, "", f"{attribution}\n{OLD}")


@pytest.mark.parametrize("attribution", [line for line in GERMAN + ENGLISH if "2026" in line])
def test_split_text_cuts_at_a_dated_attribution_before_an_unmarked_quote(attribution: str) -> None:
    found = split_text(f"{NEW}\n\n{attribution}\n\nGuten Tag\n")
    assert found == Split(NEW, "", f"{attribution}\n\nGuten Tag")


@pytest.mark.parametrize("head", HEADS)
def test_split_text_cuts_at_the_head_of_a_quoted_mail(head: str) -> None:
    found = split_text(f"{NEW}\n\n{head}\n\nGuten Tag,\nbitte starten Sie neu.\n")
    assert found == Split(NEW, "", f"{head}\n\nGuten Tag,\nbitte starten Sie neu.")


@pytest.mark.parametrize(
    "text",
    [
        "On this day I wrote 3 letters:\n- one\n- two",
        "Der Dienst schrieb um 10:15 ins Log:\nERROR 500",
        "Von: Hamburg\n\nNach: Berlin",
        "From: the beginning it failed.\nIt never worked.",
        "2026-11-23 10:15 ERROR disk full",
        "Am Drucker steht E23.\nWas nun?",
        "a -- b\n- one\n- two",
        "if a > b:\n    return 1",
    ],
)
def test_split_text_leaves_text_that_only_looks_like_a_mark(text: str) -> None:
    assert split_text(text) == Split(text, "", "")


def test_split_text_keeps_indents() -> None:
    code = "Here:\n\n    def f():\n        return 1"
    assert split_text(f"{code}\n\n{ENGLISH[0]}\n{OLD}").new == code


def test_split_text_keeps_quotes_that_are_answered_between() -> None:
    text = f"{GERMAN[0]}\n> Frage 1?\n\nJa.\n\n> Frage 2?\n\nNein."
    found = split_text(text)
    assert found.new == "> Frage 1?\n\nJa.\n\n> Frage 2?\n\nNein."
    assert found.quoted == GERMAN[0]


def test_split_text_takes_the_answer_below_a_quote() -> None:
    found = split_text(f"{GERMAN[0]}\n{OLD}\n\nDanke, erledigt.")
    assert found == Split("Danke, erledigt.", "", f"{GERMAN[0]}\n{OLD}")


def test_split_text_folds_a_quote_at_the_end_without_attribution() -> None:
    assert split_text(f"{NEW}\n\n{OLD}") == Split(NEW, "", OLD)


def test_split_text_keeps_a_quote_that_is_all_there_is() -> None:
    assert split_text(OLD) == Split(OLD, "", "")


def test_split_text_takes_the_text_of_a_forwarded_mail() -> None:
    found = split_text(f"{HEADS[4]}\n\nBitte übernehmen.")
    assert found == Split("Bitte übernehmen.", "", HEADS[4])


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAda Example\nExample GmbH",
        "--\nAda Example",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "________________\nAda Example",
    ],
)
def test_split_text_finds_the_signature(signature: str) -> None:
    assert split_text(f"Danke.\n\n{signature}\n") == Split("Danke.", signature, "")


def test_split_text_takes_no_line_of_a_diff_for_the_signature() -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n a\n-- \n b"
    assert split_text(f"{diff}\n-- \n2.47.0") == Split(diff, "-- \n2.47.0", "")


def test_split_text_finds_signature_and_quote() -> None:
    found = split_text(f"Danke.\n\n-- \nAda\n\n{ENGLISH[0]}\n{OLD}")
    assert found == Split("Danke.", "-- \nAda", f"{ENGLISH[0]}\n{OLD}")


def test_split_text_leaves_a_drawn_line_high_in_the_text() -> None:
    text = "One\n--\n" + "\n".join(f"line {number}" for number in range(30))
    assert split_text(text) == Split(text, "", "")


@given(st.text(alphabet="On Am1:@>-\n.schriebwrot2026", max_size=400))
def test_split_text_loses_no_character(text: str) -> None:
    found = split_text(text)
    kept = found.new + found.signature + found.quoted
    assert sorted("".join(kept.split())) == sorted("".join(text.split()))


OTHERWISE = {
    # Nothing but quotes: the corpus wants an empty reply, we show what the mail says.
    "spam_1.txt",
}


def test_split_text_finds_the_reply_of_every_mail_of_the_corpus() -> None:
    root = corpus("email-reply-trimmer") / "test"
    differing = [
        path.name
        for path in sorted((root / "emails").iterdir())
        if trimmed(split_text(text_of(path)).new) != trimmed(text_of(root / "trimmed" / path.name))
    ]
    assert set(differing) == OTHERWISE


def text_of(path: Path) -> str:
    return path.read_text("utf-8").replace("\r\n", "\n")


def trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
