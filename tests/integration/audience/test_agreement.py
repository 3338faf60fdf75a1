"""A rule means the same in SQL, for all persons at once, and as a closure over the facts of one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.audience.drawing import Draw
from weloop.audience.following import find_passed
from weloop.audience.repository import count_drawn
from weloop.audience.rule_closure import compile_rule, load_facts, needs_of
from weloop.audience.rule_sql import Query, write_passed, write_rule
from weloop.consent.rules import MATTERS
from weloop.entrypoints.bootstrap import build_terms
from weloop.kit.db import run, to_json
from weloop.kit.unit import UnitOfWork

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Beijing."""
SINCE = NOW + timedelta(seconds=1)
"""All that is known has happened before it."""
TERMS = build_terms()
HOUR, DAY = 3_600, 86_400
PEOPLE, IDENTITIES = range(1, 6), range(11, 21)
"""Identities 19 and 20 are erased: the log speaks of them still."""
ERASED = 19
KINDS = ("PageViewed", "Tracked")
MOMENTS = (
    NOW,
    NOW + timedelta(microseconds=1),
    NOW - timedelta(seconds=HOUR),
    NOW - timedelta(seconds=HOUR, microseconds=-1),
    NOW - timedelta(seconds=DAY),
    NOW - timedelta(hours=9),  # Beijing's midnight
    NOW - timedelta(hours=9, microseconds=1),
    NOW - timedelta(days=9),
)
TEXTS = ("", "a", "1", "1.0", "01", "-2", "1e3", "true", "Ω", "报名", "𝄞", "a%", "2026-11-01T00:00:00+00:00", "null")
moments, texts, numbers = (
    st.sampled_from(MOMENTS),
    st.sampled_from(TEXTS),
    st.sampled_from((0, 1, 1.0, -2, 0.1, 2**53 + 1)),
)
scalars = texts | numbers | st.booleans()
plain = st.none() | scalars
values = plain | st.lists(plain, max_size=3) | st.dictionaries(st.sampled_from(("a", "b", "0")), plain, max_size=2)
data = st.dictionaries(st.sampled_from(("x", "y", "0")), values, max_size=3)
events = st.lists(
    st.tuples(st.sampled_from(IDENTITIES), st.sampled_from(KINDS), moments, st.sampled_from((1, 2)), data), max_size=12
)
maybe = st.none() | texts
persons = st.fixed_dictionaries(
    {
        "name": maybe,
        "company": maybe,
        "kinds": st.lists(st.sampled_from(("follower", "phone")), unique=True, max_size=2),
        "staff": st.lists(st.sampled_from(("lina", "1", "true")), unique=True, max_size=2),
        "state_code": st.none() | st.sampled_from(("expo", "a")),
        "first_seen_at": moments,
        "last_seen_at": moments,
        "resolved": st.booleans(),
    }
)
leads = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(("lead", "mql", "won")),
        st.none() | st.sampled_from(("lina", "1")),
        moments,
        st.sampled_from((0.0, 20.0, 50.5)),
        moments,
    ),
    max_size=6,
)
stages = st.tuples(*[st.none() | moments] * 3)
progress = st.dictionaries(
    st.sampled_from(PEOPLE), st.tuples(stages, st.tuples(*[st.none() | moments] * 2)), max_size=4
)
relations = st.lists(
    st.tuples(st.sampled_from(IDENTITIES), st.sampled_from(("expo", "a", "other"))), max_size=5, unique=True
)
runs = st.lists(
    st.tuples(st.sampled_from(IDENTITIES), st.sampled_from((1, 2)), st.booleans(), st.booleans()), max_size=5
)
worlds = st.fixed_dictionaries(
    {
        "whose": st.lists(st.sampled_from(PEOPLE), min_size=8, max_size=8),
        "persons": st.lists(persons, min_size=5, max_size=5),
        "events": events,
        "leads": leads,
        "progress": progress,
        "relations": relations,
        "runs": runs,
        "companies": st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(("微环", "微环科", "海风")), max_size=4),
        "tags": st.sets(st.tuples(st.sampled_from((1, 3)), st.sampled_from(PEOPLE)), max_size=4),
        "attributes": st.dictionaries(
            st.sampled_from(PEOPLE),
            st.fixed_dictionaries(
                {
                    "industry": maybe,
                    "heads": st.none() | numbers,
                    "vip": st.none() | st.booleans(),
                    "signed_on": st.sampled_from((None, "2026-11-01", "2026-11-02", "2026-11-03", "2036-11-09")),
                }
            ),
            max_size=4,
        ),
        "entries": st.lists(
            st.tuples(st.sampled_from(IDENTITIES), st.sampled_from(tuple(MATTERS)), moments), max_size=5
        ),
        "sign_ups": st.sets(st.tuples(st.sampled_from(IDENTITIES), st.sampled_from((1, 3))), max_size=3),
        "members": st.sets(st.tuples(st.sampled_from((7, 8)), st.sampled_from(PEOPLE)), max_size=5),
    }
)

seconds = st.sampled_from((1, HOUR, DAY, 8 * DAY))
days = st.sampled_from(("2026-11-01", "2026-11-02", "2026-10-24"))


def comparisons(fields: st.SearchStrategy[str], wanted: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Leaves on fields."""
    ops = st.sampled_from(("is", "is_not", "less", "at_most", "more", "at_least", "contains"))
    return (
        st.fixed_dictionaries({"op": ops, "field": fields, "value": wanted})
        | st.fixed_dictionaries(
            {"op": st.just("one_of"), "field": fields, "value": st.lists(wanted, min_size=1, max_size=3)}
        )
        | st.fixed_dictionaries({"op": st.sampled_from(("known", "unknown")), "field": fields})
    )


def grouped(leaves: st.SearchStrategy[dict[str, Any]], size: int) -> st.SearchStrategy[dict[str, Any]]:
    """Groups of leaves and groups."""
    return st.recursive(
        leaves,
        lambda inner: st.fixed_dictionaries(
            {"op": st.sampled_from(("all", "any", "none")), "terms": st.lists(inner, min_size=1, max_size=3)}
        ),
        max_leaves=size,
    )


properties = comparisons(st.sampled_from(("event.x", "event.y", "event.x.a", "event.x.0", "event.0")), scalars)
counted = st.fixed_dictionaries(
    {"op": st.just("event"), "kind": st.sampled_from(KINDS)},
    optional={
        "account_id": st.just(1),
        "times": st.sampled_from(("at_least", "at_most", "exactly")),
        "n": st.integers(1, 3),
        "where": grouped(properties, 3),
        "within_seconds": seconds,
        "first_day": days,
        "last_day": days,
    },
)
never = st.fixed_dictionaries(
    {"op": st.just("event"), "kind": st.sampled_from(KINDS), "times": st.just("exactly"), "n": st.just(0)}
)
picked = st.fixed_dictionaries(
    {"op": st.just("event"), "kind": st.sampled_from(KINDS), "which": st.sampled_from(("first", "last"))},
    optional={"account_id": st.just(2), "where": properties, "within_seconds": seconds, "last_day": days},
)
of_persons = comparisons(
    st.sampled_from([name for name, offered in TERMS.fields.items() if offered.type != "moment"]),
    scalars | st.sampled_from(("lead", "mql", "lina", "follower", "expo", 20, 25.25)),
)
of_moments = comparisons(
    st.sampled_from([name for name, offered in TERMS.fields.items() if offered.type == "moment"]),
    st.sampled_from(("2026-11-02", "2026-11-02T01:00:00+00:00", "2026-11-02T08:00:00+08:00", "soon")) | numbers,
)
ages = st.fixed_dictionaries(
    {
        "op": st.sampled_from(("within", "longer_ago")),
        "field": st.sampled_from(("person.last_seen_at", "lead.created_at")),
        "seconds": seconds,
    }
)
others = (
    st.fixed_dictionaries(
        {
            "op": st.just("path_stage"),
            "path_id": st.sampled_from((1, 2)),
            "stage": st.sampled_from(("s0", "s2", "gone")),
        },
        optional={"within_seconds": seconds},
    )
    | st.fixed_dictionaries(
        {
            "op": st.just("path_stuck"),
            "path_id": st.sampled_from((1, 2)),
            "hop": st.sampled_from(("h0", "h1", "gone")),
            "for_seconds": seconds,
        }
    )
    | st.fixed_dictionaries(
        {
            "op": st.just("journey"),
            "journey_id": st.sampled_from((1, 3)),
            "state": st.sampled_from(("in", "been", "goal", "never")),
        }
    )
    | st.fixed_dictionaries(
        {"op": st.just("source"), "which": st.sampled_from(("first", "any")), "codes": st.just(["expo"])}
    )
    | st.fixed_dictionaries(
        {"op": st.just("source"), "which": st.sampled_from(("first", "any")), "campaign_id": st.sampled_from((1, 2))}
    )
    | st.fixed_dictionaries({"op": st.just("segment"), "segment_id": st.sampled_from((7, 9))})
    | st.fixed_dictionaries(
        {"op": st.just("bucket"), "salt": texts.filter(bool), "to_percent": st.sampled_from((0, 50, 100))}
    )
)
employed = st.fixed_dictionaries({"op": st.just("company"), "key": st.sampled_from(("微环", "微环科", "海风", "gone"))})
noted = st.fixed_dictionaries({"op": st.just("tag"), "tag_id": st.sampled_from((1, 2))}) | st.builds(
    lambda leaf: (
        {"op": "attribute", "key": leaf["field"], "test": leaf["op"]}
        | ({"value": leaf["value"]} if "value" in leaf else {})
    ),
    comparisons(st.sampled_from(("industry", "heads", "signed_on", "vip", "gone")), scalars | st.just("2026-11-02")),
)
nearby = st.fixed_dictionaries(
    {
        "op": st.just("attribute"),
        "key": st.sampled_from(("industry", "heads", "signed_on", "vip", "gone")),
        "test": st.sampled_from(("next_days", "last_days")),
        "value": st.sampled_from((0, 1, 3_660)),
    }
)
scores = comparisons(st.just("lead.score"), st.sampled_from((20, 25.25, 50, 0, "a")))
wishes = st.fixed_dictionaries(
    {"op": st.just("consent"), "state": st.sampled_from(("opted_out", "opted_in", "complaint"))}
) | st.fixed_dictionaries({"op": st.just("sign_up")}, optional={"campaign_id": st.sampled_from((1, 2))})
rules = grouped(
    counted | never | picked | of_persons | of_moments | ages | others | wishes | noted | nearby | employed, 6
)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(world=worlds, documents=st.lists(rules, min_size=1, max_size=8))
async def test_sql_and_closure_agree(
    engine: AsyncEngine, world: dict[str, Any], documents: list[dict[str, Any]]
) -> None:
    async with engine.connect() as connection:
        unit = UnitOfWork(connection, NOW, {})
        await make(unit, world)
        for document in documents:
            rule, faults = TERMS.read(document)
            assert rule is not None, faults
            query = Query(NOW)
            condition = write_rule(TERMS, rule, query)
            rows = await run(connection, f"SELECT p.id FROM {query.source} WHERE {condition}", *query.arguments)  # noqa: S608 -- as it is run
            facts = await load_facts(unit, TERMS, PEOPLE, needs_of(TERMS, [rule]))
            holds = compile_rule(TERMS, rule)
            by_closure = {person for person in PEOPLE if holds(facts[person])}
            assert {row.id for row in rows} == by_closure, document
            assert len(rows) == len(by_closure), "one row a person"
            counted = (query.drawn_source, condition, query.arguments)
            n, sample = await count_drawn(connection, Draw([2], [4], 0.6), counted, 9)
            assert {row.id for row in sample} == by_closure & {2, 3, 4}, document
            assert n == len(sample)
        await unit.session.close()
        await connection.rollback()


periods = (
    st.fixed_dictionaries({"op": st.just("path_stage"), "path_id": st.just(1), "stage": st.sampled_from(("s0", "s2"))})
    | st.fixed_dictionaries({"op": st.just("event"), "kind": st.sampled_from(KINDS)}, optional={"n": st.just(2)})
    | picked
).map(lambda leaf: {**leaf, "within_seconds": HOUR})
stuck = st.fixed_dictionaries(
    {"op": st.just("path_stuck"), "path_id": st.just(1), "hop": st.sampled_from(("h0", "h1")), "for_seconds": seconds}
)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    world=worlds,
    reached=st.lists(st.tuples(moments, moments, moments), min_size=5, max_size=5),
    documents=st.lists(grouped(periods | stuck | ages | scores | nearby, 2), min_size=8, max_size=16),
    later=st.sampled_from((1, HOUR, DAY, 10 * DAY)),
)
async def test_who_comes_or_goes_by_time_is_said_to(
    engine: AsyncEngine,
    world: dict[str, Any],
    reached: list[tuple[datetime, ...]],
    documents: list[dict[str, Any]],
    later: int,
) -> None:
    until = SINCE + timedelta(seconds=later)
    async with engine.connect() as connection:
        unit = UnitOfWork(connection, NOW, {})
        await make(unit, world | {"progress": {n: (at, (None, None)) for n, at in zip(PEOPLE, reached, strict=True)}})
        for document in documents:
            rule = TERMS.parse(document)
            query = Query(until)
            select = write_passed(TERMS, rule, query, SINCE)
            assert select is not None
            holds, needs = compile_rule(TERMS, rule), needs_of(TERMS, [rule])
            found = []
            for moment in (SINCE, until):
                facts = await load_facts(UnitOfWork(connection, moment, {}), TERMS, PEOPLE, needs)
                found.append({person for person in PEOPLE if holds(facts[person])})
            assert found[0] ^ found[1] <= await find_passed(connection, select, query.arguments, 9), document
        await unit.session.close()
        await connection.rollback()


async def test_a_stage_that_is_told_ahead_of_time_comes_when_it_is_reached(engine: AsyncEngine) -> None:
    ahead = NOW + timedelta(seconds=2)
    async with engine.connect() as connection:
        unit = UnitOfWork(connection, NOW, {})
        people = [{**dict.fromkeys(("name", "company", "state_code")), "kinds": [], "staff": [], "resolved": True}] * 5
        seen = [{**each, "first_seen_at": NOW, "last_seen_at": NOW} for each in people]
        nobody = dict.fromkeys(("events", "leads", "relations", "runs", "tags", "entries", "sign_ups", "members"), ())
        progress = {1: ((ahead, None, None), (None, None)), 2: ((NOW, None, None), (None, None))}
        known = {"whose": [1] * 8, "persons": seen, "companies": {}, "attributes": {}, "progress": progress}
        await make(unit, {**nobody, **known})
        rule = TERMS.parse({"op": "path_stage", "path_id": 1, "stage": "s0", "within_seconds": HOUR})
        query = Query(ahead)
        select = write_passed(TERMS, rule, query, NOW)
        assert select is not None
        assert await find_passed(connection, select, query.arguments, 9) == {1}
        await unit.session.close()
        await connection.rollback()


async def test_between_two_midnights_the_values_of_a_day_are_not_read(engine: AsyncEngine) -> None:
    rule = TERMS.parse({"op": "attribute", "key": "renewal", "test": "next_days", "value": 3})
    async with engine.connect() as connection:
        for until, reads in ((NOW + timedelta(hours=14), False), (NOW + timedelta(hours=15), True)):
            query = Query(until)
            select = write_passed(TERMS, rule, query, NOW)
            plan = await run(connection, f"EXPLAIN {select}", *query.arguments)
            assert any("person_attribute" in row[0] for row in plan) is reads


async def make(unit: UnitOfWork, world: dict[str, Any]) -> None:
    """Put a world into the database, by tables."""
    whose = [*zip(IDENTITIES, world["whose"], strict=False)]
    await fill(
        unit,
        "identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)",
        [(i, "\\x00", "follower", "wx", f"o{i}", person, NOW, NOW) for i, person in whose],
    )
    await fill(
        unit,
        "person (id, name, company, search, kinds, staff, state_code, first_seen_at, last_seen_at, resolved, conflict)",
        [
            (person, p["name"], p["company"], "", p["kinds"], p["staff"], p["state_code"], p["first_seen_at"],
             p["last_seen_at"], p["resolved"], False)
            for person, p in zip(PEOPLE, world["persons"], strict=True)
        ],
    )  # fmt: skip
    await fill(
        unit,
        "event (recorded_at, id, occurred_at, account_id, kind, identity_id, data, trace_id)",
        [(NOW, n, at, account, kind, i, body, "") for n, (i, kind, at, account, body) in enumerate(world["events"])],
    )
    open_persons: set[int] = set()
    rows = []
    for n, (person, stage, staff, at, engagement, scored_at) in enumerate(world["leads"]):
        closed = NOW if stage == "won" or person in open_persons else None
        open_persons |= {person} if closed is None else set()
        rows.append(
            (n, 1, person, 11, "form", f"k{n}", stage, at, at, closed, staff, False, 3.0, engagement, scored_at, {})
        )
    await fill(
        unit,
        "lead (id, account_id, person_id, identity_id, origin, origin_key, stage, created_at, stage_at, closed_at,"
        " staff, is_friend, fit, engagement, scored_at, profile)",
        rows,
    )
    definition = {
        "qualified": "s2",
        "stages": [
            {"key": f"s{n}", "name": "s", "module": "m", "events": [{"kind": "Tracked", "where": {}}]} for n in range(3)
        ],
        "hops": [
            {"key": f"h{n}", "from": f"s{n}", "to": f"s{n + 1}", "mechanism": "", "sla": None, "benchmark": ""}
            for n in range(2)
        ],
    }
    await fill(unit, "path (id, name, template, version_id, created_at, updated_at)", [(1, "p", "t", 5, NOW, NOW)])
    await fill(unit, "path_version (id, path_id, number, definition, created_at)", [(5, 1, 1, definition, NOW)])
    await fill(
        unit,
        "path_progress (version_id, person_id, reached, passed, state, staff)",
        [(5, person, list(reached), list(passed), "", "") for person, (reached, passed) in world["progress"].items()],
    )
    await fill(
        unit,
        "relation (account_id, identity_id, staff, state, state_at, state_event)",
        [(1, i, state, state, NOW, 1) for i, state in world["relations"]],
    )
    await fill(unit, "state_code (code, kind, name, campaign_id, created_at)", [("expo", "form", "展会", 1, NOW)])
    await fill(
        unit,
        "journey_run (journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at, goal_at, ended_at)",
        [(j, 1, f"k{n}", i, 1, NOW, NOW, NOW if goal else None, NOW if ended else None)
         for n, (i, j, goal, ended) in enumerate(world["runs"])],
    )  # fmt: skip
    await fill(unit, "company (id, name, created_at)", [(1, "微环", NOW), (2, "海风", NOW)])
    await fill(unit, "company_key (key, company_id)", [("微环", 1), ("微环科", 1), ("海风", 2)])
    await fill(unit, "company_person (person_id, key)", [*world["companies"].items()])
    await fill(unit, "person_tag (tag_id, person_id, since)", [(*tag, NOW) for tag in world["tags"]])
    kinds = {"industry": "text", "heads": "number", "signed_on": "date", "vip": "flag"}
    await fill(
        unit,
        "attribute (id, key, name, type, choices, created_at)",
        [(n, key, key, kind, [], NOW) for n, (key, kind) in enumerate(kinds.items())],
    )
    rows = []
    for person, told in world["attributes"].items():
        rows += [(0, person, told["industry"], None, None, None), (1, person, None, told["heads"], None, None)]
        rows += [(2, person, None, None, told["signed_on"], None), (3, person, None, None, None, told["vip"])]
    await fill(
        unit,
        "person_attribute (attribute_id, person_id, text, number, day, flag, at, origin)",
        [(*row, NOW, "hand") for row in rows],
    )
    await fill(
        unit,
        "consent_entry (id, identity_id, act, at, user_id)",
        [(n, i, str(act), at, 1) for n, (i, act, at) in enumerate(world["entries"])],
    )
    await fill(
        unit,
        "sign_up (identity_id, campaign_id, at, event_id)",
        [(i, campaign, NOW, 1) for i, campaign in world["sign_ups"]],
    )
    await fill(
        unit,
        "segment_member (segment_id, person_id, identity_id, since)",
        [(segment, person, 11, NOW) for segment, person in world["members"]],
    )


async def fill(unit: UnitOfWork, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows as JSON, which PostgreSQL turns into the table's types."""
    name, _, names = table.partition(" ")
    columns = names.strip("()").replace(" ", "").split(",")
    values = to_json([dict(zip(columns, row, strict=True)) for row in rows])
    await run(
        unit.connection,
        f"""
        INSERT INTO {name} {names} OVERRIDING SYSTEM VALUE
        SELECT {", ".join(columns)} FROM jsonb_populate_recordset(NULL::public.{name}, $1::jsonb)
        """,  # noqa: S608 -- names of this file
        values,
    )
