# SPDX-License-Identifier: AGPL-3.0-or-later
"""The requirements after OPS.1.2.5 in our own words, each with what it asks of the operator.

The numbers are those of BSI IT-Grundschutz, Edition 2023, so that a report can be laid beside it.
"""

from dataclasses import dataclass

from tresen.sdk import lazy


@dataclass(frozen=True)
class Requirement:
    """A requirement: its number, what it is about, and the question to the operator."""

    key: str
    title: str
    question: str


ALL = (
    Requirement(
        "A1",
        lazy("Planning"),
        lazy("Is it decided which systems are maintained remotely, by whom and for what?"),
    ),
    Requirement(
        "A2",
        lazy("Safe set-up of connections"),
        lazy("Do sessions begin only from inside, with the customer at the screen knowing of it?"),
    ),
    Requirement(
        "A3",
        lazy("Securing interfaces"),
        lazy("Are ways into the network opened only as far and as long as a session needs them?"),
    ),
    Requirement(
        "A5",
        lazy("Online services"),
        lazy("Is it decided which services of others may be used for it, and for which data?"),
    ),
    Requirement(
        "A6",
        lazy("Policy"),
        lazy("Is there a written policy for remote support, and do those who give it know it?"),
    ),
    Requirement(
        "A7",
        lazy("Documentation"),
        lazy("Does somebody look regularly whether every session is documented?"),
    ),
    Requirement(
        "A8",
        lazy("Secure protocols"),
        lazy("Are the connections encrypted with methods that are regarded as safe today?"),
    ),
    Requirement(
        "A9",
        lazy("Choice of tools"),
        lazy("Were the tools chosen by written demands, with data protection and staff council?"),
    ),
    Requirement(
        "A10",
        lazy("Managing the tools"),
        lazy("Are the tools kept up to date, and is it settled who looks after them?"),
    ),
    Requirement(
        "A14",
        lazy("Dedicated accounts"),
        lazy(
            "Does each person who maintains have an account of their own with no more rights"
            " than needed?"
        ),
    ),
    Requirement(
        "A17",
        lazy("Authentication"),
        lazy("Do agents prove who they are with a second factor?"),
    ),
    Requirement(
        "A19",
        lazy("Third parties"),
        lazy(
            "Are contracts for processing on behalf (GDPR article 28) in place, and are sessions of"
            " third parties watched?"
        ),
    ),
    Requirement(
        "A20",
        lazy("Operation"),
        lazy("Is it settled who watches remote support in operation and acts on incidents?"),
    ),
    Requirement(
        "A21",
        lazy("Fall-back plan"),
        lazy("Is it written down how support goes on when remote support fails?"),
    ),
)
KEYS = tuple(each.key for each in ALL)
