# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command `tresen`: what an administrator does on the machine.

A command imports for itself what no other needs: web processes are forks of `tresen serve`, and
would carry Alembic and the demo, and the worker gunicorn, for as long as they live.
"""

import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import click
from sqlalchemy.exc import OperationalError

from tresen import __version__, app, fitness, known, revisions
from tresen.admin.ledger import follow_others, open_ledger
from tresen.config import Config, load_config, option_names
from tresen.desk import Core, desk_for
from tresen.errors import Misconfigured, TresenError
from tresen.heap import undisturbed
from tresen.hooks import specs
from tresen.hooks.records import Check

# The order in which the doctor speaks: what is bad stands last, beside the prompt.
SEVERITY = ("good", "warning", "bad")
# Where the context keeps the commands of slices and plugins.
BROUGHT = "tresen.brought"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Tresen(click.Group):
    """Adds the commands that slices and plugins bring; a refusal is a sentence, no traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the core's commands and those of plugins."""
        return sorted({*super().list_commands(ctx), *self._brought(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of the core first, then one that was brought."""
        return super().get_command(ctx, cmd_name) or self._brought(ctx).get(cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; print a refusal's sentence and exit with 1."""
        # What commands get by `click.pass_obj`: not the core, but how to make it when needed.
        ctx.obj = ready_core
        try:
            return super().invoke(ctx)
        except TresenError as error:
            raise click.ClickException(error.sentence) from error

    @staticmethod
    def _brought(ctx: click.Context) -> dict[str, click.Command]:
        # click looks a command up several times; plugins are loaded for the first time only.
        if BROUGHT not in ctx.meta:
            ctx.meta[BROUGHT] = brought_commands(app.create_core())
        brought: dict[str, click.Command] = ctx.meta[BROUGHT]
        return brought


def brought_commands(core: Core) -> dict[str, click.Command]:
    """Return the commands of slices by their names, and those of plugins in a group for each."""
    found: dict[str, click.Command] = {}
    for name, command in core.plugins.collect_named(specs.cli_commands):
        plugin = core.plugins.taken_in.get(name)
        if plugin is None:
            found[str(command.name)] = command
            continue
        group = found.setdefault(name, click.Group(name, help=f"{plugin.title}."))
        if isinstance(group, click.Group):
            group.add_command(command)
    return found


@click.group(cls=Tresen)
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """Tresen, the counter across which service is given."""


@main.command()
def init() -> None:
    """Make the data folder, the secret key and the database."""
    config = load_config()
    make_key(config)
    upgrade_all()


@main.command()
@click.option("--plan", "is_plan", is_flag=True, help="Only say what becomes of every plugin.")
@click.option(
    "--wheelhouse", type=FOLDER, help="With --plan: a folder of wheels that pip may install."
)
@click.option(
    "--rehearse",
    is_flag=True,
    help="With --plan: run what is pending and take it back; writers wait meanwhile.",
)
@click.argument("constraints", required=False, type=FILE)
def upgrade(
    is_plan: bool, wheelhouse: Path | None, rehearse: bool, constraints: Path | None
) -> None:
    """Bring the database to the installed code; safe to repeat, safe to interrupt.

    With --plan nothing is touched. CONSTRAINTS is a file of lines name==version that pip is going
    to install; without it the plan is about what is installed now. The plan exits with 1 when a
    plugin will be paused.
    """
    if is_plan:
        sys.exit(_tell_plan(constraints, wheelhouse, rehearse))
    if wheelhouse or rehearse or constraints:
        raise click.UsageError("CONSTRAINTS, --wheelhouse and --rehearse go with --plan.")
    upgrade_all()


@main.command()
@click.option("--bind", default="127.0.0.1:8080", show_default=True, help="Address to listen on.")
@click.option("--processes", default=1, show_default=True, help="Web processes.")
@click.option("--threads", default=16, show_default=True, help="Threads of each web process.")
@click.option("--with-worker", is_flag=True, help="Run the worker beside the web processes.")
def serve(bind: str, processes: int, threads: int, with_worker: bool) -> None:
    """Serve the pages and the REST interface with gunicorn."""
    from tresen import server  # noqa: PLC0415 - see the top

    server.demand_free(bind)
    server.serve(bind, processes=processes, threads=threads, with_worker=with_worker)


@main.command()
def worker() -> None:
    """Fetch and deliver mail and run jobs until told to end."""
    from tresen.jobs.worker import run_worker  # noqa: PLC0415 - see the top

    with undisturbed():
        chosen = load_config()
        is_known = known.is_known(chosen, known.state_of(chosen))
        core = ready_core(chosen, is_known=is_known)
    follow_others(core)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_worker(core, stop)


@main.command()
@click.pass_obj
def doctor(make_core: Callable[[], Core]) -> None:
    """Say what is well and what is not; exits with 1 when something is bad."""
    from tresen.admin import queries  # noqa: PLC0415 - see the top

    core = make_core()
    fitness.check_pages(core)
    with desk_for(core) as desk:
        checks = queries.health(desk) + queries.torn_templates(core)
    checks += [Check(each.plugin, "warning", each.sentence) for each in queries.notices(core)]
    for check in sorted(checks, key=lambda each: SEVERITY.index(each.state)):
        click.echo(f"{check.state:8} {check.name}: {check.sentence}")
    if any(check.state == "bad" for check in checks):
        sys.exit(1)


@main.command()
@click.option(
    "--folder", default="tresen-data/demo", show_default=True, type=Path, help="Its data."
)
@click.option("--port", default=0, help="Web port; without it the first free one from 8080 on.")
@click.option("--database-url", default="", help="A database of its own instead of SQLite.")
def demo(folder: Path, port: int, database_url: str) -> None:
    """Run the product with the data of a made-up software firm."""
    from tresen import server  # noqa: PLC0415 - see the top
    from tresen.demo import show  # noqa: PLC0415 - see the top
    from tresen.demo.sink import open_sink  # noqa: PLC0415 - see the top

    place = show.choose_place(folder.absolute(), port)
    server.demand_free(place.bind)
    show.configure(place, database_url)
    make_key(load_config())
    show.check_database(app.create_core())
    upgrade_all()
    password = show.fill_apart(app.create_core, place.folder)
    mail_server, _port = open_sink(place.mails, place.smtp_port)

    def welcome() -> None:
        click.echo(show.welcome(place, password))

    try:
        server.serve(place.bind, processes=1, threads=16, with_worker=True, when_ready=welcome)
    finally:
        mail_server.stop()


@main.command()
@click.argument("name", required=False)
def config(name: str | None) -> None:
    """List the options of this installation, or one of them; secrets stay hidden."""
    found = load_config()
    for key, option in option_names().items():
        if name in (None, key):
            value = "(hidden)" if option.metadata["secret"] else getattr(found, key)
            click.echo(f"{key} = {value}  # {option.metadata['meaning']}")


def ready_core(chosen: Config | None = None, *, is_known: bool = False) -> Core:
    """Return the core of a database that is the code's; raises Misconfigured with the way out."""
    core = _closing_core(chosen, is_known=is_known)
    try:
        fitness.check_schema(core)
    except OperationalError as error:
        raise _not_open(error) from error
    open_ledger(core)
    return core


def _not_open(error: OperationalError) -> Misconfigured:
    return Misconfigured(
        f"The database cannot be opened ({error.orig}): start it, or make one with tresen init."
    )


def _closing_core(chosen: Config | None = None, *, is_known: bool = False) -> Core:
    core = app.create_core(chosen, is_known=is_known)
    click.get_current_context().call_on_close(core.engine.dispose)
    return core


def make_key(config: Config) -> Path:
    """Write a random key into the data folder unless there is one."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    file = config.data_dir / "secret.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")
        click.echo(f"Made {file}: keep a copy of it with every backup.")
    return file


def upgrade_all() -> None:
    """Run what is pending in every chain and say it.

    Raises Misconfigured when a plugin's migration failed, after all others were run.
    """
    core = app.create_core()
    try:
        failed = _upgrade_each(core)
    finally:
        core.engine.dispose()
    if failed:
        raise Misconfigured(
            f"{', '.join(failed)} could not be upgraded and will be set aside; the others are "
            "ready. Install another version of it, then run tresen upgrade again."
        )


def _upgrade_each(core: Core) -> list[str]:
    from tresen import migrate  # noqa: PLC0415 - see the top

    failed: list[str] = []
    with migrate.upgrade_lock(core.engine):
        for chain in revisions.chains_of(core.plugins):
            try:
                ran = migrate.upgrade_chain(core.engine, chain)
            except (Exception, SystemExit) as error:
                # The core has no business without its own tables; a plugin is set aside alone.
                if chain.name == "core":
                    raise
                failed.append(chain.name)
                is_refused = isinstance(error, Misconfigured)
                why = "not upgraded" if is_refused else "failed, nothing of this revision is kept"
                click.echo(f"{chain.name}: {why}: {error}")
            else:
                click.echo(f"{chain.name}: {', '.join(ran) if ran else 'up to date'}")
    return failed


def _tell_plan(constraints: Path | None, wheelhouse: Path | None, is_rehearsed: bool) -> int:
    from tresen import migrate  # noqa: PLC0415 - see the top
    from tresen.admin import plan, target  # noqa: PLC0415 - see the top

    core = _closing_core()
    fitness.check_pages(core)
    chains = revisions.chains_of(core.plugins)
    try:
        # Asked first for itself: a rehearsal would blame each chain for a database that is away.
        core.engine.connect().close()
    except OperationalError as error:
        raise _not_open(error) from error
    failing = migrate.rehearse(core.engine, chains) if is_rehearsed else migrate.unreadable(chains)
    found = plan.make_plan(core, target.read_target(constraints, wheelhouse), failing)
    for line in plan.in_words(found):
        click.echo(line)
    return int(any(verdict.outcome == plan.PAUSED for verdict in found.verdicts))


if __name__ == "__main__":
    sys.exit(main())
