# SPDX-License-Identifier: AGPL-3.0-or-later
"""By mail: the series arrives as git takes it, and answers come home as words of reviewers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gits import Repository
from proposals.conftest import Built
from sqlalchemy import select
from tresen.sdk import Core, Desk, NewMessage, Person, Ticket, add_message, person_by_address
from tresen.testing.outgoing import delivered
from tresen_licensing.changes import service as changing
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals import hearing, queries
from tresen_licensing.proposals.models import UpstreamProposal

Propose = Callable[..., UpstreamProposal]
LIST = "pier-devel@lists.example"


@pytest.fixture
def mailed(propose: Propose) -> UpstreamProposal:
    """Return a proposal that went to a mailing list."""
    return propose(routes.MAIL, repository=LIST)


@pytest.fixture
def mails(core: Core, mailed: UpstreamProposal) -> list[Any]:
    """Return what arrived at the list over SMTP, in its order."""
    return [each.mail for each in delivered(core) if each.receivers == [LIST]]


def text(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def test_series_arrives_mail_by_mail(mails: list[Any], mailed: UpstreamProposal) -> None:
    firsts = [text(each).splitlines()[0] for each in mails]
    subjects = {each["Subject"] for each in mails}
    number = mailed.ticket.number if mailed.ticket else 0
    assert (firsts, subjects) == (
        [
            "Hello.",
            "From: Dora Developer <dora@tresen.example>",
            "From: Dora Developer <dora@tresen.example>",
        ],
        {f"Re: [PATCH 0/2] Add a berth (CD-2026-0001) [#{number}]"},
    )


def test_mails_stand_in_one_thread(mails: list[Any]) -> None:
    first, second, third = mails
    assert (second["In-Reply-To"], first["Message-ID"] in third["References"]) == (
        first["Message-ID"],
        True,
    )


def test_git_takes_the_mails_that_arrived(
    mails: list[Any], repo: Repository, tmp_path: Path
) -> None:
    names = []
    for number, mail in enumerate(mails[1:]):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(mail.as_bytes())
        names.append(str(path))
    repo.git("am", "-q", *names)
    read = "--format=%an|%ai|%s|%(trailers:key=Contribution-Id,valueonly,separator=)"
    assert (repo.tree(), repo.text("log", read, "-1")) == (
        repo.tree("ours"),
        "Dora Developer|2026-03-02 10:00:00 +0100|Say so|CD-2026-0001",
    )


def test_cover_letter_says_base_and_trailer(mails: list[Any], built: Built) -> None:
    lines = text(mails[0]).splitlines()
    assert [line.split(": ")[0] for line in lines if ": " in line] == [
        "Contribution-Id",
        "base-commit",
    ]


def test_agent_who_proposes_signs_the_mails(
    mails: list[Any], mailed: UpstreamProposal, agent: Person
) -> None:
    owner = mailed.ticket.owner_id if mailed.ticket else None
    assert (str(mails[0]["From"]).split(",")[0].strip('"'), owner) == (agent.name, agent.id)


def test_list_gets_no_link_that_opens_the_ticket(mails: list[Any], desk: Desk) -> None:
    ticket = desk.session.scalars(select(Ticket)).one()
    links = [text(each).count("http") for each in mails]
    assert (links, ticket.requester_id, person_by_address(desk, LIST)) == ([0, 0, 0], None, None)


def test_patch_that_mail_would_change_is_attached(
    propose: Propose,
    core: Core,
    repo: Repository,
    published: Development,
    agent_desk: Desk,
    tmp_path: Path,
) -> None:
    base = repo.text("rev-parse", "main")
    repo.commit({"old.txt": "für\n".encode("latin-1")}, "Write as in 1987")
    published.state = developing.IN_DEVELOPMENT
    changing.add(agent_desk, published, [repo.series(base)], "")
    published.state = developing.PUBLISHED
    wanted = repo.tree()
    propose(routes.MAIL, repository=LIST)
    mail = [each.mail for each in delivered(core) if each.receivers == [LIST]][-1]
    (file,) = mail.iter_attachments()
    path = tmp_path / "old.patch"
    path.write_bytes(file.get_payload(decode=True))
    repo.git("reset", "-q", "--hard", base)
    repo.git("am", "-q", str(path))
    assert (file.get_filename(), repo.tree()) == ("0001-Write-as-in-1987.patch", wanted)


def test_answer_on_the_ticket_is_a_word_of_a_reviewer(
    mailed: UpstreamProposal, agent_desk: Desk, desk: Desk
) -> None:
    ticket = desk.session.get_one(Ticket, mailed.ticket_id)
    first = {"author_name": "Rita Review", "author_address": "rita@pier.example"}
    add_message(desk, ticket, NewMessage("Why 4?", "mail", is_inbound=True, **first))
    desk.commit()
    hearing.look(agent_desk, mailed.id)
    said = [(each.author, each.text) for each in queries.words_of(agent_desk, mailed.id)]
    assert said == [("Rita Review", "Why 4?")]


def test_mail_leaves_from_the_mailbox_of_the_ticket(
    published: Development, agent_desk: Desk, desk: Desk
) -> None:
    assert queries.mailbox_of(agent_desk, published.id) is None
