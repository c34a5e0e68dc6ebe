# SPDX-License-Identifier: AGPL-3.0-or-later
"""A portfolio with licences, for the world in which rights are tried."""

from access.world import World
from tresen.desk import Desk
from tresen.products.models import ProductVersion
from tresen_licensing.advisories import matching, osv
from tresen_licensing.advisories import queries as advisory_queries
from tresen_licensing.advisories import service as advisories
from tresen_licensing.components import queries as component_queries
from tresen_licensing.components import service as components
from tresen_licensing.holdings.models import Licence
from tresen_licensing.obligations import queries as obligation_queries
from tresen_licensing.obligations import service as obligations
from tresen_licensing.portfolio import files
from tresen_licensing.portfolio.models import Release, Vendor, VendorContract

VERSION = "/licensing/portfolio/versions/<int:version_id>"
FILE = f"{VERSION}/<any(source, sbom):kind>"
EXPORT = "/licensing/portfolio/exports/<any(licences, installations):what>.csv"
# What hangs on the version, and what is written of it in a form.
OWN = (
    *("boms/<int:bom_id>", "components", "components/<int:component_id>", "components/import"),
    *("obligations", "obligations/<int:obligation_id>/evidence", "obligations/choose"),
    *("obligations/<int:obligation_id>/open", "obligations/meet"),
    *("advisories", "vex.json"),
)
WRITTEN = {
    "components.<any(json, xml):form>": "json",
    "notices.<any(txt, html):form>": "txt",
}
SBOM = "/licensing/source/sbom.<any(json, xml):form>"
BILL = b"""{"bomFormat": "CycloneDX", "specVersion": "1.6", "components":
[{"type": "library", "name": "crane", "version": "2.0", "purl": "pkg:pypi/crane@2.0",
"licenses": [{"license": {"id": "MIT"}}]}]}"""
ADVISORY = {
    "id": "TEST-1",
    "modified": "2026-03-01T10:00:00Z",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "crane"}, "versions": ["2.0"]}],
}
# What a call takes away, by the object that its row names.
GOING = "what goes"


def fill(desk: Desk, world: World) -> None:
    """Let there be one of each thing, and two of what can be removed."""
    _add_release(desk, world)
    vendor = Vendor(name="Maker")
    desk.session.add(vendor)
    desk.session.flush()
    world.values["vendor_id"] = vendor.id
    for _each in range(2):
        _add_records(desk, world, vendor)


def _add_release(desk: Desk, world: World) -> None:
    version = ProductVersion(product_id=world.values["product_id"], number="4.1")
    desk.session.add(version)
    desk.session.flush()
    release = Release(version_id=version.id)
    desk.session.add(release)
    files.attach(desk, release, files.SBOM, files.Upload("sbom.json", b"{}"))
    own = {"version_id": version.id}
    world.special[VERSION] = own
    _add_components(desk, world, version)
    _add_advisory(desk, world, version)
    for path in OWN:
        world.special[f"{VERSION}/{path}"] = own
    for path, form in WRITTEN.items():
        world.special[f"{VERSION}/{path}"] = {**own, "form": form}
    world.special[SBOM] = {"form": "json"}
    world.special[FILE] = {"version_id": version.id, "kind": files.SBOM}
    world.special[EXPORT] = {"what": "licences"}


def _add_components(desk: Desk, world: World, version: ProductVersion) -> None:
    """Import a bill, and meet one of its duties with a file."""
    bom = components.take_in(desk, version, files.Upload("sbom.json", BILL))
    (component,) = component_queries.all_components(desk, bom.id)
    duty = obligation_queries.duty(desk, version.id, "notice", "MIT")
    sent = files.Upload("notices.txt", b"Thanks.")
    obligation = obligations.meet(desk, version, duty, "In the file.", "", sent)
    world.values |= {
        "bom_id": bom.id,
        "component_id": component.id,
        "obligation_id": obligation.id,
    }


def _add_advisory(desk: Desk, world: World, version: ProductVersion) -> None:
    """Take an advisory in, and find it in the version."""
    advisories.take_in(desk, [osv.read(ADVISORY)])
    matching.match(desk)
    (found,) = advisory_queries.of_release(desk, version.id)
    world.values |= {"advisory_id": found.advisory_id, "finding_id": found.id}


def _add_records(desk: Desk, world: World, vendor: Vendor) -> None:
    """Add a contract and a licence; the first of each is what calls take away."""
    contract = VendorContract(vendor_id=vendor.id, number="7", starts_on=desk.today())
    own = {name: world.values[name] for name in ("organisation_id", "product_id")}
    licence = Licence(**own, metric="unlimited", key="K-1")
    desk.session.add_all([contract, licence])
    desk.session.flush()
    made = {"contract_id": contract.id, "licence_id": licence.id}
    world.values |= made
    world.special.setdefault(GOING, made)
