# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of vendors and of the contracts with them."""

from typing import Any

from flask import render_template, request, url_for
from tresen.sdk import Crumb, _, current_desk, kept, needs, taken

from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import contracts
from tresen_licensing.portfolio.forms import ContractForm, VendorForm
from tresen_licensing.portfolio.models import Vendor, VendorContract
from tresen_licensing.portfolio.views import crumbs


@blueprint.get("/portfolio/vendors")
@needs("licensing.read")
def vendors() -> Any:
    """Show the vendors with their contracts, and by when notice has to be given."""
    desk = current_desk()
    return render_template(
        "licensing/portfolio/vendors.html",
        above=crumbs(),
        vendors=contracts.vendors(desk),
        standings=contracts.standings(desk),
        covered=contracts.covered(desk),
    )


@blueprint.route("/portfolio/vendors/new", methods=["GET", "POST"])
@needs("licensing.work")
def add_vendor() -> Any:
    """Add a vendor."""
    return _vendor_page(Vendor(), _("New vendor"))


@blueprint.route("/portfolio/vendors/<int:vendor_id>/edit", methods=["GET", "POST"])
@needs("licensing.work")
def edit_vendor(vendor_id: int) -> Any:
    """Change a vendor."""
    row = contracts.vendor(current_desk(), vendor_id)
    return _vendor_page(row, _("Change %(name)s") % {"name": row.name})


@blueprint.route("/portfolio/vendors/contracts/new", methods=["GET", "POST"])
@needs("licensing.work")
def add_contract() -> Any:
    """Add a contract with a vendor."""
    return _contract_page(VendorContract(), _("New contract"), {})


@blueprint.route("/portfolio/vendors/contracts/<int:contract_id>/edit", methods=["GET", "POST"])
@needs("licensing.work")
def edit_contract(contract_id: int) -> Any:
    """Change a contract with a vendor."""
    desk = current_desk()
    row = contracts.contract(desk, contract_id)
    chosen = [each.id for each in contracts.covered(desk).get(row.id, ())]
    heading = _("Contract %(number)s") % {"number": row.number}
    return _contract_page(row, heading, {"products": chosen})


@blueprint.route("/portfolio/vendors/contracts/<int:contract_id>/remove", methods=["GET", "POST"])
@needs("licensing.administer")
def remove_contract(contract_id: int) -> Any:
    """Ask whether a contract shall go, and remove it."""
    desk = current_desk()
    row = contracts.contract(desk, contract_id)
    above = _above()
    if request.method == "POST":
        said = _("The contract is removed.")
        return taken(lambda: contracts.remove_contract(desk, row), said, above[-1].url)
    title = f"{row.vendor.name} {row.number}"
    return render_template("licensing/remove.html", above=above, title=title)


def _vendor_page(row: Vendor, heading: str) -> Any:
    form = VendorForm(obj=row)

    def keep(given: dict[str, Any]) -> None:
        contracts.keep_vendor(current_desk(), row, given)

    return kept(form, heading, _above(), keep, _("The vendor is kept."))


def _contract_page(row: VendorContract, heading: str, chosen: dict[str, Any]) -> Any:
    desk = current_desk()
    form = ContractForm(obj=row if row.id else None, data=chosen)
    form.offer(desk)

    def keep(given: dict[str, Any]) -> None:
        contracts.keep_contract(desk, row, given)

    return kept(form, heading, _above(), keep, _("The contract is kept."))


def _above() -> list[Crumb]:
    return [*crumbs(), Crumb(_("Vendors"), url_for("licensing.vendors"))]
