"""Contact ways in all their states: refused and tried again, changed, downloaded, deleted."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from tests.e2e.desk import Desk
from tests.e2e.looks import check_looks, take_shot
from tests.e2e.population import fail_source

PNG = b"\x89PNG\r\n\x1a\n"


def row_of(page: Page, name: str) -> Locator:
    """The table's row."""
    return page.get_by_role("row").filter(has_text=name)


def test_a_refused_code_says_why_and_is_tried_again(desk: Desk) -> None:
    """The platform's number becomes words that say what to do; afterwards one press makes the code."""
    words, name = desk.words, "被拒绝的活码"
    fail_source(desk, name)
    page = desk.open("/sources")
    row = row_of(page, name)
    row.get_by_role("button", name=words("sources.reason")).click()
    reason = page.locator(".ant-popover").filter(has_text=words("errcode.84074.cause"))
    expect(reason).to_contain_text(words("errcode.84074.fix"))
    expect(reason).to_contain_text(words("errcode.label", errcode=84074))
    take_shot(page, "source-refused-zh-CN")
    row.get_by_role("button", name=words("common.action.retry")).click()
    expect(row).to_contain_text(words("sources.status.ready"))


def test_a_code_is_changed_downloaded_and_deleted(desk: Desk, tmp_path: Path) -> None:
    """What the platform has made can be printed, changed, and taken away after a question."""
    words, name = desk.words, "会被删除的活码"
    desk.make_source(name, "旧的欢迎语")
    page = desk.open("/sources")
    page.get_by_role("button", name=words("sources.detail.open", name=name)).click()
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_text(words("sources.detail.png")).click()
    assert download.value.suggested_filename == f"{name}.png"
    assert Path(download.value.path()).read_bytes().startswith(PNG)

    picture = tmp_path / "cover.png"
    page.screenshot(path=picture, clip={"x": 0, "y": 0, "width": 40, "height": 40})
    change(desk, page, picture)
    row = row_of(page, name)
    expect(row).to_contain_text("新的欢迎语")
    row.get_by_role("button", name=words("common.action.delete"), exact=True).click()
    question = page.get_by_role("dialog").filter(has_text=words("sources.delete.title", name=name))
    expect(question).to_contain_text(words("sources.delete.text"))
    take_shot(page, "source-delete-zh-CN")
    question.get_by_role("button", name=words("common.action.delete")).click()
    expect(row).to_have_count(0)


def change(desk: Desk, page: Page, picture: Path) -> None:
    """Give the welcome another text and a picture, from the open detail."""
    words = desk.words
    page.get_by_role("dialog").get_by_role("button", name=words("common.action.edit")).click()
    form = page.get_by_role("dialog").filter(has_text=words("sources.form.edit"))
    form.get_by_role("textbox", name=words("sources.form.welcome")).fill("新的欢迎语")
    with page.expect_file_chooser() as chooser:
        form.get_by_role("button", name=words("sources.form.addImage")).click()
    chooser.value.set_files(picture)
    expect(form.get_by_text(picture.name)).to_be_visible()
    take_shot(page, "source-edit-zh-CN")
    check_looks(page, desk.watch.data)
    form.get_by_role("button", name=words("common.action.save")).click()
    expect(form).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_typed_text_is_not_lost_without_a_question(desk: Desk) -> None:
    """Closing a form that holds something new asks first."""
    words = desk.words
    page = desk.open("/sources")
    page.get_by_role("button", name=words("sources.new")).first.click()
    form = page.get_by_role("dialog").filter(has_text=words("sources.form.create"))
    form.get_by_label(words("sources.form.name")).fill("半个名字")
    form.get_by_role("button", name=words("common.action.cancel")).click()
    question = page.get_by_role("dialog").filter(has_text=words("form.unsaved"))
    question.get_by_role("button", name=words("form.keepEditing")).click()
    expect(form.get_by_label(words("sources.form.name"))).to_have_value("半个名字")
    form.get_by_role("button", name=words("common.action.cancel")).click()
    question.get_by_role("button", name=words("form.discard")).click()
    expect(form).to_have_count(0)
