# SPDX-License-Identifier: AGPL-3.0-or-later
"""Founds the firm and its customers in the database: people, teams, products, installations.

All of it goes through the verbs of the slices, so that the journal tells where it came from.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tresen.demo.records import Agent, Contact, Content, Customer, ProductText, SnippetText
from tresen.demo.timing import SIGNING_IN
from tresen.desk import Desk
from tresen.mail.models import Mailbox
from tresen.people import service as people
from tresen.people.models import Absence, Organisation, Person, Team
from tresen.products.models import Installation, Product, ProductVersion
from tresen.snippets.models import Snippet

# Days between two releases, and from the newest one to now.
RELEASE_GAP, RELEASE_AGE = 95, 24
SUPPORTED = timedelta(days=540)
SIGNATURE = "{name}\n{role} · {firm}, {city}"


@dataclass
class World:
    """What was founded, by the keys of the content files; people by their address."""

    content: Content
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    agents: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    versions: dict[tuple[str, str], ProductVersion] = field(default_factory=dict)
    installations: dict[tuple[str, str], Installation] = field(default_factory=dict)

    def team_ids(self, agent: str) -> frozenset[int]:
        """Return the ids of an agent's teams."""
        found = next(one for one in self.content.agents if one.key == agent)
        return frozenset(self.teams[key].id for key in found.teams)

    def for_plugins(self) -> dict[str, Any]:
        """Return what the hook `demo_filled` hands out."""
        return {
            "organisations": list(self.organisations.values()),
            "agents": list(self.agents.values()),
            "customers": [
                self.people[customer.contacts[0].address]
                for customer in self.content.customers
                if customer.key in SIGNING_IN
            ],
            "products": list(self.products.values()),
        }


def found_world(desk: Desk, content: Content, now: datetime) -> World:
    """Add the firm and its customers; the desk's clock says since when they are there."""
    world = World(content)
    firm = people.add_organisation(desk, content.name, "Das sind wir.")
    for agent in content.agents:
        world.agents[agent.key] = _agent(desk, content, agent, firm)
    for team in content.teams:
        members = [world.agents[a.key] for a in content.agents if team.key in a.teams]
        world.teams[team.key] = people.add_team(desk, team.name, members)
    for product in content.products:
        _product(desk, world, product, now.date())
    for customer in content.customers:
        _customer(desk, world, customer)
    desk.session.add_all(_snippet(desk, world, text) for text in content.snippets)
    begin, end = now - timedelta(hours=20), now + timedelta(days=6)
    desk.session.add_all(
        Absence(person_id=world.agents[agent.key].id, starts_at=begin, ends_at=end)
        for agent in content.agents
        if agent.away
    )
    return world


def add_mailbox(desk: Desk, world: World) -> Mailbox:
    """Add the address that customers write to; mails reach it by SMTP, nothing is fetched."""
    mailbox = Mailbox(
        address=world.content.support,
        name=f"{world.content.name} Support",
        team_id=world.teams["first"].id,
        takes_subaddresses=True,
        created_at=desk.now(),
    )
    desk.session.add(mailbox)
    desk.session.flush()
    return mailbox


def _agent(desk: Desk, content: Content, agent: Agent, firm: Organisation) -> Person:
    role = "administrator" if agent.administrator else "agent"
    person = people.add_person(
        desk, agent.name, agent.address, role=role, organisation=firm, proven_at=desk.now()
    )
    person.job_title = agent.role
    person.signature = SIGNATURE.format(
        name=agent.name, role=agent.role, firm=content.name, city=content.city
    )
    return person


def _snippet(desk: Desk, world: World, text: SnippetText) -> Snippet:
    return Snippet(
        title=text.title,
        body=text.body,
        kind=text.kind,
        language=text.language,
        person_id=world.agents[text.agent].id if text.agent else None,
        team_id=world.teams[text.team].id if text.team else None,
        changed_at=desk.now(),
    )


def _product(desk: Desk, world: World, text: ProductText, today: date) -> None:
    team = world.teams.get(text.key if text.origin == "own" else "operations")
    product = Product(
        code=text.key,
        name=text.name,
        kind=text.origin,
        licence=text.licence,
        team_id=team.id if team else None,
    )
    desk.session.add(product)
    desk.session.flush()
    world.products[text.key] = product
    for age, number in enumerate(reversed(text.versions)):
        released = today - timedelta(days=RELEASE_AGE + RELEASE_GAP * age)
        version = ProductVersion(
            product_id=product.id,
            number=number,
            released_on=released,
            support_until=released + SUPPORTED,
        )
        desk.session.add(version)
        world.versions[text.key, number] = version
    desk.session.flush()


def _customer(desk: Desk, world: World, customer: Customer) -> None:
    organisation = people.add_organisation(
        desk, customer.name, f"{customer.city}, {customer.country}"
    )
    world.organisations[customer.key] = organisation
    for contact in customer.contacts:
        world.people[contact.address] = _contact(desk, contact, organisation)
    # Who is named first looks after the contract and sees what colleagues asked.
    world.people[customer.contacts[0].address].sees_organisation = True
    for installed in customer.installed:
        installation = Installation(
            organisation_id=organisation.id,
            product_id=world.products[installed.product].id,
            version_id=world.versions[installed.product, installed.version].id,
            name=installed.host,
            environment="pilot" if "rc" in installed.version else "production",
            note=installed.system,
            installed_at=desk.now(),
        )
        desk.session.add(installation)
        world.installations[customer.key, installed.product] = installation
    desk.session.flush()


def _contact(desk: Desk, contact: Contact, organisation: Organisation) -> Person:
    person = people.add_person(
        desk, contact.name, contact.address, organisation=organisation, proven_at=desk.now()
    )
    person.job_title, person.language = contact.role, contact.language
    return person
