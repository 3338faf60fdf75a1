"""Browsers for users: each with nothing in it, watched, and kept for the next test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize
from tests.e2e.desk import PATIENCE_SECONDS, Desk
from tests.e2e.installation import Demo
from tests.e2e.looks import keep_shot
from tests.e2e.words import Locale

WAIT_MILLISECONDS = PATIENCE_SECONDS * 1_000
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=375, height=812)

OpenDesk = Callable[..., Desk]
FAILED = pytest.StashKey[bool]()
IDLE: dict[tuple[Locale, bool, bool], list[BrowserContext]] = {}
"""Browsers of the tests before, by language, size and colours: they load the console in half the time of a new one."""


def desks(request: pytest.FixtureRequest, demo: Demo, browser: Browser) -> Iterator[OpenDesk]:
    """The same for a demo of one's own."""
    with ExitStack() as after:

        def open_one(locale: Locale = "zh-CN", *, narrow: bool = False, dark: bool = False) -> Desk:
            place = (locale, narrow, dark)
            idle = IDLE.setdefault(place, [])
            context = idle.pop() if idle else open_context(browser, *place)
            desk = Desk(demo, context, locale)
            after.callback(put_back, request.node, desk, idle)
            after.callback(desk.watch.check)
            after.callback(keep_pictures, request.node, desk)
            return desk

        yield open_one


def open_context(browser: Browser, locale: Locale, narrow: bool, dark: bool) -> BrowserContext:
    """A browser with one empty page, which stays."""
    context = browser.new_context(
        locale=locale,
        viewport=NARROW if narrow else WIDE,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
        timezone_id="Asia/Shanghai",
        is_mobile=narrow,
        has_touch=narrow,
    )
    context.set_default_timeout(WAIT_MILLISECONDS)
    context.new_page()
    return context


def put_back(item: pytest.Item, desk: Desk, idle: list[BrowserContext]) -> None:
    """Let the next test have the browser, with nothing in it; not after a failure."""
    desk.watch.stop()
    if item.stash.get(FAILED, False):
        desk.context.close()
        return
    desk.forget()
    idle.append(desk.context)


def keep_pictures(item: pytest.Item, desk: Desk) -> None:
    """What the pages of a failed test show."""
    if item.stash.get(FAILED, False):
        for number, page in enumerate(desk.context.pages):
            keep_shot(page, f"failed-{item.name}-{desk.words.locale}-{number}")
