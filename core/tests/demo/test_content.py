# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's content files are whole: people, places, scenarios, and nothing left unfilled."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from tresen.demo.cast import may_have
from tresen.demo.content import FOLDER, address_of, read_content, read_duration, read_scenarios
from tresen.demo.records import Case, Scenario, Step
from tresen.demo.wording import CHOICE, SLOT
from tresen.snippets.models import KINDS
from tresen.snippets.placeholders import unknown_in
from tresen.tickets import states

CONTENT = read_content()
# What the teller fills beside the slots of a case.
TOLD = {"sender", "version", "host", "system", "clock", "next_week"}
REPEATED = {"other_subject", "other_person"}
DUPLICATES = read_scenarios(FOLDER / "duplicates.toml")


def texts(scenario: Scenario) -> list[str]:
    return [step.text for step in scenario.steps]


def test_firm_has_twelve_agents_of_whom_one_administers() -> None:
    assert len(CONTENT.agents) == 12
    assert [agent.name for agent in CONTENT.agents if agent.administrator] == ["Annegret Voss"]


def test_every_team_has_a_member_who_does_not_administer() -> None:
    staffed = {t for agent in CONTENT.agents if not agent.administrator for t in agent.teams}
    assert staffed == {team.key for team in CONTENT.teams}


def test_there_are_forty_customers_in_five_countries() -> None:
    assert len(CONTENT.customers) == 40
    assert len({customer.name for customer in CONTENT.customers}) == 40
    assert {customer.country for customer in CONTENT.customers} == {"DE", "AT", "CH", "GB", "NL"}


def test_every_customer_has_one_to_five_contacts() -> None:
    counts = {len(customer.contacts) for customer in CONTENT.customers}
    assert counts == {1, 2, 3, 4, 5}


def test_everybody_has_a_name_and_an_address_of_their_own() -> None:
    people = [*CONTENT.agents, *(c for o in CONTENT.customers for c in o.contacts)]
    assert len({person.address for person in people}) == len(people)
    assert len({person.name for person in people}) == len(people)
    assert [p.name for p in people if not p.address.endswith(".example")] == []
    assert [p.name for p in people if not p.address.isascii()] == []


def test_every_installation_is_of_a_known_product_and_version() -> None:
    known = {(p.key, v) for p in CONTENT.products for v in p.versions}
    installed = {(i.product, i.version) for c in CONTENT.customers for i in c.installed}
    assert installed - known == set()


def test_every_product_is_installed_somewhere_or_a_service() -> None:
    installed = {i.product for c in CONTENT.customers for i in c.installed}
    assert {p.key for p in CONTENT.products} - installed == {"training"}


def test_every_product_is_talked_about_and_every_sector_asks() -> None:
    talked = {case.product for s in CONTENT.scenarios for case in s.cases} - {""}
    assert {product.key for product in CONTENT.products} - talked == {"training"}
    limited = {sector for s in CONTENT.scenarios for case in s.cases for sector in case.sectors}
    assert limited - {customer.sector for customer in CONTENT.customers} == set()


def test_cases_are_limited_to_customers_and_countries_that_exist() -> None:
    cases = [case for s in CONTENT.scenarios for case in s.cases]
    keys = {key for case in cases for key in case.only}
    assert keys - {customer.key for customer in CONTENT.customers} == set()
    countries = {country for case in cases for country in case.countries}
    assert countries - {customer.country for customer in CONTENT.customers} == set()


def test_houses_are_told_apart_by_key_name_and_domain() -> None:
    domains = [customer.domain for customer in CONTENT.customers]
    assert domains == [f"{customer.key}.example" for customer in CONTENT.customers]
    assert len({*domains, CONTENT.support.partition("@")[2]}) == 41
    assert [d for d in domains if not re.fullmatch(r"[a-z-]+\.example", d)] == []
    hosted = [i.host for c in CONTENT.customers for i in c.installed if "." in i.host]
    assert [host for host in hosted if not host.endswith(".example")] == []


def test_nobody_has_an_empty_name_role_or_place() -> None:
    people = [*CONTENT.agents, *(c for o in CONTENT.customers for c in o.contacts)]
    told = [(p.name, p.role, p.form) for p in people]
    told += [(o.name, o.city, o.sector) for o in CONTENT.customers]
    told += [(i.host, i.system, i.version) for o in CONTENT.customers for i in o.installed]
    assert [row for row in told if not all(part == part.strip() != "" for part in row)] == []
    assert {person.form for person in people} == {"f", "m"}
    assert {person.name for person in people if " " not in person.name} == set()


def test_contacts_ask_in_the_language_of_their_country_unless_told_otherwise() -> None:
    by_country: dict[str, set[str]] = {}
    for customer in CONTENT.customers:
        spoken = {contact.language for contact in customer.contacts}
        by_country.setdefault(customer.country, set()).update(spoken)
    assert by_country["GB"] == by_country["NL"] == {"en"}
    assert by_country["AT"] == {"de"}
    assert "de" in by_country["DE"] & by_country["CH"]


def test_versions_of_a_product_are_told_from_the_oldest_to_the_newest() -> None:
    for product in CONTENT.products:
        numbers = [[int(n) for n in re.findall(r"\d+", v)] for v in product.versions]
        assert numbers == sorted(numbers), product.key
        assert len(set(product.versions)) == len(product.versions), product.key


def test_tags_are_small_words_given_once() -> None:
    for scenario in [*CONTENT.scenarios, *DUPLICATES]:
        assert scenario.tags, scenario.key
        assert len(set(scenario.tags)) == len(scenario.tags), scenario.key
        assert [tag for tag in scenario.tags if tag != tag.lower().strip()] == [], scenario.key


def test_tags_of_one_language_do_not_stand_on_the_other() -> None:
    tags = {
        language: {t for s in CONTENT.scenarios if s.language == language for t in s.tags}
        for language in ("de", "en")
    }
    # Names of products and versions, and words that both languages have.
    assert tags["de"] & tags["en"] == {"7.0", "import", "nextcloud", "signapad", "sso", "terminal"}


def test_agents_named_by_a_scenario_work_in_the_team_that_has_it() -> None:
    """Or lead the support: who administers may speak in every thread."""
    teams = {agent.key: agent.teams for agent in CONTENT.agents}
    for scenario in CONTENT.scenarios:
        team = "first"
        for step in scenario.steps:
            if step.agent and step.agent != "annegret":
                assert team in teams[step.agent], scenario.key
            team = step.team or team


def test_scenarios_are_large_after_a_full_stop() -> None:
    """A choice or a slot may follow; a lower-case word would be a slip of the pen."""
    slip = re.compile(r"(?<!\bz)(?<!\bd)(?<!\bu)(?<!\d)(?<!\.)\. [a-zäöü]{4,}")
    assert [s.key for s in CONTENT.scenarios if any(map(slip.search, texts(s)))] == []


def test_scenarios_are_many_and_half_of_them_german() -> None:
    keys = [scenario.key for scenario in CONTENT.scenarios]
    languages = Counter(scenario.language for scenario in CONTENT.scenarios)
    assert len(set(keys)) == len(keys)
    assert len(keys) >= 60
    assert abs(languages["de"] - languages["en"]) <= len(keys) // 10


def test_there_are_enough_cases_for_every_ticket_to_be_its_own() -> None:
    assert sum(len(scenario.cases) for scenario in CONTENT.scenarios) >= 300


def test_no_subject_is_used_twice() -> None:
    subjects = Counter(case.subject for s in CONTENT.scenarios for case in s.cases)
    assert [subject for subject, count in subjects.items() if count > 1] == []


@pytest.mark.parametrize("scenario", CONTENT.scenarios, ids=lambda s: s.key)
def test_scenario_can_be_told(scenario: Scenario) -> None:
    assert scenario.key.startswith(f"{scenario.language}-")
    assert scenario.steps[0].by == "customer"
    assert scenario.steps[-1].by == "agent"
    assert scenario.steps[-1].state == states.SOLVED
    assert 2 <= len(scenario.steps) <= 9
    assert [step.after for step in scenario.steps[1:] if not step.after] == []


@pytest.mark.parametrize("scenario", CONTENT.scenarios, ids=lambda s: s.key)
def test_scenario_names_only_what_exists(scenario: Scenario) -> None:
    teams = {team.key for team in CONTENT.teams}
    agents = {agent.key for agent in CONTENT.agents}
    products = {product.key for product in CONTENT.products}
    assert {step.team for step in scenario.steps} <= {"", *teams}
    assert {step.agent for step in scenario.steps} <= {"", *agents}
    assert {step.state for step in scenario.steps} <= {"", *states.TITLES}
    assert {case.product for case in scenario.cases} <= {"", *products}
    assert set(scenario.channels) <= {"mail", "portal", "phone"}
    assert [step.by for step in scenario.steps if bool(step.team) != (step.by == "handover")] == []


@pytest.mark.parametrize("scenario", CONTENT.scenarios, ids=lambda s: s.key)
def test_every_slot_of_a_scenario_is_filled_by_each_case(scenario: Scenario) -> None:
    used = {slot for text in texts(scenario) for slot in SLOT.findall(text)}
    for case in scenario.cases:
        inner = {slot for text in case.slots.values() for slot in SLOT.findall(text)}
        missing = (used | inner) - set(case.slots) - TOLD
        assert missing == set(), case.subject


@pytest.mark.parametrize("scenario", CONTENT.scenarios, ids=lambda s: s.key)
def test_every_slot_of_a_case_is_used(scenario: Scenario) -> None:
    used = {slot for text in texts(scenario) for slot in SLOT.findall(text)} | {"error"}
    for case in scenario.cases:
        assert set(case.slots) - used == set(), case.subject


@pytest.mark.parametrize("scenario", CONTENT.scenarios, ids=lambda s: s.key)
def test_every_case_can_happen_to_somebody(scenario: Scenario) -> None:
    for case in scenario.cases:
        assert any(may_have(customer, scenario, case) for customer in CONTENT.customers), case


@pytest.mark.parametrize("scenario", [*CONTENT.scenarios, *DUPLICATES], ids=lambda s: s.key)
def test_choices_are_closed_and_offer_two_wordings(scenario: Scenario) -> None:
    for text in texts(scenario):
        assert text.count("<<") == text.count(">>") == len(CHOICE.findall(text))
        assert [found for found in CHOICE.findall(text) if "|" not in found] == []


def test_german_texts_address_nobody_with_du() -> None:
    familiar = re.compile(r"\b(?:du|dich|dir|dein\w*|euch|euer|eure\w*)\b")
    german = [s for s in CONTENT.scenarios if s.language == "de"]
    assert [s.key for s in german if familiar.search(" ".join(texts(s)))] == []


def test_german_texts_spell_umlauts_as_such() -> None:
    spelt = re.compile(r"\b(?:fuer|ueber|koenn\w+|moech\w+|waer\w*|naech\w+|Gruess\w+)\b")
    german = [s for s in [*CONTENT.scenarios, *DUPLICATES] if s.language == "de"]
    assert [s.key for s in german if spelt.search(" ".join(texts(s)))] == []
    told = [" ".join([c.subject, *c.slots.values()]) for s in german for c in s.cases]
    assert [text for text in told if spelt.search(text)] == []


def test_duplicates_are_told_in_both_languages() -> None:
    assert [scenario.language for scenario in DUPLICATES] == ["de", "en"]
    for scenario in DUPLICATES:
        for case in scenario.cases:
            used = {s for t in [case.subject, *texts(scenario)] for s in SLOT.findall(t)}
            assert used - set(case.slots) == REPEATED


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Miriam Özdemir", "miriam.oezdemir@firma.example"),
        ("Elif Ayd\u0131n", "elif.aydin@firma.example"),
        ("Marek Doležal", "marek.dolezal@firma.example"),
        ("Karl-Heinz Böge", "karl-heinz.boege@firma.example"),
        ("Mohamed el Idrissi", "mohamed.el.idrissi@firma.example"),
        ("Sean O'Brien", "sean.obrien@firma.example"),
    ],
)
def test_address_is_the_name_in_plain_letters(name: str, address: str) -> None:
    assert address_of(name, "firma.example") == address


def test_duration_counts_a_day_as_nine_working_hours() -> None:
    assert read_duration("35m") == timedelta(minutes=35)
    assert read_duration("3h") == timedelta(hours=3)
    assert read_duration("2d") == timedelta(hours=18)


@pytest.mark.parametrize("text", ["", "3", "h3", "3 h", "-1d", "1w"])
def test_duration_refuses_what_it_does_not_know(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        read_duration(text)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('impact = "huge"', "KeyError('huge')"),
        ('urgency = "soon"', "KeyError('soon')"),
        ('cases = [{ product = "lotse" }]', "KeyError('subject')"),
        ('step = [{ by = "agent", text = "x", after = "soon" }]', "ValueError"),
        ('step = [{ by = "agent", text = "x", mood = "bad" }]', "TypeError"),
    ],
)
def test_every_kind_of_fault_in_a_scenario_is_named(tmp_path: Path, line: str, fault: str) -> None:
    whole = {
        "impact": '"low"',
        "urgency": '"low"',
        "tags": '["x"]',
        "cases": '[{ subject = "x" }]',
        "step": '[{ by = "customer", text = "x" }]',
    }
    name, _, value = line.partition(" = ")
    rows = [f"{key} = {text}" for key, text in (whole | {name: value}).items()]
    file = tmp_path / "faulty.toml"
    head = '[[scenario]]\nkey = "half"\nlanguage = "de"\n'
    file.write_text(head + "\n".join(rows), encoding="utf-8")
    with pytest.raises(ValueError, match="The scenario 'half' is faulty: ") as refused:
        read_scenarios(file)
    assert fault in str(refused.value)


def test_case_says_itself_what_differs_from_its_scenario(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text(
        '[[scenario]]\nkey = "de-x"\nlanguage = "de"\nimpact = "critical"\nurgency = "high"\n'
        'tags = ["x"]\nproduct = "lotse"\ncountries = ["AT"]\n'
        'cases = [{ subject = "a", what = "w" }, { subject = "b", product = "ablage",'
        ' countries = ["CH"], only = ["praezisa"] }]\n'
        '[[scenario.step]]\nby = "customer"\ntext = """\nzwei\nZeilen\n"""\n',
        encoding="utf-8",
    )
    [scenario] = read_scenarios(file)
    assert scenario.cases == (
        Case("a", {"what": "w"}, "lotse", countries=("AT",)),
        Case("b", {}, "ablage", countries=("CH",), only=("praezisa",)),
    )
    assert (scenario.impact, scenario.urgency, scenario.channels) == (4, 3, ("mail",))
    assert scenario.steps == (Step("customer", "zwei\nZeilen"),)


def test_faulty_scenario_is_named(tmp_path: Path) -> None:
    file = tmp_path / "faulty.toml"
    file.write_text('[[scenario]]\nkey = "half"\nlanguage = "de"\nimpact = "huge"\n', "utf-8")
    with pytest.raises(ValueError, match="'half' is faulty: KeyError"):
        read_scenarios(file)


def test_texts_to_insert_can_be_filled_and_are_of_who_is_there() -> None:
    kinds = {(text.kind, text.language) for text in CONTENT.snippets if text.language}
    assert kinds == {(kind, tongue) for kind in KINDS for tongue in ("de", "en")}
    assert [unknown_in(text.body) for text in CONTENT.snippets] == [[]] * len(CONTENT.snippets)
    assert {text.team for text in CONTENT.snippets} - {team.key for team in CONTENT.teams} == {""}
    assert {text.agent for text in CONTENT.snippets} - {one.key for one in CONTENT.agents} == {""}
    assert [text.title for text in CONTENT.snippets if text.body != text.body.strip()] == []
