# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker that is gone is seen in health, and the next takes up what it began (F12, F52)."""

from mail.letters import letter, store_all
from mail.servers import rows
from tresen.desk import Core, desk_for
from tresen.hooks import specs
from tresen.jobs import queue
from tresen.mail import inbound
from tresen.mail.inbound import process
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser
from tresen.testing.fixtures import SteppedClock


def state(core: Core) -> tuple[str, str]:
    """What health says about the worker."""
    with desk_for(core) as desk:
        found = next(c for c in desk.gather(specs.health_checks) if c.name == "worker")
    return found.state, found.sentence


def test_worker_that_never_ran_is_missed(core: Core) -> None:
    assert state(core) == ("warning", "No worker has run yet: start `tresen worker`.")


def test_fault_f12_worker_that_is_gone_is_seen_and_its_work_taken_up(
    core: Core, clock: SteppedClock
) -> None:
    queue.beat(core)
    assert state(core) == ("good", "A worker is running.")
    store_all(core, [letter()])
    inbound._claim(core, 10)  # and there it died
    clock.go(minutes=4)
    assert state(core) == (
        "bad",
        "No worker was seen for 4 minutes: start `tresen worker`.",
    )
    queue.beat(core)
    with Parser() as parser:
        assert process(core, parser) == 1
    assert state(core) == ("good", "A worker is running.")
    assert [row.outcome for row in rows(core, InboundMail)] == ["message"]
