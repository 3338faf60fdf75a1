"""A campaign by hand: made in its form, given a code and a cost, and its page follows who comes."""

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.browsers import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import act, create_person

NAME = "e2e工博会"


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A signed-in user."""
    desk = open_desk()
    desk.sign_in()
    return desk


def make_campaign(desk: Desk, page: Page) -> None:
    """By the form."""
    words = desk.words
    page.get_by_role("button", name=words("campaigns.new")).first.click()
    form = page.get_by_role("dialog")
    form.get_by_label(words("campaigns.column.name"), exact=True).fill(NAME)
    form.get_by_label(words("campaigns.column.kind"), exact=True).click()
    page.locator(".ant-select-item-option").filter(has_text=words("campaigns.kind.exhibition")).click()
    form.get_by_role("button", name=words("common.action.save")).click()
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


def add_cost(desk: Desk, page: Page) -> None:
    """By the form on the campaign's page."""
    words = desk.words
    page.get_by_role("button", name=words("campaigns.costs.add")).click()
    form = page.get_by_role("dialog")
    form.get_by_label(words("campaigns.costs.name"), exact=True).fill("展位费")
    form.get_by_label(words("campaigns.costs.amount"), exact=True).fill("1200")
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form).to_have_count(0)


def test_a_campaign_counts_whom_its_codes_bring(desk: Desk) -> None:
    """The code is put into the campaign in its own form; a scan shows on the campaign's page without a reload."""
    words, page = desk.words, desk.open("/campaigns")
    make_campaign(desk, page)
    add_cost(desk, page)
    source = desk.make_source("e2e展位码")
    sources = desk.open(f"/sources?open={source['id']}")
    sources.get_by_role("dialog").get_by_role("button", name=words("common.action.edit")).click()
    form = sources.get_by_role("dialog").filter(has_text=words("sources.form.edit"))
    desk.choose_campaign(form, NAME)
    form.get_by_label(words("campaigns.mechanism.take_away"), exact=True).click()
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form).to_have_count(0)

    codes = page.get_by_role("region", name=words("campaigns.codes.title"))
    expect(codes.get_by_role("row").filter(has_text="e2e展位码")).to_contain_text(
        words("campaigns.mechanism.take_away")
    )
    act(desk.demo, create_person(desk.demo, "逛展的人"), "scan", code=source["qr_code"])
    expect(page.locator("dl")).to_contain_text("¥1,200")
    expect(codes.get_by_role("row").filter(has_text="e2e展位码").get_by_role("link").last).to_have_text("1")
    take_shot(page, "campaign-followed-zh-CN")
    check_looks(page, desk.watch.data)
