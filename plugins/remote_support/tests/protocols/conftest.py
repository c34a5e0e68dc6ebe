# SPDX-License-Identifier: AGPL-3.0-or-later
"""A session with its note, whose protocol has gone to the customer."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk, Message
from tresen_remote_support import states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols import queries, service
from tresen_remote_support.protocols.models import Protocol

NOTE = {"actions": "Set a tick.\nThe import runs.", "result": states.SOLVED, "minutes": 7}
Document = Callable[..., Protocol | None]


@pytest.fixture
def document(agent_desk: Desk, ended: RemoteSession) -> Document:
    """Return a function that writes down what was done, as the agent."""

    def go(*, is_sent_again: bool = False, **given: Any) -> Protocol | None:
        made = service.document(agent_desk, ended, NOTE | given, is_sent_again=is_sent_again)
        agent_desk.commit()
        return made

    return go


@pytest.fixture
def sent(document: Document) -> Protocol:
    """Return the protocol that went out with the note."""
    made = document()
    assert made is not None
    return made


@pytest.fixture
def letter(desk: Desk, sent: Protocol) -> Message:
    """Return the message that it is."""
    return desk.session.get_one(Message, sent.message_id)


@pytest.fixture
def whole(desk: Desk, ended: RemoteSession) -> RemoteSession:
    """Return the session with whom and what it names."""
    return queries.whole(desk, ended)
