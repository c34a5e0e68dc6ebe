# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a release's components: imported, cleared, handed on as CycloneDX and notices."""

from typing import Any

from flask import Response, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Missing,
    ProductVersion,
    Refused,
    _,
    current_desk,
    file_headers,
    kept,
    needs,
    read_file,
)

from tresen_licensing.advisories import queries as advisories
from tresen_licensing.boms import writing
from tresen_licensing.components import names, notices, queries, service
from tresen_licensing.components.forms import BomForm, ClearForm, upload_of
from tresen_licensing.components.models import Bom
from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio.views import crumbs

# Components of a bill that a request writes as CycloneDX; more take longer than anybody waits.
MOST_WRITTEN = 10_000
NOTICES = {"txt": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8"}


@blueprint.get("/portfolio/versions/<int:version_id>/components")
@needs("licensing.read")
def release_components(version_id: int) -> Any:
    """Show what a version consists of, narrowed by `words`, and what is not clear about it."""
    desk, version = _wanted(version_id)
    bom = queries.current(desk, version_id)
    words, page = request.args.get("words", ""), request.args.get("page", 1, type=int)
    rows = queries.components(desk, bom.id, words, page) if bom else ()
    return render_template(
        "licensing/components/index.html",
        above=crumbs(version.product),
        version=version,
        bom=bom,
        rows=rows[: queries.PAGE],
        pages=_pages(version_id, words, page, is_more=len(rows) > queries.PAGE),
        words=words,
        unclear=queries.unclear(desk, bom.id) if bom else (),
        advised=advisories.by_component(desk, version_id) if bom else {},
        suggestion=names.suggestion,
        earlier=queries.earlier(desk, version_id),
    )


@blueprint.route("/portfolio/versions/<int:version_id>/components/import", methods=["GET", "POST"])
@needs("licensing.work")
def import_bom(version_id: int) -> Any:
    """Import a bill of materials in the place of the one before."""
    desk, version = _wanted(version_id)

    def keep(given: dict[str, Any]) -> None:
        service.take_in(desk, version, upload_of(given["file"]))

    said = _("The bill of materials is imported.")
    return kept(BomForm(), _("Import an SBOM"), _above(version), keep, said)


@blueprint.route(
    "/portfolio/versions/<int:version_id>/components/<int:component_id>", methods=["GET", "POST"]
)
@needs("licensing.work")
def clear_component(version_id: int, component_id: int) -> Any:
    """Conclude under which licence a component is, and others that say the same."""
    desk, version = _wanted(version_id)
    one = queries.component(desk, version_id, component_id)
    form = ClearForm()
    form.offer(one, queries.alike(desk, one))

    def keep(given: dict[str, Any]) -> None:
        note, is_for_all = given["note"] or "", given["is_for_all"]
        service.clear(desk, one, given["expression"], note, is_for_all=is_for_all)

    heading = f"{one.title} {one.version}".strip()
    return kept(form, heading, _above(version), keep, _("The licence is noted."))


@blueprint.get("/portfolio/versions/<int:version_id>/components.<any(json, xml):form>")
@needs("licensing.read")
def export_bom(version_id: int, form: str) -> Any:
    """Hand out what a version consists of as CycloneDX, with what we concluded."""
    desk, version = _wanted(version_id)
    bom = _bom(desk, version_id)
    if bom.count > MOST_WRITTEN:
        words = {"most": MOST_WRITTEN}
        raise Refused(
            _("More than %(most)s components are not written anew: take the file as imported.")
            % words
        )
    about = version.product.name, version.number
    heading = writing.Heading(*about, desk.config.operator, desk.config.base_url, bom.imported_at)
    text = writing.text_of(writing.bom_of(heading, queries.bill_of(desk, bom)), form)
    name = f"{version.product.code}-{version.number}.cdx.{form}"
    return _download(name, writing.MEDIA_TYPES[form], text.encode())


@blueprint.get("/portfolio/versions/<int:version_id>/notices.<any(txt, html):form>")
@needs("licensing.read")
def third_party_notices(version_id: int, form: str) -> Any:
    """Hand out the third-party notices of a version."""
    desk, version = _wanted(version_id)
    title = f"{version.product.name} {version.number}"
    found = notices.notices(desk, _bom(desk, version_id), title)
    if form == "txt":
        text = notices.as_text(found)
    else:
        text = render_template(
            "licensing/files/notices.html", found=found, licence_of=notices.licence_of
        )
    return _download(f"third-party-notices.{form}", NOTICES[form], text.encode())


@blueprint.get("/portfolio/versions/<int:version_id>/boms/<int:bom_id>")
@needs("licensing.read")
def bom_file(version_id: int, bom_id: int) -> Any:
    """Hand out the file of a bill as it was imported, of one that was superseded too."""
    desk = current_desk()
    file = queries.bom_of(desk, version_id, bom_id).file
    if file is None:
        raise Missing(_("This file does not exist."))
    return _download(file.name, file.media_type, read_file(desk, file))


def _above(version: ProductVersion) -> list[Crumb]:
    url = url_for("licensing.release_components", version_id=version.id)
    words = {"number": version.number}
    return [*crumbs(version.product), Crumb(_("Components of %(number)s") % words, url)]


def _wanted(version_id: int) -> tuple[Desk, ProductVersion]:
    desk = current_desk()
    return desk, portfolio.version(desk, version_id)


def _bom(desk: Desk, version_id: int) -> Bom:
    found = queries.current(desk, version_id)
    if found is None:
        raise Missing(_("No bill of materials was imported for this version."))
    return found


def _pages(version_id: int, words: str, page: int, *, is_more: bool) -> dict[str, Any]:
    def url(number: int) -> str:
        said = words or None
        turned = number if number > 1 else None
        name = "licensing.release_components"
        return url_for(name, version_id=version_id, words=said, page=turned)

    return {
        "previous_url": url(page - 1) if page > 1 else None,
        "next_url": url(page + 1) if is_more else None,
    }


def _download(name: str, media_type: str, body: bytes) -> Response:
    return Response(body, headers=file_headers(name, media_type, body, may_show=False))
