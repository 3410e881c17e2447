"""A real App in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from app_page import wait_for_session
from checkout import REPOSITORY
from own_database import free_port
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

SCREENSHOTS = REPOSITORY / ".run" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
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


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens pages; the test fails if one logged an error, or an operator failed."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    errors: list[str] = []
    answers: list[Response] = []

    def open_page() -> Page:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: _collect(str(error), errors))
        page.on("console", lambda message: _collect_message(message, errors))
        page.on("response", lambda answer: answers.append(answer))
        return page

    yield open_page
    errors += filter(None, map(_failure, answers))
    context.close()
    assert errors == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """A page that fails its test if it logged an error."""
    return new_page()


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
    with pytest.MonkeyPatch.context() as patch:
        # for the server alone: nothing answers there
        patch.setenv("SAMA_COCO_MIRROR", f"http://127.0.0.1:{free_port()}")
        session = fo.launch_app(port=port, address="127.0.0.1", remote=True, auto=False)
        wait_for_session(session)
    yield session
    session.close()


@pytest.fixture
def app_url(app_server: Any) -> str:
    """The address of the App, which forgot what was open before."""
    wait_for_session(app_server)  # a busy one can lose its server, for ten seconds
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
