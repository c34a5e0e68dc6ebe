# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said to each requirement, word for word, and which of it is good or wrong."""

from dataclasses import replace

import pytest
import tresen_remote_support
from tresen.sdk import Desk, speaking_to
from tresen_remote_support.checklists import requirements
from tresen_remote_support.checklists.facts import Fact, facts
from tresen_remote_support.checklists.queries import Counts, Sight

SIGHT = Sight(
    counts=Counts(ran=9, planned=4, watched=3, without_review=2, failed=1),
    is_secure=True,
    offer_minutes=45,
    idle_minutes=20,
    has_own_words=True,
    recording_days=21,
    overdue_recordings=0,
    tools=("In the browser", "Telescope"),
    agents=5,
)
VERSION = tresen_remote_support.__version__
TOOLS = Fact("Tools that agents can choose: In the browser, Telescope.")
SAID = {
    "A1": [
        Fact("Each session names its purpose before the customer is asked.", is_good=True),
        Fact("Sessions of the last year with an appointment: 4 of 9."),
    ],
    "A2": [
        Fact("No session began without a consent in force.", is_good=True),
        Fact(
            "A link is good once and for 45 minutes, a PIN for ten minutes and five tries.",
            is_good=True,
        ),
    ],
    "A3": [Fact("No session that is over has a way in that is still open.", is_good=True)],
    "A5": [TOOLS],
    "A6": [
        Fact("An offer holds for 45 minutes; what stands still ends after 20."),
        Fact("The consent has an addition of your own."),
        Fact(
            "Recordings need a consent of their own, have no sound and are deleted after 21 days"
            " unless an access profile says otherwise. Whoever watches one is noted."
        ),
    ],
    "A7": [
        Fact("Sessions without a note: 0.", is_good=True, listed="undocumented"),
        Fact("Sessions whose customer got no protocol: 0.", is_good=True),
        Fact("Sessions that nobody has reviewed: 2.", listed="unreviewed"),
        Fact("Recordings overdue for deletion: 0.", is_good=True),
    ],
    "A8": [Fact("People reach this installation by HTTPS.", is_good=True)],
    "A9": [TOOLS],
    "A10": [Fact(f"Version of this plugin: {VERSION}.")],
    "A14": [
        Fact(
            "Agents with accounts of their own: 5. Each session names its agent.",
            is_good=True,
        ),
        Fact("Customers need no account: what lets them in ends with the session."),
    ],
    "A17": [
        Fact("Whether agents use a second factor is not known to this plugin."),
        Fact(
            "A link holds 256 random bits; a PIN counts only with the session's 40 bits.",
            is_good=True,
        ),
    ],
    "A19": [Fact("Sessions in which a second agent looked on: 3 of 9.")],
    "A20": [
        Fact("Sessions that run on although nothing moves in them: 0.", is_good=True),
    ],
    "A21": [Fact("Sessions that failed in the last year: 1.")],
}
WRONG = {
    "without_consent": ("A2", "3 sessions began without a consent in force."),
    "left_open": ("A3", "3 sessions that are over have a way in that is still open."),
    "without_note": ("A7", "Sessions without a note: 3."),
    "without_protocol": ("A7", "Sessions whose customer got no protocol: 3."),
    "standing_still": ("A20", "Sessions that run on although nothing moves in them: 3."),
}
# What only informs is never wrong, however many there are.
INFORMING = ("planned", "without_review", "watched", "failed")


def with_count(name: str, count: int) -> Sight:
    return replace(SIGHT, counts=replace(SIGHT.counts, **{name: count}))


@pytest.mark.parametrize("key", requirements.KEYS)
def test_requirement_is_told_what_is_known(key: str) -> None:
    assert facts(key, SIGHT) == SAID[key]


@pytest.mark.parametrize("name", WRONG)
def test_what_must_be_nought_is_wrong_when_it_is_not(name: str) -> None:
    key, sentence = WRONG[name]
    found = [each.text for each in facts(key, with_count(name, 3)) if each.is_good is False]
    assert found == [sentence]


def test_recording_that_should_be_gone_is_wrong() -> None:
    found = [each for each in facts("A7", replace(SIGHT, overdue_recordings=2)) if not each.listed]
    assert found[-1] == Fact("Recordings overdue for deletion: 2.", is_good=False)


@pytest.mark.parametrize("name", INFORMING)
def test_what_only_informs_is_never_wrong(name: str) -> None:
    sight = with_count(name, 1_000)
    found = [
        key for key in requirements.KEYS for each in facts(key, sight) if each.is_good is False
    ]
    assert found == []


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "1 beendete Sitzung hat einen Zugang, der noch offen ist."),
        (2, "2 beendete Sitzungen haben einen Zugang, der noch offen ist."),
    ],
)
def test_sentence_counts_in_german(desk: Desk, count: int, sentence: str) -> None:
    with speaking_to(desk, "de"):
        found = [each.text for each in facts("A3", with_count("left_open", count))]
    assert found == [sentence]


@pytest.mark.parametrize("each", requirements.ALL, ids=lambda each: each.key)
def test_question_is_one_in_both_languages(desk: Desk, each: requirements.Requirement) -> None:
    english = str(each.title), str(each.question)
    with speaking_to(desk, "de"):
        german = str(each.title), str(each.question)
    asked = english[1][-1], german[1][-1], english[1] == german[1]
    assert asked == ("?", "?", False)
