# SPDX-License-Identifier: AGPL-3.0-or-later
"""What became of it is written down by hand where nothing tells it by itself."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals.models import UpstreamProposal
from upstreams import now

SignIn = Callable[[Person], FlaskClient]
Propose = Callable[..., UpstreamProposal]
Deploy = Callable[..., Deployment]
Show = Callable[[], str]


FORMS = [
    (developing.CHANGES_REQUESTED, {"note": "Split it."}, developing.CHANGES_REQUESTED),
    (developing.DECLINED, {"note": "Out of scope."}, developing.DECLINED),
    (developing.MERGED, {"commit": "C" * 40, "note": ""}, developing.MERGED),
]


@pytest.mark.parametrize(("step", "given", "state"), FORMS)
def test_outcome_is_written_down_by_hand(
    browser: FlaskClient,
    page: str,
    directed: Development,
    step: str,
    given: dict[str, str],
    state: str,
) -> None:
    shown = browser.get(f"{page}/upstream/{step}")
    answer = browser.post(f"{page}/upstream/{step}", data=given)
    published = now(directed)
    assert (shown.status_code, answer.status_code, published.state) == (200, 302, state)


def test_whole_way_is_written_down_by_hand(
    browser: FlaskClient, page: str, propose: Propose, published: Development, desk: Desk
) -> None:
    propose()
    for step, given in (
        ("merged", {"commit": "", "note": "Seen in its log."}),
        ("released", {"version": "4.2", "released_on": "2026-03-10"}),
        ("adopted", {"note": ""}),
        ("closed", {"note": ""}),
    ):
        browser.post(f"{page}/upstream/{step}", data=given)
    desk.session.refresh(published)
    assert published.state == developing.CLOSED


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("declined", {"note": ""}),
        ("merged", {"commit": "abc", "note": ""}),
        ("merged", {"commit": "", "note": " "}),
        ("merged", {"commit": "", "is_different": "y", "note": "They wrote it anew."}),
        ("merged", {"commit": "c" * 40, "is_different": "y", "note": ""}),
        ("released", {"version": "4.2", "released_on": "2026-03-10"}),
        ("adopted", {"note": ""}),
    ],
)
def test_step_that_lacks_something_is_refused(
    browser: FlaskClient, page: str, directed: Development, step: str, given: dict[str, str]
) -> None:
    answer = browser.post(f"{page}/upstream/{step}", data=given)
    published = now(directed)
    assert (answer.status_code, published.state) == (422, developing.PROPOSED)


def test_step_before_any_proposal_is_refused(browser: FlaskClient, page: str) -> None:
    answer = browser.post(f"{page}/upstream/merged", data={"note": "x"})
    assert (answer.status_code, answer.text.count("It was not proposed yet.")) == (422, 1)


def test_step_that_does_not_exist_is_missing(browser: FlaskClient, page: str) -> None:
    assert browser.get(f"{page}/upstream/draft").status_code == 404


def test_form_of_a_merge_begins_with_the_commit_that_was_found(
    browser: FlaskClient, page: str, proposed: UpstreamProposal, desk: Desk
) -> None:
    proposed.differently = "d" * 40
    desk.commit()
    shown = browser.get(f"{page}/upstream/merged").text
    assert (f'value="{"d" * 40}"' in shown, "checked" in shown) == (True, True)
