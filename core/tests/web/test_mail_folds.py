# SPDX-License-Identifier: AGPL-3.0-or-later
"""What mail programs quote is folded in the frame, and every word of the mail stays in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.mail_folds import CLASSES, IDS, fold
from tresen.web.sanitise import sanitise_mail_html

QUOTE, SIGNATURE = "<details><summary>Quote</summary>", "<details><summary>Signature</summary>"
END = "</details>"
OLD = "<p>Old words</p>"
LINE = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"


def folded(html: str) -> str:
    """Return how the frame shows a mail's HTML."""
    return fold(sanitise_mail_html(html).html, quote="Quote", signature="Signature")


def without_folds(html: str) -> str:
    return re.sub(r"<details><summary>\w+</summary>|</details>", "", html)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            f'New<div class="gmail_quote gmail_quote_container">{OLD}</div>',
            f'New{QUOTE}<div class="gmail_quote">{OLD}</div>{END}',
        ),
        (
            f'<p>New</p><blockquote type="cite" cite="mid:1">{OLD}</blockquote>',
            f'<p>New</p>{QUOTE}<blockquote type="cite">{OLD}</blockquote>{END}',
        ),
        (
            (
                f'New<div class="moz-cite-prefix">On Monday Anna wrote:</div>'
                f'<blockquote type="cite">{OLD}</blockquote>Below'
            ),
            (
                f"New<div>On Monday Anna wrote:</div>"
                f'{QUOTE}<blockquote type="cite">{OLD}</blockquote>{END}Below'
            ),
        ),
        (
            f'New<div name="quote" style="margin:10px">{OLD}</div>',
            f'New{QUOTE}<div name="quote" style="margin:10px">{OLD}</div>{END}',
        ),
        (
            f'<p>New</p><div id="mail-editor-reference-message-container">{OLD}</div>',
            f'<p>New</p>{QUOTE}<div id="mail-editor-reference-message-container">{OLD}</div>{END}',
        ),
        (
            f'<div>New<div id="divRplyFwdMsg">From: Anna</div>{OLD}<p>Older</p></div>Foot',
            (
                f'<div>New{QUOTE}<div id="divRplyFwdMsg">From: Anna</div>{OLD}<p>Older</p>'
                f"{END}</div>Foot"
            ),
        ),
        (
            f'New<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From</div>{OLD}',
            (
                f'New{QUOTE}<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From</div>'
                f"{OLD}{END}"
            ),
        ),
        (
            '<p>New</p><div class="moz-signature">Anna<br>Example Ltd</div>',
            f'<p>New</p>{SIGNATURE}<div class="moz-signature">Anna<br>Example Ltd</div>{END}',
        ),
        (
            '<p>New</p><div id="AppleMailSignature">Anna</div>',
            f'<p>New</p>{SIGNATURE}<div id="AppleMailSignature">Anna</div>{END}',
        ),
    ],
    ids=[
        *("gmail", "apple", "thunderbird", "gmx", "outlook for phones", "outlook web"),
        *("outlook web with a rule", "thunderbird's signature", "apple's signature"),
    ],
)
def test_quote_of_each_program_is_folded(html: str, shown: str) -> None:
    assert folded(html) == shown


def test_outlooks_line_folds_what_follows_its_box() -> None:
    html = (
        f'<div class="WordSection1"><p>New</p><div><div style="{LINE}"><p>From: Anna</p></div>'
        f"</div>{OLD}</div>"
    )
    assert re.sub(r' style="[^"]*"', "", folded(html)) == (
        f"<div><p>New</p>{QUOTE}<div><div><p>From: Anna</p></div></div>{OLD}{END}</div>"
    )


def test_outlooks_line_below_words_of_the_same_box_stays_in_it() -> None:
    html = f'<div>New<div>More<div style="{LINE}">From</div>{OLD}</div>Below</div>'
    assert re.sub(r' style="[^"]*"', "", folded(html)) == (
        f"<div>New<div>More{QUOTE}<div>From</div>{OLD}{END}</div>Below</div>"
    )


def test_answers_between_quotes_stay_open() -> None:
    html = "<blockquote type=cite>A?</blockquote>Yes.<blockquote type=cite>B?</blockquote>No."
    assert folded(html) == (
        f'{QUOTE}<blockquote type="cite">A?</blockquote>{END}Yes.'
        f'{QUOTE}<blockquote type="cite">B?</blockquote>{END}No.'
    )


def test_quote_in_a_quote_is_folded_once() -> None:
    inner = '<blockquote type="cite">Oldest</blockquote>'
    html = f'New<blockquote type="cite">Old{inner}</blockquote>'
    assert folded(html) == f'New{QUOTE}<blockquote type="cite">Old{inner}</blockquote>{END}'


@pytest.mark.parametrize(
    "html",
    [
        '<div class="gmail_quote">Passed on</div>',
        '<p>&nbsp;\u200b</p><br><div class="gmail_quote">Passed on</div>',
        f'<div style="{LINE}">From: Anna</div>{OLD}',
        '<div class="gmail_signature">Anna</div>',
    ],
)
def test_mail_that_says_nothing_else_stays_open(html: str) -> None:
    assert END not in folded(html)


def test_picture_above_a_quote_is_something() -> None:
    html = '<img src="cid:x" alt="Screen"><div class="gmail_quote">Old</div>'
    assert folded(html).endswith(f'{QUOTE}<div class="gmail_quote">Old</div>{END}')


@pytest.mark.parametrize(
    "html",
    [
        "<p>A</p><blockquote>A fine saying</blockquote>",
        '<p>A</p><div class="quote">B</div>',
        '<p>A</p><div style="border-top:1px solid #000">Total: 3</div>',
        '<p>A</p><p class="gmail_quote">B</p>',
        '<p>A</p><div name="quotes">B</div>',
    ],
)
def test_what_only_looks_like_a_quote_stays_open(html: str) -> None:
    assert END not in folded(html)


def test_stranger_brings_no_fold_of_his_own_and_no_other_mark() -> None:
    html = (
        '<details open onclick="x()"><summary>Quote</summary>Hidden</details>'
        '<div id="main" class="menu gmail_quote" name="login">B</div>'
    )
    assert folded(html) == f'QuoteHidden{QUOTE}<div class="gmail_quote">B</div>{END}'


@pytest.mark.parametrize(
    "html",
    [
        "<p>open",
        "</p>",
        "<p></div>",
        "a < b",
        "<p onclick='x'>A</p><div class=\"gmail_quote\">B</div>",
        '<!-- c --><p>A</p><div class="gmail_quote">B</div>',
        '<p>A</p><div class="gmail_quote">B</div><video>',
    ],
)
def test_html_that_the_cleaner_did_not_write_stays_as_it_is(html: str) -> None:
    assert fold(html, quote="Quote", signature="Signature") == html


_MARKS = [
    '<div class="gmail_quote">',
    "<blockquote type=cite>",
    f'<div style="{LINE}">',
    '<div id="divRplyFwdMsg">',
    '<div class="gmail_signature">',
]
_PARTS = st.sampled_from(
    [*_MARKS, *("<div>", "</div>", "</blockquote>", "<p>", "<table><tr><td>", "</td>", "<b>"), "a"]
)


@given(st.lists(_PARTS, max_size=25).map("".join))
def test_nothing_is_dropped_and_every_fold_ends(html: str) -> None:
    clean, shown = sanitise_mail_html(html).html, folded(html)
    assert without_folds(shown) == clean
    assert shown.count("<details>") == shown.count(END)


@given(st.lists(_PARTS, max_size=25).map("".join))
def test_folded_html_is_read_as_it_is_written(html: str) -> None:
    import nh3  # noqa: PLC0415 - a second reader of HTML, for this test alone

    tags = {"details", "summary", "div", "blockquote", "p", "table", "tbody", "tr", "td", "b"}
    attributes = {name: {"class", "id", "type", "style", "name"} for name in tags}
    shown = folded(html)
    assert nh3.clean(shown, tags=tags, attributes=attributes, link_rel=None) == shown


@pytest.mark.parametrize("mark", _MARKS)
def test_depth_of_marks_costs_one_fold(mark: str) -> None:
    html = "New" + f"<div>{mark}" * 200 + "Old"
    assert folded(html).count("<details>") == 1


def test_marks_are_such_as_programs_write() -> None:
    assert [name for name in CLASSES | IDS if not re.fullmatch(r"[A-Za-z_0-9-]+", name)] == []
