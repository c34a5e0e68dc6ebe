# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides who asks what: gives each case of each scenario to a customer that could have it.

Every case is used once, so that no two of the tickets are the same text.
"""

import random
from collections import Counter
from dataclasses import dataclass

from tresen.demo.records import Case, Contact, Content, Customer, Installed, Scenario

COLLEAGUE_SHARE = 0.12


@dataclass(frozen=True)
class Casting:
    """A case with the people and the installation that it happens to."""

    scenario: Scenario
    case: Case
    customer: Customer
    contact: Contact
    installed: Installed | None
    channel: str
    colleague: Contact | None


class Caster:
    """Hands out cases so that those who should ask more do, and everybody asks something."""

    def __init__(self, content: Content, rng: random.Random) -> None:
        self.content = content
        self.rng = rng
        self.asked: Counter[str] = Counter()

    def cast(self, count: int) -> list[Casting]:
        """Return `count` castings in no particular order; the pickiest cases choose first."""
        cases = [(s, case) for s in self.content.scenarios for case in s.cases]
        self.rng.shuffle(cases)
        chosen = sorted(cases[:count], key=lambda pair: len(self._customers(*pair)))
        castings = [self._casting(scenario, case) for scenario, case in chosen]
        self.rng.shuffle(castings)
        return castings

    def _customers(self, scenario: Scenario, case: Case) -> list[Customer]:
        return [
            customer for customer in self.content.customers if may_have(customer, scenario, case)
        ]

    def _casting(self, scenario: Scenario, case: Case) -> Casting:
        customers = self._customers(scenario, case)
        if not customers:
            raise ValueError(f"No customer can have {case.subject!r} of {scenario.key}.")
        customer = max(customers, key=self._turn)
        speaking = [c for c in customer.contacts if c.language == scenario.language]
        contact = min(speaking, key=lambda c: (self._share(customer, c), self.rng.random()))
        self.asked.update((customer.key, contact.address))
        others = [c for c in speaking if c is not contact]
        joins = others and self.rng.random() < COLLEAGUE_SHARE
        return Casting(
            scenario,
            case,
            customer,
            contact,
            next((i for i in customer.installed if i.product == case.product), None),
            self.rng.choice(scenario.channels),
            self.rng.choice(others) if joins else None,
        )

    def _share(self, customer: Customer, contact: Contact) -> float:
        """How much somebody has asked already; who looks after the contract asks twice as much."""
        return self.asked[contact.address] / (2 if contact is customer.contacts[0] else 1)

    def _turn(self, customer: Customer) -> float:
        """How much it is a customer's turn: weight over what was asked, with some chance."""
        return customer.weight / (1 + self.asked[customer.key]) * self.rng.uniform(0.8, 1.2)


def may_have(customer: Customer, scenario: Scenario, case: Case) -> bool:
    """Whether the case can happen there: language, product, sector, country, or named by key."""
    if all(contact.language != scenario.language for contact in customer.contacts):
        return False
    if case.product and case.product not in {i.product for i in customer.installed}:
        return False
    if case.only:
        return customer.key in case.only
    in_sector = not case.sectors or customer.sector in case.sectors
    return in_sector and (not case.countries or customer.country in case.countries)
