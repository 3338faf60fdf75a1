"""Consented message archive over the real wire: what a server tells counts once the platform says that they agreed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from wxsim.world.people import Person
from wxsim.world.scanning import scan

NAME = "Staff Message Archived"


def corp_of(product: Any) -> Any:
    [corp] = product.simulator.world.corps.values()
    return corp


async def server_key(product: Any) -> str:
    site = await product.call("POST", "/api/sites", {"name": "存档服务"})
    made = await product.call("POST", f"/api/sites/{site['id']}/keys", {"kind": "server", "name": "archive"})
    return str(made["key"])


async def add_lead(product: Any, person: Person) -> Any:
    """Somebody scans a code: a lead of the first member, put to her at once."""
    account = product.accounts["wecom"]["id"]
    always = {"week": [[[0, 1440]]] * 7, "weight": 1}
    await product.call("PUT", f"/api/staff/duties/{account}/linxiao", always)
    body = {"name": "文末", "account_id": account, "users": ["linxiao"], "welcome": {"text": "您好"}}
    made = await product.call("POST", "/api/sources", body)
    await product.quiet()
    source = await product.call("GET", f"/api/sources/{made['id']}")
    scan(product.simulator.world, person, source["qr_code"])
    await product.quiet()
    [lead] = (await product.call("GET", "/api/leads"))["items"]
    return lead


async def tell(product: Any, key: str, person: Person, msgid: str = "m-1", staff: str = "linxiao") -> datetime:
    """The archive service tells of a message of now."""
    corp = corp_of(product)
    at = datetime.now(UTC)
    body = {
        "event": NAME,
        "timestamp": at.isoformat(),
        "properties": {
            "corp_id": corp.corpid,
            "staff": staff,
            "external_userid": product.simulator.world.external_userid(corp.corpid, person),
            "msgid": msgid,
        },
    }
    async with product.http.post(f"{product.url}/v1/track", json={**body, "writeKey": key}) as answer:
        assert answer.status == 200, await answer.text()
    await product.quiet()
    return at


def agree(product: Any, person: Person, status: str = "Agree", ago: int = 3600, staff: str = "linxiao") -> None:
    corp, world = corp_of(product), product.simulator.world
    changed_at = int(datetime.now(UTC).timestamp()) - ago
    corp.archive_consents[staff, world.external_userid(corp.corpid, person)] = (status, changed_at)


async def test_a_message_counts_once_the_customer_is_known_to_have_agreed(product: Any) -> None:
    key, person = await server_key(product), product.simulator.world.create_person("赵工")
    lead = await add_lead(product, person)
    first = await tell(product, key, person)
    shown = await product.call("GET", f"/api/leads/{lead['id']}")
    assert (shown["evidence"], [each["reason"] for each in shown["refused"]]) == (None, ["no_consent"])
    agree(product, person)
    await tell(product, key, person, "m-2")
    shown = await product.call("GET", f"/api/leads/{lead['id']}")
    assert (shown["evidence"], shown["contacted_by_name"], shown["accepted_at"] is None) == ("archive", "林晓", False)
    assert datetime.fromisoformat(shown["contacted_at"]) == first, "the customer had agreed before it"
    asked = product.simulator.simulator.gateway.calls
    before = next(count for path, count in asked.items() if "check_single_agree" in path)
    await tell(product, key, person, "m-3")
    assert next(count for path, count in asked.items() if "check_single_agree" in path) == before, "it is known"
    dead = await product.fetch("SELECT count(*) AS n FROM command WHERE state IN ('failed', 'uncertain')")
    assert dead[0]["n"] == 0


@pytest.mark.parametrize(
    ("status", "ago", "reason"),
    [("Disagree", 3600, "refused"), ("Default_Agree", 3600, "by_default"), ("Agree", -3600, "later")],
)
async def test_what_does_not_count_is_kept_with_its_reason(product: Any, status: str, ago: int, reason: str) -> None:
    key, person = await server_key(product), product.simulator.world.create_person("赵工")
    lead = await add_lead(product, person)
    agree(product, person, status, ago)
    for _ in range(2):
        await tell(product, key, person)
    shown = await product.call("GET", f"/api/leads/{lead['id']}")
    assert shown["evidence"] is None
    assert [(each["reason"], each["by"], each["evidence"], each["errcode"]) for each in shown["refused"]] == [
        (reason, "林晓", "archive", 0)
    ]


async def test_an_app_that_may_not_ask_breaks_nothing(product: Any) -> None:
    key, person = await server_key(product), product.simulator.world.create_person("赵工")
    lead = await add_lead(product, person)
    agree(product, person)
    corp_of(product).apps[1000002].archive_api = False
    await tell(product, key, person)
    shown = await product.call("GET", f"/api/leads/{lead['id']}")
    assert [(each["reason"], each["errcode"]) for each in shown["refused"]] == [("untold", 48002)]
    dead = await product.fetch("SELECT count(*) AS n FROM command WHERE state IN ('failed', 'uncertain')")
    assert dead[0]["n"] == 0
