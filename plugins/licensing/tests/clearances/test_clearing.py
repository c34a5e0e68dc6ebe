# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes are looked at, and what was found is mended, answered, or told to be none."""

from collections.abc import Callable
from datetime import date

import pytest
from clearances.conftest import CLEAN, SPDX, Amend, Look, closed, looked, marked
from gits import Repository
from tresen.sdk import Desk, EmailAddress, Person, Refused
from tresen.testing import factories
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.service import Document
from tresen_licensing.changes import service as changing
from tresen_licensing.clearances import queries, service, states, words
from tresen_licensing.clearances.models import Finding
from tresen_licensing.clearances.queries import Review
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole
from tresen_licensing.journals.queries import entries_of

Acting = Callable[[Person], Desk]
PAPER = Document("signed.pdf", "application/pdf", b"%PDF-1.7")
SECRET = b'password = "S0mmer-2026"\n'


def only(review: Review, check: str) -> Finding:
    """Return the one finding of a check."""
    (found,) = [each for each in review.findings if each.check == check]
    return found


def test_clean_changes_pass_every_check(clean: Review) -> None:
    skipped = ["C09", "C12", "C13", "C17"]
    assert (clean.findings, marked(clean, states.NOT_APPLICABLE), clean.is_current) == (
        *([], skipped, True),
    )


@pytest.mark.parametrize(
    ("files", "check", "code"),
    [
        ({"src/quay.py": SPDX + SECRET}, "C07", "assigned"),
        ({".env": b"A=1\n"}, "C07", "file"),
        ({"src/quay.py": SPDX + b"# ask olga@gruenhafen.de\n"}, "C08", "email"),
        ({"src/quay.py": SPDX.replace(b"AGPL-3.0-or-later", b"SSPL-1.0")}, "C06", "clash"),
        ({"src/new.py": b"BERTHS = 4\n"}, "C05", "new"),
        ({"big.bin": b"\0" + bytes(range(1, 256)) * 500}, "C09", "large"),
        ({"locale/de/quay.po": b'msgid "a"\nmsgstr ""\n'}, "C12", "empty"),
    ],
)
def test_what_is_in_the_patches_is_found(
    look: Look, files: dict[str, bytes | None], check: str, code: str
) -> None:
    found = [each.code for each in look({**CLEAN, **files}).findings if each.check == check]
    assert found == [code]


def test_names_of_customers_in_the_words_are_found(look: Look, customer: Person) -> None:
    review = look(message=f"Change\n\n{customer.name} wants it.")
    one = only(review, "C08")
    assert (one.code, one.path, one.line, one.facts) == ("person", "", 3, "{}")


@pytest.mark.parametrize(("credit", "count"), [(terms.ANONYMOUS, 1), (terms.NAMED, 0)])
def test_customer_who_agreed_may_be_named(
    upstream: Development, amend: Amend, look: Look, credit: str, count: int
) -> None:
    upstream.organisation.name = "Molenkopf GmbH"
    amend(credit=credit)
    review = look({**CLEAN, "README": b"Made for Molenkopf.\n"})
    assert len([each for each in review.findings if each.check == "C08"]) == count


def test_without_sign_off_it_does_not_pass(look: Look) -> None:
    assert only(look(signed=False), "C04").code == "unsigned"


@pytest.mark.parametrize(("alias", "expected"), [(True, []), (False, ["other"])])
def test_alias_of_the_author_signs_off_as_well(
    desk: Desk, look: Look, repo: Repository, alias: bool, expected: list[str]
) -> None:
    made = factories.make_person(desk, "Dora Developer", "dora@tresen.example", role="agent")
    if alias:
        desk.session.add(EmailAddress(person_id=made.id, address="dora@work.example"))
    desk.commit()
    message = "Change\n\nSigned-off-by: Dora Developer <dora@work.example>"
    review = look(message=message, signed=False)
    assert [each.code for each in review.findings if each.check == "C04"] == expected


def test_conflict_with_upstream_is_a_warning(
    agent_desk: Desk, upstream: Development, look: Look, repo: Repository
) -> None:
    look()
    repo.git("checkout", "-q", "main")
    repo.commit({"src/quay.py": b"BERTHS = 9\n"}, "Upstream goes on")
    service.repositories.take_bundle(agent_desk, upstream, repo.bundle("main"))
    one = only(looked(agent_desk, upstream), "C03")
    assert (one.code, one.path, one.severity) == ("conflict", "src/quay.py", states.WARNING)


def test_unknown_base_blocks(
    agent_desk: Desk, upstream: Development, repo: Repository, series: bytes
) -> None:
    base = repo.text("rev-parse", "main").encode()
    changing.add(agent_desk, upstream, [series.replace(base, b"1" * 40)], "")
    review = looked(agent_desk, upstream)
    assert (only(review, "C01").code, review.marks["C02"]) == ("no_base", states.NOT_APPLICABLE)


def test_patch_of_five_megabytes_is_looked_at(look: Look) -> None:
    body = b"".join(b"%07d berths at quay %07d\n" % (each, each) for each in range(150_000))
    review = look({**CLEAN, "data.csv": body, "data.csv.license": SPDX[2:]})
    assert marked(review, states.FOUND) == []


def test_more_findings_than_are_kept_are_said(look: Look) -> None:
    review = look({**CLEAN, "src/quay.py": SPDX + SECRET * (service.MOST + 5)})
    found = [each for each in review.findings if each.check == "C07"]
    assert (len(found), words.sentence(found[-1]), words.may_answer(found[-1])) == (
        service.MOST + 1,
        "There are more: mend these, and look again.",
        False,
    )


def test_no_look_without_changes(agent_desk: Desk, development: Development) -> None:
    row = whole(agent_desk, development.reference)
    with pytest.raises(Refused, match="Send in the patches first"):
        service.check(agent_desk, row)


def test_no_look_at_what_is_cleared(agent_desk: Desk, upstream: Development) -> None:
    closed(agent_desk, upstream, way.READY)
    with pytest.raises(Refused, match="It is cleared"):
        service.check(agent_desk, upstream)


@pytest.fixture
def untested(look: Look) -> Review:
    """Return a look that found nothing but that there are no tests."""
    return look({name: body for name, body in CLEAN.items() if "test" not in name})


def test_warning_is_answered_with_a_reason(
    agent_desk: Desk, upstream: Development, untested: Review
) -> None:
    one = only(untested, "C10")
    service.answer(agent_desk, upstream, one, " Only words. ")
    review = queries.review(agent_desk, upstream)
    last = entries_of(agent_desk, upstream.id)[-1]
    assert review is not None
    assert (review.open, review.marks["C10"], one.answer, last.kind, last.note) == (
        *([], states.ANSWERED, "Only words.", "finding_answered", "Only words."),
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_answer_has_a_reason(
    agent_desk: Desk, upstream: Development, untested: Review, reason: str
) -> None:
    with pytest.raises(Refused, match="Please say why"):
        service.answer(agent_desk, upstream, only(untested, "C10"), reason)


def test_answer_is_given_once(agent_desk: Desk, upstream: Development, untested: Review) -> None:
    one = only(untested, "C10")
    service.answer(agent_desk, upstream, one, "Only words.")
    with pytest.raises(Refused, match="answered already"):
        service.answer(agent_desk, upstream, one, "Only words.")


def test_what_blocks_is_mended(second: Desk, upstream: Development, look: Look) -> None:
    review = look(signed=False)
    with pytest.raises(Refused, match="mended, not answered"):
        service.answer(second, upstream, only(review, "C04"), "Never mind.")


def test_secret_is_told_to_be_none_by_a_second_person_alone(
    agent_desk: Desk, second: Desk, upstream: Development, look: Look
) -> None:
    one = only(look({**CLEAN, "src/quay.py": SPDX + SECRET}), "C07")
    with pytest.raises(Refused, match="who sent in the changes"):
        service.answer(agent_desk, upstream, one, "A word of the manual.")
    service.answer(second, upstream, one, "A word of the manual.")
    assert one.answered_by_id == second.actor.person_id


def test_author_does_not_tell_a_secret_to_be_none(
    desk: Desk, acting: Acting, upstream: Development, look: Look
) -> None:
    author = factories.make_person(desk, "Dora Developer", "dora@tresen.example", role="agent")
    desk.commit()
    one = only(look({**CLEAN, "src/quay.py": SPDX + SECRET}), "C07")
    with pytest.raises(Refused, match="who wrote the patches"):
        service.answer(acting(author), upstream, one, "It is mine.")


def test_answers_are_kept_when_it_is_looked_at_again(
    agent_desk: Desk, upstream: Development, untested: Review
) -> None:
    service.answer(agent_desk, upstream, only(untested, "C10"), "Only words.")
    again = looked(agent_desk, upstream)
    assert (again.open, only(again, "C10").answer, again.clearance.id != untested.clearance.id) == (
        *([], "Only words.", True),
    )


def test_next_version_asks_anew(
    agent_desk: Desk, upstream: Development, untested: Review, look: Look
) -> None:
    service.answer(agent_desk, upstream, only(untested, "C10"), "Only words.")
    files = {name: body for name, body in CLEAN.items() if "test" not in name}
    again = look({**files, "README": b"Another\n"})
    assert only(again, "C10").answered_at is None


def test_deadline_that_passed_is_answered(
    agent_desk: Desk, upstream: Development, look: Look
) -> None:
    change = look().change
    day = date(2026, 1, 5)
    place = deployments.Place(upstream.organisation_id, None, day)
    deployments.deploy(agent_desk, upstream, change, place)
    one = only(looked(agent_desk, upstream), "C17")
    assert (words.sentence(one), words.may_answer(one)) == (
        "It should have been public by Feb 4, 2026.",
        True,
    )


@pytest.mark.parametrize(
    ("patch", "path", "line", "said"),
    [
        (None, "", None, ""),
        (2, "", None, "patch 2"),
        (2, "a.py", None, "patch 2, a.py"),
        (2, "a.py", 7, "patch 2, a.py:7"),
        (2, "", 7, "patch 2, line 7 of its words"),
    ],
)
def test_place_of_a_finding_is_said(
    patch: int | None, path: str, line: int | None, said: str
) -> None:
    assert words.place(Finding(patch=patch, path=path, line=line)) == said
