# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of products, their versions and where they run."""

from typing import Any

from flask import Blueprint, render_template, url_for

from tresen.desk import Desk
from tresen.i18n import _
from tresen.people import queries as people
from tresen.people.models import Team
from tresen.products import queries, service
from tresen.products.forms import (
    KINDS,
    InstallationForm,
    ProductForm,
    VersionForm,
)
from tresen.products.service import INSTALLATION_FIELDS, PRODUCT_FIELDS
from tresen.web.form_pages import form_page
from tresen.web.forms import choices
from tresen.web.permissions import needs
from tresen.web.work import current_desk

blueprint = Blueprint("products", __name__, url_prefix="/products")


@blueprint.get("/")
@needs("products.read")
def index() -> Any:
    """List the products by name."""
    found = queries.products_by_name(current_desk())
    return render_template("products/list.html", products=found, kinds=KINDS)


@blueprint.get("/<int:product_id>")
@needs("products.read")
def product(product_id: int) -> Any:
    """Show one product with its versions and where it runs."""
    desk = current_desk()
    found = queries.product_by_id(desk, product_id)
    return render_template(
        "products/product.html",
        product=found,
        team=desk.session.get(Team, found.team_id) if found.team_id else None,
        versions=queries.versions_of(desk, product_id),
        installations=queries.installations_of_product(desk, product_id),
        kinds=KINDS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs("products.change")
def new_product() -> Any:
    """Add a product."""
    desk = current_desk()
    form = ProductForm()
    form.team_id.choices = _teams(desk)

    def add() -> tuple[str, str]:
        made = service.add_product(desk, _values(form, PRODUCT_FIELDS))
        back = url_for("products.product", product_id=made.id)
        return _("%(name)s is added.") % {"name": made.name}, back

    return form_page(_("New product"), form, url_for("products.index"), add, form.code)


@blueprint.route("/<int:product_id>/edit", methods=["GET", "POST"])
@needs("products.change")
def edit_product(product_id: int) -> Any:
    """Change a product."""
    desk = current_desk()
    found = queries.product_by_id(desk, product_id)
    back = url_for("products.product", product_id=product_id)
    form = ProductForm(obj=found)
    form.team_id.choices = _teams(desk)

    def change() -> tuple[str, str]:
        service.change_product(desk, found, _values(form, PRODUCT_FIELDS))
        return _("%(name)s is saved.") % {"name": found.name}, back

    heading = _("Change %(name)s") % {"name": found.name}
    return form_page(heading, form, back, change, form.code)


@blueprint.route("/<int:product_id>/versions/new", methods=["GET", "POST"])
@needs("products.change")
def new_version(product_id: int) -> Any:
    """Add a version."""
    desk = current_desk()
    found = queries.product_by_id(desk, product_id)
    back = url_for("products.product", product_id=product_id)
    form = VersionForm()

    def add() -> tuple[str, str]:
        number, released = str(form.number.data), form.released_on.data
        service.add_version(desk, found, number, released, form.support_until.data)
        return _("Version %(number)s is added.") % {"number": number}, back

    heading = _("New version of %(name)s") % {"name": found.name}
    return form_page(heading, form, back, add, form.number)


@blueprint.route("/installations/at/<int:organisation_id>", methods=["GET", "POST"])
@needs("products.change")
def new_installation(organisation_id: int) -> Any:
    """Add an installation at an organisation."""
    desk = current_desk()
    organisation = people.organisation_by_id(desk, organisation_id)
    back = url_for("people.organisation", organisation_id=organisation_id)
    form = _with_choices(desk, InstallationForm())

    def add() -> tuple[str, str]:
        service.add_installation(desk, organisation, _values(form, INSTALLATION_FIELDS))
        return _("The installation is added."), back

    heading = _("New installation at %(name)s") % {"name": organisation.name}
    return form_page(heading, form, back, add, form.version_id)


@blueprint.route("/installations/<int:installation_id>", methods=["GET", "POST"])
@needs("products.change")
def edit_installation(installation_id: int) -> Any:
    """Change an installation."""
    desk = current_desk()
    found = queries.installation_by_id(desk, installation_id)
    back = url_for("people.organisation", organisation_id=found.organisation_id)
    form = _with_choices(desk, InstallationForm(obj=found), found.product_id)

    def change() -> tuple[str, str]:
        service.change_installation(desk, found, _values(form, INSTALLATION_FIELDS))
        return _("The installation is saved."), back

    heading = _("Installation at %(name)s") % {"name": found.organisation.name}
    return form_page(heading, form, back, change, form.version_id)


def _values(form: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: form[name].data for name in names}
    # A text field that was left empty is an empty text; only choices may be nothing.
    return {k: "" if v is None and not k.endswith("_id") else v for k, v in values.items()}


def _with_choices(
    desk: Desk, form: InstallationForm, kept_id: int | None = None
) -> InstallationForm:
    # What runs at a customer may be a product that is no longer offered.
    form.product_id.choices = choices(queries.product_names(desk, kept_id))
    versions = queries.versions_by_product(desk, kept_id)
    form.version_id.choices = choices([("", _("not known")), *versions])
    return form


def _teams(desk: Desk) -> list[Any]:
    teams = [(team.id, team.name) for team, _members in people.teams_with_members(desk)]
    return choices([("", _("none")), *teams])
