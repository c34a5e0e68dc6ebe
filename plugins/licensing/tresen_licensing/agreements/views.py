# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of agreements."""

from typing import Any

from flask import Response, render_template, url_for
from tresen.sdk import (
    Crumb,
    Missing,
    _,
    current_desk,
    file_headers,
    kept,
    needs,
    read_file,
)

from tresen_licensing.agreements import queries, service, terms
from tresen_licensing.agreements.forms import (
    AgreementForm,
    EndForm,
    NewAgreementForm,
    begun,
    document_of,
)
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.pages import blueprint, crumbs


@blueprint.get("/agreements/")
@needs("licensing.read")
def agreements() -> Any:
    """List the agreements by customer."""
    return render_template(
        "licensing/agreements/index.html",
        above=crumbs(),
        rows=queries.agreements(current_desk()),
        terms=terms,
    )


@blueprint.get("/agreements/<int:agreement_id>")
@needs("licensing.read")
def agreement(agreement_id: int) -> Any:
    """Show what was agreed."""
    row = queries.agreement(current_desk(), agreement_id)
    return render_template("licensing/agreements/show.html", above=_above(), row=row, terms=terms)


@blueprint.get("/agreements/<int:agreement_id>/document")
@needs("licensing.read")
def agreement_document(agreement_id: int) -> Response:
    """Return the signed document."""
    desk = current_desk()
    file = queries.agreement(desk, agreement_id).document
    if file is None:
        raise Missing(_("This agreement has no document."))
    body = read_file(desk, file)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=False))


@blueprint.route("/agreements/new", methods=["GET", "POST"])
@needs("licensing.administer")
def add_agreement() -> Any:
    """Keep what was agreed with a customer."""
    desk = current_desk()

    def keep(given: dict[str, Any]) -> None:
        document = document_of(given)
        service.agree(desk, given["organisation_id"], given, document)

    return kept(NewAgreementForm(), _("New agreement"), _above(), keep, _("The agreement is kept."))


@blueprint.route("/agreements/<int:agreement_id>/edit", methods=["GET", "POST"])
@needs("licensing.administer")
def edit_agreement(agreement_id: int) -> Any:
    """Change an agreement, or send its signed document."""
    desk = current_desk()
    row = queries.agreement(desk, agreement_id)

    def keep(given: dict[str, Any]) -> None:
        document = document_of(given)
        service.amend(desk, row, given, document)

    form = AgreementForm(data=begun(row))
    return kept(form, _("Edit"), _above(row), keep, _("The agreement is kept."))


@blueprint.route("/agreements/<int:agreement_id>/end", methods=["GET", "POST"])
@needs("licensing.administer")
def end_agreement(agreement_id: int) -> Any:
    """End an agreement with a day."""
    desk = current_desk()
    row = queries.agreement(desk, agreement_id)

    def keep(given: dict[str, Any]) -> None:
        service.end(desk, row, given["ended_on"])

    form = EndForm(data={"ended_on": desk.today()})
    return kept(form, _("End the agreement"), _above(row), keep, _("The agreement is ended."))


def _above(row: Agreement | None = None) -> list[Crumb]:
    found = [*crumbs(), Crumb(_("Agreements"), url_for("licensing.agreements"))]
    if row is not None:
        found.append(Crumb(row.title, url_for("licensing.agreement", agreement_id=row.id)))
    return found
