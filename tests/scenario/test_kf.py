"""WeChat customer service over the real wire: what is said there is read once, and an answer is a first contact."""

from typing import Any

from weloop.contracts.commands import Command
from weloop.features.kf.api import refresh_kf_accounts
from weloop.kit.clock import WorldClock, machine_now
from weloop.kit.db import create_engine
from weloop.kit.unit import Units
from weloop.outbox.api import write_commands
from wxsim.faults import FaultRule
from wxsim.world.following import follow
from wxsim.world.kf import KfAccount, answer_kf, ask_kf, enter_session, hide_kf
from wxsim.world.people import Person
from wxsim.world.scanning import scan

KINDS = ("KfSessionEntered", "KfMessageReceived", "KfMessageAnswered")


def corp_of(product: Any) -> Any:
    [corp] = product.simulator.world.corps.values()
    return corp


def kf_of(product: Any) -> KfAccount:
    [account] = corp_of(product).kf_accounts.values()
    return account


async def said(product: Any) -> list[tuple[str, str | None]]:
    rows = await product.fetch(
        "SELECT kind, data ->> 'staff' AS staff FROM event WHERE kind = ANY ($1) ORDER BY occurred_at, id", KINDS
    )
    return [(row["kind"], row["staff"]) for row in rows]


async def add_lead(product: Any, person: Person) -> Any:
    """Somebody scans a code: a lead of the first member."""
    always = {"week": [[[0, 1440]]] * 7, "weight": 1}
    await product.call("PUT", f"/api/staff/duties/{product.accounts['wecom']['id']}/linxiao", always)
    body = {
        "name": "文末",
        "account_id": product.accounts["wecom"]["id"],
        "users": ["linxiao"],
        "welcome": {"text": "您好"},
    }
    made = await product.call("POST", "/api/sources", body)
    await product.quiet()
    source = await product.call("GET", f"/api/sources/{made['id']}")
    scan(product.simulator.world, person, source["qr_code"])
    await product.quiet()
    [lead] = (await product.call("GET", "/api/leads"))["items"]
    return lead


async def test_a_lead_asks_customer_service_and_the_answer_is_the_first_contact(product: Any) -> None:
    world, corp, kf = product.simulator.world, corp_of(product), kf_of(product)
    person = world.create_person("赵工")
    lead = await add_lead(product, person)
    enter_session(world, corp, kf, person, "poster_a")
    ask_kf(world, corp, kf, person, "能报价吗")
    await product.quiet()
    assert (await product.call("GET", f"/api/leads/{lead['id']}"))["evidence"] is None
    answer_kf(world, corp, kf, corp.members["chenyu"], person, "马上发您")
    await product.quiet()
    assert await said(product) == [
        ("KfSessionEntered", None),
        ("KfMessageReceived", None),
        ("KfMessageAnswered", "chenyu"),
    ]
    shown = await product.call("GET", f"/api/leads/{lead['id']}")
    assert (shown["evidence"], shown["contacted_by_name"], shown["staff_name"]) == ("kf", "陈屿", "林晓")
    assert shown["accepted_at"] is None
    timeline = await product.call("GET", f"/api/persons/{lead['person_id']}/timeline")
    texts = {item["kind"]: item["personal"].get("text") for item in timeline["items"]}
    assert (texts["KfMessageReceived"], texts["KfMessageAnswered"]) == ("能报价吗", "马上发您")
    sealed = await product.fetch("SELECT count(*) AS n FROM event WHERE data::text LIKE '%能报价吗%'")
    assert sealed[0]["n"] == 0


async def test_doubled_lost_and_reordered_callbacks_tell_everything_once(product: Any) -> None:
    world, corp, kf = product.simulator.world, corp_of(product), kf_of(product)
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("duplicate", "*kf_msg_or_event*", probability=0.6))
    rules.append(FaultRule("reorder", "*kf_msg_or_event*", probability=0.5))
    people = [world.create_person(f"客户 {number}") for number in range(5)]
    for number in range(40):
        ask_kf(world, corp, kf, people[number % 5], f"问题 {number}")
        if number == 20:
            hide_kf(world, kf, 1200)
    answer_kf(world, corp, kf, corp.members["linxiao"], people[0], "您好")
    await product.quiet()
    counts = await said(product)
    assert (len(counts), counts[-1]) == (41, ("KfMessageAnswered", "linxiao"))
    [row] = await product.fetch("SELECT * FROM kf_account")
    assert (row["cursor"], row["errcode"]) == (f"KFC{len(kf.entries)}", 0)


async def look_for_accounts(product: Any) -> None:
    """What a worker does every day."""
    engine = create_engine(product.database, size=1)
    await refresh_kf_accounts(Units(engine, WorldClock(), {Command: write_commands}), machine_now())
    await engine.dispose()


async def test_what_lost_callbacks_did_not_tell_is_read_when_accounts_are_looked_for(product: Any) -> None:
    world, corp, kf = product.simulator.world, corp_of(product), kf_of(product)
    await product.quiet()
    world.switches.callbacks = False
    ask_kf(world, corp, kf, world.create_person(), "有人吗")
    await product.quiet()
    assert await said(product) == []
    world.switches.callbacks = True
    await look_for_accounts(product)
    await product.quiet()
    assert [kind for kind, _ in await said(product)] == ["KfMessageReceived"]
    [row] = await product.fetch("SELECT name FROM kf_account")
    assert row["name"] == "山屿云客服"


async def test_a_corp_without_customer_service_breaks_nothing(product: Any) -> None:
    world, corp, kf = product.simulator.world, corp_of(product), kf_of(product)
    ask_kf(world, corp, kf, world.create_person(), "一")
    await product.quiet()
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("errcode", "*kf/*", value=48002))
    ask_kf(world, corp, kf, world.create_person(), "二")
    await look_for_accounts(product)
    await product.quiet()
    [row] = await product.fetch("SELECT errcode FROM kf_account")
    assert row["errcode"] == 48002
    dead = await product.fetch("SELECT count(*) AS n FROM command WHERE state IN ('failed', 'uncertain')")
    assert dead[0]["n"] == 0
    rules.clear()
    ask_kf(world, corp, kf, world.create_person(), "三")
    await product.quiet()
    assert len(await said(product)) == 3
    [row] = await product.fetch("SELECT errcode FROM kf_account")
    assert row["errcode"] == 0


async def test_who_is_nobodys_friend_is_joined_to_the_person_we_know(product: Any) -> None:
    world, corp, kf = product.simulator.world, corp_of(product), kf_of(product)
    [account] = world.accounts.values()
    person = world.create_person("钱工")
    follow(world, account, person)
    ask_kf(world, corp, kf, person, "在吗")
    await product.quiet()
    [found] = (await product.call("GET", "/api/persons"))["items"]
    assert found["name"] == "钱工"
    rows = await product.fetch("SELECT DISTINCT person_id FROM identity")
    assert len(rows) == 1
