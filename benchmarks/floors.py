# SPDX-License-Identifier: AGPL-3.0-or-later
"""The floors: what the same work costs with nothing around it, on the same database.

A bare Flask page with a Jinja template and SQL over the raw driver; one commit; one read of a
mail. Nobody who takes Flask can be faster than these.
"""

import email
from collections.abc import Callable, Sequence
from email import policy
from typing import Any

from flask import Flask, jsonify, render_template_string
from tresen.tickets.models import FIRST_NUMBER

from benchmarks.ground import Ground

LIST = """SELECT t.id, t.subject, t.state, p.name, o.name, a.name, t.last_message_at
FROM ticket t LEFT JOIN person p ON p.id = t.requester_id
LEFT JOIN organisation o ON o.id = t.organisation_id LEFT JOIN person a ON a.id = t.owner_id
WHERE t.is_open ORDER BY t.last_message_at DESC, t.id DESC LIMIT 50"""
TICKET = "SELECT id, subject, state FROM ticket WHERE id = {}"
MESSAGES = """SELECT m.id, m.body, p.name, m.created_at FROM message m
LEFT JOIN person p ON p.id = m.author_id WHERE m.ticket_id = {} ORDER BY m.id"""
COUNTS = "SELECT team_id, count(*) FROM ticket WHERE is_open GROUP BY team_id"
SEARCH = {
    "sqlite": "SELECT rowid FROM search_text WHERE search_text MATCH 'body_stems : {}' "
    "ORDER BY rowid DESC LIMIT 50",
    "postgresql": "WITH found AS MATERIALIZED (SELECT id FROM search_entry "
    "WHERE search_text_body @@ to_tsquery('simple', '{}')) "
    "SELECT id FROM found ORDER BY id DESC LIMIT 50",
}
PAGE = """<!doctype html><title>floor</title><table>{% for row in rows %}<tr>
{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


class Floors:
    """A bare application on the same database; each verb returns a piece of work to time."""

    def __init__(self, ground: Ground) -> None:
        self.engine = ground.core.engine
        self.ticket_id = ground.ticket - FIRST_NUMBER
        app = Flask("floor", static_folder=None)
        app.add_url_rule("/list", "list", lambda: self._page(LIST))
        app.add_url_rule("/ticket", "ticket", lambda: self._page(TICKET, MESSAGES))
        app.add_url_rule("/json", "json", lambda: jsonify(self._rows(TICKET)))
        self.client = app.test_client()
        self.run("DROP TABLE IF EXISTS benchmark_floor", "CREATE TABLE benchmark_floor (body TEXT)")

    def page(self, name: str) -> Callable[[], bytes]:
        """A page, `list` or `ticket`, or the ticket as `json`."""
        return lambda: self.client.get(f"/{name}").get_data()

    def query(self, sql: str) -> Callable[[], Sequence[Any]]:
        """One query over the driver."""
        return lambda: self._rows(sql)

    def search(self, word: str) -> Callable[[], Sequence[Any]]:
        """The first fifty entries that have a stem, from the database's own index."""
        return self.query(SEARCH[self.engine.dialect.name].format(word))

    def commit(self) -> Callable[[], None]:
        """One row, one commit."""
        return lambda: self.run("INSERT INTO benchmark_floor (body) VALUES ('a short text')")

    def run(self, *statements: str) -> None:
        """Run statements over the driver, and commit."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            for sql in ("BEGIN", *statements, "COMMIT"):
                cursor.execute(sql)
            cursor.close()
        finally:
            connection.close()

    def _page(self, *queries: str) -> str:
        rows = [row for sql in queries for row in self._rows(sql)]
        return render_template_string(PAGE, rows=rows)

    def _rows(self, sql: str) -> Sequence[Any]:
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(sql.format(self.ticket_id) if "{}" in sql else sql)
            found: Sequence[Any] = cursor.fetchall()
            cursor.close()
            return found
        finally:
            connection.close()


def read_mail(raw: bytes) -> str:
    """Read a mail with the standard library: subject, sender and text."""
    mail = email.message_from_bytes(raw, policy=policy.default)
    text = mail.get_body(("plain",))
    return f"{mail['subject']} {mail['from']} {text.get_content() if text else ''}"
