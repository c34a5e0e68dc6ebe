# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's pages: the way in, the consent, and the seat from which everything is stopped.

Whoever sits there has no account: a cookie that reaches this one session alone proves the browser,
and it is worth nothing once the session is over.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from tresen.sdk import (
    Desk,
    Missing,
    Refused,
    _,
    current_desk,
    limit,
    needs,
    open_to_all,
    source_of,
)

from tresen_remote_support import answers, consents, offers, queries, scopes, states
from tresen_remote_support.errors import Gone
from tresen_remote_support.files.parts import HAND_OVER
from tresen_remote_support.forms import ConsentForm, PinForm
from tresen_remote_support.live import parts as live_parts
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part, blueprint, followed, loaded
from tresen_remote_support.providers import parts as tool_parts
from tresen_remote_support.providers import registry
from tresen_remote_support.recordings import parts as recording_parts
from tresen_remote_support.seating import COOKIE, find_seat, over
from tresen_remote_support.stills import parts as stills

# What slices show on the customer's page, in this order.
PARTS: tuple[Part, ...] = (
    recording_parts.SEAT,
    live_parts.SEAT,
    stills.CUSTOMER,
    tool_parts.SEAT_PART,
    HAND_OVER,
)

# Wrong or right, from one network address.
MOST_TRIES, WINDOW = 20, timedelta(minutes=10)
# Only here a browser may be asked for the screen.
MAY_SHARE = {"Permissions-Policy": "display-capture=(self), camera=(), microphone=()"}


@blueprint.route("/join", methods=["GET", "POST"])
@open_to_all("a customer without an account is told a PIN over the phone")
def enter() -> Any:
    """Take a reference and a PIN, and lead to what is asked."""
    form = PinForm(data={"reference": request.args.get("session", "")})
    if not form.validate_on_submit():
        return _entrance(form)
    desk = current_desk()
    limit(desk, f"remote:{source_of(request.remote_addr or '')}", MOST_TRIES, WINDOW)
    try:
        token = offers.exchange(desk, str(form.reference.data), str(form.pin.data))
    except Gone as gone:
        # The try counts although it is refused.
        desk.commit()
        return _entrance(form, gone)
    return redirect(url_for("remote_support.join", token=token))


@blueprint.route("/join/<token>", methods=["GET", "POST"])
@open_to_all("whoever holds the link was given it for this one session")
def join(token: str) -> Any:
    """Say who wants to see the screen and why, and take the customer's answer."""
    desk = current_desk()
    try:
        offer, row = offers.find(desk, token)
    except Gone as gone:
        return render_template("remote_support/gone.html", sentence=gone.sentence), 410
    return _asked(answers.acting(desk, row), row, offer.channel)


@blueprint.route("/portal/<reference>", methods=["GET", "POST"])
@needs("remote_support.take_part")
def own(reference: str) -> Any:
    """Ask the same of a customer who is signed in."""
    desk = current_desk()
    asked = queries.offered_to(desk, desk.actor.person_id or 0)
    row = next((each for each in asked if each.reference == reference), None)
    if row is None:
        raise Missing(_("You are not asked for this remote session any more."))
    if row.state != states.OFFERED:
        return redirect(url_for("remote_support.seat", reference=reference))
    return _asked(desk, row, offers.PORTAL)


@blueprint.get("/seat/<reference>")
@open_to_all("the cookie of the seat proves the customer's browser")
def seat(reference: str) -> Any:
    """Show what the customer shares, and the way to stop it."""
    found = find_seat(reference)
    if found is None:
        return render_template("remote_support/gone.html", sentence=over()), 410
    desk, row = found
    page = render_template(
        "remote_support/seat.html",
        row=row,
        reference=offers.spoken(row.reference),
        scopes=scopes,
        states=states,
        parts=loaded(desk, row, PARTS),
    )
    return page, 200, MAY_SHARE


@blueprint.get("/seat/<reference>/state")
@open_to_all("the cookie of the seat proves the customer's browser")
def seat_state(reference: str) -> Any:
    """Say where the session stands; the customer's page asks every few seconds."""
    found = find_seat(reference)
    if found is None:
        return {"state": "over", "wanted": "", "scope": "", "recording": ""}
    return followed(found[1])


@blueprint.post("/seat/<reference>/stop")
@open_to_all("the cookie of the seat proves the customer's browser")
def stop(reference: str) -> Any:
    """Stop at once, without a question."""
    return _answered(reference, answers.stop)


@blueprint.post("/seat/<reference>/allow")
@open_to_all("the cookie of the seat proves the customer's browser")
def allow(reference: str) -> Any:
    """Allow more."""
    return _answered(reference, answers.allow)


@blueprint.post("/seat/<reference>/refuse")
@open_to_all("the cookie of the seat proves the customer's browser")
def refuse(reference: str) -> Any:
    """Allow no more."""
    return _answered(reference, answers.refuse)


def _answered(reference: str, act: Callable[[Desk, RemoteSession], None]) -> Any:
    found = find_seat(reference)
    if found is not None:
        try:
            act(*found)
        except Refused as refusal:
            return render_template("remote_support/gone.html", sentence=refusal.sentence), 409
    return redirect(url_for("remote_support.seat", reference=reference))


def _asked(desk: Desk, row: RemoteSession, channel: str) -> Any:
    """Show the consent, and take the answer to it."""
    form = ConsentForm(data={"name": row.person.name if row.person else ""})
    refusal = None
    if request.form.get("answer") == "no":
        answers.decline(desk, row)
        return render_template("remote_support/declined.html")
    if form.validate_on_submit():
        try:
            return _sat_down(row, answers.agree(desk, row, channel, str(form.name.data)))
        except Refused as refused:
            refusal = refused
    days = consents.days_told(desk, row, row.scope)
    page = render_template(
        "remote_support/consent.html",
        form=form,
        row=row,
        refusal=refusal,
        reference=offers.spoken(row.reference),
        scopes=scopes,
        paragraphs=consents.words(desk, days).split(consents.GAP),
        entry=registry.entry(desk, row.provider),
    )
    return page, 422 if refusal or form.errors else 200


def _sat_down(row: RemoteSession, token: str) -> Any:
    to = url_for("remote_support.seat", reference=row.reference)
    answer = make_response(redirect(to))
    is_secure = current_desk().config.is_secure
    answer.set_cookie(COOKIE, token, path=to, httponly=True, samesite="Strict", secure=is_secure)
    return answer


def _entrance(form: PinForm, gone: Gone | None = None) -> Any:
    page = render_template("remote_support/enter.html", form=form, refusal=gone)
    return page, 422 if gone or form.errors else 200
