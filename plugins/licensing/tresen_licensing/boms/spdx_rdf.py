# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens SPDX in RDF/XML as a graph, and looks at what spdx-tools follows without end.

The library writes a set of licences out by its members; a graph may lead in a circle, or to the
same sets again and again, so that a few lines stand for more text than there is room.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tresen.sdk import Refused, _

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_RDF, _TERMS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://spdx.org/rdf/terms#"
# Licences of one expression, each counted as often as it would be written.
MOST_LICENCES = 1_000
DEEPEST = 32


def is_graph(root: Any) -> bool:
    """Tell whether an element is the root of RDF/XML."""
    return str(root.tag) == f"{{{_RDF}}}RDF"


def graph_of(body: bytes) -> "Graph":
    """Return the graph of a file that `documents.xml_of` took; raises Refused for another one."""
    # Read where a file comes in, not in every web process.
    from xml.sax import SAXException  # noqa: PLC0415 - as above

    from rdflib import Graph  # noqa: PLC0415 - as above
    from rdflib.exceptions import Error, ParserError  # noqa: PLC0415

    graph = Graph()
    try:
        graph.parse(data=body, format="xml")
    except (Error, ParserError, SAXException, AssertionError, LookupError, ValueError) as error:
        words = {"fault": str(error)[:400]}
        raise Refused(_("The file is no RDF: %(fault)s") % words) from error
    _demand_bounds(graph)
    return graph


def version_of(graph: "Graph") -> str:
    """Return the version of SPDX that the graph names; empty where it names none, or two."""
    from rdflib import URIRef  # noqa: PLC0415 - as above

    said = {str(each) for each in graph.objects(None, URIRef(f"{_TERMS}specVersion"))}
    return said.pop() if len(said) == 1 else ""


def _demand_bounds(graph: "Graph") -> None:
    from rdflib import URIRef  # noqa: PLC0415 - as above

    inside = URIRef(f"{_TERMS}member")
    members: dict[Node, list[Node]] = {}
    for one, other in graph.subject_objects(inside):
        members.setdefault(one, []).append(other)
    counts: dict[Node, int] = {}
    for each in members:
        if _count(each, members, counts, 0) > MOST_LICENCES:
            raise _too_many()


def _count(
    one: "Node", members: "dict[Node, list[Node]]", counts: "dict[Node, int]", depth: int
) -> int:
    if depth > DEEPEST:
        raise _too_many()
    if one not in counts:
        below: Iterator[int] = (
            _count(each, members, counts, depth + 1) for each in members.get(one, ())
        )
        counts[one] = max(1, sum(below))
    return counts[one]


def _too_many() -> Refused:
    words = {"most": MOST_LICENCES, "deepest": DEEPEST}
    text = _(
        "A licence of the file contains itself, more than %(most)s others, or others more than "
        "%(deepest)s levels deep."
    )
    return Refused(text % words)
