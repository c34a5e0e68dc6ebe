# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each verdict of the plan, with the sentence that says why."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hooks.workshop import HOOK, Workshop
from packaging.version import Version
from tresen import migrate
from tresen.admin.plan import PAUSED, UNKNOWN, WORKS, Plan, Verdict, in_words, make_plan
from tresen.admin.target import Target, Wheel
from tresen.cli import main
from tresen.desk import Core
from tresen.errors import Misconfigured
from tresen.revisions import Chain, chains_of
from tresen.testing.statements import recorded
from upgrade.conftest import at_revision
from upgrade.schema import schema_of

Start = Callable[[], Core]
QUIET = f"{HOOK}def permissions(): return []\n"
STEP = """
from alembic import op
revision = "0001"
down_revision = None
def upgrade():
    op.execute("CREATE TABLE tap_pipe (id INTEGER PRIMARY KEY)")
"""


def verdict(core: Core, target: Target, failing: dict[str, str] | None = None) -> Verdict:
    """Return what the plan says of the plugin tap."""
    plan = make_plan(core, target, failing or {})
    return next(found for found in plan.verdicts if found.plugin == "tap")


def wheel(number: str, *requires: str) -> Wheel:
    return Wheel("tresen-tap", Version(number), requires)


@pytest.mark.parametrize(
    ("needs", "planned", "end"),
    [
        # A range with an end is the author's word.
        ("tresen<2", "1.0", ""),
        ("tresen~=1.0", "1.4", ""),
        ("tresen==1.0", "1.0", ""),
        # Before 1.0 another minor number is another series, from then on another major one.
        ("tresen", "0.1.9", ""),
        ("tresen", "0.2", "0.1.0"),
        ("tresen>=0.1", "1.0", "0.1.0"),
        ("tresen>=1.2", "1.9", ""),
        ("tresen>=1.2", "2.0", "1.2"),
        ("tresen>=1.2,!=1.3", "2.0", "1.2"),
    ],
)
def test_unknown_is_what_lies_beyond_the_tested_range(
    workshop: Workshop, lenient: Start, needs: str, planned: str, end: str
) -> None:
    workshop.make("tap", QUIET, needs=needs)
    found = verdict(lenient(), Target({"tresen": planned}))
    sentence = f"Its tested range ends at tresen {end}: it names no upper end of its own."
    expected = Verdict("tap", UNKNOWN, "1", sentence) if end else Verdict("tap", WORKS, "1")
    assert found == expected


def test_version_that_is_pinned_but_not_at_hand_is_unknown(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("tap", QUIET, needs="tresen<1")
    target = Target({"tresen-tap": "2"}, (wheel("3", "tresen<1"),))
    sentence = "What tresen-tap 2 needs is not known here: --wheelhouse with its wheel."
    assert verdict(lenient(), target) == Verdict("tap", UNKNOWN, "1", sentence)


@pytest.mark.parametrize(
    ("pins", "outcome", "update"),
    [
        ({"tresen-tap": "2"}, WORKS, "2"),
        # Held where it is, no wheel may help it.
        ({"tresen-tap": "1", "tresen": "1"}, PAUSED, ""),
        ({"tresen": "1"}, WORKS, "2"),
        # It works as it is: nobody has to update it.
        ({}, WORKS, ""),
        ({"tresen": "2"}, PAUSED, ""),
    ],
)
def test_update_is_named_where_it_is_pinned_or_where_it_helps(
    workshop: Workshop, lenient: Start, pins: dict[str, str], outcome: str, update: str
) -> None:
    workshop.make("tap", QUIET, needs="tresen<1")
    found = verdict(lenient(), Target(pins, (wheel("2", "tresen<2"), wheel("0.5", "tresen<9"))))
    assert (found.outcome, found.update) == (outcome, update)


def test_update_beyond_its_tested_range_is_unknown(workshop: Workshop, lenient: Start) -> None:
    workshop.make("tap", QUIET, needs="tresen<1")
    found = verdict(lenient(), Target({"tresen": "1"}, (wheel("2", "tresen>=0.1"),)))
    assert (found.outcome, found.update) == (UNKNOWN, "2")


def test_other_distributions_that_come_along_count_too(workshop: Workshop, lenient: Start) -> None:
    workshop.make("tap", QUIET, needs="not-there>=2")
    core = lenient()
    missing = "It needs not-there>=2, which is not installed: pip install 'not-there>=2'"
    old = "It needs not-there>=2, but not-there 1 is installed."
    found = [verdict(core, Target({"not-there": number})) for number in ("2", "1")]
    assert [verdict(core, Target()), *found] == [
        Verdict("tap", PAUSED, "1", missing),
        Verdict("tap", WORKS, "1"),
        Verdict("tap", PAUSED, "1", old),
    ]


def test_requirement_that_nobody_can_read_pauses_as_it_does_at_start(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("tap", QUIET, needs="tresen >>> 1")
    core = lenient()
    found = verdict(core, Target())
    assert (found.outcome, found.sentence) == (PAUSED, core.plugins.set_aside["tap"])


def test_pending_revisions_are_named_and_failing_ones_pause(
    workshop: Workshop, lenient: Start
) -> None:
    workshop.make("tap", QUIET, needs="tresen<1", **{"migrations/0001_pipe.py": STEP})
    core = lenient()
    assert verdict(core, Target()) == Verdict("tap", WORKS, "1", pending=("0001",))
    assert verdict(core, Target(), {"tap": "KeyError: lost"}) == Verdict(
        "tap", PAUSED, "1", "Its revisions fail: KeyError: lost"
    )


def test_failing_revisions_of_the_core_refuse_the_whole_plan(core: Core) -> None:
    assert make_plan(core, Target(), {"core": "KeyError: lost"}).pending == ()
    with at_revision(core, "0010"):
        with pytest.raises(Misconfigured, match=r"^The core's own revisions fail: KeyError: lost$"):
            make_plan(core, Target(), {"core": "KeyError: lost"})
        here, there = (make_plan(core, Target(pins), {}) for pins in ({}, {"tresen": "0.1.1"}))
    assert (here.pending[0], there.pending) == ("0011", ())


def test_plan_changes_nothing(core: Core) -> None:
    with recorded(core.engine) as statements:
        make_plan(core, Target(), {})
    assert {statement.split()[0] for statement, _ in statements} <= {"BEGIN", "PRAGMA", "SELECT"}


def test_rehearsal_leaves_nothing_and_names_who_fails(
    workshop: Workshop, lenient: Start, tmp_path: Path
) -> None:
    workshop.make("tap", QUIET, **{"migrations/0001_pipe.py": STEP})
    core = lenient()
    before = schema_of(core.engine)
    folder = tmp_path / "afoul"
    folder.mkdir()
    (folder / "0001_step.py").write_text(f"{STEP}    raise OSError('the disk\\nis full')\n")
    chains = [Chain("afoul", folder), *chains_of(core.plugins)]
    assert migrate.rehearse(core.engine, chains) == {"afoul": "OSError: the disk"}
    assert schema_of(core.engine) == before
    # The foreign keys are on again for whoever comes next.
    assert migrate.rehearse(core.engine, chains[1:]) == {}


def test_plan_is_told_in_one_line_for_each_plugin() -> None:
    verdicts = [
        Verdict("drain", WORKS, "1", update="2"),
        Verdict("sink", PAUSED, "1", "It drips."),
        Verdict("tap", WORKS, "1.2", pending=("0003", "0004")),
    ]
    assert [" ".join(line.split()) for line in in_words(Plan("0.1", ("0012",), verdicts))] == [
        "tresen 0.1 works, runs 0012",
        "drain 1 works after update to 2",
        "sink 1 will be paused: It drips.",
        "tap 1.2 works, runs 0003, 0004",
    ]


@pytest.mark.parametrize("words", [["--rehearse"], ["--wheelhouse", "."], ["setup.cfg"]])
def test_words_of_the_plan_without_it_upgrade_nothing(
    upgrade: Callable[..., Result],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setup.cfg").touch()
    result = upgrade(*words)
    assert result.exit_code == 2
    assert "CONSTRAINTS, --wheelhouse and --rehearse go with --plan." in result.output


@pytest.mark.parametrize("how", [(), ("--rehearse",)])
def test_plan_without_a_data_folder_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TRESEN_DATA_DIR", str(tmp_path / "none"))
    done = CliRunner().invoke(main, ["upgrade", "--plan", *how])
    away = "The database cannot be opened (unable to open database file)"
    sentence = f"Error: {away}: start it, or make one with tresen init.\n"
    assert (done.exit_code, done.output) == (1, sentence)
    assert list(tmp_path.iterdir()) == []
