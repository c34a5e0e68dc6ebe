# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTML mails of the usual programs, their quotes apart from what is new."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.plaintext import html_to_text
from tresen.mail.reading.quotes import split_html

NEW = "<p>Danke, das hat geholfen.</p>"
OLD = "<p>Bitte starten Sie neu.</p>"
CITE = '<blockquote type="cite">{}</blockquote>'
OUTLOOK = "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt'>Von: X</div></div>{}"
MARKS = {
    "gmail": '<div class="gmail_quote"><div class="gmail_attr">Am … schrieb X:</div>{}</div>',
    "gmail 2024": '<div class="gmail_quote gmail_quote_container">{}</div>',
    "apple": CITE,
    "thunderbird": '<div class="moz-cite-prefix">Am …:</div>' + CITE,
    "outlook": OUTLOOK,
    "outlook 2010": "<div style='border:none; border-top: solid #B5C4DF 1.0pt'>Von: X</div>{}",
    "outlook web": '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">Von: X</div>{}',
    "outlook mac": '<span id="OLK_SRC_BODY_SECTION"><b>Von:</b> X{}</span>',
    "outlook new": '<div id="mail-editor-reference-message-container">{}</div>',
    "yahoo": '<div class="yahoo_quoted">{}</div>',
    "web.de": '<div name="quote" style="margin:10px">{}</div>',
    "proton": '<div class="protonmail_quote">{}</div>',
}
TAGS = ["<div>", "</div>", '<blockquote type="cite">', "</blockquote>", "<b>", "x"]


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS.keys())
def test_split_html_folds_the_quote_of_each_program(mark: str) -> None:
    page = (
        f"<html><head><style>p {{}}</style></head><body><div>{NEW}{mark.format(OLD)}</div></body>"
    )
    new, quoted = split_html(page)
    assert html_to_text(new).strip() == "Danke, das hat geholfen."
    assert "Bitte starten Sie neu." in html_to_text(quoted)
    assert "<style>" in new


@pytest.mark.parametrize(
    "page",
    [
        "",
        NEW,
        f"<blockquote>{OLD}</blockquote>{NEW}",
        f"<div class='gmail_quote'>{OLD}</div>",
        f"{NEW}<blockquote type=cite>{OLD}</blockquote><p>Und noch etwas.</p>",
        NEW + CITE.format("One?") + "Yes" + CITE.format("Two?") + "No",
        "Just the word blockquote.",
    ],
)
def test_split_html_leaves_the_page_whole(page: str) -> None:
    assert split_html(page) == (page, "")


def test_split_html_reads_a_page_that_declares_itself_xml() -> None:
    new, quoted = split_html(f"<?xml version='1.0' encoding='utf-8'?>{NEW}{CITE.format(OLD)}")
    assert html_to_text(new) == html_to_text(NEW)
    assert html_to_text(quoted).strip() == html_to_text(OLD)


def test_split_html_leaves_a_huge_page_whole() -> None:
    page = NEW + MARKS["gmail"].format("<p>x</p>" * 200_000)
    assert split_html(page) == (page, "")


def test_split_html_leaves_no_word_out() -> None:
    page = f"<body>Above{MARKS['outlook'].format(OLD)}<table><tr><td>Cell</table>tail</body>"
    new, quoted = split_html(page)
    words = f"{html_to_text(new)} {html_to_text(quoted)}".split()
    assert sorted(words) == sorted(
        ["Above", "Von:", "X", "Bitte", "starten", "Sie", "neu.", "Cell", "tail"]
    )


@given(st.lists(st.sampled_from(TAGS)))
def test_split_html_of_any_tags_gives_two_pieces(pieces: list[str]) -> None:
    page = "".join(pieces)
    new, quoted = split_html(page)
    assert page.count("x") == new.count("x") + quoted.count("x")
