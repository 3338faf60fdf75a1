"""Pure rules: which identities are one person, given the set of facts."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from weloop.contracts.identities import IdentityKind, Strength

_ANCHOR_ORDER = (
    IdentityKind.EXTERNAL_CONTACT,
    IdentityKind.FOLLOWER,
    IdentityKind.UNIONID,
    IdentityKind.PHONE,
    IdentityKind.SITE_USER,
    IdentityKind.EMAIL,
    IdentityKind.VISITOR,
)
"""A person is named by the smallest identity of the first of these kinds it has: late unionids move no addresses."""

_ONCE = frozenset({IdentityKind.UNIONID, IdentityKind.SITE_USER})
"""Kinds of which one person has one at most in each scope."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two identities are one person. ``a`` < ``b``."""

    a: int
    b: int
    strength: Strength

    @property
    def key(self) -> bytes:
        """16 bytes: the same statement from any source, at any time, is the same fact."""
        return _key("link", f"{self.a} {self.b} {self.strength}")


@dataclass(frozen=True, slots=True)
class Undo:
    """A person said that another fact does not count. To bring the fact back, undo the undo."""

    target: bytes
    nonce: str

    @property
    def key(self) -> bytes:
        """16 bytes; the nonce lets a fact be undone again after it was brought back."""
        return _key("undo", f"{self.target.hex()} {self.nonce}")


def link(one: int, other: int, strength: Strength) -> Link:
    """Make a link from two ids in any order."""
    return Link(min(one, other), max(one, other), strength)


def _key(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind} {text}".encode()).digest()[:16]


def standing(keys: Collection[bytes], undos: Mapping[bytes, bytes]) -> set[bytes]:
    """Those of ``keys`` that no standing undo aims at; ``undos``: key of the undo → key of its target.

    Undos may be undone. The chain ends: a key is a hash over its target, so no fact can aim at itself in a circle.
    """
    by_target: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for key, target in undos.items():
        by_target[target].append(key)
    known: dict[bytes, bool] = {}

    def stands(key: bytes) -> bool:
        if key not in known:
            known[key] = not any(stands(undo) for undo in by_target.get(key, ()))
        return known[key]

    return {key for key in keys if stands(key)}


@dataclass(frozen=True, slots=True)
class Persons:
    """``person_of``: identity → person. ``conflicts``: identities whose weak links are ignored."""

    person_of: Mapping[int, int]
    conflicts: frozenset[int]


def fold_persons(
    kinds: Mapping[int, IdentityKind], links: Iterable[Link], scopes: Mapping[int, str] = MappingProxyType({})
) -> Persons:
    """Join identities into persons. ``scopes``: identity → scope, for those of which a person has one in each scope.

    Strong links always join. Where links of both strengths connect two or more unionids, or two users of one site,
    something is shared by several people. A browser is shared most easily: weak links of visitors are ignored first.
    Where that does not part them a phone or an address is shared, and all weak links among them are ignored.
    """
    links = [item for item in links if item.a in kinds and item.b in kinds]
    person_of: dict[int, int] = {}
    conflicts: set[int] = set()
    among_people = [item for item in links if not _is_of_browser(item, kinds)]
    strong = [item for item in links if item.strength is Strength.STRONG]
    for component in _components(kinds, links):
        parts = [component]
        for kept in (among_people, strong):
            parts = [piece for part in parts for piece in _part(part, kept, kinds, scopes)]
        if len(parts) > 1:
            conflicts |= component
        for part in parts:
            person_of.update(dict.fromkeys(part, _anchor(part, kinds)))
    return Persons(person_of, frozenset(conflicts))


def _is_of_browser(item: Link, kinds: Mapping[int, IdentityKind]) -> bool:
    return item.strength is Strength.WEAK and IdentityKind.VISITOR in (kinds[item.a], kinds[item.b])


def _part(
    part: set[int], links: Iterable[Link], kinds: Mapping[int, IdentityKind], scopes: Mapping[int, str]
) -> list[set[int]]:
    """Those whom these links alone still join, if one person cannot be all of them."""
    if not _are_several(part, kinds, scopes):
        return [part]
    return _components(part, [item for item in links if item.a in part and item.b in part])


def _are_several(part: Collection[int], kinds: Mapping[int, IdentityKind], scopes: Mapping[int, str]) -> bool:
    """Whether one person cannot be all of these: nobody has two unionids, or two user ids at one site."""
    once = [(kinds[each], scopes.get(each, "")) for each in part if kinds[each] in _ONCE]
    return len(set(once)) < len(once)


def _anchor(part: Collection[int], kinds: Mapping[int, IdentityKind]) -> int:
    return min(part, key=lambda identity: (_ANCHOR_ORDER.index(kinds[identity]), identity))


def _components(nodes: Iterable[int], links: Iterable[Link]) -> list[set[int]]:
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for item in links:
        parent[root(item.a)] = root(item.b)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for node in parent:
        found[root(node)].add(node)
    return list(found.values())
