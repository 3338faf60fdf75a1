"""Pure rules: which identities are one person, given the set of facts."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from weloop.contracts.identities import IdentityKind, Strength

_ANCHOR_ORDER = (
    IdentityKind.EXTERNAL_CONTACT,
    IdentityKind.FOLLOWER,
    IdentityKind.UNIONID,
    IdentityKind.PHONE,
    IdentityKind.SITE_USER,
    IdentityKind.VISITOR,
)
"""A person is named by the smallest identity of the first of these kinds it has: late unionids move no addresses."""


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


def fold_persons(kinds: Mapping[int, IdentityKind], links: Iterable[Link]) -> Persons:
    """Join identities into persons.

    Strong links always join. Where links of both strengths connect two or more unionids, a phone is shared by several
    people: all weak links of that component are ignored.
    """
    links = [item for item in links if item.a in kinds and item.b in kinds]
    strong = [item for item in links if item.strength is Strength.STRONG]
    person_of: dict[int, int] = {}
    conflicts: set[int] = set()
    for component in _components(kinds, links):
        unionids = sum(kinds[identity] is IdentityKind.UNIONID for identity in component)
        if unionids < 2:
            parts = [component]
        else:
            inner = [item for item in strong if item.a in component]
            parts = _components(component, inner)
            if len(parts) > 1:
                conflicts |= component
        for part in parts:
            person_of.update(dict.fromkeys(part, _anchor(part, kinds)))
    return Persons(person_of, frozenset(conflicts))


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
