# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development with patches under an agreement; a portfolio with what customers hold of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from gits import Repository, repository
from sqlalchemy import insert, select
from tresen.sdk import (
    Actor,
    Core,
    Desk,
    Installation,
    Organisation,
    Person,
    Product,
    ProductVersion,
)
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_licensing import hooks
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.changes import service as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments import service as deployments
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.holdings import service as holdings
from tresen_licensing.holdings import states as holding_states
from tresen_licensing.holdings.models import Licence
from tresen_licensing.models import Base
from tresen_licensing.networks.settings import NETWORK
from tresen_licensing.portfolio import contracts
from tresen_licensing.portfolio import service as portfolio
from tresen_licensing.portfolio import states as portfolio_states
from tresen_licensing.portfolio.models import Offering, Vendor, VendorContract
from tresen_licensing.repositories import service as repositories

Acting = Callable[[Person], Desk]
Begin = Callable[..., Development]
Deploy = Callable[..., Deployment]

AGENTS_MAY = frozenset({"licensing.read", "licensing.work", "tickets.read"})
BOSSES_MAY = AGENTS_MAY | {"licensing.administer", "tickets.read_restricted"}
Values = Callable[..., dict[str, Any]]
Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
Count = Callable[[FlaskClient, str], int]
Run = Callable[..., Result]


@pytest.fixture
def run(core: Core) -> Run:
    """Return a function that runs one of the commands of `contrib` on the core of the test."""
    _source, contrib, _advisories = hooks.cli_commands()

    def go(*words: str) -> Result:
        return CliRunner().invoke(contrib, words, obj=lambda: core)

    return go


@pytest.fixture
def acting(desk: Desk) -> Acting:
    """Return a function that gives the desk of somebody of our house."""

    def go(person: Person) -> Desk:
        may = BOSSES_MAY if person.role == "administrator" else AGENTS_MAY
        return replace(desk, actor=Actor(person.name, "agent", person.id, None, may))

    return go


@pytest.fixture
def agent_desk(agent: Person, acting: Acting) -> Desk:
    """Return the agent's desk."""
    return acting(agent)


@pytest.fixture
def boss_desk(administrator: Person, acting: Acting) -> Desk:
    """Return the administrator's desk."""
    return acting(administrator)


@pytest.fixture
def terms_given(clock: SteppedClock) -> dict[str, Any]:
    """Return what the form of an agreement sends."""
    return {
        "title": "Frame contract",
        "reference": "2026/17",
        "agreed_on": clock.moment.date() - timedelta(days=30),
        "licence": "AGPL-3.0-or-later",
        "publishing": terms.YES,
        "clause": "",
        "deadline_days": 30,
        "embargo_days": 90,
        "credit": terms.ANONYMOUS,
        "privacy_note": "",
    }


@pytest.fixture
def agreement(boss_desk: Desk, customer: Person, terms_given: dict[str, Any]) -> Agreement:
    """Return an agreement with the customer."""
    made = agreements.agree(boss_desk, customer.organisation_id or 0, terms_given)
    boss_desk.commit()
    return made


@pytest.fixture
def begin(agent_desk: Desk, customer: Person, agreement: Agreement) -> Begin:
    """Return a function that begins a development for the customer."""

    def go(**given: Any) -> Development:
        usual = {"title": "A fourth berth", "kind": states.FEATURE, "agreement_id": agreement.id}
        return service.begin(agent_desk, customer.organisation_id or 0, usual | given)

    return go


@pytest.fixture
def development(agent_desk: Desk, begin: Begin) -> Development:
    """Return a development that is worked on."""
    row = begin()
    service.step(agent_desk, row, states.IN_DEVELOPMENT)
    agent_desk.commit()
    return row


@pytest.fixture
def near(desk: Desk) -> None:
    """Let this machine be asked, as the operator of a private network decides."""
    rows, kept = Base.metadata.tables["setting"], {"let_in": "127.0.0.1"}
    made = {"name": NETWORK, "values": kept, "changed_at": desk.now()}
    desk.session.execute(insert(rows).values(**made))
    desk.commit()


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """Return a repository with one commit."""
    return repository(tmp_path / "repo")


@pytest.fixture
def series(repo: Repository) -> bytes:
    """Return two patches on the first commit of the repository."""
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth")
    repo.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    return repo.series(base)


@pytest.fixture
def change(agent_desk: Desk, development: Development, series: bytes) -> ChangeSet:
    """Return the first version of the development's changes."""
    made = changes.add(agent_desk, development, [series], "")
    agent_desk.commit()
    return made


@pytest.fixture
def upstream(agent_desk: Desk, begin: Begin, repo: Repository, series: bytes) -> Development:
    """Return a development in clearance whose first changes stand on a history that is known.

    The repository's branch holds its base and both patches.
    """
    row = begin(upstream_url="https://forge.example/quay.git", upstream_branch="main")
    for state in (states.IN_DEVELOPMENT, states.CLEARANCE):
        service.step(agent_desk, row, state)
    changes.add(agent_desk, row, [series], "")
    repo.git("branch", "-q", "work")
    repo.git("reset", "-q", "--hard", "HEAD~2")
    repositories.take_bundle(agent_desk, row, repo.bundle("main"))
    whole = developments.development(agent_desk, row.reference)
    agent_desk.commit()
    return whole


@pytest.fixture
def deploy(agent_desk: Desk, development: Development, change: ChangeSet) -> Deploy:
    """Return a function that writes down that the changes run at the customer."""

    def go(since: date | None = None, **more: Any) -> Deployment:
        day = since or agent_desk.today()
        place = deployments.Place(development.organisation_id, None, day, **more)
        return deployments.deploy(agent_desk, development, change, place)

    return go


@pytest.fixture
def other_customer(desk: Desk) -> Person:
    """Return somebody of another customer."""
    made = factories.make_customer(desk, "Olga Other", "olga@other.example")
    desk.commit()
    return made


@pytest.fixture
def product(desk: Desk) -> Product:
    """Return an own product."""
    made = factories.make_product(desk)
    desk.commit()
    return made


@pytest.fixture
def bought(desk: Desk) -> Product:
    """Return a product of others."""
    made = factories.make_product(desk, "base", "Database")
    made.kind = portfolio_states.THIRD_PARTY
    desk.commit()
    return made


@pytest.fixture
def version(desk: Desk, product: Product) -> ProductVersion:
    """Return a version of the own product, supported until the end of the year."""
    made = ProductVersion(
        product_id=product.id,
        number="4.1",
        released_on=date(2025, 1, 15),
        support_until=date(2026, 12, 31),
    )
    desk.session.add(made)
    desk.commit()
    return made


@pytest.fixture
def home(customer: Person) -> int:
    """Return the id of the customer's organisation."""
    assert customer.organisation_id is not None
    return customer.organisation_id


@pytest.fixture
def elsewhere(desk: Desk) -> Organisation:
    """Return another customer."""
    made = Organisation(name="Other Ltd", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(made)
    desk.commit()
    return made


@pytest.fixture
def installation(desk: Desk, home: int, version: ProductVersion) -> Installation:
    """Return where the version runs: at the customer's."""
    product = desk.session.get_one(Product, version.product_id)
    made = factories.make_installation(desk, home, product)
    made.version_id, made.name = version.id, "lager-1"
    desk.commit()
    return made


@pytest.fixture
def offering_values() -> Values:
    """Return a function that gives the fields of an offering."""

    def values(**given: Any) -> dict[str, Any]:
        days = {"support_from": date(2024, 1, 1), "support_until": None}
        ids = {"owner_id": None, "vendor_id": None}
        return {"lifecycle": portfolio_states.ACTIVE, "upstream": ""} | days | ids | given

    return values


@pytest.fixture
def release_values() -> Values:
    """Return a function that gives the fields of a release."""

    def values(**given: Any) -> dict[str, Any]:
        days = {"released_on": date(2025, 1, 15), "support_until": date(2026, 12, 31)}
        return {"channel": "stable", "notes_de": "", "notes_en": ""} | days | given

    return values


@pytest.fixture
def offering(desk: Desk, product: Product, agent: Person, offering_values: Values) -> Offering:
    """Return how the own product is offered: the agent answers for it."""
    made = portfolio.keep_offering(desk, product, offering_values(owner_id=agent.id))
    desk.commit()
    return made


@pytest.fixture
def vendor(desk: Desk) -> Vendor:
    """Return who makes the product of others."""
    values = {"name": "Maker", "website": "", "support_contact": "help@maker.example", "note": ""}
    made = contracts.keep_vendor(desk, Vendor(), values)
    desk.commit()
    return made


@pytest.fixture
def contract_values(vendor: Vendor, bought: Product) -> Values:
    """Return a function that gives the fields of a contract about the product of others."""

    def values(**given: Any) -> dict[str, Any]:
        own = {"vendor_id": vendor.id, "number": "M-1", "products": [bought.id]}
        days = {"starts_on": date(2025, 1, 1), "ends_on": date(2026, 12, 31)}
        months = {"renew_months": 0, "notice_months": 0}
        return own | days | months | {"support_contact": "", "note": ""} | given

    return values


@pytest.fixture
def contract(desk: Desk, contract_values: Values) -> VendorContract:
    """Return a contract that is in force."""
    made = contracts.keep_contract(desk, VendorContract(), contract_values())
    desk.commit()
    return made


@pytest.fixture
def licence_values(product: Product) -> Values:
    """Return a function that gives the fields of a licence for ten named seats."""

    def values(**given: Any) -> dict[str, Any]:
        what = {"product_id": product.id, "edition": "Standard", "key": "", "note": ""}
        much = {"metric": holding_states.NAMED, "count": 10, "entitled": []}
        days = {"starts_on": None, "ends_on": None, "maintenance_until": date(2026, 12, 31)}
        return what | much | days | {"reminder_days": 60, "is_active": True} | given

    return values


@pytest.fixture
def licence(desk: Desk, home: int, customer: Person, licence_values: Values) -> Licence:
    """Return a licence of the customer with a key, by which the customer is entitled."""
    values = licence_values(key="KEY-4711", entitled=[customer.id], note="Paid late.")
    made = holdings.keep_licence(desk, Licence(organisation_id=home), values)
    desk.commit()
    return made


@pytest.fixture
def journal(desk: Desk) -> Journal:
    """Return a function that gives action, field, old and new of the entries of a kind."""

    def entries(kind: str) -> list[tuple[str, str, Any, Any]]:
        entry = Base.metadata.tables["journal_entry"].c
        columns = entry.action, entry.field, entry.old, entry.new
        statement = select(*columns).where(entry.subject_kind == kind).order_by(entry.id)
        return [(row[0], row[1], row[2], row[3]) for row in desk.session.execute(statement)]

    return entries


@pytest.fixture
def count(desk: Desk) -> Count:
    """Return a function that counts the statements of a page that was seen before."""

    def go(browser: FlaskClient, path: str) -> int:
        browser.get(path)
        with recorded(desk.core.engine) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    return go
