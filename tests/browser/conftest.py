"""A real App in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from typing import Any

import pytest
from helpers.checkout import REPOSITORY
from helpers.pages.app_page import wait_for_session
from helpers.programs.own_database import free_port
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

SCREENSHOTS = REPOSITORY / ".run" / "screenshots"
BROWSERS = (
    "chromium-headless-shell",  # starts no windows of its own: a tenth less computing
    "chromium",
    "chromium-browser",
    "google-chrome",
)
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=swiftshader",
    "--enable-unsafe-swiftshader",
]
expect.set_options(timeout=60_000)

VIEWPORT: ViewportSize = {"width": 1400, "height": 900}

STILL_LOADING = """(() => {
    const still = new CSSStyleSheet();
    const falling = '[class*="_fallingPixels_"]';
    still.replaceSync(`${falling}, ${falling}::before, ${falling}::after {
        animation: none !important }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
})()"""
"""Stops what moves behind the grid while it loads: a quarter of what a load takes."""

FAILED = pytest.StashKey[bool]()

OURS = ("sama", "AnnotationDifferences", "python plugins")
"""What an error of ours names; the App logs others of its own, busy or closing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; one a module, since an open one keeps an event loop running, in
    which FiftyOne executes operators in the background."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "Chromium is missing; `make test` installs it or says how to"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class WatchedPages:
    """Pages that share nothing with other pages, listened to for errors.

    Args:
        browser: the browser
    """

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(viewport=VIEWPORT)
        self._context.add_init_script(STILL_LOADING)
        self._errors: list[str] = []
        self._answers: list[Response] = []

    def open(self) -> Page:
        """Opens another page."""
        page = self._context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: _collect(str(error), self._errors))
        page.on("console", lambda message: _collect_message(message, self._errors))
        page.on("response", lambda answer: self._answers.append(answer))
        return page

    def errors(self) -> list[str]:
        """What was logged, and what failed on the server, since this was last asked."""
        found = [*self._errors, *filter(None, map(_failure, self._answers))]
        self._errors.clear()
        self._answers.clear()
        return found

    def close(self) -> None:
        """Closes the pages."""
        self._context.close()


class KeptPage:
    """A page that the tests of a module use one after another.

    Args:
        browser: the browser
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._watched: WatchedPages | None = None
        self._page: Page | None = None

    def take(self) -> Page:
        """The page as the test before left it, or a new one."""
        if self._watched is None or self._page is None:
            self._watched = WatchedPages(self._browser)
            self._page = self._watched.open()
        self._page.set_viewport_size(VIEWPORT)
        self._page.mouse.move(0, 0)
        return self._page

    def errors(self) -> list[str]:
        """What went wrong since this was last asked."""
        return self._watched.errors() if self._watched else []

    def drop(self) -> None:
        """Closes the page; the next test has a new one."""
        if self._watched is not None:
            self._watched.close()
        self._watched = self._page = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tells fixtures whether their test failed."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="module")
def kept_page(browser: Browser) -> KeptPage:
    return KeptPage(browser)


@pytest.fixture
def new_page(
    browser: Browser, kept_page: KeptPage, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Page]]:
    """Opens pages; the test fails if one logged an error, or an operator failed."""
    if "used_page" not in request.fixturenames:
        kept_page.drop()  # it would follow to the dataset that the new one opens
    watched = WatchedPages(browser)
    yield watched.open
    errors = watched.errors()
    watched.close()
    assert errors == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """A page that fails its test if it logged an error."""
    return new_page()


@pytest.fixture
def used_page(kept_page: KeptPage, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on which the App is not loaded anew where the test before passed.

    Panels are, since `app_url` has the App forget its layout. What outlasts a panel is
    no matter to such tests, or put back by them: the theme, the view, and what panels
    remember of a window, which are its sorting and the verdicts that can be undone.
    """
    yield kept_page.take()
    errors = kept_page.errors()
    if errors or request.node.stash[FAILED]:
        kept_page.drop()
    assert errors == []


def _collect_message(message: ConsoleMessage, errors: list[str]) -> None:
    if message.type == "error":
        _collect(message.text, errors)


def _collect(text: str, errors: list[str]) -> None:
    if any(name in text for name in OURS):
        errors.append(text)


def _failure(answer: Response) -> str | None:
    """What the server said went wrong, if anything did."""
    if answer.status >= 500:
        return f"{answer.status}: {answer.url}"
    if not answer.url.endswith("/operators/execute"):
        return None
    try:
        found = answer.json()
    except (PlaywrightError, ValueError):
        return None  # the page was left before the answer came
    return found.get("error") if isinstance(found, dict) else None


@pytest.fixture
def screenshots() -> Path:
    """Where screenshots go that a person should look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


@pytest.fixture(scope="session")
def app_server() -> Iterator[Any]:
    """The App's server, without a dataset."""
    import fiftyone as fo

    port = free_port()
    with _impatient_sessions(), pytest.MonkeyPatch.context() as patch:
        # for the server alone: nothing answers there
        patch.setenv("SAMA_COCO_MIRROR", f"http://127.0.0.1:{free_port()}")
        session = fo.launch_app(port=port, address="127.0.0.1", remote=True, auto=False)
        wait_for_session(session)
        patch.undo()
        yield session
        session.close()


@contextmanager
def _impatient_sessions() -> Iterator[None]:
    """Has sessions look for their server twice a second, not each ten seconds."""
    from fiftyone.core.session import client

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "time", SimpleNamespace(sleep=lambda _: sleep(0.5)))
        yield


@pytest.fixture
def app_url(app_server: Any) -> str:
    """The address of the App, which forgot what was open before."""
    wait_for_session(app_server)  # a busy one can lose its server for a while
    app_server.spaces = None
    app_server.sample_id = None
    app_server.selected = []
    return f"http://127.0.0.1:{app_server.server_port}"


@pytest.fixture(scope="session")
def differences(
    example_mirror: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The example with its comparison `diff`; tests put back what they change."""
    import fiftyone as fo
    from sama_coco.labelsets import compare_annotations

    dataset = load_example(
        "differences", example_mirror, tmp_path_factory.mktemp("differences")
    )
    compare_annotations(dataset, "coco_segmentations", "sama_segmentations")
    yield dataset
    if fo.dataset_exists(dataset.name):
        fo.delete_dataset(dataset.name)


def load_example(name: str, source: Path, folder: Path, **options: Any) -> Any:
    """A kept dataset of a mirror's validation split."""
    from sama_coco.zoo import load_splits

    options = {
        "label_types": "segmentations",
        "with_coco": True,
        "mirror": str(source),
        "persistent": True,
    } | options
    dataset, _ = load_splits(name, "validation", folder, **options)
    return dataset


@pytest.fixture
def make_example(example_mirror: Path, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Makes datasets of the example that are deleted after the test."""
    import fiftyone as fo

    made: list[str] = []

    def make(name: str, **options: Any) -> Any:
        made.append(name)
        return load_example(name, example_mirror, tmp_path, **options)

    yield make
    for name in made:
        fo.delete_dataset(name)
