"""Persons are a function of the set of facts."""

import random

from hypothesis import given
from hypothesis import strategies as st

from weloop.contracts.identities import IdentityKind, Strength
from weloop.identity.rules import Link, Undo, fold_persons, link, standing

KINDS = st.dictionaries(st.integers(1, 12), st.sampled_from(IdentityKind), min_size=1)
LINKS = st.lists(
    st.builds(link, st.integers(1, 12), st.integers(1, 12), st.sampled_from(Strength)).filter(
        lambda item: item.a != item.b
    )
)


@given(KINDS, LINKS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_links_do_not_matter(
    kinds: dict[int, IdentityKind], links: list[Link], chance: random.Random
) -> None:
    again = [*links, *chance.choices(links, k=3)] if links else []
    chance.shuffle(again)
    assert fold_persons(kinds, again) == fold_persons(kinds, links)


@given(KINDS, LINKS)
def test_every_identity_has_one_person_and_the_person_is_one_of_its_identities(
    kinds: dict[int, IdentityKind], links: list[Link]
) -> None:
    persons = fold_persons(kinds, links).person_of
    assert persons.keys() == kinds.keys()
    assert all(persons[person] == person for person in persons.values())


@given(KINDS, LINKS)
def test_strong_links_always_join(kinds: dict[int, IdentityKind], links: list[Link]) -> None:
    persons = fold_persons(kinds, links).person_of
    for item in links:
        if item.strength is Strength.STRONG and item.a in kinds and item.b in kinds:
            assert persons[item.a] == persons[item.b]


def test_a_phone_shared_by_two_unionids_joins_nobody() -> None:
    kinds = {
        1: IdentityKind.EXTERNAL_CONTACT,
        2: IdentityKind.EXTERNAL_CONTACT,
        3: IdentityKind.UNIONID,
        4: IdentityKind.UNIONID,
        5: IdentityKind.PHONE,
    }
    links = [
        link(1, 3, Strength.STRONG),
        link(2, 4, Strength.STRONG),
        link(1, 5, Strength.WEAK),
        link(2, 5, Strength.WEAK),
    ]
    persons = fold_persons(kinds, links)
    assert persons.person_of == {1: 1, 3: 1, 2: 2, 4: 2, 5: 5}
    assert persons.conflicts == {1, 2, 3, 4, 5}


def test_a_phone_joins_while_one_unionid_at_most_is_known() -> None:
    kinds = {1: IdentityKind.EXTERNAL_CONTACT, 2: IdentityKind.FOLLOWER, 3: IdentityKind.UNIONID, 5: IdentityKind.PHONE}
    links = [link(1, 3, Strength.STRONG), link(1, 5, Strength.WEAK), link(2, 5, Strength.WEAK)]
    persons = fold_persons(kinds, links)
    assert set(persons.person_of.values()) == {1}
    assert not persons.conflicts


def test_an_undo_may_be_undone() -> None:
    fact = link(1, 2, Strength.STRONG)
    undo = Undo(fact.key, "first")
    redo = Undo(undo.key, "second")
    again = Undo(fact.key, "third")
    assert standing([fact.key], {}) == {fact.key}
    assert standing([fact.key], {undo.key: undo.target}) == set()
    assert standing([fact.key], {undo.key: undo.target, redo.key: redo.target}) == {fact.key}
    assert standing([fact.key], {item.key: item.target for item in (undo, redo, again)}) == set()


def test_a_browser_that_two_users_of_a_site_share_joins_nobody() -> None:
    kinds = {
        1: IdentityKind.SITE_USER,
        2: IdentityKind.SITE_USER,
        3: IdentityKind.VISITOR,
        4: IdentityKind.PHONE,
        5: IdentityKind.EXTERNAL_CONTACT,
    }
    scopes = {1: "site_a", 2: "site_a", 3: "site_a"}
    links = [
        link(1, 3, Strength.WEAK),
        link(2, 3, Strength.WEAK),
        link(1, 4, Strength.WEAK),
        link(5, 4, Strength.WEAK),
    ]
    persons = fold_persons(kinds, links, scopes)
    assert persons.person_of == {1: 5, 4: 5, 5: 5, 2: 2, 3: 3}, "what names a user beyond the browser still joins"
    assert persons.conflicts == {1, 2, 3, 4, 5}


def test_users_of_two_sites_may_be_one_person() -> None:
    kinds = {1: IdentityKind.SITE_USER, 2: IdentityKind.SITE_USER, 3: IdentityKind.PHONE}
    links = [link(1, 3, Strength.WEAK), link(2, 3, Strength.WEAK)]
    assert set(fold_persons(kinds, links, {1: "site_a", 2: "site_b"}).person_of.values()) == {3}
    assert not fold_persons(kinds, links, {1: "site_a", 2: "site_b"}).conflicts
    assert len(set(fold_persons(kinds, links, {1: "site_a", 2: "site_a"}).person_of.values())) == 3
