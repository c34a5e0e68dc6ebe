# SPDX-License-Identifier: AGPL-3.0-or-later
"""Releases are compared with advisories of ours and of other plugins; what was found stays."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from bills_of_tests import BUOY, CRANE, ROPE, as_bytes, cyclonedx
from records_of_osv import affected, record
from sqlalchemy import select
from tresen.sdk import Desk, Product, ProductVersion
from tresen.testing.statements import recorded
from tresen_licensing import hooks
from tresen_licensing.advisories import findings, matching, queries, service, states
from tresen_licensing.advisories.models import Advisory, AdvisoryFinding
from tresen_licensing.advisories.service import Taken
from tresen_licensing.components import service as components
from tresen_licensing.components.models import Bom
from tresen_licensing.components.service import MATCH
from tresen_licensing.models import Base
from tresen_licensing.portfolio.files import Upload

Know = Callable[..., Taken]
Look = Callable[[], Sequence[AdvisoryFinding]]
TakeIn = Callable[..., Bom]
NEWER = "2026-03-05T10:00:00Z"
CLEARED = [affected({"introduced": "0"}, {"fixed": "1.0"})]


def told(found: Sequence[AdvisoryFinding]) -> list[tuple[str, str, str, bool]]:
    """Return advisory, component, status and whether it ended."""
    return [
        (each.advisory.osv_id, each.component, each.status, each.ended_at is not None)
        for each in found
    ]


def queued(desk: Desk) -> list[Any]:
    """Return the arguments of the comparisons that wait."""
    job = Base.metadata.tables["queued_job"].c
    return list(desk.session.scalars(select(job.arguments).where(job.name == MATCH)))


def test_component_that_is_named_is_found(
    version: ProductVersion, bom: Bom, know: Know, look: Look
) -> None:
    know()
    (found,) = look()
    assert told([found]) == [("TEST-1", "harbour/crane 2.0", "under_investigation", False)]
    assert (found.version_id, found.verdict, found.purl, found.package) == (
        *(version.id, states.NAMED, "pkg:pypi/crane@2.0", "pkg:pypi/crane"),
    )


def test_looking_twice_finds_nothing_new(bom: Bom, know: Know, look: Look) -> None:
    know()
    first = [(each.id, each.revision) for each in look()]
    assert [(each.id, each.revision) for each in look()] == first


def test_version_that_is_not_named_is_not_found(bom: Bom, know: Know, look: Look) -> None:
    know(record(affected=CLEARED))
    assert look() == []


@pytest.mark.parametrize("said", ["", "trunk"])
def test_version_that_cannot_be_compared_is_found_as_unknown(
    take_in: TakeIn, know: Know, look: Look, said: str
) -> None:
    purl = f"pkg:pypi/crane@{said}" if said else "pkg:pypi/crane"
    take_in({**CRANE, "version": said, "purl": purl})
    know(record(affected=CLEARED))
    assert [(each.verdict, each.status) for each in look()] == [("unknown", "under_investigation")]


def test_component_without_version_has_that_of_its_purl(
    take_in: TakeIn, know: Know, look: Look
) -> None:
    take_in({key: value for key, value in CRANE.items() if key != "version"})
    know()
    assert [each.component_version for each in look()] == ["2.0"]


def test_components_without_purl_are_counted(
    agent_desk: Desk, take_in: TakeIn, know: Know, look: Look
) -> None:
    made = take_in(CRANE, ROPE, {**BUOY, "purl": "pkg:deb/debian/crane@2.0"})
    know()
    assert (len(look()), queries.nameless(agent_desk, made.id)) == (1, 2)


def test_two_releases_have_a_finding_each(
    agent_desk: Desk, version: ProductVersion, bom: Bom, know: Know, look: Look
) -> None:
    other = ProductVersion(product_id=version.product_id, number="4.2")
    agent_desk.session.add(other)
    agent_desk.session.flush()
    components.take_in(agent_desk, other, Upload("b.json", as_bytes(cyclonedx(CRANE))))
    know()
    found = [(each.version_id, each.component) for each in look()]
    assert found == [(each, "harbour/crane 2.0") for each in (version.id, other.id)]


def test_component_that_is_gone_ends_its_finding_and_comes_back(
    take_in: TakeIn, know: Know, look: Look, bom: Bom
) -> None:
    know()
    look()
    take_in(ROPE)
    ended = told(look())
    take_in(CRANE)
    assert (ended, told(look())) == (
        [("TEST-1", "harbour/crane 2.0", "under_investigation", True)],
        [("TEST-1", "harbour/crane 2.0", "under_investigation", False)],
    )


def test_newer_record_that_names_it_no_more_ends_the_finding(
    know: Know, look: Look, finding: AdvisoryFinding
) -> None:
    know(record(modified=NEWER, affected=CLEARED))
    assert [each.ended_at is not None for each in look()] == [True]


def test_newer_record_about_another_package_ends_the_finding(
    know: Know, look: Look, finding: AdvisoryFinding
) -> None:
    know(record(modified=NEWER, affected=[affected(name="derrick")]))
    assert [each.ended_at is not None for each in look()] == [True]


def test_newer_answer_about_another_package_ends_the_finding(
    knower: Any, look: Look, finding: AdvisoryFinding
) -> None:
    knower.answer = [record(modified=NEWER, affected=[affected(name="derrick")])]
    assert [each.ended_at is not None for each in look()] == [True]
    knower.answer = []
    assert [each.ended_at is not None for each in look()] == [True]


def test_withdrawn_advisory_counts_no_more(
    know: Know, look: Look, finding: AdvisoryFinding
) -> None:
    know(record(modified=NEWER, withdrawn=NEWER))
    assert [each.ended_at is not None for each in look()] == [True]


def test_what_was_judged_stays_when_releases_are_compared_again(
    agent_desk: Desk, look: Look, finding: AdvisoryFinding, take_in: TakeIn
) -> None:
    service.assess(agent_desk, finding, states.FIXED, "", "Patched.")
    agent_desk.commit()
    take_in(CRANE, ROPE)
    assert [(each.status, each.note, each.ended_at) for each in look()] == [
        ("fixed", "Patched.", None)
    ]


def test_import_of_a_bill_has_that_release_compared(
    agent_desk: Desk, version: ProductVersion, know: Know, request: pytest.FixtureRequest
) -> None:
    know()
    request.getfixturevalue("bom")
    assert queued(agent_desk) == [{"version_id": version.id}]
    (job,) = [each for each in hooks.jobs() if each.name == MATCH]
    job.run(agent_desk, version_id=version.id)
    assert len(queries.findings_of(agent_desk, version.id)) == 1


def test_comparing_one_release_leaves_the_others_alone(
    agent_desk: Desk, finding: AdvisoryFinding
) -> None:
    matching.match(agent_desk, finding.version_id + 1)
    assert [each.ended_at for each in queries.findings_of(agent_desk, None)] == [None]


def test_number_of_questions_does_not_grow_with_components(
    agent_desk: Desk, take_in: TakeIn, know: Know
) -> None:
    def statements(count: int) -> int:
        take_in(*(_numbered(each) for each in range(count)))
        know(record(f"TEST-{count}", affected=[affected(name=f"c{n}") for n in range(count)]))
        matching.match(agent_desk)
        agent_desk.commit()
        with recorded(agent_desk.core.engine) as found:
            matching.match(agent_desk)
        agent_desk.commit()
        return len(found)

    assert statements(3) == statements(30)


def _numbered(number: int) -> dict[str, Any]:
    name = f"c{number}"
    return {**CRANE, "bom-ref": name, "name": name, "purl": f"pkg:pypi/{name}@2.0"}


def test_hook_licensing_advisories(agent_desk: Desk, knower: Any, bom: Bom, look: Look) -> None:
    knower.answer = [record("OTHER-1"), record("OTHER-2", affected=[affected(name="derrick")])]
    found = look()
    assert knower.asked == [[{"purl": "pkg:pypi/crane", "ecosystem": "PyPI", "name": "crane"}]]
    assert told(found) == [("OTHER-1", "harbour/crane 2.0", "under_investigation", False)]
    assert list(agent_desk.session.scalars(select(Advisory.osv_id))) == ["OTHER-1"]


def test_hook_licensing_advisories_answers_with_what_was_imported(
    agent_desk: Desk, know: Know
) -> None:
    know(record(), record("TEST-2", affected=[affected(name="derrick")]))
    asked = [{"purl": "pkg:pypi/crane", "ecosystem": "PyPI", "name": "crane"}]
    assert [each["id"] for each in hooks.licensing_advisories(agent_desk, asked)] == ["TEST-1"]


@pytest.mark.parametrize(
    "answer",
    [ZeroDivisionError(), "words", ["words"], [{}], [{"id": 7}], [{"id": "X", "modified": "y"}]],
)
def test_answer_that_is_none_is_left_out_and_the_rest_kept(
    knower: Any, bom: Bom, know: Know, look: Look, answer: Any
) -> None:
    knower.answer = answer
    know()
    assert told(look()) == [("TEST-1", "harbour/crane 2.0", "under_investigation", False)]


def test_answer_that_is_no_advisory_is_told_of_until_it_is_one(
    agent_desk: Desk, knower: Any, bom: Bom, look: Look
) -> None:
    knower.answer = [record("OTHER-1", modified=None), record("OTHER-2", affected="all")]
    look()
    said = [(each.name, each.sentence) for each in queries.unread(agent_desk)]
    knower.answer = []
    look()
    assert (said, queries.unread(agent_desk)) == (
        [
            ("OTHER-1", "It does not say when it was modified."),
            ("OTHER-2", "“affected” is not what the OSV schema asks for."),
        ],
        [],
    )


@pytest.mark.parametrize("silence", [[], ZeroDivisionError()])
def test_plugin_that_falls_silent_ends_nothing(
    knower: Any, bom: Bom, look: Look, silence: Any
) -> None:
    knower.answer = [record("OTHER-1")]
    look()
    knower.answer = silence
    assert [each.ended_at for each in look()] == [None]


@pytest.mark.parametrize(("modified", "ended"), [(NEWER, True), ("2026-02-01T10:00:00Z", False)])
def test_last_modified_of_two_answers_counts(
    knower: Any, know: Know, bom: Bom, look: Look, modified: str, *, ended: bool
) -> None:
    know()
    look()
    knower.answer = [record(modified=modified, affected=CLEARED)]
    assert [each.ended_at is not None for each in look()] == [ended]


def test_check_says_what_nobody_judged(
    agent_desk: Desk, desk: Desk, finding: AdvisoryFinding, product: Product
) -> None:
    (check,) = findings.checks(agent_desk)
    service.assess(agent_desk, finding, states.AFFECTED, "", "Update.")
    assert (check.name, check.state, check.sentence) == (
        "licensing_advisories",
        "warning",
        "One finding of an advisory in a supported release is not judged.",
    )
    assert findings.checks(agent_desk) == []


def test_check_says_nothing_of_what_is_supported_no_more(
    agent_desk: Desk, finding: AdvisoryFinding
) -> None:
    row = agent_desk.session.get_one(ProductVersion, finding.version_id)
    row.support_until = agent_desk.today().replace(year=2020)
    agent_desk.session.flush()
    assert findings.checks(agent_desk) == []
