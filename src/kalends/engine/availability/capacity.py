"""What a resource, its parts and the whole it belongs to can hold together.

A claim of `units` on a resource of capacity C takes the share units/C of it. The law: on every path from a root to a
leaf the shares of all claims on the path add up to at most 1, at every instant. So a booked whole blocks its parts,
and a booked part blocks the whole, but not its siblings.

    hall (1)                  a claim on A          leaves  B free,  hall full
    ├── half A (1)            a claim on the hall   leaves  A full,  B full
    └── half B (1)

Shares are counted exactly, as multiples of 1/whole, where `whole` is a common multiple of all capacities concerned.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from itertools import pairwise
from math import lcm

import msgspec

from kalends.engine.refusals import NotFound
from kalends.engine.time.span import Span


class Node(msgspec.Struct, frozen=True):
    """A resource in its tree; `parent_id` is None at the root. One of capacity 0 holds nothing, nor do its parts."""

    id: int
    parent_id: int | None
    capacity: int


class BusyInterval(msgspec.Struct, frozen=True, gc=False):
    """A claim: `units` of a resource held for a span, which includes the claim's own buffers."""

    resource_id: int
    span: Span
    units: int


class Usage(msgspec.Struct, frozen=True):
    """How much of a resource is held, over time; `capacity` is 0 when it or what it is part of has none.

    Each level is (start, end, parts of `whole` held meanwhile); where levels overlap the highest counts.
    """

    capacity: int
    whole: int
    levels: Sequence[tuple[datetime, datetime, int]]

    def free(self, level: int) -> int:
        """The units that still fit beside what is held; 0, not less, when an override holds too much already."""
        return max(0, (self.whole - level) * self.capacity // self.whole)


def fits(tree: Sequence[Node], loads: Sequence[BusyInterval], wanted: BusyInterval) -> bool:
    """Whether the law still holds with one more load on the resource, at every instant of its span.

    `tree` is the whole tree of the resource; loads of other trees are ignored. Raises NotFound(resource).
    """
    return wanted.units <= free_units(tree, loads, wanted.resource_id, wanted.span)


def free_units(tree: Sequence[Node], loads: Sequence[BusyInterval], resource_id: int, span: Span) -> int:
    """The largest number of units that still fits on a resource for all of a span. Raises NotFound(resource)."""
    overlapping = [load for load in loads if load.span.overlaps(span)]
    held = profile(tree, overlapping, resource_id)
    levels = (level for start, end, level in held.levels if start < span.end and span.start < end)
    return held.free(max(levels, default=0))


def in_the_way(tree: Sequence[Node], loads: Sequence[BusyInterval], wanted: BusyInterval) -> tuple[Span, ...]:
    """The sorted spans of the loads that share an instant and a path with the wanted one. Raises NotFound(resource)."""
    above, below = _kin(tree, wanted.resource_id)
    near = above.keys() | below.keys()
    return tuple(sorted(load.span for load in loads if load.resource_id in near and load.span.overlaps(wanted.span)))


def profile(tree: Sequence[Node], loads: Sequence[BusyInterval], resource_id: int) -> Usage:
    """What loads leave of one resource, over time, for whoever asks about many spans. Raises NotFound(resource)."""
    above, below = _kin(tree, resource_id)
    capacity = above[resource_id].capacity if all(node.capacity for node in above.values()) else 0
    if len(above) == 1 and not below and capacity == 1:
        # The common case: whatever is there fills it, so nothing needs adding up.
        mine = [load.span for load in loads if load.resource_id == resource_id]
        return Usage(1, 1, [(span.start, span.end, 1) for span in mine if span.start < span.end])
    nodes = above | below
    whole = lcm(*(node.capacity or 1 for node in nodes.values()))
    shares: dict[int, list[tuple[Span, int]]] = {}
    for load in loads:
        if load.resource_id in nodes:
            share = load.units * (whole // (nodes[load.resource_id].capacity or 1))
            shares.setdefault(load.resource_id, []).append((load.span, share))
    levels: list[tuple[datetime, datetime, int]] = []
    for path in _paths(resource_id, below, shares.keys()):
        levels += _levels([share for node_id in (*above, *path) for share in shares.get(node_id, ())])
    return Usage(capacity, whole, levels)


def _paths(resource_id: int, below: Mapping[int, Node], loaded: Set[int]) -> set[tuple[int, ...]]:
    """The ways down from a resource to its leaves, without the parts that carry nothing: what differs between them."""
    ways: set[tuple[int, ...]] = set()
    for leaf in below.keys() - {node.parent_id for node in below.values()}:
        way: list[int] = []
        at: int | None = leaf
        while at is not None and at != resource_id:
            if at in loaded:
                way.append(at)
            at = below[at].parent_id
        ways.add(tuple(way))
    return ways or {()}


def _levels(shares: Iterable[tuple[Span, int]]) -> Iterator[tuple[datetime, datetime, int]]:
    changes: dict[datetime, int] = {}
    for span, share in shares:
        if span.start < span.end:
            changes[span.start] = changes.get(span.start, 0) + share
            changes[span.end] = changes.get(span.end, 0) - share
    level = 0
    for moment, after in pairwise(sorted(changes)):
        level += changes[moment]
        if level > 0:
            yield moment, after, level


def _kin(tree: Sequence[Node], resource_id: int) -> tuple[dict[int, Node], dict[int, Node]]:
    """The resource and all it is part of; and all its parts, however deep. Siblings are in neither."""
    if len(tree) == 1 and tree[0].id == resource_id:
        return {resource_id: tree[0]}, {}
    nodes = {node.id: node for node in tree}
    if resource_id not in nodes:
        raise NotFound("resource", resource_id)
    above: dict[int, Node] = {}
    up: int | None = resource_id
    while up is not None and up in nodes:
        above[up] = nodes[up]
        up = nodes[up].parent_id
    below: dict[int, Node] = {}
    level = {resource_id}
    while level:
        parts = [node for node in tree if node.parent_id in level]
        below |= {node.id: node for node in parts}
        level = {node.id for node in parts}
    return above, below
