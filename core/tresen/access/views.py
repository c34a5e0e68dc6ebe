# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in and out, links by mail, and who a request comes from."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from tresen.access import links, queries, service, tokens
from tresen.access.forms import ForgottenForm, NewPasswordForm, SignInForm, SignUpForm
from tresen.access.models import SESSION_LIFE, SignInSession
from tresen.config import Config
from tresen.desk import ANONYMOUS, Actor, Desk
from tresen.errors import Missing
from tresen.i18n import LANGUAGES, _
from tresen.people import queries as people
from tresen.people.models import Person
from tresen.web.frame import CHOICES
from tresen.web.permissions import needs, open_to_all
from tresen.web.work import current_desk

blueprint = Blueprint("access", __name__)

# In seconds: a year.
CHOICE_LIFE = 31_536_000


def cookie_name(config: Config) -> str:
    """Return the name of the session cookie; over TLS the browser pins it to this host."""
    return "__Host-tresen" if config.is_secure else "tresen"


def identify(desk: Desk) -> Actor:
    """Return who asks; also sets the desk's language and time zone.

    Under /api/ a token says it and never the cookie, so that no other site can make a browser
    call the interface.
    """
    if request.path.startswith("/api/"):
        desk.language = "en"
        return tokens.actor_by_token(desk, _bearer()) or ANONYMOUS
    found = _own_session(desk)
    desk.language = _language(desk, found.person if found else None)
    if found is None:
        return ANONYMOUS
    if desk.is_writing:
        # Held until the answer: the session forgets rows that nobody holds, and would ask again.
        # While a page is read that is better so: a plugin's error there empties what is held.
        g.signed_in = found.person
    desk.time_zone = found.person.time_zone or desk.config.time_zone
    if found.seen_at < desk.ago(minutes=5):
        service.note_seen(desk, found.id)
    return service.actor_for(desk, found.person)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all("it is the way in")
def sign_in() -> Any:
    """Show the form; check address and password, within the limit of attempts."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form)
    desk = current_desk()
    address = str(form.address.data).strip().lower()
    service.count_sign_in(desk, address, request.remote_addr or "")
    person = service.check_password(desk, address, str(form.password.data))
    if person is None:
        form.password.errors = [_("Address and password do not belong together.")]
        return _sign_in_page(form), 422
    return _enter(desk, person, local_path(request.args.get("next")))


@blueprint.post("/sign-out")
@needs("access.own")
def sign_out() -> Any:
    """End this session and forget its form token."""
    desk = current_desk()
    found = _own_session(desk)
    if found is not None:
        service.end_session(desk, found.person_id, found.id)
    session.clear()
    flash(_("You are signed out."))
    response = redirect(url_for("access.sign_in"))
    response.delete_cookie(cookie_name(desk.config), secure=desk.config.is_secure)
    # Drafts that this browser keeps are not for the next one at the desk; the server has them, too.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@blueprint.route("/forgotten", methods=["GET", "POST"])
@open_to_all("who forgot the password cannot sign in")
def forgotten() -> Any:
    """Mail a link to set a password; the answer does not tell whether the address is known."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("access/forgotten.html", form=form)
    service.count_link(current_desk(), request.remote_addr or "")
    links.send_link(current_desk(), str(form.address.data), links.PASSWORD)
    return render_template("access/link_sent.html", address=form.address.data)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@open_to_all("customers make their account themselves")
def sign_up() -> Any:
    """Mail a link that proves the address; the answer is the same for a known one."""
    form = SignUpForm()
    if not form.validate_on_submit():
        return render_template("access/sign_up.html", form=form)
    service.count_link(current_desk(), request.remote_addr or "")
    links.sign_up(current_desk(), str(form.name.data), str(form.address.data))
    return render_template("access/link_sent.html", address=form.address.data)


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@open_to_all("the link itself is the key")
def use_link(token: str) -> Any:
    """Let the owner of the address set a password; looking at the page uses nothing up."""
    desk = current_desk()
    link = links.living_link(desk, token)
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return render_template("access/new_password.html", form=form)
    return _enter(desk, links.use_link(desk, link, str(form.password.data)), None)


@blueprint.post("/people/<int:person_id>/invite")
@needs("people.change")
def invite(person_id: int) -> Any:
    """Mail a person a link with which they set a password."""
    desk = current_desk()
    address = people.primary_address(desk, person_id)
    if address is None:
        raise Missing(_("This person has no mail address."))
    links.send_link(desk, address, links.PASSWORD)
    flash(_("A link is on its way to %(address)s.") % {"address": address})
    return redirect(url_for("people.person", person_id=person_id))


@blueprint.post("/choose")
@open_to_all("visitors choose how pages look, too")
def choose() -> Any:
    """Keep choices of look and language in this browser; a person's language also with them."""
    desk = current_desk()
    came_from = urlsplit(request.referrer or "")._replace(scheme="", netloc="").geturl()
    response = redirect(local_path(came_from) or url_for("portal.home"))
    for name, allowed in CHOICES.items():
        value = request.form.get(name, "")
        if value in allowed:
            keep_choice(response, desk.config, name, value)
            if name == "language" and desk.actor.person_id is not None:
                service.choose_language(desk, desk.actor.person_id, value)
    return response


def keep_choice(response: Response, config: Config, name: str, value: str) -> None:
    """Keep a choice of look or language in this browser for a year."""
    response.set_cookie(name, value, max_age=CHOICE_LIFE, secure=config.is_secure, samesite="Lax")


def local_path(target: str | None) -> str | None:
    """Return the target when it is a path on this host, else None (safety I16)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or "\\" in target else target


def _language(desk: Desk, person: Person | None) -> str:
    if person and person.language:
        return person.language
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(["en", "de"]) or desk.config.language


def _sign_in_page(form: SignInForm) -> str:
    ways = {"forgot_url": url_for("access.forgotten"), "sign_up_url": url_for("access.sign_up")}
    return render_template("access/sign_in.html", form=form, links=ways)


def _enter(desk: Desk, person: Person, target: str | None) -> Any:
    session.clear()
    token = service.start_session(
        desk, person, request.remote_addr or "", request.user_agent.string
    )
    response = redirect(target or url_for("portal.home"))
    response.set_cookie(
        cookie_name(desk.config),
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        secure=desk.config.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _bearer() -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _own_session(desk: Desk) -> SignInSession | None:
    token = request.cookies.get(cookie_name(desk.config))
    return queries.session_by_token(desk, token) if token else None
