"""Capacity of a tree of resources: how much is still free of a resource whose parts and parents are booked too.

A claim of `units` on a resource of capacity C takes the share units/C of it. The rule: on every path from the root to a
leaf, the shares of all claims add up to at most 1, at every instant. So booking a whole blocks its parts, and booking a
part blocks the whole, but not its siblings.

    hall (1)                  a claim on A          leaves  B free,  hall full
    ├── half A (1)            a claim on the hall   leaves  A full,  B full
    └── half B (1)

Shares are exact: integers, in units of 1/whole, where `whole` is the least common multiple of the capacities.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from itertools import pairwise
from math import lcm

import msgspec

from kalends.engine.refusals import NotFound
from kalends.engine.time.span import Span


class Node(msgspec.Struct, frozen=True):
    """A resource in its tree; `parent_id` is None at the root. At capacity 0 neither it nor its parts can be booked."""

    id: int
    parent_id: int | None
    capacity: int


class BusyInterval(msgspec.Struct, frozen=True, gc=False):
    """A claim: `units` of a resource, for a span that includes the claim's own buffers."""

    resource_id: int
    span: Span
    units: int


class Usage(msgspec.Struct, frozen=True):
    """How much of a resource is in use, over time. `capacity` is 0 if it or one of its ancestors has none.

    Each level is (start, end, share in use), where `whole` is the full share. Where levels overlap, the highest counts.
    """

    capacity: int
    whole: int
    levels: Sequence[tuple[datetime, datetime, int]]

    def free(self, level: int) -> int:
        """The units that are free at a level; 0 also when it is overbooked."""
        return max(0, (self.whole - level) * self.capacity // self.whole)


def fits(tree: Sequence[Node], busy: Sequence[BusyInterval], requested: BusyInterval) -> bool:
    """Whether the requested units are free for all of the requested span.

    `tree` is the resource's whole tree; busy intervals of other trees are ignored. Raises NotFound(resource).
    """
    return requested.units <= free_units(tree, busy, requested.resource_id, requested.span)


def free_units(tree: Sequence[Node], busy: Sequence[BusyInterval], resource_id: int, span: Span) -> int:
    """The number of units that are free on a resource for all of a span. Raises NotFound(resource)."""
    overlapping = [interval for interval in busy if interval.span.overlaps(span)]
    usage = usage_of(tree, overlapping, resource_id)
    levels = (level for start, end, level in usage.levels if start < span.end and span.start < end)
    return usage.free(max(levels, default=0))


def in_the_way(tree: Sequence[Node], busy: Sequence[BusyInterval], requested: BusyInterval) -> tuple[Span, ...]:
    """The sorted spans of the busy intervals that overlap the requested span, on the resource, its ancestors or its
    descendants. Raises NotFound(resource)."""
    above, below = _relatives(tree, requested.resource_id)
    related_ids = above.keys() | below.keys()
    related = (interval for interval in busy if interval.resource_id in related_ids)
    return tuple(sorted(interval.span for interval in related if interval.span.overlaps(requested.span)))


def usage_of(tree: Sequence[Node], busy: Sequence[BusyInterval], resource_id: int) -> Usage:
    """The usage of one resource over time, to answer questions about many spans. Raises NotFound(resource)."""
    above, below = _relatives(tree, resource_id)
    capacity = above[resource_id].capacity if all(node.capacity for node in above.values()) else 0
    if len(above) == 1 and not below and capacity == 1:
        # Fast path for the common case: any claim fills the resource, so there is nothing to add up.
        spans = [interval.span for interval in busy if interval.resource_id == resource_id]
        return Usage(1, 1, [(span.start, span.end, 1) for span in spans if span.start < span.end])
    nodes = above | below
    whole = lcm(*(node.capacity or 1 for node in nodes.values()))
    shares: dict[int, list[tuple[Span, int]]] = {}
    for interval in busy:
        if interval.resource_id in nodes:
            share = interval.units * (whole // (nodes[interval.resource_id].capacity or 1))
            shares.setdefault(interval.resource_id, []).append((interval.span, share))
    levels: list[tuple[datetime, datetime, int]] = []
    for path in _paths(resource_id, below, shares.keys()):
        levels += _levels([share for node_id in (*above, *path) for share in shares.get(node_id, ())])
    return Usage(capacity, whole, levels)


def _paths(resource_id: int, below: Mapping[int, Node], busy_ids: Set[int]) -> set[tuple[int, ...]]:
    """The distinct paths from each leaf up to the resource, reduced to the parts that have claims."""
    paths: set[tuple[int, ...]] = set()
    for leaf_id in below.keys() - {node.parent_id for node in below.values()}:
        path: list[int] = []
        node_id: int | None = leaf_id
        while node_id is not None and node_id != resource_id:
            if node_id in busy_ids:
                path.append(node_id)
            node_id = below[node_id].parent_id
        paths.add(tuple(path))
    return paths or {()}


def _levels(shares: Iterable[tuple[Span, int]]) -> Iterator[tuple[datetime, datetime, int]]:
    """The sum of the shares over time, as (start, end, sum), without the times when it is 0."""
    changes: dict[datetime, int] = {}
    for span, share in shares:
        if span.start < span.end:
            changes[span.start] = changes.get(span.start, 0) + share
            changes[span.end] = changes.get(span.end, 0) - share
    level = 0
    for start, end in pairwise(sorted(changes)):
        level += changes[start]
        if level > 0:
            yield start, end, level


def _relatives(tree: Sequence[Node], resource_id: int) -> tuple[dict[int, Node], dict[int, Node]]:
    """The resource with its ancestors, and its descendants, both by id. Raises NotFound(resource)."""
    if len(tree) == 1 and tree[0].id == resource_id:
        return {resource_id: tree[0]}, {}
    nodes = {node.id: node for node in tree}
    if resource_id not in nodes:
        raise NotFound("resource", resource_id)
    above: dict[int, Node] = {}
    node_id: int | None = resource_id
    while node_id is not None and node_id in nodes:
        above[node_id] = nodes[node_id]
        node_id = nodes[node_id].parent_id
    below: dict[int, Node] = {}
    parent_ids = {resource_id}
    while parent_ids:
        children = [node for node in tree if node.parent_id in parent_ids]
        below |= {node.id: node for node in children}
        parent_ids = {node.id for node in children}
    return above, below
