"""One demo and one Chromium for all end-to-end tests; each has browsers with nothing in them, which are watched."""

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

pytest.register_assert_rewrite(
    *(f"tests.e2e.{name}" for name in ("browsers", "desk", "installation", "looks", "watch"))
)

from tests.e2e.browsers import FAILED, IDLE, WAIT_MILLISECONDS, OpenDesk, desks  # noqa: E402 -- after the above
from tests.e2e.desk import Desk  # noqa: E402 -- the same
from tests.e2e.installation import Demo, run_beside  # noqa: E402 -- the same
from tests.e2e.looks import SHOTS  # noqa: E402 -- the same
from tests.patience import WELCOME_CODE_SECONDS  # noqa: E402 -- the same

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


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


@pytest.fixture(scope="package")
def demo(server: str, template: str) -> Iterator[Demo]:
    """The product beside the simulator, started once a process of the run."""
    with run_beside(server, template) as demo:
        yield demo


@pytest.fixture(scope="module")
def demo_of_its_own(server: str, template: str) -> Iterator[Demo]:
    """For tests that count what is there: what others made would be counted, too."""
    with run_beside(server, template) as demo:
        yield demo


@pytest.fixture(scope="package")
def browser(template: str) -> Iterator[Browser]:
    """Chromium as the system has it, without windows if it can.

    Its event loop would disturb asynchronous tests and the making of the template: it comes after, and goes before.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path is not None, "scripts/test installs Chromium, or says how"
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
    demo.simulate("PATCH", "/sim/limits", {"welcome_code_seconds": WELCOME_CODE_SECONDS})
