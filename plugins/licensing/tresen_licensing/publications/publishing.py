# SPDX-License-Identifier: AGPL-3.0-or-later
"""The step into the public: what it needs, what of that is missing, and the step itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from tresen.sdk import Desk, Refused, _, day

from tresen_licensing.agreements import terms
from tresen_licensing.clearances import queries as clearances
from tresen_licensing.clearances.states import SIDES
from tresen_licensing.contributions.crediting import betrays
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import take
from tresen_licensing.journals.service import append
from tresen_licensing.publications import kinds, queries, rules, service
from tresen_licensing.publications.models import Anchor, Publication
from tresen_licensing.publications.queries import Source


@dataclass(frozen=True)
class Condition:
    """One thing that publishing needs: its sentence, whether it is there, and by anchors alone."""

    sentence: str
    is_met: bool
    is_of_anchors: bool = False


def conditions(desk: Desk, row: Development) -> list[Condition]:
    """Return all that publishing needs, in the order in which it is seen to.

    The development must be loaded whole.
    """
    source = queries.source(desk, row)
    return [*_allowed(desk, row), *_shown(desk, row, source, queries.standing(desk, row))]


def publish(desk: Desk, row: Development) -> Publication:
    """Take what is cleared into the public; raises Refused with all that is missing.

    A new version of what is public leaves the state as it is, and the earlier one in public.
    """
    home = queries.at_place(desk, row, kinds.OWN_PAGE)
    if home is not None and home.withdrawn_at is None:
        service.look_at_home(desk, row, home, desk.actor.person_id)
    missing = [each.sentence for each in conditions(desk, row) if not each.is_met]
    if missing:
        raise Refused(_("Still missing: %(what)s") % {"what": " ".join(missing)})
    source, shown = queries.source(desk, row), queries.standing(desk, row)
    if source.change is None or row.agreement is None:
        raise RuntimeError("published without changes or agreement, though both are conditions")
    made = Publication(
        development_id=row.id,
        change_set_id=source.change.id,
        tree=source.tree,
        licence=row.agreement.licence,
        published_at=desk.now(),
        published_by_id=desk.actor.person_id,
    )
    desk.session.add(made)
    facts = {"version": source.change.version, "tree": source.tree, "licence": made.licence}
    append(desk, row, "published", facts)
    desk.session.flush()
    for each in shown:
        each.publication_id = made.id
    if row.state == states.READY:
        take(desk, row, states.PUBLISHED)
    return made


def _is_cleared(desk: Desk, row: Development) -> bool:
    if row.state == states.READY:
        return True
    review = clearances.review(desk, row) if queries.rework(desk, row) is not None else None
    return review is not None and review.is_current and review.approvals.keys() == SIDES.keys()


def _allowed(desk: Desk, row: Development) -> list[Condition]:
    right = row.agreement.publishing if row.agreement is not None else ""
    until = row.embargoed_until
    is_held = until is not None and until >= desk.today()
    said = (
        _("No embargo holds it back; this one does until %(day)s.") % {"day": day(until)}
        if is_held and until is not None
        else _("No embargo holds it back.")
    )
    return [
        Condition(_("It is cleared."), _is_cleared(desk, row)),
        Condition(_("An agreement gives the right to publish it."), right not in ("", terms.NO)),
        Condition(said, not is_held),
        Condition(_("Title and words do not name the customer."), not betrays(row)),
    ]


def _shown(
    desk: Desk, row: Development, source: Source, anchors: Sequence[Anchor]
) -> list[Condition]:
    seen, today = [queries.seen(desk, each) for each in anchors], desk.today()
    held, foreign = rules.counted(seen, source.tree, today)
    found = [
        Condition(_("It is known which source the changes give on their base."), bool(source.tree)),
        Condition(_("Two anchors show this source."), held >= rules.LEAST, is_of_anchors=True),
        Condition(
            _("One of them is not ours: a repository of others, an archive, the customer's word."),
            foreign >= rules.LEAST_FOREIGN,
            is_of_anchors=True,
        ),
    ]
    if row.agreement is not None and row.agreement.publishing == terms.AFTER_ACCEPTANCE:
        signed = [each for each in anchors if each.kind == kinds.COUNTERSIGNATURE]
        is_accepted = any(each.tree == source.tree for each in signed)
        words = _("The customer confirmed it, as the agreement asks for.")
        found.append(Condition(words, is_accepted))
    return found
