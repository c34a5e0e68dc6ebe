# SPDX-License-Identifier: AGPL-3.0-or-later
"""A version with a bill of materials, imported by the agent."""

import pytest
from imported_bills import bom, take_in  # noqa: F401 - fixtures
from tresen.sdk import Desk, Product


@pytest.fixture(autouse=True)
def bare_product(desk: Desk, product: Product) -> Product:
    """Return the product without a licence of its own, which would take part in what clashes."""
    product.licence = ""
    desk.commit()
    return product
