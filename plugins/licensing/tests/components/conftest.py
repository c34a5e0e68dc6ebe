# SPDX-License-Identifier: AGPL-3.0-or-later
"""A version with a bill of materials."""

from imported_bills import bom, take_in  # noqa: F401 - fixtures
