# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes wrong in real life: each case by real patches, from git to the finding."""

import pytest
from clearances.conftest import CLEAN, SPDX, Amend, Files, Look, looked
from gits import Repository
from tresen.sdk import Desk, EmailAddress
from tresen.testing import factories
from tresen_licensing.changes import service as changing
from tresen_licensing.clearances import states
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments import service as developing
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole
from tresen_licensing.repositories import service as repositories

WORD = b'password = "S0mmer-2026"\n'
SPLIT = b"SPDX-License-" + b"Identifier: "


def sent(desk: Desk, row: Development, repo: Repository, *steps: Files) -> Review:
    """Send in one patch for each step, and look at them."""
    repo.git("checkout", "-q", "-B", "change", "main")
    base = repo.text("rev-parse", "main")
    for number, files in enumerate(steps):
        repo.commit(files, f"Step {number}")
    changing.add(desk, row, [repo.series(base, "--binary")], "")
    return looked(desk, row)


def told(review: Review, check: str) -> list[tuple[str, int | None, str, int | None]]:
    """Return code and place of what a check found."""
    return [
        (each.code, each.patch, each.path, each.line)
        for each in review.findings
        if each.check == check
    ]


def test_password_that_a_later_patch_takes_out_is_still_public(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    review = sent(agent_desk, upstream, repo, {"src/quay.py": SPDX + WORD}, CLEAN)
    assert told(review, "C07") == [("assigned", 1, "src/quay.py", 2)]


def test_password_that_was_public_before_and_goes_is_no_finding(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    repo.git("checkout", "-q", "main")
    repo.commit({"old.py": SPDX + WORD}, "Long ago")
    repositories.take_bundle(agent_desk, upstream, repo.bundle("main"))
    review = sent(agent_desk, upstream, repo, {**CLEAN, "old.py": SPDX + b"x = 1\n"})
    assert told(review, "C07") == []


def test_file_that_goes_needs_no_licence(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    review = sent(agent_desk, upstream, repo, {**CLEAN, "README": None})
    assert told(review, "C05") == []


def test_file_of_a_vendor_inside_is_found(look: Look) -> None:
    review = look({**CLEAN, "src/vendor.js": b"// " + SPLIT + b"BUSL-1.1\nx = 1;\n"})
    assert told(review, "C06") == [("clash", 1, "src/vendor.js", 1)]


def test_name_of_a_customer_in_a_fixture_is_found(
    upstream: Development, agent_desk: Desk, look: Look
) -> None:
    upstream.organisation.name = "Molenkopf GmbH"
    agent_desk.commit()
    review = look({**CLEAN, "tests/data.csv": b"id,name\n1,MOLENKOPF\n"})
    assert told(review, "C08") == [("organisation", 1, "tests/data.csv", 2)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"K\xe4nguru olga@gruenhafen.de\n", [("email", 1, "a.txt", 1)]),
        (b"one\r\nolga@gruenhafen.de\r\n", [("email", 1, "a.txt", 2)]),
        (b"one\n\n\nolga@gruenhafen.de", [("email", 1, "a.txt", 4)]),
        (b"\xef\xbb\xbfolga@gruenhafen.de\n", [("email", 1, "a.txt", 1)]),
        (b"", []),
    ],
)
def test_bytes_of_any_kind_are_read(
    look: Look, body: bytes, expected: list[tuple[str, int, str, int]]
) -> None:
    assert told(look({**CLEAN, "a.txt": body}), "C08") == expected


def test_name_of_a_file_may_have_any_letters(look: Look) -> None:
    review = look({**CLEAN, "Übersicht der Kais.txt": WORD})
    assert told(review, "C07") == [("assigned", 1, "Übersicht der Kais.txt", 1)]


def test_file_that_is_moved_is_looked_at_where_it_is(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    steps: list[Files] = [{"a.py": SPDX + b"x = 1\n" * 20}, {"a.py": None, "b.py": WORD}]
    review = sent(agent_desk, upstream, repo, *steps)
    assert told(review, "C07") == [("assigned", 2, "b.py", 1)]


def test_right_to_run_alone_is_a_change(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    repo.git("checkout", "-q", "-B", "change", "main")
    (repo.folder / "src/quay.py").chmod(0o755)
    repo.commit({}, "Let it run")
    changing.add(agent_desk, upstream, [repo.series(repo.text("rev-parse", "main"))], "")
    review = looked(agent_desk, upstream)
    assert (review.marks["C02"], told(review, "C07")) == (states.PASSED, [])


def test_large_binary_with_the_base_changed_is_measured(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    body = bytes(range(256)) * 500
    review = sent(agent_desk, upstream, repo, {**CLEAN, "a.bin": body})
    assert told(review, "C09") == [("large", 1, "a.bin", None)]


def test_address_that_changed_is_an_alias_once_it_is_known(
    agent_desk: Desk, upstream: Development, look: Look, repo: Repository
) -> None:
    message = "Change\n\nSigned-off-by: Dora <dora@new.example>"
    before = told(look(message=message, signed=False), "C04")
    dora = factories.make_person(agent_desk, "Dora Developer", "dora@tresen.example", role="agent")
    agent_desk.session.add(EmailAddress(person_id=dora.id, address="dora@new.example"))
    agent_desk.commit()
    after = told(looked(agent_desk, upstream), "C04")
    assert (before, after) == ([("other", 1, "", None)], [])


def test_agreement_that_is_taken_off_blocks(
    agent_desk: Desk, upstream: Development, clean: Review
) -> None:
    given = {name: getattr(upstream, name) for name in developing.FIELDS}
    developing.edit(agent_desk, upstream, given | {"agreement_id": None})
    agent_desk.session.expire(upstream)
    review = looked(agent_desk, whole(agent_desk, upstream.reference))
    assert told(review, "C06") == [("no_agreement", None, "", None)]


@pytest.mark.parametrize(
    ("licence", "expected"),
    [("AGPL-3.0-or-later", []), ("MIT", ["clash"]), ("LicenseRef-House", ["unjudged"])],
)
def test_licence_that_is_agreed_anew_is_the_one_that_counts(
    agent_desk: Desk,
    upstream: Development,
    clean: Review,
    amend: Amend,
    licence: str,
    expected: list[str],
) -> None:
    amend(licence=licence)
    found = told(looked(agent_desk, upstream), "C06")
    assert {code for code, *_place in found} == set(expected)


def test_customer_whose_name_is_a_common_word_is_left_alone(
    upstream: Development, agent_desk: Desk, look: Look
) -> None:
    upstream.organisation.name = "Kai AG"
    agent_desk.commit()
    assert told(look({**CLEAN, "README": b"A kai has berths.\n"}), "C08") == []


def test_other_customer_has_the_same_finding_on_record(
    agent_desk: Desk, upstream: Development, look: Look, repo: Repository
) -> None:
    look({**CLEAN, "src/quay.py": SPDX + WORD})
    given = {name: getattr(upstream, name) for name in developing.FIELDS}
    twin = developing.begin(agent_desk, upstream.organisation_id, given)
    for state in (way.IN_DEVELOPMENT, way.CLEARANCE):
        developing.step(agent_desk, twin, state)
    base = repo.text("rev-parse", "main")
    changing.add(agent_desk, twin, [repo.series(base)], "")
    assert told(looked(agent_desk, twin), "C07") == [("assigned", 1, "src/quay.py", 2)]
