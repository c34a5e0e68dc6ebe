# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hooks that the worker asks, answered by the slice of jobs."""

from tresen.desk import Core, Desk
from tresen.hooks import specs


def test_hook_services(core: Core) -> None:
    brought = core.plugins.collect_named(specs.services)
    assert [service.name for plugin, service in brought if plugin == "jobs"] == ["queue"]


def test_hook_jobs(core: Core) -> None:
    brought = core.plugins.collect_named(specs.jobs)
    assert [job.name for plugin, job in brought if plugin == "jobs"] == ["jobs.forget_old"]


def test_hook_search_sources(core: Core) -> None:
    assert [source.kind for source in core.plugins.collect(specs.search_sources)][:2] == [
        "ticket",
        "person",
    ]


def test_hook_health_checks(desk: Desk) -> None:
    states = {check.name: check.state for check in desk.gather(specs.health_checks)}
    assert {name: states[name] for name in ("jobs", "failed_jobs", "search")} == {
        "jobs": "good",
        "failed_jobs": "good",
        "search": "good",
    }


def test_hook_rest_blueprints(core: Core) -> None:
    brought = core.plugins.collect_named(specs.rest_blueprints)
    names = {(plugin, blueprint.name) for plugin, blueprint in brought if plugin == "people"}
    assert names == {("people", "rest_people"), ("people", "rest_organisations")}
