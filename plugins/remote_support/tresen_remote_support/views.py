# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's pages: the lists, one session, and each step that an agent takes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Refused,
    Ticket,
    _,
    current_desk,
    filled_in,
    form_below,
    kept,
    needs,
    taken,
    ticket_by_number,
)

from tresen_remote_support import consents, durations, offers, queries, scopes, service, states
from tresen_remote_support.appointments import parts as appointment_parts
from tresen_remote_support.appointments import service as appointments
from tresen_remote_support.files.parts import MOVED
from tresen_remote_support.forms import (
    USUAL_MINUTES,
    DocumentForm,
    ReasonForm,
    RequestForm,
    ReviewForm,
    WidenForm,
)
from tresen_remote_support.live import parts as live_parts
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part, blueprint, crumbs, followed, loaded
from tresen_remote_support.policy import contracts, rules
from tresen_remote_support.policy import parts as policy_parts
from tresen_remote_support.profiles import granting, limits
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.protocols import service as protocols
from tresen_remote_support.protocols.parts import PROTOCOL
from tresen_remote_support.providers import parts as tool_parts
from tresen_remote_support.providers import registry
from tresen_remote_support.recordings import parts as recording_parts
from tresen_remote_support.stills import parts as stills

# What slices show on the agent's page of a session, in this order.
PARTS: tuple[Part, ...] = (
    policy_parts.PART,
    appointment_parts.PART,
    recording_parts.MARK,
    live_parts.PAGE,
    recording_parts.RECORDER,
    tool_parts.PART,
    stills.AGENT,
)
# The same below what is on record.
RECORDS: tuple[Part, ...] = (
    recording_parts.RECORDINGS,
    MOVED,
    PROTOCOL,
)
LISTS = (queries.OPEN, queries.UNDOCUMENTED, queries.UNREVIEWED, queries.BEYOND, queries.ALL)


@blueprint.get("/")
@needs("remote_support.read")
def index() -> Any:
    """List sessions: the open ones, those that lack something, or all."""
    desk = current_desk()
    listed = request.args.get("list", queries.OPEN)
    listed = listed if listed in LISTS else queries.OPEN
    before = request.args.get("before", type=int)
    found = queries.sessions(desk, listed, before)
    return render_template(
        "remote_support/index.html",
        rows=found[: queries.PAGE],
        listed=listed,
        more=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
        states=states,
    )


@blueprint.route("/tickets/<int:number>/new", methods=["GET", "POST"])
@needs("remote_support.work")
def begin_request(number: int) -> Any:
    """Ask for a session about a ticket, and offer it at once or plan it for a time."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number)
    form = RequestForm()
    form.offer(desk, ticket, may_go_beyond=desk.actor.may(rules.BEYOND))
    if request.method == "GET":
        form.purpose.data = ticket.subject
    case = rules.Case(ticket, desk.actor.person_id, desk.now(), desk.now())
    against: dict[str, Any] = {
        "reasons": rules.judge(desk, case),
        "contract": contracts.covering(desk, ticket, desk.now()),
        "before": "remote_support/policy/reasons.html",
        "save": _("Ask the customer"),
    }
    heading = _("Remote session")
    above = [Crumb(f"#{number}", url_for("tickets.page", number=number))]
    if not form.validate_on_submit():
        return form_below(form, heading, above, **against)
    try:
        wish = _wish(desk, ticket, form)
        if wish.planned_from is not None:
            planned = appointments.plan(desk, ticket, wish)
            flash(_("The appointment is planned, and the customer is invited."))
            return redirect(_page_of(planned))
        row = service.request(desk, ticket, wish)
        ways = _asked(desk, row)
    except Refused as refusal:
        return form_below(form, heading, above, refusal, **against)
    return _shown(queries.remote_session(desk, row.reference), ways)


@blueprint.get("/sessions/<reference>")
@needs("remote_support.read")
def show(reference: str) -> Any:
    """Show a session: what is agreed, where it stands, and what slices bring."""
    return _shown(queries.remote_session(current_desk(), reference))


@blueprint.get("/sessions/<reference>/state")
@needs("remote_support.read")
def state(reference: str) -> Any:
    """Say where a session stands; its page asks every few seconds."""
    return followed(queries.remote_session(current_desk(), reference))


@blueprint.post("/sessions/<reference>/offer")
@needs("remote_support.work")
def offer(reference: str) -> Any:
    """Open new ways in for the customer."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    try:
        ways = service.offer(desk, row)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return redirect(_page_of(row))
    return _shown(row, ways)


@blueprint.post("/sessions/<reference>/begin")
@needs("remote_support.work")
def begin(reference: str) -> Any:
    """Begin, or go on after a pause."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    return taken(lambda: service.begin(desk, row), _("The session runs."), _page_of(row))


@blueprint.post("/sessions/<reference>/pause")
@needs("remote_support.work")
def pause(reference: str) -> Any:
    """Let it stand still."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    return taken(lambda: service.pause(desk, row), _("The session is paused."), _page_of(row))


@blueprint.post("/sessions/<reference>/end")
@needs("remote_support.work")
def end(reference: str) -> Any:
    """End it, and go on to write down what was done."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    to = url_for("remote_support.document", reference=row.reference)
    said = _("The session is over. Write down what was done.")
    return taken(lambda: service.end(desk, row), said, to)


@blueprint.route("/sessions/<reference>/cancel", methods=["GET", "POST"])
@needs("remote_support.work")
def cancel(reference: str) -> Any:
    """Call off what has not begun."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)

    def keep(given: dict[str, Any]) -> None:
        call_off = appointments.call_off if appointments.is_appointment(row) else service.cancel
        call_off(desk, row, given["reason"])

    return kept(ReasonForm(), _("Call off"), crumbs(row), keep, _("The session is called off."))


@blueprint.route("/sessions/<reference>/fail", methods=["GET", "POST"])
@needs("remote_support.work")
def fail(reference: str) -> Any:
    """Note that it came to nothing."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)

    def keep(given: dict[str, Any]) -> None:
        service.fail(desk, row, given["reason"])

    return kept(ReasonForm(), _("It failed"), crumbs(row), keep, _("It is noted that it failed."))


@blueprint.route("/sessions/<reference>/widen", methods=["GET", "POST"])
@needs("remote_support.work")
def widen(reference: str) -> Any:
    """Ask the customer for more."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    form = WidenForm(data={"scope": scopes.kinds_in(row.scope)})
    form.offer(registry.provider(desk, row.provider).scopes)

    def keep(given: dict[str, Any]) -> None:
        service.widen(desk, row, scopes.line(given["scope"]))

    said = _("The customer is asked. Until they answer nothing changes.")
    return kept(form, _("Ask for more"), crumbs(row), keep, said)


@blueprint.route("/sessions/<reference>/document", methods=["GET", "POST"])
@needs("remote_support.work")
def document(reference: str) -> Any:
    """Write down what was done."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)
    begun = {"actions": row.actions, "result": row.result or states.SOLVED}
    took = row.minutes
    if took is None:
        took = durations.worked_minutes(row, desk.now())
    form = DocumentForm(data={**begun, "minutes": took})
    if row.documented_at is None:
        del form.is_sent_again

    def keep(given: dict[str, Any]) -> None:
        protocols.document(desk, row, given, is_sent_again=given.get("is_sent_again", False))

    return kept(form, _("What was done"), crumbs(row), keep, _("It is written down."))


@blueprint.route("/sessions/<reference>/review", methods=["GET", "POST"])
@needs("remote_support.work")
def review(reference: str) -> Any:
    """Look at the record with other eyes."""
    desk = current_desk()
    row = queries.remote_session(desk, reference)

    def keep(given: dict[str, Any]) -> None:
        service.review(desk, row, given["review"])

    return kept(ReviewForm(), _("Review"), crumbs(row), keep, _("The session is reviewed."))


def _asked(desk: Desk, row: RemoteSession) -> offers.Ways | None:
    """Offer a session to the customer, unless a standing permission stands for their consent."""
    if limits.is_enough(desk, profiles.of_session(desk, row), row.scope):
        granting.grant(desk, row)
        return None
    return service.offer(desk, row)


def _wish(desk: Desk, ticket: Ticket, form: RequestForm) -> service.Wish:
    """Return what was filled in; raises Refused for a time that the clocks leave out."""
    given = filled_in(form)
    begins = given["planned_at"] and appointments.moment_of(desk, given["planned_at"])
    ends = begins and begins + (given["planned_minutes"] or USUAL_MINUTES) * service.MINUTE
    return service.Wish(
        purpose=given["purpose"],
        scope=scopes.line(given["scope"]),
        provider=given["provider"],
        person_id=ticket.requester_id,
        second_agent_id=given["second_agent_id"],
        profile_id=given.get("profile_id"),
        planned_from=begins,
        planned_to=ends,
        emergency=given.get("emergency") or "",
    )


def _shown(row: RemoteSession, ways: offers.Ways | None = None) -> Any:
    desk = current_desk()
    tool = registry.provider(desk, row.provider)
    link = ways and url_for("remote_support.join", token=ways.token)
    return render_template(
        "remote_support/show.html",
        row=row,
        reference=offers.spoken(row.reference),
        above=crumbs(),
        ways=ways,
        link=link and f"{desk.config.base_url.rstrip('/')}{link}",
        entrance=f"{desk.config.base_url.rstrip('/')}{url_for('remote_support.short_join')}",
        consents=queries.consents(desk, row),
        channels=offers.CHANNELS,
        scopes=scopes,
        states=states,
        minutes=durations.worked_minutes(row, desk.now()),
        may_begin=row.state == states.CONSENTED and consents.is_covered(desk, row),
        tool=tool,
        beyond=set(tool.scopes) - {scopes.TALK, *scopes.kinds_in(row.scope)},
        profile=profiles.of_session(desk, row),
        parts=loaded(desk, row, PARTS),
        records=loaded(desk, row, RECORDS),
    )


def _page_of(row: RemoteSession) -> str:
    return url_for("remote_support.show", reference=row.reference)
