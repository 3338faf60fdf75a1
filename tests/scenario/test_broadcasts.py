"""Broadcasts over the real wire: as service messages, through members who confirm or not, and by an account's 群发."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from weloop.access.api import Passwords, Role, create_one_time_link, create_user
from weloop.entrypoints.database import open_unit
from weloop.features.broadcasts.rules import load_limits
from weloop.kit.clock import beijing_date, midnight, set_world_clock
from weloop.kit.db import run
from wxsim.faults import FaultRule
from wxsim.world.articles import write_draft
from wxsim.world.contacts import add_directly, leave
from wxsim.world.following import follow, unfollow, write
from wxsim.world.mass_messages import confirm

NEXT_MONTH = (beijing_date(datetime.now(UTC)).replace(day=1) + timedelta(days=32)).replace(day=1)
MORNING = midnight(NEXT_MONTH) + timedelta(hours=10)
"""Ten o'clock in Beijing, when members may be asked; always ahead, and all of a test within one month."""
TOMORROW = midnight(beijing_date(datetime.now(UTC)) + timedelta(days=1)) + timedelta(hours=10)
"""The same hour while whoever wrote a moment ago may still be answered."""

NIGHT = midnight(beijing_date(datetime.now(UTC) + timedelta(hours=3))) + timedelta(hours=23)
"""An eleven o'clock in the evening that no run of the tests outlasts: whoever wrote a moment ago may still be answered
in the morning after it."""


async def set_clock(product: Any, moment: datetime, speed: float = 1.0) -> None:
    async with open_unit(product.database) as unit:
        await set_world_clock(unit.connection, moment, speed)


def heard(product: Any, person: Any) -> list[str]:
    phone = product.simulator.world.phone(person)
    return [
        message.body.get("text") or message.body.get("title", "")
        for chat in phone.chats.values()
        for message in chat.messages
        if message.side == "them"
    ]


async def gather(product: Any, count: int) -> list[Any]:
    """Followers who wrote a moment ago; then it is ten in the morning, so that no quiet hours hold their messages."""
    people = await listen(product, count)
    await set_clock(product, TOMORROW)
    return people


async def listen(product: Any, count: int) -> list[Any]:
    """Followers who wrote a moment ago."""
    world = product.simulator.world
    [account] = world.accounts.values()
    people = [world.create_person(f"粉丝{number}") for number in range(count)]
    for person in people:
        follow(world, account, person)
        write(world, account, person, "想要报价单")
    await product.quiet()
    return people


async def befriend(product: Any, userid: str, count: int) -> list[Any]:
    world = product.simulator.world
    [corp] = world.corps.values()
    people = [world.create_person(f"客户{userid}{number}") for number in range(count)]
    for person in people:
        add_directly(world, corp, corp.members[userid], person)
    await product.quiet()
    return people


def draft(product: Any, kind: str, **changes: object) -> dict[str, Any]:
    of = "wecom" if kind == "mass_task" else "official_account"
    return {
        "name": "十一月公开课",
        "kind": kind,
        "account_id": product.accounts[of]["id"],
        "audience": {"kind": "persons"},
        "content": {"text": "本周四公开课"},
        **changes,
    }


async def start(product: Any, body: dict[str, Any]) -> str:
    """Write it and let it go; its address."""
    made = await product.call("POST", "/api/broadcasts", body)
    path = f"/api/broadcasts/{made['id']}"
    await product.call("POST", f"{path}/confirm?version={made['version']}")
    return path


async def until(product: Any, path: str, *states: str) -> Any:
    async def is_there() -> Any:
        found = await product.call("GET", path)
        return found if found["state"] in states else None

    return await product.until(is_there)


async def ask(product: Any, method: str, path: str, body: object = None) -> tuple[int, Any]:
    async with product.http.request(method, product.url + path, json=body) as answer:
        return answer.status, await answer.json() if answer.content_type.endswith("json") else None


async def test_everybody_gets_a_service_message_once_and_the_report_says_so(product: Any) -> None:
    people = await gather(product, 24)
    unfollow(product.simulator.world, next(iter(product.simulator.world.accounts.values())), people[0])
    await product.quiet()
    body = draft(product, "service", holdout=25)
    made = await product.call("POST", "/api/broadcasts", body)
    path = f"/api/broadcasts/{made['id']}"
    check = await product.call("GET", f"{path}/check")
    assert (check["persons"], check["reachable"], check["reasons"]) == (24, 23, {"unreachable": 1})
    assert 0 < check["held"] < 12
    assert check["would_send"] == 23 - check["held"]
    await product.call("POST", f"{path}/confirm?version=1")
    done = await until(product, path, "done")
    counts = {"held": check["held"], "skipped": 1, "sent": check["would_send"]}
    assert done["counts"] == counts
    got = Counter(heard(product, person).count("本周四公开课") for person in people)
    assert got == {1: check["would_send"], 0: check["held"] + 1}
    page = await product.call("GET", f"{path}/recipients?state=skipped")
    assert [(each["state"], each["reasons"]) for each in page["items"]] == [("skipped", ["unreachable"])]
    async with product.http.get(f"{product.url}{path}/recipients.csv") as answer:
        lines = (await answer.text()).splitlines()
    assert len(lines) == 25
    assert Counter(line.split(",")[3] for line in lines[1:]) == {
        "已送达": counts["sent"],
        "对照组": counts["held"],
        "未发送": 1,
    }
    acts = [each["act"] for each in (await product.call("GET", "/api/audit"))["items"]]
    assert acts[:3] == ["broadcast_exported", "broadcast_confirmed", "broadcast_created"]


async def test_the_check_counts_everybody_and_knows_whose_window_is_closed(
    product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(load_limits()["sender"], "counted", 10)  # type: ignore[arg-type]
    people = await gather(product, 24)
    unfollow(product.simulator.world, next(iter(product.simulator.world.accounts.values())), people[0])
    await product.quiet()
    made = await product.call("POST", "/api/broadcasts", draft(product, "service"))
    looks = await check(product, made["id"])
    assert [look["persons"] for look in looks] == [10, 10, 4]
    assert sum((Counter(look["reasons"]) for look in looks), Counter()) == {"unreachable": 1}
    assert sum(look["would_send"] for look in looks) == 23

    noon = datetime.fromisoformat(made["created_at"]).replace(hour=4, minute=0) + timedelta(days=3)
    later = await product.call("POST", "/api/broadcasts", draft(product, "service", start_at=noon.isoformat()))
    looks = await check(product, later["id"])
    assert sum((Counter(look["reasons"]) for look in looks), Counter()) == {"unreachable": 1, "window_closed": 23}
    assert sum(look["would_send"] for look in looks) == 0


async def test_the_check_promises_nothing_where_no_window_is_known(
    product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(load_limits()["sender"], "counted", 2)  # type: ignore[arg-type]
    people = await gather(product, 3)
    unheard = heard(product, people[0])
    world = product.simulator.world
    [account] = world.accounts.values()
    openid = world.openid(account.appid, people[0])
    async with open_unit(product.database) as unit:
        gone = "DELETE FROM message_window USING identity AS i WHERE i.id = identity_id AND i.value = $1 RETURNING what"
        assert await run(unit.connection, gone, openid)
    made = await product.call("POST", "/api/broadcasts", draft(product, "service"))
    looks = await check(product, made["id"])
    assert [len(looks), *(sum(look[key] for look in looks) for key in ("would_send", "window_unknown"))] == [2, 2, 1]
    path = await start(product, draft(product, "service"))
    assert (await until(product, path, "done"))["counts"] == {"sent": 3}, "the platform was asked"
    assert heard(product, people[0]) == [*unheard, "本周四公开课"]


async def check(product: Any, broadcast_id: int) -> list[dict[str, Any]]:
    """All looks of the check, one after the other."""
    looks: list[dict[str, Any]] = []
    after = ""
    while after is not None:
        spent = sum(look["would_send"] + look["window_unknown"] for look in looks)
        query = f"?after={after}&spent={spent}" if after else ""
        looks.append(await product.call("GET", f"/api/broadcasts/{broadcast_id}/check{query}"))
        after = looks[-1]["after"]
    return looks


async def test_a_missing_word_and_a_refusal_are_told_by_person(product: Any) -> None:
    people = await gather(product, 2)
    [corp] = product.simulator.world.corps.values()
    add_directly(product.simulator.world, corp, corp.members["linxiao"], people[0])
    await product.quiet()
    path = await start(product, draft(product, "service", content={"text": "{{name}}，周四公开课"}))
    check = await product.call("GET", f"{path}/check")
    assert (check["reachable"], check["would_send"], check["reasons"]) == (2, 1, {"variable_missing": 1})
    done = await until(product, path, "done")
    assert done["counts"] == {"sent": 1, "skipped": 1}, "followers have no name; one is known as a customer"
    assert heard(product, people[0])[-1] == "粉丝0，周四公开课"
    page = await product.call("GET", f"{path}/recipients?state=skipped")
    assert [each["reasons"] for each in page["items"]] == [["variable_missing"]]
    product.simulator.simulator.faults.rules.append(FaultRule("errcode", "*/custom/send", value=45015))
    path = await start(product, draft(product, "service"))
    await until(product, path, "done")
    page = await product.call("GET", f"{path}/recipients?state=failed")
    assert {why for each in page["items"] for why in each["reasons"]} == {"platform_rejected"}


async def test_it_stops_and_goes_on_without_loss_or_repeat(product: Any) -> None:
    people = await gather(product, 30)
    await set_clock(product, TOMORROW, 0.0)
    path = await start(product, draft(product, "service", per_minute=60, content={"text": "慢慢来"}))

    async def sent(count: int) -> bool:
        return bool((await product.call("GET", path))["counts"].get("sent") == count)

    await product.until(lambda: sent(10))
    await set_clock(product, TOMORROW + timedelta(seconds=10), 0.0)
    await product.until(lambda: sent(20))
    await product.call("POST", f"{path}/stop")
    stopped = await until(product, path, "stopped")
    await set_clock(product, TOMORROW + timedelta(seconds=20), 0.0)
    await product.quiet()
    assert stopped["counts"] == {"sent": 20, "waiting": 10}
    assert sum(heard(product, person).count("慢慢来") for person in people) == 20
    assert (await ask(product, "POST", f"{path}/stop"))[1]["code"] == "broadcast_not_running"
    await product.call("POST", f"{path}/resume")
    await product.until(lambda: sent(30))
    await set_clock(product, TOMORROW + timedelta(seconds=30))
    done = await until(product, path, "done")
    assert done["counts"] == {"sent": 30}
    assert [heard(product, person).count("慢慢来") for person in people] == [1] * 30


async def test_members_confirm_or_not_and_each_customer_is_told_of(product: Any) -> None:
    world = product.simulator.world
    [corp] = world.corps.values()
    hers, his = await befriend(product, "linxiao", 3), await befriend(product, "chenyu", 2)
    leave(world, corp, corp.members["linxiao"], hers[0])
    await product.quiet()
    await set_clock(product, MORNING)
    made = await product.call("POST", "/api/broadcasts", draft(product, "mass_task"))
    path = f"/api/broadcasts/{made['id']}"
    check = await product.call("GET", f"{path}/check")
    assert (check["reachable"], check["would_send"], check["members"], check["full"]) == (
        4,
        4,
        ["chenyu", "linxiao"],
        [],
    )
    await product.call("POST", f"{path}/confirm?version=1")

    async def asked() -> Any:
        found = await product.call("GET", f"{path}/tasks")
        return found if [each["state"] for each in found] == ["open", "open"] else None

    tasks = await product.until(asked)
    assert {each["staff"]: each["customers"] for each in tasks} == {"linxiao": 2, "chenyu": 2}
    assert all(heard(product, person) == [] for person in [*hers[1:], *his]), "nothing goes out by itself"
    [msgid] = [task.msgid for task in corp.mass_tasks.values() if "linxiao" in task.shares]
    leave(world, corp, corp.members["linxiao"], hers[1])
    assert confirm(world, corp, corp.members["linxiao"], msgid)
    assert (await product.call("POST", f"{path}/remind"))["tasks"] == 2
    await set_clock(product, MORNING + timedelta(minutes=6))

    async def told() -> Any:
        found = await product.call("GET", path)
        return found["counts"] == {"skipped": 1, "asked": 2, "sent": 1, "failed": 1}

    await product.until(told)
    page = await product.call("GET", f"{path}/recipients?state=failed")
    assert [(each["reasons"], each["staff_name"]) for each in page["items"]] == [(["no_friend"], "林晓")]
    load = await product.call("GET", "/api/mass-task-load")
    assert (load["asked"], load["confirmed"], load["rate"], load["per_member_day"]) == (2, 1, None, 1.0)
    # Three days later nobody waits any more: the task is taken off the phone.
    await set_clock(product, MORNING + timedelta(days=3, hours=3))

    async def given_up() -> bool:
        return (await product.call("GET", path))["counts"].get("failed") == 3

    await product.until(given_up)
    await set_clock(product, MORNING + timedelta(days=3, hours=4))
    done = await until(product, path, "done")
    assert done["counts"] == {"skipped": 1, "sent": 1, "failed": 3}
    [other] = [task for task in corp.mass_tasks.values() if "chenyu" in task.shares]
    assert other.cancelled
    failed = await product.call("GET", f"{path}/recipients?state=failed")
    reasons = {why for each in failed["items"] for why in each["reasons"]}
    assert reasons == {"no_friend", "not_confirmed"}


async def test_a_member_is_asked_twice_a_day_and_the_rest_waits(product: Any) -> None:
    await befriend(product, "linxiao", 4)
    ids = [each["id"] for each in (await product.call("GET", "/api/persons"))["items"]]
    await set_clock(product, MORNING)
    # Four customers, three contents: the first and the last broadcast say the same.
    bodies = [
        draft(
            product,
            "mass_task",
            audience={"kind": "list", "persons": [ids[number]]},
            content={"text": f"第{number % 3}条"},
        )
        for number in range(4)
    ]
    paths = [await start(product, body) for body in bodies]
    [corp] = product.simulator.world.corps.values()

    async def counts() -> list[dict[str, int]]:
        return [(await product.call("GET", path))["counts"] for path in paths]

    async def all_handed_on() -> bool:
        return all("waiting" not in each and each for each in await counts()) and len(corp.mass_tasks) >= 2

    await product.until(all_handed_on)
    await product.quiet()
    assert len(corp.mass_tasks) <= 2
    load = await product.call("GET", "/api/mass-task-load")
    assert (load["members"][0]["today"], load["per_member_day"], load["most_per_member_day"]) == (2, 2.0, 2)
    assert load["members"][0]["waiting"] >= 1
    assert (load["from_hour"], load["until_hour"]) == (9, 20)
    await set_clock(product, MORNING + timedelta(days=1))
    await product.until(lambda: _more_than(corp, 2))

    async def is_over() -> bool:
        return (await product.call("GET", "/api/mass-task-load"))["members"][0]["waiting"] == 0

    await product.until(is_over)
    texts = [dict(task.bubbles[0][1])["text"] for task in corp.mass_tasks.values()]
    assert set(texts) == {"第0条", "第1条", "第2条"}


async def _more_than(corp: Any, count: int) -> bool:
    return len(corp.mass_tasks) > count


async def test_at_night_nobody_is_asked_nor_written_to_and_recipients_say_until_when(product: Any) -> None:
    await listen(product, 1)
    await befriend(product, "linxiao", 1)
    await set_clock(product, NIGHT)
    paths = {kind: await start(product, draft(product, kind)) for kind in ("mass_task", "service")}
    [corp] = product.simulator.world.corps.values()

    async def held(path: str) -> Any:
        items = (await product.call("GET", f"{path}/recipients?state=queued"))["items"]
        return [(each["reasons"], each["waits_until"]) for each in items if each["reasons"]]

    half_past_eight, nine = (f"{NIGHT + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}" for hours in (9.5, 10))
    assert await product.until(lambda: held(paths["mass_task"])) == [(["member_later"], nine)]
    assert await product.until(lambda: held(paths["service"])) == [(["quiet_hours"], half_past_eight)]
    to_all = await start(product, draft(product, "account_mass", audience={"kind": "followers"}))

    async def job() -> Any:
        jobs = (await product.call("GET", to_all))["jobs"]
        return [(each["reasons"], each["waits_until"]) for each in jobs if each["reasons"]]

    assert await product.until(job) == [(["quiet_hours"], half_past_eight)]
    await product.call("POST", f"{to_all}/stop")
    await until(product, to_all, "stopped")
    path = paths["mass_task"]
    await product.call("POST", f"{path}/stop")
    stopped = await until(product, path, "stopped")
    assert (stopped["counts"], corp.mass_tasks) == ({"skipped": 1, "waiting": 1}, {})
    await product.call("POST", f"{path}/resume")
    await set_clock(product, NIGHT + timedelta(hours=10))
    await product.until(lambda: _more_than(corp, 0))
    await until(product, paths["service"], "done")


async def test_an_account_sends_once_however_it_is_told(product: Any) -> None:
    people = await gather(product, 3)
    [account] = product.simulator.world.accounts.values()
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("http", "*mass/send*", value=502, after=True, times=1))
    path = await start(product, draft(product, "account_mass"))
    done = await until(product, path, "done")
    assert done["counts"] == {"sent": 3}
    [job] = done["jobs"]
    assert (job["state"], job["total"], job["sent"], job["status"]) == ("handed_in", 3, 3, "send success")
    assert [heard(product, person).count("本周四公开课") for person in people] == [1, 1, 1]
    persons = (await product.call("GET", "/api/persons"))["items"]
    standings = [await product.call("GET", f"/api/persons/{person['id']}/contact") for person in persons]
    assert [standing["marketing"] for standing in standings] == [1, 1, 1], "what a list brought counts against caps"

    article = write_draft(product.simulator.world, account, "handbook", "制造业私域获客手册")
    await product.call("POST", "/api/articles/fetch")
    await product.quiet()
    listed = (await product.call("GET", "/api/articles"))["items"]
    [known] = [each for each in listed if each["title"] == article.title]
    body = draft(product, "account_mass", audience={"kind": "followers"}, content={"article_id": known["id"]})
    done = await until(product, await start(product, body), "done", "failed")
    assert (done["state"], done["jobs"][0]["sent"], done["counts"]) == ("done", 3, {})
    assert article.is_published
    quotas = {each["name"]: each for each in await product.call("GET", "/api/message-quotas")}
    to_all, calls = quotas["account_mass_all"], quotas["account_mass_calls"]
    assert ([each["used"] for each in to_all["used"]], to_all["most"]) == ([1], 4)
    assert [each["used"] for each in calls["used"]] == [2]
    tagged = draft(product, "account_mass", audience={"kind": "tag", "tag_id": 999})
    failed = await until(product, await start(product, tagged), "done", "failed")
    assert (failed["state"], failed["failure"]["params"]["errcode"]) == ("failed", 40152)


async def test_a_list_whose_callback_is_lost_is_asked_for(product: Any) -> None:
    await gather(product, 3)
    product.simulator.simulator.faults.rules.append(FaultRule("drop", "*MASSSENDJOBFINISH*"))
    path = await start(product, draft(product, "account_mass"))

    async def handed_in() -> bool:
        return [job["state"] for job in (await product.call("GET", path))["jobs"]] == ["handed_in"]

    await product.until(handed_in)
    await set_clock(product, TOMORROW + timedelta(hours=2))
    done = await until(product, path, "done")
    assert done["counts"] == {"sent": 3}
    [job] = done["jobs"]
    assert (job["state"], job["told"], job["status"], job["sent"]) == ("handed_in", "sent", None, None)


async def test_a_segment_is_reached_and_an_archived_one_refused(product: Any) -> None:
    people = await gather(product, 6)
    [account] = product.simulator.world.accounts.values()
    for person in people[:4]:
        write(product.simulator.world, account, person, "再问一次")
    await product.quiet()
    rule = {"op": "event", "kind": "FollowerMessageReceived", "n": 2}
    segment = await product.call("POST", "/api/segments", {"name": "问过两次", "rule": rule})

    async def filled() -> bool:
        return (await product.call("GET", f"/api/segments/{segment['id']}"))["size"] == 4

    await product.until(filled)
    body = draft(product, "service", audience={"kind": "segment", "segment_id": segment["id"]})
    made = await product.call("POST", "/api/broadcasts", body)
    path = f"/api/broadcasts/{made['id']}"
    check = await product.call("GET", f"{path}/check")
    assert (check["persons"], check["reachable"], check["would_send"], check["after"]) == (4, 4, 4, None)
    assert made["segment_name"] == "问过两次"
    await product.call("POST", f"{path}/confirm?version=1")
    done = await until(product, path, "done", "failed")
    assert (done["state"], done["counts"]) == ("done", {"sent": 4})
    assert [heard(product, person).count("本周四公开课") for person in people] == [1, 1, 1, 1, 0, 0]

    path = f"/api/broadcasts/{(await product.call('POST', '/api/broadcasts', body))['id']}"
    await product.call("POST", f"/api/segments/{segment['id']}/archive")
    for method, what in (("POST", f"{path}/confirm?version=1"), ("GET", f"{path}/check"), ("POST", "/api/broadcasts")):
        status, problem = await ask(product, method, what, body if what == "/api/broadcasts" else None)
        assert (status, problem["code"]) == (409, "segment_archived")


async def test_a_list_of_one_is_no_list(product: Any) -> None:
    await gather(product, 1)
    done = await until(product, await start(product, draft(product, "account_mass")), "done")
    assert done["counts"] == {"skipped": 1}


async def test_a_test_goes_to_oneself(product: Any) -> None:
    [person] = await gather(product, 1)
    [item] = (await product.call("GET", "/api/persons"))["items"]
    for kind in ("service", "account_mass"):
        made = await product.call("POST", "/api/broadcasts", draft(product, kind, content={"text": f"先看{kind}"}))
        await product.call("POST", f"/api/broadcasts/{made['id']}/test", {"person_id": item["id"]})
        await product.quiet()
        assert heard(product, person)[-1] == f"先看{kind}"
    await product.call("POST", f"/api/persons/{item['id']}/contact", {"act": "opted_out", "reason": "电话里说的"})
    status, problem = await ask(product, "POST", f"/api/broadcasts/{made['id']}/test", {"person_id": item["id"]})
    assert (status, problem["code"]) == (409, "broadcast_test_opted_out")
    link = {"type": "link", "title": "讲义", "url": "https://example.com/notes"}
    content = {"text": "本周四公开课", "attachments": [link]}
    made = await product.call("POST", "/api/broadcasts", draft(product, "mass_task", content=content))
    await product.call("POST", f"/api/broadcasts/{made['id']}/test", {"staff": "linxiao"})
    await product.quiet()
    [corp] = product.simulator.world.corps.values()
    phone = product.simulator.world.staff_phone(corp, corp.members["linxiao"])
    assert [m.body["text"] for chat in phone.chats.values() for m in chat.messages] == [
        "本周四公开课\n讲义 https://example.com/notes"
    ]
    status, problem = await ask(product, "POST", f"/api/broadcasts/{made['id']}/test", {})
    assert (status, problem["code"]) == (422, "broadcast_test_target")


REFUSED: tuple[tuple[str, dict[str, Any], int, str], ...] = (
    ("service", {"content": {}}, 422, "broadcast_content"),
    ("service", {"content": {"text": "字" * 683}}, 422, "text_long"),
    ("service", {"content": {"text": "{{phone}}"}}, 422, "broadcast_variable"),
    ("service", {"advert": True}, 422, "advert_unlabelled"),
    (
        "service",
        {"advert": True, "content": {"link": {"title": "买一送一", "url": "https://x.cn"}}},
        422,
        "advert_unlabelled",
    ),
    ("mass_task", {"content": {"text": "{{name}}"}}, 422, "broadcast_no_variables"),
    (
        "mass_task",
        {"content": {"text": "x", "link": {"title": "x", "url": "https://x.cn"}}},
        422,
        "broadcast_content",
    ),
    ("mass_task", {"audience": {"kind": "followers"}}, 422, "broadcast_audience"),
    ("mass_task", {"content": {"attachments": [{"type": "image", "file_id": 99}]}}, 422, "file_not_found"),
    ("account_mass", {"content": {"article_id": 99}}, 422, "broadcast_no_draft"),
    ("service", {"holdout": 51}, 422, "invalid_input"),
    ("service", {"audience": {"kind": "list", "persons": ["1; DROP"]}}, 422, "invalid_input"),
    ("service", {"content": {"link": {"title": "x", "url": "javascript:x"}}}, 422, "invalid_input"),
    ("service", {"audience": {"kind": "segment", "segment_id": 999}}, 404, "segment_not_found"),
    ("service", {"account_id": 999}, 404, "account_not_found"),
    ("service", {"campaign_id": 999}, 422, "campaign_unknown"),
)


async def test_what_does_not_fit_is_refused_before_anybody_is_chosen(product: Any) -> None:
    for kind, changes, status, code in REFUSED:
        got, problem = await ask(product, "POST", "/api/broadcasts", draft(product, kind, **changes))
        assert (got, problem["code"]) == (status, code), changes


async def test_a_second_person_must_approve(product: Any) -> None:
    [person] = await gather(product, 1)
    wrong = draft(product, "service", account_id=product.accounts["wecom"]["id"])
    assert (await ask(product, "POST", "/api/broadcasts", wrong))[1]["code"] == "broadcast_account"
    made = await product.call("POST", "/api/broadcasts", draft(product, "service", needs_approval=True))
    path = f"/api/broadcasts/{made['id']}"
    assert (await ask(product, "POST", f"{path}/confirm?version=7"))[1]["code"] == "broadcast_changed"
    assert (await product.call("POST", f"{path}/confirm?version=1"))["state"] == "pending"
    assert (await ask(product, "POST", f"{path}/approve?version=1"))[1]["code"] == "broadcast_own_approval"
    assert (await ask(product, "POST", f"{path}/confirm?version=1"))[1]["code"] == "broadcast_not_draft"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
        await sign_in(product, other)
        url = product.url + path
        async with other.post(f"{url}/decline?version=1") as answer:
            assert (await answer.json())["state"] == "draft"
        changed = {**draft(product, "service", needs_approval=True, content={"text": "改好了"}), "version": 2}
        assert (await product.call("PUT", path, changed))["version"] == 3
        await product.call("POST", f"{path}/confirm?version=3")
        async with other.post(f"{url}/approve?version=2") as answer:
            assert (await answer.json())["code"] == "broadcast_changed"
        async with other.post(f"{url}/approve?version=3") as answer:
            assert answer.status == 200
    done = await until(product, path, "done")
    assert (done["approved_by"], heard(product, person)[-1]) == ("运营二号", "改好了")
    for method, what in (("DELETE", ""), ("POST", "/resume"), ("POST", "/stop"), ("POST", "/end")):
        assert (await ask(product, method, path + what))[0] == 409


async def sign_in(product: Any, http: aiohttp.ClientSession) -> None:
    async with open_unit(product.database) as unit:
        user = await create_user(unit, "second", "运营二号", Role.OPERATOR, await Passwords().hash("correct horse 2"))
        token = await create_one_time_link(unit, user)
    async with http.get(f"{product.url}/enter/{token}", allow_redirects=False):
        pass
    async with http.get(f"{product.url}/api/session") as answer:
        http.headers["X-CSRF-Token"] = (await answer.json())["csrf"]


async def test_policy_decides_for_every_single_one(product: Any) -> None:
    people = await gather(product, 3)
    [account] = product.simulator.world.accounts.values()
    write(product.simulator.world, account, people[0], "退订")
    await product.quiet()
    path = await start(product, draft(product, "service"))
    assert (await until(product, path, "done"))["counts"] == {"skipped": 1, "sent": 2}
    page = await product.call("GET", f"{path}/recipients?state=skipped")
    assert [each["reasons"] for each in page["items"]] == [["opted_out"]]
    # A second one within the gap between marketing messages does not leave any more.
    path = await start(product, draft(product, "service", content={"text": "再来一条"}))

    async def refused() -> Any:
        return (await product.call("GET", path))["counts"].get("skipped")

    await product.until(refused)
    assert [heard(product, person).count("再来一条") for person in people] == [0, 0, 0]


async def test_members_are_not_asked_for_whom_policy_keeps_back(product: Any) -> None:
    world = product.simulator.world
    [person, *_] = await gather(product, 1)
    [corp] = world.corps.values()
    add_directly(world, corp, corp.members["linxiao"], person)
    await befriend(product, "linxiao", 1)
    write(world, next(iter(world.accounts.values())), person, "退订")
    await product.quiet()
    await set_clock(product, MORNING)
    path = await start(product, draft(product, "mass_task"))

    async def asked() -> Any:
        counts = (await product.call("GET", path))["counts"]
        return counts if counts.get("asked") else None

    counts = await product.until(asked)
    assert counts == {"asked": 1, "failed": 1}
    page = await product.call("GET", f"{path}/recipients?state=failed")
    assert [each["reasons"] for each in page["items"]] == [["opted_out"]]
    [task] = corp.mass_tasks.values()
    assert [len(share.customers) for share in task.shares.values()] == [1]
