# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of products, versions and installations."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.people.models import Organisation
from tresen.products.models import Installation, Product, ProductVersion

PRODUCT_FIELDS = ("code", "name", "kind", "licence", "repository", "team_id", "is_active")
INSTALLATION_FIELDS = ("product_id", "version_id", "name", "environment", "note")


def add_product(desk: Desk, values: dict[str, Any]) -> Product:
    """Add a product from PRODUCT_FIELDS; raises Refused for a code that another one has."""
    _check_code(desk, values["code"])
    product = Product(**values)
    desk.session.add(product)
    desk.session.flush()
    journal.record(desk, "product", product.id, "added")
    return product


def change_product(desk: Desk, product: Product, values: dict[str, Any]) -> None:
    """Change fields of a product and record them; raises Refused as `add_product`."""
    _check_code(desk, values["code"], product.id)
    journal.change(desk, "product", product, values)


def add_version(
    desk: Desk, product: Product, number: str, released_on: date | None, until: date | None
) -> ProductVersion:
    """Add a version of a product; `until` is the last day of its support.

    Raises Refused for a number that the product has already, and for support that ends before
    the release.
    """
    if released_on and until and until < released_on:
        raise Refused(
            _("The support of %(number)s would end before its release.") % {"number": number}
        )
    known = select(ProductVersion.id).where(
        ProductVersion.product_id == product.id, ProductVersion.number == number.strip()
    )
    if desk.session.scalar(known):
        raise Refused(
            _("%(product)s has a version %(number)s already.")
            % {"product": product.name, "number": number}
        )
    version = ProductVersion(
        product_id=product.id, number=number.strip(), released_on=released_on, support_until=until
    )
    desk.session.add(version)
    desk.session.flush()
    journal.record(desk, "product", product.id, "version_added", {"version": (None, number)})
    return version


def add_installation(
    desk: Desk, organisation: Organisation, values: dict[str, Any]
) -> Installation:
    """Add an installation at an organisation from INSTALLATION_FIELDS.

    Raises Refused for a version of another product.
    """
    _check_version(desk, values)
    installation = Installation(organisation_id=organisation.id, **values)
    desk.session.add(installation)
    desk.session.flush()
    journal.record(desk, "installation", installation.id, "added")
    return installation


def change_installation(desk: Desk, installation: Installation, values: dict[str, Any]) -> None:
    """Change an installation and record it; raises Refused as `add_installation`."""
    _check_version(desk, values)
    journal.change(desk, "installation", installation, values)


def _check_code(desk: Desk, code: str, own_id: int | None = None) -> None:
    found = desk.session.scalar(select(Product.id).where(Product.code == code))
    if found not in (None, own_id):
        raise Refused(_("The code %(code)s belongs to another product.") % {"code": code})


def _check_version(desk: Desk, values: dict[str, Any]) -> None:
    version_id = values.get("version_id")
    if version_id is None:
        return
    version = desk.session.get(ProductVersion, version_id)
    if version is None or version.product_id != values["product_id"]:
        raise Refused(_("This version belongs to another product."))
