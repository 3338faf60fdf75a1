"""One demo and one Chromium for all end-to-end tests; each has browsers with nothing in them, which are watched."""

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright

pytest.register_assert_rewrite("tests.e2e.installation", "tests.e2e.desk", "tests.e2e.looks", "tests.e2e.watch")

from tests.e2e.desk import Desk  # noqa: E402 -- after the registration above, or its assertions stay bare
from tests.e2e.installation import Demo  # noqa: E402 -- the same
from tests.e2e.looks import SHOTS, take_shot  # noqa: E402 -- the same
from tests.e2e.words import Locale  # noqa: E402 -- the same

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WAIT_MILLISECONDS = 45_000
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=375, height=812)

OpenDesk = Callable[..., Desk]
FAILED = pytest.StashKey[bool]()
IDLE: dict[tuple[Locale, bool, bool], list[BrowserContext]] = {}
"""Browsers of the tests before, by language, size and colours: they load the console in half the time of a new one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser, and runs last: the browser's event loop would disturb asynchronous tests."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: here in item.path.parents)


def pytest_configure(config: pytest.Config) -> None:
    """Forget the pictures of the last run, before any process of this one takes some."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(SHOTS, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that its pages are kept as pictures."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """The product beside the simulator, started once a process of the run."""
    demo = Demo()
    yield demo
    demo.stop()


@pytest.fixture(scope="module")
def demo_of_its_own() -> Iterator[Demo]:
    """For tests that count what is there: what others made would be counted, too."""
    demo = Demo()
    yield demo
    demo.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        IDLE.clear()
        browser.close()


@pytest.fixture
def open_desk(request: pytest.FixtureRequest, demo: Demo, browser: Browser) -> Iterator[OpenDesk]:
    """Makes a fresh browser for one user in one language; whatever it complains about fails the test at its end."""
    yield from desks(request, demo, browser)


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
            take_shot(page, f"failed-{item.name}-{desk.words.locale}-{number}")


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A Chinese user's browser, signed in."""
    desk = open_desk()
    desk.sign_in()
    return desk


@pytest.fixture(autouse=True)
def calm_simulator(demo: Demo) -> Iterator[None]:
    """No fault and no changed limit outlives the test that set it."""
    yield
    demo.simulate("PUT", "/sim/faults", {"rules": []})
    demo.simulate("PATCH", "/sim/limits", {"welcome_code_seconds": 20})
