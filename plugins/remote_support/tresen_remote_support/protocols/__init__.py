# SPDX-License-Identifier: AGPL-3.0-or-later
"""The protocol of a session: what the customer reads afterwards, as a mail and as a PDF."""
