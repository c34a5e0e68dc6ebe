# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers see of what was developed for them, and where they confirm its source."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from tresen.sdk import Crumb, Refused, _, current_desk, needs

from tresen_licensing.developments import states
from tresen_licensing.owns import asking, queries
from tresen_licensing.pages import blueprint
from tresen_licensing.publications import service
from tresen_licensing.publications.forms import CountersignForm


@blueprint.get("/portal/developments")
@needs("licensing.take_part")
def own_developments() -> Any:
    """Show a customer what was developed for them."""
    desk = current_desk()
    return render_template(
        "licensing/owns/index.html",
        above=[_home()],
        rows=asking.owns(desk, queries.own(desk)),
        states=states,
    )


@blueprint.route("/portal/developments/<reference>/confirm", methods=["GET", "POST"])
@needs("licensing.take_part")
def confirm_development(reference: str) -> Any:
    """Let a contact of the customer confirm the source in their own name."""
    desk = current_desk()
    (own,) = asking.owns(desk, [queries.own_one(desk, reference)])
    back = url_for("licensing.own_developments")
    if not own.confirm_url:
        flash(_("There is nothing to confirm."))
        return redirect(back)
    form = CountersignForm(data={"tree": own.source.tree})
    words = asking.words(own)
    refused = ""
    if form.validate_on_submit():
        try:
            service.countersign(desk, own.row, words, str(form.tree.data))
        except Refused as refusal:
            refused, form.tree.data = refusal.sentence, own.source.tree
        else:
            flash(_("Thank you: your confirmation is kept."))
            return redirect(back)
    page = render_template(
        "licensing/owns/confirm.html",
        above=[_home(), Crumb(_("Your developments"), back)],
        own=own,
        words=words,
        form=form,
        refused=refused,
    )
    return page, 422 if form.errors or refused else 200


def _home() -> Crumb:
    return Crumb(_("Your requests"), url_for("portal.home"))
