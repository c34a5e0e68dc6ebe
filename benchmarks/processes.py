# SPDX-License-Identifier: AGPL-3.0-or-later
"""A fresh process: how long until it answers, how much memory it keeps, and whether that grows.

Measured is an installation as a customer has it, with ten plugins; the floor runs beside it.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter

from tresen.access.views import cookie_name
from tresen.testing.crowd import write_crowd

from benchmarks.ground import KEY, Ground
from benchmarks.installation import python
from benchmarks.timing import Result

STARTS = 3
PAGES, MORE_PAGES = 100, 2_000
# Seconds after which a worker has begun all its services and has nothing to do.
IDLE = 5
FLOOR_IS = "Flask, SQLAlchemy, one query"
# Every mark is a line: its name, the processor time until then, the resident memory in kB.
MARK = """
import time
def mark(name):
    lines = open("/proc/self/status")
    memory = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
    print("mark", name, time.process_time(), memory, flush=True)
"""
OURS = f"""
import os, sys
from tresen.start import wsgi
browser = wsgi().test_client()
browser.set_cookie(os.environ["COOKIE_NAME"], os.environ["COOKIE"], domain="localhost")
assert browser.get("/tickets/").status_code == 200
mark("answered")
for _page in range({PAGES}):
    browser.get("/tickets/").get_data()
mark("pages")
for _page in range(int(os.environ["MORE_PAGES"])):
    browser.get("/tickets/").get_data()
mark("end")
"""
WORKER = f"""
import os, signal, sys, threading
from tresen import start
def tell():
    mark("end")
    os.kill(os.getpid(), signal.SIGTERM)
threading.Timer({IDLE}, tell).start()
sys.argv = ["tresen", "worker"]
start.main()
"""
FLOOR = """
import sqlalchemy.orm
from flask import Flask
engine = sqlalchemy.create_engine("DATABASE")
app = Flask("floor")
@app.get("/")
def page():
    with sqlalchemy.orm.Session(engine) as session:
        return str(session.scalar(sqlalchemy.text("SELECT count(*) FROM team")))
browser = app.test_client()
assert browser.get("/").status_code == 200
mark("answered")
for _page in range(PAGES):
    browser.get("/").get_data()
mark("pages")
"""

# By name of the mark: seconds on the clock, seconds of the processor, MiB.
Marks = dict[str, tuple[float, float, float]]


def start(ground: Ground) -> Result:
    """Seconds from the start of the process to its first page, the list."""
    return _compared(ground, "start", "s", "answered", 0, 0.6)


def start_cpu(ground: Ground) -> Result:
    """Seconds of the processor that it takes, which what else runs can hardly change."""
    return _compared(ground, "start_cpu", "s", "answered", 1, None)


def memory(ground: Ground) -> Result:
    """Resident memory of the process after a hundred pages."""
    return _compared(ground, "memory", "MiB", "pages", 2, 80)


def memory_growth(ground: Ground) -> Result:
    """What two thousand more pages add to it."""
    marks = _run(ground, OURS, MORE_PAGES=str(MORE_PAGES))
    return Result("memory_growth", "MiB", marks["end"][2] - marks["pages"][2], None, 2)


def worker_memory(ground: Ground) -> Result:
    """Resident memory of a worker without work."""
    _runs(ground)
    return Result("worker_memory", "MiB", _run(ground, WORKER)["end"][2], None, 80)


def _compared(
    ground: Ground, name: str, unit: str, mark: str, which: int, goal: float | None
) -> Result:
    ours, floor = (median(run[mark][which] for run in runs) for runs in _runs(ground))
    return Result(name, unit, ours, floor, goal, FLOOR_IS)


@cache
def _runs(ground: Ground) -> tuple[list[Marks], list[Marks]]:
    floor = FLOOR.replace("DATABASE", ground.core.config.database).replace("PAGES", str(PAGES))
    # The first start after an installation compiles, and judges what is installed.
    _run(ground, OURS)
    runs = [(_run(ground, OURS), _run(ground, floor)) for _start in range(STARTS)]
    return [ours for ours, _floor in runs], [floor for _ours, floor in runs]


@cache
def _plugins() -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="tresen-crowd-")
    write_crowd(Path(folder.name))
    return folder


def _run(ground: Ground, program: str, **more: str) -> Marks:
    config = ground.core.config
    # An installation keeps its compiled modules; without them a start would measure the compiler.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ = kept | {
        "TRESEN_DATA_DIR": str(ground.folder),
        "TRESEN_DATABASE_URL": config.database,
        "TRESEN_SECRET_KEY": KEY,
        "COOKIE_NAME": cookie_name(config),
        "COOKIE": ground.cookie,
        "PYTHONPATH": _plugins().name,
        "MORE_PAGES": "0",
    }
    command, found = [python(), "-c", MARK + program], Marks()
    started = perf_counter()
    with subprocess.Popen(  # noqa: S603 - this file's own programs
        command, stdout=subprocess.PIPE, text=True, env=environ | more
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("mark "):
                _mark, name, processor, memory = line.split()
                found[name] = (perf_counter() - started, float(processor), int(memory) / 1024)
    assert process.returncode == 0, found
    return found


MEASURES: dict[str, Callable[[Ground], Result]] = {
    "start": start,
    "start_cpu": start_cpu,
    "memory": memory,
    "memory_growth": memory_growth,
    "worker_memory": worker_memory,
}
