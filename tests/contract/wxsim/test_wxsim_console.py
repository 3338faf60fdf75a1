"""The console over HTTP: pages, acts, hostile text, the live stream."""

import asyncio

import pytest

CORP = "ww5a1e0000000demo1"
APPID = "wx5a1e0000000demo2"


@pytest.fixture
def page(session, sim):
    async def read(path: str = "/console", **query: str) -> str:
        async with session.get(sim.url + path, params=query) as answer:
            assert answer.status == 200
            return await answer.text()

    return read


@pytest.fixture
def press(session, sim):
    async def submit(path: str, status: int = 200, headers: dict | None = None, **form: str) -> str:
        async with session.post(f"{sim.url}/console/{path}", data=form, headers=headers) as answer:
            assert answer.status == status
            return str(answer.url)

    return submit


async def test_a_person_scans_and_reads_the_welcome(page, press, wecom, sim) -> None:
    body = {"type": 2, "scene": 2, "user": ["linxiao"], "remark": "展会A"}
    made = await wecom.post("externalcontact/add_contact_way", body)
    assert "<b>展会A</b>" in await page()
    url = await press("people/p00002/scan", code=made["qr_code"])
    assert "chat=staff:ww5a1e0000000demo1:linxiao" in url
    corp = sim.world.corps[CORP]
    code = next(iter(corp.welcome_codes))
    welcome = {"welcome_code": code, "text": {"content": "您好，欢迎"}}
    await wecom.post("externalcontact/send_welcome_msg", welcome)
    html = await page(person="p00002", chat=f"staff:{CORP}:linxiao")
    assert "您好，欢迎" in html
    assert "09:00" in html
    assert 'id="current-person">' + sim.world.people["p00002"].name in html


async def test_controls_have_names(page) -> None:
    html = await page()
    for name in ("粘贴二维码内容", ">扫一扫</button>", "换一个陌生人", 'aria-label="搜索人物"', 'aria-label="手机"'):
        assert name in html, name


async def test_hostile_text_stays_text(page, press, control, sim) -> None:
    hostile = '"><script>alert(1)</script>'
    person = sim.world.create_person(hostile)
    await press(f"people/{person.id}/follow", appid=APPID)
    await press(f"people/{person.id}/say", chat=f"account:{APPID}", text=hostile)
    for html in (
        await page(person=person.id, chat=f"account:{APPID}"),
        await page(search=hostile, person=hostile, chat=hostile, staff="", outcome=hostile, code=hostile),
    ):
        assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in await page(person=person.id, chat=f"account:{APPID}")


async def test_the_page_calls_nobody(session, sim) -> None:
    async with session.get(sim.url + "/console") as answer:
        policy = answer.headers["Content-Security-Policy"]
        html = await answer.text()
    assert "default-src 'none'" in policy
    assert "https:" not in policy
    assert "//cdn" not in html
    for asset in ("layout.css", "phone.css", "bubbles.css", "console.js", "icon.svg"):
        assert asset in html
        async with session.get(f"{sim.url}/console/assets/{asset}") as answer:
            assert answer.status == 200


async def test_follow_say_unfollow(page, press, sim) -> None:
    await press("people/p00001/follow", appid=APPID)
    await press("people/p00001/say", chat=f"account:{APPID}", text="想要报价单")
    assert "想要报价单" in await page(person="p00001", chat=f"account:{APPID}")
    await press("people/p00001/unfollow", appid=APPID)
    assert "已取消关注，不能再发消息" in await page(person="p00001", chat=f"account:{APPID}")


async def test_delete_a_friend(page, press, control) -> None:
    await control("POST", "people/p00001/add_friend", {"corpid": CORP, "userid": "linxiao"})
    assert 'aria-label="删除好友 林晓"' in await page(person="p00001")
    await press("people/p00001/delete_friend", staff=f"{CORP}/linxiao")
    html = await page(person="p00001", chat=f"staff:{CORP}:linxiao")
    assert "好友关系已结束" in html
    assert 'aria-label="删除好友 林晓"' not in html


async def test_a_new_stranger(page, press, sim) -> None:
    url = await press("people", name="周工")
    assert url.endswith("person=p00031&outcome=person_created")
    assert sim.world.people["p00031"].name == "周工"
    assert "周工" in await page(search="周工")


async def test_staff_see_requests_and_answer(page, press, wecom, sim) -> None:
    body = {"type": 1, "scene": 2, "user": ["wangjing"], "skip_verify": False}
    made = await wecom.post("externalcontact/add_contact_way", body)
    await press("people/p00001/scan", code=made["qr_code"])
    name = sim.world.people["p00001"].name
    assert f'aria-label="通过 {name}"' in await page(staff=f"{CORP}/wangjing")
    external = sim.world.external_userid(CORP, sim.world.people["p00001"])
    await press(f"staff/{CORP}/wangjing/accept", external_userid=external)
    await press(f"staff/{CORP}/wangjing/say", chat=f"customer:{external}", text="我是王静")
    assert "我是王静" in await page(person="p00001", chat=f"staff:{CORP}:wangjing")
    await press(f"staff/{CORP}/wangjing/remark", external_userid=external, remark="重要客户")
    assert "重要客户" in await page(staff=f"{CORP}/wangjing")
    await press(f"staff/{CORP}/wangjing/delete_customer", external_userid=external)
    assert "好友关系已结束" in await page(staff=f"{CORP}/wangjing", chat=f"customer:{external}")


async def test_other_sites_cannot_press_buttons(press) -> None:
    await press("people", 403, headers={"Origin": "https://evil.example.com"}, name="x")
    await press("people", 403, headers={"Origin": "null"}, name="x")
    await press("people/nobody/scan", 404, code="x")
    await press("people/p00001/dance", 404)


async def test_callbacks_are_listed_for_developers(page, press, app_receiver, control, sim) -> None:
    app_receiver.script = [(500, b"<b>boom")]
    await control("POST", "people/p00001/add_friend", {"corpid": CORP, "userid": "linxiao"})
    assert await sim.idle()
    html = await page()
    assert "add_external_contact" in html
    assert "已应答" in html
    assert "&lt;ChangeType&gt;" in html


async def test_pictures(session, sim, wecom) -> None:
    made = await wecom.post("externalcontact/add_contact_way", {"type": 1, "scene": 2, "user": ["linxiao"]})
    for path in ("/avatar/p00001.svg", f"/avatar/staff/{CORP}/linxiao.svg", f"/avatar/account/{APPID}.svg"):
        async with session.get(sim.url + path) as answer:
            assert answer.content_type == "image/svg+xml"
    async with session.get(made["qr_code"] + ".png") as answer:
        assert answer.content_type == "image/png"
    async with session.get(made["qr_code"]) as answer:
        assert answer.status == 200
    async with session.get(f"{sim.url}/q/unknown") as answer:
        assert answer.status == 404
    html = await wecom.upload("media/upload", "a.html", b"<script>alert(1)</script>", "text/html", type="file")
    async with session.get(f"{sim.url}/media/{html['media_id']}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"


async def test_the_stream_tells_of_changes_and_ends_with_the_simulator(session, sim, control) -> None:
    async with session.get(sim.url + "/console/live") as answer:
        assert await answer.content.readline() == b"retry: 1000\n"
        await control("POST", "people", {"name": "周工"})
        while (line := await answer.content.readline()) != b"event: changed\n":
            assert line
        await sim.simulator.close()
        async with asyncio.timeout(60):
            while await answer.content.readline():
                pass


async def test_moments_are_published_liked_and_commented_by_click(page, press, wecom, control, sim, clock) -> None:
    await control("POST", "people/p00001/add_friend", {"corpid": CORP, "userid": "linxiao"})
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 64
    uploaded = await wecom.upload("media/upload_attachment", "a.png", png, media_type="image", attachment_type="1")
    body = {
        "text": {"content": "<b>案例</b>"},
        "attachments": [{"msgtype": "image", "image": {"media_id": uploaded["media_id"]}}],
        "visible_range": {"sender_list": {"user_list": ["linxiao"]}},
    }
    job = await wecom.post("externalcontact/add_moment_task", body)
    clock.advance(2)
    result = (await wecom.get("externalcontact/get_moment_task_result", jobid=job["jobid"]))["result"]
    staff, member = f"{CORP}/linxiao", {"corpid": CORP, "userid": "linxiao", "moment_id": result["moment_id"]}
    assert "待发表朋友圈：&lt;b&gt;案例&lt;/b&gt;" in await page(staff=staff)
    assert "还没有内容" in await page(person="p00001", tab="moments")
    chat = f"moments:{CORP}"
    assert "/publish_moment" in await page(staff=staff, chat=chat)
    await press(f"staff/{staff}/like_moment", 404, **member, liked="1")
    await press(f"staff/{staff}/publish_moment", chat=chat, moment_id=result["moment_id"])
    assert "已发表" in await page(staff=staff, chat=chat)

    seen = await page(person="p00001", tab="moments")
    assert "&lt;b&gt;案例&lt;/b&gt;" in seen
    assert f"/media/{uploaded['media_id']}" in seen
    assert "还没有内容" in await page(person="p00002", tab="moments")
    assert (await press("people/p00001/like_moment", **member, liked="1")).endswith("person=p00001&tab=moments")
    await press("people/p00001/comment_moment", **member, text="<i>怎么报名？")
    await press(f"staff/{staff}/comment_moment", **member, text="私信您")
    await press("people/p00002/like_moment", **member, liked="1")
    name = sim.world.people["p00001"].name
    for place in ({"person": "p00001"}, {"staff": staff}):
        html = await page(**place, tab="moments")
        assert f"</svg>\n{name}</p>" in html
        assert f"<b>{name}</b>：&lt;i&gt;怎么报名？" in html
        assert "<b>林晓</b>：私信您" in html
    await press(f"staff/{staff}/post_moment", text="我的一天")
    assert "我的一天" in await page(person="p00001", tab="moments")
    sim.world.limits.moments_own_per_day = 1
    assert "outcome=not_posted" in await press(f"staff/{staff}/post_moment", text="第二条")
    await press("people/p00001/like_moment", **member, liked="")
    below = await wecom.post("externalcontact/get_moment_comments", member)
    assert (below["like_list"], len(below["comment_list"])) == ([], 2)
