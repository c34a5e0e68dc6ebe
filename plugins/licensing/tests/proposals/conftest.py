# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development that the public has, and a forge on loopback that knows its upstream."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
from flask.testing import FlaskClient
from forge_server import TOKEN, ForgeServer, forge_server
from gits import Repository, repository
from tresen.sdk import Desk, Person, Product, ProductVersion
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.changes import service as changing
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.connections import service as connections
from tresen_licensing.connections.models import Connection
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.forges import routes
from tresen_licensing.proposals import queries, sending, service, states
from tresen_licensing.proposals.models import UpstreamProposal
from tresen_licensing.publications.models import Publication
from upstreams import last

UPSTREAM, FORK = "harbour/pier.git", "tresen/pier.git"
REQUEST = "/api/v1/repos/harbour/pier/pulls"
SECRET = "TRESEN_LICENSING_FORGE"
NEWS = "Five berths, as you asked for."
Propose = Callable[..., UpstreamProposal]
SignIn = Callable[[Person], FlaskClient]
Show = Callable[[], str]
Change = Callable[[Development], ChangeSet]
Better = Callable[..., ChangeSet]
Send = Callable[[], UpstreamProposal]


@pytest.fixture(autouse=True)
def private(monkeypatch: pytest.MonkeyPatch, near: None) -> None:
    """Let forges lie on loopback, as an operator may allow, and let there be a token."""
    monkeypatch.setenv(SECRET, TOKEN)


@dataclass(frozen=True)
class Built:
    """A repository with two patches, made once, with bare copies to be served."""

    folder: Path
    series: bytes
    better: bytes


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return what git made; upstream's branch stands where it stood before the patches."""
    folder = tmp_path_factory.mktemp("built")
    made = repository(folder / "repo")
    base = made.text("rev-parse", "HEAD")
    made.git("checkout", "-q", "-b", "ours")
    made.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth")
    made.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    text = made.series(base)
    made.git("checkout", "-q", "-b", "better")
    made.commit({"src/quay.py": b"BERTHS = 5\n"}, "Make it five")
    better = made.series(base)
    made.git("checkout", "-q", "main")
    server = ForgeServer(folder / "forge")
    for name in (UPSTREAM, FORK):
        server.mirror(made.folder, name)
        server.git(name, "branch", "-D", "ours", "better")
    return Built(folder, text, better)


@pytest.fixture
def series(built: Built) -> bytes:
    """Return two patches on the first commit of upstream."""
    return built.series


@pytest.fixture
def repo(built: Built, tmp_path: Path) -> Repository:
    """Return upstream, with the patches on a branch of their own."""
    copytree(built.folder / "repo", tmp_path / "repo")
    return Repository(tmp_path / "repo")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[ForgeServer]:
    """Return a forge with nothing on it."""
    with forge_server(tmp_path / "forge") as made:
        yield made


@pytest.fixture
def connection(boss_desk: Desk, forge: ForgeServer) -> Connection:
    """Return the connection to that forge, a Gitea."""
    given = {
        "name": "Harbour's forge",
        "kind": routes.GITEA,
        "address": forge.address,
        "account": "tresen",
        "secret_name": SECRET,
    }
    made = connections.keep(boss_desk, Connection(), given)
    boss_desk.commit()
    return made


@pytest.fixture
def published(agent_desk: Desk, development: Development, change: ChangeSet) -> Development:
    """Return a development whose source the public has."""
    development.state = developing.PUBLISHED
    agent_desk.commit()
    return development


@pytest.fixture
def served(published: Development, forge: ForgeServer, built: Built, desk: Desk) -> Development:
    """Return it with an upstream that the forge serves, as it was before the patches."""
    copytree(built.folder / "forge", forge.folder, dirs_exist_ok=True)
    published.upstream_url, published.upstream_branch = forge.url(UPSTREAM), "main"
    desk.commit()
    return published


@pytest.fixture
def propose(agent_desk: Desk, published: Development, clock: SteppedClock) -> Propose:
    """Return a function that proposes it on a way, and sends it."""

    def go(route: str = routes.DIRECTORY, **given: object) -> UpstreamProposal:
        usual: dict[str, object] = {"repository": "harbour/pier", "title": "Add a berth"}
        wish = service.Wish(route, **(usual | {"text": "Hello."} | given))  # type: ignore[arg-type]
        made = service.propose(agent_desk, published, wish)
        agent_desk.commit()
        sending.send(agent_desk, made.id)
        agent_desk.commit()
        agent_desk.session.expire(made)
        found = queries.proposal(agent_desk, made.id)
        # Nobody else writes while this desk does.
        agent_desk.commit()
        return found

    return go


@pytest.fixture
def better(agent_desk: Desk, published: Development, built: Built) -> Better:
    """Return a function that publishes a version with a third patch, which upstream asked for."""

    def go(series: bytes = built.better) -> ChangeSet:
        made = changing.add(agent_desk, published, [series], "")
        own = {"development_id": published.id, "change_set_id": made.id, "tree": "b" * 40}
        now = agent_desk.now()
        agent_desk.session.add(Publication(licence="MIT", published_at=now, **own))
        agent_desk.commit()
        return made

    return go


@pytest.fixture
def objected(propose: Propose, agent_desk: Desk) -> UpstreamProposal:
    """Return a proposal that went out as files, for which changes are requested."""
    made = propose()
    service.decide(agent_desk, made, states.CHANGES_REQUESTED, "Five berths, please.")
    agent_desk.commit()
    return made


@pytest.fixture
def send(agent_desk: Desk) -> Send:
    """Return a function that sends the latest proposal's next version."""

    def go() -> UpstreamProposal:
        made = last(agent_desk)
        if made.state != states.SENDING:
            service.renew(agent_desk, made, NEWS)
            agent_desk.commit()
        sending.send(agent_desk, made.id)
        agent_desk.commit()
        agent_desk.session.expire_all()
        found = queries.proposal(agent_desk, made.id)
        agent_desk.commit()
        return found

    return go


@pytest.fixture
def proposed(
    propose: Propose, connection: Connection, published: Development, desk: Desk
) -> UpstreamProposal:
    """Return a proposal that a forge knows as number 5, though nothing was pushed there."""
    made = propose()
    made.route, made.connection_id = routes.GITEA, connection.id
    made.number, made.address = "5", "https://forge.example/harbour/pier/pulls/5"
    made.next_look_at = made.proposed_at
    desk.commit()
    desk.session.expire(made)
    found = queries.proposal(desk, made.id)
    desk.commit()
    return found


@pytest.fixture
def released_product(
    agent_desk: Desk, published: Development, product: Product, version: ProductVersion
) -> ProductVersion:
    """Return version 4.1 of the product, on which the development builds."""
    published.product_id = product.id
    agent_desk.commit()
    return version


@pytest.fixture
def browser(sign_in: SignIn, agent: Person) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def page(published: Development) -> str:
    """Return the address of the development's page."""
    return f"/licensing/developments/{published.reference}"


@pytest.fixture
def show(browser: FlaskClient, page: str, agent_desk: Desk) -> Show:
    """Return a function that loads the part of the page."""

    def go() -> str:
        agent_desk.commit()
        shown = browser.get(page).text
        found = re.search(r'<section class="panel" id="upstream">.*?</section>', shown, re.DOTALL)
        return found[0] if found else ""

    return go


@pytest.fixture
def directed(propose: Propose, published: Development) -> Development:
    """Return a development that was proposed as files."""
    propose()
    return published
