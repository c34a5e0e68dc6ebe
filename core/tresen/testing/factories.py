# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes people, products and tickets for tests, through the real verbs and without surprise."""

from datetime import datetime

from tresen.access import tokens
from tresen.desk import Desk
from tresen.people import privacy
from tresen.people import service as people
from tresen.people.models import Absence, Organisation, Person, Team
from tresen.products.models import Installation, Product
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage, NewTicket


def make_person(desk: Desk, name: str, address: str, *, role: str = "customer") -> Person:
    """Add a person whose address is proven."""
    return people.add_person(desk, name, address, role=role, proven_at=desk.now())


def make_customer(
    desk: Desk,
    name: str = "Karla Kundin",
    address: str = "karla@kunde.example",
    organisation: Organisation | None = None,
) -> Person:
    """Add a customer of an organisation (a new one, where none is given)."""
    organisation = organisation or people.add_organisation(desk, "Kunde GmbH")
    return people.add_person(desk, name, address, organisation=organisation, proven_at=desk.now())


def make_team(desk: Desk, name: str, *members: Person) -> Team:
    """Add a team of agents."""
    return people.add_team(desk, name, list(members))


def make_absence(desk: Desk, person: Person, starts_at: datetime, ends_at: datetime) -> Absence:
    """Say that an agent is not there from `starts_at` until just before `ends_at`."""
    absence = Absence(person_id=person.id, starts_at=starts_at, ends_at=ends_at)
    desk.session.add(absence)
    desk.session.flush()
    return absence


def make_product(desk: Desk, code: str = "lager", name: str = "Lagerwerk") -> Product:
    """Add an own product."""
    product = Product(code=code, name=name, kind="own", licence="AGPL-3.0-or-later")
    desk.session.add(product)
    desk.session.flush()
    return product


def make_installation(desk: Desk, organisation_id: int, product: Product) -> Installation:
    """Add a production installation of a product at an organisation."""
    installation = Installation(organisation_id=organisation_id, product_id=product.id)
    desk.session.add(installation)
    desk.session.flush()
    return installation


def make_ticket(
    desk: Desk,
    requester: Person | None,
    subject: str = "The printer prints nothing",
    body: str = "It was fine yesterday.",
    *,
    channel: str = "web",
    **given: object,
) -> Ticket:
    """Open a ticket of a requester, by web unless said otherwise, with one message."""
    new = NewTicket(
        subject=subject,
        channel=channel,
        requester_id=requester.id if requester else None,
        organisation_id=requester.organisation_id if requester else None,
        **given,  # type: ignore[arg-type]  # the caller names fields of NewTicket
    )
    first = NewMessage(
        body=body,
        channel=channel,
        is_inbound=True,
        author_id=requester.id if requester else None,
        author_name=requester.name if requester else "",
    )
    return tickets.open_ticket(desk, new, first)


def make_token(desk: Desk, person: Person, *scopes: str) -> str:
    """Make a token with which a program acts for the person, within permissions so named."""
    return tokens.make_token(desk, person, "test", list(scopes))


def change_ticket(desk: Desk, ticket: Ticket, **wanted: object) -> None:
    """Change fields of a ticket by the real verb."""
    tickets.change(desk, ticket, wanted)
    desk.session.flush()


def erase_person(desk: Desk, person: Person) -> None:
    """Erase a person by the real verb; plugins forget them, too."""
    privacy.erase(desk, person.id)
    desk.session.flush()
