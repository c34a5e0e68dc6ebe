# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every hook of Tresen, typed and documented, grouped by kind: the whole door on one page.

Five kinds, told apart by grammar (a test keeps it): *lists* are plural nouns without `desk`,
asked once at start; *parts* are plural nouns with `desk`, all answers joined; *questions* are
singular nouns whose first answer counts; *guards* begin with `before_` and may raise Refused;
*events* are past participles. What a specification returns is what a silent plugin answers.

A hook that is *stable* changes by SemVer and ends two minor releases after it was deprecated at the
earliest. One that is *provisional* may change with any minor release, which its changes say.
"""

from typing import TYPE_CHECKING, Any

from tresen.hooks.stability import hookspec

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from sqlalchemy import ColumnElement

    from tresen.desk import Desk
    from tresen.hooks.places import Page
    from tresen.hooks.records import (
        Check,
        Column,
        DataSet,
        Filter,
        Job,
        MessageMark,
        NavItem,
        Panel,
        Permission,
        RailGroup,
        Route,
        SearchSource,
        Service,
        SettingsForm,
        ShortAddress,
    )
    from tresen.mail.records import Mail
    from tresen.people.models import EmailAddress, Person
    from tresen.tickets.models import Message, Ticket

# ------------------------------------------------------------------------------------- lists


@hookspec(since="0.1", stability="stable")
def permissions() -> "list[Permission]":
    """Asked at start. Name what the plugin's routes demand.

    A route that names a permission which nobody declares keeps the plugin from being taken in.
    Used by: every slice with routes, pilot_service.
    """
    return []


@hookspec(since="0.1", stability="stable")
def settings_forms() -> "list[SettingsForm]":
    """Asked at start. Declare settings as WTForms classes; field defaults are the defaults.

    Each form becomes a page of the administration.
    Used by: tickets, pilot_service.
    """
    return []


@hookspec(since="0.1", stability="stable")
def blueprints() -> "list[Blueprint]":
    """Asked at start. Bring pages; a plugin's are mounted at `/<plugin>/`.

    Every view names its permission with `needs`, or the plugin is not taken in.
    Used by: every slice with pages, pilot_service.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def short_addresses() -> "list[ShortAddress]":
    """Asked at start. Bring addresses at the root that lead to pages: printed, or read aloud.

    A word that is taken, by the core or by another plugin, keeps the plugin from being taken in.
    Used by: licensing, remote_support.
    """
    return []


@hookspec(since="0.1", stability="stable")
def rest_blueprints() -> "list[Blueprint]":
    """Asked at start. Bring REST resources; a plugin's are mounted at `/api/v1/<plugin>/`.

    They are flask-smorest blueprints and appear in the OpenAPI document. Every method names its
    permission with `needs`, or the plugin is not taken in.
    Used by: tickets, people.
    """
    return []


@hookspec(since="0.1", stability="stable")
def nav_items() -> "list[NavItem]":
    """Asked at start. Bring entries for the left rail; shown to who holds the permission.

    Used by: tickets, people, admin, pilot_service.
    """
    return []


@hookspec(since="0.1", stability="stable")
def cli_commands() -> "list[click.Command]":
    """Asked at start of the command. Bring commands: `tresen <command>`.

    A plugin's commands stand under `tresen <plugin>`. `click.pass_obj` hands a command the
    function that makes the core.
    Used by: mail, people.
    """
    return []


@hookspec(since="0.1", stability="stable")
def jobs() -> "list[Job]":
    """Asked at start. Bring work for the worker, by name; run by `jobs.service.enqueue`.

    A job runs at least once: running it twice must be harmless.
    Used by: mail, access.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def services() -> "list[Service]":
    """Asked when a worker starts. Bring work that it keeps running: a listener, a watcher.

    Each runs in a thread of its own and may open as many desks as it likes.
    Used by: mail.
    """
    return []


@hookspec(since="0.1", stability="stable")
def ticket_columns() -> "list[Column]":
    """Asked at start. Bring columns or badges for ticket lists, loaded for a page at once.

    When a load fails the list is shown without the column.
    Used by: tickets, pilot_service.
    """
    return []


@hookspec(since="0.1", stability="stable")
def ticket_filters() -> "list[Filter]":
    """Asked at start. Bring filters for ticket lists; the key stands in the list's address.

    Used by: tickets, pilot_service.
    """
    return []


@hookspec(since="0.1", stability="stable")
def search_sources() -> "list[SearchSource]":
    """Asked at start. Bring kinds of things that search finds.

    Used by: tickets, people.
    """
    return []


# ------------------------------------------------------------------------------------- parts


@hookspec(since="0.1", stability="stable")
def page_panels(desk: "Desk", page: "Page", subject: Any) -> "list[Panel]":
    """Asked when a page is shown. Bring boxes for one of its places.

    `page` names the page, `subject` is what it shows. A panel whose template fails becomes a
    box of one line that names the plugin.
    Used by: people, products, pilot_service, licensing.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def rail_groups(desk: "Desk") -> "list[RailGroup]":
    """Asked when a page of the workplace is framed. Bring links to lists, with their counts.

    It is asked on every page: bring all counts with one cheap query.
    Used by: tickets.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def message_marks(desk: "Desk", messages: "list[Message]") -> "list[MessageMark]":
    """Asked when a ticket is shown. Say what became of its messages on their way out.

    `messages` are those of one page; answer for all of them with one query.
    Used by: mail.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def rest_extras(desk: "Desk", subjects: "list[Any]") -> "list[dict[int, dict[str, Any]]]":
    """Asked when tickets are answered as JSON. Add facts under `extensions.<plugin>`.

    `subjects` are the tickets of one answer; return one dict from ticket id to plain JSON
    values, loaded for all of them at once.
    Used by: pilot_service.
    """
    return []


@hookspec(since="0.1", stability="stable")
def ticket_scopes(desk: "Desk") -> "list[ColumnElement[bool]]":
    """Asked when tickets are read. Narrow what the actor sees; conditions are joined by AND.

    Fails closed: while a plugin errs here, nobody sees a ticket.
    Used by: tickets.
    """
    return []


@hookspec(since="0.1", stability="stable")
def health_checks(desk: "Desk") -> "list[Check]":
    """Asked by `tresen doctor` and the health page. Say what is well and what is not.

    Used by: mail, jobs, search.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def personal_data(desk: "Desk", person: "Person") -> "list[DataSet]":
    """Asked when somebody wants to know what is kept about them. Return all of it (GDPR art. 15).

    `person.addresses` is loaded. Fails closed: while a plugin errs here, nothing is exported.
    Used by: every slice that keeps something about people, pilot_service.
    """
    return []


# --------------------------------------------------------------------------------- questions


@hookspec(since="0.1", stability="stable", firstresult=True)
def ticket_route(desk: "Desk", ticket: "Ticket") -> "Route | None":
    """Asked when a ticket is opened. Say which team or person it goes to.

    Without an answer the ticket goes to the team of its mailbox or form.
    Used by: pilot_service.
    """
    return None


# ------------------------------------------------------------------------------------ guards


@hookspec(since="0.1", stability="provisional")
def before_mail_taken(desk: "Desk", mail: "Mail") -> None:
    """Asked before a mail that was stored and parsed becomes a message.

    Raise Refused to have it ignored; the sentence becomes the rule that is named on it. Fails
    open: when a plugin errs, the mail is taken.
    Used by: mail.
    """


@hookspec(since="0.1", stability="provisional")
def before_message_taken_back(desk: "Desk", ticket: "Ticket", message: "Message") -> None:
    """Asked before a reply that still waits becomes a draft again; its row is deleted then.

    Raise Refused when it can no longer be called back. Fails open: when a plugin errs, the reply
    is taken back.
    Used by: mail (the mail may have gone out).
    """


# ------------------------------------------------------------------------------------ events


@hookspec(since="0.1", stability="provisional")
def link_issued(desk: "Desk", address: "EmailAddress", purpose: str, token: str) -> None:
    """Told when somebody is to get a one-time link; `token` is in it and stored nowhere else.

    `purpose` is "password" or "proof". Whoever sends it must not log it.
    Used by: mail.
    """


@hookspec(since="0.1", stability="stable")
def ticket_opened(desk: "Desk", ticket: "Ticket", message: "Message") -> None:
    """Told after a ticket and its first message were added, before the commit.

    Used by: pilot_service.
    """


@hookspec(since="0.1", stability="stable")
def message_added(desk: "Desk", ticket: "Ticket", message: "Message") -> None:
    """Told after a message was added to a ticket, the first one too, before the commit.

    Used by: mail (a public reply becomes a mail).
    """


@hookspec(since="0.1", stability="stable")
def ticket_changed(desk: "Desk", ticket: "Ticket", changes: "dict[str, tuple[Any, Any]]") -> None:
    """Told after fields of a ticket changed; `changes` maps a field to (old, new).

    Used by: pilot_service.
    """


@hookspec(since="0.1", stability="provisional")
def person_erased(desk: "Desk", person: "Person") -> None:
    """Told before the name and the addresses of a person go. Forget them, too (GDPR art. 17).

    The core keeps the row, called "Erased person", so that tickets point at somebody; no row of a
    plugin may point at it afterwards. Delete what is about the person, unset the rest, and blot
    names and addresses out of texts: `traces_of(desk, person)` finds them, `person.addresses` is
    loaded. Fails closed: while a plugin errs here, nobody is erased.
    Used by: every slice that keeps something about people, pilot_service.
    """


@hookspec(since="0.1", stability="provisional")
def demo_filled(desk: "Desk", world: "dict[str, Any]") -> None:
    """Told after `tresen demo` filled an empty database. Add what shows the plugin.

    `world` names what was made: "organisations", "agents", "customers" (who can sign in) and
    "products" as lists.
    Used by: pilot_service.
    """
