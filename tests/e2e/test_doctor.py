"""The page 体检: in the demo all is in order; an address that is shut out is named until it is let in."""

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.e2e.browsers import NARROW, WIDE, OpenDesk
from tests.e2e.desk import wait_until
from tests.e2e.installation import Demo
from tests.e2e.looks import check_looks, take_shot


@pytest.fixture(scope="module")
def demo(demo_of_its_own: Demo) -> Demo:
    """Nobody else's leads and corps."""
    return demo_of_its_own


def _trust(demo: Demo, world: dict[str, Any], addresses: list[str] | None) -> None:
    [corp] = world["corps"]
    app = corp["apps"][0]["agentid"]
    demo.simulate("PATCH", f"/sim/corps/{corp['corpid']}/apps/{app}", {"trusted_ips": addresses})


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_an_address_that_is_shut_out_is_named_until_it_is_let_in(open_desk: OpenDesk, demo: Demo, locale: str) -> None:
    desk = open_desk(locale)
    words = desk.words
    desk.sign_in()
    account = next(each for each in desk.call("GET", "/api/accounts") if each["kind"] == "wecom")
    page = desk.open("/settings/doctor")
    card = page.get_by_role("region", name=account["name"])
    world = demo.simulate("GET", "/sim/accounts")
    try:
        _trust(demo, world, ["203.0.113.9"])
        page.get_by_role("button", name=words("doctor.examine")).click()
        expect(card.get_by_text("60020", exact=True)).to_be_visible()
        expect(card.get_by_text("127.0.0.1", exact=True)).to_be_visible()
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            check_looks(page, desk.watch.data)
        take_shot(page, f"doctor-problem-{locale}")
    finally:
        _trust(demo, world, None)
    card.get_by_role("button", name=words("doctor.again"), exact=True).click()
    expect(card.get_by_text("60020", exact=True)).to_have_count(0)
    take_shot(page, f"doctor-{locale}", whole=True)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_ladder_shows_what_the_doctor_found_and_passes_on_no_secret(
    open_desk: OpenDesk, demo: Demo, locale: str
) -> None:
    desk = open_desk(locale)
    words = desk.words
    desk.sign_in()
    desk.call("POST", "/api/doctor/accounts")
    page = desk.open("/settings/onboarding")
    app = page.get_by_role("region", name=words("onboarding.rung.L1.title"))
    step = app.get_by_role("listitem").filter(has_text=words("onboarding.step.appCallback.title"))
    expect(step).to_contain_text(words("onboarding.state.done"))
    last = page.get_by_role("region", name=words("onboarding.rung.L3.title"))
    expect(last).to_contain_text(words("onboarding.step.sidebar.text"))
    expect(last).to_contain_text("/h5/open?to=/sidebar&account=")
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        check_looks(page, desk.watch.data)
    take_shot(page, f"onboarding-{locale}", whole=True)

    account = next(each for each in desk.call("GET", "/api/accounts") if each["kind"] == "wecom")
    step.get_by_role("button", name=words("onboarding.passOn.button")).click()

    def read() -> str | None:
        text = str(page.evaluate("navigator.clipboard.readText()"))
        return text if account["callback_url"] in text else None

    text = wait_until(read, "the text to be in the clipboard")
    assert words("onboarding.passOn.secrets") in text
    settings = demo.simulate("GET", "/sim/accounts")["corps"][0]["apps"][0]
    assert settings["secret"] not in text

    world = demo.simulate("GET", "/sim/accounts")
    try:
        _trust(demo, world, ["203.0.113.9"])
        desk.call("POST", "/api/doctor/accounts")
        trusted = app.get_by_role("listitem").filter(has_text=words("onboarding.step.appAddress.title"))
        expect(trusted).to_contain_text(words("onboarding.state.problem"))
        expect(trusted.get_by_text("127.0.0.1", exact=True)).to_be_visible()
    finally:
        _trust(demo, world, None)
        desk.call("POST", "/api/doctor/accounts")
