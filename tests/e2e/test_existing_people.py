"""The card of an account says how far those who were there before have been fetched."""

import pytest
from playwright.sync_api import expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.looks import take_shot


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_existing_followers_are_fetched_by_a_press(open_desk: OpenDesk, locale: str) -> None:
    desk = open_desk(locale)
    words = desk.words
    desk.sign_in()
    account = next(each for each in desk.call("GET", "/api/accounts") if each["kind"] == "official_account")
    page = desk.open("/settings/accounts")
    card = page.get_by_role("region", name=account["name"])
    known = [each["account_id"] for each in desk.call("GET", "/api/existing-people")]
    word = "again" if account["id"] in known else "fetch"
    card.get_by_role("button", name=words(f"accounts.existing.{word}"), exact=True).click()
    expect(card).to_contain_text(words("accounts.existing.state.done"))
    take_shot(page, f"existing-people-{locale}")
