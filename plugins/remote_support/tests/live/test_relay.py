# SPDX-License-Identifier: AGPL-3.0-or-later
"""Only through a TURN server: a real coturn, and the credentials that Tresen makes (R07)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tresen.sdk import Core

SECRET = "a shared word"
# Both ends are on this machine, which a server in the open must never allow.
LINES = [
    "use-auth-secret",
    f"static-auth-secret={SECRET}",
    "realm=tresen.example",
    "allow-loopback-peers",
]
SHARE = "Share your screen"
KEEP = """
const made = (globalThis.madeRTCPeerConnection = []);
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); made.push(this); }
};
"""
# By which kind of way the two ends speak.
PAIR = """async () => {
  const found = [...(await madeRTCPeerConnection.at(-1).getStats()).values()];
  const pair = found.find((each) => each.type === "candidate-pair" && each.nominated);
  const kindOf = (id) => found.find((each) => each.id === pair[id]).candidateType;
  return ["localCandidateId", "remoteCandidateId"].map(kindOf);
}"""


@pytest.fixture
def turn_port(turn_server: Callable[[list[str]], int]) -> int:
    """Return the port of a running coturn."""
    return turn_server(LINES)


@pytest.fixture
def relayed(core: Core, turn_port: int, configure: Any) -> None:
    """Let both browsers speak through the TURN server alone."""
    folder = core.config.data_dir / "secrets"
    folder.mkdir()
    (folder / "turn").write_text(SECRET, encoding="utf-8")
    url = f"turn:127.0.0.1:{turn_port}?transport=udp"
    configure(ice_urls=url, turn_secret_ref="file:turn", relay_only="y")


@pytest.fixture
def present(clock: Any) -> None:
    """Let the test's clock show the time that coturn goes by."""
    clock.moment = datetime.now(UTC)


@pytest.mark.usefixtures("present", "relayed")
def test_picture_goes_through_the_relay_alone(request: pytest.FixtureRequest) -> None:
    # Asked for here, so that the session begins in the present.
    pages = request.getfixturevalue("pages")
    agent, customer = pages("agent"), pages("customer")
    customer.add_init_script(KEEP)
    customer.reload()
    customer.get_by_role("button", name=SHARE).click()
    agent.locator("[data-mode=live]").wait_for()
    assert customer.evaluate(PAIR) == ["relay", "relay"]


@pytest.mark.usefixtures("relayed")
def test_credentials_that_are_over_are_refused(pages: Any) -> None:
    # The test's clock stands months before coturn's.
    agent, customer = pages("agent"), pages("customer")
    customer.get_by_role("button", name=SHARE).click()
    agent.locator("[data-mode=pictures]").wait_for()
    customer.locator("[data-mode=pictures]").wait_for()
