"""A world with something on every page: codes of all states, people who came by them, one who was not welcomed."""

from dataclasses import dataclass
from typing import Any

from tests.e2e.desk import Desk
from tests.e2e.installation import Demo

GUESTS = ("沈知行", "Li Wei", "努力的打工人", "陆嘉宁")
LINK = {
    "type": "link",
    "title": "B2B 获客路径白皮书",
    "url": "https://example.com/white-paper",
    "desc": "23 页，可打印",
}
APPID = "wx5a1e0000000demo2"


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


def act(demo: Demo, person: str, name: str, **body: str) -> Any:
    """Let a simulated person do something, and wait until the product has been told."""
    answer = demo.simulate("POST", f"/sim/people/{person}/{name}", body)
    demo.simulate("POST", "/sim/idle", {})
    return answer


def create_person(demo: Demo, name: str) -> str:
    """Somebody new in the simulated world; their id there."""
    person: str = demo.simulate("POST", "/sim/people", {"name": name})["id"]
    return person


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
    path = make_path(desk)
    return Population(source["id"], failed, found["items"][0]["id"], group_chat, way, path)


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
    desk.demo.simulate("PATCH", "/sim/limits", {"welcome_code_seconds": 20})
