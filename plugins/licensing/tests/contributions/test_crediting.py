# SPDX-License-Identifier: AGPL-3.0-or-later
"""A customer who did not consent is named nowhere in what the public reads, however written."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import asdict

import pytest
import yaml
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Desk, Organisation, Refused
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.contributions import cards, crediting, feeds, fragments
from tresen_licensing.contributions.queries import Contribution
from tresen_licensing.developments.models import Development
from tresen_licensing.publications.models import Publication
from tresen_licensing.publications.publishing import publish

INDEX = "/licensing/contributions"
Begin = Callable[..., Development]

FIRMS = st.sampled_from(
    [
        ("Grünhafen Logistik", " GmbH"),
        ("Straßenbau Weiß", " AG"),
        ("Molenkopf", " GmbH & Co. KG"),
        ("Hafenverein Nord", " e.V."),
        ("C++ (Ost) & Söhne", ""),
        ("Nord", ""),
    ]
)
WRITINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    str.title,
    lambda name: name.replace(" ", "\n"),
    lambda name: name.replace(" ", "\u00a0 "),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: unicodedata.normalize("NFD", name.upper()),
]
AROUND = st.sampled_from(["", "for ", "(", "“", "\n", "- ", "an ", "Ä ", "#"])
AFTER = st.sampled_from(["", ".", ",", ")", "\u2019s", " only", "\n", "!", "-wide"])


def row_of(name: str, credit: str | None, **texts: str) -> Development:
    """Return a development of a customer, under an agreement or none."""
    agreement = Agreement(credit=credit) if credit is not None else None
    usual = {"title": "Berth", "description": "", "component": "", "upstream_url": ""}
    return Development(
        **usual | texts,
        reference="CD-2026-0001",
        kind="feature",
        state="published",
        agreement=agreement,
        organisation=Organisation(name=name),
    )


@settings(deadline=None, max_examples=150)
@given(
    firm=FIRMS,
    has_form=st.booleans(),
    writing=st.sampled_from(WRITINGS),
    before=AROUND,
    after=AFTER,
    credit=st.sampled_from([terms.ANONYMOUS, None]),
)
def test_name_without_consent_is_blotted_out(
    *,
    firm: tuple[str, str],
    has_form: bool,
    writing: Callable[[str], str],
    before: str,
    after: str,
    credit: str | None,
) -> None:
    name, form = firm
    row = row_of(name + form, credit)
    written = writing(name + (form if has_form else ""))
    row.description = before + written + after
    told = crediting.spoken(row, row.description)
    assert (told, crediting.betrays(row)) == (f"{before}{crediting.BLANK}{after}", True)


@settings(deadline=None)
@given(text=st.text(), credit=st.sampled_from([terms.NAMED, terms.FUNDER]))
def test_consent_leaves_each_text_as_it_is(text: str, credit: str) -> None:
    row = row_of("Molenkopf GmbH", credit, description=f"{text} Molenkopf {text}")
    told = crediting.spoken(row, row.description)
    assert (told, crediting.betrays(row)) == (row.description, False)


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_characters="Mm")))
def test_text_without_the_name_says_the_same(text: str) -> None:
    row = row_of("Molenkopf GmbH", terms.ANONYMOUS)
    assert crediting.spoken(row, text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "text",
    ["Molenkopfs", "am Molenkopfende", "GmbH", "Nordgrünhafen Logistik", "Grünhafen", "Logistik"],
)
@pytest.mark.parametrize("name", ["Molenkopf GmbH", "Grünhafen Logistik GmbH"])
def test_what_only_sounds_like_the_name_stays(name: str, text: str) -> None:
    assert crediting.spoken(row_of(name, terms.ANONYMOUS), text) == text


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Nord GmbH", "im Nord", "im Nord"),
        ("Nord GmbH", "der nord gmbh", "der […]"),
        ("AG", "eine AG", "eine […]"),
        ("KG & Co.", "die kg & co. dort", "die […] dort"),
        ("Hafen", "am Hafen", "am […]"),
    ],
)
def test_short_name_is_known_by_its_whole_alone(name: str, text: str, told: str) -> None:
    assert crediting.spoken(row_of(name, terms.ANONYMOUS), text) == told


PLACES = st.sampled_from(["title", "description", "component"])


@settings(deadline=None, max_examples=60)
@given(
    field=PLACES,
    writing=st.sampled_from(WRITINGS[:4]),
    credit=st.sampled_from([terms.ANONYMOUS, None, terms.NAMED, terms.FUNDER]),
)
def test_no_program_reads_a_name_without_consent(
    field: str, writing: Callable[[str], str], credit: str | None
) -> None:
    row = row_of("Molenkopf GmbH", credit)
    setattr(row, field, f"Of {writing('Molenkopf')}")
    found = Contribution(row, published(row))
    told = [cards.card(found)]
    bodies = [
        json.dumps(cards.as_json(told)),
        feeds.feed(told, "Given back", "Firm", "https://desk.example/", lambda c: c.reference),
        fragments.fragment(told[0].component or "quay", [found], told),
        str(asdict(told[0])),
    ]
    holding = ["molenkopf" in str(each).casefold() for each in bodies]
    is_named = credit in (terms.NAMED, terms.FUNDER)
    # A fragment tells neither title nor words: the name stands there as who uses it.
    assert holding == [is_named] * 4


def published(row: Development, licence: str = "MIT") -> Publication:
    """Return that a development was published."""
    moment = feeds.datetime(2026, 3, 2, tzinfo=feeds.UTC)
    row.moved_at = moment
    change = ChangeSet(version=1, base="4" * 40, sha512="5" * 128)
    return Publication(
        licence=licence, tree="6" * 40, published_at=moment, change_set=change, change_set_id=1
    )


@pytest.mark.parametrize(
    ("licences", "told"),
    [
        (["MIT"], "MIT"),
        (["MIT OR ISC"], "MIT OR ISC"),
        (["MIT", "MIT"], "MIT"),
        (["MIT OR ISC", "Apache-2.0"], "Apache-2.0 AND (MIT OR ISC)"),
        (["MIT AND ISC", "Apache-2.0"], "Apache-2.0 AND MIT AND ISC"),
        (["MIT OR ISC", "0BSD OR ISC"], "(0BSD OR ISC) AND (MIT OR ISC)"),
    ],
)
def test_choice_between_licences_keeps_together(licences: list[str], told: str) -> None:
    rows = [row_of("Molenkopf", terms.ANONYMOUS) for _each in licences]
    found = [
        Contribution(row, published(row, licence))
        for row, licence in zip(rows, licences, strict=True)
    ]
    read = yaml.safe_load(fragments.fragment("quay", found, [cards.card(each) for each in found]))
    assert read["legal"] == {"license": told}


@settings(deadline=None, max_examples=60)
@given(name=st.text(min_size=1, max_size=40), component=st.text(min_size=1, max_size=40))
def test_fragment_is_read_back_whatever_the_names(name: str, component: str) -> None:
    row = row_of(name, terms.FUNDER, component=component)
    found, one_line = Contribution(row, published(row)), " ".join(name.split())
    read = yaml.safe_load(fragments.fragment(component, [found], [cards.card(found)]))
    assert (read["name"], read["usedBy"], read["fundedBy"]) == (
        *(" ".join(component.split()), [one_line], [{"name": one_line}]),
    )


@pytest.mark.parametrize("words", ["For GRÜNHAFEN LOGISTIK.", "Gru\u0308nhafen Logistik asked."])
def test_nothing_is_published_whose_words_name_the_customer_without_legal_form(
    agent_desk: Desk, ready: Development, words: str
) -> None:
    ready.organisation.name, ready.description = "Grünhafen Logistik GmbH", words
    with pytest.raises(Refused, match="name"):
        publish(agent_desk, ready)


def test_page_blots_out_what_was_written_after_publishing(
    agent_desk: Desk, client: FlaskClient, public: Development
) -> None:
    public.organisation.name = "Grünhafen Logistik GmbH"
    public.description = "The quay of Grünhafen Logistik."
    agent_desk.commit()
    shown = client.get(f"{INDEX}/{public.reference}").text
    assert (shown.count("Grünhafen"), shown.count("The quay of […].")) == (0, 1)
