# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a connection goes is decided once for all that is asked."""

import socket
from collections.abc import Callable

import pytest
from tresen_licensing.networks.faults import Fault, NotLetInError
from tresen_licensing.networks.targets import demand_port, target

Lead = Callable[..., None]
PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104 - looked at
    *("100.64.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "224.0.0.1", "::"),
    *("64:ff9b::7f00:1", "::ffff:192.168.0.1"),
]


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch) -> Lead:
    """Return a function that decides where each name leads."""

    def go(*found: str) -> None:
        answers = [(0, 0, 0, "", (each, 443)) for each in found]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: answers)

    return go


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_refused(address: str) -> None:
    with pytest.raises(NotLetInError, match="leads into a private network"):
        target(address, 443, ())


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "[2606:2800:220:1::1]"])
def test_public_address_is_what_is_connected_to(address: str) -> None:
    assert target(address, 443, ()) == address.strip("[]")


@pytest.mark.parametrize(
    "found", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"], []]
)
def test_all_addresses_of_a_name_must_be_public(lead: Lead, found: list[str]) -> None:
    lead(*found)
    with pytest.raises(NotLetInError) as refused:
        target("forge.example", 443, ())
    said = "forge.example leads into a private network; the operator can let it in."
    assert refused.value.sentence == said


@pytest.mark.parametrize("name", ["Forge.example", "forge.example", "[::1]"])
@pytest.mark.parametrize("port", [22, 80, 443, 3000])
def test_host_that_is_let_in_is_asked_wherever_it_leads(lead: Lead, name: str, port: int) -> None:
    lead("10.0.0.1")
    assert target(name, port, {"forge.example", "::1"}) == "10.0.0.1"


@pytest.mark.parametrize("port", [0, 22, 25, 5432, 8080])
def test_other_ports_are_for_hosts_that_are_let_in(lead: Lead, port: int) -> None:
    lead("93.184.216.34")
    with pytest.raises(NotLetInError, match="Only ports 80 and 443 are asked"):
        target("forge.example", port, {"other.example"})


@pytest.mark.parametrize("port", [None, 80, 443])
def test_usual_port_is_for_all(port: int | None) -> None:
    demand_port("forge.example", port, ())


@pytest.mark.parametrize("error", [socket.gaierror(), OSError(), UnicodeError()])
def test_name_that_nobody_knows_may_be_known_later(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nowhere(*_words: object, **_more: object) -> list[object]:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(Fault) as fault:
        target("forge.example", 443, ())
    assert (fault.value.sentence, fault.value.may_pass) == (
        "forge.example is not known in the network.",
        True,
    )
