# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen jobs`: what has failed for good, and another try for it."""

from collections.abc import Callable

import click

from tresen.desk import Core, desk_for
from tresen.jobs import queries, service


@click.group(name="jobs")
def commands() -> None:
    """Look at failed jobs and let them run again."""


@commands.command(name="list")
@click.pass_obj
def list_(make_core: Callable[[], Core]) -> None:
    """List the jobs that have used up their attempts, the latest first."""
    with desk_for(make_core()) as desk:
        for job in queries.failed_jobs(desk):
            click.echo(f"{job.id:8} {job.name}: {job.last_error}")


@commands.command()
@click.argument("job_id", type=int)
@click.pass_obj
def retry(make_core: Callable[[], Core], job_id: int) -> None:
    """Let a failed job run again at once."""
    with desk_for(make_core(), write=True) as desk:
        service.retry(desk, job_id)
    click.echo(f"Job {job_id} runs again.")
