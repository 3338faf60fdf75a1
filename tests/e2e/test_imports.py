"""A file of people by hand: uploaded, its columns mapped, checked, imported, and taken back, in both languages."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.browsers import NARROW, WIDE, OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.words import Locale

HEAD = "姓名,联系电话,公司名称,职位,跟进人,会员卡号"


def people(desk: Desk, prefix: str) -> str:
    """A list as somebody has it: one known twice, one number cut off, one member nobody knows."""
    staff = next(each for each in desk.call("GET", "/api/staff") if each["contact_enabled"])
    rows = [
        f"邓国强,1{prefix}0000101,华东轴承,设备经理,{staff['name']},A-1001",
        f"许文静,1{prefix} 0000 102,恒泰泵业,生产总监,,A-1002",
        f"许文静,1{prefix}0000102,恒泰泵业,生产总监,,A-1002",
        f"罗志远,1{prefix}01,齐力机床,,,A-1003",
        f"方晓,1{prefix}0000104,新联电气,采购,查无此人,A-1004",
        f"白雪,1{prefix}0000105,安信阀门,设备主管,,A-1005",
    ]
    return "\n".join((HEAD, *rows)) + "\n"


def upload(desk: Desk, page: Page, file: Path) -> None:
    """By the button of the page."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=desk.words("imports.upload")).first.click()
    chooser.value.set_files(file)
    expect(page.get_by_role("heading", level=1)).to_have_text(file.name)


def figure(desk: Desk, page: Page, key: str) -> str:
    """A figure by its words."""
    return page.locator("dl > div").filter(has_text=desk.words(key)).locator("dd").inner_text()


@pytest.mark.parametrize(("locale", "prefix"), [("zh-CN", "390"), ("en-US", "391")])
def test_a_file_comes_in_and_goes_again(open_desk: OpenDesk, tmp_path: Path, locale: Locale, prefix: str) -> None:
    desk = open_desk(locale)
    desk.sign_in()
    words, page = desk.words, desk.open("/imports")
    if locale == "zh-CN":
        expect(page.get_by_text(words("imports.empty.title"))).to_be_visible()
        take_shot(page, f"imports-empty-{locale}")
    file = tmp_path / f"展会名单-{prefix}.csv"
    file.write_bytes(people(desk, prefix).encode("gb18030"))
    upload(desk, page, file)
    column = page.get_by_label(words("imports.mapping.meaning", column="会员卡号"))
    column.click()
    page.locator(".ant-select-item-option").filter(has_text=words("imports.field.note")).click()
    page.get_by_label(words("imports.placement.pool")).check()
    take_shot(page, f"imports-mapping-{locale}")
    page.get_by_role("button", name=words("imports.mapping.check"), exact=True).click()

    expect(page.get_by_role("heading", name=words("imports.check.title"))).to_be_visible()
    counts = {key: figure(desk, page, f"imports.count.{key}") for key in ("new", "known", "doubled", "leads")}
    assert counts == {"new": "3", "known": "0", "doubled": "1", "leads": "3"}
    expect(page.get_by_text(words("imports.fault.owner_unknown"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=words("imports.faults.download")).click()
    faults = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in faults[1:]] == [["5", "联系电话"], ["6", "跟进人"]]
    take_shot(page, f"imports-check-{locale}", whole=True)
    check_looks(page, desk.watch.data)
    page.set_viewport_size(NARROW)
    take_shot(page, f"imports-check-narrow-{locale}")
    check_looks(page, desk.watch.data)
    page.get_by_role("button", name=words("imports.check.change")).click()
    check_looks(page, desk.watch.data)
    take_shot(page, f"imports-mapping-narrow-{locale}")
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name=words("imports.mapping.check"), exact=True).click()

    page.get_by_role("button", name=words("imports.check.run", rows="4")).click()
    expect(page.get_by_role("heading", name=words("imports.result.title"))).to_be_visible()
    assert figure(desk, page, "imports.result.leads") == "3"
    take_shot(page, f"imports-result-{locale}")
    assert desk.wait_for(f"/api/persons?search=1{prefix}0000102", "items.0.name", "许文静")["total"] == 1
    [worked] = desk.wait_for(f"/api/leads?search=1{prefix}0000101", "items.0.name", "邓国强")["items"]
    assert worked["staff"]
    desk.call("POST", f"/api/leads/{worked['id']}/accept")
    page.get_by_role("button", name=words("imports.undo.button")).click()
    page.get_by_role("dialog").get_by_role("button", name=words("imports.undo.ok"), exact=True).click()
    expect(page.get_by_role("heading", name=words("imports.undone.title"))).to_be_visible()
    take_shot(page, f"imports-undone-{locale}")
    assert desk.call("GET", f"/api/persons?search=1{prefix}0000")["total"] == 1, "whose lead is worked stays"
    expect(page.get_by_role("row").filter(has=page.get_by_role("link", name="邓国强"))).to_contain_text(
        words("imports.kept.lead")
    )
    page.get_by_role("link", name=words("imports.title")).last.click()
    expect(page.get_by_role("row").filter(has_text=file.name)).to_contain_text(words("imports.state.undone"))
    take_shot(page, f"imports-{locale}")
