"""A follower writes; the operator answers on the person's page, and the phone shows it."""

import pytest
from playwright.sync_api import expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import wait_until
from tests.e2e.looks import take_shot
from tests.e2e.population import create_person, find_follower


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_follower_is_answered_on_their_page(open_desk: OpenDesk, locale: str) -> None:
    desk = open_desk(locale)
    words, text = desk.words, f"报价单马上发您 {locale}"
    desk.sign_in()
    account = next(each for each in desk.call("GET", "/api/accounts") if each["kind"] == "official_account")
    person = create_person(desk.demo, f"写信的人{locale}")
    for act, more in (("follow", {}), ("say", {"text": "想要报价单"})):
        desk.demo.simulate("POST", f"/sim/people/{person}/{act}", {"appid": account["app_id"], **more})
    page = desk.open(f"/persons/{find_follower(desk, person)}")
    panel = page.get_by_role("region", name=words("persons.message.title"))
    expect(panel).to_contain_text(words("persons.message.left", left=5, most=5))
    panel.get_by_role("textbox").fill(text)
    panel.get_by_role("button", name=words("persons.message.send")).click()
    expect(panel).to_contain_text(words("persons.message.state.sent"))
    expect(panel).to_contain_text(words("persons.message.left", left=4, most=5))
    take_shot(page, f"service-message-{locale}")

    phone = f"/sim/people/{person}/phone"
    wait_until(lambda: text in str(desk.demo.simulate("GET", phone)), "the message to arrive")
