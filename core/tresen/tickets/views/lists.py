# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of tickets: what an address asks for, with its filters, columns and saved views."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import _, ngettext
from tresen.tickets import bulk, lists, saved, states, undoing
from tresen.tickets.lists import Listing
from tresen.tickets.views import addresses, menus, rows
from tresen.tickets.views.routes import blueprint
from tresen.tickets.views.undoing import offer_of_many
from tresen.web.permissions import needs
from tresen.web.values import row_number
from tresen.web.way_back import offer
from tresen.web.work import current_desk, forget_changes


@blueprint.get("/")
@needs("tickets.read")
def index() -> Any:
    """Show the list that the address asks for."""
    desk = current_desk()
    listing = addresses.listing_from(desk, request.args)
    return _page(desk, listing, set(request.args.getlist("ticket")))


@blueprint.post("/bulk")
@needs("tickets.work")
def change_selected() -> Any:
    """Change the selected tickets, all or none; the selection stays when it is refused."""
    desk = current_desk()
    listing = addresses.listing_from(desk, request.args)
    chosen = request.form.getlist("ticket")
    try:
        with undoing.undoable(desk) as step:
            count = bulk.change_all(desk, [row_number(text) for text in chosen], _wanted())
    except Refused as refused:
        forget_changes()
        flash(refused.sentence, "error")
        return _page(desk, listing, set(chosen)), 422
    text = ngettext("One ticket changed.", "%(count)s tickets changed.", count) % {"count": count}
    offer_of_many(text, step, listing)
    return redirect(addresses.url_of(listing))


@blueprint.post("/views")
@needs("tickets.read")
def save_view() -> Any:
    """Keep the list that the address asks for under a title."""
    desk = current_desk()
    listing = addresses.listing_from(desk, request.args)
    saved.save_view(desk, request.form.get("title", ""), addresses.text_of(listing))
    return redirect(addresses.url_of(listing))


@blueprint.post("/views/<int:view_id>")
@needs("tickets.read")
def change_view(view_id: int) -> Any:
    """Rename a saved view, or delete it."""
    desk = current_desk()
    if request.form.get("do") == "delete":
        gone = saved.delete_view(desk, view_id)
        # Keeping the same list again is all that it takes.
        url = f"{url_for('tickets.save_view')}?{gone.query}"
        text = _("The view “%(title)s” is deleted.") % {"title": gone.title}
        offer(text, url, undoing.seconds_to_undo(desk), {"title": gone.title})
        return redirect(url_for("tickets.index"))
    view = saved.rename_view(desk, view_id, request.form.get("title", ""))
    return redirect(f"{url_for('tickets.index')}?{view.query}")


def _page(desk: Desk, listing: Listing, selected: Collection[str]) -> str:
    found = lists.rows_of(desk, listing)
    shown, badges = rows.chosen_columns(desk, listing)
    menu = menus.filter_menu(desk, listing)
    return render_template(
        "tickets/list.html",
        view=_view(desk, listing),
        rows=rows.rows(desk, listing, found.rows, shown, badges),
        columns=shown,
        sort=listing.sort,
        sort_url=lambda sort: addresses.url_of(replace(lists.first_page(listing), sort=sort)),
        filters=menus.set_filters(menu),
        filter_menu=[group.shown() for group in menu if group.choices],
        column_menu=menus.column_menu(desk, listing, shown),
        pages=_pages(listing, found),
        bulk=_bulk(listing, menu) if desk.actor.may("tickets.work") else None,
        selected=selected,
        refresh_url=addresses.url_of(listing),
        export_url=addresses.url_of(lists.first_page(listing), "tickets.export"),
    )


def _view(desk: Desk, listing: Listing) -> dict[str, Any]:
    saved = menus.saved_as(desk, listing)
    title, count = menus.title_of(desk, listing)
    return {
        "title": saved.title if saved else title,
        "count": count,
        "saved": saved,
        "save_url": addresses.url_of(lists.first_page(listing), "tickets.save_view"),
        "empty_title": _("Nothing here"),
        "empty_text": menus.empty_text(listing),
    }


def _pages(listing: Listing, found: lists.Rows) -> dict[str, str]:
    start = lists.first_page(listing)
    previous = addresses.url_of(replace(start, before=found.before)) if found.before else ""
    following = addresses.url_of(replace(start, after=found.after)) if found.after else ""
    return {"previous_url": previous, "next_url": following}


def _bulk(listing: Listing, menu: list[menus.Group]) -> dict[str, Any]:
    choices = {group.key: group.choices for group in menu}
    return {
        "url": addresses.url_of(listing, "tickets.change_selected"),
        "owners": [pair for pair in choices["owner"] if pair[0] != "me"],
        "teams": choices["team"],
        "states": list(states.TITLES.items()),
        "priorities": choices["priority"],
    }


def _wanted() -> bulk.Wanted:
    form = request.form
    return bulk.Wanted(
        state=form.get("state", ""),
        owner=form.get("owner", ""),
        team=form.get("team", ""),
        priority=form.get("priority", ""),
        tag=form.get("tag", ""),
    )
