# SPDX-License-Identifier: AGPL-3.0-or-later
"""Markdown becomes calm HTML: no raw HTML, no image from afar, ticket numbers linked."""

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.web.markdown import MAX_MARKDOWN, MarkdownLinks, markdown_to_html
from tresen.web.sanitise import sanitise_mail_html

OUT = ' target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("# a", "<h4>a</h4>\n"),
        ("#### a", "<h6>a</h6>\n"),
        ("- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>\n"),
        ("[ ] a", "<p>[ ] a</p>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("```py\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"),
        ("[a](https://x.example)", f'<p><a href="https://x.example"{OUT}>a</a></p>\n'),
        ("https://x.example", f'<p><a href="https://x.example"{OUT}>https://x.example</a></p>\n'),
        ("a\u202eb", "<p>a[U+202E]b</p>\n"),
    ],
)
def test_markdown_as_html(text: str, html: str) -> None:
    assert markdown_to_html(text) == html


def test_markdown_table_aligns_without_inline_style() -> None:
    html = markdown_to_html("|a|b|\n|--:|---|\n|1|2|")
    assert html.count('<th align="right">') == 1
    assert html.count('<td align="right">') == 1
    assert "style" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<img src=x onerror=y>", "<p>&lt;img src=x onerror=y&gt;</p>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
        ("[a](java&#10;script:x)", "<p>a</p>\n"),
        ("[a](/admin/x)", "<p>a</p>\n"),
        ("<javascript:x>", "<p>&lt;javascript:x&gt;</p>\n"),
        (
            "[a](https://x.example '\" onmouseover=\"x')",
            f'<p><a href="https://x.example" title="&quot; onmouseover=&quot;x"{OUT}>a</a></p>\n',
        ),
        ("![a](https://x.example/t.png)", f'<p><a href="https://x.example/t.png"{OUT}>a</a></p>\n'),
        ("[a](/x) [b](https://x.example)", f'<p>a <a href="https://x.example"{OUT}>b</a></p>\n'),
        ("![a](data:image/png;base64,AA==)", "<p>a</p>\n"),
    ],
)
def test_markdown_stays_harmless(text: str, html: str) -> None:
    assert markdown_to_html(text) == html


def test_markdown_shows_own_images() -> None:
    links = MarkdownLinks(images={"shot.png": "/files/7"})
    assert markdown_to_html('![a "b"](shot.png)', links) == (
        '<p><img src="/files/7" alt="a &quot;b&quot;"></p>\n'
    )


def test_markdown_links_ticket_numbers_asked_for_at_once() -> None:
    asked: list[Collection[int]] = []

    def tickets(numbers: Collection[int]) -> Mapping[int, str]:
        asked.append(numbers)
        return {10023: "/tickets/10023"}

    text = "#10023, #10024 and `#10025` [#10026](https://x.example) a#10027 /#10028"
    html = markdown_to_html(text, MarkdownLinks(tickets))
    assert asked == [{10023, 10024, 10025, 10026}]
    assert html.startswith('<p><a href="/tickets/10023">#10023</a>, #10024 and <code>#10025</code>')


def test_markdown_is_rendered_anew_when_its_links_change() -> None:
    one, two = (MarkdownLinks(lambda _, n=n: {10023: f"/tickets/{n}"}) for n in (1, 2))  # type: ignore[misc]
    assert markdown_to_html("#10023", one) != markdown_to_html("#10023", two)


def test_markdown_without_numbers_asks_for_none() -> None:
    def tickets(_numbers: Collection[int]) -> Mapping[int, str]:
        raise AssertionError("asked without need")

    assert markdown_to_html("a # b", MarkdownLinks(tickets)) == "<p>a # b</p>\n"


def test_markdown_too_long_is_shown_as_typed() -> None:
    assert markdown_to_html("*<" * MAX_MARKDOWN) == "<pre>" + "*&lt;" * MAX_MARKDOWN + "</pre>"


@settings(max_examples=200, deadline=None)
@given(st.text("[]()!<>*_`#|~-:/.\n\\ 'a1\"&;j", max_size=120))
def test_markdown_of_any_text_holds_nothing_to_clean(text: str) -> None:
    html = str(markdown_to_html(text))
    assert sanitise_mail_html(html).html == html
