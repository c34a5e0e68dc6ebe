# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin that needs another goes and comes with it, and the plan knows that beforehand."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from admin.test_notices import rows
from admin.test_views import browser_of
from hooks.workshop import HOOK, Workshop
from packaging.version import Version
from shipped import SHIPPED
from tresen import app as application
from tresen import fitness
from tresen.admin.plan import PAUSED, STAYS_OFF, WORKS, make_plan
from tresen.admin.target import Target, Wheel
from tresen.config import Config
from tresen.desk import Core
from tresen.hooks import specs
from tresen.needs import circles, depth, reached

Start = Callable[[], Core]
QUIET = f"{HOOK}def permissions(): return []\n"
BROKEN = "import missing_module"
PATHLESS = f"""
from flask import Blueprint
blueprint = Blueprint("tap", __name__)
@blueprint.get("/")
def index(): return "No permission is named."
{HOOK}def blueprints(): return [blueprint]
"""
SET_ASIDE = "{} needs the plugin {}, which was set aside."


def outcomes(core: Core, target: Target | None = None) -> dict[str, tuple[str, str]]:
    plan = make_plan(core, target or Target(), {})
    return {
        found.plugin: (found.outcome, found.sentence)
        for found in plan.verdicts
        if found.plugin not in SHIPPED
    }


def test_plugin_goes_with_the_one_that_it_needs(workshop: Workshop, lenient: Start) -> None:
    # By name, who needs comes before who is needed.
    workshop.make("bath", QUIET, needs="tresen-tap")
    workshop.make("bathroom", QUIET, needs="Tresen.Bath>=1")
    workshop.make("tap", BROKEN)
    workshop.make("window", QUIET)
    plugins = lenient().plugins
    found = dict(plugins.set_aside)
    assert found.pop("tap").endswith("No module named 'missing_module'")
    assert found == {
        "bath": SET_ASIDE.format("bath", "tap"),
        "bathroom": SET_ASIDE.format("bathroom", "bath"),
    }
    assert {"window"} == set(plugins.taken_in) - set(SHIPPED)


def test_needed_one_is_taken_in_first(workshop: Workshop, lenient: Start) -> None:
    workshop.make("bath", QUIET, needs="tresen-tap")
    workshop.make("tap", QUIET)
    plugins = lenient().plugins
    own = [name for name in plugins.taken_in if name not in SHIPPED]
    assert (own, plugins.set_aside, plugins.needs["bath"]) == (["tap", "bath"], {}, {"tap"})


def test_plugin_waits_for_one_that_is_switched_off(config: Config, workshop: Workshop) -> None:
    workshop.make("bath", QUIET, needs="tresen-tap")
    workshop.make("tap", QUIET)
    core = application.create_core(replace(config, strict=False, plugins_off=("tap",)))
    assert core.plugins.set_aside["bath"] == "bath needs the plugin tap, which is switched off."
    assert outcomes(core) == {
        "bath": (PAUSED, "bath needs the plugin tap, which is switched off."),
        "tap": (STAYS_OFF, "It is switched off by the option plugins_off."),
    }
    core.engine.dispose()


def test_plugin_goes_with_one_whose_pages_are_refused(workshop: Workshop, lenient: Start) -> None:
    workshop.make("bath", QUIET, needs="tresen-tap")
    workshop.make("bathroom", QUIET, needs="tresen-bath")
    workshop.make("tap", PATHLESS)
    core = lenient()
    assert {"tap", "bath", "bathroom"} <= set(core.plugins.taken_in)
    fitness.check_pages(core)
    assert list(core.plugins.set_aside) == ["tap", "bath", "bathroom"]
    assert core.plugins.set_aside["bathroom"] == SET_ASIDE.format("bathroom", "bath")
    named = {name for name, _record in core.plugins.collect_named(specs.permissions)}
    assert named & {"tap", "bath", "bathroom"} == set()


def test_who_needs_a_part_of_a_circle_goes_with_it(workshop: Workshop, lenient: Start) -> None:
    workshop.make("hen", QUIET, needs="tresen-egg")
    workshop.make("egg", QUIET, needs="tresen-hen")
    workshop.make("omelette", QUIET, needs="tresen-egg")
    found = lenient().plugins.set_aside
    assert found == {
        "hen": "It and egg need each other; one of them must do without.",
        "egg": "It and hen need each other; one of them must do without.",
        "omelette": SET_ASIDE.format("omelette", "egg"),
    }


def test_need_behind_a_marker_that_does_not_hold_is_none(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("bath", QUIET, needs='tresen-tap; extra == "water"')
    workshop.make("tap", BROKEN)
    assert list(lenient().plugins.set_aside) == ["tap"]


def test_plan_pauses_who_needs_what_will_be_paused(workshop: Workshop, lenient: Start) -> None:
    workshop.make("bath", QUIET, needs="tresen-tap")
    workshop.make("bathroom", QUIET, needs="tresen-bath")
    workshop.make("tap", QUIET, needs="tresen<0.2")
    core = lenient()
    assert outcomes(core) == dict.fromkeys(("bath", "bathroom", "tap"), (WORKS, ""))
    tomorrow = outcomes(core, Target({"tresen": "0.2"}))
    assert tomorrow["tap"][0] == PAUSED
    assert (tomorrow["bath"], tomorrow["bathroom"]) == (
        (PAUSED, SET_ASIDE.format("bath", "tap")),
        (PAUSED, SET_ASIDE.format("bathroom", "bath")),
    )


def test_plan_brings_back_who_waits_for_what_an_update_mends(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("bath", QUIET, needs="tresen-tap")
    workshop.make("tap", QUIET, needs="tresen>=9")
    core = lenient()
    assert {name: outcome for name, (outcome, _why) in outcomes(core).items()} == {
        "bath": PAUSED,
        "tap": PAUSED,
    }
    mended = Target(wheels=(Wheel("tresen-tap", Version("2"), ("tresen<2",)),))
    assert outcomes(core, mended) == {"bath": (WORKS, ""), "tap": (WORKS, "")}


def test_plan_reads_what_the_planned_version_needs(workshop: Workshop, lenient: Start) -> None:
    workshop.make("bath", QUIET, needs="tresen<0.2")
    workshop.make("tap", BROKEN)
    wheel = Wheel("tresen-bath", Version("2"), ("tresen<2", "tresen-tap"))
    found = outcomes(lenient(), Target({"tresen": "0.2"}, wheels=(wheel,)))
    assert found["bath"] == (PAUSED, SET_ASIDE.format("bath", "tap"))


def test_plugins_page_shows_what_the_next_upgrade_makes_of_each(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("bath", QUIET, needs="tresen-tap")
    workshop.make("tap", BROKEN)
    workshop.make("window", QUIET, doc="Window: it opens.")
    page = browser_of(lenient(), "administrator").get("/admin/plugins").text
    shown = {row[0].partition("tresen-")[2]: row for row in rows(page)}
    assert [shown[name][3] for name in ("bath", "tap", "window")] == [
        "Will be paused",
        "Will be paused",
        "Works",
    ]
    assert shown["bath"][2].endswith(SET_ASIDE.format("bath", "tap"))


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ({"a": set(), "b": {"a"}}, {}),
        ({"a": {"a"}}, {"a": "It and a need each other; one of them must do without."}),
        ({"a": {"gone"}}, {}),
    ],
)
def test_circle_is_what_leads_back(needs: dict[str, set[str]], found: dict[str, str]) -> None:
    assert circles(needs) == found


def test_depth_counts_all_that_a_plugin_stands_on() -> None:
    needs = {"a": {"b"}, "b": {"c"}, "c": set()}
    assert [depth(needs, name) for name in ("a", "b", "c", "none")] == [2, 1, 0, 0]
    assert reached(needs, "a") == {"b", "c"}
