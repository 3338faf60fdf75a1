"""``wxapi.wecom`` against the simulator, over loopback HTTP: each API and the codes it answers."""

import pytest

from wxapi.errors import AnswerLost, CallRejected, CredentialRefused, PlatformBusy, QuotaUsedUp
from wxapi.multipart import FilePart
from wxapi.tokens import AccessToken, MemoryTokens
from wxapi.transport import AiohttpTransport, Bounds
from wxapi.wecom import WecomClient, fetch_token
from wxapi.wecom.welcome import file, image, link
from wxsim.faults import FaultRule
from wxsim.testing import Running
from wxsim.world.demo import AGENTID, CORPID
from wxsim.world.people import Person
from wxsim.world.scanning import scan

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


async def befriend(sim: Running, wecom: WecomClient, state: str = "expo") -> tuple[Person, str]:
    """Somebody scans a new contact way of one member; the person and the external_userid."""
    way = await wecom.contact_ways.add(users=["linxiao"], state=state, remark="展会", skip_verify=True)
    person = sim.world.create_person("周工")
    assert scan(sim.world, person, way.qr_code).kind == "friend_added"
    return person, sim.world.external_userid(CORPID, person)


def welcome_code(sim: Running, external_userid: str) -> str:
    friendship = sim.world.corps[CORPID].friendship("linxiao", external_userid)
    assert friendship is not None
    assert friendship.welcome is not None
    return friendship.welcome.code


async def test_token(sim: Running, transport: AiohttpTransport):
    secret = sim.world.corps[CORPID].apps[AGENTID].secret
    first = await fetch_token(transport, sim.wecom_base, CORPID, secret)
    again = await fetch_token(transport, sim.wecom_base, CORPID, secret)
    assert first.value == again.value
    assert 0 < first.expires_in <= 7200


@pytest.mark.parametrize(("corpid", "secret", "errcode"), [(CORPID, "wrong", 40001), ("ww00000000000000", "x", 40013)])
async def test_wrong_credentials(sim: Running, transport: AiohttpTransport, corpid: str, secret: str, errcode: int):
    with pytest.raises(CredentialRefused) as refused:
        await fetch_token(transport, sim.wecom_base, corpid, secret)
    assert refused.value.errcode == errcode


async def test_token_that_dies_early_is_replaced(sim: Running, wecom: WecomClient):
    await wecom.customers.list_follow_users()
    sim.simulator.wecom.tokens.kill(f"{CORPID}/{AGENTID}")
    assert "linxiao" in await wecom.customers.list_follow_users()


async def test_token_that_expired_is_replaced(sim: Running, wecom: WecomClient):
    await wecom.customers.list_follow_users()
    sim.world.clock.advance(7201)
    assert "linxiao" in await wecom.customers.list_follow_users()


async def test_caller_that_is_not_trusted(sim: Running, wecom: WecomClient):
    sim.world.corps[CORPID].apps[AGENTID].trusted_ips = {"203.0.113.9"}
    with pytest.raises(CredentialRefused) as refused:
        await wecom.network.list_callback_addresses()
    assert refused.value.errcode == 60020


async def test_app_without_customer_contact(sim: Running, wecom: WecomClient):
    sim.world.corps[CORPID].apps[AGENTID].contact_api = False
    with pytest.raises(CallRejected) as refused:
        await wecom.customers.list_follow_users()
    assert refused.value.errcode == 48002


async def test_callback_addresses(wecom: WecomClient):
    assert await wecom.network.list_callback_addresses()


async def test_departments_and_members(wecom: WecomClient):
    departments = await wecom.departments.list()
    assert {2: "市场部", 3: "销售拓展组"}.items() <= {each.id: each.name for each in departments}.items()
    assert {each.id for each in await wecom.departments.list_simple()} == {each.id for each in departments}
    members = {each.userid: each for each in await wecom.members.list(3)}
    assert (members["linxiao"].name, members["linxiao"].status) == ("林晓", 1)
    assert {each.userid for each in await wecom.members.list_simple(3)} == set(members)
    assert (await wecom.members.get("linxiao")).departments == (3,)
    with pytest.raises(CallRejected) as refused:
        await wecom.members.get("nobody")
    assert refused.value.errcode == 60111


async def test_members_with_customer_contact(wecom: WecomClient):
    enabled = await wecom.customers.list_follow_users()
    assert "linxiao" in enabled
    assert "zhouyan" not in enabled


async def test_contact_way_from_making_to_deleting(wecom: WecomClient):
    made = await wecom.contact_ways.add(users=["linxiao", "chenyu"], state="expo", remark="展会A", skip_verify=True)
    assert made.qr_code.startswith("http")
    way = await wecom.contact_ways.get(made.config_id)
    assert (way.type, way.scene, way.state, way.remark, way.skip_verify) == (2, 2, "expo", "展会A", True)
    assert set(way.users) == {"linxiao", "chenyu"}
    assert made.config_id in (await wecom.contact_ways.list())[0]
    await wecom.contact_ways.update(made.config_id, users=["wangjing"], remark="展会B", skip_verify=False)
    way = await wecom.contact_ways.get(made.config_id)
    assert (way.users, way.remark, way.skip_verify, way.state) == (("wangjing",), "展会B", False, "expo")
    await wecom.contact_ways.delete(made.config_id)
    with pytest.raises(CallRejected) as refused:
        await wecom.contact_ways.get(made.config_id)
    assert refused.value.errcode == 41044


@pytest.mark.parametrize(("users", "errcode"), [(["zhouyan"], 84074), (["nobody"], 60111)])
async def test_contact_way_of_a_member_who_cannot(wecom: WecomClient, users: list[str], errcode: int):
    with pytest.raises(CallRejected) as refused:
        await wecom.contact_ways.add(users=users, state="x", remark="", skip_verify=True)
    assert refused.value.errcode == errcode


async def test_customer(sim: Running, wecom: WecomClient):
    person, external_userid = await befriend(sim, wecom)
    page = await wecom.customers.get(external_userid)
    assert (page.customer.name, page.customer.type, page.next_cursor) == ("周工", 1, "")
    assert page.customer.unionid == sim.world.unionid("山屿云", person)
    (follow,) = page.follows
    assert (follow.userid, follow.state, follow.add_way) == ("linxiao", "expo", 1)
    assert follow.created_at == sim.world.clock.unix()
    assert external_userid in await wecom.customers.list("linxiao")


async def test_customers_in_pages(sim: Running, wecom: WecomClient):
    known = {(await befriend(sim, wecom))[1] for _ in range(3)}
    first = await wecom.customers.batch_get(["linxiao"], limit=2)
    second = await wecom.customers.batch_get(["linxiao"], first.next_cursor, limit=2)
    assert {each.customer.external_userid for each in (*first.relations, *second.relations)} == known
    assert (len(first.relations), second.next_cursor) == (2, "")


@pytest.mark.parametrize("external_userid", ["wmNobody0000000000000000000000000", "nonsense"])
async def test_unknown_customer(wecom: WecomClient, external_userid: str):
    with pytest.raises(CallRejected) as refused:
        await wecom.customers.get(external_userid)
    assert refused.value.errcode in (84061, 40096)


async def test_remark(sim: Running, wecom: WecomClient):
    _, external_userid = await befriend(sim, wecom)
    await wecom.customers.remark("linxiao", external_userid, remark="周工-设备厂", mobiles=["13800000001"])
    (follow,) = (await wecom.customers.get(external_userid)).follows
    assert (follow.remark, follow.remark_mobiles) == ("周工-设备厂", ("13800000001",))


async def test_tags(sim: Running, wecom: WecomClient):
    _, external_userid = await befriend(sim, wecom)
    group = await wecom.corp_tags.add(["知乎", "公众号菜单"], group_name="来源")
    first, second = group.tags
    await wecom.corp_tags.edit(second.id, name="菜单")
    (listed,) = await wecom.corp_tags.list(group_ids=[group.id])
    assert {tag.name for tag in listed.tags} == {"知乎", "菜单"}
    await wecom.corp_tags.mark("linxiao", external_userid, add=[first.id])
    (follow,) = (await wecom.customers.get(external_userid)).follows
    assert follow.tag_ids == (first.id,)
    await wecom.corp_tags.mark("linxiao", external_userid, remove=[first.id])
    await wecom.corp_tags.delete(tag_ids=[first.id, second.id])
    assert await wecom.corp_tags.list() == ()
    with pytest.raises(CallRejected) as refused:
        await wecom.corp_tags.mark("linxiao", external_userid, add=["etNothing"])
    assert refused.value.errcode == 40068


async def test_welcome_message_once(sim: Running, wecom: WecomClient):
    person, external_userid = await befriend(sim, wecom)
    code = welcome_code(sim, external_userid)
    picture = await wecom.media.upload("image", FilePart("海报.png", "image/png", PNG))
    manual = await wecom.media.upload("file", FilePart("手册.pdf", "application/pdf", b"%PDF-1.7 ...."))
    card = link("选型手册", "https://m.example.com/doc/1", "12页", "https://img.example.com/a.png")
    await wecom.welcome_messages.send(code, "您好😀", [card, image(picture.media_id), file(manual.media_id)])
    chat = sim.world.phone(person).chats[f"staff:{CORPID}:linxiao"]
    assert [message.kind for message in chat.messages][-4:] == ["text", "link", "image", "file"]
    with pytest.raises(CallRejected) as refused:
        await wecom.welcome_messages.send(code, "您好")
    assert refused.value.errcode == 41051


async def test_welcome_message_too_late(sim: Running, wecom: WecomClient):
    _, external_userid = await befriend(sim, wecom)
    sim.world.clock.advance(21)
    with pytest.raises(CallRejected) as refused:
        await wecom.welcome_messages.send(welcome_code(sim, external_userid), "您好")
    assert refused.value.errcode == 41050


@pytest.mark.parametrize(("code", "errcode"), [("", 41049), ("nonsense", 41050)])
async def test_welcome_message_without_a_code(wecom: WecomClient, code: str, errcode: int):
    with pytest.raises(CallRejected) as refused:
        await wecom.welcome_messages.send(code, "您好")
    assert refused.value.errcode == errcode


async def test_media(sim: Running, wecom: WecomClient):
    uploaded = await wecom.media.upload("image", FilePart("a.png", "image/png", PNG))
    assert (uploaded.type, uploaded.created_at) == ("image", sim.world.clock.unix())
    assert (await wecom.media.upload_image(FilePart("a.png", "image/png", PNG))).startswith("http")


async def test_message_to_members(wecom: WecomClient):
    sent = await wecom.messages.send_text(AGENTID, ["linxiao", "Nobody"], "新线索")
    assert sent.invalid_users == ("nobody",)
    assert sent.message_id
    with pytest.raises(CallRejected) as refused:
        await wecom.messages.send_text(AGENTID, ["nobody"], "新线索")
    assert refused.value.errcode == 81013


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (FaultRule("errcode", "*get_follow_user_list", value=-1), PlatformBusy),
        (FaultRule("errcode", "*get_follow_user_list", value=45033), PlatformBusy),
        (FaultRule("errcode", "*get_follow_user_list", value=45009), QuotaUsedUp),
        (FaultRule("http", "*get_follow_user_list", value=503), PlatformBusy),
        (FaultRule("http", "*get_follow_user_list", value=500), AnswerLost),
    ],
)
async def test_faults(sim: Running, wecom: WecomClient, rule: FaultRule, expected: type[Exception]):
    sim.simulator.faults.rules.append(rule)
    with pytest.raises(expected):
        await wecom.customers.list_follow_users()


async def test_an_answer_that_is_late_is_lost(sim: Running, transport: AiohttpTransport):
    async def fetch() -> AccessToken:
        return await fetch_token(transport, sim.wecom_base, CORPID, sim.world.corps[CORPID].apps[AGENTID].secret)

    sim.simulator.faults.rules.append(FaultRule("timeout", "*get_follow_user_list", value=30, after=True))
    hasty = AiohttpTransport(Bounds(total_seconds=2.0, connect_seconds=1.9))
    with pytest.raises(AnswerLost):
        await WecomClient(hasty, MemoryTokens(fetch), sim.wecom_base).customers.list_follow_users()
    await hasty.close()
