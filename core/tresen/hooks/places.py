# SPDX-License-Identifier: AGPL-3.0-or-later
"""The named places on pages where panels stand; the value is the sentence that explains one."""

from enum import Enum


class Page(Enum):
    """A page that asks for panels; the subject is what the page shows."""

    TICKET = "The agent's page of one ticket; the subject is the Ticket."
    PERSON = "The agent's page of one person; the subject is the Person."
    ORGANISATION = "The agent's page of one organisation; the subject is the Organisation."
    PRODUCT = "The agent's page of one product; the subject is the Product."
    PORTAL = "The customer's start page; the subject is the Person who is signed in."
    SOURCE = "The public page of the running source; the subject is None, anybody reads it."


class Place(Enum):
    """Where on its page a panel stands."""

    SIDE = "In the column beside the main content, below the core's own panels."
    MAIN = "Above the main content, as wide as it is."
    HEAD = "A badge in the head of the page, beside the subject's state."
