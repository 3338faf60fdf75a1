"""A world with something on every page: codes of all states, people who came by them, one who was not welcomed."""

import http.client
import json
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.desk import PATIENCE_SECONDS, Desk, wait_until
from tests.e2e.installation import Demo
from tests.patience import WELCOME_CODE_SECONDS

GUESTS = ("沈知行", "Li Wei", "努力的打工人", "陆嘉宁")
LINK = {
    "type": "link",
    "title": "B2B 获客路径白皮书",
    "url": "https://example.com/white-paper",
    "desc": "23 页，可打印",
}
APPID = "wx5a1e0000000demo2"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


@dataclass(frozen=True)
class Population:
    """Where to find what was made."""

    source: int
    failed_source: int
    person: str
    """A WeCom contact who follows the official account as well."""
    group_chat: int
    join_way: int
    path: int
    campaign: int
    article: int
    segment: int
    journey: int


def act(demo: Demo, person: str, name: str, **body: str) -> Any:
    """Let a simulated person do something, and wait until the product has been told."""
    answer = demo.simulate("POST", f"/sim/people/{person}/{name}", body)
    demo.simulate("POST", "/sim/idle", {})
    return answer


def create_person(demo: Demo, name: str) -> str:
    """Somebody new in the simulated world; their id there."""
    person: str = demo.simulate("POST", "/sim/people", {"name": name})["id"]
    return person


def find_follower(desk: Desk, person: str) -> str:
    """The product's id of a follower, once it knows them; they are among those seen last."""
    openids = desk.demo.simulate("GET", f"/sim/people/{person}")["openids"].values()

    def find() -> str | None:
        for item in desk.call("GET", "/api/persons?kind=follower&size=10")["items"]:
            known = desk.call("GET", f"/api/persons/{item['id']}")
            if any(identity["value"] in openids for identity in known["identities"]):
                return str(known["id"])
        return None

    return wait_until(find, "the follower to be known")


def populate(desk: Desk) -> Population:
    """Fill a fresh demo."""
    demo = desk.demo
    source = desk.make_source("公众号文末 · 白皮书", "您好，我是山屿云的顾问，白皮书请点下方链接。", (LINK,))
    booth = desk.make_source("上海展会 · 3 号馆")
    failed = fail_source(desk, "官网右下角")
    for name in GUESTS:
        act(demo, create_person(demo, name), "scan", code=source["qr_code"])
    act(demo, create_person(demo, "顾南"), "scan", code=booth["qr_code"])
    follower = create_person(demo, "何青")
    act(demo, follower, "follow", appid=APPID)
    act(demo, follower, "say", appid=APPID, text="你们的方案支持私有部署吗？")
    act(demo, follower, "scan", code=source["qr_code"])
    lose_welcome(desk, source, "晚到的人", welcomed=len(GUESTS) + 1)
    found = desk.wait_for("/api/persons?search=何青", "items.0.kinds.length", 3)  # customer, follower, UnionID
    group_chat, way = make_groups(desk)
    make_site(desk)
    path, campaign = make_path(desk), make_campaign(desk, source["id"], booth["id"])
    article = make_article(desk, campaign)
    segment, journey = make_audience(desk)
    person = found["items"][0]["id"]
    return Population(source["id"], failed, person, group_chat, way, path, campaign, article, segment, journey)


def make_audience(desk: Desk) -> tuple[int, int]:
    """A tag, attributes, a segment, and a draft with steps that ask for them, one of which is wrong; ids of two."""
    desk.call("POST", "/api/tags", {"name": "重点客户"})
    desk.call("POST", "/api/attributes", {"key": "industry", "name": "行业", "type": "choice", "choices": ["制造"]})
    desk.call("POST", "/api/attributes", {"key": "employees", "name": "员工人数", "type": "number", "choices": []})
    rule = {"op": "contains", "field": "person.kinds", "value": "external_contact"}
    segment = desk.call("POST", "/api/segments", {"name": "企微好友", "rule": rule})
    when = {"op": "is", "field": "attribute.industry", "value": "制造"}
    nodes = [
        {"id": "until", "type": "wait_until", "when": when, "timeout_seconds": 86_400, "next": "mark"},
        {"id": "mark", "type": "tag", "on": True, "next": "end"},
        {"id": "end", "type": "end"},
    ]
    journey = desk.call("POST", "/api/journeys", {"name": "行业已知就打标签", "draft": {"nodes": nodes}})
    return int(segment["id"]), int(journey["id"])


def make_site(desk: Desk) -> None:
    """A website with keys, one of them revoked, short links that were opened, and two webhooks, one of which fails."""
    site = desk.call("POST", "/api/sites", {"name": "官网"})
    desk.call("POST", "/api/sites", {"name": "预约小程序"})
    keys = f"/api/sites/{site['id']}/keys"
    origins = ["https://www.shanyu.example", "https://m.shanyu.example"]
    desk.call("POST", keys, {"kind": "public", "name": "官网网页", "origins": origins})
    server = desk.call("POST", keys, {"kind": "server", "name": "预约系统后端"})
    old = desk.call("POST", keys, {"kind": "server", "name": "旧后端"})
    desk.call("DELETE", f"{keys}/{old['id']}")
    track(desk, server["key"], {"userId": "42", "event": "Demo Booked", "properties": {"plan": "pro"}})
    desk.wait_for(f"/api/sites/{site['id']}", "keys.length", 3)
    link = {"account_id": site["id"], "target": "https://www.shanyu.example/case/bearing"}
    desk.call("POST", "/api/short-links", {**link, "name": "展会海报", "slug": "expo-2026"})
    desk.call("POST", "/api/short-links", {**link, "name": "公众号菜单", "carries_visitor": False})
    for _ in range(3):
        open_link(desk, "expo-2026")
    desk.wait_for("/api/short-links?search=expo-2026", "items.0.openings", 3)
    wanted = [{"kind": "LeadAdvanced", "where": {"to": ["sql", "won"]}}, {"kind": "LeadCreated"}]
    hook = {"account_id": site["id"], "wanted": wanted}
    desk.call("POST", "/api/webhooks", {**hook, "name": "SQL 同步到 CRM", "url": "https://crm.shanyu.example/weloop"})
    failing = desk.call("POST", "/api/webhooks", {**hook, "name": "数据仓库", "url": "http://127.0.0.1:1/events"})
    desk.call("POST", f"/api/webhooks/{failing['id']}/test")
    desk.wait_for("/api/webhooks", "1.delivered_at", None)


def track(desk: Desk, key: str, message: dict[str, Any]) -> None:
    """Send one message of the track API, as a server does."""
    body = json.dumps({**message, "writeKey": key}).encode()
    with urllib.request.urlopen(
        urllib.request.Request(f"{desk.url}/v1/track", body), timeout=PATIENCE_SECONDS
    ) as answer:
        assert json.load(answer)["success"]


def open_link(desk: Desk, slug: str) -> str:
    """Open a short link as a phone does that was never here; where it leads."""
    parts = urlsplit(desk.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    connection.request("GET", f"/l/{slug}", headers={"User-Agent": PHONE})
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 302
    return answer.getheader("Location", "")


def make_article(desk: Desk, campaign: int) -> int:
    """An article noted by its link, with two codes at its foot; its id."""
    link = {"title": "轴承厂：停机时间怎样减少一半（客户案例）", "url": "https://mp.weixin.qq.com/s/bearing"}
    made: int = desk.call("POST", "/api/articles", {**link, "campaign_id": campaign})["id"]
    desk.call("POST", "/api/articles", {"title": "夜班设备员的一天", "url": "https://mp.weixin.qq.com/s/night"})
    for name, mechanism in (("名片文末码", "name_card"), ("领取物文末码", "take_away")):
        desk.make_source(name, article_id=made, campaign_id=campaign, mechanism=mechanism)
    return made


def make_campaign(desk: Desk, *sources: int) -> int:
    """A campaign with codes and costs; its id."""
    days = {"starts_on": "2026-11-01", "ends_on": "2026-12-15"}
    wanted = {"name": "轴承厂白皮书 2026", "kind": "white_paper", "goal": "30 个有效线索，每个不超过 400 元", **days}
    made: int = desk.call("POST", "/api/campaigns", wanted)["id"]
    desk.call("POST", "/api/campaigns", {"name": "工博会 2026", "kind": "exhibition"})
    for source, mechanism in zip(sources, ("take_away", "name_card"), strict=True):
        desk.call("PATCH", f"/api/sources/{source}", {"campaign_id": made, "mechanism": mechanism})
    for name, amount, day in (("排版与插图", 3200, "2026-11-03"), ("印刷 200 份", 1480.5, "2026-11-10")):
        entry = {"name": name, "amount": amount, "spent_on": day}
        desk.call("POST", f"/api/campaigns/{made}/costs", entry)
    return made


def make_path(desk: Desk) -> int:
    """A path from the template, folded from what happened so far."""
    made = desk.call("POST", "/api/paths", {"name": "B2B 主路径", "template": "b2b"})
    desk.wait_for(f"/api/paths/{made['id']}", "built", True)
    return int(made["id"])


def make_groups(desk: Desk) -> tuple[int, int]:
    """A group chat with a charter, a full one without, and a join way by which somebody came; ids of two."""
    demo = desk.demo
    path = "/sim/corps/ww5a1e0000000demo1/group-chats"
    guests = [create_person(demo, name) for name in ("潘立新", "Zoe Chen", "许文博")]
    full = {"owner": "wangjing", "name": "白皮书答疑群", "people": guests[:2]}
    demo.simulate("POST", path, full)
    chat = demo.simulate("POST", path, {"owner": "linxiao", "name": "设备维护交流1群", "people": guests[:1]})
    found = desk.wait_for("/api/group-chats?search=设备维护", "items.0.counts.customers", 1)["items"][0]
    desk.wait_for("/api/group-chats?search=白皮书答疑", "items.0.counts.customers", 2)
    charter = {"kind": "communication", "purpose": "老客户互相答疑", "owner": "linxiao", "ends_on": None}
    desk.call("PUT", f"/api/group-chats/{found['id']}/charter", charter)
    body = {"name": "设备维护交流群 · 文末", "account_id": found["account_id"], "chats": [chat["chat_id"]]}
    made = desk.call("POST", "/api/join-ways", {**body, "base_name": "设备维护交流", "base_id": 2})
    way = desk.wait_for(f"/api/join-ways/{made['id']}", "status", "ready")
    act(demo, guests[2], "scan", code=way["qr_code"])
    desk.wait_for(f"/api/join-ways/{made['id']}", "counts.present", 1)
    act(demo, guests[0], "leave_group", corpid="ww5a1e0000000demo1", chat_id=chat["chat_id"])
    desk.wait_for(f"/api/group-chats/{found['id']}", "counts.left", 1)
    return found["id"], made["id"]


def fail_source(desk: Desk, name: str) -> int:
    """A contact way that the platform refuses to make."""
    desk.demo.simulate(
        "PUT", "/sim/faults", {"rules": [{"action": "errcode", "match": "*add_contact_way", "value": 84074}]}
    )
    source = desk.make_source(name, until="failed")
    desk.demo.simulate("PUT", "/sim/faults", {"rules": []})
    number: int = source["id"]
    return number


def lose_welcome(desk: Desk, source: dict[str, Any], name: str, welcomed: int = 0) -> None:
    """Somebody whose welcome code is dead on arrival, once the ``welcomed`` people before have had theirs."""
    path = f"/api/sources/{source['id']}"
    desk.wait_for(path, "counts.welcome_sent", welcomed)
    desk.demo.simulate("PATCH", "/sim/limits", {"welcome_code_seconds": 0})
    act(desk.demo, create_person(desk.demo, name), "scan", code=source["qr_code"])
    desk.wait_for(path, "counts.welcome_failed", 1)
    desk.demo.simulate("PATCH", "/sim/limits", {"welcome_code_seconds": WELCOME_CODE_SECONDS})
