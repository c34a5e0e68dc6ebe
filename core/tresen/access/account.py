# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of one's own account: profile, password, sessions, tokens."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import selectinload

from tresen.access import queries, service, tokens
from tresen.access.forms import ChangePasswordForm, ProfileForm, TokenForm
from tresen.access.models import hash_token
from tresen.access.views import cookie_name, keep_choice
from tresen.desk import Desk
from tresen.errors import Missing
from tresen.hooks import specs
from tresen.i18n import _
from tresen.people import queries as people
from tresen.people.models import Person
from tresen.people.service import change_profile
from tresen.web.forms import choices
from tresen.web.permissions import needs
from tresen.web.work import current_desk

PROFILE_FIELDS = ("name", "phone", "language", "time_zone", "signature", "is_notified")

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.route("/", methods=["GET", "POST"])
@needs("access.own")
def profile() -> Any:
    """Show and change what people set for themselves."""
    desk = current_desk()
    person = _own(desk)
    present = {name: getattr(person, name) for name in PROFILE_FIELDS}
    present["language"] = person.language or desk.language
    present["time_zone"] = person.time_zone or desk.time_zone
    present["has_shortcuts"] = request.cookies.get("keyboard") != "off"
    form = ProfileForm(data=present)
    if form.validate_on_submit():
        wanted = {name: form[name].data for name in PROFILE_FIELDS}
        change_profile(desk, person, wanted | {"name": str(form.name.data).strip()})
        flash(_("Your profile is saved."))
        response = redirect(url_for("account.profile"))
        keep_choice(response, desk.config, "keyboard", "on" if form.has_shortcuts.data else "off")
        return response
    return render_template("access/profile.html", form=form, tabs=_tabs("profile"))


@blueprint.route("/password", methods=["GET", "POST"])
@needs("access.own")
def password() -> Any:
    """Change the password; every other session ends with it."""
    desk = current_desk()
    person = _own(desk)
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return render_template("access/password.html", form=form, tabs=_tabs("password"))
    address = people.primary_address(desk, person.id) or ""
    service.count_sign_in(desk, address, request.remote_addr or "")
    if service.check_password(desk, address, str(form.old.data)) is None:
        form.old.errors = [_("This is not your present password.")]
        return render_template("access/password.html", form=form, tabs=_tabs("password")), 422
    service.set_password(desk, person, str(form.password.data))
    flash(_("Your password is changed. Please sign in with it."))
    return redirect(url_for("access.sign_in"))


@blueprint.get("/sessions")
@needs("access.own")
def sessions() -> Any:
    """List where the person is signed in."""
    desk = current_desk()
    own_hash = hash_token(request.cookies.get(cookie_name(desk.config), ""))
    found = queries.sessions_of(desk, _own(desk).id)
    return render_template(
        "access/sessions.html", sessions=found, own_hash=own_hash, tabs=_tabs("sessions")
    )


@blueprint.post("/sessions/<int:session_id>/end")
@needs("access.own")
def end_session(session_id: int) -> Any:
    """Ask for the session by what it is known by, and end it: that cannot be undone."""
    desk = current_desk()
    person_id = _own(desk).id
    own = {each.id: each for each in queries.sessions_of(desk, person_id)}
    if session_id in own and not _is_meant():
        session = own[session_id]
        named = {
            "browser": session.user_agent or _("unknown"),
            "address": session.network_address,
        }
        question = _("End the session of the browser “%(browser)s” at %(address)s?")
        return _ask(question % named, "sessions")
    service.end_session(desk, person_id, session_id)
    flash(_("The session is ended."))
    return redirect(url_for("account.sessions"))


@blueprint.route("/tokens", methods=["GET", "POST"])
@needs("access.tokens")
def own_tokens() -> Any:
    """List the person's tokens and make one; its text is shown this once."""
    desk = current_desk()
    person = _own(desk)
    form = TokenForm(data={"days": 365})
    form.scopes.choices = choices(_scopes(desk, person))
    made = None
    if form.validate_on_submit():
        life = timedelta(days=form.days.data) if form.days.data else None
        made = tokens.make_token(desk, person, str(form.name.data), form.scopes.data or [], life)
        desk.session.flush()
    found = tokens.tokens_of(desk, person.id)
    return render_template(
        "access/tokens.html", form=form, made=made, tokens=found, tabs=_tabs("own_tokens")
    )


@blueprint.post("/tokens/<int:token_id>/end")
@needs("access.tokens")
def end_token(token_id: int) -> Any:
    """Ask for the token by its name, and end it: that cannot be undone."""
    desk = current_desk()
    person_id = _own(desk).id
    own = {each.id: each for each in tokens.tokens_of(desk, person_id)}
    if token_id in own and not _is_meant():
        return _ask(
            _("End the token “%(name)s”? Programs that use it are turned away from then on.")
            % {"name": own[token_id].name},
            "own_tokens",
        )
    tokens.end_token(desk, person_id, token_id)
    flash(_("The token is ended."))
    return redirect(url_for("account.own_tokens"))


def _is_meant() -> bool:
    """Whether the question was answered already."""
    return request.form.get("is_meant") == "1"


def _ask(question: str, tab: str) -> str:
    back_url = url_for(f"account.{tab}")
    return render_template("access/end.html", question=question, back_url=back_url, tabs=_tabs(tab))


def _own(desk: Desk) -> Person:
    addresses = [selectinload(Person.addresses)]
    person = desk.session.get(Person, desk.actor.person_id or 0, options=addresses)
    if person is None:
        raise Missing(_("There is no such person."))
    return person


def _scopes(desk: Desk, person: Person) -> list[tuple[str, str]]:
    granted = service.grants(desk).get(person.role, frozenset())
    declared = desk.core.plugins.collect(specs.permissions)
    return [(each.name, f"{each.name}: {each.title}") for each in declared if each.name in granted]


def _tabs(current: str) -> list[dict[str, Any]]:
    titles = {"profile": _("Profile"), "password": _("Password"), "sessions": _("Sessions")}
    if current_desk().actor.may("access.tokens"):
        titles["own_tokens"] = _("API tokens")
    return [
        {"title": title, "url": url_for(f"account.{name}"), "is_current": name == current}
        for name, title in titles.items()
    ]
