# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the catalogue: what is offered, one product, its releases and where it runs."""

from typing import Any

from flask import Response, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Installation,
    Product,
    _,
    current_desk,
    file_headers,
    kept,
    needs,
    read_file,
)

from tresen_licensing.advisories import queries as advisories
from tresen_licensing.holdings import queries as holdings
from tresen_licensing.holdings import states as holding_states
from tresen_licensing.obligations import queries as obligations
from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import contracts, files, queries, service, states
from tresen_licensing.portfolio.forms import OfferingForm, ReleaseForm, SetupForm, uploads
from tresen_licensing.portfolio.models import Release


@blueprint.get("/portfolio")
@needs("licensing.read")
def portfolio() -> Any:
    """Show what is offered, of the `kind` and in the `lifecycle` that the address names."""
    desk = current_desk()
    kind, lifecycle = request.args.get("kind", ""), request.args.get("lifecycle", "")
    return render_template(
        "licensing/portfolio/index.html",
        entries=queries.catalogue(desk, kind, lifecycle),
        wanted={"kind": kind, "lifecycle": lifecycle},
        states=states,
    )


@blueprint.get("/portfolio/<int:product_id>")
@needs("licensing.read")
def portfolio_product(product_id: int) -> Any:
    """Show how a product is offered, its versions, where they run and who holds licences."""
    desk = current_desk()
    found = queries.product(desk, product_id)
    known = queries.contracts_of(desk, [product_id]).get(product_id, ())
    releases = queries.releases(desk, product_id)
    version_ids = [row[0].id for row in releases]
    return render_template(
        "licensing/portfolio/show.html",
        above=crumbs(),
        entry=queries.entry(desk, found),
        releases=releases,
        standings=obligations.standings(desk, version_ids),
        advised=advisories.open_counts(desk, version_ids),
        running=queries.running(desk, Installation.product_id == product_id),
        most=queries.MOST,
        contracts=[contracts.standing(each, desk.today()) for each in known],
        holdings=holdings.of_product(desk, product_id),
        day=desk.today(),
        states=states,
        holding_states=holding_states,
    )


@blueprint.route("/portfolio/<int:product_id>/edit", methods=["GET", "POST"])
@needs("licensing.work")
def edit_offering(product_id: int) -> Any:
    """Say how a product is offered."""
    desk = current_desk()
    found = queries.product(desk, product_id)
    entry = queries.entry(desk, found)
    form = OfferingForm(obj=entry.offering, data={"lifecycle": entry.lifecycle})
    form.offer(desk, entry.offering)

    def keep(given: dict[str, Any]) -> None:
        service.keep_offering(desk, found, given)

    return kept(form, _("Offering"), crumbs(found), keep, _("The offering is kept."))


@blueprint.route("/portfolio/versions/<int:version_id>", methods=["GET", "POST"])
@needs("licensing.work")
def edit_release(version_id: int) -> Any:
    """Say how a version was given out, and keep its files."""
    desk = current_desk()
    version = queries.version(desk, version_id)
    days = {name: getattr(version, name) for name in service.DAYS}
    form = ReleaseForm(data=days | _texts(queries.release(desk, version_id)))

    def keep(given: dict[str, Any]) -> None:
        sent = uploads(given)
        service.keep_release(desk, version, given, sent)

    heading = _("Version %(number)s") % {"number": version.number}
    return kept(form, heading, crumbs(version.product), keep, _("The version is kept."))


@blueprint.get("/portfolio/versions/<int:version_id>/<any(source, sbom):kind>")
@needs("licensing.read")
def release_file(version_id: int, kind: str) -> Any:
    """Hand out the source or the SBOM of a version."""
    desk = current_desk()
    file = files.of_kind(queries.release(desk, version_id), kind)
    body = read_file(desk, file)
    return Response(body, headers=file_headers(file.name, file.media_type, body))


@blueprint.route("/portfolio/installations/<int:installation_id>", methods=["GET", "POST"])
@needs("licensing.work")
def edit_setup(installation_id: int) -> Any:
    """Say what is particular about an installation."""
    desk = current_desk()
    found = queries.installation(desk, installation_id)
    form = SetupForm(obj=queries.setup(desk, installation_id))
    url = url_for("people.organisation", organisation_id=found.organisation_id)
    above = [Crumb(found.organisation.name, url)]

    def keep(given: dict[str, Any]) -> None:
        service.keep_setup(desk, found, given)

    heading = _("%(product)s: what is particular") % {"product": found.product.name}
    return kept(form, heading, above, keep, _("The installation is kept."))


def crumbs(product: Product | None = None) -> list[Crumb]:
    """Return the way to a product's page, or to the catalogue where none is given."""
    found = [Crumb(_("Portfolio"), url_for("licensing.portfolio"))]
    if product is not None:
        url = url_for("licensing.portfolio_product", product_id=product.id)
        found.append(Crumb(product.name, url))
    return found


def _texts(release: Release | None) -> dict[str, str]:
    names = ("channel", "notes_de", "notes_en")
    return {name: getattr(release, name) for name in names} if release else {}
