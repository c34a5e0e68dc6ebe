# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form's built-in messages are in the language of the page; its selects are WTForms' own."""

from typing import Any

import pytest
from flask import Flask
from tresen import i18n
from tresen.desk import Core
from tresen.web.forms import Form, SelectField, choices
from wtforms import IntegerField, StringField
from wtforms import SelectField as PlainSelect
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired


class OrderForm(Form):
    name = StringField("Name", [InputRequired()])
    count = IntegerField("Count")


@pytest.mark.parametrize(
    ("language", "required", "whole"),
    [
        ("en", "This field is required.", "Not a valid integer value."),
        ("de", "Dieses Feld wird benötigt.", "Keine gültige, ganze Zahl."),
        ("de@du", "Dieses Feld wird benötigt.", "Keine gültige, ganze Zahl."),
    ],
)
def test_form_speaks_the_language_in_use(
    app: Flask, core: Core, language: str, required: str, whole: str
) -> None:
    with (
        app.test_request_context(method="POST", data={"count": "three"}),
        i18n.speaking(i18n.catalogues(core).language(language)),
    ):
        form = OrderForm()
        assert form.validate_on_submit() is False
        assert form.errors == {"name": [required], "count": [whole]}


CHOICES = [
    *choices([("", i18n.lazy("None")), (1, "Ada & <Bob>"), ("a\"'b", "quoted"), (True, "yes")]),
    SelectChoice("x", "marked", render_kw={"lang": "de", "data-first": True}),
    SelectChoice("bare"),
]


@pytest.mark.parametrize("chosen", ["", "1", "a\"'b", "True", "x", "bare", None])
@pytest.mark.parametrize("given", [{}, {"class_": "input", "data-key": "s"}, {"disabled": True}])
def test_select_is_written_as_wtforms_writes_it(
    app: Flask, chosen: str | None, given: dict[str, Any]
) -> None:
    class Both(Form):
        ours = SelectField("Ours", [InputRequired()], choices=CHOICES, name="it", id="it")
        plain = PlainSelect("Plain", [InputRequired()], choices=CHOICES, name="it", id="it")

    with app.test_request_context():
        form = Both(data={"ours": chosen, "plain": chosen})
        assert (form.ours(**given), form.ours.type) == (form.plain(**given), "SelectField")
