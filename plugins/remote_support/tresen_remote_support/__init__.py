# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remote support: from the ticket to the customer's screen, with consent and a record."""

__version__ = "0.1.0"
