# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hands source out to everybody, and shows agents what is on offer."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from tresen.sdk import (
    _,
    current_desk,
    desk_for,
    enqueue,
    file_headers,
    limit,
    needs,
    open_to_all,
    read_file,
    source_of,
)

from tresen_licensing.pages import blueprint
from tresen_licensing.sources import cards, findings, queries, sbom, service, states

# Downloads from one network address; generous, as an office may share one.
MOST_DOWNLOADS, WINDOW = 60, timedelta(hours=1)
# What the browser keeps for good: other bytes have another address.
FOR_GOOD = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"
MEDIA_TYPE = {"json": "application/json", "xml": "application/octet-stream"}


@blueprint.get("/source/<any(running):what>.json")
@open_to_all("the licence offers the source to everybody who uses the service (AGPL section 13)")
def manifest(what: str) -> Any:
    """Say to programs what runs here and where its source is."""
    answer = jsonify({what: cards.cards(queries.running(current_desk()))})
    answer.headers["Cache-Control"] = BRIEFLY
    return answer


@blueprint.get("/source/archives/<sha512>")
@open_to_all("the licence offers the source to everybody who uses the service (AGPL section 13)")
def archive(sha512: str) -> Any:
    """Hand out an archive by the SHA-512 of its bytes."""
    desk = current_desk()
    found = queries.archive(desk, sha512)
    answer = Response(headers={"Cache-Control": FOR_GOOD})
    answer.set_etag(found.sha512)
    if answer.make_conditional(request).status_code == 304:
        return answer
    with desk_for(desk.core, write=True) as counting:
        limit(counting, f"source:{source_of(request.remote_addr or '')}", MOST_DOWNLOADS, WINDOW)
    body = read_file(desk, found.file)
    answer.headers.update(file_headers(found.file.name, found.file.media_type, body))
    answer.headers["Cache-Control"] = FOR_GOOD
    answer.set_data(body)
    return answer


@blueprint.get("/source/sbom.<any(json, xml):form>")
@open_to_all("it names what /source names, in the form in which programs read it")
def own_sbom(form: str) -> Any:
    """Hand out what runs here as CycloneDX, as the last look found it."""
    desk = current_desk()
    with desk_for(desk.core, write=True) as counting:
        limit(counting, f"source:{source_of(request.remote_addr or '')}", MOST_DOWNLOADS, WINDOW)
    body = sbom.own_bill(desk, form).encode()
    headers = file_headers(f"tresen.cdx.{form}", MEDIA_TYPE[form], body)
    return Response(body, headers={**headers, "Cache-Control": BRIEFLY})


@blueprint.get("/sources")
@needs("licensing.read")
def sources() -> Any:
    """Show agents what runs here, what is wrong with its offer, and what ran earlier."""
    desk = current_desk()
    return render_template(
        "licensing/sources/index.html",
        rows=queries.running(desk),
        findings=findings.findings(desk),
        earlier=queries.earlier(desk),
        titles=states.TITLES,
    )


@blueprint.post("/sources/look")
@needs("licensing.administer")
def look() -> Any:
    """Let the worker look again at once, after somebody changed what runs here."""
    enqueue(current_desk(), service.LOOK, key=service.LOOK)
    flash(_("A worker looks what runs here. Please load this page again in a moment."))
    return redirect(url_for("licensing.sources"))
