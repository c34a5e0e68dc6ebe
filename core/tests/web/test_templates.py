# SPDX-License-Identifier: AGPL-3.0-or-later
"""Templates: an entry of a dictionary comes first in a name, and what is compiled is kept."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup
from tresen import app as application
from tresen import i18n
from tresen.desk import Core
from tresen.web.templates import CompiledTemplates

# Counts how often it is drawn, and draws with it what it was given and a text of the catalogue.
DRAWN = """{% macro _mark(what, tone="") %}{{ seen.append(what) or "" }}<b{{ tone }}>{{ what }}
{{- asset_url("x.svg") }}{{ _("Save") }}</b>{% endmacro %}{% set mark = kept(_mark) %}"""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ row.name }}", "Ada"),
        ("{{ row.items }}", "three"),
        ("{{ row.keys() | list | length }}", "2"),
        ("{{ row.missing }}", ""),
        ("{{ thing.name }}", "Bea"),
        ("{{ thing.missing }}", ""),
        ("{{ 'a b'.upper() }}", "A B"),
    ],
)
def test_name_is_found_where_an_author_expects_it(app: Flask, source: str, text: str) -> None:
    row = {"name": "Ada", "items": "three"}
    with app.test_request_context():
        found = render_template_string(source, row=row, thing=SimpleNamespace(name="Bea"))
    assert found == text


def kept(folder: Path) -> dict[str, int]:
    """Return when each compiled template was written."""
    return {file.name: file.stat().st_mtime_ns for file in folder.rglob("*.cache")}


@pytest.fixture
def place(core: Core) -> Path:
    """Return where this installation would keep its compiled templates, and keeps none yet."""
    found = CompiledTemplates.folder_in(core.config.data_dir)
    # Otherwise all tests share one folder.
    found.unlink()
    return found


def test_compiled_templates_serve_the_next_start(place: Path, app: Flask, core: Core) -> None:
    page = app.test_client().get("/sign-in").text
    first = kept(place)
    again = application.create_app(core).test_client().get("/sign-in").text
    assert (len(page), first != {}) == (len(again), True)
    assert kept(place) == first


def test_page_does_without_a_place_for_compiled_templates(place: Path, app: Flask) -> None:
    place.write_text("no folder")
    assert app.test_client().get("/sign-in").status_code == 200


def drawn(app: Flask, line: str, **values: object) -> str:
    """Return the line, written below a macro `mark` whose drawings are kept."""
    with app.test_request_context():
        return render_template_string(DRAWN + line, **values)


def test_kept_macro_draws_the_same_thing_once(app: Flask) -> None:
    seen: list[str] = []
    html = drawn(
        app, "{{ mark('a') }}{{ mark('a') }}{{ mark('b') }}{{ mark('a', tone=1) }}", seen=seen
    )
    assert (seen, html.count("<b>a"), html.count("<b1>a")) == (["a", "b", "a"], 2, 1)


def test_kept_macro_escapes_a_text_that_reads_like_markup(app: Flask) -> None:
    line = "{{ mark(safe) }}|{{ mark(text) }}|{{ mark(safe) }}"
    html = drawn(app, line, seen=[], safe=Markup("<i>x</i>"), text="<i>x</i>")
    found = [part.partition("/static")[0] for part in html.split("|")]
    assert found == ["<b><i>x</i>", "<b>&lt;i&gt;x&lt;/i&gt;", "<b><i>x</i>"]


def test_kept_macro_draws_anew_for_another_language_and_another_root(
    app: Flask, core: Core
) -> None:
    template = app.jinja_env.from_string(DRAWN + "{{ mark(1) }}")
    pages = []
    for root, code in [("", "en"), ("", "de"), ("/desk", "de"), ("", "en")]:
        language = i18n.catalogues(core).language(code)
        request = app.test_request_context(environ_overrides={"SCRIPT_NAME": root})
        with request, i18n.speaking(language):
            pages.append(template.render(seen=[]))
    assert pages[0] == pages[3]
    assert [("Speichern" in page, "/desk/static" in page) for page in pages[:3]] == [
        (False, False),
        (True, False),
        (True, True),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{{ _("Save") }}', "Save"),
        ('{{ _("%(name)s is writing", name="<i>") }}', "&lt;i&gt; is writing"),
        ('{{ _("100 %%") }}', "100 %"),
        ('{{ _("100 %% of %(total)s", total=3) }}', "100 % of 3"),
    ],
)
def test_text_of_a_template_is_put_together_as_a_format(app: Flask, source: str, text: str) -> None:
    with app.test_request_context():
        assert [render_template_string(source) for _time in range(2)] == [text, text]
