"""The simulator's console: being a WeChat user with a phone."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import APPID, act, create_person, find_follower

HOSTILE = "<script>alert(1)</script><b>粗</b>"


@pytest.fixture
def quiet_desk(open_desk: OpenDesk) -> Desk:
    """Signed in; the pages under test are the simulator's."""
    desk = open_desk()
    desk.sign_in()
    return desk


def test_a_person_is_picked_from_the_list(quiet_desk: Desk) -> None:
    """Whose phone it is stands beside the phone; the search finds people by name."""
    name = "只有一个的名字"  # who talked last stands in the list
    act(quiet_desk.demo, create_person(quiet_desk.demo, name), "follow", appid=APPID)
    phone = quiet_desk.open_phone()
    phone.take_strangers()
    phone.page.locator("#people a").filter(has_text=name).click()
    expect(phone.page.locator("#current-person")).to_have_text(name)
    phone.page.get_by_role("searchbox").fill(name)
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("#people a")).to_have_count(1)
    phone.page.get_by_role("searchbox").fill("没有这个人")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("#people")).to_contain_text("没有叫这个名字的人")


@pytest.mark.parametrize("code", ["https://example.com/not-a-code", "http://127.0.0.1/q/nothing", HOSTILE])
def test_an_unknown_code_gets_a_clear_answer(quiet_desk: Desk, code: str) -> None:
    """A code of nobody's is no error page."""
    phone = quiet_desk.open_phone()
    phone.scan(code)
    expect(phone.notice).to_have_text("无法识别这个二维码")
    take_shot(phone.page, "simulator-unknown-code")


def test_following_speaking_and_unfollowing(quiet_desk: Desk) -> None:
    """The product sees a follower, what they wrote, and that they left."""
    phone = quiet_desk.open_phone()
    phone.take_strangers()
    relations = phone.page.locator("#relations")
    relations.get_by_role("button", name="关注 山屿云服务号（虚构）", exact=True).click()
    expect(phone.notice).to_have_text("已关注")
    phone.say(HOSTILE)
    expect(phone.chat).to_contain_text(HOSTILE)
    take_shot(phone.page, "simulator-account-chat")
    check_looks(phone.page, set())
    [person] = parse_qs(urlsplit(phone.page.url).query)["person"]
    page = quiet_desk.open("/persons?kind=follower")
    page.locator(f"a[href='/persons/{find_follower(quiet_desk, person)}']").first.click()
    timeline = page.get_by_role("region", name=quiet_desk.words("persons.timeline.title"))
    expect(timeline).to_contain_text(HOSTILE)
    relations.get_by_role("button", name="取消关注 山屿云服务号（虚构）").click()
    expect(phone.notice).to_have_text("已取消关注")
    expect(timeline).to_contain_text(quiet_desk.words("event.kind.FollowerUnsubscribed"))


def test_a_friend_is_made_by_scanning_and_deleted_again(quiet_desk: Desk) -> None:
    """What a hostile stranger is called is shown as it is written, on both sides; losing them is seen."""
    source = quiet_desk.make_source("扫码与删除", "欢迎")
    person = quiet_desk.demo.simulate("POST", "/sim/people", {"name": HOSTILE})["id"]
    phone = quiet_desk.open_phone()
    phone.page.goto(f"{quiet_desk.demo.printed.simulator}/console?person={person}")
    expect(phone.page.locator("#current-person")).to_have_text(HOSTILE)
    phone.page.get_by_role("button", name="扫码与删除").click()
    expect(phone.chat).to_contain_text("欢迎")
    take_shot(phone.page, "simulator-hostile-name")
    page = quiet_desk.open(f"/persons?state_code={source['state_code']}")
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    phone.page.locator("#relations").get_by_role("button", name="删除好友").click()
    expect(phone.notice).to_have_text("已删除好友")
    expect(page.get_by_text(quiet_desk.words("persons.relation.lost"))).to_be_visible()
    take_shot(page, "person-lost-zh-CN")


def test_staff_have_a_phone_too(quiet_desk: Desk) -> None:
    """A code that asks for confirmation waits on the member's phone until it is accepted."""
    phone = quiet_desk.open_phone()
    phone.page.locator("#staff a").first.click()
    expect(phone.page.locator("#current-person")).to_have_text("林晓")
    take_shot(phone.page, "simulator-staff")
    check_looks(phone.page, set())
    expect(phone.page.locator("#requests")).to_contain_text("没有等待通过的申请")


def test_moments_are_published_on_one_phone_and_seen_on_another(quiet_desk: Desk) -> None:
    """The member publishes what the corp asks for; the customer likes it and writes below it."""
    simulate = quiet_desk.demo.simulate
    corp = simulate("GET", "/sim/accounts")["corps"][0]
    person = simulate("POST", "/sim/people", {"name": HOSTILE})["id"]
    simulate("POST", f"/sim/people/{person}/add_friend", {"corpid": corp["corpid"], "userid": "linxiao"})
    wire = "/qyapi.weixin.qq.com/cgi-bin"
    asked = f"{wire}/gettoken?corpid={corp['corpid']}&corpsecret={corp['apps'][0]['secret']}"
    token = simulate("GET", asked)["access_token"]
    task = {"text": {"content": HOSTILE}, "visible_range": {"sender_list": {"user_list": ["linxiao"]}}}
    simulate("POST", f"{wire}/externalcontact/add_moment_task?access_token={token}", task)

    phone = quiet_desk.open_phone()
    phone.page.locator("#staff a").first.click()
    phone.page.get_by_role("link", name="客户朋友圈").click()
    expect(phone.chat).to_contain_text(HOSTILE)
    phone.page.get_by_role("button", name="发表", exact=True).click()
    expect(phone.chat).to_contain_text("已发表")
    check_looks(phone.page, set())
    phone.page.goto(f"{quiet_desk.demo.printed.simulator}/console?person={person}&tab=discover")
    phone.page.get_by_role("link", name="朋友圈").click()
    phone.page.get_by_role("button", name="赞", exact=True).click()
    expect(phone.page.get_by_role("button", name="取消", exact=True)).to_be_visible()
    phone.page.get_by_role("textbox", name="评论 林晓").fill("怎么报名？")
    phone.page.get_by_role("button", name="发送").click()
    expect(phone.page.get_by_role("article")).to_contain_text("怎么报名？")
    take_shot(phone.page, "simulator-moments")
    check_looks(phone.page, set())


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_it_looks_right(open_desk: OpenDesk, narrow: bool) -> None:
    """The first page of the console, on a desk and on a phone."""
    desk = open_desk(narrow=narrow)
    phone = desk.open_phone()
    expect(phone.page.locator("#phone")).to_be_visible()
    take_shot(phone.page, f"simulator-{'narrow' if narrow else 'wide'}")
    check_looks(phone.page, set())
