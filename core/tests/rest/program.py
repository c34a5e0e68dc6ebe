# SPDX-License-Identifier: AGPL-3.0-or-later
"""A program that calls the interface with a token."""

from typing import Any

from flask.testing import FlaskClient

ALL = ("tickets.read", "tickets.work", "people.read", "people.change")
TICKETS = "/api/v1/tickets/"


class Program:
    """A program that calls the interface with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, json=body, headers=self.headers | more)
