# SPDX-License-Identifier: AGPL-3.0-or-later
"""The macros that every page is made of: what they promise to readers, keyboards and strangers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from tresen import assets
from tresen.web.forms import Form
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "core" / "tresen" / "templates").rglob("*.html"))

Render = Callable[..., str]


class Sample(Form):
    """One field of each kind that the macros tell apart."""

    name = StringField("Name", [InputRequired()], description="As agents see it.")
    note = StringField("Note", [Optional()])
    on = BooleanField("Fetch mail")
    way = RadioField("Way", choices=[SelectChoice("a", "First"), SelectChoice("b", "Second")])


@pytest.fixture
def render(app: Flask) -> Render:
    """Return a function that renders a line after importing macros: ``forms: field, errors``."""

    def rendered(imports: str, line: str, **values: object) -> str:
        name, _, macros = imports.partition(": ")
        source = f'{{% from "macros/{name}.html" import {macros} %}}{line}'
        with app.test_request_context():
            if "form" in values:
                values["form"] = Sample(data=values["form"])
                if values.pop("is_checked", True):
                    values["form"].validate()
            return render_template_string(source, **values)

    return rendered


def test_field_with_an_error_is_tied_to_help_and_error(render: Render) -> None:
    html = render("forms: field", "{{ field(form.name) }}", form={})
    assert re.findall(r'<label for="([^"]+)"', html) == ["name"]
    assert 'aria-describedby="name-help name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="name-error"' in html


def test_field_without_an_error_is_tied_to_its_help_alone(render: Render) -> None:
    html = render("forms: field", "{{ field(form.name) }}", form={}, is_checked=False)
    assert 'aria-describedby="name-help"' in html
    assert "aria-invalid" not in html


def test_field_that_may_stay_empty_says_so(render: Render) -> None:
    assert "(optional)" in render("forms: field", "{{ field(form.note) }}", form={})
    assert "(optional)" not in render("forms: field", "{{ field(form.name) }}", form={})


def test_error_summary_links_to_each_field(render: Render) -> None:
    html = render("forms: errors", "{{ errors(form) }}", form={})
    assert re.findall(r'href="#([^"]+)"', html) == ["name", "way"]
    assert "2 fields need a look" in html


def test_error_summary_of_a_right_form_is_empty(render: Render) -> None:
    html = render("forms: errors", "{{ errors(form) }}", form={"name": "x"}, is_checked=False)
    assert html.strip() == ""


def test_choices_are_a_named_group_of_labelled_buttons(render: Render) -> None:
    html = render("forms: field", "{{ field(form.way) }}", form={}, is_checked=False)
    assert re.findall(r"<legend[^>]*>(\w+)", html) == ["Way"]
    assert re.findall(r'<label for="([^"]+)">', html) == ["way-0", "way-1"]


def test_fields_write_every_field_once(render: Render) -> None:
    html = render("forms: fields", "{{ fields(form) }}", form={}, is_checked=False)
    assert sorted(set(re.findall(r' name="([^"]+)"', html))) == ["name", "note", "on", "way"]


def test_button_writes_further_attributes(render: Render) -> None:
    line = '{{ button("Go", kind="main", key="g", name="do", data_command="Go <now>") }}'
    html = render("buttons: button", line)
    assert 'class="button button-main" type="submit" data-key="g"' in html
    assert 'name="do" data-command="Go &lt;now&gt;"' in html


def test_icon_button_has_a_name(render: Render) -> None:
    html = render("buttons: icon_button", '{{ icon_button("Close", "x") }}')
    assert 'aria-label="Close"' in html


def test_stranger_text_is_escaped_and_isolated(render: Render) -> None:
    html = render("badges: tag", "{{ tag(text) }}", text="<b>\u202egpj.exe")
    assert "<bdi>&lt;b&gt;" in html


def test_state_that_a_plugin_brings_gets_the_neutral_mark(render: Render) -> None:
    html = render("badges: state", '{{ state("thawing", "Thawing") }}')
    assert "mark-soft" in html
    assert "#circle" in html
    assert "Thawing" in html


@pytest.mark.parametrize(("category", "seconds"), [("message", 6), ("error", 0)])
def test_toast_leaves_after_its_time(render: Render, category: str, seconds: int) -> None:
    html = render("notices: toast", '{{ toast(category, "Done") }}', category=category)
    assert f'data-toast="{seconds}"' in html


def test_toast_with_a_way_back_posts_to_it(render: Render) -> None:
    message = {"text": "Reply sent", "url": "/undo/7", "seconds": 10}
    html = render("notices: toast", '{{ toast("undo", message) }}', message=message)
    assert 'data-toast="10"' in html
    assert re.findall(r'<form method="(\w+)" action="([^"]+)"', html) == [("post", "/undo/7")]


def test_facts_leave_out_what_is_empty(render: Render) -> None:
    line = '{{ facts([("Product", "Archive"), ("Contract", "")]) }}'
    html = render("panels: facts", line)
    assert re.findall(r"<dt>(\w+)</dt>", html) == ["Product"]


def test_pager_of_a_single_page_is_left_out(render: Render) -> None:
    pages = {"first": 1, "last": 3, "total": 3, "previous_url": None, "next_url": None}
    assert render("tables: pager", "{{ pager(pages) }}", pages=pages).strip() == ""


@pytest.mark.parametrize(
    ("sort", "direction", "url"),
    [("due", "ascending", "?-due"), ("-due", "descending", "?due"), ("number", None, "?due")],
)
def test_sort_head_says_its_direction(
    render: Render, sort: str, direction: str | None, url: str
) -> None:
    line = '{{ sort_head("Due", "due", sort, to) }}'
    html = render("tables: sort_head", line, sort=sort, to=lambda key: f"?{key}")
    assert re.findall(r'aria-sort="(\w+)"', html) == ([direction] if direction else [])
    assert re.findall(r'href="([^"]+)"', html)[0] == url


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_inline(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", source) == []


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = ROOT / "core" / "tresen" / "static" / "vendor" / "icons.svg"
    if not sprite.exists():
        pytest.skip("the browser files are not built: python3 core/tresen/assets.py")
    drawn = re.findall(r'<symbol id="([^"]+)"', sprite.read_text(encoding="utf-8"))
    assert sorted(set(assets.icon_names(ROOT)) - set(drawn)) == []
