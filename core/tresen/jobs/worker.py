# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker: keeps every declared service running, the queue's own among them.

A service that raises is started again after a pause; it never takes the others with it.
"""

import time
from threading import Event, Thread
from typing import cast

from tresen import i18n
from tresen.desk import Core
from tresen.hooks import specs
from tresen.hooks.records import Service
from tresen.jobs.queue import beat, declared_jobs, has_work, plan_periodic, run_next
from tresen.log import log

# Seconds between looks at the queue when nothing wakes the worker earlier.
POLL = 1.0
# Seconds between signs of life, and jobs between looks whether one is due.
BEAT = 30.0
AT_ONCE = 20
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


def run_worker(core: Core, stop: Event) -> None:
    """Run all services until `stop` is set; return when every one has ended."""
    found = core.plugins.collect(specs.services)
    threads = [
        Thread(target=keep_running, args=(core, each, stop), name=each.name) for each in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def keep_running(core: Core, service: Service, stop: Event) -> None:
    """Run one service until `stop` is set; start it again whenever it raises.

    Nobody reads over its shoulder: what it writes is in the language of the desk.
    """
    i18n.use(i18n.catalogues(core).language(core.config.language))
    pause = FIRST_PAUSE
    while not stop.is_set():
        try:
            service.run(core, stop)
        except Exception as error:  # the worker outlives its services
            log.exception("service_failed", service=service.name, again_in=pause)
            core.plugins.keep_error_of(service.name, error)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return


def run_queue(core: Core, stop: Event) -> None:
    """Run queued and periodic jobs until `stop` is set."""
    jobs, wake = declared_jobs(core), wake_up(core)
    next_beat = 0.0
    while not stop.is_set():
        wake.clear()
        if time.monotonic() >= next_beat:
            beat(core)
            next_beat = time.monotonic() + BEAT
        if not has_work(core, jobs):
            wake.wait(POLL)
            continue
        plan_periodic(core, jobs)
        for _turn in range(AT_ONCE):
            if stop.is_set() or not run_next(core, jobs):
                break


def wake_up(core: Core) -> Event:
    """Return what a worker in this process waits for; set after a commit that queued work."""
    return cast("Event", core.shelf.setdefault("wake", Event()))
