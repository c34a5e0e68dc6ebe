# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses without a value: those of Flask, kept for each root, and never too many of them."""

import pytest
from flask import Flask, url_for
from tresen.web import paths
from tresen.web.paths import path_of
from werkzeug.routing import BuildError


@pytest.mark.parametrize("root", ["", "/desk", "/desk/of/ours"])
def test_address_is_that_of_flask_below_each_root(app: Flask, root: str) -> None:
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
        found = [path_of("tickets.index") for _time in range(2)]
        assert found == [url_for("tickets.index")] * 2
        assert found[0] == f"{root}/tickets/"


def test_address_is_kept_for_the_next_request(app: Flask) -> None:
    for _request in range(2):
        with app.test_request_context():
            path_of("tickets.index")
    assert app.extensions["tresen.paths"] == {("", "tickets.index"): "/tickets/"}


def test_page_that_is_not_there_has_no_address(app: Flask) -> None:
    with app.test_request_context():
        for _time in range(2):
            with pytest.raises(BuildError):
                path_of("nothing.here")


def test_roots_without_end_are_not_all_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST", 3)
    for number in range(10):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": f"/{number}"}):
            assert path_of("tickets.index") == f"/{number}/tickets/"
    assert len(app.extensions["tresen.paths"]) <= 3
