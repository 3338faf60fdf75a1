"""Accounts: connecting one by hand, checking it for real, and secrets that never come back."""

from playwright.sync_api import Locator, Page, Response, expect
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.watch import read_answer

CORPID, CORP, AGENTID = "ww00000000000e2e01", "微光实验室（虚构）", 1000009
SECRET, WRONG = "e2e-secret-of-the-second-corp-0123456789abc", "e2e-wrong-secret-0123456789abcdefghijklmnop"


def found_corp(desk: Desk) -> None:
    """A second corp in the simulated world."""
    members = [{"userid": "suyu", "name": "苏雨", "departments": [1], "contact_enabled": True}]
    apps = [{"agentid": AGENTID, "name": "自建应用", "secret": SECRET}]
    desk.demo.simulate("POST", "/sim/corps", {"corpid": CORPID, "name": CORP, "members": members, "apps": apps})


def connect(desk: Desk, page: Page) -> Locator:
    """Fill the form in and save; the account's card."""
    words = desk.words
    page.get_by_role("button", name=words("accounts.connect")).first.click()
    page.get_by_role("menuitem", name=words("accounts.kind.wecom")).click()
    form = page.get_by_role("dialog")
    form.get_by_label(words("accounts.name")).fill(CORP)
    form.get_by_label(words("accounts.field.wecom.app_id.label")).fill(CORPID)
    form.get_by_label(words("accounts.field.wecom.secret.label"), exact=True).fill(WRONG)
    form.get_by_label(words("accounts.field.wecom.agent_id.label")).fill(str(AGENTID))
    form.get_by_label(words("accounts.apiBase")).fill(f"{desk.demo.printed.simulator}/qyapi.weixin.qq.com")
    take_shot(page, "account-form-zh-CN")
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form).to_have_count(0)
    return page.get_by_role("region", name=CORP)


def change_secret(desk: Desk, page: Page, card: Locator) -> None:
    """Enter the right secret; the field must not show the one it has."""
    words = desk.words
    card.get_by_role("button", name=words("common.action.edit")).click()
    form = page.get_by_role("dialog")
    secret = form.get_by_label(words("accounts.field.wecom.secret.label"), exact=True)
    expect(secret).to_have_value("")
    expect(secret).to_have_attribute("placeholder", words("accounts.secretKept"))
    take_shot(page, "account-form-kept-zh-CN")
    secret.fill(SECRET)
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form).to_have_count(0)


def test_an_account_is_connected_checked_and_removed(desk: Desk) -> None:
    """A wrong secret is told as such after a real round trip; the right one makes the account work."""
    words = desk.words
    found_corp(desk)
    page = desk.open("/settings/accounts")
    answers: list[str] = []

    def remember(answer: Response) -> None:
        if "/api/accounts" in answer.url:
            answers.append(read_answer(answer))

    page.on("response", remember)
    card = connect(desk, page)
    expect(card).to_contain_text(words("accounts.state.unchecked"))

    card.get_by_role("button", name=words("accounts.check")).click()
    expect(card).to_contain_text(words("accounts.state.failed"))
    expect(card.get_by_role("alert")).to_contain_text(words("errcode.40001.cause"))
    expect(card.get_by_role("alert")).to_contain_text(words("errcode.40001.fix"))
    take_shot(page, "accounts-broken-zh-CN", whole=True)
    check_looks(page, desk.watch.data)

    change_secret(desk, page, card)
    card.get_by_role("button", name=words("accounts.check")).click()
    expect(card).to_contain_text(words("accounts.state.ready"))
    expect(card.get_by_role("alert")).to_have_count(0)
    card.get_by_role("button", name=words("accounts.staff.sync")).click()
    expect(page.get_by_role("dialog").get_by_role("row").filter(has_text="苏雨")).to_be_visible()
    page.keyboard.press("Escape")

    assert answers
    assert [text for text in [*answers, page.content()] if SECRET in text or WRONG in text] == []
    remove(desk, page, card)


def remove(desk: Desk, page: Page, card: Locator) -> None:
    """Remove the account after a question."""
    card.get_by_role("button", name=desk.words("common.action.more")).click()
    page.get_by_role("menuitem", name=desk.words("common.action.delete")).click()
    question = page.get_by_role("dialog").filter(has_text=desk.words("accounts.delete.title", name=CORP))
    question.get_by_role("button", name=desk.words("common.action.delete")).click()
    expect(card).to_have_count(0)


def test_the_demo_has_a_channels_account_of_which_nothing_can_be_connected(desk: Desk) -> None:
    """It is noted with its name and id, the page says why there is no more, and a campaign may take place there."""
    words = desk.words
    page = desk.open("/settings/accounts")
    card = page.get_by_role("region", name="山屿云视频号（虚构）")
    expect(card).to_contain_text("sph5a1e0000000demo3")
    expect(card).to_contain_text(words("accounts.video.noApi"))
    expect(card.get_by_role("button", name=words("accounts.check"))).to_have_count(0)
    page = desk.open("/campaigns")
    page.get_by_role("button", name=words("campaigns.new")).first.click()
    page.get_by_role("combobox", name=words("campaigns.form.videoChannel")).click()
    expect(page.get_by_title("山屿云视频号（虚构）")).to_be_visible()
