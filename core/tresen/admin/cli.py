# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands about plugins: what is installed, in which state, and what it brings."""

import json
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import click

from tresen import fitness
from tresen.admin import declarations, export, queries, remains, scaffold, service
from tresen.admin.records import FAULTY, Remains
from tresen.desk import Core, desk_for
from tresen.ladder import candidates
from tresen.ladder import service as ladder
from tresen.ladder.records import FAILED, LEVELS, Report

MakeCore = Callable[[], Core]


@click.group()
def plugins() -> None:
    """Which plugins are installed, and what became of them."""


@plugins.command("list")
@click.pass_obj
def list_all(make_core: MakeCore) -> None:
    """List the installed plugins with version and state."""
    for found in queries.plugins(_examined(make_core)):
        click.echo(f"{found.name:24} {found.version:12} {found.state:10} {found.sentence}".rstrip())


@plugins.command()
@click.argument("name")
@click.pass_obj
def info(make_core: MakeCore, name: str) -> None:
    """Say what a plugin is, where it comes from, whether it was changed, and what it brings."""
    core = _examined(make_core)
    found = queries.plugin(core, name)
    click.echo(f"{found.title}\n{found.distribution} {found.version}: {found.state}")
    if found.sentence:
        click.echo(found.sentence)
    _tell_manifest(name)
    _tell_origin(name)
    _tell_faults(core, name)
    declared = queries.declared(core, name)
    for field in fields(declared):
        for value in getattr(declared, field.name):
            click.echo(f"{field.name[:-1]:12} {value}")


@plugins.command()
@click.argument("subject", default="")
@click.option("--json", "is_json", is_flag=True, help="Say it as JSON.")
@click.option(
    "--level", default="bronze", type=click.Choice(LEVELS), show_default=True, help="What is due."
)
def check(subject: str, is_json: bool, level: str) -> None:
    """Judge a plugin by the quality ladder: one by its name, a source folder, or a wheel.

    Without a subject every installed plugin is judged. Exits with 1 when one is below the level.
    """
    reports = []
    for each in [subject] if subject else queries.installed_names():
        with candidates.candidate(each) as found:
            reports.append(ladder.judge(found))
    if is_json:
        click.echo(json.dumps([ladder.as_json(report) for report in reports], indent=2))
    else:
        for report in reports:
            _tell_report(report)
    if any(not ladder.is_at_least(report, level) for report in reports):
        sys.exit(1)


@plugins.command()
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), help="Where; else tresen-NAME.")
@click.option("--title", help="Its title in English.")
@click.option("--title-de", help="Its title in German.")
@click.option("--author", help="Who answers for it.")
@click.option("--source-url", help="Where its source is.")
def new(name: str, folder: Path | None, **answers: str | None) -> None:
    """Make the folder of a new plugin, with everything that a plugin may have, and its tests."""
    folder = folder or Path(f"tresen-{name.replace('_', '-')}")
    scaffold.make_plugin(name, folder, {key: said for key, said in answers.items() if said})
    click.echo(f"Made {folder}. Next: pip install -e {folder} && tresen upgrade")


@plugins.command()
@click.pass_obj
def doctor(make_core: MakeCore) -> None:
    """Name the plugins that were set aside, and why; exits with 1 when there are any.

    What plugins use that ends with a later release is a warning.
    """
    core = _examined(make_core)
    for notice in queries.notices(core):
        click.echo(f"warning: {notice.plugin}: {notice.sentence}")
    faulty = {found.name for found in queries.plugins(core) if found.state in FAULTY}
    with desk_for(core) as desk:
        troubles = queries.troubles(desk)
    for name, sentence in troubles.items():
        click.echo(f"{'' if name in faulty else 'warning: '}{name}: {sentence}")
    if faulty:
        sys.exit(1)
    click.echo("No plugin is at fault.")


@plugins.command()
@click.argument("name")
@click.pass_obj
def disable(make_core: MakeCore, name: str) -> None:
    """Leave a plugin out from the next start on; its data stay."""
    with desk_for(make_core(), write=True) as desk:
        click.echo(service.switch(desk, name, on=False))


@plugins.command()
@click.argument("name")
@click.pass_obj
def enable(make_core: MakeCore, name: str) -> None:
    """Say what a plugin declares, and take it in again from the next start on."""
    _tell_manifest(name)
    with desk_for(make_core(), write=True) as desk:
        click.echo(service.switch(desk, name, on=True))


@plugins.command()
@click.argument("name")
@click.pass_obj
def wake(make_core: MakeCore, name: str) -> None:
    """Ask a muted plugin again, in every process within ten seconds."""
    with desk_for(make_core(), write=True) as desk:
        click.echo(service.wake(desk, name))


@plugins.command()
@click.pass_obj
def orphans(make_core: MakeCore) -> None:
    """List what plugins left in the database that are not installed any more."""
    found = remains.orphans(make_core())
    for each in found:
        click.echo(f"{each.plugin}: {_in_words(each)}")
    if not found:
        click.echo("No plugin left anything behind.")


@plugins.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do it; without this word it is only said.")
@click.pass_obj
def purge(make_core: MakeCore, name: str, yes: bool) -> None:
    """Remove what a plugin left that is not installed any more."""
    core = make_core()
    found = service.kept(core, name)
    if yes:
        service.purge(core, name)
    click.echo(_said(found, yes))


@plugins.command()
@click.argument("name")
@click.option("--keep-data", is_flag=True, help="Leave everything it kept where it is.")
@click.option("--export", "file", type=click.Path(path_type=Path), help="Write it to FILE first.")
@click.option("--purge", "is_purge", is_flag=True, help="Remove everything it kept.")
@click.option("--yes", is_flag=True, help="Do it; without this word it is only said.")
@click.pass_obj
def remove(
    make_core: MakeCore, name: str, keep_data: bool, file: Path | None, is_purge: bool, yes: bool
) -> None:
    """Take an installed plugin out, with what it kept or without."""
    core = make_core()
    plugin, found = queries.plugin(core, name), service.kept(core, name)
    if keep_data + bool(file) + is_purge != 1:
        raise click.UsageError(
            f"{plugin.title} keeps {_in_words(found)}. Say what becomes of it: "
            "--keep-data, --export FILE or --purge."
        )
    if keep_data:
        with desk_for(core, write=True) as desk:
            service.switch(desk, name, on=False)
    else:
        if file and yes:
            _export(core, name, file)
        if yes:
            service.remove(core, name)
        click.echo(_said(found, yes))
    if keep_data or yes:
        click.echo(f"Its code goes with: pip uninstall {plugin.distribution}")


def _examined(make_core: MakeCore) -> Core:
    core = make_core()
    fitness.check_pages(core)
    return core


def _export(core: Core, name: str, file: Path) -> None:
    try:
        export.export(core, name, file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"Written to {file}.")


def _said(found: Remains, is_done: bool) -> str:
    if is_done:
        return f"Removed: {_in_words(found)}."
    return f"It would remove {_in_words(found)}. Nothing is removed yet; --yes does it."


def _in_words(found: Remains) -> str:
    parts = [f"{name} ({_counted(count, 'row')})" for name, count in found.tables.items()]
    parts += [f"{_counted(count, 'row')} of {name}" for name, count in found.rows.items()]
    parts += [f"{_counted(n, 'mention')} in {name}" for name, n in found.mentions.items()]
    parts += [_counted(found.files, "file")] if found.files else []
    return ", ".join(parts) or "nothing"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _tell_report(report: Report) -> None:
    click.echo(f"{report.name} {report.version}: {report.level or 'no level'}")
    for found in report.findings:
        click.echo(f"{found.level:9} {found.state:7} {found.rule.name:18} {found.rule.title}")
        if found.state == FAILED:
            click.echo(f"{'':18}{found.rule.hint}")
        for detail in found.details:
            click.echo(f"{'':18}- {detail}")


def _tell_manifest(name: str) -> None:
    found = queries.manifest(name)
    for title, values in declarations.facts(found) if found else ():
        click.echo(f"{title}: {', '.join(values)}")


def _tell_faults(core: Core, name: str) -> None:
    with desk_for(core) as desk:
        if rest := queries.rest(desk, name):
            click.echo(f"{'muted until':12} {rest.until.isoformat(timespec='minutes')}")
        for fault in queries.faults(desk, name):
            at = fault.last_at.isoformat(timespec="minutes")
            click.echo(f"{'failed':12} {fault.count}x {fault.place}, last {at}: {fault.sentence}")


def _tell_origin(name: str) -> None:
    found = queries.origin(name)
    if found is None:
        return
    for word in ("licence", "source_url", "commit", "state"):
        if value := getattr(found, word):
            click.echo(f"{word:12} {value}")
    for path in found.differing:
        click.echo(f"{'differs':12} {path}")
