# SPDX-License-Identifier: AGPL-3.0-or-later
"""The address to listen on is checked first; processes share no connection; the version is said."""

import socket
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from tresen import __version__, cli, server
from tresen.errors import Refused


@pytest.fixture
def taken() -> Iterator[str]:
    """Return an address on which somebody else listens while the test runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield "{}:{}".format(*listener.getsockname())


def test_taken_address_is_refused_with_the_way_out(taken: str) -> None:
    with pytest.raises(Refused) as refusal:
        server.demand_free(taken)
    assert refusal.value.sentence == (
        f"Nothing can listen on {taken} (Address already in use): end what listens there, "
        "or choose another port."
    )


def test_free_address_and_a_socket_file_pass() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "{}:{}".format(*listener.getsockname())
    server.demand_free(address)
    server.demand_free("unix:/run/tresen.sock")


@pytest.mark.parametrize("words", [["serve", "--bind"], ["demo", "--port"]])
def test_command_says_a_taken_port_in_one_line(taken: str, words: list[str]) -> None:
    value = taken if words[0] == "serve" else taken.rpartition(":")[2]
    done = CliRunner().invoke(cli.main, [*words, value])
    assert done.exit_code == 1
    assert done.output == f"Error: {refused(taken)}\n"


def refused(address: str) -> str:
    """Return the sentence with which the address is refused."""
    with pytest.raises(Refused) as refusal:
        server.demand_free(address)
    return str(refusal.value.sentence)


def test_version_is_printed_alone() -> None:
    done = CliRunner().invoke(cli.main, ["--version"])
    assert (done.exit_code, done.output) == (0, f"{__version__}\n")


def test_web_processes_inherit_no_connection(app: Flask, client: FlaskClient) -> None:
    client.get("/readyz")
    pool = app.extensions["tresen"].engine.pool
    assert pool.checkedin() == 2
    assert server.Server({}, lambda: app).load() is app
    pool = app.extensions["tresen"].engine.pool
    assert pool.checkedin() == 0
