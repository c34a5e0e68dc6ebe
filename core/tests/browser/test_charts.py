# SPDX-License-Identifier: AGPL-3.0-or-later
"""A chart draws what its table says, in the colours of the theme, and leaves the table readable."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from tresen.people.models import Person
from tresen.web.permissions import needs

TEMPLATE = """{% extends "workplace.html" %}
{% from "macros/charts.html" import line_chart %}
{% block title %}Tides{% endblock %}
{% block content %}<h1>Tides</h1>
{% set rows = [("Mon <1>", 5, 1), ("Tue", 7, none)] %}
{{ line_chart("Water", ["Day", "High", "Low"], rows, are_sums=sums) }}
{% endblock %}"""
# How many points of the picture are drawn.
INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, at) => at % 4 === 3 && value > 200).length;
}"""
WAY = """canvas => {
  const { stepped, pointRadius, pointStyle } = Chart.getChart(canvas).data.datasets[1];
  return [stepped ?? null, pointRadius, pointStyle ?? null];
}"""
COLOUR = "canvas => Chart.getChart(canvas).data.datasets[0].borderColor"


@pytest.fixture
def chart_app(app: Flask) -> Flask:
    """Return the application with a page that has a chart."""

    def tides() -> str:
        return render_template_string(TEMPLATE, sums="sums" in request.args)

    app.add_url_rule("/tides", "tides", needs("tickets.read")(tides))
    return app


@pytest.fixture
def page(chart_app: Flask, sign_in_page: Callable[[Person], Any], agent: Person) -> Any:
    """Return the page with the chart, drawn."""
    found = sign_in_page(agent)
    found.goto("/tides")
    found.locator(".chart-box:not([hidden]) canvas").wait_for()
    return found


def test_chart_is_drawn_and_its_table_folded(page: Any) -> None:
    assert page.locator("canvas").evaluate(INK) > 500
    assert page.locator("figure details").evaluate("each => each.open") is False


def test_table_has_a_head_and_a_gap_for_what_is_not_known(page: Any) -> None:
    page.locator("figure summary").click()
    cells = page.locator("figure :is(th, td)").all_inner_texts()
    assert cells == ["Day", "High", "Low", "Mon <1>", "5", "1", "Tue", "7", ""]


def test_chart_takes_the_colours_of_a_theme_that_is_chosen(page: Any) -> None:
    colours = []
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        # The observer draws again before the next frame is shown.
        page.evaluate("new Promise(requestAnimationFrame)")
        colours.append(page.locator("canvas").evaluate(COLOUR))
    assert colours == ["rgb(58, 83, 197)", "rgb(159, 177, 255)"]
    assert page.locator("canvas").count() == 1


def test_line_is_stepped_unless_each_value_is_of_its_row_alone(page: Any) -> None:
    stepped = page.locator("canvas").evaluate(WAY)
    page.goto("/tides?sums")
    page.locator(".chart-box:not([hidden]) canvas").wait_for()
    assert [stepped, page.locator("canvas").evaluate(WAY)] == [
        ["before", 0, None],
        [None, 4, "rect"],
    ]


def test_table_alone_stands_there_without_script(
    chart_app: Flask, sign_in: Callable[[Person], Any], agent: Person
) -> None:
    text = sign_in(agent).get("/tides").text
    assert text.count('<div class="chart-box" hidden>') == 1
    assert text.count('<details class="fold" open>') == 1
