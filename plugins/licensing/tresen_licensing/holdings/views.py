# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agents' pages of licences: one, its form and key, what is up for renewal, and figures."""

from typing import Any

from flask import make_response, render_template, request, url_for
from tresen.sdk import Crumb, Organisation, _, current_desk, kept, needs, taken

from tresen_licensing.holdings import figures, queries, service, states
from tresen_licensing.holdings.forms import LicenceForm
from tresen_licensing.holdings.models import Licence
from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import contracts
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio.views import crumbs

NEW = "/portfolio/organisations/<int:organisation_id>/licences/new"
# What the form shows of a kept licence: all but its key.
NAMES = (
    *("product_id", "edition", "metric", "count", "starts_on", "ends_on"),
    *("maintenance_until", "reminder_days", "is_active", "note"),
)


@blueprint.get("/portfolio/renewals")
@needs("licensing.read")
def renewals() -> Any:
    """Show the licences and vendor contracts of which something ends within 90 days."""
    desk = current_desk()
    until = desk.today() + queries.AHEAD
    ends = [(each.notice_by or each.ends_on, each) for each in contracts.standings(desk)]
    near = [(end, each) for end, each in ends if end is not None and end <= until]
    near.sort(key=lambda pair: pair[0])
    return render_template(
        "licensing/holdings/renewals.html",
        above=crumbs(),
        licences=queries.renewals(desk, until),
        contracts=[each for _end, each in near if each.is_in_force],
        over_used=queries.over_used(desk),
        day=desk.today(),
        states=states,
    )


@blueprint.get("/portfolio/figures")
@needs("licensing.read")
def portfolio_figures() -> Any:
    """Show where support, renewals and licences stand."""
    found = figures.figures(current_desk())
    return render_template("licensing/holdings/figures.html", above=crumbs(), figures=found)


@blueprint.get("/portfolio/licences/<int:licence_id>")
@needs("licensing.read")
def show_licence(licence_id: int) -> Any:
    """Show a licence; its key only says whether there is one."""
    return _page(queries.licence(current_desk(), licence_id))


@blueprint.post("/portfolio/licences/<int:licence_id>/key")
@needs("licensing.work")
def show_key(licence_id: int) -> Any:
    """Show a licence with its key; that it was read stands in the journal."""
    desk = current_desk()
    row = queries.licence(desk, licence_id)
    answer = make_response(_page(row, service.show_key(desk, row)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route(
    "/portfolio/organisations/<int:organisation_id>/licences/new", methods=["GET", "POST"]
)
@needs("licensing.work")
def add_licence(organisation_id: int) -> Any:
    """Add a licence that an organisation holds."""
    desk = current_desk()
    holder = queries.organisation(desk, organisation_id)
    row = Licence(organisation_id=organisation_id)
    return _form_page(row, LicenceForm(), _("New licence"), [_crumb(holder)])


@blueprint.route("/portfolio/licences/<int:licence_id>/edit", methods=["GET", "POST"])
@needs("licensing.work")
def edit_licence(licence_id: int) -> Any:
    """Change a licence."""
    desk = current_desk()
    row = queries.licence(desk, licence_id)
    chosen = [each.id for each in queries.entitled(desk, [row.id]).get(row.id, ())]
    form = LicenceForm(data=_begun(row) | {"entitled": chosen})
    above = [_crumb(row.organisation), Crumb(row.product.name, _url(row))]
    return _form_page(row, form, _("Change"), above)


@blueprint.route("/portfolio/licences/<int:licence_id>/remove", methods=["GET", "POST"])
@needs("licensing.administer")
def remove_licence(licence_id: int) -> Any:
    """Ask whether a licence shall go, and remove it."""
    desk = current_desk()
    row = queries.licence(desk, licence_id)
    above = [_crumb(row.organisation)]
    if request.method == "POST":
        said = _("The licence is removed.")
        return taken(lambda: service.remove_licence(desk, row), said, above[-1].url)
    above.append(Crumb(row.product.name, _url(row)))
    title = f"{row.product.name} {row.edition}".strip()
    return render_template("licensing/remove.html", above=above, title=title)


def _page(row: Licence, key: str | None = None) -> str:
    desk = current_desk()
    own = Licence.organisation_id == row.organisation_id, Licence.product_id == row.product_id
    return render_template(
        "licensing/holdings/show.html",
        above=[_crumb(row.organisation)],
        row=row,
        key=key,
        entitled=queries.entitled(desk, [row.id]).get(row.id, ()),
        over=queries.over_used(desk, *own).get((row.organisation_id, row.product_id)),
        day=desk.today(),
        states=states,
    )


def _form_page(row: Licence, form: LicenceForm, heading: str, above: list[Crumb]) -> Any:
    desk = current_desk()
    entitled = queries.entitled(desk, [row.id]).get(row.id, ()) if row.id else ()
    products = portfolio.licensed(desk, row.product_id)
    form.offer(desk, row.organisation_id, products, entitled)

    def keep(given: dict[str, Any]) -> None:
        service.keep_licence(desk, row, given)

    return kept(form, heading, above, keep, _("The licence is kept."))


def _begun(row: Licence) -> dict[str, Any]:
    """Return what the form of a kept licence begins with."""
    return {name: getattr(row, name) for name in NAMES}


def _crumb(organisation: Organisation) -> Crumb:
    url = url_for("people.organisation", organisation_id=organisation.id)
    return Crumb(organisation.name, url)


def _url(row: Licence) -> str:
    return url_for("licensing.show_licence", licence_id=row.id)
