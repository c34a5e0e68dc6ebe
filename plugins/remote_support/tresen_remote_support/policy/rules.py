# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may offer and begin a session when: every reason against it, each with its way out.

Core and settings set the rules, other plugins may widen hours and minutes and know contracts, and
an administrator may go beyond these three. Nothing here touches the customer's consent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from tresen.sdk import ADMINISTRATOR, AGENT, Desk, Person, Refused, Ticket, _, read_settings
from tresen.sdk import day as day_in_words

from tresen_remote_support import queries, states
from tresen_remote_support.durations import worked_minutes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import contracts, hours
from tresen_remote_support.policy import queries as policy_queries
from tresen_remote_support.policy.queries import Account, Allowance
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.profiles import states as agreements
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.profiles.service import hours_of

# Whose role gives remote support.
WORKERS = (ADMINISTRATOR, AGENT)
# What an administrator needs to go beyond hours, quota and contract.
BEYOND = "remote_support.administer"


@dataclass(frozen=True)
class Case:
    """A session as it is judged: about which ticket, by whom, from when to when.

    `worked` are the minutes that it has run already, of which no quota of others knows.
    """

    ticket: Ticket
    agent_id: int | None
    starts_at: datetime
    ends_at: datetime
    session_id: int | None = None
    worked: int = 0
    # The agreed access by which it is held.
    profile_id: int | None = None

    @property
    def needed(self) -> int:
        """How many minutes there must be; one that is not planned needs a first one."""
        return max(1, (self.ends_at - self.starts_at) // hours.MINUTE)


@dataclass(frozen=True)
class Reason:
    """Why not, and what helps; some an administrator may go beyond."""

    sentence: str
    way_out: str = ""
    may_be_passed: bool = False

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.sentence} {self.way_out}".strip()


def judge(desk: Desk, case: Case) -> list[Reason]:
    """Return all that stands against a session; nothing, where it may be held."""
    found = (_agent(desk, case), _words(desk, case), _clash(desk, case), *_agreed(desk, case))
    return [*(each for each in found if each is not None), *limits(desk, case)]


def limits(desk: Desk, case: Case) -> list[Reason]:
    """Return which of hours, quota and contract stand against a session, what others know counted.

    Others only widen hours and quota: where nothing stands against it, they are not asked.
    """
    found = limits_within(desk, case, ())
    if found:
        wider = policy_queries.allowances(desk, case.ticket, case.starts_at)
        found = limits_within(desk, case, wider)
    return [*found, *_contract(desk, case)]


def limits_within(desk: Desk, case: Case, wider: Sequence[Allowance]) -> list[Reason]:
    """Return which of hours and quota stand against it with what others allow."""
    found = (_hours(desk, case, wider), _quota(desk, case, wider))
    return [each for each in found if each is not None]


def demand(desk: Desk, row: RemoteSession, *, as_planned: bool = False) -> None:
    """Raise Refused, with every reason, where the session may not be requested or held.

    `as_planned` judges it at its planned time, otherwise now. What an administrator decided
    counts against hours, quota and contract alone.
    """
    case = case_of(desk, row, as_planned=as_planned)
    demand_case(desk, case, is_beyond=bool(row.emergency))


def demand_case(desk: Desk, case: Case, *, is_beyond: bool) -> None:
    """Raise Refused, with every reason, where a case may not be; `is_beyond` as for `remaining`."""
    if reasons := remaining(judge(desk, case), is_beyond=is_beyond):
        raise Refused(" ".join(map(str, reasons)))


def remaining(reasons: Sequence[Reason], *, is_beyond: bool) -> list[Reason]:
    """Return the reasons that still count; `is_beyond` where an administrator went beyond."""
    return [each for each in reasons if not (is_beyond and each.may_be_passed)]


def case_of(desk: Desk, row: RemoteSession, *, as_planned: bool = False) -> Case:
    """Return what is judged of a session: at its planned time, or now."""
    starts, ends = desk.now(), desk.now()
    if as_planned and row.planned_from is not None and row.planned_to is not None:
        starts, ends = row.planned_from, row.planned_to
    ticket = desk.session.get_one(Ticket, row.ticket_id)
    worked = worked_minutes(row, desk.now())
    return Case(ticket, row.agent_id, starts, ends, row.id, worked, row.profile_id)


def is_passable(reasons: Sequence[Reason]) -> bool:
    """Tell whether an administrator may go beyond all of the reasons, and there are some."""
    return bool(reasons) and all(each.may_be_passed for each in reasons)


def _agent(desk: Desk, case: Case) -> Reason | None:
    if case.agent_id is None:
        return Reason(_("This session has no agent: request another one."))
    statement = select(Person.id).where(
        Person.id == case.agent_id, Person.is_active, Person.role.in_(WORKERS)
    )
    if desk.session.scalar(statement) is None:
        return Reason(
            _("Remote support is given by active agents, and this one is none any more."),
            _("Let another agent request a session."),
        )
    return None


def _words(desk: Desk, case: Case) -> Reason | None:
    earlier = queries.undocumented(desk, case.agent_id) if case.agent_id is not None else None
    if earlier is None or earlier.id == case.session_id:
        return None
    sentence = _("First write down what was done in the session %(reference)s: it has no note yet.")
    return Reason(sentence % {"reference": earlier.reference})


def _clash(desk: Desk, case: Case) -> Reason | None:
    """Refuse an appointment at a time that the agent has given to another one."""
    if case.agent_id is None or case.starts_at == case.ends_at:
        return None
    statement = select(RemoteSession.reference).where(
        RemoteSession.agent_id == case.agent_id,
        RemoteSession.state.in_(states.OPEN),
        RemoteSession.planned_from < case.ends_at,
        RemoteSession.planned_to > case.starts_at,
        RemoteSession.id != (case.session_id or 0),
    )
    reference = desk.session.scalar(statement.limit(1))
    if reference is None:
        return None
    sentence = _("The agent has another appointment at this time: the session %(reference)s.")
    return Reason(sentence % {"reference": reference}, _("Choose another time."))


def _agreed(desk: Desk, case: Case) -> Sequence[Reason | None]:
    """Return what the agreed access says against a session; nobody goes beyond what was agreed."""
    if case.profile_id is None:
        return ()
    profile = profiles.profile(desk, case.profile_id)
    return _agreed_hours(desk, case, profile), _agreement(desk, case, profile)


def _agreed_hours(desk: Desk, case: Case, profile: AccessProfile) -> Reason | None:
    open_at = hours_of(desk, profile, case.starts_at)
    if open_at is None or hours.are_open([open_at], case.starts_at, case.ends_at):
        return None
    sentence = _("The access “%(title)s” was not agreed on for this time.")
    way_out = _("Choose a time that was agreed on, or ask without this access.")
    return Reason(sentence % {"title": profile.title}, way_out)


def _agreement(desk: Desk, case: Case, profile: AccessProfile) -> Reason | None:
    day = desk.today(case.starts_at)
    if agreements.agreement_state(profile, day) != agreements.EXPIRED:
        return None
    sentence = _("The agreement on processing data %(number)s ended on %(day)s.")
    told = {"number": profile.agreement_number, "day": day_in_words(profile.agreement_until or day)}
    return Reason(sentence % told, _("Renew it and write its new end into the access profile."))


def _contract(desk: Desk, case: Case) -> list[Reason]:
    """Return what each contract that is known says, where one is needed and none covers it."""
    if not contracts.is_needed(desk):
        return []
    found = contracts.known(desk, case.ticket, case.starts_at)
    if any(each.is_covering for each in found):
        return []
    if told := [each for each in found if each.reason]:
        return [Reason(each.reason, each.way_out, may_be_passed=True) for each in told]
    sentence = _("No contract of the customer is known that covers remote support.")
    way_out = _("Enter the contract, or have an administrator go beyond it with a reason.")
    return [Reason(sentence, way_out, may_be_passed=True)]


def _hours(desk: Desk, case: Case, wider: Sequence[Allowance]) -> Reason | None:
    own = hours.own_hours(desk, case.starts_at)
    if own is None:
        return None
    all_hours = [own, *(each.hours for each in wider if each.hours is not None)]
    if hours.are_open(all_hours, case.starts_at, case.ends_at):
        return None
    days = str(read_settings(desk, queries.SETTINGS)["hours_days"])
    sentence = _("This is outside the hours of remote support: %(hours)s, on no public holiday.")
    return Reason(
        sentence % {"hours": hours.in_words(own, days)},
        _("Make an appointment within them; an administrator may go beyond them with a reason."),
        may_be_passed=True,
    )


def _quota(desk: Desk, case: Case, wider: Sequence[Allowance]) -> Reason | None:
    customer_id = case.ticket.organisation_id
    quota = customer_id and policy_queries.monthly(desk, customer_id)
    if not customer_id or not quota:
        return None
    account = Account(quota, policy_queries.used(desk, customer_id, case.starts_at))
    others = [each.minutes for each in wider if each.has_minutes]
    left = [account.left, *(None if each is None else each - case.worked for each in others)]
    if None in left or max(each or 0 for each in left) >= case.needed:
        return None
    told = {"quota": account.quota, "left": account.left}
    sentence = _(
        "Of the customer's %(quota)s minutes of remote support in the month, %(left)s are left."
    )
    return Reason(
        sentence % told,
        _(
            "Make a shorter appointment or one in another month; an administrator may go beyond the"
            " quota with a reason."
        ),
        may_be_passed=True,
    )
