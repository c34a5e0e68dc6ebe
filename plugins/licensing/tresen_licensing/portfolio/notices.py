# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells who answers for a product, a year to a month before, that its support is about to end.

They get a ticket, or the product's team where nobody answers for it: so it can be given to
somebody, waits, and is solved. No customer sees it; who writes to them decides that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from tresen.sdk import (
    Desk,
    Installation,
    NewMessage,
    NewTicket,
    Person,
    Product,
    ProductVersion,
    Ticket,
    _,
    active_agents,
    day,
    ngettext,
    open_ticket,
    speaking_to,
)

from tresen_licensing.portfolio import queries, states, terms
from tresen_licensing.portfolio.models import EndNotice, Offering

# Months before the end, the last first.
STAGES = (1, 3, 6, 12)
CHANNEL = "licensing"
# As many installations a notice names.
NAMED = 20


@dataclass(frozen=True)
class End:
    """That the support of a product, or of one of its versions, ends with a day."""

    product: Product
    version: ProductVersion | None
    until: date
    owner_id: int | None

    @property
    def title(self) -> str:
        """What ends, as people call it."""
        return f"{self.product.name} {self.version.number}" if self.version else self.product.name


def tell(desk: Desk) -> None:
    """Open a ticket for each end that has come nearer; harmless when run again."""
    today, told = desk.today(), _told(desk)
    for end in [*_of_products(desk), *_of_versions(desk)]:
        months = stage(end.until, today)
        if (end.product.id, end.version and end.version.id, end.until, months) not in told:
            _tell(desk, end, months)


def stage(until: date, today: date) -> int:
    """Return which of the stages has come: how many months at most are left."""
    return next(each for each in STAGES if today >= terms.later(until, -each) or each == STAGES[-1])


def inform(desk: Desk, subject: str, body: str, product: Product, owner: Person | None) -> Ticket:
    """Open a ticket about a product for who answers for it; who is gone is nobody."""
    agents = {each.id for each in active_agents(desk)}
    new = NewTicket(
        subject=subject,
        channel=CHANNEL,
        product_id=product.id,
        owner_id=owner.id if owner is not None and owner.id in agents else None,
    )
    # As one that came in: of such a message its owner is told by mail.
    return open_ticket(desk, new, NewMessage(body, CHANNEL, is_inbound=True, author_name="Tresen"))


def _told(desk: Desk) -> set[tuple[int, int | None, date, int]]:
    rows = desk.session.scalars(select(EndNotice).where(EndNotice.until >= desk.today()))
    return {(each.product_id, each.version_id, each.until, each.months) for each in rows}


def _of_products(desk: Desk) -> Iterator[End]:
    statement = select(Offering, Product).join(Product, Product.id == Offering.product_id)
    near = Offering.support_until.between(desk.today(), terms.later(desk.today(), STAGES[-1]))
    rows = desk.session.execute(statement.where(near, Offering.lifecycle.not_in(states.OVER)))
    for offering, product in rows.all():
        if offering.support_until is not None:
            yield End(product, None, offering.support_until, offering.owner_id)


def _of_versions(desk: Desk) -> Iterator[End]:
    """Yield the ends of versions that run somewhere; nobody waits for those of others."""
    runs = select(Installation.id).where(Installation.version_id == ProductVersion.id).exists()
    near = ProductVersion.support_until.between(desk.today(), terms.later(desk.today(), STAGES[-1]))
    statement = (
        select(ProductVersion, Product, Offering)
        .join(Product, Product.id == ProductVersion.product_id)
        .outerjoin(Offering, Offering.product_id == Product.id)
        .where(near, runs)
    )
    for version, product, offering in desk.session.execute(statement).all():
        is_over = states.lifecycle(product, offering) in states.OVER
        if version.support_until is not None and not is_over:
            owner_id = offering.owner_id if offering is not None else None
            yield End(product, version, version.support_until, owner_id)


def _tell(desk: Desk, end: End, months: int) -> None:
    owner = desk.session.get(Person, end.owner_id) if end.owner_id else None
    with speaking_to(desk, owner.language if owner else None):
        subject, body = _words(desk, end, months)
        inform(desk, subject, body, end.product, owner)
    row = EndNotice(
        product_id=end.product.id,
        version_id=end.version.id if end.version else None,
        until=end.until,
        months=months,
        told_at=desk.now(),
    )
    desk.session.add(row)
    desk.session.flush()


def _words(desk: Desk, end: End, months: int) -> tuple[str, str]:
    """Return subject and text in the language in use."""
    told = {"title": end.title, "day": day(end.until), "num": months}
    whose = Installation.version_id == end.version.id if end.version else None
    whose = Installation.product_id == end.product.id if whose is None else whose
    rows = queries.running(desk, whose)
    names = [f"- {each.installation.organisation.name}" for each in rows]
    places = list(dict.fromkeys(names))
    paragraphs = [
        ngettext(
            "The support of %(title)s ends on %(day)s, in a month at most.",
            "The support of %(title)s ends on %(day)s, in %(num)s months at most.",
            months,
        )
        % told,
        _("Customers were not told. Where it runs:") if places else _("It runs nowhere."),
        "\n".join(places[:NAMED]),
        _("There are more: the product's page lists them.") if places[NAMED:] else "",
    ]
    subject = _("Support of %(title)s ends on %(day)s") % told
    return subject, "\n\n".join(each for each in paragraphs if each)
