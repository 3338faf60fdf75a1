"""Moments of WeCom against the simulator: a job, members who publish, customers who see, like and write."""

import pytest

from wxapi.errors import CallRejected, PlatformBusy, QuotaUsedUp
from wxapi.multipart import FilePart
from wxapi.wecom import WecomClient
from wxapi.wecom.moments import CREATED, FINISHED, RUNNING, moment_link
from wxapi.wecom.welcome import image
from wxsim.clock import beijing_text
from wxsim.testing import Running
from wxsim.world.contacts import add_directly, leave
from wxsim.world.corp_tags import make_tag
from wxsim.world.corps import Corp
from wxsim.world.demo import AGENTID, CORPID
from wxsim.world.moments import comment, find_post, like, posts_for, publish
from wxsim.world.people import Person

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\xa0\0\0\x04\x38" + b"0" * 64
WIDE = PNG.replace(b"IHDR\0\0\x05\xa0", b"IHDR\0\0\x2a\x31")
LONG_JPEG = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x11\x08\x2a\x31\x01\x00"
MP4 = b"\0\0\0\x18ftypisom" + b"mvhd\0" + b"\0" * 11 + (1000).to_bytes(4) + (30_000).to_bytes(4)
NIGHT = 10 * 3600


def corp(sim: Running) -> Corp:
    return sim.world.corps[CORPID]


def befriend(sim: Running, userid: str, *tag_ids: str) -> tuple[Person, str]:
    person = sim.world.create_person()
    friendship = add_directly(sim.world, corp(sim), corp(sim).members[userid], person)
    friendship.tag_ids = list(tag_ids)
    return person, friendship.external_userid


async def ready(sim: Running, wecom: WecomClient, jobid: str) -> str:
    """The moment id of a job whose time has passed."""
    sim.world.clock.advance(sim.world.limits.moment_job_seconds)
    job = await wecom.moments.get_moment_task_result(jobid)
    assert (job.status, job.errcode) == (FINISHED, 0)
    return job.moment_id


def press_publish(sim: Running, userid: str, moment_id: str) -> bool:
    return publish(sim.world, corp(sim), corp(sim).members[userid], moment_id)


async def picture(wecom: WecomClient, content: bytes = PNG) -> str:
    return (await wecom.media.upload_attachment("image", FilePart("海报.png", "image/png", content))).media_id


async def refused(call: object) -> int:
    with pytest.raises((CallRejected, PlatformBusy)) as error:
        await call  # type: ignore[misc]
    assert error.value.errcode is not None
    return error.value.errcode


async def test_a_post_from_the_job_to_its_likes(sim: Running, wecom: WecomClient):
    tag = make_tag(sim.world, corp(sim), "行业", "制造")
    zhao, zhao_id = befriend(sim, "linxiao", tag.id)
    other, _ = befriend(sim, "linxiao")
    parted, parted_id = befriend(sim, "linxiao", tag.id)
    leave(sim.world, corp(sim), corp(sim).members["linxiao"], parted)
    pictures = [image(await picture(wecom)) for _ in range(9)]
    jobid = await wecom.moments.add_moment_task("案例分享", pictures, ["linxiao", "chenyu"], [tag.id])
    assert (await wecom.moments.get_moment_task_result(jobid)).status == CREATED
    sim.world.clock.advance(1)
    job = await wecom.moments.get_moment_task_result(jobid)
    assert (job.status, job.moment_id) == (RUNNING, "")
    moment_id = await ready(sim, wecom, jobid)
    rows, cursor = await wecom.moments.list_moment_task(moment_id)
    assert ([(each.userid, each.published) for each in rows], cursor) == ([("linxiao", False), ("chenyu", False)], "")
    assert posts_for(sim.world, zhao) == []

    assert press_publish(sim, "linxiao", moment_id)
    assert not press_publish(sim, "linxiao", moment_id)
    rows, _ = await wecom.moments.list_moment_task(moment_id)
    assert [each.published for each in rows] == [True, False]
    assert await wecom.moments.list_moment_visible(moment_id, "linxiao") == ((zhao_id,), "")
    assert [len(posts_for(sim.world, each)) for each in (zhao, other, parted)] == [1, 0, 0]

    post = find_post(corp(sim), moment_id, "linxiao")
    assert post is not None
    assert post.chosen == [zhao_id, parted_id]
    assert like(sim.world, corp(sim), post, zhao_id)
    assert like(sim.world, corp(sim), post, "linxiao")
    assert comment(sim.world, corp(sim), post, zhao_id, "怎么报名？")
    assert comment(sim.world, corp(sim), post, "linxiao", "私信您")
    assert not like(sim.world, corp(sim), post, parted_id)
    below, now = await wecom.moments.get_moment_comments(moment_id, "linxiao"), sim.world.clock.unix()
    expected = [(zhao_id, "", now), ("", "linxiao", now)]
    assert [(each.external_userid, each.userid, each.created_at) for each in below.likes] == expected
    assert [(each.external_userid, each.userid, each.created_at) for each in below.comments] == expected
    assert like(sim.world, corp(sim), post, zhao_id, liked=False)
    assert len((await wecom.moments.get_moment_comments(moment_id, "linxiao")).likes) == 1


async def test_a_cancelled_task_keeps_what_is_published(sim: Running, wecom: WecomClient):
    person, _ = befriend(sim, "linxiao")
    moment_id = await ready(sim, wecom, await wecom.moments.add_moment_task("预告", members=["linxiao", "chenyu"]))
    assert press_publish(sim, "linxiao", moment_id)
    await wecom.moments.cancel_moment_task(moment_id)
    assert not press_publish(sim, "chenyu", moment_id)
    assert [task.text for _, task, _ in posts_for(sim.world, person)] == ["预告"]


async def test_without_a_range_it_is_for_all_who_may_have_customers(sim: Running, wecom: WecomClient):
    moment_id = await ready(sim, wecom, await wecom.moments.add_moment_task("给所有人"))
    rows, _ = await wecom.moments.list_moment_task(moment_id)
    assert {each.userid for each in rows} == {"linxiao", "chenyu", "wangjing", "zhaolei"}


async def test_what_is_invalid_in_the_range_is_told_with_the_job(sim: Running, wecom: WecomClient):
    tag = make_tag(sim.world, corp(sim), "行业", "制造")
    add = wecom.moments.add_moment_task
    sim.world.limits.moment_job_seconds = 0
    job = await wecom.moments.get_moment_task_result(
        await add("x", (), ["linxiao", "nobody", "zhouyan"], [tag.id, "et0"])
    )
    assert (job.errcode, job.invalid_userids, job.invalid_tag_ids) == (0, ("nobody", "zhouyan"), ("et0",))
    assert job.moment_id
    for members, tags in ((["nobody"], []), (["linxiao"], ["et0"])):
        job = await wecom.moments.get_moment_task_result(await add("x", (), members, tags))
        assert (job.status, job.errcode, job.moment_id) == (FINISHED, 81013, "")


async def test_what_is_refused_of_a_task(sim: Running, wecom: WecomClient):
    add, picture_id = wecom.moments.add_moment_task, await picture(wecom)
    card = moment_link("https://example.com/a", picture_id, "案例")
    elsewhere = await wecom.media.upload("image", FilePart("a.png", "image/png", PNG))
    assert await refused(add("")) == 41089
    assert await refused(add("字" * 2001)) == 40058
    assert await refused(add("x", [image(picture_id)] * 10)) == 41064
    assert await refused(add("x", [card, card])) == 41064
    sim.world.clock.advance(60)
    assert await refused(add("x", [image(picture_id), card])) == 41065
    assert await refused(add("x", [{"msgtype": "file", "file": {"media_id": picture_id}}])) == 41065
    assert await refused(add("x", [image("gone")])) == 40007
    assert await refused(add("x", [image(elsewhere.media_id)])) == 41072
    assert await refused(add("x", [moment_link("", picture_id)])) == 40058
    assert await refused(add("x", [moment_link("https://example.com", picture_id, "字" * 22)])) == 40058
    sim.world.clock.advance(60)
    sim.world.limits.moment_text_bytes = 4000
    assert await refused(add("字" * 1334)) == 40058
    sim.world.limits.moment_senders = 1
    assert await refused(add("x", (), ["linxiao", "chenyu"])) == 40058
    sim.world.limits.moment_jobs_running = 1
    await add("字" * 1333, [card])
    assert await refused(add("x")) == 41078
    assert await refused(wecom.welcome_messages.send("x", "y", [image(picture_id)])) == 41050
    sim.world.corps[CORPID].apps[AGENTID].contact_api = False
    assert await refused(add("x")) == 48002


async def test_ten_tasks_a_minute(sim: Running, wecom: WecomClient):
    for _ in range(10):
        await wecom.moments.add_moment_task("x")
    with pytest.raises(QuotaUsedUp):
        await wecom.moments.add_moment_task("x")
    sim.world.clock.advance(60)
    await wecom.moments.add_moment_task("x")


async def test_what_is_refused_of_records(sim: Running, wecom: WecomClient):
    moments = wecom.moments
    jobid = await moments.add_moment_task("x", members=["linxiao"])
    moment_id = await ready(sim, wecom, jobid)
    assert await refused(moments.cancel_moment_task("")) == 41059
    assert await refused(moments.list_moment_task("mom0")) == 41060
    assert await refused(moments.list_moment_visible(moment_id, "chenyu")) == 41061
    assert await refused(moments.list_moment_visible(moment_id, "linxiao")) == 41062
    assert await refused(moments.get_moment_comments(moment_id, "linxiao")) == 41062
    assert await refused(moments.list_moment_task(moment_id, "nowhere")) == 50100
    assert await refused(moments.get_moment_task_result("nothing")) == 40058
    sim.world.clock.advance(86_401)
    assert await refused(moments.get_moment_task_result(jobid)) == 40058


async def test_pages(sim: Running, wecom: WecomClient, monkeypatch: pytest.MonkeyPatch):
    for _ in range(5):
        befriend(sim, "linxiao")
    moment_id = await ready(sim, wecom, await wecom.moments.add_moment_task("x"))
    press_publish(sim, "linxiao", moment_id)
    monkeypatch.setattr("wxapi.wecom.moments.PAGE", 3)
    monkeypatch.setattr("wxapi.wecom.moments.VISIBLE_PAGE", 2)
    found: list[str] = []
    cursor, pages = "", 0
    while cursor or not pages:
        rows, cursor = await wecom.moments.list_moment_visible(moment_id, "linxiao", cursor)
        found, pages = [*found, *rows], pages + 1
    assert (pages, len(set(found))) == (3, 5)
    first, cursor = await wecom.moments.list_moment_task(moment_id)
    last, end = await wecom.moments.list_moment_task(moment_id, cursor)
    assert (len(first), len(last), end) == (3, 1, "")


async def test_a_customer_is_shown_so_many_a_month(sim: Running, wecom: WecomClient):
    person, external = befriend(sim, "linxiao")
    sim.world.limits.moments_per_customer_month = 1
    for text, seen in (("一", (external,)), ("二", ())):
        moment_id = await ready(sim, wecom, await wecom.moments.add_moment_task(text))
        press_publish(sim, "linxiao", moment_id)
        assert (await wecom.moments.list_moment_visible(moment_id, "linxiao"))[0] == seen
    assert len(posts_for(sim.world, person)) == 1
    sim.world.clock.advance(31 * 86_400)
    moment_id = await ready(sim, wecom, await wecom.moments.add_moment_task("三"))
    press_publish(sim, "linxiao", moment_id)
    assert (await wecom.moments.list_moment_visible(moment_id, "linxiao"))[0] == (external,)


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("image", b"no picture", 40123),
        ("image", WIDE, 41081),
        ("image", LONG_JPEG, 41081),
        ("image", PNG + b"0" * 200, 41080),
        ("video", b"no video at all", 41090),
        ("video", MP4[:-4] + (30_001).to_bytes(4), 41082),
        ("file", b"%PDF-1.7", 40004),
    ],
)
async def test_files_that_moments_refuse(sim: Running, wecom: WecomClient, kind: str, content: bytes, errcode: int):
    sim.world.limits.image_bytes = 200
    assert await refused(wecom.media.upload_attachment(kind, FilePart("a", "image/png", content))) == errcode


async def test_files_of_moments_are_for_moments_alone(sim: Running, wecom: WecomClient):
    video = await wecom.media.upload_attachment("video", FilePart("a.mp4", "video/mp4", MP4))
    assert (video.type, video.created_at) == ("video", sim.world.clock.unix())
    await wecom.moments.add_moment_task("", [{"msgtype": "video", "video": {"media_id": video.media_id}}])
    _, external = befriend(sim, "linxiao")
    assert await refused(wecom.mass_messages.add([external], "x", [image(await picture(wecom))])) == 41072


async def test_the_crowd_publishes_likes_and_writes_by_itself(sim: Running, wecom: WecomClient):
    limits = sim.world.limits
    sim.world.switches.crowd_acts = True
    limits.moment_publish_share = limits.moment_like_share = 1.0
    limits.moment_comment_share = 0.0
    customers = {befriend(sim, "linxiao")[1] for _ in range(20)}
    moment_id = await ready(sim, wecom, await wecom.moments.add_moment_task("x", members=["linxiao"]))
    sim.world.clock.advance(0.24 * limits.moment_publish_seconds)
    assert not (await wecom.moments.list_moment_task(moment_id))[0][0].published
    sim.world.clock.advance(20 * limits.moment_publish_seconds + NIGHT)
    assert (await wecom.moments.list_moment_task(moment_id))[0][0].published
    sim.world.clock.advance(20 * limits.moment_reaction_seconds + NIGHT)
    likes = (await wecom.moments.get_moment_comments(moment_id, "linxiao")).likes
    assert {each.external_userid for each in likes} == customers
    assert len({each.created_at for each in likes}) > 10
    assert all(8 <= int(beijing_text(each.created_at, "%H")) < 22 for each in likes)
