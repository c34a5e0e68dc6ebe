# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was done is told, with the way back where there is one."""

from flask import Flask, get_flashed_messages
from tresen.web.way_back import offer


def test_way_back_is_told_with_what_it_needs(app: Flask) -> None:
    with app.test_request_context():
        offer("The view is deleted.", "/views?owner=me", 10, {"title": "Mine"})
        assert get_flashed_messages(with_categories=True) == [
            (
                "undo",
                {
                    "text": "The view is deleted.",
                    "url": "/views?owner=me",
                    "seconds": 10,
                    "fields": {"title": "Mine"},
                },
            )
        ]


def test_without_time_to_undo_only_the_sentence_is_told(app: Flask) -> None:
    with app.test_request_context():
        offer("It is done.", "/undo", 0)
        assert get_flashed_messages(with_categories=True) == [("message", "It is done.")]
