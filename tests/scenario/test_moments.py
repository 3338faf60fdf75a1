"""Posts in Moments over the real wire: made at night, published by members, liked by customers, cancelled, refused."""

from datetime import datetime, timedelta
from typing import Any

import aiohttp

from wxsim.faults import FaultRule
from wxsim.world.contacts import add_directly
from wxsim.world.corp_tags import make_tag
from wxsim.world.moments import comment, find_post, like, posts_for, publish

from .test_broadcasts import MORNING, ask, set_clock

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\xa0\0\0\x04\x38" + b"0" * 64
NIGHT = MORNING + timedelta(hours=13)
"""23:00 in Beijing, within the quiet hours of marketing."""


def _corp(product: Any) -> Any:
    [corp] = product.simulator.world.corps.values()
    return corp


async def _upload(product: Any) -> int:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", PNG, filename="海报.png", content_type="image/png")
    async with product.http.post(f"{product.url}/api/files", data=form) as answer:
        return int((await answer.json())["id"])


def _draft(product: Any, **changes: object) -> dict[str, Any]:
    account_id = product.accounts["wecom"]["id"]
    return {"account_id": account_id, "kind": "value", "text": "三个方法", "members": ["linxiao"], **changes}


async def _plan(product: Any, **changes: object) -> str:
    made = await product.call("POST", "/api/moments", _draft(product, **changes))
    path = f"/api/moments/{made['id']}"
    planned = await product.call("POST", f"{path}/plan?version={made['version']}")
    assert planned["state"] == "planned"
    return path


async def _until(product: Any, path: str, **wanted: object) -> Any:
    async def is_so() -> Any:
        found = await product.call("GET", path)
        return found if all(found[name] == value for name, value in wanted.items()) else None

    return await product.until(is_so)


async def _made(product: Any) -> Any:
    """The only task at the platform, on the phones."""

    async def find() -> Any:
        jobs = list(_corp(product).moment_jobs.values())
        return jobs[-1] if jobs and jobs[-1].moment_id else None

    return await product.until(find)


def _press(product: Any, userid: str, moment_id: str) -> bool:
    corp = _corp(product)
    return publish(product.simulator.world, corp, corp.members[userid], moment_id)


async def test_a_post_is_made_at_night_published_liked_and_cancelled(product: Any) -> None:
    world, corp = product.simulator.world, _corp(product)
    tag = make_tag(world, corp, "行业", "制造")
    people = [world.create_person(f"客户{number}") for number in range(3)]
    friends = [add_directly(world, corp, corp.members["linxiao"], person) for person in people]
    for friend in friends[:2]:
        friend.tag_ids = [tag.id]
    await product.call("POST", "/api/tags/refresh")
    await product.quiet()
    await set_clock(product, NIGHT)
    file_id = await _upload(product)
    images = [{"type": "image", "file_id": file_id, "name": "海报.png"}]
    path = await _plan(product, attachments=images, tags=[tag.id], members=["linxiao", "chenyu"])
    task = await _made(product)
    assert (task.text, task.members, task.tag_ids) == ("三个方法", ["linxiao", "chenyu"], [tag.id])
    await set_clock(product, NIGHT + timedelta(seconds=30))
    asked = await _until(product, path, state="asked", asked=2)
    assert (asked["published"], asked["tag_names"]) == (0, ["制造"])

    assert _press(product, "linxiao", task.moment_id)
    assert [len(posts_for(world, person)) for person in people] == [1, 1, 0]
    post = find_post(corp, task.moment_id, "linxiao")
    assert like(world, corp, post, friends[0].external_userid)
    assert like(world, corp, post, "linxiao"), "a colleague's like counts not"
    assert comment(world, corp, post, friends[1].external_userid, "有资料吗？")
    await set_clock(product, NIGHT + timedelta(minutes=10))
    seen = await _until(product, path, published=1, visible=2, likes=1, comments=1)
    assert seen["per_thousand"] is None, "too few to tell"
    rows = {each["staff"]: each for each in await product.call("GET", f"{path}/members")}
    assert (rows["linxiao"]["state"], rows["linxiao"]["visible"]) == ("published", 2)
    assert (rows["chenyu"]["state"], rows["chenyu"]["visible"]) == ("asked", None)

    assert (await product.call("POST", f"{path}/cancel"))["cancelling"]
    await product.call("POST", f"{path}/cancel")
    await _until(product, path, state="cancelled", published=1, likes=1)
    assert not _press(product, "chenyu", task.moment_id)
    again = await _plan(product, text="又一条", members=["chenyu"])
    await _until(product, again, state="asked")
    late = await _plan(product, text="第三条", members=["linxiao"])
    waits = await _until(product, late, gates=["frequency"])
    assert datetime.fromisoformat(waits["due"]) == NIGHT + timedelta(hours=1)
    acts = [each["act"] for each in (await product.call("GET", "/api/audit"))["items"]]
    assert acts[4:8] == ["moment_cancelled", "moment_planned", "moment_created", "file_uploaded"]


async def test_an_advertisement_says_so_waits_for_other_posts_and_is_taken_back(product: Any) -> None:
    await set_clock(product, NIGHT)
    status, body = await ask(product, "POST", "/api/moments", _draft(product, kind="ad", text="周四直播"))
    assert (status, body["code"]) == (422, "advert_unlabelled")
    made = await product.call("POST", "/api/moments", _draft(product, kind="ad", text="【广告】周四直播"))
    path = f"/api/moments/{made['id']}"
    check = await product.call("GET", f"{path}/check")
    assert (check["leaves_at"], check["gates"], check["outside_windows"]) == (None, ["advert_mix"], True)
    lacking = {"staff": "linxiao", "staff_name": "林晓", "gates": ["advert_mix"], "posts_first": 2}
    assert (check["ready"], check["lacking"]) == (0, [lacking])
    changed = {**_draft(product, kind="value", text="周四直播"), "version": 1}
    assert (await product.call("PUT", path, changed))["version"] == 2
    check = await product.call("GET", f"{path}/check")
    assert (check["leaves_at"] is not None, check["gates"]) == (True, [])
    changed = {**_draft(product, kind="ad", text="【广告】周四直播"), "version": 2}
    await product.call("PUT", path, changed)
    assert (await ask(product, "POST", f"{path}/plan?version=2"))[1]["code"] == "moment_changed"
    await product.call("POST", f"{path}/plan?version=3")
    waits = await _until(product, path, gates=["advert_mix"])
    assert (waits["state"], len(_corp(product).moment_jobs)) == ("planned", 0)
    assert (await ask(product, "DELETE", path))[1]["code"] == "moment_not_draft"
    assert (await product.call("POST", f"{path}/cancel"))["state"] == "cancelled"
    assert (await ask(product, "POST", f"{path}/cancel"))[1]["code"] == "moment_not_open"
    held = await product.call("GET", "/api/held-messages?state=waiting")
    assert held["items"] == []


async def test_who_is_busy_gets_it_later_and_holds_up_nobody(product: Any) -> None:
    await set_clock(product, NIGHT)
    await _until(product, await _plan(product, members=["linxiao"]), state="asked")
    path = await _plan(product, text="给两位", members=["linxiao", "chenyu"])
    first = await _until(product, path, state="asked", members=["chenyu"])
    rest = f"/api/moments/{first['rest']}"
    waits = await _until(product, rest, state="planned", gates=["frequency"], members=["linxiao"])
    late = datetime.fromisoformat(waits["due"]) - NIGHT - timedelta(days=1)
    assert (waits["part_of"], timedelta() <= late < timedelta(minutes=1)) == (first["id"], True)
    assert await _has_job(product, "给两位") == [["chenyu"]]
    await set_clock(product, NIGHT + timedelta(days=1, minutes=1))
    await _until(product, rest, state="asked")
    assert await _has_job(product, "给两位") == [["chenyu"], ["linxiao"]]
    # Another rest is cancelled before it leaves.
    path = await _plan(product, text="第三条", members=["linxiao", "wangjing"])
    rest = f"/api/moments/{(await _until(product, path, state='asked'))['rest']}"
    assert (await product.call("POST", f"{rest}/cancel"))["state"] == "cancelled"
    await set_clock(product, NIGHT + timedelta(days=2, minutes=2))
    await _until(product, await _plan(product, text="第四条", members=["linxiao"]), state="asked")
    assert await _has_job(product, "第三条") == [["wangjing"]]


async def _has_job(product: Any, text: str) -> list[list[str]]:
    return [job.members for job in _corp(product).moment_jobs.values() if job.text == text]


async def test_while_it_is_written_it_says_who_could_publish_it_and_what_others_lack(product: Any) -> None:
    await set_clock(product, NIGHT)
    await _until(product, await _plan(product), state="asked")
    at = (NIGHT + timedelta(days=2)).isoformat()
    advert = _draft(product, kind="ad", text="", members=["linxiao", "chenyu"], planned_at=at)
    first = {each["staff"]: each["posts_first"] for each in await _lacking(product, advert)}
    assert first == {"linxiao": 1, "chenyu": 2}
    # What is planned before it makes room for it.
    await _plan(product, text="明天", planned_at=(NIGHT + timedelta(days=1)).isoformat())
    assert [each["staff"] for each in await _lacking(product, advert)] == ["chenyu"]
    again = _draft(product, members=["linxiao", "chenyu"], planned_at=at)
    assert [each["gates"] for each in await _lacking(product, again)] == [["repeated"]]
    assert (await ask(product, "POST", "/api/moments/check", _draft(product, account_id=99)))[0] == 404
    assert (await product.call("GET", "/api/moments"))["total"] == 2, "a check writes nothing"


async def _lacking(product: Any, post: dict[str, Any]) -> Any:
    checked = await product.call("POST", "/api/moments/check", post)
    assert checked["ready"] + len(checked["lacking"]) == len(post["members"])
    return checked["lacking"]


async def test_what_the_platform_refuses_or_leaves_unanswered_is_said(product: Any) -> None:
    await set_clock(product, NIGHT)
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("errcode", "*/add_moment_task", value=41089, times=1))
    refused = await _until(product, await _plan(product), state="failed")
    assert refused["failure"]["params"]["errcode"] == 41089
    rules.append(FaultRule("http", "*/add_moment_task", value=502, after=True, times=1))
    lost = await _until(product, await _plan(product), state="uncertain")
    assert len(_corp(product).moment_jobs) == 1, "it is not asked for twice"
    assert lost["failure"]["code"] == "platform_uncertain"
    waits = await _until(product, await _plan(product, text="别的"), gates=["frequency"])
    assert waits["state"] == "planned", "nobody knows, so it counts"


async def test_after_its_days_it_is_over_and_off_the_phones(product: Any) -> None:
    await set_clock(product, NIGHT)
    path = await _plan(product)
    task = await _made(product)
    await set_clock(product, NIGHT + timedelta(seconds=30))
    await _until(product, path, asked=1)
    await set_clock(product, NIGHT + timedelta(days=7, minutes=1))
    done = await _until(product, path, state="done")
    assert (done["published"], done["asked"]) == (0, 1)

    async def is_off() -> bool:
        return bool(task.cancelled)

    await product.until(is_off)


async def test_what_makes_no_post_is_refused(product: Any) -> None:
    file_id = await _upload(product)
    image = {"type": "image", "file_id": file_id}
    link = {"type": "link", "title": "案例", "url": "https://example.com", "file_id": file_id}
    wrong = {
        "moment_empty": {"text": " \n"},
        "text_long": {"text": "字" * 1400},
        "moment_attachments": {"attachments": [image, link]},
        "file_not_found": {"attachments": [{"type": "image", "file_id": 999}]},
        "moment_member": {"members": ["linxiao", "nobody"]},
        "tag_not_found": {"tags": ["et0"]},
        "moment_account": {"account_id": product.accounts["official_account"]["id"]},
        "account_not_found": {"account_id": 999},
        "invalid_input": {"members": []},
    }
    for code, changes in wrong.items():
        status, body = await ask(product, "POST", "/api/moments", _draft(product, **changes))
        assert (status in (404, 422), body["code"]) == (True, code)
    status, body = await ask(product, "POST", "/api/moments", _draft(product, attachments=[image] * 10))
    assert body["code"] == "invalid_input"
    long_title = {**link, "title": "案" * 30}
    status, body = await ask(product, "POST", "/api/moments", _draft(product, attachments=[long_title]))
    assert body["code"] == "text_long"
    assert (await product.call("GET", "/api/moments"))["total"] == 0
