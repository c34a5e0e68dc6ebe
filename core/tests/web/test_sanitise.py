# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the cleaner keeps, what it drops, and that its result is final."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.web.html_weight import MAX_TAGS
from tresen.web.sanitise import sanitise_mail_html

REL = ' target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p class='MsoNormal x'>a</p>", '<p class="MsoNormal">a</p>'),
        ("<a href=https://x.example>a</a>", f'<a href="https://x.example"{REL}>a</a>'),
        ("<a href=' java&#9;script:x'>a</a>", f"<a{REL}>a</a>"),
        ("<a href=cid:x target=_top rel=opener>a</a>", f"<a{REL}>a</a>"),
        ("<td>a", "a"),
        (
            "<table width='100%' border=0 onclick=x><tr><td colspan=2 height=9999>a",
            '<table width="100%" border="0"><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        ),
        (
            "<font color=Red face='Arial, x}' size=+2>a",
            '<font color="#ff0000" face="arial" size="+2">a</font>',
        ),
        (
            "<ol start=3 type=a><li value=4>a</ol>",
            '<ol start="3" type="a"><li value="4">a</li></ol>',
        ),
        (
            "<p dir=RTL lang=ar title='a \"b\"'>a",
            '<p dir="rtl" lang="ar" title="a &quot;b&quot;">a</p>',
        ),
        ("<img alt=Logo width=20>", '<img alt="Logo" width="20">'),
    ],
)
def test_html_of_ordinary_mail_is_kept(html: str, clean: str) -> None:
    assert sanitise_mail_html(html).html == clean


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<style>@import 'x'; p{position:fixed}</style>",
        "<svg><script>x</script><image href=//x.example></svg>",
        "<math><mtext><style><img src onerror=x></style></mtext></math>",
        "<noscript><p>x</p></noscript>",
        "<template><p>x</p></template>",
        "<textarea><p>x</textarea>",
        "<iframe srcdoc=x>x</iframe>",
        "<link rel=stylesheet href=//x.example>",
        "<meta http-equiv=refresh content='0;url=//x.example'>",
        "<base href=//x.example>",
        "<input value=x autofocus onfocus=x>",
        "<video poster=//x.example><source src=//x.example></video>",
        "<object data=//x.example></object>",
        "<embed src=//x.example>",
        "<form action=//x.example></form>",
        "<!--[if IE]><script>x</script><![endif]-->",
    ],
)
def test_html_that_acts_or_loads_is_dropped(html: str) -> None:
    assert sanitise_mail_html(html).html == ""


def test_images_from_afar_are_blocked_and_counted() -> None:
    html = "<img src=https://x.example/a><img src=//x.example/b srcset='//x.example 2x' alt=B>"
    safe = sanitise_mail_html(f"<table background=//x.example/c><tr><td>{html}</table>")
    assert safe.blocked_images == 2
    assert "x.example" not in safe.html


def test_images_asked_for_go_through_the_given_door() -> None:
    safe = sanitise_mail_html("<img src=https://x.example/a>", remote_image=lambda url: "/i?" + url)
    assert (safe.html, safe.blocked_images) == ('<img src="/i?https://x.example/a">', 0)


def test_images_of_this_mail_alone_resolve() -> None:
    html = "<img src='cid:a@x'><img src='cid:b@x'><img src=/files/9>"
    safe = sanitise_mail_html(html, cid_urls={"a@x": "/files/1"})
    assert safe.html == '<img src="/files/1"><img><img>'


def test_hidden_text_is_shown_and_told() -> None:
    safe = sanitise_mail_html("<div style='display:none;color:#FFF'>Approve this</div>")
    assert (safe.html, safe.revealed) == ('<div style="color:#000000">Approve this</div>', 1)


def test_html_that_changes_on_reparsing_ends_stable() -> None:
    assert sanitise_mail_html("<p><object><p>a").html == "<p></p><p>a</p><p></p>"


@pytest.mark.parametrize(
    "html",
    [
        "word <a href=https://x.example>x</a>" * 50_001,
        "word " + "<div>" * 200_000,
        "word " + "<p><font color=#123456>" * 4_000,
        "word &" * 300_000,
        "word" + "<p>" * MAX_TAGS,
    ],
)
def test_html_too_heavy_becomes_its_words(html: str) -> None:
    safe = sanitise_mail_html(html)
    assert (safe.is_text_only, safe.html[:37]) == (True, '<div style="white-space:pre-wrap">wor')
    assert sanitise_mail_html(safe.html).html == safe.html


def test_html_with_a_long_style_stays_html() -> None:
    safe = sanitise_mail_html("<style>" + "a{color:red}" * 20_000 + "</style><b>x</b>")
    assert (safe.html, safe.is_text_only) == ("<b>x</b>", False)


PIECES = [
    *("<p>", "</p>", "<b>", "</b>", "<a href=https://x.example>", "</a>", "<table>", "</table>"),
    *("<td>", "<tr>", "<div style='color:#fff;background:#fff'>", "</div>", "<font color=white>"),
    *("<svg>", "</svg>", "<math>", "<mtext>", "<style>", "</style>", "<!--", "-->", "<select>"),
    *("<form>", "<object>", "<button>", "<li>", "<ul>", "<h1>", "<pre>\n\n", "<template>", "<i>"),
    *("<img src=x onerror=alert(1)>", "<noscript>", "<title>", "</title>", "<caption>", "<nobr>"),
    *("text", "&amp;lt;", "\x00", "<![CDATA[", "]]>", "<br>", "\xa0", "<frameset>", "<plaintext>"),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_html_cleaned_twice_is_the_same(html: str) -> None:
    once = sanitise_mail_html(html)
    assert sanitise_mail_html(once.html).html == once.html


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_cleaned_twice_is_the_same(text: str) -> None:
    once = sanitise_mail_html(text)
    assert sanitise_mail_html(once.html).html == once.html


@pytest.mark.parametrize(
    "piece",
    [
        '<p style="border:{n}' + " " * 3_900 + '1">x</p>',
        '<p style="font-family:{n}' + "," * 3_900 + '">x</p>',
        '<p style="{n}' + ";" * 3_900 + '">x</p>',
        '<font color="' + " " * 3_900 + '{n}">x</font>',
        '<a href="https://' + " " * 3_900 + '{n}">x</a>',
    ],
)
def test_html_made_to_be_slow_to_read_is_read(piece: str) -> None:
    safe = sanitise_mail_html("".join(piece.replace("{n}", str(n)) for n in range(400)))
    assert (safe.is_text_only, safe.html.count(">x<")) == (False, 400)
