"""The chat sidebar over the real wire: who opens it, what is signed, what a send proves, and what it does not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from wxsim.world.contacts import leave
from wxsim.world.demo import CORPID
from wxsim.world.scanning import scan

CALLS = ["getContext", "getCurExternalContact", "sendChatMessage"]
TEXT = {"type": "text", "text": "您好，我是林晓", "client_id": "press-0001"}


@dataclass
class Phone:
    """A member's WeCom with the sidebar open beside a chat."""

    product: Any
    userid: str
    http: aiohttp.ClientSession
    csrf: str = ""
    agent: dict[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> str:
        return f"{self.product.url}/h5/sidebar"

    async def open(self) -> None:
        """As the client does: to WeCom, back with a code, the session."""
        account = self.product.accounts["wecom"]["id"]
        url = f"{self.product.url}/h5/open?to=/sidebar&account={account}"
        async with self.http.get(url, allow_redirects=False) as answer:
            way = answer.headers["Location"].partition("#")[0]
        async with self.http.get(f"{way}&device={CORPID}/{self.userid}", allow_redirects=False) as answer:
            back = answer.headers["Location"]
        async with self.http.get(back, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/h5/sidebar"
        self.csrf = (await self.ask("GET", "session"))[1]["csrf"]

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"X-CSRF-Token": self.csrf} if self.csrf else {}
        url = f"{self.product.url}/api/h5/{path}"
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def register(self) -> dict[str, Any]:
        """The answer to ``agentConfig``, or to a ``config`` that failed, with what the product signed."""
        status, signed = await self.ask("POST", "sidebar/signature", {"url": f"{self.page}#top"})
        assert status == 200, signed
        app = signed["app"]
        self.agent = {
            "corpid": signed["corp_id"],
            "agentid": signed["agent_id"],
            "timestamp": app["timestamp"],
            "nonceStr": app["nonce"],
            "signature": app["signature"],
            "jsApiList": CALLS,
        }
        config = {
            "appId": signed["corp_id"],
            "timestamp": signed["corp"]["timestamp"],
            "nonceStr": signed["corp"]["nonce"],
            "signature": signed["corp"]["signature"],
        }
        corp = await self.call("config", config=config)
        return await self.call("agentConfig") if corp["err_msg"] == "config:ok" else corp

    async def call(self, name: str, chat: str = "", params: object = None, config: object = None) -> dict[str, Any]:
        """``wx.…`` of the page."""
        url = f"{self.product.simulator.url}/console/staff/{CORPID}/{self.userid}/page-call"
        call = {"name": name, "params": params or {}, "page": self.page, "chat": chat, "agent": self.agent}
        async with self.http.post(url, json={**call, "config": config}) as answer:
            found: dict[str, Any] = await answer.json()
            return found


@pytest.fixture
async def phones(product: Any) -> AsyncIterator[Any]:
    """Makes phones of members on which the sidebar is open."""
    sessions: list[aiohttp.ClientSession] = []

    async def make(userid: str) -> Phone:
        sessions.append(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        phone = Phone(product, userid, sessions[-1])
        await phone.open()
        return phone

    yield make
    for session in sessions:
        await session.close()


@pytest.fixture
async def customer(product: Any) -> str:
    """A friend of 林晓 who came by a code, and is a lead of hers."""
    source = await product.call(
        "POST",
        "/api/sources",
        {
            "name": "轴承厂案例",
            "account_id": product.accounts["wecom"]["id"],
            "users": ["linxiao"],
            "welcome": {
                "text": "您好",
                "attachments": [
                    {"type": "link", "title": "手册", "url": "https://example.com/handbook", "desc": "12 页"}
                ],
            },
        },
    )
    await product.quiet()
    made = await product.call("GET", f"/api/sources/{source['id']}")
    world = product.simulator.world
    person = world.create_person("赵建国")
    scan(world, person, made["qr_code"])
    await product.quiet()
    return str(world.external_userid(CORPID, person))


async def lead_of(product: Any) -> dict[str, Any]:
    """The one lead there is."""
    [line] = (await product.call("GET", "/api/leads"))["items"]
    found: dict[str, Any] = await product.call("GET", f"/api/leads/{line['id']}")
    return found


async def test_a_send_is_a_first_contact_once(product: Any, phones: Any, customer: str) -> None:
    phone = await phones("linxiao")
    assert (await phone.register())["err_msg"] == "agentConfig:ok"
    chat = f"customer:{customer}"
    assert (await phone.call("getContext", chat))["entry"] == "single_chat_tools"
    external = (await phone.call("getCurExternalContact", chat))["userId"]
    status, shown = await phone.ask("GET", f"sidebar/customers/{external}")
    assert (status, shown["name"], shown["source"]) == (200, "赵建国", "轴承厂案例")
    assert shown["lead"]["mine"] is True
    assert (await lead_of(product))["contacted_at"] is None, "looking is no contact"
    message = {"msgtype": "text", "text": {"content": TEXT["text"]}, "enterChat": True}
    assert (await phone.call("sendChatMessage", chat, message))["err_msg"] == "sendChatMessage:ok"

    path = f"sidebar/customers/{customer}/sent"
    answers = await asyncio.gather(*(phone.ask("POST", path, TEXT) for _ in range(3)))
    assert {status for status, _ in answers} == {200}
    assert (await phone.ask("POST", path, TEXT))[1]["lead"]["evidence"] == "sidebar"
    await product.quiet()
    lead = await lead_of(product)
    assert (lead["evidence"], lead["stage"]) == ("sidebar", "lead")
    timeline = (await product.call("GET", f"/api/persons/{lead['person_id']}/timeline"))["items"]
    sent = [each for each in timeline if each["kind"] == "SidebarSent"]
    assert [each["personal"] for each in sent] == [{"text": TEXT["text"]}]
    assert sent[0]["data"] == {"staff": "linxiao", "type": "text", "lead_id": lead["id"]}
    contacts = [each for each in timeline if each["kind"] == "LeadContacted"]
    assert [each["data"]["evidence"] for each in contacts] == ["sidebar"]
    rows = await product.fetch("SELECT data FROM event WHERE kind = 'SidebarSent'")
    assert TEXT["text"] not in rows[0]["data"], "what was said is sealed"


async def test_a_second_send_is_noted_and_changes_no_first_contact(product: Any, phones: Any, customer: str) -> None:
    phone = await phones("linxiao")
    lead = await lead_of(product)
    assert (await phone.ask("POST", f"leads/{lead['id']}/contacted"))[0] == 200
    path = f"sidebar/customers/{customer}/sent"
    link = {"type": "link", "title": "手册", "url": "https://example.com/handbook", "client_id": "press-0002"}
    status, answer = await phone.ask("POST", path, link)
    assert (status, answer["lead"]["evidence"]) == (200, "marked")
    assert len(await product.fetch("SELECT 1 FROM event WHERE kind = 'SidebarSent'")) == 1


async def test_only_friends_and_only_the_owner(product: Any, phones: Any, customer: str) -> None:
    """A colleague who is no friend reads nothing and proves nothing; neither does anybody for a stranger."""
    colleague = await phones("chenyu")
    for method, path, body in (
        ("GET", f"sidebar/customers/{customer}", None),
        ("POST", f"sidebar/customers/{customer}/sent", TEXT),
    ):
        status, answer = await colleague.ask(method, path, body)
        assert (status, answer["code"]) == (403, "sidebar_not_friend")
    stranger = await colleague.ask("POST", "sidebar/customers/wmUnknownUnknownUnknown/sent", TEXT)
    assert (stranger[0], stranger[1]["code"]) == (404, "sidebar_unknown")
    # A friend of both: the lead is the other's, who has accepted nothing by what the colleague sends.
    world = product.simulator.world
    person = world.person_by(customer)
    account = product.accounts["wecom"]["id"]
    source = await product.call(
        "POST", "/api/sources", {"name": "名片", "account_id": account, "users": ["chenyu"], "welcome": {}}
    )
    await product.quiet()
    scan(world, person, (await product.call("GET", f"/api/sources/{source['id']}"))["qr_code"])
    await product.quiet()
    status, answer = await colleague.ask("POST", f"sidebar/customers/{customer}/sent", TEXT)
    assert (status, answer["lead"]["mine"], answer["lead"]["staff"]) == (200, False, "林晓")
    lead = await lead_of(product)
    assert (lead["staff"], lead["accepted_at"]) == ("linxiao", None)
    # Who is a friend no more is none.
    corp = world.corps[CORPID]
    leave(world, corp, corp.members["linxiao"], person)
    await product.quiet()
    owner = await phones("linxiao")
    assert (await owner.ask("GET", f"sidebar/customers/{customer}"))[1]["code"] == "sidebar_not_friend"


async def test_nothing_without_a_session_or_its_token(product: Any, phones: Any, customer: str) -> None:
    phone = await phones("linxiao")
    token, phone.csrf = phone.csrf, ""
    for path, body in (("sidebar/signature", {"url": phone.page}), (f"sidebar/customers/{customer}/sent", TEXT)):
        assert (await phone.ask("POST", path, body))[1]["code"] == "csrf"
    phone.csrf = token
    phone.http.cookie_jar.clear()
    for method, path, body in (
        ("POST", "sidebar/signature", {"url": phone.page}),
        ("GET", "sidebar/materials", None),
        ("POST", "sidebar/files/1", None),
        ("GET", f"sidebar/customers/{customer}", None),
        ("POST", f"sidebar/customers/{customer}/sent", TEXT),
    ):
        status, answer = await phone.ask(method, path, body)
        assert (status, answer["code"]) == (401, "h5_not_signed_in"), path
    async with product.http.get(f"{product.url}/api/h5/sidebar/materials") as answer:
        assert answer.status == 401, "a console session opens nothing here"


async def test_only_our_own_page_is_signed(product: Any, phones: Any) -> None:
    phone = await phones("linxiao")
    port = urlsplit(product.url).port
    for url in (
        "https://evil.example/h5/sidebar",
        f"http://127.0.0.1:{port}@evil.example/h5/sidebar",
        f"http://127.0.0.1.evil.example:{port}/h5/sidebar",
        f"https://127.0.0.1:{port}/h5/sidebar",
        f"{product.url}/h5/leads/7",
        f"{product.url}/h5/sidebar/../../x",
        "/h5/sidebar",
        "http://[",
        "javascript:alert(1)",
    ):
        status, answer = await phone.ask("POST", "sidebar/signature", {"url": url})
        assert (status, answer["code"]) == (422, "sidebar_foreign_page"), url
    for url in ("", "x" * 2049, f"{phone.page}\x00"):
        assert (await phone.ask("POST", "sidebar/signature", {"url": url}))[1]["code"] == "invalid_input"
    assert (await phone.ask("POST", "sidebar/signature", {"url": f"{phone.page}?lang=en-US#x"}))[0] == 200


async def test_tickets_are_asked_for_once_and_renewed_when_refused(product: Any, phones: Any) -> None:
    calls = product.simulator.simulator.gateway.calls
    ticket = "qyapi.weixin.qq.com/cgi-bin/ticket/get"
    one, two = await phones("linxiao"), await phones("chenyu")
    for phone in (one, two, one):
        assert (await phone.register())["err_msg"] == "agentConfig:ok"
    assert calls[ticket] == 1
    # The platform's tickets change before their time: the client refuses, the page says so, once a minute.
    product.simulator.world.limits.token_seconds = 3600
    assert (await one.register())["errCode"] == 40093
    for _ in range(3):
        assert (await one.ask("POST", "sidebar/signature", {"url": one.page, "refused": True}))[0] == 200
    assert calls[ticket] == 2
    assert (await one.register())["err_msg"] == "agentConfig:ok"


async def test_what_can_be_sent(product: Any, phones: Any, customer: str) -> None:
    script = {"name": "问候", "category": "开场白", "text": "{{name}}您好，我是{{staff}}"}
    made = await product.call("POST", "/api/scripts", script)
    form = aiohttp.FormData()
    form.add_field("file", b"%PDF-1.7 handbook", filename="handbook.pdf", content_type="application/pdf")
    async with product.http.post(f"{product.url}/api/files", data=form) as answer:
        file = await answer.json()
    welcome = {"text": "", "attachments": [{"type": "file", "file_id": file["id"], "name": "handbook.pdf"}]}
    [source] = (await product.call("GET", "/api/sources"))["items"]
    await product.call(
        "POST",
        "/api/sources",
        {"name": "手册", "account_id": source["account_id"], "users": ["linxiao"], "welcome": welcome},
    )
    await product.quiet()
    phone = await phones("linxiao")
    status, found = await phone.ask("GET", "sidebar/materials")
    assert status == 200
    assert found["scripts"] == [{"id": made["id"], **script}]
    assert [(each["title"], each["article"]) for each in found["links"]] == [("手册", None)]
    assert found["files"] == [{"id": file["id"], "type": "file", "name": "handbook.pdf"}]
    status, given = await phone.ask("POST", f"sidebar/files/{file['id']}")
    assert status == 200
    await phone.register()
    message = {"msgtype": "file", "file": {"mediaid": given["media_id"]}}
    sent = await phone.call("sendChatMessage", f"customer:{customer}", message)
    assert sent["err_msg"] == "sendChatMessage:ok"
    assert (await phone.ask("POST", "sidebar/files/999"))[1]["code"] == "file_not_found"


ODD: tuple[dict[str, Any], ...] = (
    {"client_id": "short"},
    {"client_id": "has space here"},
    {"type": "voice"},
    {"text": "x" * 4001},
    {"text": "a\x00b"},
    {"script": 0},
    {"more": 1},
)


async def test_odd_reports_are_refused(product: Any, phones: Any, customer: str) -> None:
    phone = await phones("linxiao")
    for change in ODD:
        status, answer = await phone.ask("POST", f"sidebar/customers/{customer}/sent", {**TEXT, **change})
        assert (status, answer["code"]) == (422, "invalid_input"), change
    for external in ("x", "wm%20x", "wm" + "a" * 70):
        assert (await phone.ask("POST", f"sidebar/customers/{external}/sent", TEXT))[0] == 422


async def test_hostile_text_stays_text_and_too_many_reports_are_refused(
    product: Any, phones: Any, customer: str
) -> None:
    phone = await phones("linxiao")
    path = f"sidebar/customers/{customer}/sent"
    hostile = '<script>alert(1)</script>"\u202e{{name}}'
    assert (await phone.ask("POST", path, {**TEXT, "text": hostile}))[0] == 200
    statuses = [(await phone.ask("POST", path, {**TEXT, "client_id": f"press-{n:04}"}))[0] for n in range(10, 45)]
    assert statuses.count(200) == 29
    status, answer = await phone.ask("POST", path, TEXT)
    assert (status, answer["code"]) == (429, "sidebar_rate")
    assert 0 < answer["params"]["seconds"] <= 61
    await product.quiet()
    lead = await lead_of(product)
    timeline = (await product.call("GET", f"/api/persons/{lead['person_id']}/timeline"))["items"]
    assert any(each["personal"].get("text") == hostile for each in timeline)


async def test_the_page_may_load_the_vendors_scripts_and_no_other_page_may(product: Any, phones: Any) -> None:
    simulator = product.simulator.url
    scripts = (
        f"{simulator}/open.work.weixin.qq.com/wwopen/js/jwxwork-1.0.0.js",
        f"{simulator}/res.wx.qq.com/open/js/jweixin-1.2.0.js",
    )
    phone = await phones("linxiao")
    _, signed = await phone.ask("POST", "sidebar/signature", {"url": phone.page})
    assert sorted(signed["scripts"]) == sorted(scripts)
    for path, allowed in (("/h5/sidebar", True), ("/h5", False), ("/h5/leads/7", False), ("/", False)):
        async with product.http.get(f"{product.url}{path}") as answer:
            policy = answer.headers["Content-Security-Policy"]
        assert (f"script-src 'self' {' '.join(scripts)}" in policy) is allowed, path


async def test_the_doctor_tells_who_opened_it(product: Any, phones: Any, customer: str) -> None:
    async def finding() -> dict[str, Any]:
        accounts = await product.call("GET", "/api/doctor/accounts")
        report = next(each for each in accounts if each["kind"] == "wecom")
        return next(each for each in report["findings"] if each["check"] == "sidebar")

    before = await finding()
    assert (before["state"], before["outcome"]) == ("open", "never")
    query = parse_qs(urlsplit(before["copy_text"]).query)
    assert query["to"] == ["/sidebar"]
    phone = await phones("linxiao")
    assert (await phone.ask("GET", f"sidebar/customers/{customer}"))[0] == 200
    after = await finding()
    assert (after["state"], after["outcome"]) == ("good", "opened")
    assert "林晓" in after["cause"]["zh"]
