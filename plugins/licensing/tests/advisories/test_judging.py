# SPDX-License-Identifier: AGPL-3.0-or-later
"""Findings are judged in the words of VEX, owners are asked once, and OpenVEX says it all."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from bills_of_tests import CRANE, as_bytes, cyclonedx
from records_of_osv import affected, record
from sqlalchemy import select
from tresen.sdk import Desk, Installation, Message, Missing, Person, ProductVersion, Refused, Ticket
from tresen.testing import factories
from tresen_licensing.advisories import demo, privacy, queries, service, states, vex
from tresen_licensing.advisories.models import Advisory, AdvisoryFinding
from tresen_licensing.advisories.service import Taken
from tresen_licensing.components import service as components
from tresen_licensing.components.models import Bom
from tresen_licensing.portfolio import states as portfolio_states
from tresen_licensing.portfolio.files import Upload
from tresen_licensing.portfolio.models import Offering

Know = Callable[..., Taken]
Look = Callable[[], Sequence[AdvisoryFinding]]
Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
NEVER_RUN = "vulnerable_code_not_in_execute_path"


def told(row: AdvisoryFinding) -> tuple[str, str, str]:
    """Return what is said of a finding."""
    return row.status, row.justification, row.note


@pytest.mark.parametrize(
    ("status", "justification", "note"),
    [
        (states.UNDER_INVESTIGATION, "", ""),
        (states.AFFECTED, "", "Update to 4.2."),
        (states.FIXED, "", ""),
        *((states.NOT_AFFECTED, each, "") for each in states.JUSTIFICATIONS),
    ],
)
def test_finding_is_judged(
    agent_desk: Desk,
    agent: Person,
    finding: AdvisoryFinding,
    status: str,
    justification: str,
    note: str,
) -> None:
    service.assess(agent_desk, finding, status, justification, f" {note} ")
    assert told(finding) == (status, justification, note)
    assert (finding.assessed_at, finding.assessed_by_id, finding.revision) == (
        *(agent_desk.now(), agent.id, 2),
    )


def test_judging_is_noted(agent_desk: Desk, finding: AdvisoryFinding, journal: Journal) -> None:
    service.assess(agent_desk, finding, states.NOT_AFFECTED, NEVER_RUN, "")
    service.assess(agent_desk, finding, states.NOT_AFFECTED, NEVER_RUN, "Once more.")
    agent_desk.commit()
    assert journal("licensing.advisory_finding") == [
        ("assessed", "status", "under_investigation", "not_affected"),
        ("assessed", "justification", "", NEVER_RUN),
        ("assessed", "", None, None),
    ]


@pytest.mark.parametrize(
    ("status", "justification", "note", "sentence"),
    [
        ("sound", "", "", "Please choose where it stands."),
        ("not_affected", "", "So.", "Please choose why the release is not affected."),
        ("not_affected", "so", "So.", "Please choose why the release is not affected."),
        ("affected", "", " ", "Please say what is to be done about it."),
    ],
)
def test_what_vex_asks_for_is_demanded(
    agent_desk: Desk,
    finding: AdvisoryFinding,
    status: str,
    justification: str,
    note: str,
    sentence: str,
) -> None:
    with pytest.raises(Refused) as refusal:
        service.assess(agent_desk, finding, status, justification, note)
    assert (refusal.value.sentence, told(finding)) == (sentence, ("under_investigation", "", ""))


def test_justification_stays_with_not_affected_alone(
    agent_desk: Desk, finding: AdvisoryFinding
) -> None:
    service.assess(agent_desk, finding, states.FIXED, NEVER_RUN, "")
    assert told(finding) == ("fixed", "", "")


def test_same_component_of_other_releases_is_judged_alike(
    agent_desk: Desk, finding: AdvisoryFinding, look: Look
) -> None:
    product = agent_desk.session.get_one(ProductVersion, finding.version_id).product_id
    for number, version in (("4.2", "2.0"), ("4.3", "2.1")):
        other = ProductVersion(product_id=product, number=number)
        agent_desk.session.add(other)
        agent_desk.session.flush()
        part = {**CRANE, "version": version, "purl": f"pkg:pypi/crane@{version}"}
        components.take_in(agent_desk, other, Upload("b.json", as_bytes(cyclonedx(part))))
    look()
    service.assess(agent_desk, finding, states.NOT_AFFECTED, NEVER_RUN, "Not called.")
    service.assess_alike(agent_desk, finding)
    found = [(each.component_version, each.status) for each in look()]
    assert found == [
        ("2.0", "not_affected"),
        ("2.0", "not_affected"),
        ("2.1", "under_investigation"),
    ]


def test_owner_gets_a_ticket_that_names_releases_and_customers(
    agent_desk: Desk,
    agent: Person,
    offering: Offering,
    installation: Installation,
    finding: AdvisoryFinding,
) -> None:
    row = queries.advisory(agent_desk, finding.advisory_id)
    ticket = service.ask_owner(agent_desk, row, offering.product_id)
    (message,) = agent_desk.session.scalars(select(Message).where(Message.ticket_id == ticket.id))
    assert (ticket.owner_id, ticket.requester_id, ticket.product_id) == (
        *(agent.id, None, offering.product_id),
    )
    product = queries.finding(agent_desk, finding.id).version.product.name
    customer = queries.installations(agent_desk, [finding.version_id])[0].organisation.name
    assert ticket.subject == f"TEST-1 in {product}"
    assert message.body.split("\n\n")[:5] == [
        "The crane drops what it lifts",
        "Releases that hold what it names:",
        f"- {product} 4.1: harbour/crane 2.0, under investigation",
        "Customers were not told. Where it runs:",
        f"- {customer}",
    ]
    assert message.body.endswith(f"/licensing/advisories/{row.id}")


def test_second_ticket_about_the_same_is_refused(
    agent_desk: Desk, offering: Offering, finding: AdvisoryFinding
) -> None:
    row = queries.advisory(agent_desk, finding.advisory_id)
    ticket = service.ask_owner(agent_desk, row, offering.product_id)
    with pytest.raises(Refused) as refusal:
        service.ask_owner(agent_desk, row, offering.product_id)
    assert refusal.value.sentence == f"Ticket {ticket.number} is about it already."


def test_product_without_an_owner_gets_a_ticket_for_its_team(
    agent_desk: Desk, product: Any, finding: AdvisoryFinding
) -> None:
    row = queries.advisory(agent_desk, finding.advisory_id)
    ticket = service.ask_owner(agent_desk, row, product.id)
    assert (ticket.owner_id, queries.tickets(agent_desk, row.id)[product.id].ticket.id) == (
        *(None, ticket.id),
    )


def test_ticket_about_a_product_without_findings_is_refused(
    agent_desk: Desk, bought: Any, finding: AdvisoryFinding
) -> None:
    row = queries.advisory(agent_desk, finding.advisory_id)
    with pytest.raises(Refused) as refusal:
        service.ask_owner(agent_desk, row, bought.id)
    assert refusal.value.sentence == "Nothing of it is found in this product."
    assert agent_desk.session.scalars(select(Ticket.id)).all() == []


def document(desk: Desk, version_id: int) -> dict[str, Any]:
    """Return the OpenVEX document of a release, read as JSON."""
    row = queries.finding(desk, queries.of_release(desk, version_id)[0].id).version
    found: dict[str, Any] = json.loads(vex.document(desk, row))
    return found


def test_document_says_what_was_found(
    agent_desk: Desk, finding: AdvisoryFinding, version: ProductVersion
) -> None:
    found = document(agent_desk, version.id)
    (statement,) = found.pop("statements")
    moment = agent_desk.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    base = agent_desk.config.base_url
    assert found == {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": f"{base}/licensing/portfolio/versions/{version.id}/vex.json",
        "author": agent_desk.config.operator or base,
        "timestamp": moment,
        "version": 1,
    }
    code = queries.finding(agent_desk, finding.id).version.product.code
    assert statement == {
        "vulnerability": {"name": "TEST-1", "aliases": ["CVE-2026-1"]},
        "timestamp": moment,
        "products": [
            {
                "@id": f"pkg:generic/{code}@4.1",
                "subcomponents": [{"@id": "pkg:pypi/crane@2.0"}],
            }
        ],
        "status": "under_investigation",
    }


@pytest.mark.parametrize(
    ("status", "justification", "words"),
    [
        ("affected", "", {"action_statement": "So."}),
        ("fixed", "", {"status_notes": "So."}),
        (
            "not_affected",
            NEVER_RUN,
            {"justification": NEVER_RUN, "impact_statement": "So."},
        ),
    ],
)
def test_document_puts_the_note_where_its_status_wants_it(
    agent_desk: Desk,
    finding: AdvisoryFinding,
    status: str,
    justification: str,
    words: dict[str, str],
) -> None:
    service.assess(agent_desk, finding, status, justification, "So.")
    found = document(agent_desk, finding.version_id)
    (statement,) = found["statements"]
    usual = ("vulnerability", "timestamp", "products")
    said = {name: value for name, value in statement.items() if name not in usual}
    assert (found["version"], said) == (2, {"status": status, **words})


def test_document_is_the_same_until_something_changes(
    agent_desk: Desk, finding: AdvisoryFinding, look: Look
) -> None:
    row = queries.finding(agent_desk, finding.id).version
    before = vex.document(agent_desk, row)
    look()
    same = vex.document(agent_desk, row)
    service.assess(agent_desk, finding, states.FIXED, "", "")
    assert (same == before, vex.document(agent_desk, row) == before) == (True, False)


def test_release_without_findings_has_no_document(
    agent_desk: Desk, version: ProductVersion, bom: Bom
) -> None:
    with pytest.raises(Missing):
        vex.document(agent_desk, agent_desk.session.get_one(ProductVersion, version.id))


def test_person_is_told_what_they_imported_and_judged(
    agent_desk: Desk, agent: Person, finding: AdvisoryFinding
) -> None:
    service.assess(agent_desk, finding, states.NOT_AFFECTED, NEVER_RUN, "Read it.")
    found = {str(each.title): list(each.rows) for each in privacy.data_sets(agent_desk, agent)}
    assert found == {
        "Advisories imported": [{"advisories": 1, "imported_at": agent_desk.now()}],
        "Findings of advisories judged": [
            {
                "advisory": "TEST-1",
                "component": "harbour/crane 2.0",
                "status": "not_affected",
                "justification": NEVER_RUN,
                "note": "Read it.",
                "assessed_at": agent_desk.now(),
            }
        ],
    }


def test_others_are_told_nothing(
    agent_desk: Desk, customer: Person, finding: AdvisoryFinding
) -> None:
    assert [list(each.rows) for each in privacy.data_sets(agent_desk, customer)] == [[], []]


def test_erased_person_leaves_and_what_they_said_stays(
    desk: Desk, agent_desk: Desk, agent: Person, finding: AdvisoryFinding
) -> None:
    service.assess(agent_desk, finding, states.FIXED, "", "Anna Agent patched it.")
    agent_desk.commit()
    factories.erase_person(desk, desk.session.get_one(Person, agent.id))
    desk.commit()
    agent_desk.session.expire_all()
    found = queries.finding(agent_desk, finding.id)
    (row,) = agent_desk.session.scalars(select(Advisory))
    assert (*told(found), found.assessed_by_id, row.taken_in_by_id) == (
        *("fixed", "", "[…] patched it.", None, None),
    )


def test_demo_finds_judges_and_leaves_open(
    agent_desk: Desk, product: Any, version: ProductVersion, take_in: Callable[..., Bom]
) -> None:
    product.kind = portfolio_states.OWN
    driver, font = (
        {"type": "library", "bom-ref": name, "name": name, "version": number}
        | {"purl": f"pkg:generic/{name}@{number}"}
        for name, number in (("scanner-driver", "1.9"), ("label-font", "2.1"))
    )
    take_in(driver, font)
    demo.fill(agent_desk, {"products": [product]})
    found = [
        (each.advisory.osv_id, each.verdict, each.status)
        for each in queries.of_release(agent_desk, version.id)
    ]
    assert found == [
        ("DEMO-2026-0001", "named", "under_investigation"),
        ("DEMO-2026-0002", "named", "not_affected"),
        ("DEMO-2026-0003", "unknown", "under_investigation"),
    ]


def test_demo_without_products_shows_none(agent_desk: Desk) -> None:
    demo.fill(agent_desk, {})
    assert queries.count(agent_desk) == 0


def test_gravest_stands_first(agent_desk: Desk, bom: Bom, know: Know, look: Look) -> None:
    words = {"LOW": "low", "CRITICAL": "critical", "": ""}
    for place, word in enumerate(words):
        own = {"severity": [], "database_specific": {"severity": word}}
        know(record(f"TEST-{place}", affected=[affected()], **own))
    know(record("TEST-9"))
    look()
    found = [each.advisory.osv_id for each in queries.page(agent_desk, "open")]
    assert found == ["TEST-9", "TEST-1", "TEST-0", "TEST-2"]
